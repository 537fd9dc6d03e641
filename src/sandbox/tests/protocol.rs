//! SCIM as the RFCs and Command's own rules have it.

use super::*;

#[test]
fn a_user_lives_from_post_to_delete() {
    let world = World::new("");
    let reply = world.scim(
        "POST",
        "/Users",
        json!({"userName": "Ada@campus.example", "externalId": "atrium:A1", "department": "Physics"}),
    );
    assert_eq!(reply.status, 201);
    let id = reply.body["id"].as_str().unwrap();
    assert!(reply.head.contains(&format!(
        "location: {}/users/{id}",
        world.running.as_ref().unwrap().scim_url()
    )));
    assert!(reply.head.contains("content-type: application/scim+json"));
    assert_eq!(reply.body["active"], true);
    assert_eq!(reply.body[command::ENTERPRISE]["department"], "Physics");
    assert_eq!(
        world.find("userName eq \"ADA@campus.example\"")["totalResults"],
        1
    );
    assert_eq!(
        world.find("externalId eq \"atrium:A1\"")["Resources"][0]["id"],
        id
    );

    let again = world.scim("POST", "/Users", json!({"userName": "ada@CAMPUS.example"}));
    refused(&again, 409, "uniqueness");

    let route = format!("/Users/{id}");
    let put = world.scim(
        "PUT",
        &route,
        json!({"userName": "Ada@campus.example", "title": "Dr"}),
    );
    assert_eq!((put.status, &put.body["title"]), (200, &json!("Dr")));
    assert!(put.body.get("externalId").is_none(), "PUT replaces");
    assert_eq!(world.scim("DELETE", &route, Value::Null).status, 204);
    assert_eq!(world.scim("GET", &route, Value::Null).status, 404);
    assert_eq!(world.scim("DELETE", &route, Value::Null).status, 404);
    assert_eq!(world.user("ada").len(), 36, "the email is free again");
}

#[test]
fn emails_outside_the_tokens_domains_are_refused_on_create_and_update() {
    let world = World::new("");
    let reply = world.scim("POST", "/Users", json!({"userName": "x@partner.example"}));
    refused(&reply, 400, "invalidValue");
    assert!(
        reply.body["detail"]
            .as_str()
            .unwrap()
            .contains("partner.example")
    );
    let route = format!("/Users/{}", world.user("x"));
    let body = json!({"userName": "x@partner.example"});
    refused(
        &world.scim("PUT", &route, body.clone()),
        400,
        "invalidValue",
    );
    refused(
        &world.patch(&route, json!([{"op": "replace", "value": body}])),
        400,
        "invalidValue",
    );
    for body in [
        json!({}),
        json!({"userName": ""}),
        json!({"userName": "no address"}),
    ] {
        refused(&world.scim("POST", "/Users", body), 400, "invalidValue");
    }
    let world = World::new("domains-unenforced");
    let reply = world.scim("POST", "/Users", json!({"userName": "x@partner.example"}));
    assert_eq!(reply.status, 201);
}

#[test]
fn patching_is_atomic() {
    let world = World::new("");
    let route = format!("/Users/{}", world.user("x"));
    let reply = world.patch(
        &route,
        json!([{"op": "add", "path": "title", "value": "Dr"}, {"op": "replace", "path": "shoe", "value": "4"}]),
    );
    refused(&reply, 400, "invalidPath");
    assert!(world.get(&route).get("title").is_none());
}

#[test]
fn group_members_change_in_every_form() {
    let world = World::new("");
    let ids: Vec<String> = ["a", "b", "c"].map(|local| world.user(local)).into();
    let group = world.group("Labs", &[&ids[0]]);
    let route = format!("/Groups/{group}");
    let value = |at: &[usize]| {
        Value::from(
            at.iter()
                .map(|at| json!({"value": ids[*at]}))
                .collect::<Vec<_>>(),
        )
    };
    let members = |expected: &[usize]| {
        let mut expected: Vec<String> = expected.iter().map(|at| ids[*at].clone()).collect();
        expected.sort();
        assert_eq!(world.member_ids(&group), expected);
    };
    let patch = |operations: Value| world.patch(&route, operations).status;
    assert_eq!(
        patch(json!([{"op": "add", "path": "members", "value": value(&[0, 1])}])),
        204
    );
    members(&[0, 1]);
    assert_eq!(
        patch(json!([{"op": "add", "value": {"members": value(&[2])}}])),
        204
    );
    members(&[0, 1, 2]);
    assert_eq!(
        patch(json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}])),
        204
    );
    members(&[1, 2]);
    assert_eq!(
        patch(json!([{"op": "remove", "path": "members", "value": value(&[1])}])),
        204
    );
    members(&[2]);
    assert_eq!(
        patch(json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}])),
        204
    );
    members(&[2]);
    assert_eq!(
        patch(json!([{"op": "replace", "path": "members", "value": value(&[0, 1])}])),
        204
    );
    members(&[0, 1]);
    assert_eq!(patch(json!([{"op": "remove", "path": "members"}])), 204);
    members(&[]);
    let put = world.scim(
        "PUT",
        &route,
        json!({"displayName": "Labs", "members": value(&[0, 2])}),
    );
    assert_eq!(put.status, 200);
    members(&[0, 2]);

    // Okta repeats the id when it renames.
    assert_eq!(
        patch(json!([{"op": "replace", "value": {"id": group, "displayName": "Labs 2"}}])),
        204
    );
    let shown = world.get(&route);
    assert_eq!(shown["displayName"], "Labs 2");
    assert!(
        shown["members"][0]["$ref"]
            .as_str()
            .unwrap()
            .contains("/scim/Users/")
    );
    let user = world.get(&format!("/Users/{}", ids[0]));
    assert_eq!(user["groups"][0]["display"], "Labs 2");
    let asked = world.patch(
        &format!("{route}?attributes=displayName"),
        json!([{"op": "add", "path": "members", "value": value(&[1])}]),
    );
    assert_eq!((asked.status, asked.body.get("members")), (200, None));

    let unknown = world.patch(
        &route,
        json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}]}]),
    );
    refused(&unknown, 400, "invalidValue");
    let rewrite = world.patch(
        &route,
        json!([{"op": "replace", "path": "members.value", "value": "x"}]),
    );
    refused(&rewrite, 400, "mutability");
    refused(
        &world.scim("POST", "/Groups", json!({"displayName": "LABS 2"})),
        409,
        "uniqueness",
    );
    assert_eq!(world.scim("DELETE", &route, Value::Null).status, 204);
    assert!(
        world
            .get(&format!("/Users/{}", ids[0]))
            .get("groups")
            .is_none()
    );
}

#[test]
fn lists_are_paged() {
    for (personality, page) in [("", 100), ("small-pages", 10)] {
        let world = World::new(personality);
        let before = world.get("/Users")["totalResults"].as_u64().unwrap();
        for number in 0..(105 - before) {
            world.user(&format!("u{number}"));
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut start = 1;
        loop {
            let list = world.get(&format!("/Users?startIndex={start}"));
            assert_eq!(
                (&list["totalResults"], &list["startIndex"]),
                (&json!(105), &json!(start))
            );
            let items = list["Resources"].as_array().unwrap();
            assert_eq!(list["itemsPerPage"], items.len());
            if items.is_empty() {
                break;
            }
            assert!(items.len() <= page);
            start += items.len();
            seen.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
        }
        assert_eq!(seen.len(), 105);
        let counts = [
            ("count=2", 2),
            ("count=0", 0),
            ("count=-5", 0),
            ("startIndex=-3&count=1", 1),
            ("startIndex=105", 1),
        ];
        for (query, expected) in counts {
            let list = world.get(&format!("/Users?{query}"));
            assert_eq!(list["itemsPerPage"], expected, "{query}");
        }
        refused(
            &world.scim("GET", "/Users?count=many", Value::Null),
            400,
            "invalidValue",
        );
        let descending = world.get("/Users?sortBy=userName&sortOrder=descending&count=5");
        let names: Vec<&str> = descending["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|u| u["userName"].as_str().unwrap())
            .collect();
        assert!(names.is_sorted_by(|a, b| a >= b), "{names:?}");
    }
}

#[test]
fn searches_and_projections() {
    let world = World::new("");
    let search = |route: &str, more: Value| {
        let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.scim("POST", route, body)
    };
    let found = search(
        "/Users/.search",
        json!({"filter": "userName sw \"hugo\"", "attributes": ["name.givenName"]}),
    );
    assert_eq!(found.status, 200);
    let user = &found.body["Resources"][0];
    assert_eq!(user["name"], json!({"givenName": "Hugo"}));
    assert!(user.get("id").is_some() && user.get("userName").is_none());
    let everything = search(
        "/.search",
        json!({"filter": "externalId sw \"atrium\"", "count": 50}),
    );
    assert_eq!(
        everything.body["totalResults"], 8,
        "seven users and a group"
    );
    let groups = search(
        "/Groups/.search",
        json!({"excludedAttributes": ["members"]}),
    );
    assert!(groups.body["Resources"][0].get("members").is_none());
    assert_eq!(search("/Users/.search", json!({"count": "5"})).status, 400);
    refused(
        &world.scim(
            "GET",
            "/Users?attributes=title&excludedAttributes=name",
            Value::Null,
        ),
        400,
        "invalidValue",
    );
    refused(
        &world.scim("GET", "/Users?filter=userName+is+1", Value::Null),
        400,
        "invalidFilter",
    );
    let only = world.get(&format!(
        "/Users?filter=externalId+pr&count=1&attributes={}",
        command::ENTERPRISE
    ));
    assert!(only["Resources"][0][command::ENTERPRISE]["employeeNumber"].is_string());
}

#[test]
fn the_protocol_is_kept() {
    let mut world = World::new("");
    let none = world.send("GET", "/scim/Users", &[], b"").unwrap();
    assert_eq!(none.status, 401);
    assert!(none.head.contains("www-authenticate: bearer"));
    assert_eq!(none.body["status"], "401");
    let bearer = format!("Bearer {}", world.token);
    let auth = ("Authorization", bearer.as_str());
    let status = |headers: &[(&str, &str)], body: &[u8]| {
        world
            .send("POST", "/scim/Users", headers, body)
            .unwrap()
            .status
    };
    assert_eq!(status(&[auth, ("Content-Type", "text/plain")], b"{}"), 415);
    assert_eq!(
        status(
            &[auth, ("Content-Type", "application/json; charset=utf-8")],
            b"{"
        ),
        400
    );
    assert_eq!(
        status(&[auth, ("Content-Type", "application/json")], b"[]"),
        400
    );
    assert_eq!(status(&[auth, ("Accept", "text/html")], b""), 406);
    assert_eq!(
        status(
            &[auth, ("Content-Type", "application/json")],
            &vec![b' '; (1 << 20) + 1]
        ),
        413
    );
    assert_eq!(world.scim("PATCH", "/Users", json!({})).status, 405);
    assert!(
        world
            .scim("PATCH", "/Users", json!({}))
            .head
            .contains("allow: get, post")
    );
    assert_eq!(world.scim("GET", "/Nothing", Value::Null).status, 404);
    assert_eq!(world.scim("POST", "/Bulk", json!({})).status, 501);

    let old = world.token.clone();
    world.token = refresh_token(world.path()).unwrap();
    assert_ne!(old, world.token);
    assert_eq!(world.token.len(), 72);
    world.get("/Users");
    world.token = old;
    assert_eq!(
        world.scim("GET", "/Users", Value::Null).status,
        401,
        "the old token is dead at once"
    );
}

#[test]
fn discovery_tells_the_truth() {
    let world = World::new("");
    let config = world.get("/ServiceProviderConfig");
    assert_eq!(config["patch"]["supported"], true);
    assert_eq!(config["bulk"]["supported"], false);
    assert_eq!(config["filter"]["maxResults"], 100);
    let types = world.get("/ResourceTypes");
    assert_eq!(
        types["Resources"][0]["schemaExtensions"][0]["schema"],
        command::ENTERPRISE
    );
    let user = world.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");
    let names: Vec<&str> = user["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"userName") && !names.contains(&"password"));
    assert_eq!(
        world
            .scim("GET", "/Schemas?filter=id+pr", Value::Null)
            .status,
        403
    );
    assert_eq!(world.scim("GET", "/Schemas/none", Value::Null).status, 404);
    assert_eq!(world.scim("POST", "/Schemas", json!({})).status, 405);

    let world = World::new("no-discovery");
    assert_eq!(
        world
            .scim("GET", "/ServiceProviderConfig", Value::Null)
            .status,
        404
    );
    let world = World::new("filter-unsupported");
    assert_eq!(
        world.get("/ServiceProviderConfig")["filter"]["supported"],
        false
    );
    refused(
        &world.scim("GET", "/Users?filter=title+pr", Value::Null),
        400,
        "invalidFilter",
    );
    let world = World::new("put-only");
    assert_eq!(
        world.get("/ServiceProviderConfig")["patch"]["supported"],
        false
    );
    let id = world.user("x");
    assert_eq!(
        world
            .patch(
                &format!("/Users/{id}"),
                json!([{"op": "remove", "path": "title"}])
            )
            .status,
        501
    );
    let put = json!({"userName": "x@campus.example", "active": false});
    assert_eq!(
        world.scim("PUT", &format!("/Users/{id}"), put).body["active"],
        false
    );
}
