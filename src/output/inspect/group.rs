//! One group from all sides.

use serde::Serialize;

use super::sheet::{Part, Sheet};
use super::user::{ChangeDocument, LevelDocument};
use super::words::{joined, last_change, managed_long, text};
use crate::error::Error;
use crate::model::inspect::{GroupView, Level, MemberLine};
use crate::output::Ui;
use crate::output::json::Schema;

/// Shows one group from all sides.
///
/// # Errors
/// As of [`Ui::data`].
pub fn group_view(ui: &Ui, view: &GroupView) -> Result<(), Error> {
    let programs = Schema {
        schema: "atriumctl.inspect-group-details/1",
        document: GroupDocument::new(view),
    };
    sheet(view).show(ui, &programs)
}

fn sheet(view: &GroupView) -> Sheet {
    let mut sheet = Sheet {
        title: view.name.to_string(),
        gaps: view.gaps.clone(),
        ..Sheet::default()
    };
    sheet.fact("name in Atrium", text(view.atrium_name.as_ref()));
    sheet.fact("name last applied", text(view.applied_name.as_ref()));
    sheet.fact("id in Atrium", text(view.access_group_id.as_ref()));
    sheet.fact("id in Command", text(view.group_id.as_ref()));
    sheet.fact("external id", text(view.external_id.as_ref()));
    sheet.fact("managed", managed_long(view.managed));
    if let Some(place) = view.managed.and_then(|managed| managed.by.changed_in()) {
        sheet.fact(
            "locked",
            format!("name and members; change them in {place}"),
        );
    }
    sheet.fact(
        "at doors",
        match view.at_doors {
            Some(true) => "available",
            Some(false) => "not available: in Command, Access → Groups → Create SCIM Group",
            None => "not read",
        },
    );
    sheet.fact("last change", last_change(view.last_change.as_ref()));
    if let Some(levels) = &view.levels {
        sheet.parts.push(Part {
            title: "Access levels and doors".to_owned(),
            head: vec!["access level", "doors", "sites"],
            rows: levels.iter().map(level).collect(),
            none: "In no access level, so it opens no door.",
        });
    }
    if let Some(members) = &view.members {
        sheet.parts.push(Part {
            title: format!("Members ({})", members.len()),
            head: vec!["name", "campus id", "owner", "id in Command"],
            rows: members.iter().map(member).collect(),
            none: "Nobody.",
        });
    }
    sheet
}

fn level(level: &Level) -> Vec<String> {
    vec![
        level.name.to_string(),
        match level.doors.as_slice() {
            [] => "none".to_owned(),
            doors => joined(doors),
        },
        joined(&level.sites),
    ]
}

fn member(member: &MemberLine) -> Vec<String> {
    vec![
        match member.name.as_str() {
            "" => "(name not known)".to_owned(),
            name => name.to_owned(),
        },
        text(member.campus_id.as_ref()),
        member.owner.words().to_owned(),
        text(member.id.as_ref()),
    ]
}

#[derive(Serialize)]
struct GroupDocument<'a> {
    name: &'a str,
    atrium_name: Option<&'a str>,
    applied_name: Option<&'a str>,
    access_group_id: Option<&'a str>,
    group_id: Option<&'a str>,
    external_id: Option<&'a str>,
    managed_by: Option<&'static str>,
    inferred_from: Option<&'static str>,
    locked_fields: &'static [&'static str],
    locked_fields_change_in: Option<&'static str>,
    available_to_doors: Option<bool>,
    access_levels: Option<Vec<LevelDocument<'a>>>,
    members: Option<Vec<MemberDocument<'a>>>,
    last_change: Option<ChangeDocument<'a>>,
    not_looked_at: &'a [String],
}

#[derive(Serialize)]
struct MemberDocument<'a> {
    name: &'a str,
    campus_id: Option<&'a str>,
    id: Option<&'a str>,
    owner: &'static str,
}

impl<'a> GroupDocument<'a> {
    fn new(view: &'a GroupView) -> Self {
        let change_in = view.managed.and_then(|managed| managed.by.changed_in());
        let member = |member: &'a MemberLine| MemberDocument {
            name: &member.name,
            campus_id: member.campus_id.as_deref(),
            id: member.id.as_deref(),
            owner: member.owner.name(),
        };
        let levels = view.levels.as_ref();
        let members = view.members.as_ref();
        GroupDocument {
            name: &view.name,
            atrium_name: view.atrium_name.as_deref(),
            applied_name: view.applied_name.as_deref(),
            access_group_id: view.access_group_id.as_deref(),
            group_id: view.group_id.as_deref(),
            external_id: view.external_id.as_deref(),
            managed_by: view.managed.map(|managed| managed.by.name()),
            inferred_from: view.managed.map(|managed| managed.basis.name()),
            locked_fields: change_in.map_or(&[], |_| &["name", "members"]),
            locked_fields_change_in: change_in,
            available_to_doors: view.at_doors,
            access_levels: levels.map(|levels| levels.iter().map(Into::into).collect()),
            members: members.map(|members| members.iter().map(member).collect()),
            last_change: view.last_change.as_ref().map(Into::into),
            not_looked_at: &view.gaps,
        }
    }
}
