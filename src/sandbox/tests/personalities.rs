//! Each switch of the personality.

use super::*;

#[test]
fn personalities_that_change_what_answers_show() {
    let hugo = "externalId eq \"atrium:S1000016\"";
    let world = World::new("external-id-hidden");
    let found = world.find(hugo);
    assert_eq!(found["totalResults"], 1, "hidden, yet known");
    assert!(found["Resources"][0].get("externalId").is_none());
    let id = found["Resources"][0]["id"].as_str().unwrap();
    let put = world.scim(
        "PUT",
        &format!("/Users/{id}"),
        json!({"userName": "hugo.lindqvist@campus.example"}),
    );
    assert_eq!(put.status, 200);
    assert_eq!(
        world.find(hugo)["totalResults"],
        1,
        "a client that cannot see it does not lose it"
    );

    let world = World::new("active-missing");
    assert!(world.find(hugo)["Resources"][0].get("active").is_none());
    let world = World::new("numbers-as-strings");
    assert_eq!(world.find(hugo)["totalResults"], "1");
    let world = World::new("flat-enterprise");
    let user = world.find(hugo)["Resources"][0].clone();
    assert_eq!(user["employeeNumber"], "S1000016");
    assert!(user.get(command::ENTERPRISE).is_none());

    let world = World::new("groups-without-external-id");
    let reply = world.scim(
        "POST",
        "/Groups",
        json!({"displayName": "G", "externalId": "atrium-group:1"}),
    );
    assert!(reply.body.get("externalId").is_none());
    assert_eq!(
        world.get("/Groups?filter=externalId+eq+%22atrium-group:1%22")["totalResults"],
        0
    );

    let world = World::new("normalised-values");
    let reply = world.scim(
        "POST",
        "/Users",
        json!({"userName": "n@campus.example", "name": {"givenName": " Ada "}, "phoneNumbers": [{"value": "+1 (650) 555-0000"}]}),
    );
    assert_eq!(reply.body["phoneNumbers"][0]["value"], "+16505550000");
    assert_eq!(reply.body["name"]["givenName"], "Ada");
}

#[test]
fn personalities_that_change_lists() {
    let world = World::new("members-hidden,natives-hidden");
    assert!(
        world.get("/Groups")["Resources"][0]
            .get("members")
            .is_none()
    );
    let id = world.get("/Groups")["Resources"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(world.member_ids(&id).len(), 7);
    let world = World::new("members-bare");
    assert!(
        world.get("/Groups")["Resources"][0]["members"][0]
            .get("display")
            .is_none()
    );

    let world = World::new("members-capped,lists-unpaged");
    let ids: Vec<String> = (0..120)
        .map(|number| world.user(&format!("m{number}")))
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = world.group("Many", &ids);
    assert_eq!(world.member_ids(&group).len(), 100);
    let list = world.get("/Users?startIndex=50&count=3");
    assert_eq!(list["itemsPerPage"], list["totalResults"]);
    assert!(list["totalResults"].as_u64().unwrap() > 120);

    let world = World::new("pages-for-ever");
    let first = world.get("/Users?startIndex=1&count=3");
    let later = world.get("/Users?startIndex=4&count=3");
    assert_eq!(first, later);
    assert_eq!(first["totalResults"], 1_000_000);
}

#[test]
fn with_late_visibility_a_new_user_is_listed_only_later() {
    let world = World::new("late-visibility");
    let id = world.user("late");
    assert_eq!(
        world.find("userName eq \"late@campus.example\"")["totalResults"],
        0
    );
    world.get(&format!("/Users/{id}"));
    for _ in 0..5 {
        world.get("/Users?count=0");
    }
    assert_eq!(
        world.find("userName eq \"late@campus.example\"")["totalResults"],
        1
    );
}

#[test]
fn with_delete_keeps_email_the_address_stays_taken_even_after_a_restart() {
    let mut world = World::new("delete-keeps-email");
    let id = world.user("gone");
    assert_eq!(
        world
            .scim("DELETE", &format!("/Users/{id}"), Value::Null)
            .status,
        204
    );
    world.restart();
    assert_eq!(
        world.find("userName eq \"gone@campus.example\"")["totalResults"],
        0
    );
    refused(
        &world.scim("POST", "/Users", json!({"userName": "Gone@campus.example"})),
        409,
        "uniqueness",
    );
}

#[test]
fn what_was_made_in_command_is_in_the_way_seen_or_not() {
    let world = World::new("natives-hidden");
    assert_eq!(
        world.find("userName eq \"dana.whitfield@campus.example\"")["totalResults"],
        0
    );
    let body = json!({"userName": "dana.whitfield@campus.example"});
    refused(
        &world.scim("POST", "/Users", body.clone()),
        409,
        "uniqueness",
    );
    refused(
        &world.scim("POST", "/Groups", json!({"displayName": "security desk"})),
        409,
        "uniqueness",
    );
    assert_eq!(world.get("/Groups")["totalResults"], 1);

    let world = World::new("");
    let native =
        world.find("userName eq \"dana.whitfield@campus.example\"")["Resources"][0]["id"].clone();
    let native = native.as_str().unwrap();
    let title = json!([{"op": "add", "path": "title", "value": "x"}]);
    assert_eq!(world.patch(&format!("/Users/{native}"), title).status, 403);
    assert_eq!(world.get("/Groups")["totalResults"], 4);
    let reply = world.scim(
        "POST",
        "/Groups",
        json!({"displayName": "G", "members": [{"value": native}]}),
    );
    refused(&reply, 400, "invalidValue");

    let world = World::new("native-email-adopts");
    let adopted = world.scim("POST", "/Users", body);
    assert_eq!(adopted.status, 201);
    assert_eq!(adopted.body["id"], native, "the record is the same one");
    assert_eq!(world.find("userName sw \"dana\"")["totalResults"], 1);
}

#[test]
fn a_changed_user_name_is_ignored_accepted_or_refused() {
    for (personality, status, expected) in [
        ("", 200, "x@campus.example"),
        ("username-accepted", 200, "y@campus.example"),
        ("username-refused", 400, "x@campus.example"),
    ] {
        let world = World::new(personality);
        let id = world.user("x");
        world.user("z");
        let route = format!("/Users/{id}");
        let change = |to: &str| {
            world.patch(
                &route,
                json!([{"op": "replace", "path": "userName", "value": to}]),
            )
        };
        assert_eq!(change("y@campus.example").status, status, "{personality}");
        assert_eq!(world.get(&route)["userName"], expected, "{personality}");
        if personality == "username-accepted" {
            refused(&change("z@campus.example"), 409, "uniqueness");
        }
    }
}

#[test]
fn deactivated_users_are_frozen() {
    let expectations = [("", 400), ("frozen-ignored", 200), ("frozen-accepted", 200)];
    for (personality, status) in expectations {
        let world = World::new(personality);
        let id = world.user("x");
        let other = world.user("y");
        let group = world.group("G", &[&id]);
        world.deactivate(&id);
        let route = format!("/Users/{id}");
        let title = json!([{"op": "replace", "path": "title", "value": "Dr"}]);
        let reply = world.patch(&route, title.clone());
        assert_eq!(reply.status, status, "{personality}");
        if status == 400 {
            refused(&reply, 400, "mutability");
            assert_eq!(reply.body["detail"], "User is deactivated");
        }
        let applied = personality == "frozen-accepted";
        assert_eq!(
            world.get(&route).get("title").is_some(),
            applied,
            "{personality}"
        );

        let remove = json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}]);
        let reply = world.patch(&format!("/Groups/{group}"), remove);
        assert_eq!(
            reply.status,
            if status == 400 { 400 } else { 204 },
            "{personality}"
        );
        assert_eq!(
            world.member_ids(&group).is_empty(),
            applied,
            "{personality}"
        );
        let add = json!([{"op": "add", "path": "members", "value": [{"value": other}]}]);
        assert_eq!(
            world.patch(&format!("/Groups/{group}"), add).status,
            204,
            "others still join"
        );

        // Asking for what is already so is no write; reactivating may come with changes.
        let same = json!([{"op": "replace", "path": "active", "value": false}]);
        assert_eq!(world.patch(&route, same).status, 200);
        let back = world.patch(
            &route,
            json!([{"op": "replace", "value": {"active": true, "title": "Dr"}}]),
        );
        assert_eq!(
            (back.status, &back.body["title"]),
            (200, &json!("Dr")),
            "{personality}"
        );
    }
}
