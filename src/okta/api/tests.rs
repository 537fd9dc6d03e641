//! The client against scripted servers: who gets in, what is followed, what is left out and why.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

use super::auth::Signer;
use super::*;
use crate::error::Exit;
use crate::model::okta::{Gap, Known, OktaFailure, UserState, feature, recognise_event};
use crate::net::script::{self, Reply, Script};
use crate::net::stage::{self, Sent, Stage};
use crate::net::{Answer, HttpSettings};
use crate::secret::{Origin, Secret};

const RSA_KEY: &str = include_str!("../../../tests/fixtures/okta/test-key-rsa.pem");

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

fn service(key: &str) -> Access {
    Access::Service {
        client_id: "0oaservice".to_owned(),
        key_id: Some("kid-1".to_owned()),
        key: secret(key),
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
        "<?q=verkada&limit=200>; rel=\"next\"",
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

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(der)
    )
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

#[test]
fn an_assertion_is_signed_by_the_key_and_says_what_okta_wants() {
    let url = "https://school.okta.com/oauth2/v1/token";
    let curve =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        curve.as_ref(),
        &SystemRandom::new(),
    )
    .unwrap();
    let rsa: String = RSA_KEY
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let rsa = RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(rsa).unwrap()).unwrap();
    let cases: [(String, &str, &dyn signature::VerificationAlgorithm, Vec<u8>); 2] = [
        (
            pem(curve.as_ref()),
            "ES256",
            &signature::ECDSA_P256_SHA256_FIXED,
            pair.public_key().as_ref().to_vec(),
        ),
        (
            RSA_KEY.to_owned(),
            "RS256",
            &signature::RSA_PKCS1_2048_8192_SHA256,
            rsa.public_key().as_ref().to_vec(),
        ),
    ];
    for (key, algorithm, verifier, public) in cases {
        let signer = Signer::new(&secret(&key)).unwrap();
        let jwt = signer
            .assertion("0oaservice", Some("kid-1"), url, now())
            .unwrap();
        let again = signer
            .assertion("0oaservice", Some("kid-1"), url, now())
            .unwrap();
        let parts: Vec<&str> = jwt.split('.').collect();
        let header: Value = serde_json::from_slice(&decoded(parts[0])).unwrap();
        assert_eq!(
            header,
            json!({"alg": algorithm, "kid": "kid-1", "typ": "JWT"})
        );
        let claims = |jwt: &str| -> Value {
            serde_json::from_slice(&decoded(jwt.split('.').nth(1).unwrap())).unwrap()
        };
        let (first, second) = (claims(&jwt), claims(&again));
        assert_ne!(first["jti"], second["jti"]);
        assert_eq!(first["aud"], url);
        assert_eq!(
            (&first["iss"], &first["sub"]),
            (&json!("0oaservice"), &json!("0oaservice"))
        );
        let (issued, ends) = (
            first["iat"].as_i64().unwrap(),
            first["exp"].as_i64().unwrap(),
        );
        assert_eq!(issued, now().as_second());
        assert!(ends > issued && ends - issued <= 3600);
        let message = format!("{}.{}", parts[0], parts[1]);
        let public = UnparsedPublicKey::new(verifier, public);
        public
            .verify(message.as_bytes(), &decoded(parts[2]))
            .unwrap();
        assert!(public.verify(b"another", &decoded(parts[2])).is_err());
    }
}

#[test]
fn a_key_that_cant_be_used_is_named_and_never_shown() {
    for (key, said) in [
        ("", "is no PEM"),
        ("0123456789sensitive", "is no PEM"),
        ("{\"kty\":\"RSA\",\"d\":\"sensitive\"}", "is a JWK"),
        (
            "-----BEGIN PRIVATE KEY-----\n!!sensitive!!\n-----END PRIVATE KEY-----",
            "base64",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nc2Vuc2l0aXZl\n-----END PRIVATE KEY-----",
            "neither RSA",
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2Vu\n-----END ENCRYPTED PRIVATE KEY-----",
            "is encrypted",
        ),
        (
            "-----BEGIN EC PRIVATE KEY-----\nc2Vu\n-----END EC PRIVATE KEY-----",
            "openssl pkcs8",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nc2Vu\n-----END CERTIFICATE-----",
            "no private key",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nc2Vu\n-----END RSA PRIVATE KEY-----",
            "can't be used",
        ),
    ] {
        let error = Signer::new(&secret(key)).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
        let text = format!("{error} {error:?}");
        assert!(text.contains(said), "{key}: {text}");
        assert!(
            !text.contains("sensitive") && !text.contains("c2Vu"),
            "{text}"
        );
    }
    for token in ["", "SSWS 00abc", "a\nb"] {
        let token = Access::Token(secret(token));
        assert!(
            OktaClient::new("https://school.okta.com", token, OktaSettings::default()).is_err()
        );
    }
    for org in [
        "http://school.okta.com",
        "https://a@school.okta.com",
        "school.okta.com",
        "",
    ] {
        let token = Access::Token(secret("t"));
        assert!(
            OktaClient::new(org, token, OktaSettings::default()).is_err(),
            "{org}"
        );
    }
}

fn form(sent: &Sent) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&sent.body)
        .into_owned()
        .collect()
}

fn asked_scope(sent: &Sent) -> String {
    let form = form(sent);
    form.iter()
        .find(|(name, _)| name == "scope")
        .unwrap()
        .1
        .clone()
}

#[tokio::test(start_paused = true)]
async fn a_service_app_asks_once_for_its_token_and_anew_when_it_ends_or_is_refused() {
    let (client, log) = staged(service(RSA_KEY), |number, sent| {
        if sent.url.path() == "/oauth2/v1/token" {
            return ok(
                json!({"access_token": format!("at{number}"), "expires_in": 3600, "token_type": "Bearer"}),
            );
        }
        // The token that was given first dies half-way.
        let is_first = sent.headers["authorization"] == "Bearer at0";
        if is_first && sent.url.path().ends_with("/groups") {
            return fault(401, "E0000011");
        }
        healthy(sent)
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    assert_eq!(facts.gaps(), []);
    let asked = |log: &Log| {
        paths(log)
            .iter()
            .filter(|path| path.contains("/token"))
            .count()
    };
    assert_eq!(asked(&log), 2);
    {
        let log = log.lock().unwrap();
        assert_eq!(log[0].method, "POST");
        let form = form(&log[0]);
        let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "grant_type",
                "scope",
                "client_assertion_type",
                "client_assertion"
            ]
        );
        assert_eq!(
            asked_scope(&log[0]),
            "okta.apps.read okta.users.read okta.groups.read okta.logs.read"
        );
        assert!(log.iter().skip(1).all(|sent| {
            sent.headers.get("authorization").is_none()
                || sent.headers["authorization"]
                    .to_str()
                    .unwrap()
                    .starts_with("Bearer at")
        }));
    }
    gather(&client, &question(None)).await.unwrap();
    assert_eq!(asked(&log), 2);
    tokio::time::advance(std::time::Duration::from_secs(3500)).await;
    gather(&client, &question(None)).await.unwrap();
    assert_eq!(asked(&log), 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_app_that_lacks_a_scope_reads_what_it_may() {
    let (client, log) = staged(service(RSA_KEY), |_, sent| {
        if sent.url.path() != "/oauth2/v1/token" {
            return healthy(sent);
        }
        if asked_scope(sent).contains("logs") {
            return answer(
                400,
                json!({"error": "invalid_scope", "error_description": "x"}),
                &[],
            );
        }
        ok(json!({"access_token": "at", "expires_in": 3600}))
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    let gaps = facts.gaps();
    assert!(
        matches!(
            gaps[..],
            [(
                "log",
                Gap::Scope {
                    scope: "okta.logs.read",
                    ..
                }
            )]
        ),
        "{gaps:?}"
    );
    // Together, each of four, and the three together; the log was not asked in vain.
    let paths = paths(&log);
    assert_eq!(
        paths.iter().filter(|path| path.contains("token")).count(),
        6
    );
    assert!(!paths.contains(&"/api/v1/logs".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_the_token_endpoint_refuses_is_told_plainly() {
    for (refusal, exit, words) in [
        (
            json!({"error": "use_dpop_nonce"}),
            Exit::Authentication,
            "DPoP",
        ),
        (
            json!({"error": "invalid_client", "error_description": "kid"}),
            Exit::Authentication,
            "invalid_client: kid",
        ),
        (
            json!({"errorCode": "E0000004", "errorSummary": "no"}),
            Exit::Authentication,
            "E0000004",
        ),
        (
            json!({"error": "invalid_scope"}),
            Exit::Authentication,
            "none of the scopes",
        ),
    ] {
        let (client, _) = staged(service(RSA_KEY), move |_, _| answer(400, &refusal, &[]));
        let error = gather(&client, &question(None)).await.unwrap_err();
        assert_eq!(error.exit(), exit);
        assert!(error.to_string().contains(words), "{error}");
    }
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
