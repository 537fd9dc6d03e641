//! What is asked of Okta for a status or a diagnosis: for everybody, where calls grow with pages
//! only, or for one person, where their number is fixed.

use jiff::{SignedDuration, Timestamp};

use super::client::{APPS, Endpoint, GROUPS, LOGS, OktaClient, USERS};
use super::error::ApiError;
use super::paging::List;
use crate::model::okta::{
    AppStatus, AppUser, AssignedGroup, Capabilities, Connection, Events, FactsFrom, Gap, Known,
    LogEvent, OktaApp, OktaSnapshot, OktaUser, PushMapping,
};

/// The most requests that a question about one person takes with an SSWS token, whatever the size
/// of the organization and repeats aside. A service app asks for its token besides: once, and at
/// most six times if it lacks scopes.
pub const MOST_CALLS_FOR_ONE: u64 = 16;

/// How many other apps a person's assignment is looked for in.
const OTHER_APPS: usize = 3;

/// How many pages of assignments, groups or mappings are read: five million assignments. Only a
/// server that never ends reaches it.
const MANY: u32 = 10_000;

const APP: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}",
    scope: APPS,
};
const APP_SEARCH: Endpoint = Endpoint {
    name: "GET /api/v1/apps",
    scope: APPS,
};
const CONNECTION: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/connections/default",
    scope: APPS,
};
const FEATURES: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/features",
    scope: APPS,
};
const APP_USERS: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/users",
    scope: APPS,
};
const APP_USER: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/users/{user}",
    scope: APPS,
};
const APP_GROUPS: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/groups",
    scope: APPS,
};
const MAPPINGS: Endpoint = Endpoint {
    name: "GET /api/v1/apps/{id}/group-push/mappings",
    // Both apps and groups are needed; an app that has one usually lacks the other.
    scope: GROUPS,
};
const USER: Endpoint = Endpoint {
    name: "GET /api/v1/users/{user}",
    scope: USERS,
};
const USER_SEARCH: Endpoint = Endpoint {
    name: "GET /api/v1/users",
    scope: USERS,
};
const EVENTS: Endpoint = Endpoint {
    name: "GET /api/v1/logs",
    scope: LOGS,
};

/// What is to be found out.
#[derive(Clone, Debug)]
pub struct Question {
    /// The app, by its id or its label; without it, the one app whose name speaks of Verkada.
    pub app: Option<String>,
    /// The person: login, id, or the beginning of a name. `None` for everybody.
    pub who: Option<String>,
    /// The time.
    pub now: Timestamp,
    /// How many days of the log are read. Okta keeps 90 for administrators, 180 by API.
    pub days: u32,
    /// How many pages of a thousand events are read at most.
    pub log_pages: u32,
}

/// Asks Okta. What can't be read for want of a scope, or since Okta fails for it alone, is said in
/// its place; the rest is read all the same.
///
/// # Errors
/// [`ApiError`] if Okta can't be asked at all, refuses the secret, the app can't be told, or
/// several people fit.
pub async fn gather(client: &OktaClient, question: &Question) -> Result<OktaSnapshot, ApiError> {
    let from = FactsFrom::Live(client.org().to_owned());
    let mut facts = OktaSnapshot::empty(from, question.now, &Gap::NotAsked);
    let (app, others) = find_app(client, question).await?;
    facts.apps = others;
    let id = app.id.clone();
    facts.app = Known::Seen(app);
    facts.connection = connection(client, &id).await?;
    facts.capabilities = capabilities(client, &id).await?;
    match &question.who {
        None => everybody(client, question, &id, &mut facts).await?,
        Some(who) => one(client, question, &id, who, &mut facts).await?,
    }
    facts.requests = client.requests().iter().map(|count| count.sent).sum();
    Ok(facts)
}

/// Asks for one app at most, which shows whether Okta takes the secret.
///
/// # Errors
/// [`ApiError`] if Okta can't be asked, or refuses.
pub async fn try_sign_in(client: &OktaClient) -> Result<(), ApiError> {
    let url = client.api(&["apps"], &[("limit", "1")]);
    client.get(APP_SEARCH, &url).await.map(drop)
}

/// What was read, or why it was not.
fn known<T>(result: Result<T, ApiError>) -> Result<Known<T>, ApiError> {
    match result {
        Ok(value) => Ok(Known::Seen(value)),
        Err(error) if error.is_fatal() => Err(error),
        Err(error) => Ok(Known::NotLooked(error.gap())),
    }
}

/// The app that is meant, and the others whose names speak of Verkada.
async fn find_app(
    client: &OktaClient,
    question: &Question,
) -> Result<(OktaApp, Known<Vec<OktaApp>>), ApiError> {
    let Some(wanted) = &question.app else {
        let apps = verkada_apps(client).await?;
        // One that is switched off is no choice as long as there is one in use.
        let active = apps.iter().filter(|app| app.status == AppStatus::Active);
        let active: Vec<&OktaApp> = active.collect();
        let chosen = match (apps.as_slice(), active.as_slice()) {
            ([], _) => return Err(ApiError::NoApp),
            ([one], _) => one.clone(),
            (_, [one]) => (*one).clone(),
            _ => return Err(ApiError::SeveralApps(apps)),
        };
        return Ok((chosen, Known::Seen(apps)));
    };
    if !is_app_id(wanted) {
        return app_by_label(client, wanted).await;
    }
    let got = client.get(APP, &client.api(&["apps", wanted], &[])).await?;
    let app = OktaApp::from_json(&got.value).map_err(|error| ApiError::Unexpected {
        ask: APP.name,
        what: error.to_string(),
    })?;
    let others = match question.who {
        // Who is assigned to the wrong app is a question about one person.
        None => Known::NotLooked(Gap::NotAsked),
        Some(_) => known(verkada_apps(client).await)?,
    };
    Ok((app, others))
}

/// Whether it is the id of an app and no label.
fn is_app_id(text: &str) -> bool {
    text.starts_with("0oa") && text.chars().all(|c| c.is_ascii_alphanumeric())
}

async fn app_by_label(
    client: &OktaClient,
    label: &str,
) -> Result<(OktaApp, Known<Vec<OktaApp>>), ApiError> {
    // `q` looks at the beginning of names; equality is ours to check.
    let url = client.api(&["apps"], &[("q", label), ("limit", "200")]);
    let apps = client.list(APP_SEARCH, url, 1, OktaApp::from_json).await?;
    let mut apps = apps.items;
    let is_meant = |app: &OktaApp| app.label.eq_ignore_ascii_case(label);
    let meant: Vec<OktaApp> = apps.iter().filter(|app| is_meant(app)).cloned().collect();
    apps.retain(OktaApp::is_verkada);
    match meant.as_slice() {
        [] => Err(ApiError::NoSuchApp {
            label: label.to_owned(),
            apps,
        }),
        [one] => Ok((one.clone(), Known::Seen(apps))),
        _ => Err(ApiError::SeveralApps(meant)),
    }
}

async fn verkada_apps(client: &OktaClient) -> Result<Vec<OktaApp>, ApiError> {
    let url = client.api(&["apps"], &[("q", "verkada"), ("limit", "200")]);
    let list = client.list(APP_SEARCH, url, 1, OktaApp::from_json);
    let mut apps = list.await?.items;
    // `q` looks at the beginning of names; equality is ours to check.
    apps.retain(OktaApp::is_verkada);
    Ok(apps)
}

async fn connection(client: &OktaClient, app: &str) -> Result<Known<Connection>, ApiError> {
    let url = client.api(&["apps", app, "connections", "default"], &[]);
    let got = client.get(CONNECTION, &url).await;
    known(got.map(|got| Connection::from_json(&got.value)))
}

async fn capabilities(client: &OktaClient, app: &str) -> Result<Known<Capabilities>, ApiError> {
    let url = client.api(&["apps", app, "features"], &[]);
    match client.get(FEATURES, &url).await {
        // "Provisioning is not enabled for the app instance."
        Err(ApiError::Refused { said, .. }) if said.contains("Provisioning is not enabled") => {
            Ok(Known::Seen(Capabilities::default()))
        }
        got => known(got.map(|got| Capabilities::from_json(&got.value))),
    }
}

fn items<T>(result: Result<List<T>, ApiError>) -> Result<Known<Vec<T>>, ApiError> {
    known(result.map(|list| list.items))
}

/// The same, where a page more than are read means that the list is not whole.
fn whole<T>(
    ask: &'static str,
    result: Result<List<T>, ApiError>,
) -> Result<Known<Vec<T>>, ApiError> {
    known(match result {
        Ok(list) if list.more => Err(ApiError::Unexpected {
            ask,
            what: format!("it has more than {MANY} pages"),
        }),
        other => other.map(|list| list.items),
    })
}

async fn everybody(
    client: &OktaClient,
    question: &Question,
    app: &str,
    facts: &mut OktaSnapshot,
) -> Result<(), ApiError> {
    let url = client.api(&["apps", app, "users"], &[("limit", "500")]);
    let list = client.list(APP_USERS, url, MANY, AppUser::from_json).await;
    facts.assignments = whole(APP_USERS.name, list)?;
    if let Known::Seen(assignments) = &mut facts.assignments {
        for one in assignments {
            one.app = app.into();
        }
    }
    let url = client.api(
        &["apps", app, "groups"],
        &[("limit", "200"), ("expand", "group")],
    );
    let list = client.list(APP_GROUPS, url, MANY, AssignedGroup::from_json);
    facts.groups = whole(APP_GROUPS.name, list.await)?;
    facts.mappings = mappings(client, app, MANY).await?;
    name_mappings(facts);
    let events = log_of_app(client, question, app).await;
    facts.events = known(events)?;
    Ok(())
}

async fn mappings(
    client: &OktaClient,
    app: &str,
    pages: u32,
) -> Result<Known<Vec<PushMapping>>, ApiError> {
    let url = client.api(
        &["apps", app, "group-push", "mappings"],
        &[("limit", "1000")],
    );
    let list = client.list(MAPPINGS, url, pages, PushMapping::from_json);
    items(list.await)
}

/// Names of pushed groups that came with the groups that assign.
fn name_mappings(facts: &mut OktaSnapshot) {
    let (Known::Seen(groups), Known::Seen(mappings)) = (&facts.groups, &mut facts.mappings) else {
        return;
    };
    for mapping in mappings {
        if mapping.source_name.is_empty()
            && let Some(group) = groups.iter().find(|group| group.id == mapping.source_group)
        {
            mapping.source_name.clone_from(&group.name);
        }
    }
}

/// The span of the log that is read: both ends are named, so that the query is finite.
struct Span {
    since: Timestamp,
    until: Timestamp,
}

impl Span {
    fn of(question: &Question) -> Span {
        let length = SignedDuration::from_hours(24 * i64::from(question.days));
        Span {
            since: question.now.checked_sub(length).unwrap_or(question.now),
            until: question.now,
        }
    }
}

/// A value of a filter: quotation marks and backslashes are escaped (RFC 7644, section 3.4.2.2).
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

async fn log(
    client: &OktaClient,
    span: &Span,
    filter: &str,
    limit: u32,
    pages: u32,
) -> Result<List<LogEvent>, ApiError> {
    let (since, until) = (span.since.to_string(), span.until.to_string());
    let limit = limit.to_string();
    let query = [
        ("since", since.as_str()),
        ("until", until.as_str()),
        ("filter", filter),
        ("limit", limit.as_str()),
        ("sortOrder", "DESCENDING"),
    ];
    let url = client.api(&["logs"], &query);
    client.list(EVENTS, url, pages, LogEvent::from_json).await
}

/// The failures of the app, the newest first, and the last things that went well.
async fn log_of_app(
    client: &OktaClient,
    question: &Question,
    app: &str,
) -> Result<Events, ApiError> {
    let span = Span::of(question);
    let pages = question.log_pages.max(1);
    let failures = format!(
        "eventType sw \"application.\" and outcome.result eq \"FAILURE\" and target.id eq {}",
        quoted(app)
    );
    let failures = log(client, &span, &failures, 1000, pages).await?;
    let pushes = format!(
        "eventType sw \"application.provision\" and outcome.result eq \"SUCCESS\" and target.id eq {}",
        quoted(app)
    );
    let pushes = log(client, &span, &pushes, 100, 1).await?;
    let cut = failures.more.then(|| {
        format!(
            "only the newest {} failures were read ({pages} pages)",
            failures.items.len()
        )
    });
    Ok(events(span, failures.items, pushes.items, cut))
}

fn events(span: Span, mut list: Vec<LogEvent>, more: Vec<LogEvent>, cut: Option<String>) -> Events {
    for event in more {
        if event.id.is_empty() || list.iter().all(|other| other.id != event.id) {
            list.push(event);
        }
    }
    list.sort_by_key(|event| std::cmp::Reverse(event.published));
    Events {
        list,
        since: Some(span.since),
        until: Some(span.until),
        cut,
    }
}

async fn one(
    client: &OktaClient,
    question: &Question,
    app: &str,
    who: &str,
    facts: &mut OktaSnapshot,
) -> Result<(), ApiError> {
    facts.users = match people(client, who).await {
        Ok(people) if people.len() > 1 => {
            return Err(ApiError::SeveralPeople {
                who: who.to_owned(),
                people,
            });
        }
        other => known(other)?,
    };
    let user = match &facts.users {
        Known::Seen(people) => people.first().map(|user| user.id.to_string()),
        Known::NotLooked(_) => None,
    };
    facts.assignments = match (&user, &facts.users) {
        (Some(user), _) => assignment(client, app, user).await?,
        (None, Known::Seen(_)) => Known::Seen(Vec::new()),
        // Without the right to see people, the app's own list still tells.
        (None, Known::NotLooked(_)) => by_name(client, app, who).await?,
    };
    if let Some([several @ .., last]) = facts.assignments.seen().map(Vec::as_slice)
        && !several.is_empty()
    {
        return Err(ApiError::SeveralPeople {
            who: who.to_owned(),
            people: several.iter().chain([last]).map(as_user).collect(),
        });
    }
    // Whoever was found in the app's list has an id, too.
    let found = facts.assignments.seen().and_then(|list| list.first());
    let user = user.or_else(|| found.map(|one| one.id.to_string()));
    if let Some(user) = &user {
        facts.elsewhere = elsewhere(client, app, user, &facts.apps).await?;
    }
    facts.mappings = mappings(client, app, 1).await?;
    let events = log_of_one(client, question, app, user.as_deref()).await;
    facts.events = known(events)?;
    Ok(())
}

/// The users that a text may mean: by id or login alone, else by the beginning of names.
async fn people(client: &OktaClient, who: &str) -> Result<Vec<OktaUser>, ApiError> {
    let is_id = who.len() == 20 && who.starts_with("00u");
    if is_id || who.contains('@') {
        match client.get(USER, &client.api(&["users", who], &[])).await {
            Ok(got) => {
                let user = OktaUser::from_json(&got.value);
                return user
                    .map(|user| vec![user])
                    .map_err(|error| ApiError::Unexpected {
                        ask: USER.name,
                        what: error.to_string(),
                    });
            }
            // An address may be another one than the login.
            Err(ApiError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let search = format!("profile.email eq {}", quoted(who));
        let url = client.api(&["users"], &[("search", &search), ("limit", "10")]);
        let list = client
            .list(USER_SEARCH, url, 1, OktaUser::from_json)
            .await?;
        let mut found = list.items;
        found.retain(|user| user.email.eq_ignore_ascii_case(who));
        return Ok(found);
    }
    let url = client.api(&["users"], &[("q", who), ("limit", "10")]);
    let list = client
        .list(USER_SEARCH, url, 1, OktaUser::from_json)
        .await?;
    Ok(list.items)
}

/// A person's assignment to an app; none is an answer, too.
async fn assignment(
    client: &OktaClient,
    app: &str,
    user: &str,
) -> Result<Known<Vec<AppUser>>, ApiError> {
    let url = client.api(&["apps", app, "users", user], &[("expand", "user")]);
    let got = match client.get(APP_USER, &url).await {
        Err(ApiError::NotFound { .. }) => return Ok(Known::Seen(Vec::new())),
        got => got,
    };
    known(got.and_then(|got| {
        let read = AppUser::from_json(&got.value);
        let mut one = read.map_err(|error| ApiError::Unexpected {
            ask: APP_USER.name,
            what: error.to_string(),
        })?;
        one.app = app.into();
        Ok(vec![one])
    }))
}

async fn by_name(
    client: &OktaClient,
    app: &str,
    who: &str,
) -> Result<Known<Vec<AppUser>>, ApiError> {
    let url = client.api(&["apps", app, "users"], &[("q", who), ("limit", "50")]);
    let list = client.list(APP_USERS, url, 1, AppUser::from_json).await;
    known(list.map(|list| {
        let mut found = list.items;
        if who.contains('@') {
            let is_who = |text: &str| text.eq_ignore_ascii_case(who);
            found.retain(|one| is_who(&one.user_name) || is_who(&one.email));
        }
        for one in &mut found {
            one.app = app.into();
        }
        found
    }))
}

/// Somebody of whom only the assignment is known.
fn as_user(one: &AppUser) -> OktaUser {
    OktaUser {
        id: one.id.clone(),
        login: one.user_name.clone(),
        email: one.email.clone(),
        first_name: one.first_name.clone(),
        last_name: one.last_name.clone(),
        ..OktaUser::default()
    }
}

async fn elsewhere(
    client: &OktaClient,
    app: &str,
    user: &str,
    apps: &Known<Vec<OktaApp>>,
) -> Result<Known<Vec<AppUser>>, ApiError> {
    let apps = match apps {
        Known::Seen(apps) => apps,
        Known::NotLooked(gap) => return Ok(Known::NotLooked(gap.clone())),
    };
    let mut found = Vec::new();
    for other in apps.iter().filter(|other| other.id != app).take(OTHER_APPS) {
        match assignment(client, &other.id, user).await? {
            Known::Seen(mut list) => found.append(&mut list),
            gap @ Known::NotLooked(_) => return Ok(gap),
        }
    }
    Ok(Known::Seen(found))
}

/// The last of one person's events in the app, of the app's pushes, and of its refusals.
async fn log_of_one(
    client: &OktaClient,
    question: &Question,
    app: &str,
    user: Option<&str>,
) -> Result<Events, ApiError> {
    let span = Span::of(question);
    let of_app = quoted(app);
    let (mut list, mut cut) = (Vec::new(), None);
    if let Some(user) = user {
        let filter = format!(
            "eventType sw \"application.\" and target.id eq {of_app} and target.id eq {}",
            quoted(user)
        );
        let found = log(client, &span, &filter, 100, 1).await?;
        cut = found.more.then(|| {
            format!(
                "only the newest {} events of this person were read",
                found.items.len()
            )
        });
        list = found.items;
    }
    let refusals = format!(
        "eventType eq \"application.integration.authentication_failure\" and target.id eq {of_app}"
    );
    let mut more = log(client, &span, &refusals, 20, 1).await?.items;
    let pushes = format!(
        "eventType sw \"application.provision\" and outcome.result eq \"SUCCESS\" and target.id eq {of_app}"
    );
    more.extend(log(client, &span, &pushes, 20, 1).await?.items);
    Ok(events(span, list, more, cut))
}
