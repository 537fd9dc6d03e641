//! The world on disk: one SQLite file. A write is committed before it is acknowledged, so a
//! killed server holds everything that it ever answered as done.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Map, Value};

use super::card::{Card, kind_named};
use super::command::{Access, Change, Command, Group, User};
use super::personality::Personality;
use super::{EMAIL_DOMAINS, SandboxError};

/// Changes when the tables do; a world of another number has to be reset.
const LAYOUT: &str = "2";

/// Tests look into `command_user`, `command_group`, `command_member` and `command_card` behind the
/// back of the interfaces. In `command_card`, `user_id` is SCIM's id of the holder, `kind` the short
/// name of the format, `number` decimal (it may exceed an INTEGER), and `by_hand` tells that
/// Command's own people added the card.
const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE person (
    seq INTEGER PRIMARY KEY, campus_id TEXT NOT NULL UNIQUE, first_name TEXT NOT NULL,
    middle_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
    title TEXT NOT NULL, department TEXT NOT NULL, status TEXT NOT NULL,
    valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,
    special INTEGER NOT NULL, absent INTEGER NOT NULL DEFAULT 0);
CREATE TABLE access_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE access (seq INTEGER NOT NULL, group_id INTEGER NOT NULL, PRIMARY KEY (seq, group_id)) WITHOUT ROWID;
CREATE TABLE command_user (
    id TEXT PRIMARY KEY, native INTEGER NOT NULL, attributes TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE command_group (
    id TEXT PRIMARY KEY, native INTEGER NOT NULL, attributes TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE command_member (
    group_id TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (group_id, user_id)) WITHOUT ROWID;
CREATE INDEX command_member_user ON command_member (user_id);
CREATE TABLE kept_email (email TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE atrium_id (
    seq INTEGER NOT NULL, n INTEGER NOT NULL, id_type TEXT NOT NULL, id_value TEXT NOT NULL,
    id_status TEXT NOT NULL, PRIMARY KEY (seq, n)) WITHOUT ROWID;
CREATE INDEX atrium_id_value ON atrium_id (id_type, ltrim(id_value, '0'));
CREATE TABLE command_card (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, facility_code INTEGER,
    number TEXT NOT NULL, active INTEGER NOT NULL, by_hand INTEGER NOT NULL,
    created INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX command_card_user ON command_card (user_id);
CREATE TABLE command_access (
    user_id TEXT PRIMARY KEY, start_date INTEGER, end_date INTEGER, entry_code TEXT) WITHOUT ROWID;
";

/// What is true of the whole world.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct About {
    pub(super) seed: u64,
    pub(super) day: u32,
    pub(super) personality: Personality,
    /// The logical clock: one tick per write on Command's side.
    pub(super) tick: u32,
}

/// What the SCIM token was made for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ScimSetUp {
    /// The email domains, folded.
    pub(super) domains: Vec<String>,
    /// Whether everybody who is created over SCIM gets an invitation.
    pub(super) invites: bool,
    /// When the token was made (RFC 3339); not known of a world that was made with one.
    pub(super) made: Option<String>,
}

/// The open file.
#[derive(Debug)]
pub(super) struct Store {
    db: Connection,
}

impl Store {
    /// Opens `<dir>/world.db`, making it if it is not there.
    pub(super) fn open(dir: &Path) -> Result<Self, SandboxError> {
        let path = dir.join("world.db");
        let db = Connection::open(&path).map_err(|source| SandboxError::Store {
            what: format!("cannot open {}", path.display()),
            source,
        })?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(Store { db })
    }

    /// Makes the tables of an empty file and fills them, in one transaction: a world is there
    /// whole or not at all.
    pub(super) fn create(
        &mut self,
        fill: impl FnOnce(&Transaction<'_>) -> Result<(), SandboxError>,
    ) -> Result<(), SandboxError> {
        let batch = self.db.transaction()?;
        batch.execute_batch(TABLES)?;
        fill(&batch)?;
        batch.commit()?;
        Ok(())
    }

    /// The world's own facts, or none if there is no world in the file yet.
    pub(super) fn about(&self) -> Result<Option<About>, SandboxError> {
        let tables: u32 = self.db.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'",
            [],
            |row| row.get(0),
        )?;
        if tables == 0 {
            return Ok(None);
        }
        let Some(layout) = self.meta("layout")? else {
            return Ok(None);
        };
        if layout != LAYOUT {
            return Err(SandboxError::World(format!(
                "this world was made by another version (layout {layout}, not {LAYOUT}): make a new \
                 one with `atriumctl sandbox reset`"
            )));
        }
        let number = |key: &'static str| -> Result<u64, SandboxError> {
            self.meta(key)?
                .and_then(|value| value.parse().ok())
                .ok_or_else(|| SandboxError::World(format!("the world has no `{key}`: reset it")))
        };
        let personality = self.meta("personality")?.unwrap_or_default();
        Ok(Some(About {
            seed: number("seed")?,
            day: u32::try_from(number("day")?).unwrap_or(u32::MAX),
            personality: personality.parse()?,
            tick: u32::try_from(number("tick")?).unwrap_or(u32::MAX),
        }))
    }

    fn meta(&self, key: &str) -> Result<Option<String>, SandboxError> {
        Ok(self
            .db
            .prepare_cached("SELECT value FROM meta WHERE key = ?")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }

    /// What the SCIM token was made for. A new world's is for the campus's own domains, and sends
    /// no invitations.
    pub(super) fn scim(&self) -> Result<ScimSetUp, SandboxError> {
        let domains = match self.meta("scim_domains")? {
            Some(text) => text.split_whitespace().map(str::to_owned).collect(),
            None => EMAIL_DOMAINS.iter().map(|&text| text.to_owned()).collect(),
        };
        Ok(ScimSetUp {
            domains,
            invites: self.meta("scim_invites")?.as_deref() == Some("yes"),
            made: self.meta("scim_made")?,
        })
    }

    /// Stores what a new token is made for.
    pub(super) fn set_scim(&mut self, set_up: &ScimSetUp) -> Result<(), SandboxError> {
        let batch = self.db.transaction()?;
        set_meta(&batch, "scim_domains", &set_up.domains.join(" "))?;
        let invites = if set_up.invites { "yes" } else { "no" };
        set_meta(&batch, "scim_invites", invites)?;
        if let Some(made) = &set_up.made {
            set_meta(&batch, "scim_made", made)?;
        }
        batch.commit()?;
        Ok(())
    }

    pub(super) fn set_personality(
        &mut self,
        personality: &Personality,
    ) -> Result<(), SandboxError> {
        set_meta(&self.db, "personality", &personality.to_string())
    }

    /// Did the exports get written after the last change of the people?
    pub(super) fn exports_are_current(&self) -> Result<bool, SandboxError> {
        Ok(self.meta("exported")?.as_deref() == Some("yes"))
    }

    pub(super) fn set_exports_current(&mut self) -> Result<(), SandboxError> {
        set_meta(&self.db, "exported", "yes")
    }

    /// Runs a batch of changes of Atrium's side in one transaction.
    pub(super) fn atrium<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SandboxError>,
    ) -> Result<T, SandboxError> {
        let batch = self.db.transaction()?;
        set_meta(&batch, "exported", "no")?;
        let value = work(&batch)?;
        batch.commit()?;
        Ok(value)
    }

    /// A text that was stored under a name of its own.
    pub(super) fn note(&self, key: &str) -> Result<Option<String>, SandboxError> {
        self.meta(key)
    }

    /// Stores a text under a name of its own.
    pub(super) fn set_note(&mut self, key: &str, text: &str) -> Result<(), SandboxError> {
        set_meta(&self.db, key, text)
    }

    /// Runs a batch of changes of Okta's side in one transaction.
    pub(super) fn okta<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SandboxError>,
    ) -> Result<T, SandboxError> {
        let batch = self.db.transaction()?;
        let value = work(&batch)?;
        batch.commit()?;
        Ok(value)
    }

    /// A connection to read with.
    pub(super) fn read(&self) -> &Connection {
        &self.db
    }

    /// Commits changes of Command's side together with the clock.
    pub(super) fn commit(&mut self, changes: &[Change], tick: u32) -> Result<(), SandboxError> {
        let batch = self.db.transaction()?;
        for change in changes {
            write_change(&batch, change)?;
        }
        set_meta(&batch, "tick", &tick.to_string())?;
        batch.commit()?;
        Ok(())
    }

    /// Reads Command's side whole.
    pub(super) fn command(&self) -> Result<Command, SandboxError> {
        let mut changes = Vec::new();
        let mut users = self.db.prepare(
            "SELECT id, native, attributes, created, modified FROM command_user ORDER BY created",
        )?;
        let rows = users.query_map([], |row| {
            Ok(User {
                id: row.get(0)?,
                native: row.get(1)?,
                attributes: attributes(&row.get::<_, String>(2)?),
                created: row.get(3)?,
                modified: row.get(4)?,
            })
        })?;
        for user in rows {
            changes.push(Change::PutUser(user?));
        }
        let mut groups = self.db.prepare(
            "SELECT id, native, attributes, created, modified FROM command_group ORDER BY created",
        )?;
        let rows = groups.query_map([], |row| {
            Ok(Group {
                id: row.get(0)?,
                native: row.get(1)?,
                attributes: attributes(&row.get::<_, String>(2)?),
                created: row.get(3)?,
                modified: row.get(4)?,
            })
        })?;
        for group in rows {
            changes.push(Change::PutGroup(group?));
        }
        let mut members = self
            .db
            .prepare("SELECT group_id, user_id FROM command_member")?;
        let rows = members.query_map([], |row| {
            Ok(Change::Join {
                group: row.get(0)?,
                user: row.get(1)?,
            })
        })?;
        for member in rows {
            changes.push(member?);
        }
        let mut emails = self.db.prepare("SELECT email FROM kept_email")?;
        for email in emails.query_map([], |row| row.get(0))? {
            changes.push(Change::KeepEmail(email?));
        }
        self.read_access(&mut changes)?;
        let mut command = Command::default();
        command.apply(changes);
        Ok(command)
    }

    fn read_access(&self, changes: &mut Vec<Change>) -> Result<(), SandboxError> {
        let mut cards = self.db.prepare(
            "SELECT id, user_id, kind, facility_code, number, active, by_hand, created
             FROM command_card",
        )?;
        let mut rows = cards.query([])?;
        while let Some(row) = rows.next()? {
            let kind: String = row.get(2)?;
            let number: String = row.get(4)?;
            let (Some(kind), Ok(number)) = (kind_named(&kind), number.parse()) else {
                continue;
            };
            changes.push(Change::PutCard(Card {
                id: row.get(0)?,
                user: row.get(1)?,
                kind,
                facility_code: row.get(3)?,
                number,
                active: row.get(5)?,
                by_hand: row.get(6)?,
                created: row.get(7)?,
            }));
        }
        let mut access = self
            .db
            .prepare("SELECT user_id, start_date, end_date, entry_code FROM command_access")?;
        let rows = access.query_map([], |row| {
            Ok(Change::SetAccess {
                user: row.get(0)?,
                access: Access {
                    start_date: row.get(1)?,
                    end_date: row.get(2)?,
                    entry_code: row.get(3)?,
                },
            })
        })?;
        for change in rows {
            changes.push(change?);
        }
        Ok(())
    }
}

/// Writes the facts of a new world; `layout` last makes the world complete.
pub(super) fn write_about(db: &Connection, about: &About) -> Result<(), SandboxError> {
    set_meta(db, "seed", &about.seed.to_string())?;
    set_meta(db, "day", &about.day.to_string())?;
    set_meta(db, "personality", &about.personality.to_string())?;
    set_meta(db, "tick", &about.tick.to_string())?;
    set_meta(db, "layout", LAYOUT)
}

pub(super) fn set_day(db: &Connection, day: u32) -> Result<(), SandboxError> {
    set_meta(db, "day", &day.to_string())
}

fn set_meta(db: &Connection, key: &str, value: &str) -> Result<(), SandboxError> {
    db.prepare_cached("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute([key, value])?;
    Ok(())
}

/// Writes one change of Command's side.
pub(super) fn write_change(db: &Connection, change: &Change) -> Result<(), SandboxError> {
    match change {
        Change::PutUser(user) => {
            db.prepare_cached("INSERT OR REPLACE INTO command_user VALUES (?, ?, ?, ?, ?)")?
                .execute(params![
                    user.id,
                    user.native,
                    Value::Object(user.attributes.clone()).to_string(),
                    user.created,
                    user.modified
                ])?;
        }
        Change::DropUser(id) => {
            db.prepare_cached("DELETE FROM command_user WHERE id = ?")?
                .execute([id])?;
            for table in ["command_member", "command_card", "command_access"] {
                db.prepare_cached(&format!("DELETE FROM {table} WHERE user_id = ?"))?
                    .execute([id])?;
            }
        }
        Change::PutGroup(group) => {
            db.prepare_cached("INSERT OR REPLACE INTO command_group VALUES (?, ?, ?, ?, ?)")?
                .execute(params![
                    group.id,
                    group.native,
                    Value::Object(group.attributes.clone()).to_string(),
                    group.created,
                    group.modified
                ])?;
        }
        Change::DropGroup(id) => {
            db.prepare_cached("DELETE FROM command_group WHERE id = ?")?
                .execute([id])?;
            db.prepare_cached("DELETE FROM command_member WHERE group_id = ?")?
                .execute([id])?;
        }
        Change::Join { group, user } => {
            db.prepare_cached("INSERT OR IGNORE INTO command_member VALUES (?, ?)")?
                .execute([group, user])?;
        }
        Change::Leave { group, user } => {
            db.prepare_cached("DELETE FROM command_member WHERE group_id = ? AND user_id = ?")?
                .execute([group, user])?;
        }
        Change::KeepEmail(email) => {
            db.prepare_cached("INSERT OR IGNORE INTO kept_email VALUES (?)")?
                .execute([email])?;
        }
        Change::PutCard(card) => {
            db.prepare_cached(
                "INSERT OR REPLACE INTO command_card VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                card.id,
                card.user,
                card.kind.short,
                card.facility_code,
                card.number.to_string(),
                card.active,
                card.by_hand,
                card.created
            ])?;
        }
        Change::DropCard(id) => {
            db.prepare_cached("DELETE FROM command_card WHERE id = ?")?
                .execute([id])?;
        }
        Change::SetAccess { user, access } => {
            db.prepare_cached("INSERT OR REPLACE INTO command_access VALUES (?, ?, ?, ?)")?
                .execute(params![
                    user,
                    access.start_date,
                    access.end_date,
                    access.entry_code
                ])?;
        }
    }
    Ok(())
}

/// Only this file writes the column, so anything unreadable in it is treated as empty.
fn attributes(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}
