//! Atrium's side of the world: people, access groups and IDs, and the exports made of them.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SandboxError;

/// A person as Atrium holds them. Blank texts are values that are not there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Person {
    pub(super) seq: u32,
    pub(super) campus_id: String,
    pub(super) first_name: String,
    pub(super) middle_name: String,
    pub(super) last_name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) title: String,
    pub(super) department: String,
    pub(super) status: String,
    pub(super) valid_from: String,
    pub(super) valid_until: String,
    /// One of the cases that a campus always has; days leave them as they are.
    pub(super) special: bool,
    /// Gone from the exports.
    pub(super) absent: bool,
    pub(super) groups: Vec<u32>,
}

impl Person {
    /// The person as sentences name them.
    pub(super) fn label(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        format!("{} ({})", name.trim(), self.campus_id)
    }
}

/// Adds a person or replaces the one with this number, memberships included.
pub(super) fn put(db: &Connection, person: &Person) -> Result<(), SandboxError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        person.seq,
        person.campus_id,
        person.first_name,
        person.middle_name,
        person.last_name,
        person.email,
        person.phone,
        person.title,
        person.department,
        person.status,
        person.valid_from,
        person.valid_until,
        person.special,
        person.absent,
    ])?;
    db.prepare_cached("DELETE FROM access WHERE seq = ?")?
        .execute([person.seq])?;
    let mut add = db.prepare_cached("INSERT OR IGNORE INTO access VALUES (?, ?)")?;
    for group in &person.groups {
        add.execute([person.seq, *group])?;
    }
    Ok(())
}

pub(super) fn put_group(db: &Connection, id: u32, name: &str) -> Result<(), SandboxError> {
    db.prepare_cached("INSERT OR REPLACE INTO access_group VALUES (?, ?)")?
        .execute(params![id, name])?;
    Ok(())
}

pub(super) fn groups(db: &Connection) -> Result<Vec<(u32, String)>, SandboxError> {
    let mut select = db.prepare_cached("SELECT id, name FROM access_group ORDER BY id")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        seq: row.get(0)?,
        campus_id: row.get(1)?,
        first_name: row.get(2)?,
        middle_name: row.get(3)?,
        last_name: row.get(4)?,
        email: row.get(5)?,
        phone: row.get(6)?,
        title: row.get(7)?,
        department: row.get(8)?,
        status: row.get(9)?,
        valid_from: row.get(10)?,
        valid_until: row.get(11)?,
        special: row.get(12)?,
        absent: row.get(13)?,
        groups: Vec::new(),
    })
}

/// The first ordinary person at or after a place in the order of people, round the end, of whom
/// the SQL condition is true.
pub(super) fn pick(
    db: &Connection,
    from: u32,
    condition: &str,
) -> Result<Option<Person>, SandboxError> {
    for from in [from, 0] {
        let sql = format!(
            "SELECT * FROM person WHERE seq >= ? AND NOT special AND ({condition}) ORDER BY seq LIMIT 1"
        );
        let found = db.prepare(&sql)?.query_row([from], read).optional()?;
        if let Some(mut person) = found {
            let mut select =
                db.prepare_cached("SELECT group_id FROM access WHERE seq = ? ORDER BY group_id")?;
            let rows = select.query_map([person.seq], |row| row.get(0))?;
            person.groups = rows.collect::<Result<_, _>>()?;
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// The number that the next person gets.
pub(super) fn next_seq(db: &Connection) -> Result<u32, SandboxError> {
    Ok(
        db.query_row("SELECT coalesce(max(seq) + 1, 0) FROM person", [], |row| {
            row.get(0)
        })?,
    )
}

/// Is this the campus id of somebody in the exports who is no special case?
pub(super) fn is_ordinary(db: &Connection, campus_id: &str) -> Result<bool, SandboxError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM person
               WHERE campus_id = ? AND NOT special AND NOT absent)";
    Ok(db.query_row(sql, [campus_id], |row| row.get(0))?)
}

pub(super) fn email_is_used(db: &Connection, email: &str) -> Result<bool, SandboxError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM person WHERE email = ? COLLATE NOCASE)";
    Ok(db.query_row(sql, [email], |row| row.get(0))?)
}

/// How many people, access groups and IDs the exports hold.
pub(super) fn count(db: &Connection) -> Result<(u32, u32, u32), SandboxError> {
    let one = |sql: &str| db.query_row(sql, [], |row| row.get(0));
    Ok((
        one("SELECT count(*) FROM person WHERE NOT absent")?,
        one("SELECT count(*) FROM access_group")?,
        one("SELECT count(*) FROM atrium_id JOIN person USING (seq) WHERE NOT absent")?,
    ))
}

/// The exports of a world: people, memberships, credentials.
pub(super) fn export_paths(dir: &Path) -> [PathBuf; 3] {
    ["people.csv", "memberships.csv", "credentials.csv"].map(|name| dir.join("atrium").join(name))
}

/// Writes the exports, each whole before it takes its name.
pub(super) fn export(db: &Connection, dir: &Path) -> Result<(), SandboxError> {
    let [people, memberships, credentials] = export_paths(dir);
    let folder = dir.join("atrium");
    fs::create_dir_all(&folder).map_err(|source| SandboxError::io("make", &folder, source))?;
    write_csv(
        db,
        &people,
        "SELECT campus_id, first_name, middle_name, last_name, email, phone, title, department,
                status, valid_from, valid_until
         FROM person WHERE NOT absent ORDER BY seq",
    )?;
    write_csv(
        db,
        &memberships,
        "SELECT p.campus_id, CAST(g.id AS TEXT) AS access_group_id, g.name AS access_group_name
         FROM person p JOIN access a ON a.seq = p.seq JOIN access_group g ON g.id = a.group_id
         WHERE NOT p.absent ORDER BY p.seq, g.id",
    )?;
    write_csv(
        db,
        &credentials,
        "SELECT campus_id, id_type, id_value, id_status
         FROM person JOIN atrium_id USING (seq) WHERE NOT absent ORDER BY seq, n",
    )
}

/// Writes a query's rows as RFC 4180 says, its column names first.
fn write_csv(db: &Connection, path: &Path, sql: &str) -> Result<(), SandboxError> {
    let temporary = path.with_extension("csv.part");
    let failed = |source| SandboxError::io("write", path, source);
    let file = fs::File::create(&temporary).map_err(failed)?;
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BufWriter::new(file));
    let mut select = db.prepare(sql)?;
    let columns = select.column_count();
    let header: Vec<String> = select
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    writer.write_record(&header).map_err(|e| failed(e.into()))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let field = row.get_ref(column)?.as_str().unwrap_or_default();
            writer.write_field(field).map_err(|e| failed(e.into()))?;
        }
        writer
            .write_record(None::<&[u8]>)
            .map_err(|e| failed(e.into()))?;
    }
    writer.flush().map_err(failed)?;
    drop(writer);
    fs::rename(&temporary, path).map_err(failed)
}
