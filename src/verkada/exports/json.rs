//! Users in JSON, one at a time: an array, an answer with a list in it, or an object a line.

use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{ExportError, Exported, Exports, Managed};
use crate::exported::{Unreadable, fields};
use crate::model::directory::RemoteUser;
use crate::model::{Profile, UserId};
use crate::verkada::json::{attribute, boolean, text};
use crate::verkada::{rest, scim};

/// The lists that answers have: of SCIM, of the REST API, of our own.
const LISTS: [&str; 3] = ["Resources", "access_members", "users"];

pub(super) fn read(
    input: impl BufRead,
    wanted: &dyn Fn(&Exported) -> bool,
    exports: &mut Exports,
) -> Result<(), ExportError> {
    let mut taker = Taker {
        wanted,
        exports,
        records: 0,
        fault: None,
    };
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = loop {
        if let Err(error) = Top(&mut taker).deserialize(&mut json) {
            break Err(error);
        }
        // Another object on another line.
        if json.end().is_ok() {
            break Ok(());
        }
    };
    let Err(error) = read else {
        return Ok(());
    };
    // What was found wrong with a record tells more than that the reading stopped.
    if let Some(fault) = taker.fault.take() {
        return Err(fault);
    }
    Err(Unreadable::from(error).into())
}

/// Takes records one by one.
struct Taker<'a> {
    wanted: &'a dyn Fn(&Exported) -> bool,
    exports: &'a mut Exports,
    records: u64,
    fault: Option<ExportError>,
}

impl Taker<'_> {
    fn take(&mut self, record: &Value) -> Result<(), serde_json::Error> {
        self.records += 1;
        if is_only_in_atrium(record) {
            return Ok(());
        }
        match user(record, self.records) {
            Ok(user) => {
                self.exports.take(user, self.wanted);
                Ok(())
            }
            Err(fault) => {
                self.fault = Some(fault);
                Err(serde_json::Error::custom("stopped"))
            }
        }
    }
}

/// A record, or the list that has them.
struct Top<'t, 'a>(&'t mut Taker<'a>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of users")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(record) = array.next_element::<Value>()? {
            // An answer a page.
            let page = LISTS.iter().find_map(|name| attribute(&record, name));
            let records = match page {
                Some(Value::Array(records)) => records.as_slice(),
                _ => std::slice::from_ref(&record),
            };
            for record in records {
                self.0.take(record).map_err(A::Error::custom)?;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut record = Map::new();
        let mut has_list = false;
        while let Some(name) = object.next_key::<String>()? {
            let is_list = LISTS.iter().any(|known| name.eq_ignore_ascii_case(known));
            if is_list {
                has_list = true;
                object.next_value_seed(List(&mut *self.0))?;
            } else {
                record.insert(name, object.next_value()?);
            }
        }
        if has_list {
            return Ok(());
        }
        self.0
            .take(&Value::Object(record))
            .map_err(A::Error::custom)
    }
}

/// The list of an answer; `null` is an empty one.
struct List<'t, 'a>(&'t mut Taker<'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of users")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(record) = array.next_element::<Value>()? {
            self.0.take(&record).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Whether a row of `inspect users` is of somebody whom Command does not have.
fn is_only_in_atrium(record: &Value) -> bool {
    let is_null = |name: &str| record.get(name).is_some_and(Value::is_null);
    is_null("id") && is_null("managed_by")
}

/// A user of whatever form.
fn user(record: &Value, number: u64) -> Result<Exported, ExportError> {
    let strange = || {
        let names = record.as_object().into_iter().flat_map(Map::keys);
        ExportError::Strange {
            record: number,
            fields: fields(names.map(String::as_str)),
        }
    };
    if let Some((found, flag)) = other(record) {
        return Err(ExportError::WrongKind { found, flag });
    }
    let has = |name: &str| attribute(record, name).is_some();
    if has("managed_by") {
        return own(record).ok_or_else(strange);
    }
    if has("user_id") {
        let row = rest::wire::user(record).ok_or_else(strange)?;
        return Ok(Exported {
            user: RemoteUser {
                id: UserId(row.id.0),
                external_id: Some(row.external_id).filter(|id| !id.is_empty()),
                profile: Profile {
                    email: row.email,
                    employee_number: row.employee_id,
                    ..Profile::default()
                },
                ..RemoteUser::default()
            },
            full_name: row.full_name,
            ..Exported::default()
        });
    }
    if !has("userName") {
        return Err(strange());
    }
    let user = scim::wire::user(record).ok_or_else(strange)?;
    Ok(Exported {
        full_name: user.profile.display_name(),
        user,
        is_whole: true,
        ..Exported::default()
    })
}

/// A row of `inspect users`.
fn own(record: &Value) -> Option<Exported> {
    Some(Exported {
        user: RemoteUser {
            id: UserId(text(record, "id")?),
            external_id: text(record, "external_id"),
            profile: Profile {
                email: text(record, "email").unwrap_or_default(),
                ..Profile::default()
            },
            active: boolean(record, "active"),
            created: None,
        },
        full_name: text(record, "name").unwrap_or_default(),
        campus_id: text(record, "campus_id").unwrap_or_default(),
        managed: Managed::read(&text(record, "managed_by").unwrap_or_default()),
        is_whole: false,
        tells_maker: false,
    })
}

/// What a record is instead, and the flag that takes it.
fn other(record: &Value) -> Option<(&'static str, &'static str)> {
    let has = |pointer: &str| record.pointer(pointer).is_some();
    let schemas = attribute(record, "schemas").map(Value::to_string);
    if schemas.is_some_and(|schemas| schemas.contains(":Group\"")) {
        Some(("groups of SCIM", ""))
    } else if has("/errorCode") {
        Some(("an answer in which Okta refuses", ""))
    } else if has("/eventType") {
        Some(("events of Okta's system log", "--okta-logs"))
    } else if has("/credentials/userName") || has("/syncState") || has("/profile/login") {
        Some(("people of Okta", "--okta-users"))
    } else if has("/signOnMode") {
        Some(("apps of Okta", "--okta-apps"))
    } else if has("/sourceGroupId") || has("/sourceUserGroupId") {
        Some(("pushed groups of Okta", "--okta-groups"))
    } else if has("/campus_id") && !has("/managed_by") {
        Some(("people of Atrium", "--atrium"))
    } else {
        None
    }
}
