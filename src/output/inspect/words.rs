//! The words that lists and single looks share.

use crate::model::Text;
use crate::model::inspect::{DoorGroup, LastChange, Level, Managed, Manager, Remarks};

impl Manager {
    /// The words of pages.
    pub(in crate::output) fn words(self) -> &'static str {
        match self {
            Manager::Atrium => "Atrium (this tool)",
            Manager::OtherClient => "another SCIM client",
            Manager::Native => "native",
        }
    }

    /// The word of documents.
    pub(in crate::output) fn name(self) -> &'static str {
        match self {
            Manager::Atrium => "atriumctl",
            Manager::OtherClient => "scim-client",
            Manager::Native => "native",
        }
    }
}

/// Who manages something.
pub(super) fn managed(managed: Option<Managed>) -> String {
    managed
        .map_or("not in Command", |managed| managed.by.words())
        .to_owned()
}

/// Who manages a user, as Command tags it, and from what that is told.
pub(super) fn managed_long(managed: Option<Managed>) -> String {
    let Some(Managed { by, basis }) = managed else {
        return "not in Command".to_owned();
    };
    let who = match by {
        Manager::Atrium => "Externally Managed, by this tool for Atrium",
        Manager::OtherClient => "Externally Managed, by another SCIM client",
        Manager::Native => "native: made in Command",
    };
    format!("{who} (inferred from: {})", basis.words())
}

/// Whether a user is active.
pub(super) fn active(active: Option<bool>) -> &'static str {
    match active {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not said",
    }
}

/// The same for a spreadsheet.
pub(super) fn active_csv(active: Option<bool>) -> &'static str {
    match active {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    }
}

/// What was found by comparing.
pub(super) fn remarks(remarks: &Remarks) -> String {
    let mut parts = Vec::new();
    if !remarks.drifted.is_empty() {
        parts.push(format!("drifted: {}", joined(&remarks.drifted)));
    }
    match remarks.local_extras {
        None | Some(0) => {}
        Some(many) => parts.push(format!("added in Command: {many}")),
    }
    if let Some(lacking) = remarks.missing_in {
        parts.push(format!("not in {}", lacking.name()));
    }
    parts.join("; ")
}

/// A text, or nothing.
pub(super) fn text(text: Option<&Text>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// Texts with commas between.
pub(super) fn joined(texts: &[Text]) -> String {
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    texts.join(", ")
}

/// Which doors a group opens.
pub(super) fn doors(at_doors: Option<bool>, levels: Option<&[Level]>) -> String {
    match (at_doors, levels) {
        (Some(false), _) => "not available to doors".to_owned(),
        (None, _) => "not read".to_owned(),
        (Some(true), None) => "available to doors; access levels were not read".to_owned(),
        (Some(true), Some([])) => "available to doors, and in no access level".to_owned(),
        (Some(true), Some(levels)) => {
            let levels: Vec<String> = levels.iter().map(level).collect();
            levels.join("; ")
        }
    }
}

fn level(level: &Level) -> String {
    match level.doors.as_slice() {
        [] => format!("{} (no door)", level.name),
        doors => format!("{} (doors {})", level.name, joined(doors)),
    }
}

/// Which doors a group of a person opens.
pub(super) fn doors_of(group: &DoorGroup) -> String {
    doors(group.at_doors, group.levels.as_deref())
}

/// The last change in a sentence.
pub(super) fn last_change(change: Option<&LastChange>) -> String {
    let Some(change) = change else {
        return "none that the ledger knows".to_owned();
    };
    let kind = change.kind.map_or("a change", |kind| kind.name());
    let at = change.at.map(|at| format!(" at {at:.0}"));
    format!(
        "{kind}, {}{}, in run {} ({})",
        change.label,
        at.unwrap_or_default(),
        change.run,
        change.command
    )
}
