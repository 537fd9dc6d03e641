//! Versions, and what ServiceProviderConfig claims.

use super::*;

/// What the server answers to a request for a user, with or without `If-Match`.
fn status_of(world: &World, method: &str, id: &str, version: Option<&str>) -> u16 {
    let bearer = format!("Bearer {}", world.token);
    let mut headers = vec![
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/scim+json"),
    ];
    headers.extend(version.map(|version| ("If-Match", version)));
    let body = match method {
        "PATCH" => json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "title", "value": version.unwrap_or("x")}],
        })
        .to_string(),
        "PUT" => json!({"userName": "v@campus.example"}).to_string(),
        _ => String::new(),
    };
    let route = format!("/scim/Users/{id}");
    let reply = world.send(method, &route, &headers, body.as_bytes());
    reply.unwrap().status
}

#[test]
fn versions_are_heeded_where_there_are_any() {
    for (personality, without, stale, fresh) in [
        ("", 200, 200, None),
        ("etags", 200, 412, Some(200)),
        ("etags-required", 428, 412, Some(200)),
    ] {
        let world = World::new(personality);
        let id = world.user("v");
        let version = || {
            let user = world.get(&format!("/Users/{id}"));
            user["meta"]["version"].as_str().map(str::to_owned)
        };
        for method in ["PATCH", "PUT"] {
            assert_eq!(
                status_of(&world, method, &id, None),
                without,
                "{personality}"
            );
            let status = status_of(&world, method, &id, Some("W/\"0\""));
            assert_eq!(status, stale, "{personality} {method}");
            let status = version().map(|now| status_of(&world, method, &id, Some(&now)));
            assert_eq!(status, fresh, "{personality} {method}");
        }
        let listed = world.find("userName eq \"v@campus.example\"")["Resources"][0].clone();
        assert_eq!(listed["meta"]["version"].as_str(), version().as_deref());
        assert_eq!(status_of(&world, "DELETE", &id, None), 204, "{personality}");
    }
}

#[test]
fn an_etag_saves_sending_what_is_known_and_guards_a_deletion() {
    let world = World::new("etags");
    let id = world.user("etag");
    let bearer = format!("Bearer {}", world.token);
    let auth = ("Authorization", bearer.as_str());
    let route = format!("/scim/Users/{id}");
    let get = world.send("GET", &route, &[auth], b"").unwrap();
    let etag = get.body["meta"]["version"].as_str().unwrap().to_owned();
    let header = format!("etag: {}", etag.to_ascii_lowercase());
    assert!(get.head.contains(&header));
    let same = world.send("GET", &route, &[auth, ("If-None-Match", &etag)], b"");
    assert_eq!(same.unwrap().status, 304);
    assert_eq!(status_of(&world, "DELETE", &id, Some("W/\"0\"")), 412);
    assert_eq!(status_of(&world, "DELETE", &id, Some(&etag)), 204);
}

#[test]
fn what_is_claimed_is_so_or_with_discovery_wrong_never() {
    for personality in [
        "",
        "put-only",
        "etags",
        "cursor-paging",
        "cursor-on-request",
    ] {
        let claims = |personality: &str| {
            let config = World::new(personality).get("/ServiceProviderConfig");
            [
                "/patch/supported",
                "/etag/supported",
                "/pagination/cursor",
                "/pagination/index",
            ]
            .map(|place| config.pointer(place).and_then(Value::as_bool).unwrap())
        };
        let right = claims(personality);
        let by_cursor = personality.starts_with("cursor");
        let expected = [
            personality != "put-only",
            personality == "etags",
            by_cursor,
            !by_cursor,
        ];
        assert_eq!(right, expected, "{personality}");
        let wrong = claims(&format!("{personality},discovery-wrong"));
        assert_eq!(wrong, right.map(|claim| !claim), "{personality}");
    }
}
