//! The sandbox over real HTTP, as its clients meet it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use super::*;

/// A world in a folder of its own, served.
struct World {
    dir: tempfile::TempDir,
    running: Option<Running>,
    token: String,
}

struct Reply {
    status: u16,
    head: String,
    body: Value,
}

impl World {
    fn new(personality: &str) -> World {
        Self::with(personality, Faults::default())
    }

    fn with(personality: &str, faults: Faults) -> World {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.people = 60;
        settings.personality = personality.parse().unwrap();
        settings.faults = faults;
        let running = start(&settings).unwrap();
        let token = scim_token(dir.path()).unwrap();
        World {
            dir,
            running: Some(running),
            token,
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn restart(&mut self) {
        self.running = None;
        self.running = Some(start(&Settings::new(self.path())).unwrap());
    }

    fn send(
        &self,
        method: &str,
        route: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        let url = self.running.as_ref().unwrap().base_url();
        let host = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        let mut head =
            format!("{method} {route} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: serde_json::from_str(body).unwrap_or(Value::Null),
        })
    }

    fn try_scim(&self, method: &str, route: &str, body: &Value) -> io::Result<Reply> {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/scim+json"),
        ];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &format!("/scim{route}"), &headers, body.as_bytes())
    }

    fn scim(&self, method: &str, route: &str, body: Value) -> Reply {
        self.try_scim(method, route, &body).unwrap()
    }

    fn get(&self, route: &str) -> Value {
        let reply = self.scim("GET", route, Value::Null);
        assert_eq!(reply.status, 200, "{route}: {}", reply.body);
        reply.body
    }

    /// Makes a user and returns the id.
    fn user(&self, local: &str) -> String {
        let reply = self.scim(
            "POST",
            "/Users",
            json!({"userName": format!("{local}@campus.example")}),
        );
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let reply = self.scim(
            "POST",
            "/Groups",
            json!({"displayName": name, "members": members}),
        );
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body["id"].as_str().unwrap().to_owned()
    }

    fn patch(&self, route: &str, operations: Value) -> Reply {
        let urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        self.scim(
            "PATCH",
            route,
            json!({"schemas": [urn], "Operations": operations}),
        )
    }

    fn deactivate(&self, id: &str) {
        let reply = self.patch(
            &format!("/Users/{id}"),
            json!([{"op": "replace", "value": {"active": false}}]),
        );
        assert_eq!((reply.status, &reply.body["active"]), (200, &json!(false)));
    }

    fn member_ids(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}"));
        let members = group["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect()
    }

    fn find(&self, filter: &str) -> Value {
        self.get(&format!(
            "/Users?filter={}",
            filter.replace(' ', "%20").replace('"', "%22")
        ))
    }
}

fn refused(reply: &Reply, status: u16, scim_type: &str) {
    assert_eq!(
        (reply.status, &reply.body["scimType"]),
        (status, &json!(scim_type)),
        "{}",
        reply.body
    );
    assert_eq!(reply.body["status"], status.to_string());
}

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
fn what_was_made_in_command_is_in_the_way_but_not_to_be_seen() {
    let world = World::new("");
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

    let world = World::new("natives-listed");
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
    assert_eq!(everything.body["totalResults"], 7, "six users and a group");
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
        "/Users?count=1&attributes={}",
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

    let id = world.user("etag");
    let route = format!("/scim/Users/{id}");
    let get = world.send("GET", &route, &[auth], b"").unwrap();
    let etag = get.body["meta"]["version"].as_str().unwrap().to_owned();
    assert!(
        get.head
            .contains(&format!("etag: {}", etag.to_ascii_lowercase()))
    );
    assert_eq!(
        world
            .send("GET", &route, &[auth, ("If-None-Match", &etag)], b"")
            .unwrap()
            .status,
        304
    );
    assert_eq!(
        world
            .send("DELETE", &route, &[auth, ("If-Match", "W/\"0\"")], b"")
            .unwrap()
            .status,
        412
    );
    assert_eq!(
        world
            .send("DELETE", &route, &[auth, ("If-Match", &etag)], b"")
            .unwrap()
            .status,
        204
    );

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
    let world = World::new("members-hidden");
    assert!(
        world.get("/Groups")["Resources"][0]
            .get("members")
            .is_none()
    );
    let id = world.get("/Groups")["Resources"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(world.member_ids(&id).len(), 6);
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
fn a_restart_loses_nothing() {
    let mut world = World::new("");
    let id = world.user("kept");
    let group = world.group("Kept", &[&id]);
    world.deactivate(&id);
    let gone = world.user("gone");
    world.scim("DELETE", &format!("/Users/{gone}"), Value::Null);
    let strip = |mut list: Value| {
        let text = list["Resources"].take().to_string();
        let port = text
            .find("127.0.0.1:")
            .map(|at| text[at..].split('/').next().unwrap().to_owned())
            .unwrap();
        text.replace(&port, "host")
    };
    let before = (strip(world.get("/Users")), strip(world.get("/Groups")));
    world.restart();
    assert_eq!(
        (strip(world.get("/Users")), strip(world.get("/Groups"))),
        before
    );
    assert_eq!(world.member_ids(&group), [id]);
    assert_ne!(world.user("new"), gone, "ids are not given twice");
}

#[test]
fn faults_fire_as_told_and_are_counted() {
    let mut world = World::with("", Faults::default().with(Fault::CutBefore, 1.0));
    let body = json!({"userName": "cut@campus.example"});
    assert!(world.try_scim("POST", "/Users", &body).is_err());
    let set = |world: &World, faults: Faults| {
        let faults = serde_json::to_vec(&faults).unwrap();
        assert_eq!(
            world
                .send("PUT", "/sandbox/faults", &[], &faults)
                .unwrap()
                .status,
            200
        );
    };
    let fired = |world: &World, fault: Fault| status(world.path()).unwrap().faults_fired[&fault];
    assert_eq!(fired(&world, Fault::CutBefore), 1);

    set(&world, Faults::default().with(Fault::CutAfter, 1.0));
    assert!(world.try_scim("POST", "/Users", &body).is_err());
    assert_eq!(fired(&world, Fault::CutAfter), 1);
    set(&world, Faults::default());
    refused(&world.scim("POST", "/Users", body), 409, "uniqueness");

    set(&world, Faults::default().with(Fault::Truncated, 1.0));
    let body = json!({"userName": "half@campus.example"});
    let half = world.try_scim("POST", "/Users", &body);
    assert!(half.is_err() || half.is_ok_and(|reply| reply.status == 201 && reply.body.is_null()));
    set(&world, Faults::default().with(Fault::Html, 1.0));
    let page = world.scim("GET", "/Users", Value::Null);
    assert_eq!(page.status, 502);
    assert!(page.head.contains("text/html"));
    set(&world, Faults::default());
    refused(&world.scim("POST", "/Users", body), 409, "uniqueness");

    set(&world, "429=1,seed=5".parse().unwrap());
    let with_header = (0..20).filter(|_| {
        let reply = world.scim("GET", "/Users", Value::Null);
        assert_eq!(reply.status, 429);
        reply.head.contains("retry-after: 1")
    });
    assert!((1..20).contains(&with_header.count()));
    set(&world, "500=0.5,503=0.5".parse().unwrap());
    let reply = world.scim("GET", "/Users", Value::Null);
    assert!([500, 503].contains(&reply.status));
    set(&world, Faults::default());
    world.restart();
    world.get("/Users");
}

#[test]
fn requests_are_counted_by_endpoint() {
    let world = World::new("");
    let id = world.user("x");
    world.get(&format!("/Users/{id}"));
    world.get("/Users");
    world.get("/Users?startIndex=2");
    let counts = world
        .send("GET", "/sandbox/requests", &[], b"")
        .unwrap()
        .body;
    assert_eq!(
        counts,
        json!({"POST /Users": 1, "GET /Users/{id}": 1, "GET /Users": 2})
    );
    world
        .send("POST", "/sandbox/requests/reset", &[], b"")
        .unwrap();
    assert_eq!(
        world
            .send("GET", "/sandbox/requests", &[], b"")
            .unwrap()
            .body,
        json!({})
    );
}

fn exports(dir: &Path) -> [String; 2] {
    atrium_exports(dir).map(|path| std::fs::read_to_string(path).unwrap())
}

#[test]
fn the_same_seed_makes_the_same_campus() {
    let make = |seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.seed = seed;
        let status = reset(&settings).unwrap();
        assert_eq!((status.people, status.groups, status.day), (300, 14, 0));
        assert_eq!(status.command.native_groups, 3);
        (exports(dir.path()), dir)
    };
    let (one, dir) = make(7);
    assert_eq!(one, make(7).0);
    assert_ne!(one, make(8).0);

    let mut reader = csv::Reader::from_path(&atrium_exports(dir.path())[0]).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(ids.len(), 300);
    assert!(
        ids.iter().filter(|id| id.starts_with('0')).count() > 5,
        "leading zeros"
    );
    assert!(one[0].contains("\r\n") && one[0].contains("\"Parr, Jr.\""));
    let statuses: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[8]).collect();
    assert_eq!(statuses, ["Active", "Inactive", "Sabbatical"].into());

    // Days repeat, too, and every event can be played alone.
    let evolved = |events: Option<&[Event]>| {
        let (_, dir) = make(7);
        let told = [
            evolve(dir.path(), events).unwrap(),
            evolve(dir.path(), events).unwrap(),
        ];
        assert_eq!(status(dir.path()).unwrap().day, 2);
        (told, exports(dir.path()))
    };
    assert_eq!(evolved(None), evolved(None));
    for event in Event::ALL {
        assert_eq!(event.name().parse::<Event>().unwrap(), event);
        let (told, after) = evolved(Some(&[event]));
        assert_eq!(told[0].len(), 1, "{event:?}");
        assert!(!told[0][0].contains("nobody was there"), "{told:?}");
        assert_eq!(
            after == one,
            event == Event::ClosedByHand,
            "{event:?} {told:?}"
        );
    }
}

#[test]
fn days_and_hands_reach_a_served_world() {
    let world = World::new("");
    let before = exports(world.path());
    let told = evolve(world.path(), Some(&[Event::AbsentLeaver])).unwrap();
    assert!(told[0].contains("no longer in Atrium"), "{told:?}");
    assert_eq!(
        exports(world.path())[0].lines().count(),
        before[0].lines().count() - 1
    );

    let id = world.user("x");
    let email = || "x@campus.example".to_owned();
    hand(world.path(), &Hand::DeactivateUser(email())).unwrap();
    assert_eq!(world.get(&format!("/Users/{id}"))["active"], false);
    hand(world.path(), &Hand::ReactivateUser(id.clone())).unwrap();
    hand(world.path(), &Hand::DeleteUser(id.clone())).unwrap();
    assert_eq!(
        world
            .scim("GET", &format!("/Users/{id}"), Value::Null)
            .status,
        404
    );
    let add = Hand::AddUser {
        email: email(),
        first_name: "X".into(),
        last_name: "Y".into(),
    };
    hand(world.path(), &add).unwrap();
    refused(
        &world.scim("POST", "/Users", json!({"userName": email()})),
        409,
        "uniqueness",
    );
    hand(
        world.path(),
        &Hand::AddGroup {
            name: "Hand-made".into(),
        },
    )
    .unwrap();
    refused(
        &world.scim("POST", "/Groups", json!({"displayName": "hand-made"})),
        409,
        "uniqueness",
    );
    hand(world.path(), &Hand::DeleteGroup("Hand-made".into())).unwrap();
    world.group("Hand-made", &[]);
    let error = hand(world.path(), &Hand::DeleteUser("nobody".into())).unwrap_err();
    assert!(error.to_string().contains("no user nobody"), "{error}");
}

#[test]
fn a_folder_is_served_once() {
    let mut world = World::new("small-pages");
    let url = world.running.as_ref().unwrap().base_url();
    let settings = Settings::new(world.path());
    assert!(matches!(start(&settings), Err(SandboxError::AlreadyServed { url: at }) if at == url));
    assert!(matches!(
        reset(&settings),
        Err(SandboxError::AlreadyServed { .. })
    ));
    assert_eq!(status(world.path()).unwrap().url, Some(url));
    world.restart();
    assert_eq!(
        status(world.path()).unwrap().personality.names(),
        ["small-pages"],
        "it is stored"
    );
    set_personality(world.path(), &Personality::default()).unwrap();
    assert_eq!(
        world.get("/ServiceProviderConfig")["filter"]["maxResults"],
        100
    );
    world.running = None;
    assert_eq!(
        status(world.path()).unwrap().personality,
        Personality::default()
    );
    assert_eq!(status(world.path()).unwrap().url, None);
    assert!(matches!(
        status(&world.path().join("none")),
        Err(SandboxError::World(_))
    ));
}
