//! Okta's objects as its management API shows them
//! (<https://github.com/okta/okta-management-openapi-spec>).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::log::stamp;
use super::world::{App, AppGroup, Assignment, Dialect, Feature, Group, Mapping, Person};

fn maybe(moment: Option<Timestamp>) -> Value {
    moment.map(stamp).into()
}

fn link(href: String) -> Value {
    json!({"href": href})
}

pub(super) fn app(base: &str, app: &App) -> Value {
    let features: Vec<&str> = match app.provisioning {
        Some(_) => app.features.iter().map(|feature| feature.name()).collect(),
        None => Vec::new(),
    };
    json!({
        "id": app.id,
        "name": app.name,
        "label": app.label,
        "status": "ACTIVE",
        "created": stamp(app.created),
        "lastUpdated": stamp(app.updated),
        "activated": stamp(app.created),
        "features": features,
        "signOnMode": "SAML_2_0",
        "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": {
            "autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": false, "web": false},
            "appLinks": {"login": true},
        },
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {},
        },
        "settings": {"app": {}, "notifications": {"vpn": {"message": null, "helpUrl": null}}},
        "profile": null,
        "_links": {
            "users": link(format!("{base}/api/v1/apps/{}/users", app.id)),
            "groups": link(format!("{base}/api/v1/apps/{}/groups", app.id)),
        },
    })
}

/// `baseUrl` is the address of Command's SCIM server.
pub(super) fn connection(base: &str, scim: &str, app: &App) -> Value {
    let scheme = match app.dialect {
        Dialect::SignOnOnly => "UNKNOWN",
        _ => "TOKEN",
    };
    let (status, address) = match app.provisioning {
        Some(_) => ("ENABLED", Value::from(scim)),
        None => ("DISABLED", Value::Null),
    };
    json!({
        "authScheme": scheme,
        "baseUrl": address,
        "profile": {"authScheme": scheme},
        "status": status,
        "_links": {
            "self": link(format!("{base}/api/v1/apps/{}/connections/default", app.id)),
        },
    })
}

/// Both features of an app with provisioning.
pub(super) fn features(base: &str, app: &App) -> Vec<Value> {
    let state = |feature: Feature| match app.may(feature) {
        true => "ENABLED",
        false => "DISABLED",
    };
    let own = |name: &str| json!({"self": link(format!("{base}/api/v1/apps/{}/features/{name}", app.id))});
    vec![
        json!({
            "name": "USER_PROVISIONING",
            "status": "ENABLED",
            "description": "User provisioning settings from Okta to a downstream application",
            "capabilities": {
                "create": {"lifecycleCreate": {"status": state(Feature::PushNewUsers)}},
                "update": {
                    "profile": {"status": state(Feature::PushProfileUpdates)},
                    "lifecycleDeactivate": {"status": state(Feature::PushUserDeactivation)},
                    "password": {"status": "DISABLED", "seed": "RANDOM", "change": "KEEP_EXISTING"},
                },
            },
            "_links": own("USER_PROVISIONING"),
        }),
        json!({
            "name": "INBOUND_PROVISIONING",
            "status": "DISABLED",
            "description": "User provisioning settings from a downstream application to Okta",
            "capabilities": {},
            "_links": own("INBOUND_PROVISIONING"),
        }),
    ]
}

pub(super) fn assignment(base: &str, one: &Assignment, person: &Person, expand: bool) -> Value {
    let scope = match one.group {
        Some(_) => "GROUP",
        None => "USER",
    };
    let mut shown = json!({
        "id": one.user,
        "externalId": one.external_id,
        "created": stamp(one.created),
        "lastUpdated": stamp(one.updated),
        "scope": scope,
        "status": one.status,
        "statusChanged": stamp(one.status_changed),
        "passwordChanged": null,
        "syncState": "DISABLED",
        "lastSync": maybe(one.last_sync),
        "credentials": {"userName": one.user_name},
        "profile": {
            "email": person.email, "givenName": person.first_name, "familyName": person.last_name,
        },
        "_links": {
            "app": link(format!("{base}/api/v1/apps/{}", one.app)),
            "user": link(format!("{base}/api/v1/users/{}", one.user)),
        },
    });
    if expand {
        shown["_embedded"] = json!({"user": user(base, person)});
    }
    if let Some(group) = &one.group {
        shown["_links"]["group"] = link(format!("{base}/api/v1/groups/{group}"));
    }
    shown
}

pub(super) fn app_group(base: &str, one: &AppGroup) -> Value {
    json!({
        "id": one.group,
        "lastUpdated": stamp(one.updated),
        "priority": one.priority,
        "profile": {},
        "_links": {
            "app": link(format!("{base}/api/v1/apps/{}", one.app)),
            "group": link(format!("{base}/api/v1/groups/{}", one.group)),
        },
    })
}

/// `ACTIVE`, `INACTIVE` or `ERROR`.
pub(super) fn mapping_status(one: &Mapping) -> &'static str {
    match one.problem {
        Some(_) => "ERROR",
        None => "ACTIVE",
    }
}

pub(super) fn mapping(base: &str, one: &Mapping) -> Value {
    json!({
        "id": one.id,
        "created": stamp(one.created),
        "lastUpdated": stamp(one.updated),
        "lastPush": maybe(one.last_push),
        "sourceGroupId": one.group,
        "targetGroupId": one.target,
        "status": mapping_status(one),
        "errorSummary": one.problem,
        "_links": {
            "app": link(format!("{base}/api/v1/apps/{}", one.app)),
            "sourceGroup": link(format!("{base}/api/v1/groups/{}", one.group)),
            "targetGroup": link(format!("{base}/api/v1/groups/{}", one.target)),
        },
    })
}

pub(super) fn user(base: &str, person: &Person) -> Value {
    let activated = (person.status != "STAGED").then(|| stamp(person.created));
    json!({
        "id": person.id,
        "status": person.status,
        "created": stamp(person.created),
        "activated": activated,
        "statusChanged": stamp(person.updated),
        "lastLogin": null,
        "lastUpdated": stamp(person.updated),
        "passwordChanged": null,
        "type": {"id": "otysandbox0000000000"},
        "profile": {
            "firstName": person.first_name,
            "lastName": person.last_name,
            "email": person.email,
            "login": person.login,
            "secondEmail": null,
            "mobilePhone": null,
            "department": person.department,
            "employeeNumber": person.employee_number,
        },
        "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
        "_links": {"self": link(format!("{base}/api/v1/users/{}", person.id))},
    })
}

pub(super) fn group(base: &str, group: &Group) -> Value {
    json!({
        "id": group.id,
        "created": stamp(group.created),
        "lastUpdated": stamp(group.updated),
        "lastMembershipUpdated": stamp(group.updated),
        "objectClass": ["okta:user_group"],
        "type": "OKTA_GROUP",
        "profile": {"name": group.name, "description": null},
        "_links": {"users": link(format!("{base}/api/v1/groups/{}/users", group.id))},
    })
}
