//! The last thing that was done for a person or a group, and the run that did it.

use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use super::{Ledger, LedgerError};
use crate::model::inspect::LastChange;
use crate::model::plan::ChangeKind;
use crate::model::{AccessGroupId, CampusId};

const DONE: &str = "SELECT actions.run, runs.command, actions.at, actions.kind, actions.label
     FROM actions JOIN runs ON runs.id = actions.run
     WHERE actions.state = 'done'";

/// The newest one; of one run, the last in the order of its plan.
const NEWEST: &str = "ORDER BY actions.run DESC, actions.position DESC LIMIT 1";

impl Ledger {
    /// The last change of a person that Command acknowledged: of the user, a membership or a card.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn last_change_of_person(&self, id: &CampusId) -> Result<Option<LastChange>, LedgerError> {
        let sql = format!("{DONE} AND actions.campus_id = ?1 {NEWEST}");
        self.last_change(&sql, (id.as_str(),))
    }

    /// The last change of a group that Command acknowledged: of the group or one of its members.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn last_change_of_group(
        &self,
        id: &AccessGroupId,
    ) -> Result<Option<LastChange>, LedgerError> {
        let subject = "json_extract(actions.subject, '$.access_group_id') = ?1";
        let sql = format!("{DONE} AND {subject} {NEWEST}");
        self.last_change(&sql, (id.as_str(),))
    }

    fn last_change(
        &self,
        sql: &str,
        parameters: impl Params,
    ) -> Result<Option<LastChange>, LedgerError> {
        let look = |connection: &Connection| {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(parameters, change).optional()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }
}

/// A kind or a time that another version wrote in another way is left out.
fn change(row: &Row<'_>) -> rusqlite::Result<LastChange> {
    let (at, kind): (Option<String>, String) = (row.get("at")?, row.get("kind")?);
    Ok(LastChange {
        run: row.get("run")?,
        command: row.get("command")?,
        at: at.and_then(|at| at.parse().ok()),
        kind: serde_json::from_value::<ChangeKind>(kind.into()).ok(),
        label: row.get("label")?,
    })
}
