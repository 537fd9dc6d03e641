//! The client against a server that plays its part, and its faults, by a script.

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
    let number = |name| request.query(name).unwrap().parse::<u64>().unwrap();
    let (start, count) = (number("startIndex"), number("count").min(cap));
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
        Some("1") => list(300, (0..100).map(resource)),
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
async fn a_refused_token_is_told_and_not_shown() {
    let said = format!("Bearer {TOKEN} is dead");
    for (status, body, code) in [
        (401, json!({"detail": said}), Code::SignInRefused),
        (403, json!({"detail": said}), Code::SignInRefused),
        (400, json!({"detail": said}), Code::RefusedByCommand),
        (500, json!({"detail": said}), Code::Unavailable),
    ] {
        let server = Script::serve(move |_, _| script::json(status, &body)).await;
        let client = client(&server);
        let error = users(&client).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains("•••• is dead"), "{error}");
        let shown = format!("{error} {error:?} {client:?} {:?}", settings());
        assert!(!shown.contains(TOKEN), "{shown}");
        let head = server.received()[0].head.to_ascii_lowercase();
        assert!(head.contains(&format!("authorization: bearer {TOKEN}\r\n")));
        assert!(head.contains("accept: application/scim+json, application/json;q=0.9\r\n"));
    }
}

#[tokio::test]
async fn a_forbidden_write_is_refused_if_the_server_says_why() {
    for (body, code) in [
        (
            json!({"detail": "User is managed, cannot modify"}),
            Code::RefusedByCommand,
        ),
        (json!({"detail": "User is deactivated"}), Code::Frozen),
        (
            json!({"detail": "the domain is not allowed"}),
            Code::EmailOutsideDomains,
        ),
        (json!(""), Code::RefusedByCommand),
    ] {
        let server = Script::serve(move |_, _| script::json(403, &body)).await;
        let error = client(&server)
            .create_user("atrium:007", &ada())
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    let server = Script::serve(|_, _| script::json(403, "")).await;
    let error = client(&server)
        .create_user("atrium:007", &ada())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::SignInRefused);
}

#[test]
fn tokens_that_cannot_be_sent() {
    for token in ["", "Bearer ", "two lines", "two\nlines", "nul\0", "é"] {
        let secret = Secret::new(token, Origin::Environment("ATRIUMCTL_SCIM_TOKEN"));
        let error = ScimClient::new("https://scim.example", secret, settings()).unwrap_err();
        assert!(
            error.to_string().contains("ATRIUMCTL_SCIM_TOKEN"),
            "{error}"
        );
        assert!(!error.to_string().contains("lines"));
    }
}

#[tokio::test]
async fn a_token_pasted_with_its_scheme_is_sent_once() {
    let server = Script::serve(|_, request| page(request, 0, 1)).await;
    let token = Secret::new(&format!("bearer  {TOKEN}"), Origin::Sandbox);
    let client = ScimClient::new(&server.address, token, settings()).unwrap();
    users(&client).await.unwrap();
    let received = server.received();
    assert!(received[0].head.contains(&format!(": Bearer {TOKEN}\r\n")));
    assert!(received[0].target.starts_with("/Users?"));
}

#[tokio::test]
async fn a_redirect_gets_no_token() {
    let other = Script::serve(|_, request| page(request, 0, 1)).await;
    let location = format!("Location: {}/scim/Users\r\n", other.address);
    let server = Script::serve(move |_, _| script::with_headers(302, &location, "")).await;
    let error = users(&client(&server)).await.unwrap_err();
    assert_eq!(error.code(), Code::UnexpectedAnswer);
    assert!(
        error
            .to_string()
            .contains(&format!("a redirect to {}", other.address))
    );
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn ids_stay_in_their_place_in_the_path() {
    let server = Script::serve(|_, _| script::json(404, "")).await;
    let client = client(&server);
    for id in ["a/../b?c#d", "é %41", "...", "a b+c"] {
        assert_eq!(client.user(&id.into()).await.unwrap(), None);
    }
    assert_eq!(
        server.calls(),
        [
            "GET /scim/Users/a%2F..%2Fb%3Fc%23d",
            "GET /scim/Users/%C3%A9%20%2541",
            "GET /scim/Users/...",
            "GET /scim/Users/a%20b%2Bc",
        ]
    );
    for id in ["", ".", ".."] {
        assert!(client.user(&id.into()).await.is_err());
        assert!(client.delete_group(&id.into()).await.is_err());
    }
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn searches_are_checked() {
    let server = Script::serve(|_, request| {
        let user = |id: &str, email: &str| json!({"id": id, "userName": email});
        match request.query("filter") {
            Some("userName%20eq%20%22nobody%40campus.example%22") => script::json(404, json!({})),
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

#[tokio::test]
async fn a_create_is_sent_once_with_what_is_known() {
    let server = Script::serve(|_, _| script::json(201, json!({"id": 9, "active": "True"}))).await;
    let client = client(&server);
    let user = client.create_user("atrium:007", &ada()).await.unwrap();
    assert_eq!((user.id.as_str(), user.active), ("9", Some(true)));
    let request = &server.received()[0];
    assert!(
        request
            .head
            .to_ascii_lowercase()
            .contains("content-type: application/scim+json\r\n")
    );
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body, wire::new_user("atrium:007", &ada()));
    assert_eq!(server.calls(), ["POST /scim/Users"]);
    let group = client.create_group("atrium:g", "Labs").await.unwrap();
    assert_eq!(group.members, Some(vec![]));
}

/// How a create goes: what the server answers to each POST, what a search finds, and the calls
/// that are made of it.
async fn create(posts: &'static [u16], found: Value) -> (Result<UserId, Code>, String) {
    let count = Mutex::new(0);
    let server = Script::serve(move |_, request| {
        if request.method == "GET" {
            return match &found {
                Value::Null => script::json(500, ""),
                Value::Bool(_) => list(0, []),
                found => list(1, [found.clone()]),
            };
        }
        let mut count = count.lock().unwrap();
        *count += 1;
        match posts[*count - 1] {
            0 => Reply::Cut,
            201 => script::json(201, json!({"id": "new"})),
            204 => script::with_headers(204, "", ""),
            200 => script::with_headers(200, "", "<html>welcome</html>"),
            status => script::json(status, json!({"detail": "x"})),
        }
    })
    .await;
    let mut settings = settings();
    settings.http.max_retries = 0;
    let result = client_with(&server, settings)
        .create_user("atrium:007", &ada())
        .await;
    let calls: Vec<String> = server.received().iter().map(|r| r.method.clone()).collect();
    (
        result.map(|user| user.id).map_err(|error| error.code()),
        calls.join(" "),
    )
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_looked_up() {
    let user = |external_id: Value, number: &str| {
        json!({"id": "old", "userName": "ADA@campus.example", "externalId": external_id,
            ENTERPRISE: {"employeeNumber": number}})
    };
    let ours = user(json!("atrium:007"), "007");
    let hidden = user(json!(null), "007");
    let other = user(json!("okta"), "007");
    let stranger = user(json!(null), "008");
    for (posts, found, result, calls) in [
        (&[0][..], &ours, Ok("old"), "POST GET"),
        (&[500], &ours, Ok("old"), "POST GET"),
        (&[204], &ours, Ok("old"), "POST GET"),
        (&[200], &ours, Ok("old"), "POST GET"),
        (&[0], &hidden, Ok("old"), "POST GET"),
        (&[0, 201], &other, Ok("new"), "POST GET POST"),
        (&[0, 201], &stranger, Ok("new"), "POST GET POST"),
        (
            &[0, 0],
            &stranger,
            Err(Code::OutcomeUnknown),
            "POST GET POST GET",
        ),
        (
            &[0, 409],
            &other,
            Err(Code::HeldByInvisible),
            "POST GET POST GET",
        ),
        (
            &[0, 409],
            &json!(false),
            Err(Code::OutcomeUnknown),
            "POST GET POST GET",
        ),
        (&[409], &ours, Err(Code::HeldByInvisible), "POST"),
        (&[400], &ours, Err(Code::RefusedByCommand), "POST"),
        (&[0], &json!(null), Err(Code::OutcomeUnknown), "POST GET"),
    ] {
        let (got, made) = create(posts, found.clone()).await;
        assert_eq!(
            (got, made.as_str()),
            (result.map(UserId::from), calls),
            "{posts:?} {found}"
        );
    }
}

#[tokio::test]
async fn a_group_whose_creation_was_lost_is_looked_up_by_name() {
    let server = Script::serve(|number, _| match number {
        0 => Reply::Cut,
        _ => list(
            2,
            [
                json!({"id": "x", "displayName": "Labs", "externalId": "okta"}),
                json!({"id": "g", "displayName": "labs"}),
            ],
        ),
    })
    .await;
    let group = client(&server)
        .create_group("atrium:g", "Labs")
        .await
        .unwrap();
    assert_eq!(group.id, GroupId::from("g"));
    assert_eq!(server.calls().len(), 2);
}

fn deactivate() -> UserChanges {
    UserChanges {
        fields: Vec::new(),
        active: Some(false),
    }
}

#[tokio::test]
async fn the_dialect_is_asked_once_and_only_before_a_change() {
    let server = Script::serve(|_, request| match request.method.as_str() {
        "GET" if request.target.ends_with("/ServiceProviderConfig") => {
            script::json(200, json!({"patch": {"supported": true}}))
        }
        "GET" => page(request, 0, 1),
        _ => script::with_headers(204, "", ""),
    })
    .await;
    let client = client(&server);
    users(&client).await.unwrap();
    client.delete_user(&"u".into()).await.unwrap();
    client
        .update_user(&"u".into(), &UserChanges::default())
        .await
        .unwrap();
    client.add_members(&"g".into(), &[]).await.unwrap();
    assert_eq!(server.calls().len(), 2);
    let (group, a, b): (GroupId, UserId, UserId) = ("g".into(), "a".into(), "b".into());
    let (members, changes) = ([a.clone()], deactivate());
    tokio::try_join!(
        client.update_user(&a, &changes),
        client.update_user(&b, &changes),
        client.add_members(&group, &members),
        client.rename_group(&group, "x"),
    )
    .unwrap();
    let calls = server.calls();
    let probes = calls
        .iter()
        .filter(|call| call.ends_with("ServiceProviderConfig"));
    assert_eq!((probes.count(), calls.len()), (1, 7));
}

/// A server with one user and one group that takes `PUT`; `patch` is what it answers to `PATCH`,
/// and `config` what it says of itself.
async fn whole_writer(patch: u16, config: Value) -> Script {
    let user = Mutex::new(json!({"id": "u", "userName": "u@campus.example", "active": true}));
    let group = Mutex::new(json!({"id": "g", "displayName": "G", "members": [{"value": "a"}]}));
    Script::serve(move |_, request| {
        let stored = if request.target.ends_with("/u") {
            &user
        } else if request.target.ends_with("/g") {
            &group
        } else if request.target.ends_with("/ServiceProviderConfig") {
            return script::json(200, &config);
        } else {
            return script::json(404, "");
        };
        let mut stored = stored.lock().unwrap();
        match request.method.as_str() {
            "PATCH" => return script::json(patch, ""),
            "PUT" => *stored = serde_json::from_str(&request.body).unwrap(),
            _ => {}
        }
        script::json(200, &*stored)
    })
    .await
}

#[tokio::test]
async fn a_server_without_patch_gets_put() {
    let unknown = json!({});
    let without = json!({"Patch": {"Supported": "false"}});
    for (patch, config, patches) in [
        (405, &unknown, 1),
        (501, &unknown, 1),
        (404, &unknown, 1),
        (200, &without, 0),
    ] {
        let server = whole_writer(patch, config.clone()).await;
        let client = client(&server);
        let (user, group): (UserId, GroupId) = ("u".into(), "g".into());
        client.update_user(&user, &deactivate()).await.unwrap();
        client
            .add_members(&group, &["b".into(), "c".into()])
            .await
            .unwrap();
        client.remove_members(&group, &["a".into()]).await.unwrap();
        client.rename_group(&group, "H").await.unwrap();
        assert_eq!(
            client.user(&user).await.unwrap().unwrap().active,
            Some(false)
        );
        let read = client.group(&group).await.unwrap().unwrap();
        assert_eq!(read.name, "H");
        assert_eq!(read.members, Some(vec!["b".into(), "c".into()]));
        let calls = server.calls();
        assert_eq!(
            calls
                .iter()
                .filter(|call| call.starts_with("PATCH"))
                .count(),
            patches
        );
    }
}

#[tokio::test]
async fn a_missing_user_is_no_sign_of_a_missing_method() {
    let server = whole_writer(404, json!({})).await;
    let client = client(&server);
    let error = client
        .update_user(&"nobody".into(), &deactivate())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    let fixed = ScimSettings {
        dialect: Some(Dialect::Patch),
        ..settings()
    };
    let server = whole_writer(405, json!({})).await;
    let error = client_with(&server, fixed)
        .update_user(&"u".into(), &deactivate())
        .await;
    assert_eq!(error.unwrap_err().code(), Code::RefusedByCommand);
    assert_eq!(server.calls(), ["PATCH /scim/Users/u"]);
}

fn put_settings() -> ScimSettings {
    ScimSettings {
        dialect: Some(Dialect::Put),
        ..settings()
    }
}

#[tokio::test]
async fn a_group_without_members_is_not_written_whole_unless_it_has_none() {
    let reveal = AtomicBool::new(false);
    let server = Script::serve(move |_, request| {
        let with_members = json!({"id": "other", "displayName": "O", "members": []});
        if request.method == "POST" {
            reveal.store(true, Ordering::Relaxed);
        }
        match request.method.as_str() {
            "GET" if request.target.ends_with("other") => script::json(200, with_members),
            "PUT" => script::json(200, &request.body),
            _ => script::json(200, json!({"id": "g", "displayName": "G"})),
        }
    })
    .await;
    let group: GroupId = "g".into();
    let hidden = client_with(&server, put_settings());
    let error = hidden.add_members(&group, &["a".into()]).await.unwrap_err();
    assert_eq!(error.code(), Code::MembersUnread);
    assert!(!server.calls().iter().any(|call| call.starts_with("PUT")));
    // Another group came with members, so one without them has none.
    hidden.group(&"other".into()).await.unwrap();
    hidden.add_members(&group, &["a".into()]).await.unwrap();
    // One that was just made has none either.
    let maker = client_with(&server, put_settings());
    maker.create_group("atrium:g", "G").await.unwrap();
    maker.add_members(&group, &["a".into()]).await.unwrap();
}

#[tokio::test]
async fn lists_of_members_that_are_cut_short_are_noticed() {
    let members = Mutex::new(json!([{"value": "a"}, {"value": "b"}]));
    let server = Script::serve(move |_, request| {
        let mut members = members.lock().unwrap();
        if request.method == "PUT" {
            let body: Value = serde_json::from_str(&request.body).unwrap();
            *members = body["members"].clone();
            return script::with_headers(204, "", "");
        }
        let shown: Vec<Value> = members
            .as_array()
            .unwrap()
            .iter()
            .take(2)
            .cloned()
            .collect();
        script::json(
            200,
            json!({"id": "g", "displayName": "G", "members": shown}),
        )
    })
    .await;
    let client = client_with(&server, put_settings());
    let group: GroupId = "g".into();
    for _ in 0..2 {
        let error = client.add_members(&group, &["c".into()]).await.unwrap_err();
        assert_eq!(error.code(), Code::MembersCapped);
        assert_eq!(
            error.to_string(),
            "group g: 3 members were written, but 2 came back"
        );
    }
    let puts = server
        .calls()
        .iter()
        .filter(|call| call.starts_with("PUT"))
        .count();
    assert_eq!(puts, 1);
}

#[tokio::test]
async fn changes_are_repeated_after_a_lost_answer() {
    let server = Script::serve(|number, request| match (request.method.as_str(), number) {
        ("GET", _) => script::json(404, ""),
        (_, 1) => Reply::Cut,
        _ => script::with_headers(204, "", ""),
    })
    .await;
    let client = client(&server);
    let changes = UserChanges {
        fields: vec![(Field::LastName, "King".into())],
        active: None,
    };
    client.update_user(&"u".into(), &changes).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 3);
    assert_eq!(received[1].body, received[2].body);

    let server = Script::serve(|_, _| Reply::Cut).await;
    let fixed = ScimSettings {
        dialect: Some(Dialect::Patch),
        ..settings()
    };
    let error = client_with(&server, fixed)
        .update_user(&"u".into(), &changes)
        .await;
    assert_eq!(error.unwrap_err().code(), Code::OutcomeUnknown);
}

#[tokio::test]
async fn a_page_in_answer_to_a_write_is_no_success() {
    let server = Script::serve(|_, _| script::with_headers(200, "", "<html>sign in</html>")).await;
    let fixed = ScimSettings {
        dialect: Some(Dialect::Patch),
        ..settings()
    };
    let client = client_with(&server, fixed);
    for error in [
        client.update_user(&"u".into(), &deactivate()).await,
        client.delete_user(&"u".into()).await,
        client.add_members(&"g".into(), &["u".into()]).await,
    ] {
        assert_eq!(error.unwrap_err().code(), Code::UnexpectedAnswer);
    }
    // Sent again, a change is the same change; a creation must be looked for first.
    let error = client.create_user("atrium:007", &ada()).await.unwrap_err();
    assert_eq!(error.code(), Code::OutcomeUnknown);
    assert!(error.to_string().contains("sign in"), "{error}");
}

#[tokio::test]
async fn members_that_are_gone_do_not_stop_the_removal_of_others() {
    for (there, expected) in [(json!([{"value": "b"}, {"value": "z"}]), 4), (json!([]), 3)] {
        let server = Script::serve(move |_, request| match request.method.as_str() {
            "GET" if request.target.ends_with("Config") => script::json(404, ""),
            "GET" => script::json(200, json!({"id": "g", "members": there})),
            _ if request.body.contains(r#"\"a\""#) => {
                script::json(400, json!({"scimType": "noTarget", "status": "400"}))
            }
            _ => script::with_headers(204, "", ""),
        })
        .await;
        client(&server)
            .remove_members(&"g".into(), &["a".into(), "b".into()])
            .await
            .unwrap();
        assert_eq!(server.calls().len(), expected);
    }
}

#[tokio::test]
async fn calls_can_be_made_from_any_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let server = Script::serve(|_, request| page(request, 0, 1)).await;
    let client = client(&server);
    is_send(client.directory(&|_, _| {})).await.unwrap();
    drop(is_send(client.create_user("atrium:007", &ada())));
    drop(is_send(client.remove_members(&"g".into(), &[])));
    drop(is_send(client.update_user(&"u".into(), &deactivate())));
}
