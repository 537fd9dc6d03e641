//! The management API: paging, the log, limits, service apps and refusals.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use super::{GRACE, OLU, PIET, World, json_of};
use crate::sandbox::local;
use crate::sandbox::okta::act::Act;
use crate::sandbox::okta::key;
use crate::sandbox::okta::world::Dialect;
use crate::sandbox::scim::Answer;

fn next(answer: &Answer) -> Option<String> {
    let links = answer.headers.iter().filter(|(name, _)| name == "link");
    let mut links = links.map(|(_, value)| value);
    let next = links.find_map(|link| link.strip_suffix("; rel=\"next\""))?;
    let address = next.trim_matches(['<', '>']);
    Some(address[address.find("/api").unwrap()..].to_owned())
}

#[test]
fn lists_are_paged_by_links_in_lines_of_their_own() {
    let mut world = World::new("");
    let all = world.get("/api/v1/users");
    let mut target = "/api/v1/users?limit=7".to_owned();
    let mut walked = Vec::new();
    loop {
        let (status, page, answer) = world.ask(&target);
        assert_eq!(status, 200);
        let lines = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "link")
            .count();
        walked.extend(page.as_array().unwrap().clone());
        match next(&answer) {
            Some(further) => {
                assert_eq!(lines, 2);
                target = further;
            }
            None => break,
        }
    }
    assert!(walked.len() > 20);
    assert_eq!(Value::from(walked), all);
    let none =
        world.get("/api/v1/users?search=profile.email%20eq%20%22grace.hollis%40campus.example%22");
    assert_eq!(none[0]["profile"]["login"], GRACE);
    let (status, body, _) = world.ask("/api/v1/users?search=colour%20eq%20%22red%22");
    assert_eq!((status, &body["errorCode"]), (400, &json!("E0000031")));
}

#[test]
fn bounded_queries_of_the_log_end_and_others_can_be_polled() {
    let mut world = World::new("");
    world.assign(PIET, Dialect::Catalogue);
    let app = world
        .campus
        .okta
        .app(Dialect::Catalogue)
        .unwrap()
        .id
        .clone();
    let filter = "eventType sw \"application.provision\" and outcome.result eq \"FAILURE\"";
    let filter = format!("{filter} and target.id eq \"{app}\"");
    let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let bounded = format!(
        "/api/v1/logs?since=2026-01-01T00:00:00Z&until=2999-01-01T00:00:00Z&limit=1&filter={encoded}"
    );
    let (_, page, answer) = world.ask(&bounded);
    assert_eq!(page[0]["eventType"], "application.provision.user.push");
    let (_, page, answer) = world.ask(&next(&answer).unwrap());
    assert_eq!(page[0]["eventType"], "application.provision.user.sync");
    assert_eq!(next(&answer), None);

    let (_, page, answer) = world.ask("/api/v1/logs");
    assert_eq!(page.as_array().unwrap().len(), 4, "the last seven days");
    let further = next(&answer).unwrap();
    let (_, page, answer) = world.ask(&further);
    assert_eq!((page, next(&answer)), (json!([]), Some(further.clone())));
    world.retry(PIET, Dialect::Catalogue);
    assert_eq!(world.get(&further).as_array().unwrap().len(), 3);
    for (bad, code) in [
        ("filter=eventType", "E0000053"),
        ("since=yesterday", "E0000001"),
        ("limit=1001", "E0000001"),
    ] {
        let (status, body, _) = world.ask(&format!("/api/v1/logs?{bad}"));
        assert_eq!((status, &body["errorCode"]), (400, &json!(code)), "{bad}");
    }
}

#[test]
fn too_many_requests_are_refused_with_the_moment_to_come_back() {
    let mut world = World::new("");
    let header = |answer: &Answer, name: &str| -> i64 {
        let found = answer.headers.iter().find(|(known, _)| known == name);
        found.unwrap().1.parse().unwrap()
    };
    let mut seen = Vec::new();
    for _ in 0..130 {
        let (status, body, answer) = world.ask("/api/v1/logs?limit=1");
        assert!(header(&answer, "x-rate-limit-reset") >= Timestamp::now().as_second());
        assert_eq!(header(&answer, "x-rate-limit-limit"), 60);
        seen.push(status);
        if status == 429 {
            assert_eq!(body["errorCode"], "E0000047");
            assert_eq!(header(&answer, "x-rate-limit-remaining"), 0);
        }
    }
    // A minute may have ended in the middle.
    assert!(seen[..60].iter().all(|status| *status == 200));
    assert!(seen.contains(&429));
    assert_eq!(world.ask("/api/v1/apps").0, 200, "another bucket");
}

/// Signs in as a service app, with these claims changed.
fn sign_in(
    world: &mut World,
    client: &str,
    scope: &str,
    change: impl Fn(&mut Value),
) -> (u16, Value) {
    let pem = std::fs::read_to_string(world.campus.dir.join("okta-key")).unwrap();
    let text: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = STANDARD.decode(text).unwrap();
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random).unwrap();
    let mut claims = json!({
        "iss": client, "sub": client, "aud": "http://127.0.0.1/oauth2/v1/token",
        "exp": Timestamp::now().as_second() + 300,
    });
    change(&mut claims);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&json!({"alg": "ES256"})), part(&claims));
    let signed = pair.sign(&random, message.as_bytes()).unwrap();
    let assertion = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signed));
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("scope", scope)
        .append_pair(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        )
        .append_pair("client_assertion", &assertion)
        .finish();
    let answer = world.send("POST", "/oauth2/v1/token", "none", &form);
    (answer.status.as_u16(), json_of(&answer))
}

#[test]
fn a_service_app_signs_in_with_its_key_and_may_read_what_its_scopes_say() {
    let mut world = World::new("");
    world.act(Act::ServiceApp {
        label: "support".to_owned(),
        scopes: vec!["okta.apps.read".to_owned(), "okta.logs.read".to_owned()],
        key: None,
    });
    let client = world.campus.okta.clients.keys().next().unwrap().clone();
    let (status, granted) = sign_in(&mut world, &client, "okta.apps.read", |_| {});
    assert_eq!(status, 200, "{granted}");
    let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap());
    let mut read = |target: &str| {
        let answer = world.send("GET", target, &bearer, "");
        (
            answer.status.as_u16(),
            json_of(&answer)["errorCode"].clone(),
        )
    };
    assert_eq!(read("/api/v1/apps").0, 200);
    assert_eq!(read("/api/v1/logs"), (403, json!("E0000006")));
    assert_eq!(read("/api/v1/users"), (403, json!("E0000006")));

    let (status, refused) = sign_in(&mut world, &client, "okta.users.read", |_| {});
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_scope")));
    type Change = fn(&mut Value);
    let changes: [Change; 5] = [
        |claims| claims["aud"] = json!("https://elsewhere.example/oauth2/v1/token"),
        |claims| claims["exp"] = json!(Timestamp::now().as_second() - 1),
        |claims| claims["exp"] = json!(Timestamp::now().as_second() + 4000),
        |claims| claims["exp"] = json!("soon"),
        |claims| claims["iss"] = json!("somebody"),
    ];
    for change in changes {
        let (status, refused) = sign_in(&mut world, &client, "okta.apps.read", change);
        assert_eq!(
            (status, &refused["error"]),
            (401, &json!("invalid_client")),
            "{refused}"
        );
    }
    let once = |claims: &mut Value| claims["jti"] = json!("once");
    assert_eq!(sign_in(&mut world, &client, "okta.apps.read", once).0, 200);
    assert_eq!(sign_in(&mut world, &client, "okta.apps.read", once).0, 401);
    // Somebody else's key.
    let other = key::make().unwrap().1;
    local::write_okta_key(&world.campus.dir, &other).unwrap();
    assert_eq!(
        sign_in(&mut world, &client, "okta.apps.read", |_| {}).0,
        401
    );
    for auth in ["SSWS wrong", "Bearer wrong", "none"] {
        let answer = world.send("GET", "/api/v1/apps", auth, "");
        let code = json_of(&answer)["errorCode"].clone();
        assert_eq!(
            (answer.status.as_u16(), code),
            (401, json!("E0000011")),
            "{auth}"
        );
    }
}

#[test]
fn only_the_user_whom_okta_made_before_is_assigned_in_a_new_world() {
    let mut world = World::new("");
    let app = world
        .campus
        .okta
        .app(Dialect::Catalogue)
        .unwrap()
        .id
        .clone();
    let users = world.get(&format!("/api/v1/apps/{app}/users?expand=user"));
    assert_eq!(users.as_array().unwrap().len(), 1);
    assert_eq!(users[0]["externalId"], *world.in_command(OLU));
    assert_eq!(users[0]["_embedded"]["user"]["profile"]["login"], OLU);
    assert_eq!(users[0]["scope"], "GROUP");
    let groups = world.get(&format!("/api/v1/apps/{app}/groups"));
    assert_eq!(groups.as_array().unwrap().len(), 1);
    assert!(world.campus.okta.sent.is_empty());
    let features = world.get(&format!("/api/v1/apps/{app}/features"));
    let create = &features[0]["capabilities"]["create"]["lifecycleCreate"]["status"];
    assert_eq!(create, "ENABLED");
}
