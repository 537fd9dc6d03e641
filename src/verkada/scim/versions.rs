//! Versions of users and groups (RFC 7644, section 3.14), so that a write does not undo what
//! somebody else wrote since the resource was read.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::change::Wanted;
use super::client::{Kind, lock};
use super::wire;
use crate::model::{Field, Text};

/// What of a resource tells whether somebody else took it over since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) version: Text,
    external_id: Option<Text>,
    active: Option<bool>,
}

impl Seen {
    /// Takes a resource in. `etag` is the answer's header, which stands in for a missing
    /// `meta.version`; a proxy may have changed it. `None` if there is no version.
    pub(super) fn read(resource: &Value, etag: Option<Text>) -> Option<Self> {
        let version =
            wire::attribute(resource, "meta").and_then(|meta| wire::text(meta, "version"));
        Some(Seen {
            version: version.or(etag)?,
            external_id: wire::text(resource, "externalId"),
            active: wire::boolean(resource, "active"),
        })
    }

    /// Whether what was decided on this state no longer holds for a later one: another client took
    /// the user or group over, or somebody closed or opened the user by hand. Other changes don't
    /// matter: only the fields that are wanted are written.
    pub(super) fn was_overtaken(&self, later: &Seen, wanted: &Wanted<'_>) -> bool {
        let (is_adopted, active) = match wanted {
            Wanted::User(changes) => {
                let mut fields = changes.fields.iter();
                let is_adopted = fields.any(|(field, _)| *field == Field::ExternalId);
                (is_adopted, changes.active)
            }
            _ => (false, None),
        };
        let has_other_id = self.external_id != later.external_id && !is_adopted;
        let has_other_state = self.active != later.active && later.active != active;
        has_other_id || has_other_state
    }
}

/// The versions that are known, and whether they are of use here.
#[derive(Debug, Default)]
pub(super) struct Versions {
    seen: Mutex<HashMap<(Kind, Text), Seen>>,
    /// A write without a version was refused (428, RFC 6585, section 3).
    pub(super) required: AtomicBool,
    /// A write with the version that the server itself had just sent was refused.
    pub(super) broken: AtomicBool,
}

impl Versions {
    /// Remembers what a resource was like when it was read or written.
    pub(super) fn note(&self, kind: Kind, resource: &Value, etag: Option<Text>) {
        if let Some(id) = wire::text(resource, "id")
            && let Some(seen) = Seen::read(resource, etag)
        {
            lock(&self.seen).insert((kind, id), seen);
        }
    }

    /// Forgets a resource that was written: its version is another one now.
    pub(super) fn forget(&self, kind: Kind, id: &str) {
        lock(&self.seen).remove(&(kind, Text::from(id)));
    }

    /// What is known of a resource.
    pub(super) fn of(&self, kind: Kind, id: &str) -> Option<Seen> {
        lock(&self.seen).get(&(kind, Text::from(id))).cloned()
    }

    /// Whether every write has to name a version.
    pub(super) fn are_required(&self) -> bool {
        self.required.load(Ordering::Relaxed)
    }

    /// Whether a version that is named is compared as it should be, as far as is known.
    pub(super) fn are_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::verkada::scim::UserChanges;

    #[test]
    fn a_version_is_in_the_body_or_else_in_the_header() {
        for (resource, etag, expected) in [
            (
                json!({"meta": {"version": "W/\"1\""}}),
                None,
                Some("W/\"1\""),
            ),
            (
                json!({"Meta": {"Version": "1"}}),
                Some("\"1-gzip\""),
                Some("1"),
            ),
            (json!({"meta": {"version": 7}}), None, Some("7")),
            (
                json!({"meta": {"version": ""}}),
                Some("\"2\""),
                Some("\"2\""),
            ),
            (json!({}), Some("\"2\""), Some("\"2\"")),
            (json!({"meta": {}}), None, None),
        ] {
            let seen = Seen::read(&resource, etag.map(Text::from));
            assert_eq!(seen.as_ref().map(|seen| seen.version.as_str()), expected);
        }
    }

    #[test]
    fn only_a_takeover_or_a_closing_overtakes_a_decision() {
        let seen = |external_id: Value, active: Value| {
            let resource =
                json!({"externalId": external_id, "active": active, "meta": {"version": "1"}});
            Seen::read(&resource, None).unwrap()
        };
        let changes = |active| UserChanges {
            fields: vec![(Field::Title, "Dean".into())],
            active,
        };
        let ours = || seen(json!("atrium:7"), json!(true));
        let closed = || seen(json!("atrium:7"), json!(false));
        let okta = || seen(json!("okta"), json!(true));
        let native = || seen(json!(null), json!(true));
        for (before, later, active, expected) in [
            (ours(), ours(), None, false),
            (ours(), okta(), None, true),
            (native(), okta(), None, true),
            (ours(), closed(), None, true),
            (ours(), closed(), Some(false), false),
            (closed(), ours(), Some(true), false),
            (closed(), ours(), None, true),
        ] {
            let changes = changes(active);
            let overtaken = before.was_overtaken(&later, &Wanted::User(&changes));
            assert_eq!(overtaken, expected, "{before:?} {later:?} {active:?}");
        }
        let adopt = UserChanges {
            fields: vec![(Field::ExternalId, "atrium:7".into())],
            active: None,
        };
        assert!(!native().was_overtaken(&ours(), &Wanted::User(&adopt)));
        assert!(ours().was_overtaken(&okta(), &Wanted::Name("G")));
    }
}
