//! Okta's SCIM client: the requests, headers and order that are seen on the wire, in both dialects
//! (<https://developer.okta.com/docs/reference/scim/scim-20/>), and the texts in which failures are
//! told to administrators.

use axum::http::header::{
    ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::log::{Target, entry};
use super::world::{App, Dialect, Feature, Person, Sent, now};
use crate::sandbox::campus::Campus;
use crate::sandbox::local;
use crate::sandbox::scim::{self, Body, Call};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What Command's answer said instead of yes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    detail: String,
}

impl Refused {
    /// The end of a text: the reason of HTTP, and what the server said.
    pub(super) fn remote(&self) -> String {
        format!(
            "{}. Errors reported by remote server: {}",
            self.status.canonical_reason().unwrap_or("Unknown"),
            self.detail
        )
    }
}

/// Why a job failed. The text may be missing, as it is in Okta's own log.
type Job = Result<(), Option<String>>;

fn failed(text: String) -> Option<String> {
    Some(text)
}

/// Sends a request to Command, as a client of its own that nobody counts.
pub(super) fn send(
    campus: &mut Campus,
    app: &App,
    method: Method,
    path: &[&str],
    query: &[(&str, &str)],
    body: Option<Value>,
) -> Result<Value, Refused> {
    let token = local::read_okta_copy(&campus.dir, app.dialect.word()).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/scim+json"));
    headers.insert(ACCEPT_CHARSET, HeaderValue::from_static("utf-8"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip,deflate"));
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static("Okta SCIM Client 1.0.0"),
    );
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer {token}")) {
        headers.insert(AUTHORIZATION, value);
    }
    let bytes = match &body {
        Some(body) => {
            let kind = HeaderValue::from_static("application/scim+json; charset=utf-8");
            headers.insert(CONTENT_TYPE, kind);
            body.to_string().into_bytes()
        }
        None => Vec::new(),
    };
    let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
    let query: Vec<(String, String)> = query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let asked: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mark = if asked.is_empty() { "" } else { "?" };
    campus.okta.sent.push(Sent {
        line: format!("{method} /{}{mark}{}", path.join("/"), asked.join("&")),
        body,
    });
    let answer = scim::answer(
        campus,
        &Call {
            method: &method,
            path: &path,
            query: &query,
            headers: &headers,
            body: &bytes,
        },
    );
    let body = answer.body.as_ref().and_then(Body::json);
    let body = body.cloned().unwrap_or(Value::Null);
    if answer.status.is_success() {
        return Ok(body);
    }
    let detail = body["detail"].as_str().unwrap_or("no detail").to_owned();
    if answer.status == StatusCode::UNAUTHORIZED {
        let failure = entry(
            "application.integration.authentication_failure",
            "app.api.error.authentication",
            "Authentication failure in external application",
        );
        let text = "The credentials used to connect to the API were invalid; please check your configuration";
        let target = vec![Target::app(app)];
        campus.okta.tell(failure, Some(app), target, Err(text));
    }
    Err(Refused {
        status: answer.status,
        detail,
    })
}

/// The connection test, which reads and proves nothing else.
pub(super) fn test(campus: &mut Campus, app: &App) -> Result<(), Refused> {
    let query = [("startIndex", "1"), ("count", "2")];
    send(campus, app, Method::GET, &["Users"], &query, None).map(drop)
}

/// A user as they are made.
fn resource(person: &Person, user_name: &str) -> Map<String, Value> {
    let mut rng = fastrand::Rng::new();
    let password: String = (0..16).map(|_| rng.alphanumeric()).collect();
    let body = json!({
        "schemas": [USER],
        "userName": user_name,
        "name": {"givenName": person.first_name, "familyName": person.last_name},
        "emails": [{"primary": true, "value": person.email, "type": "work"}],
        "displayName": person.display_name(),
        "locale": "en-US",
        "externalId": person.id,
        "groups": [],
        "password": password,
        "active": true,
    });
    match body {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// What of a user is kept up to date.
fn profile(person: &Person, user_name: &str) -> Map<String, Value> {
    let mut fields = resource(person, user_name);
    for name in ["schemas", "externalId", "groups", "password", "active"] {
        fields.remove(name);
    }
    fields
}

fn patch(value: Value) -> Value {
    json!({"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": value}]})
}

/// Reads a user, and puts them back with these attributes in place of theirs.
fn put_merged(
    campus: &mut Campus,
    app: &App,
    id: &str,
    changes: Map<String, Value>,
) -> Result<Value, Refused> {
    let there = send(campus, app, Method::GET, &["Users", id], &[], None)?;
    let mut merged = match there {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    merged.extend(changes);
    let body = Some(Value::Object(merged));
    send(campus, app, Method::PUT, &["Users", id], &[], body)
}

/// An assigned user, with what the steps of a job need.
struct Who {
    app: App,
    person: Person,
    user_name: String,
}

impl Who {
    fn of(campus: &Campus, app: &str, user: &str) -> Option<Self> {
        Some(Who {
            app: campus.okta.apps.get(app)?.clone(),
            person: campus.okta.users.get(user)?.clone(),
            user_name: campus.okta.assignment(app, user)?.user_name.clone(),
        })
    }

    /// Logs a step. The names are those of Okta's event types.
    fn tell(&self, campus: &mut Campus, kind: &str, legacy: &str, message: &str, job: &Job) {
        let targets = vec![
            Target::app_user(&self.person, &self.user_name),
            Target::app(&self.app),
            Target::user(&self.person),
        ];
        let outcome = match job {
            Ok(()) => Ok(()),
            Err(reason) => Err(reason.as_deref().unwrap_or_default()),
        };
        let kind = format!("application.{kind}");
        let entry = entry(&kind, legacy, message);
        campus.okta.tell(entry, Some(&self.app), targets, outcome);
    }
}

/// Makes an assigned user in Command, or links the one that is there. Only if every step worked
/// does Okta keep the id.
pub(super) fn provision(campus: &mut Campus, app: &str, user: &str) -> Result<(), String> {
    let Some(who) = Who::of(campus, app, user) else {
        return Err("the user is not assigned".to_owned());
    };
    let made = make_or_link(campus, &who);
    let told = match &made {
        Ok(_) => Ok(()),
        Err(reason) => Err(reason.as_ref().map(|reason| {
            format!(
                "Automatic provisioning of user {} to app {} failed: {reason}",
                who.person.display_name(),
                who.app.label
            )
        })),
    };
    let legacy = match told {
        Ok(()) => "app.user_management.provision_user",
        Err(_) => "app.user_management.provision_user_failed",
    };
    let message = "Sync user in external application";
    who.tell(campus, "provision.user.sync", legacy, message, &told);
    let key = (app.to_owned(), user.to_owned());
    if let Some(assignment) = campus.okta.assignments.get_mut(&key) {
        let moment = now();
        assignment.updated = moment;
        match &made {
            Ok(id) => {
                assignment.external_id = Some(id.clone());
                assignment.status = "PROVISIONED".to_owned();
                assignment.status_changed = moment;
                assignment.last_sync = Some(moment);
                assignment.problem = None;
            }
            Err(_) => {
                assignment.external_id = None;
                assignment.status = "STAGED".to_owned();
                assignment.problem = told.clone().err().flatten();
            }
        }
    }
    told.map_err(|reason| reason.unwrap_or_else(|| format!("{message}, without a reason")))
}

fn make_or_link(campus: &mut Campus, who: &Who) -> Result<String, Option<String>> {
    let name = &who.user_name;
    let filter = format!(
        "userName eq \"{}\"",
        name.replace('\\', "\\\\").replace('"', "\\\"")
    );
    let query = [
        ("filter", filter.as_str()),
        ("startIndex", "1"),
        ("count", "100"),
    ];
    let looked = send(campus, &who.app, Method::GET, &["Users"], &query, None);
    let found = match looked {
        Ok(list) => hits(&list),
        Err(refused) if refused.status == StatusCode::NOT_FOUND => Ok(Vec::new()),
        Err(refused) => Err(failed(format!(
            "Error while verifying if user {name} exists: {}",
            refused.remote()
        ))),
    };
    let verified = found.clone().map(drop);
    let legacy = match verified {
        Ok(()) => "app.user_management.verified_user_with_thirdparty",
        Err(_) => "app.api.error.check_user_exists",
    };
    let message = "Verify user exists in external application";
    who.tell(
        campus,
        "provision.user.verify_exists",
        legacy,
        message,
        &verified,
    );
    match found?.as_slice() {
        [] => create(campus, who),
        [id] => link(campus, who, id),
        _ => Err(failed(format!(
            "Error while verifying if user {name} exists: more than one user has this name"
        ))),
    }
}

/// The ids of a list's users. A list whose numbers are no JSON numbers stops Okta without a word.
fn hits(list: &Value) -> Result<Vec<String>, Option<String>> {
    let is_number = |name: &str| list.get(name).is_none_or(Value::is_number);
    if !["totalResults", "startIndex", "itemsPerPage"]
        .into_iter()
        .all(is_number)
    {
        return Err(None);
    }
    let rows = list["Resources"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let ids = rows.iter().filter_map(|row| row["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

fn create(campus: &mut Campus, who: &Who) -> Result<String, Option<String>> {
    if !who.app.may(Feature::PushNewUsers) {
        return Err(failed("Matching user not found".to_owned()));
    }
    let body = Value::Object(resource(&who.person, &who.user_name));
    let made = send(campus, &who.app, Method::POST, &["Users"], &[], Some(body));
    let begin = format!("Error while creating user {}", who.user_name);
    let made = match made {
        Ok(user) => match user["id"].as_str() {
            Some(id) if !id.is_empty() => Ok(id.to_owned()),
            _ => Err(failed(format!(
                "{begin}: Create new user returned empty user."
            ))),
        },
        Err(refused) => Err(failed(format!("{begin}: {}", refused.remote()))),
    };
    let legacy = match made {
        Ok(_) => "app.user_management.push_new_user_success",
        Err(_) => "app.api.error.create_user",
    };
    let message = "Push new user to external application";
    let told = made.clone().map(drop);
    who.tell(campus, "provision.user.push", legacy, message, &told);
    made
}

fn link(campus: &mut Campus, who: &Who, id: &str) -> Result<String, Option<String>> {
    let app = &who.app;
    match app.dialect {
        Dialect::Custom => {
            let mut fields = resource(&who.person, &who.user_name);
            for name in ["schemas", "groups", "password"] {
                fields.remove(name);
            }
            let written = put_merged(campus, app, id, fields).map(drop);
            told_update(campus, who, id, written)?;
        }
        _ => {
            if app.may(Feature::ReactivateUsers) {
                let body = Some(patch(json!({"active": true})));
                let written = send(campus, app, Method::PATCH, &["Users", id], &[], body);
                let job = written
                    .map(drop)
                    .map_err(|refused| push_text(who, id, &refused));
                let message = "Reactivate user in external application";
                let legacy = "app.user_management.reactivate_user";
                who.tell(campus, "provision.user.reactivate", legacy, message, &job);
                job?;
            }
            if app.may(Feature::PushProfileUpdates) {
                let body = Some(patch(Value::Object(profile(&who.person, &who.user_name))));
                let written = send(campus, app, Method::PATCH, &["Users", id], &[], body);
                told_update(campus, who, id, written.map(drop))?;
            }
        }
    }
    Ok(id.to_owned())
}

fn push_text(who: &Who, id: &str, refused: &Refused) -> Option<String> {
    let begin = format!(
        "Error while trying to push profile update for {}",
        who.user_name
    );
    failed(match refused.status {
        StatusCode::NOT_FOUND => format!("{begin}: No user returned for user {id}"),
        _ => format!("{begin}: {}", refused.remote()),
    })
}

fn told_update(campus: &mut Campus, who: &Who, id: &str, written: Result<(), Refused>) -> Job {
    let job = written.map_err(|refused| push_text(who, id, &refused));
    let legacy = match job {
        Ok(()) => "app.user_management.push_profile_success",
        Err(_) => "app.api.error.push_profile_update",
    };
    let message = "Push user's profile to external application";
    who.tell(campus, "provision.user.push_profile", legacy, message, &job);
    job
}

/// Sends a user's attributes anew, if Okta may and knows their id.
pub(super) fn update(campus: &mut Campus, app: &str, user: &str) -> Result<bool, String> {
    let id = campus
        .okta
        .assignment(app, user)
        .and_then(|one| one.external_id.clone());
    let (Some(who), Some(id)) = (Who::of(campus, app, user), id) else {
        return Ok(false);
    };
    if !who.app.may(Feature::PushProfileUpdates) {
        return Ok(false);
    }
    let fields = profile(&who.person, &who.user_name);
    let written = match who.app.dialect {
        Dialect::Custom => put_merged(campus, &who.app, &id, fields).map(drop),
        _ => send(campus, &who.app, Method::GET, &["Users", &id], &[], None).and_then(|_| {
            let body = Some(patch(Value::Object(fields)));
            send(campus, &who.app, Method::PATCH, &["Users", &id], &[], body).map(drop)
        }),
    };
    let job = told_update(campus, &who, &id, written);
    let key = (app.to_owned(), user.to_owned());
    if let Some(assignment) = campus.okta.assignments.get_mut(&key) {
        assignment.updated = now();
        assignment.problem = job.clone().err().flatten();
        if job.is_ok() {
            assignment.last_sync = Some(assignment.updated);
        }
    }
    job.map(|()| true).map_err(Option::unwrap_or_default)
}

/// Deactivates a user who is no longer assigned. Without the id of a creation that worked nothing
/// is sent, and whoever is in Command all the same stays there
/// (<https://devforum.okta.com/t/7207>).
pub(super) fn deactivate(campus: &mut Campus, app: &str, user: &str) -> Result<bool, String> {
    let id = campus
        .okta
        .assignment(app, user)
        .and_then(|one| one.external_id.clone());
    let (Some(who), Some(id)) = (Who::of(campus, app, user), id) else {
        return Ok(false);
    };
    if !who.app.may(Feature::PushUserDeactivation) {
        return Ok(false);
    }
    let written = match who.app.dialect {
        Dialect::Custom => {
            let fields = Map::from_iter([("active".to_owned(), false.into())]);
            put_merged(campus, &who.app, &id, fields)
        }
        _ => {
            let body = Some(patch(json!({"active": false})));
            send(campus, &who.app, Method::PATCH, &["Users", &id], &[], body)
        }
    };
    let job = written.map(drop).map_err(|refused| {
        failed(format!(
            "Error while deactivating user {}: {}",
            who.user_name,
            refused.remote()
        ))
    });
    let legacy = match job {
        Ok(()) => "app.user_management.deactivate_user",
        Err(_) => "app.api.error.deactivate_user",
    };
    let message = "Deactivate user in external application";
    who.tell(campus, "provision.user.deactivate", legacy, message, &job);
    job.map(|()| true).map_err(Option::unwrap_or_default)
}
