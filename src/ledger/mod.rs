//! The ledger: what a profile remembers from run to run, in one SQLite file. It holds who is who,
//! the values that were last applied, what is owed, and every action with its outcome.
//!
//! It is a memory and never the only truth: without it a sync still works, and rebuilds it. One
//! run at a time writes; others can read meanwhile. The file is sensitive and for its owner alone.

mod admin;
mod changes;
mod error;
mod history;
mod lock;
mod recall;
mod record;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

pub use self::admin::{TokenRecord, UploadRecord};
pub use self::error::LedgerError;
use self::lock::Lock;
use self::schema::Identity;
use crate::model::card::Card;
use crate::model::memory::{LastRead, Memory, Stuck};
use crate::model::plan::{Bookkeeping, CardsClaim, Operation, UserClaim};
use crate::model::report::Outcome;
use crate::model::{AccessGroupId, CampusId, Field};

/// How long a statement waits for a program that has the database itself locked.
const BUSY: Duration = Duration::from_secs(5);

/// More than the number of different statements, so that each is prepared once.
const STATEMENTS: usize = 96;

/// What a ledger is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To look: takes no lock and creates no ledger.
    ReadOnly,
    /// To write: holds the lock until the ledger is dropped.
    Write,
}

/// The number of a run, ascending from 1 within a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(i64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is known of a run when it begins.
#[derive(Clone, Copy, Debug)]
pub struct RunStart<'a> {
    /// When it began.
    pub started: Timestamp,
    /// The SCIM base address.
    pub organization: &'a str,
    /// The people filter; empty for none.
    pub filter: &'a str,
    /// How many people Atrium has; `None` if it was not read whole.
    pub people: Option<u64>,
    /// The digest of the plan.
    pub digest: &'a str,
    /// What guards let through in this run: `people`, `memberships`, `cards` and `lost-cards` are
    /// the words that count. Such removals are not counted with those of later runs.
    pub allowed: &'a [&'a str],
    /// People who take over the user of another campus id: from which one, to which one. All
    /// that is known moves with them, before `bookkeeping` speaks of them; what was known of the
    /// other id is replaced where both have something.
    pub rekeyed: &'a [(CampusId, CampusId)],
    /// What the plan found out.
    pub bookkeeping: &'a Bookkeeping,
    /// The command, without values that could be secret. Shown to a second run that finds the
    /// ledger locked.
    pub command: &'a str,
}

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    connection: Connection,
    /// The format of the file.
    format: i64,
    is_new: bool,
    /// Held for writing. Declared after the connection, and so let go of after it is closed.
    lock: Option<Lock>,
}

impl Ledger {
    /// Opens the ledger at `path`.
    ///
    /// For writing, the file and its folders are created if need be, for their owner alone; if
    /// another run holds the lock, this waits up to three seconds for it. For reading, a file that
    /// is not there is a ledger that knows nothing.
    ///
    /// # Errors
    ///
    /// If another run holds the lock, if the file is not a ledger or is damaged, if a newer
    /// version wrote it and it is opened for writing, or if the file system refuses.
    pub fn open(path: &Path, access: Access) -> Result<Self, LedgerError> {
        match access {
            Access::ReadOnly => Self::open_to_read(path),
            Access::Write => Self::open_to_write(path),
        }
    }

    fn open_to_read(path: &Path) -> Result<Self, LedgerError> {
        let failed = |cause| LedgerError::from_sqlite(path.to_owned(), cause);
        let exists = path.try_exists().map_err(|cause| LedgerError::Io {
            path: path.to_owned(),
            attempt: "look for the ledger",
            cause,
        })?;
        if exists {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
            if let Some(format) = prepare(&connection, path)? {
                return Self::assemble(path, connection, format, None);
            }
        }
        let mut connection = Connection::open_in_memory().map_err(failed)?;
        schema::migrate(&mut connection, 0)
            .and_then(|()| connection.pragma_update(None, "query_only", true))
            .map_err(failed)?;
        Self::assemble(path, connection, schema::KNOWN, None)
    }

    fn open_to_write(path: &Path) -> Result<Self, LedgerError> {
        create_folder(path)?;
        let lock = Lock::take(path)?;
        create_file(path)?;
        let failed = |cause| LedgerError::from_sqlite(path.to_owned(), cause);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        // Nothing is written before it is certain that the file is ours to write.
        let found = prepare(&connection, path)?.unwrap_or(0);
        if found > schema::KNOWN {
            return Err(newer(path, found));
        }
        connection
            // The statement answers with the mode; where the file system has no shared memory,
            // that is the old one, which works as well.
            .query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))
            .and_then(|()| connection.pragma_update(None, "synchronous", "NORMAL"))
            .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
            .map_err(failed)?;
        if found < schema::KNOWN {
            schema::migrate(&mut connection, found).map_err(failed)?;
        }
        Self::assemble(path, connection, schema::KNOWN, Some(lock))
    }

    fn assemble(
        path: &Path,
        connection: Connection,
        format: i64,
        lock: Option<Lock>,
    ) -> Result<Self, LedgerError> {
        let mut ledger = Ledger {
            path: path.to_owned(),
            connection,
            format,
            is_new: false,
            lock,
        };
        ledger.is_new = recall::knows_no_run(&ledger.connection).map_err(|e| ledger.failed(e))?;
        Ok(ledger)
    }

    /// The newest format that this version knows.
    pub const FORMAT: i64 = schema::KNOWN;

    /// Who holds the lock of the ledger at `path`, as they wrote it into the lock file; `None` if
    /// nobody does. Nothing is created.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub fn holder(path: &Path) -> std::io::Result<Option<String>> {
        lock::holder(path)
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> i64 {
        self.format
    }

    /// Whether no run had begun in this ledger when it was opened.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Everything that the ledger knows, as of one moment. Removals are counted over the 24 hours
    /// before `now`.
    ///
    /// # Errors
    ///
    /// If the file can't be read, is damaged, or was written by a version so much newer that its
    /// tables are others.
    pub fn remember(&self, now: Timestamp) -> Result<Memory, LedgerError> {
        recall::remember(&self.connection, self.format, now).map_err(|cause| self.failed(cause))
    }

    /// The last run that read all of Atrium, if there is one.
    ///
    /// # Errors
    ///
    /// As of [`Ledger::remember`].
    pub fn last_read(&self) -> Result<Option<LastRead>, LedgerError> {
        recall::last_read(&self.connection).map_err(|cause| self.failed(cause))
    }

    /// Begins a run, once it is certain that it will write, and takes over what its plan found
    /// out, before anything of it is applied: both or neither, so that the next run never sees
    /// this one's filter without what was learnt under it. What agrees with the ledger already
    /// costs no write.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing is taken over then.
    pub fn begin_run(&mut self, run: &RunStart<'_>) -> Result<RunId, LedgerError> {
        if let Some(lock) = &mut self.lock {
            lock.tell(run.command)?;
        }
        self.write(|connection| record::begin_run(connection, run))
    }

    /// Notes operations, with their positions in the plan, that are about to be sent.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing may be sent then.
    pub fn intend(&mut self, run: RunId, items: &[(u32, &Operation)]) -> Result<(), LedgerError> {
        self.write(|connection| record::intend(connection, run, items))
    }

    /// Notes what became of operations, and what it changes in the memory.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing is noted then.
    pub fn settle(
        &mut self,
        run: RunId,
        items: &[(u32, &Operation, &Outcome)],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|connection| record::settle(connection, run, items, now))
    }

    /// Links a person to a user that was adopted in this run. `only_cards`: Command lets SCIM change
    /// nothing about the user, which is remembered until SCIM is tried again.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing is noted then.
    pub fn adopt(
        &mut self,
        run: RunId,
        claim: &UserClaim,
        only_cards: bool,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|connection| record::adopt(connection, run, claim, only_cards, now))
    }

    /// Notes the users of the REST API that were found during a run, for people whose user it
    /// created, with the cards that they have. What is known of cards is forgotten of a person who had another one; who is linked
    /// to no user is passed over.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing is noted then.
    pub fn pair(&mut self, found: &[CardsClaim], now: Timestamp) -> Result<(), LedgerError> {
        self.write(|connection| record::pair(connection, found, now))
    }

    /// Notes values, and memberships and cards (`true` an addition, `false` a removal), that
    /// Command accepted and did not keep.
    ///
    /// # Errors
    ///
    /// If the file can't be written; nothing is noted then.
    pub fn stick(
        &mut self,
        fields: &[(CampusId, Field, Stuck)],
        members: &[(CampusId, AccessGroupId, bool)],
        cards: &[(CampusId, Card, bool)],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|connection| record::stick(connection, fields, members, cards, now))
    }

    /// Ends a run with its exit code and the number of requests that it sent.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn end_run(
        &mut self,
        run: RunId,
        ended: Timestamp,
        exit: u8,
        requests: u64,
    ) -> Result<(), LedgerError> {
        self.write(|connection| record::end_run(connection, run, ended, exit, requests))
    }

    /// Notes the latest `meta.created` of a record of ours, by the server's clock. An earlier one
    /// than is known changes nothing.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn note_high_water(&mut self, created: Timestamp) -> Result<(), LedgerError> {
        self.write(|connection| record::note_high_water(connection, created))
    }

    /// Does `work` in one transaction.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let outcome = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let value = work(&transaction)?;
                transaction.commit()?;
                Ok(value)
            });
        outcome.map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: rusqlite::Error) -> LedgerError {
        // A newer version may have moved what we look for, and that is not damage.
        if self.format > schema::KNOWN {
            return newer(&self.path, self.format);
        }
        LedgerError::from_sqlite(self.path.clone(), cause)
    }
}

fn newer(path: &Path, found: i64) -> LedgerError {
    LedgerError::Newer {
        path: path.to_owned(),
        found,
        known: schema::KNOWN,
    }
}

/// Makes a fresh connection ready and looks what it leads to. The format of the ledger; `None` if
/// the file is blank.
fn prepare(connection: &Connection, path: &Path) -> Result<Option<i64>, LedgerError> {
    let identity = connection
        .busy_timeout(BUSY)
        .and_then(|()| schema::identify(connection))
        .map_err(|cause| LedgerError::from_sqlite(path.to_owned(), cause))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    match identity {
        Identity::Blank => Ok(None),
        Identity::Ledger(format) => Ok(Some(format)),
        Identity::Other(application) => Err(LedgerError::Foreign {
            path: path.to_owned(),
            cause: format!("it is the database of another program (application id {application})"),
        }),
    }
}

/// Creates the folder of the ledger and those above it, each for its owner alone. Folders that are
/// there stay as they are.
fn create_folder(path: &Path) -> Result<(), LedgerError> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|cause| LedgerError::Io {
        path: folder.to_owned(),
        attempt: "create the folder",
        cause,
    })
}

/// Creates the file of the ledger for its owner alone, and takes it from others if they could read
/// it. SQLite gives the files that it puts beside it the same permissions.
fn create_file(path: &Path) -> Result<(), LedgerError> {
    lock::open_private(path)
        .and_then(|file| {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                if file.metadata()?.permissions().mode() & 0o077 != 0 {
                    file.set_permissions(fs::Permissions::from_mode(0o600))?;
                }
            }
            Ok(())
        })
        .map_err(|cause| LedgerError::Io {
            path: path.to_owned(),
            attempt: "open the ledger",
            cause,
        })
}
