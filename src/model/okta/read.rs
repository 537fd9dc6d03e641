//! Okta's JSON, read leniently: what is missing, `null` or of another type than documented never
//! stops the reading, and a record without an id is no record.

use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

use super::{
    AppStatus, AppUser, AssignedBy, AssignedGroup, Capabilities, Connection, ConnectionStatus,
    LogEvent, MappingStatus, OktaApp, OktaUser, OktaUserStatus, Outcome, PushMapping, SyncState,
    Target, UserState,
};
use crate::model::Text;

/// What a record lacks to be what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it is no object with `{missing}`")]
pub struct ReadError {
    /// The member that is missing.
    pub missing: &'static str,
}

/// The text at a pointer; numbers and booleans as text, and nothing for everything else.
fn text(value: &Value, pointer: &str) -> Text {
    match value.pointer(pointer) {
        Some(Value::String(text)) => Text::from(text.trim()),
        Some(Value::Number(number)) => Text::from(number.to_string()),
        Some(Value::Bool(flag)) => Text::from(flag.to_string()),
        _ => Text::default(),
    }
}

fn first_text(value: &Value, pointers: &[&str]) -> Text {
    let mut found = pointers.iter().map(|pointer| text(value, pointer));
    found.find(|text| !text.is_empty()).unwrap_or_default()
}

fn need(text: Text, missing: &'static str) -> Result<Text, ReadError> {
    if text.is_empty() {
        Err(ReadError { missing })
    } else {
        Ok(text)
    }
}

/// A time as Okta writes it, as a spreadsheet has it, or as milliseconds or seconds since 1970.
#[must_use]
pub fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        // Seconds stay below this until the year 5138.
        return if number.abs() < 100_000_000_000 {
            Timestamp::from_second(number).ok()
        } else {
            Timestamp::from_millisecond(number).ok()
        };
    }
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    // Exports for spreadsheets leave the zone out; they are in UTC.
    let civil: jiff::civil::DateTime = text.trim_end_matches(" UTC").parse().ok()?;
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

fn time_at(value: &Value, pointer: &str) -> Option<Timestamp> {
    time(&text(value, pointer))
}

impl OktaApp {
    /// Reads an app.
    ///
    /// # Errors
    /// [`ReadError`] if it has no id.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        let features = value.get("features").and_then(Value::as_array);
        Ok(OktaApp {
            id: need(text(value, "/id"), "id")?,
            name: text(value, "/name"),
            label: text(value, "/label"),
            status: AppStatus::read(&text(value, "/status")),
            sign_on_mode: text(value, "/signOnMode"),
            features: features.map(|list| {
                let words = list.iter().filter_map(Value::as_str);
                words.map(Text::from).collect()
            }),
            created: time_at(value, "/created"),
            updated: time_at(value, "/lastUpdated"),
        })
    }
}

impl Connection {
    /// Reads an app's connection.
    #[must_use]
    pub fn from_json(value: &Value) -> Self {
        Connection {
            status: ConnectionStatus::read(&text(value, "/status")),
            auth_scheme: first_text(value, &["/authScheme", "/profile/authScheme"]),
            base_url: first_text(
                value,
                &["/baseUrl", "/profile/baseUrl", "/profile/settings/baseUrl"],
            ),
        }
    }
}

impl Capabilities {
    /// Reads the features of an app.
    #[must_use]
    pub fn from_json(value: &Value) -> Self {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let named = list
            .iter()
            .find(|feature| text(feature, "/name") == "USER_PROVISIONING");
        let Some(feature) = named else {
            return Capabilities::default();
        };
        let on = |pointer: &str| match text(feature, pointer).as_str() {
            "" => None,
            word => Some(word == "ENABLED" || word == "true"),
        };
        Capabilities {
            provisioning: on("/status").unwrap_or(true),
            create: on("/capabilities/create/lifecycleCreate/status"),
            update: on("/capabilities/update/profile/status"),
            deactivate: on("/capabilities/update/lifecycleDeactivate/status"),
        }
    }
}

impl AppUser {
    /// Reads an assignment.
    ///
    /// # Errors
    /// [`ReadError`] if it has neither an id nor a user name.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        let id = text(value, "/id");
        let user_name = first_text(value, &["/credentials/userName", "/profile/userName"]);
        if user_name.is_empty() {
            need(id.clone(), "id")?;
        }
        let profile = |names: &[&str]| {
            let pointers: Vec<String> = names
                .iter()
                .flat_map(|name| {
                    [
                        format!("/profile/{name}"),
                        format!("/_embedded/user/profile/{name}"),
                    ]
                })
                .collect();
            let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
            first_text(value, &pointers)
        };
        Ok(AppUser {
            id,
            // The address of the app stands among the links.
            app: app_of_links(value),
            user_name,
            assigned_by: AssignedBy::read(&text(value, "/scope")),
            state: UserState::read(&text(value, "/status")),
            external_id: text(value, "/externalId"),
            id_untold: false,
            email: profile(&["email"]),
            first_name: profile(&["givenName", "firstName"]),
            last_name: profile(&["familyName", "lastName"]),
            created: time_at(value, "/created"),
            status_changed: time_at(value, "/statusChanged"),
            last_sync: time_at(value, "/lastSync"),
            sync_state: SyncState::read(&text(value, "/syncState")),
        })
    }
}

fn app_of_links(value: &Value) -> Text {
    let link = text(value, "/_links/app/href");
    let id = link.rsplit("/apps/").next().unwrap_or_default();
    if id == link {
        return Text::default();
    }
    Text::from(id.split(['/', '?']).next().unwrap_or_default())
}

impl OktaUser {
    /// Reads a user.
    ///
    /// # Errors
    /// [`ReadError`] if it has no id.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        Ok(OktaUser {
            id: need(text(value, "/id"), "id")?,
            login: text(value, "/profile/login"),
            email: text(value, "/profile/email"),
            first_name: text(value, "/profile/firstName"),
            last_name: text(value, "/profile/lastName"),
            status: OktaUserStatus::read(&text(value, "/status")),
            created: time_at(value, "/created"),
            status_changed: time_at(value, "/statusChanged"),
        })
    }
}

impl AssignedGroup {
    /// Reads a group's assignment.
    ///
    /// # Errors
    /// [`ReadError`] if it has no id.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        Ok(AssignedGroup {
            id: need(text(value, "/id"), "id")?,
            name: first_text(value, &["/_embedded/group/profile/name", "/profile/name"]),
        })
    }
}

impl PushMapping {
    /// Reads a pushed group.
    ///
    /// # Errors
    /// [`ReadError`] if it names no group of Okta.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        let source = first_text(value, &["/sourceGroupId", "/sourceUserGroupId"]);
        Ok(PushMapping {
            id: first_text(value, &["/id", "/mappingId"]),
            status: MappingStatus::read(&text(value, "/status")),
            source_group: need(source, "sourceGroupId")?,
            source_name: first_text(value, &["/sourceGroupName", "/_embedded/sourceGroup/name"]),
            target_group: first_text(value, &["/targetGroupId", "/targetGroup/id"]),
            error_summary: text(value, "/errorSummary").to_string(),
            last_push: time_at(value, "/lastPush"),
        })
    }
}

impl LogEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// [`ReadError`] if it does not say what happened.
    pub fn from_json(value: &Value) -> Result<Self, ReadError> {
        let targets = value.get("target").and_then(Value::as_array);
        let targets = targets.map(Vec::as_slice).unwrap_or_default();
        Ok(LogEvent {
            id: text(value, "/uuid"),
            published: time_at(value, "/published"),
            event_type: need(text(value, "/eventType"), "eventType")?,
            legacy: text(value, "/legacyEventType"),
            result: Outcome::read(&text(value, "/outcome/result")),
            reason: text(value, "/outcome/reason").to_string(),
            display_message: text(value, "/displayMessage").to_string(),
            targets: targets.iter().map(Target::from_json).collect(),
        })
    }
}

impl Target {
    fn from_json(value: &Value) -> Self {
        Target {
            id: text(value, "/id"),
            kind: text(value, "/type"),
            alternate_id: text(value, "/alternateId"),
            name: text(value, "/displayName"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_assignment_is_read_whatever_is_missing() {
        let full = AppUser::from_json(&json!({
            "id": "00u1", "externalId": 77, "created": "2026-03-01T12:00:00.000Z",
            "lastSync": 1_772_366_400_000_i64, "scope": "GROUP", "status": "PROVISIONED",
            "syncState": "DISABLED", "credentials": {"userName": "ada@campus.example"},
            "profile": {"email": "ada@campus.example", "givenName": "Ada", "lastName": "Byron"},
            "_links": {"app": {"href": "https://school.okta.com/api/v1/apps/0oa1?x=1"}},
        }))
        .unwrap();
        assert_eq!(full.external_id, "77");
        assert_eq!(full.app, "0oa1");
        assert_eq!(full.assigned_by, AssignedBy::Group);
        assert_eq!(full.display_name(), "Ada Byron");
        assert_eq!(full.created, full.last_sync);
        assert!(!full.never_got_an_id());

        let bare = AppUser::from_json(&json!({
            "id": "00u2", "externalId": null, "status": "staged", "profile": null, "created": "?",
        }))
        .unwrap();
        assert_eq!((bare.state, bare.created), (UserState::Staged, None));
        assert!(bare.external_id.is_empty());
        assert!(AppUser::from_json(&json!({"status": "ACTIVE"})).is_err());
        assert!(AppUser::from_json(&json!([1])).is_err());
    }

    #[test]
    fn the_other_records_are_read_leniently() {
        let app = OktaApp::from_json(&json!({
            "id": "0oa1", "label": "Verkada", "features": ["PUSH_NEW_USERS", 7], "status": "ODD",
        }))
        .unwrap();
        assert_eq!(app.has(super::super::feature::CREATE), Some(true));
        assert_eq!(app.has(super::super::feature::GROUPS), Some(false));
        assert_eq!(app.status.word(), "ODD");
        assert!(app.is_verkada());
        let app = OktaApp::from_json(&json!({"id": "0oa1", "features": null})).unwrap();
        assert_eq!(app.has(super::super::feature::CREATE), None);

        let features = json!([{"name": "USER_PROVISIONING", "status": "ENABLED", "capabilities": {
            "create": {"lifecycleCreate": {"status": "DISABLED"}},
            "update": {"profile": {"status": "ENABLED"}}}}]);
        let expected = Capabilities {
            provisioning: true,
            create: Some(false),
            update: Some(true),
            deactivate: None,
        };
        assert_eq!(Capabilities::from_json(&features), expected);

        let event = LogEvent::from_json(&json!({
            "eventType": "application.provision.user.sync", "published": "2026-03-01T12:00:00Z",
            "outcome": {"result": "FAILURE", "reason": null},
            "target": [{"type": "AppInstance", "id": "0oa1"}, null,
                       {"type": "User", "id": "00u1", "alternateId": "ada@campus.example"}],
        }))
        .unwrap();
        assert_eq!(event.person().unwrap().id, "00u1");
        assert!(event.is_about("0oa1") && !event.is_about(""));
        assert!(event.is_about_login("ADA@campus.example"));
        assert_eq!(event.reason, "");
        assert!(LogEvent::from_json(&json!({"id": 1})).is_err());

        let mapping =
            PushMapping::from_json(&json!({"sourceGroupId": "00g1", "status": "ERROR"})).unwrap();
        assert_eq!(mapping.status, MappingStatus::Error);
        assert!(PushMapping::from_json(&json!({"id": "x"})).is_err());
    }

    #[test]
    fn times_are_read_in_every_form() {
        let noon: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        for text in [
            "2026-03-01T12:00:00.000Z",
            "2026-03-01T13:00:00+01:00",
            "1772366400",
            "1772366400000",
            "2026-03-01 12:00:00",
            "2026-03-01T12:00:00",
            "2026-03-01 12:00:00 UTC",
        ] {
            assert_eq!(time(text), Some(noon), "{text}");
        }
        assert_eq!(time("yesterday"), None);
    }
}
