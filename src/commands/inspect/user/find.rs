//! Whom a word means: an id, an address, a name or a part of it, in Atrium, Command and the ledger.

use crate::context::{Session, rest_error};
use crate::diagnose::facts::Facts;
use crate::diagnose::person::{fits, near};
use crate::error::{Error, Exit};
use crate::model::Text;
use crate::model::access::AccessUser;
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster};

/// So many who fit are told.
const TOLD: usize = 20;

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
