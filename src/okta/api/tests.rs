//! The client against scripted servers: who gets in, what is followed, what is left out and why.

mod service;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::error::Exit;
use crate::model::okta::{Gap, Known, OktaFailure, UserState, feature, recognise_event};
use crate::net::script::{self, Reply, Script};
use crate::net::stage::{self, Sent, Stage};
use crate::net::{Answer, HttpSettings};
use crate::secret::{Origin, Secret};

fn secret(text: &str) -> Secret {
    Secret::new(text, Origin::Environment("ATRIUMCTL_OKTA_TOKEN"))
}

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn question(who: Option<&str>) -> Question {
    Question {
        app: None,
        who: who.map(str::to_owned),
        now: now(),
        days: 30,
        log_pages: 10,
    }
}

type Log = Arc<Mutex<Vec<Sent>>>;

/// A client whose requests a rule answers in virtual time, and what it sent.
fn staged(
    access: Access,
    rule: impl Fn(usize, &Sent) -> Answer + Send + Sync + 'static,
) -> (OktaClient, Log) {
    let log = Log::default();
    let kept = Arc::clone(&log);
    let rule = Arc::new(rule);
    let stage = Stage::new(move |sent| {
        let (kept, rule) = (Arc::clone(&kept), Arc::clone(&rule));
        async move {
            let number = kept.lock().unwrap().len();
            kept.lock().unwrap().push(sent.clone());
            Ok(rule(number, &sent))
        }
    });
    let settings = OktaSettings {
        http: HttpSettings {
            stage: Some(stage),
            ..OktaSettings::default().http
        },
    };
    let client = OktaClient::new("https://school.okta.com", access, settings).unwrap();
    (client, log)
}

fn answer(status: u16, body: impl ToString, headers: &[(&str, &str)]) -> Answer {
    let mut answer = stage::json(status, body).unwrap();
    answer.headers = HeaderMap::new();
    for (name, value) in headers {
        answer.headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    answer
}

fn ok(body: Value) -> Answer {
    answer(200, body, &[])
}

fn fault(status: u16, code: &str) -> Answer {
    let body = json!({"errorCode": code, "errorSummary": "words", "errorCauses": []});
    answer(status, body, &[])
}

fn app(id: &str, label: &str) -> Value {
    json!({"id": id, "name": "verkada", "label": label, "status": "ACTIVE",
           "features": ["PUSH_NEW_USERS"]})
}

fn user(number: usize) -> Value {
    json!({"id": format!("00u{number}"), "status": "PROVISIONED", "externalId": format!("x{number}"),
           "credentials": {"userName": format!("u{number}@campus.example")}})
}

/// An organization in which everything is well.
fn healthy(sent: &Sent) -> Answer {
    let path = sent.url.path().trim_start_matches("/api/v1").to_owned();
    ok(match path.as_str() {
        "/apps" => json!([app("0oa1", "Verkada Command"), {"id": "0oa9", "label": "Other"}]),
        "/apps/0oa1/connections/default" => json!({"status": "ENABLED"}),
        "/apps/0oa1/features" => json!([]),
        "/apps/0oa1/users" => json!([user(1), user(2)]),
        "/apps/0oa1/users/00u1" => user(1),
        "/users/u1@campus.example" => json!({"id": "00u1", "status": "ACTIVE",
            "profile": {"login": "u1@campus.example", "email": "u1@campus.example"}}),
        "/apps/0oa1/groups" => {
            json!([{"id": "00g1", "_embedded": {"group": {"profile": {"name": "Staff"}}}}])
        }
        "/apps/0oa1/group-push/mappings" => {
            json!([{"id": "m1", "sourceGroupId": "00g1", "status": "ACTIVE"}])
        }
        "/logs" => json!([]),
        _ => return fault(404, "E0000007"),
    })
}

fn paths(log: &Log) -> Vec<String> {
    let log = log.lock().unwrap();
    log.iter().map(|sent| sent.url.path().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_is_read_with_get_and_the_token_alone() {
    let (client, log) = staged(Access::Token(secret("00token")), |_, sent| healthy(sent));
    let facts = gather(&client, &question(None)).await.unwrap();
    assert_eq!(facts.app.seen().unwrap().has(feature::CREATE), Some(true));
    assert_eq!(facts.assignments.seen().unwrap().len(), 2);
    assert_eq!(
        facts.assignments.seen().unwrap()[0].state,
        UserState::Provisioned
    );
    assert_eq!(facts.mappings.seen().unwrap()[0].source_name, "Staff");
    assert_eq!(facts.gaps(), []);
    assert_eq!(facts.requests, 8);
    let log = log.lock().unwrap();
    for sent in log.iter() {
        assert_eq!(sent.method, "GET");
        assert_eq!(sent.headers["authorization"], "SSWS 00token");
        assert!(sent.headers["authorization"].is_sensitive());
        if sent.url.path() == "/api/v1/logs" {
            let query: Vec<_> = sent
                .url
                .query_pairs()
                .map(|(name, _)| name.into_owned())
                .collect();
            assert!(query.contains(&"since".to_owned()) && query.contains(&"until".to_owned()));
        }
    }
    assert!(!format!("{client:?}").contains("00token"));
}

#[tokio::test(start_paused = true)]
async fn calls_grow_with_pages_for_everybody_and_not_at_all_for_one() {
    for pages in [1_usize, 7] {
        let paged = move |_: usize, sent: &Sent| {
            if sent.url.path() != "/api/v1/apps/0oa1/users" {
                return healthy(sent);
            }
            let at: usize = sent
                .url
                .query_pairs()
                .find(|(name, _)| name == "after")
                .map_or(0, |(_, after)| after.parse().unwrap());
            let next = format!(
                "<https://school.okta.com/api/v1/apps/0oa1/users?limit=500&after={}>; rel=\"next\"",
                at + 1
            );
            let own = "<https://school.okta.com/api/v1/apps/0oa1/users>; rel=\"self\"";
            let links = [("link", own), ("link", next.as_str())];
            let links = if at + 1 < pages {
                &links[..]
            } else {
                &links[..1]
            };
            answer(200, json!([user(at)]), links)
        };
        let (client, log) = staged(Access::Token(secret("t")), paged);
        let facts = gather(&client, &question(None)).await.unwrap();
        assert_eq!(facts.assignments.seen().unwrap().len(), pages);
        assert_eq!(paths(&log).len(), 7 + pages);

        let (client, log) = staged(Access::Token(secret("t")), paged);
        let facts = gather(&client, &question(Some("u1@campus.example")))
            .await
            .unwrap();
        assert_eq!(facts.users.seen().unwrap().len(), 1);
        assert_eq!(facts.assignments.seen().unwrap().len(), 1);
        assert_eq!(paths(&log).len(), 9);
    }
}

#[tokio::test(start_paused = true)]
async fn the_worst_question_about_one_person_stays_within_its_bound() {
    let (client, log) = staged(Access::Token(secret("t")), |_, sent| {
        let path = sent.url.path().trim_start_matches("/api/v1");
        match path {
            "/apps" => ok(Value::Array(
                (1..9).map(|n| app(&format!("0oa{n}"), "Verkada")).collect(),
            )),
            "/apps/0oa1" => ok(app("0oa1", "Verkada")),
            "/users" => ok(json!([{"id": "00u1", "profile": {"email": "ada@campus.example"}}])),
            _ if path.contains("/users/00u1") => ok(user(1)),
            // Every list has another page.
            _ if path.ends_with("/logs") || path.ends_with("mappings") => {
                let next = format!("<{}&after=1>; rel=next", sent.url);
                answer(200, "[]", &[("link", &next)])
            }
            _ => healthy(sent),
        }
    });
    let asked = Question {
        app: Some("0oa1".to_owned()),
        ..question(Some("ada@campus.example"))
    };
    let facts = gather(&client, &asked).await.unwrap();
    assert_eq!(facts.elsewhere.seen().unwrap().len(), 3);
    assert!(facts.events.seen().unwrap().cut.is_some());
    let calls = paths(&log).len() as u64;
    assert!(calls <= MOST_CALLS_FOR_ONE, "{calls}: {:?}", paths(&log));
    assert_eq!(facts.requests, calls);
}

#[tokio::test(start_paused = true)]
async fn a_429_in_the_middle_is_waited_for_as_okta_asks() {
    let started = tokio::time::Instant::now();
    let (client, log) = staged(Access::Token(secret("t")), |number, sent| {
        if number == 4 {
            let body =
                json!({"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit"});
            let headers = [
                ("date", "Sun, 01 Mar 2026 12:00:00 GMT"),
                ("x-rate-limit-limit", "600"),
                ("x-rate-limit-remaining", "0"),
                ("x-rate-limit-reset", "1772366420"),
            ];
            return answer(429, body, &headers);
        }
        healthy(sent)
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    assert_eq!(facts.gaps(), []);
    assert_eq!(paths(&log).len(), 9);
    let waited = started.elapsed().as_secs();
    assert!((20..30).contains(&waited), "{waited} s");
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_used_up_is_waited_for_before_it_says_no() {
    let (client, _) = staged(Access::Token(secret("t")), |_, sent| {
        let mut answer = healthy(sent);
        if sent.url.path() == "/api/v1/logs" {
            for (name, value) in [
                ("date", "Sun, 01 Mar 2026 12:00:00 GMT"),
                ("x-rate-limit-limit", "60"),
                ("x-rate-limit-remaining", "0"),
                ("x-rate-limit-reset", "1772366410"),
            ] {
                answer.headers.insert(name, HeaderValue::from_static(value));
            }
        }
        answer
    });
    let started = tokio::time::Instant::now();
    gather(&client, &question(None)).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn what_a_scope_is_missing_for_is_named_and_the_rest_is_read() {
    for refusal in [
        fault(403, "E0000006"),
        answer(
            403,
            "{}",
            &[("www-authenticate", "Bearer error=\"insufficient_scope\"")],
        ),
    ] {
        let (client, _) = staged(Access::Token(secret("t")), move |_, sent| {
            if sent.url.path() == "/api/v1/logs" {
                return refusal.clone();
            }
            healthy(sent)
        });
        let facts = gather(&client, &question(None)).await.unwrap();
        assert!(facts.assignments.seen().is_some());
        let gaps = facts.gaps();
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].0, "log");
        assert!(
            matches!(
                gaps[0].1,
                Gap::Scope {
                    scope: "okta.logs.read",
                    ..
                }
            ),
            "{gaps:?}"
        );
        assert!(gaps[0].1.why().contains("okta.logs.read"));
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_right_to_see_people_the_app_still_tells() {
    let (client, _) = staged(Access::Token(secret("t")), |_, sent| {
        if sent.url.path().starts_with("/api/v1/users") {
            return fault(403, "E0000006");
        }
        healthy(sent)
    });
    let facts = gather(&client, &question(Some("U2@campus.example")))
        .await
        .unwrap();
    assert_eq!(facts.assignments.seen().unwrap()[0].id, "00u2");
    assert_eq!(facts.gaps()[0].0, "people");
    // A beginning that fits two people is not settled by taking one.
    let error = gather(&client, &question(Some("u"))).await.unwrap_err();
    assert!(matches!(error, ApiError::SeveralPeople { ref people, .. } if people.len() == 2));
}

#[tokio::test(start_paused = true)]
async fn a_dead_token_and_an_outage_end_with_their_codes() {
    for (refusal, exit) in [
        (fault(401, "E0000011"), Exit::Authentication),
        (fault(401, "E0000004"), Exit::Authentication),
        (fault(403, "E0000006"), Exit::Authentication),
        (fault(404, "E0000007"), Exit::Failed),
        (fault(400, "E0000031"), Exit::Failed),
        (fault(503, "E0000009"), Exit::Unavailable),
        (answer(200, "<html>Sign in</html>", &[]), Exit::Unavailable),
        (answer(404, "<html>", &[]), Exit::Unavailable),
        (answer(200, "[{\"id\": ", &[]), Exit::Unavailable),
        (answer(200, "{}", &[]), Exit::Unavailable),
        (
            answer(302, "", &[("location", "https://login.example/?token=x")]),
            Exit::Unavailable,
        ),
        (ok(json!([])), Exit::Failed),
        (
            ok(json!([app("0oa1", "Verkada"), app("0oa2", "Verkada EU")])),
            Exit::Usage,
        ),
    ] {
        let told = format!("{refusal:?}");
        let (client, _) = staged(Access::Token(secret("t-sensitive")), move |_, _| {
            refusal.clone()
        });
        let error = gather(&client, &question(None)).await.unwrap_err();
        assert_eq!(error.exit(), exit, "{told}: {error}");
        let text = format!("{error} {:?} {error:?}", error.hints());
        assert!(
            !text.contains("t-sensitive") && !text.contains("token=x"),
            "{text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_one_part_is_told_in_its_place() {
    let (client, _) = staged(Access::Token(secret("t")), |_, sent| {
        match sent.url.path() {
            "/api/v1/apps/0oa1/users" => fault(503, "E0000009"),
            "/api/v1/apps/0oa1/features" => {
                let body = json!({"errorCode": "E0000001",
                    "errorSummary": "Provisioning is not enabled for the app instance."});
                answer(400, body, &[])
            }
            "/api/v1/apps/0oa1/groups" => answer(200, "<!DOCTYPE html><title>Sign in", &[]),
            _ => healthy(sent),
        }
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    assert!(matches!(
        facts.assignments.gap(),
        Some(Gap::Unavailable { .. })
    ));
    assert!(!facts.capabilities.seen().unwrap().provisioning);
    assert!(facts.groups.gap().unwrap().why().contains("a web page"));
}

#[tokio::test(start_paused = true)]
async fn a_link_to_another_place_or_in_a_circle_is_not_followed() {
    for link in [
        "<https://evil.example/api/v1/apps?after=1>; rel=\"next\"",
        "<http://school.okta.com/api/v1/apps>; rel=\"next\"",
        "<https://school.okta.com:444/api/v1/apps>; rel=\"next\"",
        "<//evil.example/x>; rel=\"next\"",
        "<https://user@school.okta.com/x>; rel=\"next\"",
        "<https://[>; rel=\"next\"",
    ] {
        let (client, log) = staged(Access::Token(secret("t")), move |_, _| {
            answer(200, json!([app("0oa1", "Verkada")]), &[("link", link)])
        });
        let error = gather(&client, &question(None)).await.unwrap_err();
        let is_named = matches!(
            error,
            ApiError::Elsewhere { .. } | ApiError::Unexpected { .. }
        );
        assert!(is_named, "{link}: {error}");
        assert_eq!(paths(&log).len(), 1, "{link}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_lead_in_a_circle_are_told_and_end() {
    let (client, log) = staged(Access::Token(secret("t")), |_, sent| {
        if sent.url.path() == "/api/v1/apps/0oa1/users" {
            return answer(200, json!([user(1)]), &[("link", "<?limit=500>; rel=next")]);
        }
        healthy(sent)
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    let why = facts.assignments.gap().unwrap().why();
    assert!(why.contains("in a circle"), "{why}");
    assert_eq!(paths(&log).len(), 8);
}

#[tokio::test]
async fn the_wire_is_asked_as_written_and_no_other_host_is() {
    let other = Script::serve(|_, _| script::json(200, "[]")).await;
    let target = other.address.clone();
    let server = Script::serve(move |_, _| {
        let link = format!("Link: <{target}/api/v1/apps>; rel=\"next\"\r\n");
        script::with_headers(200, &link, "[]")
    })
    .await;
    let settings = OktaSettings::default();
    let client = OktaClient::new(&server.address, Access::Token(secret("t")), settings).unwrap();
    let error = gather(&client, &question(None)).await.unwrap_err();
    assert!(matches!(error, ApiError::Elsewhere { .. }), "{error}");
    assert_eq!(server.calls(), ["GET /api/v1/apps?q=verkada&limit=200"]);
    assert!(server.received()[0].head.contains("authorization: SSWS t"));
    assert_eq!(other.calls(), [""; 0]);

    let huge = Script::serve(|_, _| {
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[".to_vec())
    })
    .await;
    let settings = OktaSettings::default();
    let client = OktaClient::new(&huge.address, Access::Token(secret("t")), settings).unwrap();
    let error = gather(&client, &question(None)).await.unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn people_are_found_by_address_and_never_guessed() {
    let (client, _) = staged(Access::Token(secret("t")), |_, sent| {
        let query = sent.url.query().unwrap_or_default().to_owned();
        match sent.url.path() {
            "/api/v1/users" if query.contains("search=") => ok(json!([
                {"id": "00u1", "profile": {"login": "ada", "email": "ADA@campus.example"}},
                {"id": "00u2", "profile": {"login": "x", "email": "ada@campus.example.evil"}},
            ])),
            "/api/v1/users" => ok(json!([{"id": "00u1"}, {"id": "00u2"}])),
            "/api/v1/logs" => ok(json!([
                {"uuid": "1", "eventType": "application.provision.user.push", "published": "2026-02-28T00:00:00Z",
                 "outcome": {"result": "FAILURE", "reason": "Matching user not found"}},
            ])),
            _ => healthy(sent),
        }
    });
    let facts = gather(&client, &question(Some("ada@campus.example")))
        .await
        .unwrap();
    assert_eq!(facts.users.seen().unwrap().len(), 1);
    let events = facts.events.seen().unwrap();
    assert_eq!(events.list.len(), 1, "the same event is not told twice");
    let known = recognise_event(&events.list[0]).unwrap();
    assert_eq!(known.failure, OktaFailure::MatchingUserNotFound);
    let error = gather(&client, &question(Some("Ada"))).await.unwrap_err();
    assert_eq!(error.exit(), Exit::Usage);
    assert!(matches!(error, ApiError::SeveralPeople { .. }));

    let (client, _) = staged(Access::Token(secret("t")), |_, sent| {
        match sent.url.path() {
            "/api/v1/users" => ok(json!([])),
            _ => healthy(sent),
        }
    });
    let facts = gather(&client, &question(Some("nobody@campus.example")))
        .await
        .unwrap();
    assert_eq!(facts.users, Known::Seen(Vec::new()));
    assert_eq!(facts.assignments, Known::Seen(Vec::new()));
}
