//! Writes that name a version, and claims that are not so.

use super::*;

/// A server with one user, "u", and one group, "g", each with a version, and somebody else who
/// writes, too.
#[derive(Clone)]
struct Stored {
    user: Value,
    group: Value,
    version: u64,
}

impl Stored {
    fn of(&mut self, request: &Received) -> &mut Value {
        if request.target.contains("/Users") {
            &mut self.user
        } else {
            &mut self.group
        }
    }

    fn shown(&mut self, request: &Received) -> Value {
        let version = format!("W/\"{}\"", self.version);
        let mut shown = self.of(request).clone();
        shown["meta"] = json!({"version": version});
        shown
    }
}

/// What somebody else does when a request comes, given its number; and what is answered in the
/// server's place.
type Other = fn(usize, &Received, &mut Stored) -> Option<Reply>;

fn if_match(request: &Received) -> Option<String> {
    let lines = request.head.lines();
    let (_, value) = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("if-match"))?;
    Some(value.to_owned())
}

async fn versioned(config: Value, other: Other) -> Script {
    let stored = Mutex::new(Stored {
        user: json!({"id": "u", "userName": "u@campus.example", "active": true,
            "externalId": "atrium:7", "title": "Old"}),
        group: json!({"id": "g", "displayName": "G", "members": [{"value": "a"}]}),
        version: 1,
    });
    Script::serve(move |number, request| {
        let mut stored = stored.lock().unwrap();
        if request.target.ends_with("Config") {
            return script::json(200, &config);
        }
        if let Some(reply) = other(number, request, &mut stored) {
            return reply;
        }
        let shown = stored.shown(request);
        if request.target.contains('?') {
            return list(1, [shown]);
        }
        if request.method == "GET" {
            return script::json(200, shown);
        }
        let named = if_match(request);
        if named.is_some_and(|named| shown["meta"]["version"] != named) {
            return script::json(412, json!({"status": "412"}));
        }
        let body: Value = serde_json::from_str(&request.body).unwrap();
        match body["Operations"].as_array() {
            None => *stored.of(request) = body,
            Some(operations) => {
                for operation in operations {
                    if let Some(path) = operation["path"].as_str() {
                        stored.of(request)[path] = operation["value"].clone();
                    }
                }
            }
        }
        stored.version += 1;
        script::with_headers(204, "", "")
    })
    .await
}

/// The calls but for the list and the question for claims, each with the version that it named.
fn calls(server: &Script) -> String {
    let received = server.received();
    let calls = received
        .iter()
        .filter(|request| !request.target.contains('?') && !request.target.ends_with("Config"))
        .map(|request| match if_match(request) {
            Some(version) => format!("{} {}", request.method, version),
            None => request.method.clone(),
        });
    calls.collect::<Vec<_>>().join(", ")
}

fn titled(title: &str) -> UserChanges {
    UserChanges {
        fields: vec![(Field::Title, title.into())],
        active: None,
    }
}

/// Reads the list, then writes a title. Returns how it went, and the calls.
async fn write_a_title(other: Other) -> (Result<(), Code>, String) {
    let server = versioned(json!({"etag": {"supported": true}}), other).await;
    let client = client(&server);
    users(&client).await.unwrap();
    let result = client.update_user(&"u".into(), &titled("New")).await;
    (result.map_err(|error| error.code()), calls(&server))
}

/// Number of the first write: after the list and the question for claims.
const FIRST_WRITE: usize = 2;

#[tokio::test]
async fn a_patch_names_what_it_was_decided_on() {
    let cases: [(&str, Other, Result<(), Code>, &str); 7] = [
        (
            "nobody else writes",
            |_, _, _| None,
            Ok(()),
            "PATCH W/\"1\"",
        ),
        (
            "somebody else changed another field",
            |number, _, stored| {
                if number == FIRST_WRITE {
                    stored.user["department"] = json!("Maths");
                    stored.version += 1;
                }
                None
            },
            Ok(()),
            "PATCH W/\"1\", GET, PATCH W/\"2\"",
        ),
        (
            "another client took the user over",
            |number, _, stored| {
                if number == FIRST_WRITE {
                    stored.user["externalId"] = json!("okta");
                    stored.version += 1;
                }
                None
            },
            Err(Code::ChangedMeanwhile),
            "PATCH W/\"1\", GET",
        ),
        (
            "somebody closed the user by hand",
            |number, _, stored| {
                if number == FIRST_WRITE {
                    stored.user["active"] = json!(false);
                    stored.version += 1;
                }
                None
            },
            Err(Code::ChangedMeanwhile),
            "PATCH W/\"1\", GET",
        ),
        (
            "the answer of the first try was lost",
            |number, _, stored| {
                (number == FIRST_WRITE).then(|| {
                    stored.user["title"] = json!("New");
                    stored.version += 1;
                    Reply::Cut
                })
            },
            Ok(()),
            "PATCH W/\"1\", PATCH W/\"1\", GET",
        ),
        (
            "it changes all the time",
            |_, request, stored| {
                if request.method == "PATCH" {
                    stored.version += 1;
                }
                None
            },
            Err(Code::ChangedMeanwhile),
            "PATCH W/\"1\", GET, PATCH W/\"2\", GET",
        ),
        (
            "the user is gone",
            |number, _, _| match number {
                FIRST_WRITE => Some(script::json(412, "")),
                0 | 1 => None,
                _ => Some(script::json(404, "")),
            },
            Err(Code::NotFound),
            "PATCH W/\"1\", GET, GET",
        ),
    ];
    for (what, other, result, expected) in cases {
        let (got, calls) = write_a_title(other).await;
        assert_eq!((got, calls.as_str()), (result, expected), "{what}");
    }
}

#[tokio::test]
async fn versions_that_are_compared_wrongly_are_given_up() {
    let server = versioned(json!({}), |_, request, _| {
        if_match(request).map(|_| script::json(412, ""))
    })
    .await;
    let client = client(&server);
    users(&client).await.unwrap();
    for title in ["One", "Two"] {
        client
            .update_user(&"u".into(), &titled(title))
            .await
            .unwrap();
    }
    let expected = "PATCH W/\"1\", GET, PATCH W/\"1\", GET, PATCH, PATCH";
    assert_eq!(calls(&server), expected);
}

#[tokio::test]
async fn no_version_is_named_where_it_is_of_no_use() {
    for (config, expected) in [
        (json!({"etag": {"supported": false}}), "PATCH"),
        (json!({"etag": {"supported": "true"}}), "PATCH W/\"1\""),
        (json!({"etag": "yes"}), "PATCH W/\"1\""),
    ] {
        let server = versioned(config.clone(), |_, _, _| None).await;
        let client = client(&server);
        users(&client).await.unwrap();
        let title = titled("New");
        client.update_user(&"u".into(), &title).await.unwrap();
        assert_eq!(calls(&server), expected, "{config}");
        // What the write made of the version was not told.
        client.update_user(&"u".into(), &title).await.unwrap();
        assert_eq!(calls(&server), format!("{expected}, PATCH"), "{config}");
        // What others add to a group stays, whatever the version.
        client.group(&"g".into()).await.unwrap();
        client.rename_group(&"g".into(), "H").await.unwrap();
        assert!(calls(&server).ends_with("GET, PATCH"));
    }
}

#[tokio::test]
async fn a_version_that_is_required_is_read_first() {
    let server = versioned(json!({"etag": {"supported": false}}), |_, request, _| {
        let is_bare = request.method != "GET" && if_match(request).is_none();
        is_bare.then(|| script::json(428, ""))
    })
    .await;
    let client = client(&server);
    for name in ["H", "I"] {
        client.rename_group(&"g".into(), name).await.unwrap();
    }
    let title = titled("New");
    client.update_user(&"u".into(), &title).await.unwrap();
    let expected = "PATCH, GET, PATCH W/\"1\", GET, PATCH W/\"2\", GET, PATCH W/\"3\"";
    assert_eq!(calls(&server), expected);

    // A server that gives no version to name can't be written.
    let server = Script::serve(|_, request| match request.method.as_str() {
        "GET" => script::json(200, json!({"id": "u"})),
        _ => script::json(428, json!({"detail": "If-Match is missing"})),
    })
    .await;
    let error = super::client(&server)
        .update_user(&"u".into(), &title)
        .await;
    let text = "PATCH /Users/u: refused (428): If-Match is missing";
    assert_eq!(error.unwrap_err().to_string(), text);
    assert!(server.calls().len() <= 5);
}

#[tokio::test]
async fn a_put_does_not_undo_what_somebody_else_wrote() {
    let server = versioned(json!({}), |_, request, stored| {
        if request.method == "PUT" && stored.version == 1 {
            stored.group["members"] = json!([{"value": "a"}, {"value": "theirs"}]);
            stored.version = 2;
        }
        None
    })
    .await;
    let fixed = ScimSettings {
        dialect: Some(Dialect::Put),
        ..settings()
    };
    let client = client_with(&server, fixed);
    let group: GroupId = "g".into();
    client.add_members(&group, &["b".into()]).await.unwrap();
    assert!(calls(&server).starts_with("GET, PUT W/\"1\", GET, PUT W/\"2\""));
    let members = client
        .group(&group)
        .await
        .unwrap()
        .unwrap()
        .members
        .unwrap();
    assert_eq!(members, ["a".into(), "theirs".into(), "b".into()]);
}

/// What the server says of itself.
type Config = fn() -> Reply;

/// What the server says of itself is one thing, and what it does another.
#[tokio::test]
async fn claims_are_never_trusted_over_what_happens() {
    let page = || script::with_headers(200, "", "<html>sign in</html>");
    let cases: [(&str, Config, u16, u16, &str); 10] = [
        ("not there", || script::json(404, ""), 204, 200, "PATCH"),
        ("refused", || script::json(401, ""), 204, 200, "PATCH"),
        ("forbidden", || script::json(403, ""), 204, 200, "PATCH"),
        ("a web page", page, 204, 200, "PATCH"),
        ("empty", || script::json(200, json!({})), 204, 200, "PATCH"),
        (
            "a list",
            || script::json(200, json!([1])),
            204,
            200,
            "PATCH",
        ),
        (
            "a word",
            || script::json(200, json!({"patch": {"supported": "maybe"}})),
            501,
            200,
            "PATCH GET PUT",
        ),
        (
            "PATCH is claimed and not there",
            || script::json(200, json!({"patch": {"supported": true}})),
            405,
            200,
            "PATCH GET PUT",
        ),
        (
            "PATCH is denied and the only way",
            || script::json(200, json!({"patch": {"supported": false}})),
            204,
            405,
            "GET PUT PATCH",
        ),
        (
            "neither is there",
            || script::json(200, json!({"patch": {"supported": "FALSE"}})),
            501,
            501,
            "GET PUT PATCH",
        ),
    ];
    for (what, config, patch, put, expected) in cases {
        let server = Script::serve(move |_, request| match request.method.as_str() {
            _ if request.target.ends_with("Config") => config(),
            "GET" => script::json(200, json!({"id": "u", "userName": "u@campus.example"})),
            "PATCH" => script::json(patch, ""),
            _ => script::json(put, json!({"id": "u"})),
        })
        .await;
        let client = client(&server);
        let result = client.update_user(&"u".into(), &titled("New")).await;
        let is_possible = patch < 300 || put < 300;
        assert_eq!(result.is_ok(), is_possible, "{what}: {result:?}");
        let methods = || -> Vec<String> {
            let received = server.received();
            let asked = |request: &&Received| !request.target.ends_with("Config");
            let methods = received.iter().filter(asked);
            methods.map(|request| request.method.clone()).collect()
        };
        assert_eq!(methods().join(" "), expected, "{what}");
        if is_possible {
            // What was found out holds for the rest of the run.
            let before = methods().len();
            client
                .update_user(&"u".into(), &titled("Newer"))
                .await
                .unwrap();
            let again = methods()[before..].join(" ");
            assert_eq!(
                again,
                if patch < 300 { "PATCH" } else { "GET PUT" },
                "{what}"
            );
        }
    }
}
