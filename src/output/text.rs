//! Pages for people. Each says what is done in the words of an administrator, what is not done and
//! why, and what could be done next.

mod card;
mod moved;
mod plan;
mod report;
mod source;
#[cfg(test)]
mod tests;

use crate::model::plan::{ChangeKind, Operation, Subject};
use crate::model::reason::Code;

use super::card::Shown;
use super::page::{Look, Page, Tone};

pub(super) use card::card;
pub(super) use moved::moved;
pub(super) use plan::{headline, plan, would};
pub(super) use report::{done, report, stats};
pub(super) use source::source_test;

/// How many rows a shortened list shows.
const ROWS: usize = 20;

/// How many names a shortened list of one reason shows.
const NAMES: usize = 5;

/// A number with a comma between thousands.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with the thing that it counts.
pub(super) fn count(many: u64, one: &str, more: &str) -> String {
    format!("{} {}", number(many), if many == 1 { one } else { more })
}

/// The words for one kind of change. Access is what a person cares for, so a deactivation is never
/// called by the word for what destroys a record.
pub(super) struct Words {
    pub(super) kind: ChangeKind,
    tone: Tone,
    /// Head of the section in a plan.
    pub(super) head: &'static str,
    one: &'static str,
    more: &'static str,
    /// After "to", in a plan.
    pub(super) verb: &'static str,
    done: &'static str,
}

/// Every kind, in the order in which a plan is read: what takes something away comes first, then
/// what changes, then what somebody gets.
pub(super) const KINDS: [Words; 14] = {
    const fn words(
        kind: ChangeKind,
        tone: Tone,
        head: &'static str,
        (one, more): (&'static str, &'static str),
        (verb, done): (&'static str, &'static str),
    ) -> Words {
        Words {
            kind,
            tone,
            head,
            one,
            more,
            verb,
            done,
        }
    }
    const USER: (&str, &str) = ("user", "users");
    const GROUP: (&str, &str) = ("group", "groups");
    const MEMBERSHIP: (&str, &str) = ("membership", "memberships");
    const CARD: (&str, &str) = ("card", "cards");
    use ChangeKind as K;
    [
        words(
            K::DeactivateUser,
            Tone::Loss,
            "Deactivate users",
            USER,
            ("deactivate", "deactivated"),
        ),
        words(
            K::RemoveCard,
            Tone::Loss,
            "Remove cards",
            CARD,
            ("remove", "removed"),
        ),
        words(
            K::RemoveMember,
            Tone::Loss,
            "Remove from groups",
            MEMBERSHIP,
            ("remove", "removed"),
        ),
        words(
            K::DeleteUser,
            Tone::Loss,
            "Delete users",
            USER,
            ("delete", "deleted"),
        ),
        words(
            K::DeleteGroup,
            Tone::Loss,
            "Delete groups",
            GROUP,
            ("delete", "deleted"),
        ),
        words(
            K::MoveCard,
            Tone::Heading,
            "Move cards",
            CARD,
            ("move", "moved"),
        ),
        words(
            K::ReactivateUser,
            Tone::Gain,
            "Reactivate users",
            USER,
            ("reactivate", "reactivated"),
        ),
        words(
            K::UpdateUser,
            Tone::Heading,
            "Update users",
            USER,
            ("update", "updated"),
        ),
        words(
            K::RenameGroup,
            Tone::Heading,
            "Rename groups",
            GROUP,
            ("rename", "renamed"),
        ),
        words(
            K::CreateUser,
            Tone::Gain,
            "Create users",
            USER,
            ("create", "created"),
        ),
        words(
            K::CreateGroup,
            Tone::Gain,
            "Create groups",
            GROUP,
            ("create", "created"),
        ),
        words(
            K::AddMember,
            Tone::Gain,
            "Add to groups",
            MEMBERSHIP,
            ("add", "added"),
        ),
        words(
            K::ActivateCard,
            Tone::Gain,
            "Switch cards on",
            CARD,
            ("switch on", "switched on"),
        ),
        words(K::AddCard, Tone::Gain, "Add cards", CARD, ("add", "added")),
    ]
};

/// The ids of a subject as one text; empty for the run as a whole.
pub(super) fn id(subject: &Subject) -> String {
    match subject {
        Subject::User { campus_id } => campus_id.to_string(),
        Subject::Group { access_group_id } => access_group_id.to_string(),
        Subject::Membership {
            campus_id,
            access_group_id,
        } => format!("{campus_id} / {access_group_id}"),
        Subject::Card { campus_id, .. } => campus_id.to_string(),
        Subject::Remote { id } => id.to_string(),
        Subject::Run => String::new(),
    }
}

/// The card of a subject; empty for a subject that is none.
pub(super) fn card_of(subject: &Subject, shown: Shown) -> String {
    subject
        .card()
        .map(|card| shown.card(card))
        .unwrap_or_default()
}

/// Whom an operation is about: the name, the id and the card.
fn who(operation: &Operation, shown: Shown) -> [String; 3] {
    [
        operation.label.to_string(),
        id(&operation.subject),
        card_of(&operation.subject, shown),
    ]
}

/// Parts as a sentence lists them.
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A value as people read it.
pub(super) fn value(text: &str) -> &str {
    if text.is_empty() { "(none)" } else { text }
}

/// A length of time, as people say it.
pub(super) fn duration(seconds: u64) -> String {
    match seconds {
        0 => "less than a second".to_owned(),
        1..90 => count(seconds, "second", "seconds"),
        _ => count(seconds.div_ceil(60), "minute", "minutes"),
    }
}

/// What a reason means and what to do about it.
fn remedy(page: &mut Page, code: Code) {
    if !code.remedy().is_empty() {
        page.paragraph(Tone::Plain, "  → ", code.remedy());
    }
}

/// Puts items of the same code together, in the order of the codes.
pub(super) fn by_code<T>(items: &[T], code: impl Fn(&T) -> Code) -> Vec<(Code, Vec<&T>)> {
    let mut groups = std::collections::BTreeMap::<Code, Vec<&T>>::new();
    for item in items {
        groups.entry(code(item)).or_default().push(item);
    }
    groups.into_iter().collect()
}
