//! The tables of a ledger, and how an older one becomes a current one.
//!
//! Times are text in RFC 3339 with nine decimals, so that they sort as text. The values of a
//! person are columns, in the order of `Profile::FIELDS`.

use rusqlite::{Connection, TransactionBehavior};

/// What SQLite's `application_id` says in a file of ours.
pub(super) const APPLICATION_ID: i64 = i32::from_be_bytes(*b"ATRC") as i64;

/// What brings a ledger from each format to the next. The format is the number of those that were
/// done, and stands in SQLite's `user_version`. What stands here once is not changed any more.
const MIGRATIONS: [&str; 3] = [
    "
    CREATE TABLE meta (
        name  TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE runs (
        id           INTEGER PRIMARY KEY,
        started      TEXT NOT NULL,
        organization TEXT NOT NULL,
        filter       TEXT NOT NULL,
        people       INTEGER,           -- of a complete read
        digest       TEXT NOT NULL,
        command      TEXT NOT NULL,
        allowed      TEXT NOT NULL,     -- words that were let through, with blanks between
        ended        TEXT,
        exit         INTEGER,
        requests     INTEGER
    ) STRICT;

    CREATE TABLE actions (
        run       INTEGER NOT NULL REFERENCES runs (id),
        position  INTEGER NOT NULL,
        kind      TEXT NOT NULL,
        campus_id TEXT,
        subject   TEXT NOT NULL,        -- JSON
        change    TEXT NOT NULL,        -- JSON, values before and after
        label     TEXT NOT NULL,
        state     TEXT NOT NULL CHECK (state IN ('intended', 'done', 'failed', 'owed', 'skipped')),
        code      TEXT,
        detail    TEXT,
        at        TEXT,                 -- of the outcome
        PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX removals ON actions (at)
        WHERE state = 'done' AND kind IN ('deactivate-user', 'delete-user', 'remove-member');

    -- Creations of users that were begun and whose outcome is not known.
    CREATE TABLE unfinished (
        campus_id TEXT NOT NULL,
        run       INTEGER NOT NULL,
        position  INTEGER NOT NULL,
        PRIMARY KEY (campus_id, run, position),
        FOREIGN KEY (run, position) REFERENCES actions (run, position)
    ) STRICT, WITHOUT ROWID;

    -- The same of groups.
    CREATE TABLE unfinished_groups (
        access_group_id TEXT NOT NULL,
        run             INTEGER NOT NULL,
        position        INTEGER NOT NULL,
        PRIMARY KEY (access_group_id, run, position),
        FOREIGN KEY (run, position) REFERENCES actions (run, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE users (
        id              INTEGER PRIMARY KEY,
        campus_id       TEXT NOT NULL UNIQUE,
        user_id         TEXT NOT NULL,
        ours            INTEGER NOT NULL,
        in_scope        INTEGER NOT NULL,
        absent_runs     INTEGER NOT NULL DEFAULT 0,
        closed_by_us    TEXT,
        closing         INTEGER NOT NULL DEFAULT 0, -- deactivation begun, outcome not known
        email           TEXT NOT NULL DEFAULT '',
        first_name      TEXT NOT NULL DEFAULT '',
        middle_name     TEXT NOT NULL DEFAULT '',
        last_name       TEXT NOT NULL DEFAULT '',
        phone           TEXT NOT NULL DEFAULT '',
        title           TEXT NOT NULL DEFAULT '',
        department      TEXT NOT NULL DEFAULT '',
        employee_number TEXT NOT NULL DEFAULT ''
    ) STRICT;

    CREATE TABLE access_groups (
        id              INTEGER PRIMARY KEY,
        access_group_id TEXT NOT NULL UNIQUE,
        group_id        TEXT NOT NULL,
        name            TEXT NOT NULL DEFAULT ''
    ) STRICT;

    -- No index by group: groups are hardly ever deleted, and it doubles the time of a first sync.
    CREATE TABLE memberships (
        user         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        access_group INTEGER NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
        PRIMARY KEY (user, access_group)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE debts (
        campus_id       TEXT NOT NULL,
        access_group_id TEXT NOT NULL,
        PRIMARY KEY (campus_id, access_group_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE refusals (
        campus_id TEXT NOT NULL PRIMARY KEY,
        code      TEXT NOT NULL,
        refused   TEXT NOT NULL,
        at        TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE group_refusals (
        access_group_id TEXT NOT NULL PRIMARY KEY,
        code            TEXT NOT NULL,
        refused         TEXT NOT NULL,
        at              TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stuck_fields (
        campus_id TEXT NOT NULL,
        field     TEXT NOT NULL,
        wanted    TEXT NOT NULL,
        found     TEXT NOT NULL,
        PRIMARY KEY (campus_id, field)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stuck_members (
        campus_id       TEXT NOT NULL,
        access_group_id TEXT NOT NULL,
        added           INTEGER NOT NULL,   -- 0: removed
        at              TEXT NOT NULL,
        PRIMARY KEY (campus_id, access_group_id)
    ) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE runs ADD COLUMN ownership TEXT; -- of a run that covered cards

    CREATE INDEX card_removals ON actions (at)
        WHERE state = 'done' AND kind IN ('remove-card', 'move-card');

    -- Users of the REST API.
    CREATE TABLE access_users (
        user      INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        access_id TEXT NOT NULL,
        read      TEXT,                         -- when the cards were last read or written
        listing   INTEGER NOT NULL DEFAULT 0    -- the bits of a number without a sign
    ) STRICT;

    CREATE TABLE cards (
        user    INTEGER NOT NULL REFERENCES access_users (user) ON DELETE CASCADE,
        card    TEXT NOT NULL,
        card_id TEXT NOT NULL,
        ours    INTEGER NOT NULL,
        PRIMARY KEY (user, card)
    ) STRICT, WITHOUT ROWID;

    -- Card operations that were begun and whose outcome is not known, by everybody concerned.
    CREATE TABLE unfinished_cards (
        campus_id TEXT NOT NULL,
        run       INTEGER NOT NULL,
        position  INTEGER NOT NULL,
        PRIMARY KEY (campus_id, run, position),
        FOREIGN KEY (run, position) REFERENCES actions (run, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE card_debts (
        campus_id TEXT NOT NULL,
        card      TEXT NOT NULL,
        PRIMARY KEY (campus_id, card)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE card_refusals (
        campus_id TEXT NOT NULL,
        card      TEXT NOT NULL,
        code      TEXT NOT NULL,
        at        TEXT NOT NULL,
        PRIMARY KEY (campus_id, card)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stuck_cards (
        campus_id TEXT NOT NULL,
        card      TEXT NOT NULL,
        added     INTEGER NOT NULL,   -- 0: removed
        at        TEXT NOT NULL,
        PRIMARY KEY (campus_id, card)
    ) STRICT, WITHOUT ROWID;
",
    "
    -- SCIM tokens by what they can be compared with; never a token itself.
    CREATE TABLE tokens (
        fingerprint TEXT NOT NULL PRIMARY KEY,  -- SHA-256 in hexadecimal
        made        TEXT,
        domains     TEXT,                       -- with blanks between
        invites     INTEGER,
        last_good   TEXT
    ) STRICT, WITHOUT ROWID;

    -- SAML metadata that was uploaded to Command, and what was in force before.
    CREATE TABLE uploads (
        id           INTEGER PRIMARY KEY,
        at           TEXT NOT NULL,
        client_id    TEXT NOT NULL,
        before       BLOB,
        before_known INTEGER NOT NULL,
        after        BLOB NOT NULL,
        outcome      TEXT NOT NULL
    ) STRICT;
",
];

/// The first format that holds cards. An older ledger that is only looked at stays as it is.
pub(super) const WITH_CARDS: i64 = 2;

/// The first format that holds tokens and uploads.
pub(super) const WITH_ADMIN: i64 = 3;

/// The format that this version writes.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// What a database file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing yet: a file without content.
    Blank,
    /// A ledger of this format.
    Ledger(i64),
    /// A database of another program, with its `application_id`.
    Other(i64),
}

/// Looks what the database is, and changes nothing.
pub(super) fn identify(connection: &Connection) -> rusqlite::Result<Identity> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let application = number("application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    Ok(match application {
        APPLICATION_ID => Identity::Ledger(number("user_version")?),
        0 if tables == 0 => Identity::Blank,
        other => Identity::Other(other),
    })
}

/// Brings a blank file or an older ledger to the format that this version knows, all or nothing.
pub(super) fn migrate(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", KNOWN)?;
    transaction.commit()
}

/// Makes a blank file a ledger of an older format, as the version wrote it that knew no newer.
#[cfg(test)]
pub(super) fn create_older(connection: &Connection, format: i64) -> rusqlite::Result<()> {
    for migration in MIGRATIONS.iter().take(usize::try_from(format).unwrap_or(0)) {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_is_done_whole_or_not_at_all() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE debts (x)").unwrap();
        migrate(&mut connection, 0).unwrap_err();
        connection.execute_batch("DROP TABLE debts").unwrap();
        assert_eq!(identify(&connection).unwrap(), Identity::Blank);

        migrate(&mut connection, 0).unwrap();
        assert_eq!(identify(&connection).unwrap(), Identity::Ledger(KNOWN));
        migrate(&mut connection, KNOWN).unwrap();
        assert_eq!(identify(&connection).unwrap(), Identity::Ledger(KNOWN));
    }

    #[test]
    fn the_database_of_another_program_is_told_apart() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .pragma_update(None, "application_id", 1234)
            .unwrap();
        assert_eq!(identify(&connection).unwrap(), Identity::Other(1234));
    }
}
