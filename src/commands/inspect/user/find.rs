//! Whom a word means: an id, an address, a name or a part of it, in Atrium, Command and the ledger.

use crate::context::{Session, rest_error};
use crate::diagnose::facts::Facts;
use crate::error::{Error, Exit};
use crate::model::Text;
use crate::model::access::AccessUser;
use crate::model::fold::fold;
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};
use crate::reconcile::policy::Policy;

/// So many who fit are told.
const TOLD: usize = 20;

/// The campus id that an id of ours or of Command's stands for; else what was asked.
pub(in crate::commands::inspect) fn alias(asked: &str, memory: &Memory, policy: &Policy) -> String {
    if let Some(id) = policy.user_ids.parse(asked) {
        return id.to_owned();
    }
    let known = memory.users.iter().find(|(_, user)| {
        let access = user.access.as_ref().map(|access| access.id.as_str());
        user.user_id.as_str() == asked || access == Some(asked)
    });
    match known {
        Some((id, _)) => id.to_string(),
        None => asked.to_owned(),
    }
}

/// Somebody who fits.
pub(super) struct Hit {
    /// By what to ask for them.
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) email: Text,
    pub(super) from: &'static str,
}

impl Hit {
    pub(super) fn of(person: &Person) -> Self {
        Hit {
            id: person.campus_id.0.clone(),
            name: person.display_name(),
            email: person.email.clone(),
            from: "Atrium",
        }
    }
}

/// Whether a name is the one that is asked for: whole, or, from three letters on, a part of it.
pub(super) fn fits(asked: &str, name: &str, email: &str) -> bool {
    let asked = fold(asked);
    let long = asked.chars().count() >= 3;
    let part = |text: &str| long && fold(text).contains(asked.as_ref());
    fold(name) == asked || part(name) || part(email)
}

/// People of Command's list of everybody who fit. One request.
pub(super) async fn in_command(session: &Session, asked: &str) -> Result<Vec<Hit>, Error> {
    let Some(client) = &session.access else {
        return Ok(Vec::new());
    };
    let everybody = client.everybody().await;
    let everybody = everybody.map_err(|error| rest_error(error, &session.profile))?;
    let fitting = everybody
        .into_iter()
        .filter(|user| fits(asked, &user.full_name, &user.email));
    Ok(fitting
        .map(|user: AccessUser| Hit {
            id: user.id.0,
            name: user.full_name,
            email: user.email,
            from: "Command",
        })
        .collect())
}

/// People of the ledger who fit and are not in Atrium any more.
pub(super) fn in_ledger(memory: &Memory, roster: &Roster, asked: &str) -> Vec<Hit> {
    let users = memory.users.iter();
    let fitting =
        users.filter(|(_, user)| fits(asked, &user.applied.display_name(), &user.applied.email));
    let mut hits: Vec<Hit> = fitting
        .filter(|(id, _)| !roster.people.iter().any(|person| person.campus_id == **id))
        .map(|(id, user)| Hit {
            id: id.0.clone(),
            name: user.applied.display_name(),
            email: user.applied.email.clone(),
            from: "the ledger",
        })
        .collect();
    hits.sort_by(|a, b| a.id.cmp(&b.id));
    hits
}

pub(super) fn many(asked: &str, hits: &[Hit]) -> Error {
    let message = format!(
        "{} people fit `{asked}`; name one of them by id",
        hits.len()
    );
    let mut error = Error::message(Exit::Usage, message);
    for hit in hits.iter().take(TOLD) {
        error = error.hint(format!(
            "{}  {}  {}  ({})",
            hit.id, hit.name, hit.email, hit.from
        ));
    }
    if hits.len() > TOLD {
        error = error.hint(format!("and {} more", hits.len() - TOLD));
    }
    error
}

pub(super) fn nobody(asked: &str, roster: &Roster, facts: &Facts) -> Error {
    let message = format!("nobody in Atrium, Command or the ledger fits `{asked}`");
    let mut error = Error::message(Exit::Failed, message);
    for place in facts
        .atrium
        .seen()
        .iter()
        .flat_map(|atrium| &atrium.unreadable)
    {
        error = error.hint(format!("a row that can't be read may be theirs: {place}"));
    }
    let near = near(roster, asked);
    if near.is_empty() {
        return error.hint("atriumctl inspect users lists everybody of Command");
    }
    for person in near {
        let name = person.display_name();
        error = error.hint(format!(
            "did you mean {}  {name}  {}",
            person.campus_id, person.email
        ));
    }
    error
}

/// So many near names are told.
const NEAR: usize = 5;

/// Below this likeness (Jaro-Winkler, 0 to 1), names have little more in common than a few letters.
const ALIKE: f64 = 0.88;

/// The people of Atrium whose id, name, part of a name, or address is most like what was asked.
fn near<'r>(roster: &'r Roster, asked: &str) -> Vec<&'r Person> {
    let asked = fold(asked);
    let likeness = |text: &str| strsim::jaro_winkler(&asked, &fold(text));
    let mut alike: Vec<(f64, &Person)> = Vec::new();
    for person in &roster.people {
        let name = person.display_name();
        let words = name
            .split_whitespace()
            .chain([&*name, person.campus_id.as_str()]);
        let local = person.email.split('@').next().unwrap_or_default();
        let best = words
            .chain([local, &*person.email])
            .map(likeness)
            .fold(0.0, f64::max);
        if best >= ALIKE {
            alike.push((best, person));
        }
    }
    alike.sort_by(|(a, first), (b, second)| {
        b.total_cmp(a)
            .then_with(|| first.campus_id.cmp(&second.campus_id))
    });
    alike
        .into_iter()
        .take(NEAR)
        .map(|(_, person)| person)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_fits_from_three_letters_on() {
        assert!(fits("ana diaz", "Ana Diaz", ""));
        assert!(fits("DIA", "Ana Diaz", ""));
        assert!(fits("diaz@", "", "ana.diaz@a.example"));
        assert!(!fits("di", "Ana Diaz", ""));
        assert!(!fits("", "Ana Diaz", ""));
    }
}
