//! Records of JSON, one at a time: an array, or an object a line.

use std::fmt;
use std::io::BufRead;

use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;

use super::error::FileError;
use super::keep::{Kept, Wanted};
use super::kind::{Kind, of_record};
use crate::exported::{Form, Unreadable, fields};
use crate::model::line::shorten;
use crate::model::okta::{AppUser, AssignedGroup, LogEvent, OktaApp, OktaUser, PushMapping};

pub(super) fn read(
    input: impl BufRead,
    form: Form,
    expected: &[Kind],
    wanted: &Wanted,
    kept: &mut Kept,
) -> Result<(), FileError> {
    let mut taker = Taker {
        expected,
        wanted,
        kept,
        fault: None,
    };
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = if form == Form::JsonArray {
        let read = List(&mut taker).deserialize(&mut json);
        read.and_then(|()| json.end())
    } else {
        let mut records = json.into_iter::<Value>();
        let mut read = Ok(());
        for record in &mut records {
            read = record.and_then(|record| taker.take(&record));
            if read.is_err() {
                break;
            }
        }
        read
    };
    let Err(error) = read else {
        return Ok(());
    };
    // What was found wrong with a record tells more than that the reading stopped.
    Err(match taker.fault.take() {
        Some(FileError::Strange {
            expected, fields, ..
        }) => FileError::Strange {
            line: taker.kept.records,
            expected,
            fields,
        },
        Some(fault) => fault,
        None => Unreadable::from(error).into(),
    })
}

/// Takes records one by one.
struct Taker<'a> {
    expected: &'a [Kind],
    wanted: &'a Wanted,
    kept: &'a mut Kept,
    fault: Option<FileError>,
}

impl Taker<'_> {
    fn take(&mut self, record: &Value) -> Result<(), serde_json::Error> {
        self.kept.records += 1;
        let fault = match self.sort(record) {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        };
        self.fault = Some(fault);
        Err(serde_json::Error::custom("stopped"))
    }

    fn sort(&mut self, record: &Value) -> Result<(), FileError> {
        let expected = || self.expected.to_vec();
        let strange = || {
            let object = record.as_object();
            let names = object.into_iter().flat_map(serde_json::Map::keys);
            FileError::Strange {
                line: 0,
                expected: expected(),
                fields: fields(names.map(String::as_str)),
            }
        };
        if let Some(code) = record.get("errorCode").and_then(Value::as_str) {
            let summary = record.get("errorSummary").and_then(Value::as_str);
            let text = format!("{code} {}", summary.unwrap_or_default());
            return Err(FileError::Refusal(shorten(&text, 200)));
        }
        let kind = of_record(record).ok_or_else(strange)?;
        if !self.expected.contains(&kind) {
            return Err(FileError::WrongKind {
                found: kind,
                expected: expected(),
            });
        }
        let (kept, wanted) = (&mut *self.kept, self.wanted);
        kept.meet(kind);
        match kind {
            Kind::AppUsers => AppUser::from_json(record).map(|one| kept.app_user(one, wanted)),
            Kind::OktaUsers => OktaUser::from_json(record).map(|user| kept.user(user, wanted)),
            Kind::Events => LogEvent::from_json(record).map(|event| kept.event(event, wanted)),
            Kind::Apps => OktaApp::from_json(record).map(|app| kept.app(app, wanted)),
            Kind::Mappings => {
                PushMapping::from_json(record).map(|mapping| kept.mappings.push(mapping))
            }
            Kind::AssignedGroups => {
                AssignedGroup::from_json(record).map(|group| kept.groups.push(group))
            }
            Kind::OktaGroups | Kind::CommandUsers | Kind::Scim | Kind::Atrium => return Ok(()),
        }
        .map_err(|_| strange())
    }
}

/// The array of a file, whose records are handed on one by one.
struct List<'t, 'a>(&'t mut Taker<'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(record) = array.next_element::<Value>()? {
            self.0
                .take(&record)
                .map_err(|error| A::Error::custom(error.to_string()))?;
        }
        Ok(())
    }
}
