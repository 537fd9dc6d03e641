//! Who has the card with a number.

use serde::Serialize;

use super::sheet::{Part, Sheet};
use super::user::{DoorGroupDocument, group};
use super::words::text;
use crate::error::Error;
use crate::model::inspect::{CardHit, CardSearch};
use crate::output::Ui;
use crate::output::card::Shown;
use crate::output::json::Schema;
use crate::output::text::count;

/// Shows who has the card with a number.
///
/// # Errors
/// As of [`Ui::data`].
pub fn card_search(ui: &Ui, found: &CardSearch) -> Result<(), Error> {
    let programs = Schema {
        schema: "atriumctl.inspect-card-search/1",
        document: SearchDocument::new(found, ui.shown()),
    };
    sheet(found, ui.shown()).show(ui, &programs)
}

fn moment(at: jiff::Timestamp) -> String {
    format!("{at:.0}")
}

/// Whether the card opens doors, and what else has a say in that.
fn state(hit: &CardHit) -> String {
    let mut parts = vec![match (hit.in_command, hit.active) {
        (None, _) => "Command was not read".to_owned(),
        (Some(false), _) => "Command does not have it for this person".to_owned(),
        (_, Some(true)) => "active in Command".to_owned(),
        (_, Some(false)) => "switched off in Command".to_owned(),
        (_, None) => "in Command, which does not say whether it is active".to_owned(),
    }];
    parts.extend(hit.start.map(|at| format!("works from {}", moment(at))));
    parts.extend(hit.end.map(|at| format!("works until {}", moment(at))));
    parts.join("; ")
}

fn sheet(found: &CardSearch, shown: Shown) -> Sheet {
    let many = found.hits.len() as u64;
    let mut sheet = Sheet {
        title: match many {
            0 => "Nobody is known to have this card".to_owned(),
            _ => format!("{} found", count(many, "card", "cards")),
        },
        gaps: found.gaps.clone(),
        ..Sheet::default()
    };
    sheet.fact("read as", found.read_as.join("; "));
    for hit in &found.hits {
        let who = match hit.campus_id.as_deref() {
            Some(id) => format!("{} ({id})", hit.name),
            None => hit.name.to_string(),
        };
        sheet.fact("person", who);
        sheet.fact("card", shown.card(&hit.card));
        sheet.fact("owner", hit.owner.words());
        sheet.fact("state", state(hit));
        sheet.fact(
            "in Atrium",
            match &hit.atrium {
                Some((kind, status)) if status.is_empty() => format!("{kind}, no status"),
                Some((kind, status)) => format!("{kind}, {status}"),
                None => "no".to_owned(),
            },
        );
        sheet.fact(
            "in the ledger",
            match hit.ledger {
                Some(Some(at)) => format!("as of {}", moment(at)),
                Some(None) => "yes".to_owned(),
                None => "no".to_owned(),
            },
        );
        sheet.parts.push(Part {
            title: format!("Groups and doors of {}", hit.name),
            head: vec!["group", "id in Atrium", "owner", "doors"],
            rows: hit.groups.iter().map(group).collect(),
            none: "In no group, so it opens no door; or the groups were not read.",
        });
    }
    sheet.last = match many {
        0 => "for why a card was refused at a door: atriumctl diagnose WHO",
        _ if !shown.whole => "--unmask shows card numbers whole; for why: atriumctl diagnose WHO",
        _ => "for why: atriumctl diagnose WHO",
    }
    .to_owned();
    sheet
}

#[derive(Serialize)]
struct SearchDocument<'a> {
    read_as: &'a [String],
    cards: Vec<HitDocument<'a>>,
    not_looked_at: &'a [String],
}

#[derive(Serialize)]
struct HitDocument<'a> {
    card: String,
    format: &'static str,
    campus_id: Option<String>,
    name: &'a str,
    owner: &'static str,
    atrium_type: Option<&'a str>,
    atrium_status: Option<&'a str>,
    in_ledger: bool,
    ledger_as_of: Option<String>,
    in_command: Option<bool>,
    active: Option<bool>,
    start: Option<String>,
    end: Option<String>,
    groups: Vec<DoorGroupDocument<'a>>,
}

impl<'a> SearchDocument<'a> {
    fn new(found: &'a CardSearch, shown: Shown) -> Self {
        let hit = |hit: &'a CardHit| {
            let atrium = hit.atrium.as_ref();
            let campus_id = Some(text(hit.campus_id.as_ref()));
            HitDocument {
                card: shown.card(&hit.card),
                format: hit.card.format.short(),
                campus_id: campus_id.filter(|id| !id.is_empty()),
                name: &hit.name,
                owner: hit.owner.name(),
                atrium_type: atrium.map(|(kind, _)| &**kind),
                atrium_status: atrium.map(|(_, status)| &**status),
                in_ledger: hit.ledger.is_some(),
                ledger_as_of: hit.ledger.flatten().map(moment),
                in_command: hit.in_command,
                active: hit.active,
                start: hit.start.map(moment),
                end: hit.end.map(moment),
                groups: hit.groups.iter().map(Into::into).collect(),
            }
        };
        SearchDocument {
            read_as: &found.read_as,
            cards: found.hits.iter().map(hit).collect(),
            not_looked_at: &found.gaps,
        }
    }
}
