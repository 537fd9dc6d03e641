//! Whether the decisions of a review file still hold: every row that is to be linked has to be as it
//! was when the file was made, or nothing at all is written.

use std::collections::{BTreeMap, HashMap};

use super::file::Entry;
use crate::error::{Error, Exit};
use crate::model::CampusId;
use crate::reconcile::adopt::{Confidence, Decision, Kind, Link, Proposal, Review};

/// So many rows are named where many are at fault.
const NAMED: usize = 10;

/// What is to be linked, and who is linked already.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    pub(super) link: Vec<Proposal>,
    /// Rows that an earlier run linked: the campus id and the name.
    pub(super) done: Vec<(String, String)>,
}

/// Compares decisions with what there is now.
pub(super) fn check(entries: &[Entry], review: &Review) -> Result<Tasks, Error> {
    let by_print: HashMap<String, &Proposal> = review
        .proposals
        .iter()
        .map(|proposal| (proposal.fingerprint(), proposal))
        .collect();
    let mut tasks = Tasks::default();
    let mut stale = Vec::new();
    let chosen = entries
        .iter()
        .filter(|entry| entry.decision == Decision::Link);
    for entry in chosen {
        if is_linked(entry, &review.linked) {
            tasks
                .done
                .push((entry.atrium_id.clone(), entry.atrium_name.clone()));
            continue;
        }
        match by_print.get(&entry.fingerprint) {
            Some(proposal) => {
                check_row(entry, proposal)?;
                tasks.link.push((*proposal).clone());
            }
            None => stale.push(entry),
        }
    }
    if !stale.is_empty() {
        return Err(told(&stale));
    }
    check_once(&tasks.link)?;
    Ok(tasks)
}

fn told(stale: &[&Entry]) -> Error {
    let named = stale.iter().take(NAMED).map(|entry| {
        format!(
            "row {} ({} {})",
            entry.line,
            entry.atrium_id,
            entry.atrium_name.trim()
        )
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match stale.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Error::message(
        Exit::Stale,
        format!("Atrium or Command changed since the review: {named}{more}; nothing was written"),
    )
    .hint("adopt plan with a new file, and decide on these rows anew")
    .hint("or set the rows to skip, and the others are linked")
}

/// Whether an earlier run linked the row, whatever a spreadsheet made of its ids.
fn is_linked(entry: &Entry, linked: &BTreeMap<CampusId, Link>) -> bool {
    let bare = |id: &str| id.trim_start_matches('0').to_owned();
    let exact = linked.get(&CampusId::from(entry.atrium_id.as_str()));
    let mut alike = linked.iter();
    let link = exact.or_else(|| {
        alike
            .find(|(id, _)| bare(id.as_str()) == bare(&entry.atrium_id))
            .map(|(_, link)| link)
    });
    link.is_some_and(|link| {
        let user = link.user.as_ref().map(|id| id.as_str());
        let access = link.access.as_ref().map(|id| id.as_str());
        user == Some(entry.command_id.as_str()) || access == Some(entry.access_id.as_str())
    })
}

fn check_row(entry: &Entry, proposal: &Proposal) -> Result<(), Error> {
    let fault = |message: &str| {
        let Entry {
            line, atrium_id, ..
        } = entry;
        Error::message(Exit::Usage, format!("row {line} ({atrium_id}): {message}"))
    };
    if proposal.kind == Kind::Group {
        return Err(
            fault("a group can't be linked by a review file").hint(format!(
                "a group that a SCIM client made is bound in the profile: \
             [atrium.access_groups.\"{}\"] group_id = \"…\"",
                proposal.atrium_id
            )),
        );
    }
    match proposal.confidence {
        Confidence::None => return Err(fault("there is nobody to link")),
        Confidence::Contradicted => {
            return Err(
                fault("something says that the two are not one").hint(format!(
                    "{}: correct it first, or skip the row",
                    proposal.evidence
                )),
            );
        }
        _ => {}
    }
    let same = |cell: &str, id: &str| cell.is_empty() || cell == id;
    if !same(&entry.command_id, &proposal.command_id)
        || !same(&entry.access_id, &proposal.access_id)
    {
        return Err(fault(
            "an id was edited; only the decision is to be changed",
        ));
    }
    Ok(())
}

/// Nobody is linked twice.
fn check_once(chosen: &[Proposal]) -> Result<(), Error> {
    let mut people = HashMap::new();
    let mut users = HashMap::new();
    for proposal in chosen {
        let person = people.insert(&proposal.atrium_id, proposal);
        let user = users.insert((&proposal.command_id, &proposal.access_id), proposal);
        let Some(other) = person.or(user) else {
            continue;
        };
        return Err(Error::message(
            Exit::Usage,
            format!(
                "two rows are to be linked for one person or one user: {} with {}{}, {} with {}{}",
                other.atrium_id,
                other.command_id,
                other.access_id,
                proposal.atrium_id,
                proposal.command_id,
                proposal.access_id
            ),
        )
        .hint("set one of them to skip"));
    }
    Ok(())
}
