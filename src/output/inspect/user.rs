//! One person or user from all sides.

use serde::Serialize;

use super::sheet::{Part, Sheet};
use super::words::{doors_of, last_change, managed_long, text};
use crate::error::Error;
use crate::model::inspect::{DoorGroup, HeldCard, LastChange, Level, SideBySide, UserView};
use crate::output::Ui;
use crate::output::card::Shown;
use crate::output::json::Schema;

/// Shows one person or user from all sides.
///
/// # Errors
/// As of [`Ui::data`].
pub fn user_view(ui: &Ui, view: &UserView) -> Result<(), Error> {
    let programs = Schema {
        schema: "atriumctl.inspect-user-details/1",
        document: UserDocument::new(view, ui.shown()),
    };
    sheet(view, ui.shown()).show(ui, &programs)
}

/// A value of a side: what is not there at all is another thing than an empty one.
fn value(value: Option<&crate::model::Text>) -> String {
    match value.map(|value| &**value) {
        None => "–".to_owned(),
        Some("") => "(none)".to_owned(),
        Some(value) => value.to_owned(),
    }
}

fn moment(at: jiff::Timestamp) -> String {
    format!("{at:.0}")
}

fn sheet(view: &UserView, shown: Shown) -> Sheet {
    let mut sheet = Sheet {
        title: match view.name.as_str() {
            "" => "Without a name".to_owned(),
            name => name.to_owned(),
        },
        gaps: view.gaps.clone(),
        ..Sheet::default()
    };
    sheet.fact("campus id", text(view.campus_id.as_ref()));
    sheet.fact("id over SCIM", text(view.user_id.as_ref()));
    sheet.fact("external id", text(view.external_id.as_ref()));
    sheet.fact("id over REST", text(view.access_id.as_ref()));
    sheet.fact("managed", managed_long(view.managed));
    if let Some(place) = view.managed.and_then(|managed| managed.by.changed_in()) {
        sheet.fact(
            "locked",
            format!("the details marked below; change them in {place}"),
        );
    }
    let situation = view.situation.map(|situation| situation.name());
    sheet.fact("situation", situation.unwrap_or("not known"));
    for (code, detail) in &view.reasons {
        let reason = match detail.as_str() {
            "" => format!("{}: {}", code.name(), code.title()),
            detail => format!("{}: {} ({detail})", code.name(), code.title()),
        };
        sheet.fact("reason", reason);
    }
    sheet.fact("status in Atrium", value(view.atrium_status.as_ref()));
    sheet.fact(
        "status in Command",
        match (view.managed, view.active) {
            (None, _) => "–",
            (_, Some(true)) => "active",
            (_, Some(false)) => "deactivated",
            (_, None) => "not said",
        },
    );
    sheet.fact("works from", view.start.map(moment).unwrap_or_default());
    sheet.fact("works until", view.end.map(moment).unwrap_or_default());
    sheet.fact("last change", last_change(view.last_change.as_ref()));
    sheet.parts.push(Part {
        title: "Side by side".to_owned(),
        head: vec![
            "detail",
            "Atrium",
            "Command",
            "last applied",
            "situation",
            "locked",
        ],
        rows: view.fields.iter().map(field).collect(),
        none: "Neither side has any detail.",
    });
    sheet.parts.push(Part {
        title: "Groups and doors".to_owned(),
        head: vec!["group", "id in Atrium", "owner", "doors"],
        rows: view.groups.iter().map(group).collect(),
        none: "In no group.",
    });
    sheet.parts.push(Part {
        title: "Cards".to_owned(),
        head: vec!["card", "active", "owner", "status in Atrium", "in Command"],
        rows: view.cards.iter().map(|card| held(card, shown)).collect(),
        none: "No card.",
    });
    if !shown.whole && !view.cards.is_empty() {
        sheet.last = "--unmask shows card numbers whole".to_owned();
    }
    sheet
}

fn field(field: &SideBySide) -> Vec<String> {
    vec![
        field.field.name().to_owned(),
        value(field.atrium.as_ref()),
        value(field.command.as_ref()),
        value(field.applied.as_ref()),
        field
            .situation
            .map(|word| word.name())
            .unwrap_or_default()
            .to_owned(),
        if field.locked.is_some() { "locked" } else { "" }.to_owned(),
    ]
}

/// A group of a person as a row.
pub(super) fn group(group: &DoorGroup) -> Vec<String> {
    vec![
        group.name.to_string(),
        text(group.access_group_id.as_ref()),
        group.owner.words().to_owned(),
        doors_of(group),
    ]
}

fn held(card: &HeldCard, shown: Shown) -> Vec<String> {
    let said = |known: Option<bool>, yes: &str, no: &str, unknown: &str| match known {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => unknown.to_owned(),
    };
    let unknown = if card.in_command == Some(true) {
        "not said"
    } else {
        "–"
    };
    vec![
        match &card.card {
            Some(card) => shown.card(card),
            None => format!("{} (a number that is not known)", card.kind),
        },
        said(card.active, "yes", "switched off", unknown),
        card.owner.words().to_owned(),
        value(card.atrium_status.as_ref()),
        said(card.in_command, "yes", "no", "not read"),
    ]
}

#[derive(Serialize)]
struct UserDocument<'a> {
    name: &'a str,
    campus_id: Option<&'a str>,
    user_id: Option<&'a str>,
    external_id: Option<&'a str>,
    access_user_id: Option<&'a str>,
    managed_by: Option<&'static str>,
    inferred_from: Option<&'static str>,
    situation: Option<&'static str>,
    reasons: Vec<ReasonDocument<'a>>,
    atrium_status: Option<&'a str>,
    active: Option<bool>,
    start: Option<String>,
    end: Option<String>,
    fields: Vec<FieldDocument<'a>>,
    groups: Vec<DoorGroupDocument<'a>>,
    cards: Vec<CardDocument<'a>>,
    last_change: Option<ChangeDocument<'a>>,
    not_looked_at: &'a [String],
}

#[derive(Serialize)]
struct ReasonDocument<'a> {
    code: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
struct FieldDocument<'a> {
    field: &'static str,
    atrium: Option<&'a str>,
    command: Option<&'a str>,
    applied: Option<&'a str>,
    situation: Option<&'static str>,
    locked: bool,
    change_in: Option<&'static str>,
}

/// A group with its doors, for programs.
#[derive(Serialize)]
pub(super) struct DoorGroupDocument<'a> {
    name: &'a str,
    access_group_id: Option<&'a str>,
    owner: &'static str,
    available_to_doors: Option<bool>,
    access_levels: Option<Vec<LevelDocument<'a>>>,
}

/// An access level for programs.
#[derive(Serialize)]
pub(super) struct LevelDocument<'a> {
    name: &'a str,
    doors: Vec<&'a str>,
    sites: Vec<&'a str>,
}

#[derive(Serialize)]
struct CardDocument<'a> {
    card: Option<String>,
    #[serde(rename = "type")]
    kind: &'a str,
    active: Option<bool>,
    owner: &'static str,
    atrium_status: Option<&'a str>,
    in_command: Option<bool>,
}

/// The last change for programs.
#[derive(Serialize)]
pub(super) struct ChangeDocument<'a> {
    run: i64,
    command: &'a str,
    at: Option<String>,
    kind: Option<&'static str>,
    about: &'a str,
}

impl<'a> From<&'a LastChange> for ChangeDocument<'a> {
    fn from(change: &'a LastChange) -> Self {
        ChangeDocument {
            run: change.run,
            command: &change.command,
            at: change.at.map(moment),
            kind: change.kind.map(|kind| kind.name()),
            about: &change.label,
        }
    }
}

impl<'a> From<&'a Level> for LevelDocument<'a> {
    fn from(level: &'a Level) -> Self {
        LevelDocument {
            name: &level.name,
            doors: level.doors.iter().map(|id| &**id).collect(),
            sites: level.sites.iter().map(|id| &**id).collect(),
        }
    }
}

impl<'a> From<&'a DoorGroup> for DoorGroupDocument<'a> {
    fn from(group: &'a DoorGroup) -> Self {
        let levels = group.levels.as_ref();
        DoorGroupDocument {
            name: &group.name,
            access_group_id: group.access_group_id.as_deref(),
            owner: group.owner.name(),
            available_to_doors: group.at_doors,
            access_levels: levels.map(|levels| levels.iter().map(Into::into).collect()),
        }
    }
}

impl<'a> UserDocument<'a> {
    fn new(view: &'a UserView, shown: Shown) -> Self {
        let reason = |(code, detail): &'a (crate::model::reason::Code, String)| ReasonDocument {
            code: code.name(),
            detail,
        };
        let field = |field: &'a SideBySide| FieldDocument {
            field: field.field.name(),
            atrium: field.atrium.as_deref(),
            command: field.command.as_deref(),
            applied: field.applied.as_deref(),
            situation: field.situation.map(|word| word.name()),
            locked: field.locked.is_some(),
            change_in: field.locked,
        };
        let card = |held: &'a HeldCard| CardDocument {
            card: held.card.as_ref().map(|card| shown.card(card)),
            kind: &held.kind,
            active: held.active,
            owner: held.owner.name(),
            atrium_status: held.atrium_status.as_deref(),
            in_command: held.in_command,
        };
        UserDocument {
            name: &view.name,
            campus_id: view.campus_id.as_deref(),
            user_id: view.user_id.as_deref(),
            external_id: view.external_id.as_deref(),
            access_user_id: view.access_id.as_deref(),
            managed_by: view.managed.map(|managed| managed.by.name()),
            inferred_from: view.managed.map(|managed| managed.basis.name()),
            situation: view.situation.map(|situation| situation.name()),
            reasons: view.reasons.iter().map(reason).collect(),
            atrium_status: view.atrium_status.as_deref(),
            active: view.active,
            start: view.start.map(moment),
            end: view.end.map(moment),
            fields: view.fields.iter().map(field).collect(),
            groups: view.groups.iter().map(Into::into).collect(),
            cards: view.cards.iter().map(card).collect(),
            last_change: view.last_change.as_ref().map(Into::into),
            not_looked_at: &view.gaps,
        }
    }
}
