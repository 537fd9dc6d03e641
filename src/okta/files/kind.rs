//! Which kind of record something is, by its fields.

use serde_json::Value;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Assignments to an app.
    AppUsers,
    /// Users of the Okta organization.
    OktaUsers,
    /// Events of Okta's system log.
    Events,
    /// Apps.
    Apps,
    /// Pushed groups.
    Mappings,
    /// Groups that assign people to an app.
    AssignedGroups,
    /// Groups of the Okta organization.
    OktaGroups,
    /// Users of Command, by its REST API or its console.
    CommandUsers,
    /// Users or groups by SCIM.
    Scim,
    /// An export of Atrium.
    Atrium,
}

impl Kind {
    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::AppUsers => "assignments to an app of Okta",
            Kind::OktaUsers => "users of the Okta organization",
            Kind::Events => "events of Okta's system log",
            Kind::Apps => "apps of Okta",
            Kind::Mappings => "pushed groups of Okta",
            Kind::AssignedGroups => "groups that assign an app of Okta",
            Kind::OktaGroups => "groups of the Okta organization",
            Kind::CommandUsers => "users of Verkada Command",
            Kind::Scim => "SCIM resources",
            Kind::Atrium => "people of Atrium",
        }
    }

    /// How it is exported.
    pub(super) fn origin(self) -> &'static str {
        match self {
            Kind::AppUsers => {
                "GET /api/v1/apps/{id}/users as JSON, or the app's assignments as CSV"
            }
            Kind::OktaUsers => "GET /api/v1/users as JSON",
            Kind::Events => "GET /api/v1/logs as JSON, or Reports > System Log > Download CSV",
            Kind::Apps => "GET /api/v1/apps?q=verkada as JSON",
            Kind::Mappings => "GET /api/v1/apps/{id}/group-push/mappings as JSON",
            Kind::AssignedGroups => "GET /api/v1/apps/{id}/groups?expand=group as JSON",
            Kind::OktaGroups => "GET /api/v1/groups as JSON",
            Kind::CommandUsers | Kind::Scim | Kind::Atrium => "from Okta",
        }
    }

    /// The flag that takes such a file; empty if none does.
    pub(super) fn belongs(self) -> &'static str {
        match self {
            Kind::AppUsers | Kind::OktaUsers => "--okta-users",
            Kind::Events => "--okta-logs",
            Kind::Apps => "--okta-apps",
            Kind::Mappings | Kind::AssignedGroups => "--okta-groups",
            Kind::OktaGroups | Kind::CommandUsers | Kind::Scim | Kind::Atrium => "",
        }
    }
}

/// What a record of JSON is; `None` if it is none of them.
pub(super) fn of_record(record: &Value) -> Option<Kind> {
    let has = |pointer: &str| record.pointer(pointer).is_some();
    let any = |pointers: &[&str]| pointers.iter().any(|pointer| has(pointer));
    if has("/eventType") {
        Some(Kind::Events)
    } else if any(&["/campus_id", "/access_group_id"]) {
        Some(Kind::Atrium)
    } else if any(&["/sourceGroupId", "/sourceUserGroupId"]) {
        Some(Kind::Mappings)
    } else if has("/signOnMode") || (has("/label") && any(&["/features", "/name"])) {
        Some(Kind::Apps)
    } else if any(&["/schemas", "/Resources"]) {
        Some(Kind::Scim)
    } else if any(&["/credentials/userName", "/syncState", "/scope"]) {
        Some(Kind::AppUsers)
    } else if has("/profile/login") {
        Some(Kind::OktaUsers)
    } else if any(&["/user_id", "/access_members", "/employee_id"]) {
        Some(Kind::CommandUsers)
    } else if any(&["/_embedded/group", "/priority"]) {
        Some(Kind::AssignedGroups)
    } else if has("/objectClass") || (has("/profile/name") && !has("/profile/email")) {
        Some(Kind::OktaGroups)
    } else if has("/status") && any(&["/externalId", "/profile"]) {
        Some(Kind::AppUsers)
    } else {
        None
    }
}

/// What a table is, by its folded headers; `None` if it is none of them.
pub(super) fn of_headers(headers: &[String]) -> Option<Kind> {
    let has = |names: &[&str]| {
        headers
            .iter()
            .any(|header| names.contains(&header.as_str()))
    };
    if has(&["eventtype"]) {
        Some(Kind::Events)
    } else if has(&["campusid", "accessgroupid", "accessgroupname"]) {
        Some(Kind::Atrium)
    } else if has(&[
        "commanduserid",
        "employeeid",
        "badgenumber",
        "cardnumber",
        "accessgroups",
    ]) {
        Some(Kind::CommandUsers)
    } else if has(super::csv::USER_NAME) {
        Some(Kind::AppUsers)
    } else {
        None
    }
}
