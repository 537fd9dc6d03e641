//! Creating, changing and deleting, in both dialects, exactly once.

use super::*;

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

#[tokio::test]
async fn a_refused_change_of_what_command_made_is_told_apart() {
    let server = Script::serve(|_, _| script::json(403, json!({"detail": "not for SCIM"}))).await;
    let client = client(&server);
    let changes = UserChanges {
        fields: Vec::new(),
        active: Some(false),
    };
    let user = client.update_user(&"u1".into(), &changes).await;
    assert_eq!(user.unwrap_err().code(), Code::NotOverScim);
    let group = client.rename_group(&"g1".into(), "Labs").await;
    assert_eq!(group.unwrap_err().code(), Code::NativeGroup);
    let body = json!({"detail": "member u1 is no user that SCIM manages"});
    let server = Script::serve(move |_, _| script::json(400, &body)).await;
    let join = super::client(&server)
        .add_members(&"g1".into(), &["u1".into()])
        .await;
    assert_eq!(join.unwrap_err().code(), Code::NotOverScim);
}
