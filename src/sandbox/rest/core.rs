//! `/core/v1/user`: people made in Command. Those of a SCIM client can be read only.

use serde_json::{Map, Value, json};

use super::input::{self, OWN_ID};
use super::{Failure, MANAGED, Outcome, view};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Change, ENTERPRISE, User, id_at};
use crate::sandbox::personality::Switch;
use crate::sandbox::scim::Call;

type Fields = Map<String, Value>;

/// Field, and where SCIM's attributes keep it.
const FIELDS: &[(&str, &[&str])] = &[
    ("external_id", &["externalId"]),
    ("first_name", &["name", "givenName"]),
    ("middle_name", &["name", "middleName"]),
    ("last_name", &["name", "familyName"]),
    ("email", &["userName"]),
    ("employee_id", &[ENTERPRISE, "employeeNumber"]),
    ("employee_title", &["title"]),
    ("employee_type", &["userType"]),
    ("company_name", &[ENTERPRISE, "organization"]),
    ("department", &[ENTERPRISE, "department"]),
    ("department_id", &[ENTERPRISE, "costCenter"]),
];

pub(super) fn get(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let query = input::query(call, &[OWN_ID])?;
    let user = input::person(campus, &query, OWN_ID)?;
    Ok(shown(campus, &user))
}

pub(super) fn create(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    input::query(call, &[])?;
    let fields = read(call)?;
    if !["first_name", "last_name", "email"]
        .iter()
        .any(|name| fields.contains_key(*name))
    {
        return Err(Failure::bad(
            "One of first_name, last_name, email is required",
        ));
    }
    check_unique(campus, &fields, "")?;
    let tick = campus.tick();
    let mut attributes = Map::from_iter([("active".to_owned(), true.into())]);
    apply(&mut attributes, &fields);
    let user = User {
        id: id_at(campus.about.seed, tick),
        native: true,
        attributes,
        created: tick,
        modified: tick,
    };
    campus.write(vec![Change::PutUser(user.clone())])?;
    Ok(shown(campus, &user))
}

pub(super) fn replace(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let mut user = own(campus, call)?;
    let fields = read(call)?;
    check_unique(campus, &fields, &user.id)?;
    apply(&mut user.attributes, &fields);
    user.modified = campus.tick();
    campus.write(vec![Change::PutUser(user.clone())])?;
    Ok(shown(campus, &user))
}

pub(super) fn delete(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let user = own(campus, call)?;
    campus.tick();
    campus.write(vec![Change::DropUser(user.id)])?;
    Ok(json!({}))
}

/// A user who may be changed here.
fn own(campus: &Campus, call: &Call<'_>) -> Result<User, Failure> {
    let query = input::query(call, &[OWN_ID])?;
    let user = input::person(campus, &query, OWN_ID)?;
    match user.native {
        true => Ok(user),
        false => Err(Failure::bad(MANAGED)),
    }
}

fn read(call: &Call<'_>) -> Result<Fields, Failure> {
    let mut names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
    names.push("phone");
    let mut fields = input::body(call, &names)?;
    fields.retain(|_, value| !value.is_null());
    for name in names {
        input::text(&fields, name)?;
    }
    if let Some(phone) = input::text(&fields, "phone")?
        && !is_e164(phone)
    {
        return Err(Failure::bad("phone has to be of the form +16508675309"));
    }
    Ok(fields)
}

fn is_e164(phone: &str) -> bool {
    phone.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// External ids and emails are unique in the organization.
fn check_unique(campus: &Campus, fields: &Fields, own: &str) -> Result<(), Failure> {
    let command = &campus.command;
    if let Some(email) = input::text(fields, "email")?
        && command
            .user_by_email(email)
            .is_some_and(|user| user.id != own)
    {
        return Err(Failure::bad("User with this email already exists"));
    }
    if let Some(id) = input::text(fields, "external_id")?
        && command.users_by_external_id(id).any(|user| user.id != own)
    {
        return Err(Failure::bad("User with this external_id already exists"));
    }
    Ok(())
}

fn apply(attributes: &mut Fields, fields: &Fields) {
    for (name, place) in FIELDS {
        let Some(value) = fields.get(*name) else {
            continue;
        };
        match place {
            [first, second] => {
                let outer = attributes
                    .entry(*first)
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(outer) = outer {
                    outer.insert((*second).to_owned(), value.clone());
                }
            }
            place => {
                attributes.insert(place.concat(), value.clone());
            }
        }
    }
    if let Some(phone) = fields.get("phone") {
        let phones = json!([{"type": "work", "value": phone}]);
        attributes.insert("phoneNumbers".to_owned(), phones);
    }
}

fn shown(campus: &Campus, user: &User) -> Value {
    let mut fields = Map::from_iter([
        ("user_id".to_owned(), view::rest_id(campus, &user.id).into()),
        ("active".to_owned(), user.active().into()),
    ]);
    for (name, place) in FIELDS {
        let mut value = user.attributes.get(place[0]);
        for inner in &place[1..] {
            value = value.and_then(|value| value.get(*inner));
        }
        fields.insert((*name).to_owned(), value.cloned().unwrap_or_default());
    }
    let phone = user.attributes.get("phoneNumbers");
    let phone = phone.and_then(|phones| phones[0].get("value"));
    fields.insert("phone".to_owned(), phone.cloned().unwrap_or_default());
    if campus.has(Switch::RestExternalIdHidden) {
        fields.insert("external_id".to_owned(), Value::Null);
    }
    if campus.has(Switch::RestNulls) {
        fields.retain(|_, value| !value.is_null());
    }
    Value::Object(fields)
}
