//! Reading back what was done: runs, newest first, and the actions of one.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Ledger, LedgerError};
use crate::model::history::{PastAction, PastCounts, PastRun};

const RUNS: &str = "SELECT id, started, ended, organization, command, allowed, people, exit,
        requests,
        (SELECT count(*) FROM actions WHERE run = runs.id AND state = 'done') AS done,
        (SELECT count(*) FROM actions WHERE run = runs.id AND state = 'failed') AS failed,
        (SELECT count(*) FROM actions WHERE run = runs.id AND state = 'owed') AS owed,
        (SELECT count(*) FROM actions WHERE run = runs.id AND state = 'skipped') AS skipped,
        (SELECT count(*) FROM actions WHERE run = runs.id AND state = 'intended') AS unknown
     FROM runs";

impl Ledger {
    /// The last runs, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn past_runs(&self, limit: usize) -> Result<Vec<PastRun>, LedgerError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let look = |connection: &Connection| {
            let mut statement =
                connection.prepare_cached(&format!("{RUNS} ORDER BY id DESC LIMIT ?1"))?;
            let rows = statement.query_map((limit,), past_run)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }

    /// How many runs there are.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn run_count(&self) -> Result<u64, LedgerError> {
        let count = self
            .connection
            .query_row("SELECT count(*) FROM runs", (), |row| row.get::<_, i64>(0));
        let count = count.map_err(|cause| self.failed(cause))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// A run by its number.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn past_run(&self, id: i64) -> Result<Option<PastRun>, LedgerError> {
        let look = |connection: &Connection| {
            connection
                .prepare_cached(&format!("{RUNS} WHERE id = ?1"))?
                .query_row((id,), past_run)
                .optional()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }

    /// The actions of a run, in the order of its plan.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn past_actions(&self, run: i64) -> Result<Vec<PastAction>, LedgerError> {
        let look = |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "SELECT position, kind, campus_id, subject, change, label, state, code, detail, at
                 FROM actions WHERE run = ?1 ORDER BY position",
            )?;
            let rows = statement.query_map((run,), past_action)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }
}

fn when(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<u64>> {
    let number: Option<i64> = row.get(column)?;
    Ok(number.and_then(|number| u64::try_from(number).ok()))
}

fn past_run(row: &Row<'_>) -> rusqlite::Result<PastRun> {
    let allowed: String = row.get("allowed")?;
    let count = |column| Ok::<_, rusqlite::Error>(number(row, column)?.unwrap_or_default());
    Ok(PastRun {
        id: row.get("id")?,
        started: when(row, "started")?.unwrap_or_default(),
        ended: when(row, "ended")?,
        organization: row.get("organization")?,
        command: row.get("command")?,
        allowed: allowed.split_whitespace().map(str::to_owned).collect(),
        people: number(row, "people")?,
        exit: number(row, "exit")?.and_then(|exit| u8::try_from(exit).ok()),
        requests: number(row, "requests")?,
        counts: PastCounts {
            done: count("done")?,
            failed: count("failed")?,
            owed: count("owed")?,
            skipped: count("skipped")?,
            unknown: count("unknown")?,
        },
    })
}

/// What a newer or older version has written in another way is left out, and the rest is told.
fn past_action(row: &Row<'_>) -> rusqlite::Result<PastAction> {
    let (subject, change): (String, String) = (row.get("subject")?, row.get("change")?);
    Ok(PastAction {
        position: row.get("position")?,
        kind: row.get("kind")?,
        campus_id: row.get("campus_id")?,
        subject: serde_json::from_str(&subject).ok(),
        change: serde_json::from_str(&change).ok(),
        label: row.get("label")?,
        state: row.get("state")?,
        code: row.get("code")?,
        detail: row.get("detail")?,
        at: when(row, "at")?,
    })
}
