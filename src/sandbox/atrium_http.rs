//! Atrium over HTTP, in a shape of the sandbox's own making. Atrium's real interface is not
//! public: nothing here is taken from it, and a customer gets the real one from Atrium.
//!
//! `GET /atrium/api/v1/cardholders` and `GET /atrium/api/v1/access-groups`, both behind a bearer
//! token and in pages of at most 50, with a cursor for the next one. They hold what the exports
//! hold; an access group that nobody has is in neither.

use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

use super::SandboxError;
use super::campus::Campus;
use super::scim::{Answer, Call};

/// Where the interface lives behind the server's address.
pub(super) const BASE: &str = "/atrium/api/v1";

/// The most records in one answer, and how many there are if nobody says.
const PAGE: u32 = 50;

/// The two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Cardholders,
    AccessGroups,
}

impl List {
    fn of(path: &[String]) -> Option<Self> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["atrium", "api", "v1", "cardholders"] => Some(List::Cardholders),
            ["atrium", "api", "v1", "access-groups"] => Some(List::AccessGroups),
            _ => None,
        }
    }

    /// The member of an answer that holds the records.
    fn member(self) -> &'static str {
        match self {
            List::Cardholders => "cardholders",
            List::AccessGroups => "accessGroups",
        }
    }

    /// The records behind a number, each with its own number, ascending.
    fn after(
        self,
        db: &Connection,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, Value)>, SandboxError> {
        match self {
            List::Cardholders => cardholders(db, after, limit),
            List::AccessGroups => access_groups(db, after, limit),
        }
    }

    fn count(self, db: &Connection) -> Result<u32, SandboxError> {
        let sql = match self {
            List::Cardholders => "SELECT count(*) FROM person WHERE NOT absent",
            List::AccessGroups => {
                "SELECT count(DISTINCT group_id) FROM access JOIN person USING (seq)
                 WHERE NOT absent"
            }
        };
        Ok(db.query_row(sql, [], |row| row.get(0))?)
    }
}

/// A refused request: status and sentence.
type Refusal = (StatusCode, String);

/// The name under which a request is counted.
pub(super) fn endpoint(call: &Call<'_>) -> String {
    match List::of(call.path) {
        Some(_) => format!("{} /{}", call.method, call.path.join("/")),
        None => format!("{} /atrium/?", call.method),
    }
}

/// A refusal in the interface's own form.
pub(super) fn fault(status: StatusCode, detail: &str) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Some(json!({"problem": {"code": status.as_u16(), "text": detail}}).into()),
    }
}

/// Answers a request.
pub(super) fn answer(campus: &Campus, call: &Call<'_>) -> Answer {
    match page(campus, call) {
        Ok(body) => Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Some(body.into()),
        },
        Err((status, text)) => fault(status, &text),
    }
}

fn page(campus: &Campus, call: &Call<'_>) -> Result<Value, Refusal> {
    let refuse = |status, text: &str| Err((status, text.to_owned()));
    let header = call.headers.get(AUTHORIZATION);
    let sent = header.and_then(|value| value.to_str().ok());
    let token = sent.and_then(|value| value.strip_prefix("Bearer "));
    if token != Some(campus.atrium_secret.as_str()) {
        return refuse(StatusCode::UNAUTHORIZED, "sign in with a bearer token");
    }
    let Some(list) = List::of(call.path) else {
        return refuse(StatusCode::NOT_FOUND, "there is no such list");
    };
    if call.method != Method::GET {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "lists can only be read");
    }
    let mut after = -1;
    let mut limit = PAGE;
    for (name, value) in call.query {
        match (name.as_str(), value.parse()) {
            ("limit", Ok(most @ 1..=PAGE)) => limit = most,
            ("limit", _) => {
                return refuse(StatusCode::BAD_REQUEST, "limit is a number from 1 to 50");
            }
            ("cursor", _) => match read_cursor(list, value) {
                Some(number) => after = number,
                None => return refuse(StatusCode::BAD_REQUEST, "this is no cursor of this list"),
            },
            _ => return refuse(StatusCode::BAD_REQUEST, "there is no such parameter"),
        }
    }
    let failed = |problem: SandboxError| (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string());
    let db = campus.store.read();
    // One more than is sent tells whether there is another page.
    let mut records = list.after(db, after, limit + 1).map_err(failed)?;
    let is_last = records.len() <= limit as usize;
    records.truncate(limit as usize);
    let next = match (is_last, records.last()) {
        (false, Some((number, _))) => json!(cursor(list, *number)),
        _ => Value::Null,
    };
    let records: Vec<Value> = records.into_iter().map(|(_, record)| record).collect();
    Ok(json!({
        "data": {list.member(): records},
        "meta": {"count": list.count(db).map_err(failed)?, "nextCursor": next},
    }))
}

/// The cursor behind a record.
fn cursor(list: List, number: i64) -> String {
    format!("{}~{number:x}", list.member())
}

fn read_cursor(list: List, text: &str) -> Option<i64> {
    let (name, number) = text.split_once('~')?;
    let number = i64::from_str_radix(number, 16).ok()?;
    (name == list.member()).then_some(number)
}

fn cardholders(db: &Connection, after: i64, limit: u32) -> Result<Vec<(i64, Value)>, SandboxError> {
    let mut select = db.prepare_cached(
        "SELECT seq, campus_id, first_name, middle_name, last_name, email, phone, title,
                department, status, valid_from, valid_until
         FROM person WHERE NOT absent AND seq > ? ORDER BY seq LIMIT ?",
    )?;
    let rows = select.query_map([after, i64::from(limit)], |row| {
        let seq: i64 = row.get(0)?;
        let record = json!({
            "key": seq,
            "campusId": text(row, 1)?,
            "name": {"first": text(row, 2)?, "middle": text(row, 3)?, "last": text(row, 4)?},
            "contact": {"email": text(row, 5)?, "phone": text(row, 6)?},
            "position": {"title": text(row, 7)?, "department": text(row, 8)?},
            "standing": text(row, 9)?,
            "member": {"from": text(row, 10)?, "until": text(row, 11)?},
        });
        Ok((seq, record))
    })?;
    let mut people: Vec<(i64, Value)> = rows.collect::<Result<_, _>>()?;
    for (seq, person) in &mut people {
        person["ids"] = ids(db, *seq)?;
        person["accessGroupIds"] = group_ids(db, *seq)?;
    }
    Ok(people)
}

/// A blank text is a value that is not there.
fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<Value> {
    let text: String = row.get(at)?;
    Ok(if text.is_empty() {
        Value::Null
    } else {
        Value::String(text)
    })
}

fn ids(db: &Connection, seq: i64) -> Result<Value, SandboxError> {
    let mut select = db.prepare_cached(
        "SELECT id_type, id_value, id_status FROM atrium_id WHERE seq = ? ORDER BY n",
    )?;
    let rows = select.query_map([seq], |row| {
        Ok(json!({"kind": text(row, 0)?, "number": text(row, 1)?, "state": text(row, 2)?}))
    })?;
    Ok(Value::Array(rows.collect::<Result<_, _>>()?))
}

fn group_ids(db: &Connection, seq: i64) -> Result<Value, SandboxError> {
    let mut select =
        db.prepare_cached("SELECT group_id FROM access WHERE seq = ? ORDER BY group_id")?;
    let rows = select.query_map([seq], |row| row.get::<_, i64>(0).map(Value::from))?;
    Ok(Value::Array(rows.collect::<Result<_, _>>()?))
}

fn access_groups(
    db: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, Value)>, SandboxError> {
    let mut select = db.prepare_cached(
        "SELECT id, name FROM access_group g
         WHERE id > ? AND EXISTS (SELECT 1 FROM access a JOIN person p USING (seq)
                                  WHERE a.group_id = g.id AND NOT p.absent)
         ORDER BY id LIMIT ?",
    )?;
    let rows = select.query_map([after, i64::from(limit)], |row| {
        let id: i64 = row.get(0)?;
        Ok((id, json!({"id": id, "label": text(row, 1)?})))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
