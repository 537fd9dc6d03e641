//! Reading a ledger: the whole memory, as of one moment.

mod cards;

use std::collections::HashMap;
use std::error::Error as StdError;

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::record::time;
use super::schema::WITH_CARDS;
use crate::model::memory::{
    GroupMemory, LastRead, Memory, RecentRemovals, Refusal, Stuck, Unkept, UserMemory,
};
use crate::model::plan::Change;
use crate::model::reason::Code;
use crate::model::{AccessGroupId, CampusId, Field, GroupId, Profile, Text, UserId};

#[cfg(test)]
pub(super) use cards::REMOVALS as CARD_REMOVALS;

/// The window in which removals are counted together.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Whether no run has begun yet.
pub(super) fn knows_no_run(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM runs)", (), |row| {
        row.get(0)
    })
}

/// Everything that a ledger of this format knows.
pub(super) fn remember(
    connection: &Connection,
    format: i64,
    now: Timestamp,
) -> rusqlite::Result<Memory> {
    // Another process may write meanwhile: one transaction sees one moment.
    let snapshot = connection.unchecked_transaction()?;
    let mut memory = Memory {
        recent: recent_removals(&snapshot, now)?,
        high_water: high_water(&snapshot)?,
        ..Memory::default()
    };
    runs(&snapshot, &mut memory)?;
    let positions = groups(&snapshot, &mut memory)?;
    users(&snapshot, &positions, &mut memory)?;
    exceptions(&snapshot, &mut memory)?;
    if format >= WITH_CARDS {
        cards::remember(&snapshot, since(now), &mut memory)?;
    }
    snapshot.finish()?;
    Ok(memory)
}

fn runs(connection: &Connection, memory: &mut Memory) -> rusqlite::Result<()> {
    let ended: i64 = connection.query_row(
        "SELECT count(*) FROM runs WHERE ended IS NOT NULL",
        (),
        |row| row.get(0),
    )?;
    memory.runs = u64::try_from(ended).unwrap_or(0);
    let last = connection
        .query_row(
            "SELECT organization, filter FROM runs ORDER BY id DESC LIMIT 1",
            (),
            |row| Ok((text(row, 0)?, text(row, 1)?)),
        )
        .optional()?;
    (memory.organization, memory.last_filter) = last.unzip();
    memory.last_people = last_read(connection)?.map(|read| read.people);
    Ok(())
}

/// The last run with a complete read of Atrium.
pub(super) fn last_read(connection: &Connection) -> rusqlite::Result<Option<LastRead>> {
    let sql = "SELECT started, people FROM runs WHERE people IS NOT NULL ORDER BY id DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        let people: i64 = row.get(1)?;
        let out_of_range = |_| rusqlite::Error::IntegralValueOutOfRange(1, people);
        Ok(LastRead {
            started: parse(row, 0, str::parse)?,
            people: u64::try_from(people).map_err(out_of_range)?,
        })
    };
    connection.query_row(sql, (), read).optional()
}

/// Reads the groups. The position of each, by the number of its row.
fn groups(connection: &Connection, memory: &mut Memory) -> rusqlite::Result<HashMap<i64, u32>> {
    let mut statement = connection
        .prepare("SELECT id, access_group_id, group_id, name FROM access_groups ORDER BY id")?;
    let mut rows = statement.query(())?;
    let mut positions = HashMap::new();
    for position in 0u32.. {
        let Some(row) = rows.next()? else { break };
        positions.insert(row.get(0)?, position);
        memory.groups.push(GroupMemory {
            id: AccessGroupId(text(row, 1)?),
            group_id: GroupId(text(row, 2)?),
            name: text(row, 3)?,
        });
    }
    Ok(positions)
}

/// Reads the users and their memberships, both in the order of the users' rows.
fn users(
    connection: &Connection,
    positions: &HashMap<i64, u32>,
    memory: &mut Memory,
) -> rusqlite::Result<()> {
    let count: i64 = connection.query_row("SELECT count(*) FROM users", (), |row| row.get(0))?;
    memory.users.reserve(usize::try_from(count).unwrap_or(0));
    let mut users = connection.prepare(
        "SELECT id, campus_id, user_id, ours, in_scope, absent_runs, closed_by_us,
                email, first_name, middle_name, last_name, phone, title, department,
                employee_number, closing
         FROM users ORDER BY id",
    )?;
    let mut memberships =
        connection.prepare("SELECT user, access_group FROM memberships ORDER BY user")?;
    let mut users = users.query(())?;
    let mut memberships = memberships
        .query_map((), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?
        .peekable();
    while let Some(row) = users.next()? {
        let id: i64 = row.get(0)?;
        let mut groups = Vec::new();
        while let Some(membership) =
            memberships.next_if(|next| next.as_ref().map_or(true, |(user, _)| *user <= id))
        {
            let (_, group) = membership?;
            groups.extend(positions.get(&group));
        }
        groups.sort_unstable();
        let user = UserMemory {
            user_id: UserId(text(row, 2)?),
            ours: row.get(3)?,
            applied: profile(row, 7)?,
            groups,
            closed_by_us: timestamp(row, 6)?,
            closing: row.get(15)?,
            absent_runs: row.get(5)?,
            in_scope: row.get(4)?,
            access: None,
        };
        memory.users.insert(CampusId(text(row, 1)?), user);
    }
    Ok(())
}

/// Reads everything that stands out: debts, refusals, what does not stick, what is unfinished.
fn exceptions(connection: &Connection, memory: &mut Memory) -> rusqlite::Result<()> {
    memory.debts = all(
        connection,
        "SELECT campus_id, access_group_id FROM debts",
        |row| Ok((CampusId(text(row, 0)?), AccessGroupId(text(row, 1)?))),
    )?;
    let refusal = |row: &Row<'_>| -> rusqlite::Result<Refusal> {
        Ok(Refusal {
            code: parse(row, 1, str::parse::<Code>)?,
            values: text(row, 2)?,
            at: parse(row, 3, str::parse)?,
        })
    };
    memory.refusals = all(
        connection,
        "SELECT campus_id, code, refused, at FROM refusals",
        |row| Ok((CampusId(text(row, 0)?), refusal(row)?)),
    )?;
    memory.group_refusals = all(
        connection,
        "SELECT access_group_id, code, refused, at FROM group_refusals",
        |row| Ok((AccessGroupId(text(row, 0)?), refusal(row)?)),
    )?;
    memory.stuck_fields = all(
        connection,
        "SELECT campus_id, field, wanted, found FROM stuck_fields",
        |row| {
            let stuck = Stuck {
                wanted: text(row, 2)?,
                found: text(row, 3)?,
            };
            Ok(((CampusId(text(row, 0)?), parse(row, 1, field)?), stuck))
        },
    )?;
    memory.stuck_members = all(
        connection,
        "SELECT campus_id, access_group_id, added, at FROM stuck_members",
        |row| {
            let key = (CampusId(text(row, 0)?), AccessGroupId(text(row, 1)?));
            let stuck = Unkept {
                added: row.get(2)?,
                at: parse(row, 3, str::parse)?,
            };
            Ok((key, stuck))
        },
    )?;
    let unfinished: Vec<(CampusId, Change)> = all(
        connection,
        "SELECT unfinished.campus_id, change FROM unfinished JOIN actions USING (run, position)",
        |row| {
            Ok((
                CampusId(text(row, 0)?),
                parse(row, 1, |text| serde_json::from_str(text))?,
            ))
        },
    )?;
    for (person, change) in unfinished {
        let addresses = memory.unfinished.entry(person).or_default();
        if let Change::CreateUser { profile, .. } = change {
            addresses.insert(profile.email);
        }
    }
    let unfinished: Vec<(AccessGroupId, Change)> = all(
        connection,
        "SELECT access_group_id, change
         FROM unfinished_groups JOIN actions USING (run, position)",
        |row| {
            Ok((
                AccessGroupId(text(row, 0)?),
                parse(row, 1, |text| serde_json::from_str(text))?,
            ))
        },
    )?;
    for (group, change) in unfinished {
        let names = memory.unfinished_groups.entry(group).or_default();
        if let Change::CreateGroup { name, .. } = change {
            names.insert(name);
        }
    }
    Ok(())
}

/// When the removals begin that count together with those of `now`.
fn since(now: Timestamp) -> Timestamp {
    now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN)
}

/// Counts the removals after `now` less 24 hours. What bears a later time than `now`, because a
/// clock was set back, counts too. What somebody allowed by name does not: it was looked at, and
/// must not hold the ordinary leavers of the next day.
fn recent_removals(connection: &Connection, now: Timestamp) -> rusqlite::Result<RecentRemovals> {
    connection.query_row(
        "SELECT count(DISTINCT coalesce(campus_id, subject)) FILTER (
                    WHERE kind <> 'remove-member' AND instr(' ' || allowed || ' ', ' people ') = 0),
                count(*) FILTER (
                    WHERE kind = 'remove-member'
                      AND instr(' ' || allowed || ' ', ' memberships ') = 0)
         FROM actions JOIN runs ON runs.id = actions.run
         WHERE at > ?1
           AND state = 'done' AND kind IN ('deactivate-user', 'delete-user', 'remove-member')",
        (time(since(now)),),
        |row| {
            Ok(RecentRemovals {
                people: row.get(0)?,
                memberships: row.get(1)?,
                ..RecentRemovals::default()
            })
        },
    )
}

/// The latest creation that is known.
pub(super) fn high_water(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    connection
        .query_row(
            "SELECT value FROM meta WHERE name = 'high_water'",
            (),
            |row| parse(row, 0, str::parse),
        )
        .optional()
}

/// Eight columns as a profile, from column `first` on.
pub(super) fn profile(row: &Row<'_>, first: usize) -> rusqlite::Result<Profile> {
    let mut profile = Profile::default();
    for (column, field) in (first..).zip(Profile::FIELDS) {
        profile.set(field, text(row, column)?);
    }
    Ok(profile)
}

pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Text> {
    Ok(Text::from(row.get_ref(column)?.as_str()?))
}

fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => parse(row, column, str::parse).map(Some),
    }
}

fn field(text: &str) -> Result<Field, ValueError> {
    let text: StrDeserializer<'_, ValueError> = text.into_deserializer();
    Field::deserialize(text)
}

/// A text column as what it stands for.
fn parse<T, E>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T>
where
    E: StdError + Send + Sync + 'static,
{
    parse(row.get_ref(column)?.as_str()?).map_err(|cause| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause))
    })
}

fn all<T, C: FromIterator<T>>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<C> {
    connection.prepare(sql)?.query_map((), read)?.collect()
}
