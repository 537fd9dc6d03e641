//! `/access/v1/access_users`: everybody in one answer, one person's access, and when it holds.

use serde_json::Value;

use super::input::{self, ANY_ID};
use super::{Failure, Outcome, Write, check_frozen, list as listed, view};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Access, Change};
use crate::sandbox::scim::Call;

pub(super) fn list(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[&["include_visitors"]])?;
    let mut rows: Vec<Value> = campus
        .command
        .users()
        .filter(|user| campus.rest_sees(user))
        .map(|user| view::row(campus, user))
        .collect();
    match query.get("include_visitors") {
        None | Some(&"false") => {}
        Some(&"true") => rows.push(view::visitor()),
        Some(_) => return Err(Failure::bad("include_visitors has to be true or false")),
    }
    listed(campus, "access_members", rows)
}

pub(super) fn get(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[ANY_ID])?;
    let user = input::person(campus, &query, ANY_ID)?;
    Ok(view::information(campus, &user))
}

pub(super) fn set_start_date(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    set_date(campus, call, "start_date", |access| &mut access.start_date)
}

pub(super) fn set_end_date(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    set_date(campus, call, "end_date", |access| &mut access.end_date)
}

fn set_date(
    campus: &mut Campus,
    call: &Call<'_>,
    name: &str,
    field: fn(&mut Access) -> &mut Option<i64>,
) -> Outcome {
    let query = input::query(call, &[ANY_ID])?;
    let body = input::body(call, &[name])?;
    if !body.contains_key(name) {
        return Err(Failure::bad(format!("{name} is required")));
    }
    let date = match input::text(&body, name)? {
        // Null and an empty text take the date back.
        None | Some("") => None,
        Some(text) => match text.parse::<i64>() {
            Ok(seconds) if seconds >= 0 => Some(seconds),
            _ => return Err(Failure::bad(format!("{name} has to be Unix seconds"))),
        },
    };
    let user = input::person(campus, &query, ANY_ID)?;
    if let Write::Apply = check_frozen(campus, &user)? {
        let mut access = campus.command.access_of(&user.id);
        *field(&mut access) = date;
        campus.tick();
        campus.write(vec![Change::SetAccess {
            user: user.id.clone(),
            access,
        }])?;
    }
    Ok(view::information(campus, &user))
}
