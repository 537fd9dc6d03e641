//! People and cards as they are sent, with the personality's touch.

use serde_json::{Map, Value, json};

use crate::sandbox::campus::Campus;
use crate::sandbox::card::Card;
use crate::sandbox::command::{Access, User};
use crate::sandbox::personality::Switch;

/// The id that REST knows a user by.
pub(super) fn rest_id(campus: &Campus, id: &str) -> String {
    match campus.has(Switch::RestIdsDiffer) {
        true => mirrored(id),
        false => id.to_owned(),
    }
}

/// The id that SCIM knows a user by.
pub(super) fn scim_id(campus: &Campus, id: &str) -> String {
    rest_id(campus, id)
}

/// Another UUID for a UUID, and the first one for the other.
fn mirrored(id: &str) -> String {
    let digit = |(at, digit): (usize, char)| match (at, digit.to_digit(16)) {
        // Version and variant stay what they are.
        (14 | 19, _) | (_, None) => digit,
        (_, Some(value)) => char::from_digit(15 - value, 16).unwrap_or(digit),
    };
    id.char_indices().map(digit).collect()
}

/// A text, or null if there is none.
fn text(text: &str) -> Value {
    match text {
        "" => Value::Null,
        text => text.into(),
    }
}

fn external_id(campus: &Campus, user: &User) -> Value {
    match campus.has(Switch::RestExternalIdHidden) {
        true => Value::Null,
        false => text(user.external_id()),
    }
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

/// A row of the list of everybody. A saved answer of the live service lacks the keys that have no
/// value.
pub(super) fn row(campus: &Campus, user: &User) -> Value {
    let row = json!({
        "user_id": rest_id(campus, &user.id),
        "external_id": external_id(campus, user),
        "email": text(user.user_name()),
        "full_name": user.label(),
        "employee_id": text(user.enterprise("employeeNumber")),
        "employee_title": text(user.text("title")),
        "company_name": text(user.enterprise("organization")),
        "department": text(user.enterprise("department")),
        "department_id": text(user.enterprise("costCenter")),
        "has_profile_photo": false,
        "profile_photo_last_updated": null,
        "is_visitor": false,
    });
    match campus.has(Switch::RestNulls) {
        true => stripped(
            row,
            &["employee_title", "company_name", "department", "full_name"],
        ),
        false => without_nulls(row),
    }
}

/// With `rest-nulls`: these fields are null, and booleans that are false are absent.
fn stripped(mut value: Value, nulled: &[&str]) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| *value != Value::Bool(false));
        for name in nulled {
            fields.insert((*name).to_owned(), Value::Null);
        }
    }
    value
}

/// The visitor who is listed to whoever asks for visitors.
pub(super) fn visitor() -> Value {
    json!({
        "user_id": "5ca1ab1e-0000-4000-8000-00000000cafe",
        "full_name": "Walter Guest",
        "has_profile_photo": false,
        "is_visitor": true,
    })
}

/// The Access Information Object
/// (<https://apidocs.verkada.com/reference/access-information-object>).
pub(super) fn information(campus: &Campus, user: &User) -> Value {
    let Access {
        start_date,
        end_date,
        entry_code,
    } = campus.command.access_of(&user.id);
    let date = |seconds: Option<i64>| match (seconds, campus.has(Switch::RestNulls)) {
        (None, _) => Value::Null,
        (Some(seconds), true) => seconds.into(),
        (Some(seconds), false) => seconds.to_string().into(),
    };
    let groups: Vec<Value> = campus
        .command
        .groups_of(&user.id)
        .filter(|group| campus.is_access_group(group))
        .map(|group| json!({"group_id": group.id, "name": group.name()}))
        .collect();
    let cards: Vec<Value> = campus
        .command
        .cards_of(&user.id)
        .chain(campus.still_shown(&user.id))
        .map(|shown| card(campus, shown))
        .collect();
    let information = json!({
        "user_id": rest_id(campus, &user.id),
        "external_id": external_id(campus, user),
        "start_date": date(start_date),
        "end_date": date(end_date),
        "ble_unlock": false,
        "remote_unlock": false,
        "entry_code": entry_code,
        "access_groups": groups,
        "cards": cards,
        "license_plates": [],
        "mfa_codes": [],
        "qr_codes": [],
        "has_profile_photo": false,
        "profile_photo_last_updated": null,
    });
    if !campus.has(Switch::RestNulls) {
        return information;
    }
    let Value::Object(mut fields) = without_nulls(information) else {
        return Value::Null;
    };
    for (_, value) in fields.iter_mut() {
        if value.as_array().is_some_and(Vec::is_empty) {
            *value = Value::Null;
        }
    }
    stripped(Value::Object(fields), &[])
}

/// A card. Stored cards come back with the short name of their type.
pub(super) fn card(campus: &Campus, card: &Card) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("card_id", card.id.as_str().into());
    put("type", card.kind.short.into());
    put("active", card.active.into());
    let code = card.facility_code.map(|code| code.to_string());
    put("facility_code", code.into());
    put("card_number", card.number.to_string().into());
    put("card_number_hex", Value::Null);
    put("card_number_base36", Value::Null);
    if campus.has(Switch::CardsNormalised) {
        put("type", card.kind.long.into());
        let hex = match card.created % 3 {
            0 => None,
            1 => Some(format!("{:010X}", card.number)),
            _ => Some(format!("{:x}", card.number)),
        };
        match hex {
            None => {
                put("card_number", format!("{:08}", card.number).into());
            }
            Some(hex) => {
                put("card_number", Value::Null);
                put("card_number_hex", hex.into());
            }
        }
        if let Some(code) = card.facility_code {
            put("facility_code", format!("{code:05}").into());
        }
    }
    if campus.has(Switch::RestNulls) {
        if let Some(code) = card.facility_code {
            put("facility_code", code.into());
        }
        if let (false, Ok(number)) = (
            campus.has(Switch::CardsNormalised),
            u64::try_from(card.number),
        ) {
            put("card_number", number.into());
        }
        fields.retain(|_, value| !value.is_null());
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::mirrored;

    #[test]
    fn a_mirrored_id_is_another_uuid_and_leads_back() {
        let id = "0f1e2d3c-4b5a-4678-9abc-def012345678";
        let other = mirrored(id);
        assert_eq!(other, "f0e1d2c3-b4a5-4987-9543-210fedcba987");
        assert_eq!(mirrored(&other), id);
    }
}
