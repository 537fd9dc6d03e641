//! The routes of the management API: reading alone, as a tool for support needs it. Lists are
//! paged by cursors in `Link` headers
//! (<https://developer.okta.com/docs/reference/core-okta-api/#pagination>).

use axum::http::header::LINK;
use axum::http::{HeaderName, StatusCode};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::gate::{Caller, Rate};
use super::log::{Filter, Record};
use super::view;
use super::world::{App, Group, Person, World, now};
use crate::sandbox::campus::Campus;
use crate::sandbox::scim::{Answer, Call};

/// A refused request, in Okta's form
/// (<https://developer.okta.com/docs/reference/error-codes/>).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    summary: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, summary: impl Into<String>) -> Self {
        Refusal {
            status,
            code,
            summary: summary.into(),
        }
    }

    fn invalid(what: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "E0000001",
            format!("Api validation failed: {what}"),
        )
    }

    fn not_found(id: &str, kind: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "E0000007",
            format!("Not found: Resource not found: {id} ({kind})"),
        )
    }

    /// The answer without its further headers.
    pub(super) fn answer(&self, id: &str) -> Answer {
        Answer {
            status: self.status,
            headers: Vec::new(),
            body: Some(
                json!({
                    "errorCode": self.code,
                    "errorSummary": self.summary,
                    "errorLink": self.code,
                    "errorId": format!("oae{id}"),
                    "errorCauses": [],
                })
                .into(),
            ),
        }
    }
}

/// One page of a list, or one object.
enum Found {
    One(Value),
    /// With the addresses of this page and of the next one.
    Page(Vec<Value>, String, Option<String>),
}

type Outcome = Result<Found, Refusal>;

/// An id of a request, for `X-Okta-Request-Id`.
pub(super) fn request_id() -> String {
    let mut rng = fastrand::Rng::new();
    (0..24).map(|_| rng.alphanumeric()).collect()
}

/// Answers a request.
pub(in crate::sandbox) fn answer(campus: &mut Campus, call: &Call<'_>) -> Answer {
    let id = request_id();
    let mut answer = respond(campus, call, &id);
    answer
        .headers
        .push((HeaderName::from_static("x-okta-request-id"), id));
    answer
}

fn respond(campus: &mut Campus, call: &Call<'_>, id: &str) -> Answer {
    let base = base_url(campus, call);
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    if path == ["oauth2", "v1", "token"] && call.method == "POST" {
        let addresses = [format!("{base}/oauth2/v1/token"), address_called(call)];
        let world = &mut campus.okta;
        return world.door.sign_in(&world.clients, &addresses, call);
    }
    let caller = match campus.okta.door.caller(call) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.answer(id),
    };
    let minute = campus.gate.minute();
    let rate = campus.okta.door.count(call, &caller, minute);
    let outcome = match rate.exceeded {
        true => Err(Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
        )),
        false if call.method != "GET" => Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        )),
        false => route(campus, &base, call, &path, &caller),
    };
    let mut answer = match outcome {
        Ok(Found::One(body)) => shown(body, Vec::new()),
        Ok(Found::Page(rows, this, next)) => {
            let mut headers = vec![(LINK, format!("<{this}>; rel=\"self\""))];
            headers.extend(next.map(|next| (LINK, format!("<{next}>; rel=\"next\""))));
            shown(Value::Array(rows), headers)
        }
        Err(refusal) => refusal.answer(id),
    };
    answer.headers.extend(rate_headers(rate));
    answer
}

fn shown(body: Value, headers: Vec<(HeaderName, String)>) -> Answer {
    Answer {
        status: StatusCode::OK,
        headers,
        body: Some(body.into()),
    }
}

/// The headers that say how much is left.
pub(super) fn rate_headers(rate: Rate) -> [(HeaderName, String); 3] {
    [
        (
            HeaderName::from_static("x-rate-limit-limit"),
            rate.limit.to_string(),
        ),
        (
            HeaderName::from_static("x-rate-limit-remaining"),
            rate.remaining.to_string(),
        ),
        (
            HeaderName::from_static("x-rate-limit-reset"),
            rate.reset.to_string(),
        ),
    ]
}

fn base_url(campus: &Campus, call: &Call<'_>) -> String {
    match campus.scim_url.strip_suffix("/scim") {
        Some(base) => base.to_owned(),
        None => host(call),
    }
}

fn host(call: &Call<'_>) -> String {
    let host = call.headers.get("host").and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1"))
}

fn address_called(call: &Call<'_>) -> String {
    format!("{}/{}", host(call), call.path.join("/"))
}

const APPS: &str = "okta.apps.read";
const USERS: &str = "okta.users.read";
const GROUPS: &str = "okta.groups.read";

fn route(campus: &Campus, base: &str, call: &Call<'_>, path: &[&str], caller: &Caller) -> Outcome {
    let world = &campus.okta;
    let list = List { base, call };
    let may = |scopes: &[&str]| caller.check(scopes);
    let ["api", "v1", path @ ..] = path else {
        return Err(nothing_at(call));
    };
    match path {
        ["apps"] => {
            may(&[APPS])?;
            apps(world, &list)
        }
        ["apps", id, rest @ ..] => {
            may(&[APPS])?;
            let app = world
                .apps
                .get(*id)
                .ok_or_else(|| Refusal::not_found(id, "AppInstance"))?;
            of_app(campus, &list, app, rest, caller)
        }
        ["users"] => {
            may(&[USERS])?;
            users(world, &list)
        }
        ["users", who, rest @ ..] => {
            may(&[USERS])?;
            let person = world
                .person(who)
                .ok_or_else(|| Refusal::not_found(who, "User"))?;
            match rest {
                [] => Ok(Found::One(view::user(base, person))),
                ["groups"] => {
                    let groups = world.groups.values();
                    let of = groups.filter(|group| group.members.contains(&person.id));
                    list.page(
                        of.map(|group| (group.id.clone(), view::group(base, group))),
                        200,
                        200,
                    )
                }
                _ => Err(nothing_at(call)),
            }
        }
        ["groups"] => {
            may(&[GROUPS])?;
            groups(world, &list)
        }
        ["groups", id, rest @ ..] => {
            may(&[GROUPS])?;
            let group = world
                .groups
                .get(*id)
                .ok_or_else(|| Refusal::not_found(id, "UserGroup"))?;
            match rest {
                [] => Ok(Found::One(view::group(base, group))),
                ["users"] => {
                    let members = group.members.iter().filter_map(|id| world.users.get(id));
                    let rows = members.map(|one| (one.id.clone(), view::user(base, one)));
                    list.page(rows, 200, 1000)
                }
                _ => Err(nothing_at(call)),
            }
        }
        ["logs"] => {
            may(&["okta.logs.read"])?;
            logs(world, &list)
        }
        _ => Err(nothing_at(call)),
    }
}

fn nothing_at(call: &Call<'_>) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "E0000022",
        format!(
            "The endpoint /{} does not support the provided HTTP method",
            call.path.join("/")
        ),
    )
}

fn of_app(campus: &Campus, list: &List<'_>, app: &App, path: &[&str], caller: &Caller) -> Outcome {
    let world = &campus.okta;
    let base = list.base;
    match path {
        [] => Ok(Found::One(view::app(base, app))),
        ["connections", "default"] => Ok(Found::One(view::connection(base, &campus.scim_url, app))),
        ["features", rest @ ..] => {
            if app.provisioning.is_none() {
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "E0000001",
                    "Provisioning is not enabled for the app instance.",
                ));
            }
            let mut features = view::features(base, app).into_iter();
            match rest {
                [] => Ok(Found::One(features.collect())),
                [name] => features
                    .find(|feature| feature["name"] == *name)
                    .map(Found::One)
                    .ok_or_else(|| Refusal::not_found(name, "Feature")),
                _ => Err(nothing_at(list.call)),
            }
        }
        ["users", rest @ ..] => {
            let expand = list.parameter("expand") == Some("user");
            match rest {
                [] => {
                    let words = list.parameter("q");
                    let of = world.assignments.values().filter(|one| one.app == app.id);
                    let rows = of.filter_map(|one| {
                        let person = world.users.get(&one.user)?;
                        let fits = words.is_none_or(|words| {
                            starts(words, [one.user_name.as_str()]) || named(person, words)
                        });
                        fits.then(|| {
                            (
                                one.user.clone(),
                                view::assignment(base, one, person, expand),
                            )
                        })
                    });
                    list.page(rows, 50, 500)
                }
                [user] => {
                    let found = world.assignment(&app.id, user).zip(world.users.get(*user));
                    let (one, person) = found.ok_or_else(|| Refusal::not_found(user, "AppUser"))?;
                    Ok(Found::One(view::assignment(base, one, person, expand)))
                }
                _ => Err(nothing_at(list.call)),
            }
        }
        ["groups", rest @ ..] => {
            let mut of = world.app_groups.values().filter(|one| one.app == app.id);
            match rest {
                [] => list.page(
                    of.map(|one| (one.group.clone(), view::app_group(base, one))),
                    20,
                    200,
                ),
                [group] => of
                    .find(|one| one.group == *group)
                    .map(|one| Found::One(view::app_group(base, one)))
                    .ok_or_else(|| Refusal::not_found(group, "ApplicationGroupAssignment")),
                _ => Err(nothing_at(list.call)),
            }
        }
        ["group-push", "mappings", rest @ ..] => {
            caller.check(&[GROUPS])?;
            let mut of = world.mappings.values().filter(|one| one.app == app.id);
            match rest {
                [] => {
                    let status = list.parameter("status");
                    let source = list.parameter("sourceGroupId");
                    let rows = of.filter(|one| {
                        status.is_none_or(|status| status == view::mapping_status(one))
                            && source.is_none_or(|source| source == one.group)
                    });
                    list.page(
                        rows.map(|one| (one.id.clone(), view::mapping(base, one))),
                        100,
                        1000,
                    )
                }
                [id] => of
                    .find(|one| one.id == *id)
                    .map(|one| Found::One(view::mapping(base, one)))
                    .ok_or_else(|| Refusal::not_found(id, "GroupPushMapping")),
                _ => Err(nothing_at(list.call)),
            }
        }
        _ => Err(nothing_at(list.call)),
    }
}

fn apps(world: &World, list: &List<'_>) -> Outcome {
    let words = list.parameter("q");
    let fits = |app: &&App| {
        words.is_none_or(|words| starts(words, [app.name.as_str(), app.label.as_str()]))
    };
    let rows = world.apps.values().filter(fits);
    list.page(
        rows.map(|app| (app.id.clone(), view::app(list.base, app))),
        20,
        200,
    )
}

fn users(world: &World, list: &List<'_>) -> Outcome {
    let words = list.parameter("q");
    let search = match (list.parameter("search"), list.parameter("filter")) {
        (Some(text), _) | (None, Some(text)) => Some(read_filter(text, &nobody(), "E0000031")?),
        (None, None) => None,
    };
    let rows = world.users.values().filter(|person| {
        words.is_none_or(|words| named(person, words))
            && match &search {
                Some(filter) => filter.fits(*person),
                // Without a wish those who were shut out are not listed.
                None => person.status != "DEPROVISIONED",
            }
    });
    list.page(
        rows.map(|one| (one.id.clone(), view::user(list.base, one))),
        200,
        200,
    )
}

fn groups(world: &World, list: &List<'_>) -> Outcome {
    let words = list.parameter("q");
    let fits = |group: &&Group| words.is_none_or(|words| starts(words, [group.name.as_str()]));
    let rows = world.groups.values().filter(fits);
    list.page(
        rows.map(|one| (one.id.clone(), view::group(list.base, one))),
        200,
        10_000,
    )
}

fn starts<const N: usize>(word: &str, values: [&str; N]) -> bool {
    let word = word.to_lowercase();
    values
        .iter()
        .any(|value| value.to_lowercase().starts_with(&word))
}

fn named(person: &Person, word: &str) -> bool {
    starts(
        word,
        [
            &person.login,
            &person.email,
            &person.first_name,
            &person.last_name,
        ],
    )
}

fn nobody() -> Person {
    Person {
        id: String::new(),
        status: String::new(),
        login: String::new(),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        department: String::new(),
        employee_number: String::new(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
    }
}

impl Record for Person {
    fn values(&self, name: &str) -> Option<Vec<&str>> {
        Some(vec![match name {
            "id" => &self.id,
            "status" => &self.status,
            "profile.login" => &self.login,
            "profile.email" => &self.email,
            "profile.firstname" => &self.first_name,
            "profile.lastname" => &self.last_name,
            "profile.department" => &self.department,
            "profile.employeenumber" => &self.employee_number,
            _ => return None,
        }])
    }
}

fn read_filter(text: &str, sample: &dyn Record, code: &'static str) -> Result<Filter, Refusal> {
    let refused = |problem: String| {
        let summary = match code {
            "E0000031" => format!("Invalid search criteria: {problem}"),
            _ => format!("Invalid filter '{text}': {problem}"),
        };
        Refusal::new(StatusCode::BAD_REQUEST, code, summary)
    };
    let filter = Filter::parse(text).map_err(refused)?;
    match filter.unknown_attribute(sample) {
        Some(name) => Err(refused(format!("there is no attribute `{name}`"))),
        None => Ok(filter),
    }
}

fn moment(list: &List<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = list.parameter(name) else {
        return Ok(None);
    };
    let read = text.parse().ok();
    read.map(Some)
        .ok_or_else(|| Refusal::invalid(&format!("{name}: not a time as in RFC 3339")))
}

/// Bounded queries end; those without `until` always have a next page, to poll with.
fn logs(world: &World, list: &List<'_>) -> Outcome {
    let limit = list.limit(100, 1000)?;
    if list
        .parameter("limit")
        .and_then(|n| n.parse::<usize>().ok())
        .is_some_and(|n| n > 1000)
    {
        return Err(Refusal::invalid("limit: at most 1000"));
    }
    let until = moment(list, "until")?;
    let since = match moment(list, "since")? {
        Some(since) => since,
        None => {
            let from = until.unwrap_or_else(now);
            from.checked_sub(SignedDuration::from_hours(7 * 24))
                .unwrap_or(from)
        }
    };
    let descending = match list.parameter("sortOrder") {
        None | Some("ASCENDING") => false,
        Some("DESCENDING") => true,
        Some(_) => return Err(Refusal::invalid("sortOrder: ASCENDING or DESCENDING")),
    };
    let filter = match list.parameter("filter") {
        Some(text) => Some(read_filter(text, &super::log::Event::sample(), "E0000053")?),
        None => None,
    };
    let words = list.parameter("q");
    let cursor = match list.parameter("after") {
        None => None,
        Some(text) => Some(
            text.parse::<usize>()
                .map_err(|_| Refusal::invalid("after"))?,
        ),
    };
    let mut fitting: Vec<usize> = (0..world.events.len())
        .filter(|at| {
            let event = &world.events[*at];
            event.published >= since
                && until.is_none_or(|until| event.published < until)
                && filter.as_ref().is_none_or(|filter| filter.fits(event))
                && words.is_none_or(|words| words.split_whitespace().all(|word| event.holds(word)))
        })
        .collect();
    // A cursor is how many events of the log were passed, from its beginning or its end.
    let passed = |at: usize| match descending {
        true => world.events.len() - at,
        false => at + 1,
    };
    if descending {
        fitting.reverse();
    }
    fitting.retain(|at| cursor.is_none_or(|cursor| passed(*at) > cursor));
    let more = fitting.len() > limit;
    fitting.truncate(limit);
    let rows = fitting.iter().map(|at| world.events[*at].shown()).collect();
    let polls = until.is_none() && !descending;
    let next = match fitting.last() {
        Some(last) if more || polls => Some(passed(*last)),
        None if polls => Some(cursor.unwrap_or_default()),
        _ => None,
    };
    let next = next.map(|next| list.address(Some((&next.to_string(), limit))));
    Ok(Found::Page(rows, list.address(None), next))
}

/// A request for a list.
struct List<'a> {
    base: &'a str,
    call: &'a Call<'a>,
}

impl List<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.call.query.iter();
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    fn limit(&self, usual: usize, most: usize) -> Result<usize, Refusal> {
        match self.parameter("limit") {
            None => Ok(usual),
            Some(text) => match text.parse() {
                Ok(0) | Err(_) => Err(Refusal::invalid("limit: a number above 0")),
                Ok(limit) => Ok(most.min(limit)),
            },
        }
    }

    /// Cuts a page out of rows that are in the order of their ids.
    fn page(
        &self,
        rows: impl Iterator<Item = (String, Value)>,
        usual: usize,
        most: usize,
    ) -> Outcome {
        let limit = self.limit(usual, most)?;
        let after = self.parameter("after");
        let mut rows = rows
            .filter(|(id, _)| after.is_none_or(|after| id.as_str() > after))
            .peekable();
        let mut page = Vec::new();
        let mut last = String::new();
        for (id, row) in rows.by_ref().take(limit) {
            last = id;
            page.push(row);
        }
        let next = rows.peek().map(|_| self.address(Some((&last, limit))));
        Ok(Found::Page(page, self.address(None), next))
    }

    /// The address of this page, or of the one after a cursor.
    fn address(&self, next: Option<(&str, usize)>) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut pairs: Vec<String> = Vec::new();
        for (name, value) in self.call.query {
            if next.is_some() && matches!(name.as_str(), "after" | "limit") {
                continue;
            }
            pairs.push(format!("{}={}", encode(name), encode(value)));
        }
        if let Some((after, limit)) = next {
            pairs.push(format!("after={}", encode(after)));
            pairs.push(format!("limit={limit}"));
        }
        let path = format!("{}/{}", self.base, self.call.path.join("/"));
        match pairs.is_empty() {
            true => path,
            false => format!("{path}?{}", pairs.join("&")),
        }
    }
}
