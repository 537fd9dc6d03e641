//! The client against a server that plays its part, and its faults, by a script.

mod lists;
mod probing;
mod secrets;
mod versions;
mod writing;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::wire::ENTERPRISE;
use super::*;
use crate::model::directory::{Dialect, GroupListing};
use crate::model::reason::Code;
use crate::model::{Completeness, Field, GroupId, Profile, UserId};
use crate::net::HttpSettings;
use crate::net::script::{self, Received, Reply, Script};
use crate::secret::{Origin, Secret};

const TOKEN: &str = "t0ken-of-the-organization";

fn settings() -> ScimSettings {
    ScimSettings {
        http: HttpSettings {
            max_retries: 1,
            timeout: Duration::from_secs(5),
            ..HttpSettings::default()
        },
        ..ScimSettings::default()
    }
}

fn client_with(script: &Script, settings: ScimSettings) -> ScimClient {
    let token = Secret::new(TOKEN, Origin::Sandbox);
    ScimClient::new(&format!("{}/scim/", script.address), token, settings).unwrap()
}

fn client(script: &Script) -> ScimClient {
    client_with(script, settings())
}

fn ada() -> Profile {
    Profile {
        email: "ada@campus.example".into(),
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        employee_number: "007".into(),
        ..Profile::default()
    }
}

fn resource(id: impl ToString) -> Value {
    json!({"id": id.to_string(), "userName": format!("{}@campus.example", id.to_string())})
}

fn list(total: u64, resources: impl IntoIterator<Item = Value>) -> Reply {
    let resources: Vec<Value> = resources.into_iter().collect();
    script::json(200, json!({"totalResults": total, "Resources": resources}))
}

/// A page of a server that has `total` users and sends at most `cap` at once.
fn page(request: &Received, total: u64, cap: u64) -> Reply {
    let number = |name| {
        request
            .query(name)
            .map(|value| value.parse::<u64>().unwrap())
    };
    let start = number("startIndex").unwrap_or(1);
    let count = number("count").unwrap().min(cap);
    list(total, (start..=total).take(count as usize).map(resource))
}

async fn users(
    client: &ScimClient,
) -> Result<Listing<crate::model::directory::RemoteUser>, ScimError> {
    client.users(&|_, _| {}).await
}

#[tokio::test]
async fn pages_are_read_whole_and_in_order() {
    for (total, cap, pages) in [
        (250, 1000, 3),
        (95, 30, 4),
        (1000, 100, 10),
        (1, 9, 1),
        (0, 9, 1),
    ] {
        let server = Script::serve(move |_, request| page(request, total, cap)).await;
        let told = Mutex::new(Vec::new());
        let listing = client(&server)
            .users(&|count, of| told.lock().unwrap().push((count, of)))
            .await
            .unwrap();
        assert_eq!(listing.completeness, Completeness::Whole);
        let expected: Vec<UserId> = (1..=total)
            .map(|id| id.to_string().as_str().into())
            .collect();
        let ids: Vec<UserId> = listing.items.into_iter().map(|user| user.id).collect();
        assert_eq!(ids, expected);
        assert_eq!(server.calls().len(), pages);
        let told = told.into_inner().unwrap();
        assert_eq!(told.len(), pages);
        assert_eq!(told.last(), Some(&(total, Some(total))));
    }
}

#[tokio::test]
async fn pages_that_shrink_on_the_way_are_followed() {
    let server =
        Script::serve(|number, request| page(request, 60, if number == 0 { 10 } else { 7 })).await;
    let listing = users(&client(&server)).await.unwrap();
    assert_eq!(
        (listing.items.len(), listing.completeness),
        (60, Completeness::Whole)
    );
}

#[tokio::test]
async fn lists_that_contradict_themselves_are_partial() {
    let looping = Script::serve(|_, _| list(300, (0..100).map(resource))).await;
    let short = Script::serve(|_, request| match request.query("startIndex") {
        None | Some("1") => list(300, (0..100).map(resource)),
        _ => list(300, []),
    })
    .await;
    let nameless = Script::serve(|_, _| list(2, [resource("a"), json!({"userName": "b"})])).await;
    for (server, count, why) in [
        (looping, 100, "had come before"),
        (short, 100, "counts 300, but 100 came"),
        (nameless, 1, "without an id"),
    ] {
        let listing = users(&client(&server)).await.unwrap();
        assert_eq!(listing.items.len(), count);
        match listing.completeness {
            Completeness::Partial(text) => assert!(text.contains(why), "{text}"),
            Completeness::Whole => panic!("{why}"),
        }
    }
}

#[tokio::test]
async fn a_page_that_fails_is_an_error() {
    let server = Script::serve(|_, request| match request.query("startIndex") {
        Some("201") => script::json(503, ""),
        _ => page(request, 300, 100),
    })
    .await;
    let error = users(&client(&server)).await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(error.to_string(), "GET /Users: the server answered 503");
}

#[tokio::test]
async fn what_is_not_scim_is_named() {
    let html = "\n<!DOCTYPE html><html><title>Sign\u{7} in</title></html>";
    for (reply, part) in [
        (
            Reply::Bytes(format!("HTTP/1.1 200 X\r\n\r\n{html}").into()),
            "<title>Sign in",
        ),
        (script::with_headers(404, "", html), "404 with a web page"),
        (script::with_headers(403, "", html), "403 with a web page"),
        (
            script::json(200, json!({"users": []})),
            "JSON that is no list: {\"users\":[]}",
        ),
        (script::json(200, json!([])), "no list"),
        (script::json(200, ""), "an empty body"),
        (
            script::json(200, "{\"totalResults\": 1, \"Res"),
            "cut short",
        ),
        (script::json(200, "x".repeat(500)), "xxx…"),
        (script::json(200, "[".repeat(500)), "[[[…"),
        (
            script::json(404, json!({"detail": "no"})),
            "check the SCIM address",
        ),
    ] {
        let reply = Mutex::new(reply);
        let server = Script::serve(move |_, _| match &*reply.lock().unwrap() {
            Reply::Bytes(bytes) => Reply::Bytes(bytes.clone()),
            _ => Reply::Cut,
        })
        .await;
        let error = users(&client(&server)).await.unwrap_err();
        assert_eq!(error.code(), Code::UnexpectedAnswer, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().chars().count() < 200, "{error}");
    }
}

#[tokio::test]
async fn json_cut_off_without_a_length_is_read_again() {
    let server = Script::serve(|number, request| match number {
        0 => Reply::Bytes(b"HTTP/1.1 200 X\r\n\r\n{\"totalResults\": 1, \"Res".to_vec()),
        _ => page(request, 1, 1),
    })
    .await;
    assert_eq!(users(&client(&server)).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_web_page_is_never_a_missing_user() {
    let server = Script::serve(|_, request| {
        if request.target.contains("gone") {
            script::json(404, json!({"status": "404", "detail": "none"}))
        } else {
            script::with_headers(404, "", "<html>")
        }
    })
    .await;
    let client = client(&server);
    assert_eq!(client.user(&"gone".into()).await.unwrap(), None);
    assert_eq!(client.group(&"gone".into()).await.unwrap(), None);
    let error = client.user(&"u".into()).await.unwrap_err();
    assert_eq!(error.code(), Code::UnexpectedAnswer);
    assert!(client.delete_user(&"u".into()).await.is_err());
    client.delete_user(&"gone".into()).await.unwrap();
}

#[tokio::test]
async fn searches_are_checked() {
    let server = Script::serve(|_, request| {
        let user = |id: &str, email: &str| json!({"id": id, "userName": email});
        match request.query("filter") {
            Some("userName%20eq%20%22nobody%40campus.example%22") => script::json(
                404,
                json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"]}),
            ),
            Some("userName%20eq%20%22zoe%CC%88%40campus.example%22") => list(
                2,
                [
                    user("1", "ZOË@campus.example"),
                    user("2", "zo@campus.example"),
                ],
            ),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let client = client(&server);
    assert!(
        client
            .find_users_by_email("nobody@campus.example")
            .await
            .unwrap()
            .is_empty()
    );
    let found = client
        .find_users_by_email("zoe\u{308}@campus.example")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id.as_str(), "1");
}

#[tokio::test]
async fn a_wrong_address_is_never_an_empty_search() {
    let server = Script::serve(|count, _| match count {
        0 => script::json(404, json!({})),
        1 => script::json(404, ""),
        2 => script::json(404, json!({"detail": "Not Found"})),
        3 => script::json(404, json!({"status": 404, "error": "Not Found"})),
        _ => script::json(404, json!({"status": "404", "detail": "nobody"})),
    })
    .await;
    let client = client(&server);
    for _ in 0..4 {
        let error = client.find_users_by_external_id("S1").await.unwrap_err();
        assert_eq!(error.code(), Code::UnexpectedAnswer);
        assert!(error.to_string().contains("check the SCIM address"));
    }
    let found = client.find_users_by_external_id("S1").await;
    assert!(found.unwrap().is_empty());
}

#[tokio::test]
async fn groups_without_members_in_the_list_are_read_by_themselves() {
    let server = Script::serve(|_, request| {
        let group = |id: &str| json!({"id": id, "displayName": id});
        match request.target.split(['?', '/']).nth(3) {
            None | Some("") => panic!("{}", request.target),
            Some(id) if !id.contains('=') => match id {
                "a" => script::json(200, json!({"id": "a", "members": [{"value": "u1"}]})),
                "b" => script::json(200, json!({"id": "b"})),
                _ => script::json(404, ""),
            },
            Some(_) => list(
                4,
                [
                    group("a"),
                    group("b"),
                    group("deleted"),
                    json!({"id": "d", "displayName": "d", "members": [{"value": "u2"}]}),
                ],
            ),
        }
    })
    .await;
    let client = client(&server);
    let listing = client.groups().await.unwrap();
    let members: Vec<(&str, Option<usize>)> = listing
        .items
        .iter()
        .map(|group: &GroupListing| (group.name.as_str(), group.members.as_ref().map(Vec::len)))
        .collect();
    assert_eq!(members, [("a", Some(1)), ("b", Some(0)), ("d", Some(1))]);
    let counts = client.requests();
    assert_eq!(counts.len(), 2);
    assert_eq!(
        (counts[1].endpoint.as_str(), counts[1].sent),
        ("GET /Groups/{id}", 3)
    );
}

#[tokio::test]
async fn a_directory_has_both_and_says_which_is_partial() {
    let server = Script::serve(|_, request| {
        if request.is("GET", "/scim/Users") {
            page(request, 3, 10)
        } else {
            let group = json!({"id": "g", "displayName": "G", "members": [{"value": "2"}]});
            list(2, [group, json!({"displayName": "H"})])
        }
    })
    .await;
    let directory = client(&server).directory(&|_, _| {}).await.unwrap();
    assert_eq!(directory.groups[0].members.as_ref().unwrap().users, [1]);
    let why = "groups: 1 of them came without an id; the server counts 2, but 1 came";
    assert_eq!(
        directory.completeness,
        Completeness::Partial(why.to_owned())
    );
}
