//! What was done through the admin port: SCIM tokens that were made, by their fingerprints, and
//! metadata that was uploaded, with what was in force before.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::record::time;
use super::schema::WITH_ADMIN;
use super::{Ledger, LedgerError};

/// A SCIM token that we know something about. The token itself is never here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// SHA-256 of the token, in hexadecimal.
    pub fingerprint: String,
    /// When it was made; `None` if we did not make it.
    pub made: Option<Timestamp>,
    /// The email domains that it was made for, folded; `None` if not known.
    pub domains: Option<Vec<String>>,
    /// Whether Command sends invitations; `None` if not known.
    pub invites: Option<bool>,
    /// When Command last took it.
    pub last_good: Option<Timestamp>,
}

/// Metadata that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRecord {
    /// Its number, ascending from 1 within a ledger; 0 before it is recorded.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The client id of the configuration.
    pub client_id: String,
    /// What was in force before; `None` if nothing was, or if that is not known.
    pub before: Option<Vec<u8>>,
    /// Whether `before` is what was read from Command.
    pub before_known: bool,
    /// What was uploaded.
    pub after: Vec<u8>,
    /// What is known of the outcome, in a word: `intended`, `read-back`, `proven`, `failed`.
    pub outcome: String,
}

impl Ledger {
    /// Notes what is known of a token; what was known before of the same one is replaced.
    ///
    /// # Errors
    /// If the file refuses.
    pub fn record_token(&mut self, token: &TokenRecord) -> Result<(), LedgerError> {
        let domains = token.domains.as_ref().map(|domains| domains.join(" "));
        self.write(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO tokens
                     VALUES (:fingerprint, :made, :domains, :invites, :last_good)",
                )?
                .execute(named_params! {
                    ":fingerprint": token.fingerprint,
                    ":made": token.made.map(time),
                    ":domains": domains,
                    ":invites": token.invites,
                    ":last_good": token.last_good.map(time),
                })
                .map(drop)
        })
    }

    /// Notes that Command took a token.
    ///
    /// # Errors
    /// If the file refuses.
    pub fn token_worked(&mut self, fingerprint: &str, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO tokens (fingerprint, last_good) VALUES (?1, ?2)
                     ON CONFLICT DO UPDATE SET last_good = max(coalesce(last_good, ''), ?2)",
                )?
                .execute([fingerprint, &time(at)])
                .map(drop)
        })
    }

    /// What is known of a token.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn token(&self, fingerprint: &str) -> Result<Option<TokenRecord>, LedgerError> {
        if self.format < WITH_ADMIN {
            return Ok(None);
        }
        let look = |connection: &Connection| {
            connection
                .prepare_cached("SELECT * FROM tokens WHERE fingerprint = ?")?
                .query_row([fingerprint], token_record)
                .optional()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }

    /// Records an upload, or with its number what became of it, and returns the number.
    ///
    /// # Errors
    /// If the file refuses.
    pub fn record_upload(&mut self, upload: &UploadRecord) -> Result<i64, LedgerError> {
        let id = (upload.id > 0).then_some(upload.id);
        self.write(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO uploads
                     VALUES (:id, :at, :client_id, :before, :before_known, :after, :outcome)",
                )?
                .execute(named_params! {
                    ":id": id,
                    ":at": time(upload.at),
                    ":client_id": upload.client_id,
                    ":before": upload.before,
                    ":before_known": upload.before_known,
                    ":after": upload.after,
                    ":outcome": upload.outcome,
                })?;
            Ok(id.unwrap_or_else(|| connection.last_insert_rowid()))
        })
    }

    /// All uploads, oldest first.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn uploads(&self) -> Result<Vec<UploadRecord>, LedgerError> {
        if self.format < WITH_ADMIN {
            return Ok(Vec::new());
        }
        let look = |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT * FROM uploads ORDER BY id")?;
            let rows = statement.query_map((), upload_record)?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        look(&self.connection).map_err(|cause| self.failed(cause))
    }
}

fn read_time(text: Option<String>) -> Option<Timestamp> {
    text.and_then(|text| text.parse().ok())
}

fn token_record(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    let domains: Option<String> = row.get("domains")?;
    Ok(TokenRecord {
        fingerprint: row.get("fingerprint")?,
        made: read_time(row.get("made")?),
        domains: domains.map(|text| text.split_whitespace().map(str::to_owned).collect()),
        invites: row.get("invites")?,
        last_good: read_time(row.get("last_good")?),
    })
}

fn upload_record(row: &Row<'_>) -> rusqlite::Result<UploadRecord> {
    Ok(UploadRecord {
        id: row.get("id")?,
        at: read_time(row.get("at")?).unwrap_or_default(),
        client_id: row.get("client_id")?,
        before: row.get("before")?,
        before_known: row.get("before_known")?,
        after: row.get("after")?,
        outcome: row.get("outcome")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Access;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn tokens_and_uploads_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let mut ledger = Ledger::open(&path, Access::Write).unwrap();
        let token = TokenRecord {
            fingerprint: "ab".to_owned(),
            made: Some(at(10)),
            domains: Some(vec!["a.edu".to_owned(), "b.edu".to_owned()]),
            invites: Some(false),
            last_good: None,
        };
        ledger.record_token(&token).unwrap();
        ledger.token_worked("ab", at(30)).unwrap();
        ledger.token_worked("ab", at(20)).unwrap();
        ledger.token_worked("cd", at(20)).unwrap();
        let mut upload = UploadRecord {
            id: 0,
            at: at(40),
            client_id: "school".to_owned(),
            before: None,
            before_known: true,
            after: b"<xml/>".to_vec(),
            outcome: "intended".to_owned(),
        };
        upload.id = ledger.record_upload(&upload).unwrap();
        upload.outcome = "read-back".to_owned();
        assert_eq!(ledger.record_upload(&upload).unwrap(), upload.id);
        drop(ledger);

        let ledger = Ledger::open(&path, Access::ReadOnly).unwrap();
        let last_good = Some(at(30));
        assert_eq!(
            ledger.token("ab").unwrap(),
            Some(TokenRecord { last_good, ..token })
        );
        let found = ledger.token("cd").unwrap().unwrap();
        assert_eq!((found.made, found.domains), (None, None));
        assert_eq!(ledger.token("ef").unwrap(), None);
        assert_eq!(ledger.uploads().unwrap(), [upload]);
    }
}
