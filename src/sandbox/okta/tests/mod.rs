//! Pushes request by request in both dialects, and the texts of their failures.

mod api;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::act::{Act, carry_out};
use super::answer;
use super::world::{Dialect, Feature};
use crate::sandbox::campus::Campus;
use crate::sandbox::scim::{Answer, Body, Call};
use crate::sandbox::{Settings, hand, local, open_or_create};

const GRACE: &str = "grace.hollis@campus.example";
const PIET: &str = "piet.verhagen@partner.example";
const OLU: &str = "olu.adeyemi@campus.example";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

struct World {
    #[expect(dead_code, reason = "kept for as long as the world is used")]
    dir: tempfile::TempDir,
    campus: Campus,
}

impl World {
    fn new(personality: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.people = 60;
        settings.personality = personality.parse().unwrap();
        settings.minute = std::time::Duration::from_secs(60);
        let campus = open_or_create(&settings).unwrap();
        World { dir, campus }
    }

    fn act(&mut self, act: Act) -> Vec<String> {
        self.campus.okta.sent.clear();
        carry_out(&mut self.campus, &act).unwrap()
    }

    fn assign(&mut self, user: &str, app: Dialect) -> Vec<String> {
        let user = user.to_owned();
        self.act(Act::Assign { user, app })
    }

    fn unassign(&mut self, user: &str, app: Dialect) -> Vec<String> {
        let user = user.to_owned();
        self.act(Act::Unassign { user, app })
    }

    fn retry(&mut self, user: &str, app: Dialect) -> Vec<String> {
        let user = user.to_owned();
        self.act(Act::Retry { user, app })
    }

    /// What the last act sent.
    fn lines(&self) -> Vec<&str> {
        let sent = self.campus.okta.sent.iter();
        sent.map(|sent| sent.line.as_str()).collect()
    }

    fn body(&self, at: usize) -> &Value {
        self.campus.okta.sent[at].body.as_ref().unwrap()
    }

    fn okta_id(&self, user: &str) -> String {
        self.campus.okta.person(user).unwrap().id.clone()
    }

    fn linked(&self, user: &str, app: Dialect) -> Option<String> {
        let app = self.campus.okta.app(app).unwrap();
        let one = self.campus.okta.assignment(&app.id, &self.okta_id(user));
        one.unwrap().external_id.clone()
    }

    fn in_command(&self, email: &str) -> String {
        self.campus.command.user_by_email(email).unwrap().id.clone()
    }

    /// Event types and reasons since the last look.
    fn failures(&self) -> Vec<(&str, Option<&str>)> {
        let events = self.campus.okta.events.iter();
        events
            .filter(|event| !event.success)
            .map(|event| (event.kind.as_str(), event.reason.as_deref()))
            .collect()
    }

    fn send(&mut self, method: &str, target: &str, auth: &str, body: &str) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path: Vec<String> = path[1..].split('/').map(str::to_owned).collect();
        let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static("authorization");
        headers.insert(name, HeaderValue::from_str(auth).unwrap());
        let method: Method = method.parse().unwrap();
        let call = Call {
            method: &method,
            path: &path,
            query: &query,
            headers: &headers,
            body: body.as_bytes(),
        };
        answer(&mut self.campus, &call)
    }

    fn ask(&mut self, target: &str) -> (u16, Value, Answer) {
        let auth = format!("SSWS {}", self.campus.okta.door.token);
        let answer = self.send("GET", target, &auth, "");
        (answer.status.as_u16(), json_of(&answer), answer)
    }

    fn get(&mut self, target: &str) -> Value {
        let (status, body, _) = self.ask(target);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }
}

fn json_of(answer: &Answer) -> Value {
    answer
        .body
        .as_ref()
        .and_then(Body::json)
        .cloned()
        .unwrap_or_default()
}

#[test]
fn a_new_user_is_looked_for_and_posted_as_okta_does_in_both_dialects() {
    for app in [Dialect::Catalogue, Dialect::Custom] {
        let mut world = World::new("");
        let told = world.assign(GRACE, app);
        assert!(told[1].contains("is in Command"), "{told:?}");
        let look = format!("GET /Users?filter=userName eq \"{GRACE}\"&startIndex=1&count=100");
        assert_eq!(world.lines(), [look.as_str(), "POST /Users"]);
        let mut body = world.body(1).clone();
        let password = body.as_object_mut().unwrap().remove("password").unwrap();
        assert!(password.as_str().unwrap().len() >= 12);
        assert_eq!(
            body,
            json!({
                "schemas": [USER], "userName": GRACE, "displayName": "Grace Hollis",
                "name": {"givenName": "Grace", "familyName": "Hollis"},
                "emails": [{"primary": true, "value": GRACE, "type": "work"}],
                "locale": "en-US", "externalId": world.okta_id(GRACE), "groups": [], "active": true,
            })
        );
        assert_eq!(world.linked(GRACE, app), Some(world.in_command(GRACE)));
        assert!(world.failures().is_empty());
    }
}

#[test]
fn somebody_who_is_there_is_linked_by_patch_or_by_get_and_put() {
    for app in [Dialect::Catalogue, Dialect::Custom] {
        let mut world = World::new("");
        let ours = "emeka.nwosu@campus.example";
        let id = world.in_command(ours);
        world.assign(ours, app);
        let user = format!("/Users/{id}");
        match app {
            Dialect::Custom => {
                assert_eq!(
                    world.lines()[1..],
                    [format!("GET {user}"), format!("PUT {user}")]
                );
                let body = world.body(2);
                assert_eq!(body["id"], *id, "what the server returned comes back");
                assert!(body["meta"].is_object());
                assert_eq!(body["externalId"], *world.okta_id(ours));
            }
            _ => {
                assert_eq!(
                    world.lines()[1..],
                    [format!("PATCH {user}"), format!("PATCH {user}")]
                );
                let operation = |at: usize| world.body(at)["Operations"][0].clone();
                assert_eq!(
                    operation(1),
                    json!({"op": "replace", "value": {"active": true}})
                );
                assert_eq!(operation(2)["value"]["name"]["givenName"], "Emeka");
                assert_eq!(operation(2).get("path"), None);
            }
        }
        assert_eq!(world.linked(ours, app), Some(id));
    }
}

#[test]
fn an_update_and_the_end_of_an_assignment_in_both_dialects() {
    for app in [Dialect::Catalogue, Dialect::Custom] {
        let mut world = World::new("");
        world.assign(GRACE, app);
        let id = world.linked(GRACE, app).unwrap();
        let user = format!("/Users/{id}");
        let login = "grace.moss@campus.example".to_owned();
        world.act(Act::RenameLogin {
            user: GRACE.to_owned(),
            login: login.clone(),
        });
        let verb = if app == Dialect::Custom {
            "PUT"
        } else {
            "PATCH"
        };
        assert_eq!(
            world.lines(),
            [format!("GET {user}"), format!("{verb} {user}")]
        );
        assert_eq!(
            world.in_command(GRACE),
            id,
            "Command ignores the new user name"
        );

        let told = world.unassign(&login, app);
        assert!(told[1].contains("was deactivated"), "{told:?}");
        match app {
            Dialect::Custom => {
                assert_eq!(
                    world.lines(),
                    [format!("GET {user}"), format!("PUT {user}")]
                );
                assert_eq!(world.body(1)["active"], false);
            }
            _ => {
                assert_eq!(world.lines(), [format!("PATCH {user}")]);
                let wanted = json!([{"op": "replace", "value": {"active": false}}]);
                assert_eq!(world.body(0)["Operations"], wanted);
            }
        }
        assert!(!world.campus.command.user(&id).unwrap().active());
    }
}

#[test]
fn after_a_failed_creation_there_is_no_id_and_later_nothing_is_sent() {
    let mut world = World::new("");
    let told = world.assign(PIET, Dialect::Catalogue);
    let why = format!(
        "Error while creating user {PIET}: Bad Request. Errors reported by remote server: the \
         email domain partner.example is not one of the domains of this SCIM token (campus.example, \
         students.campus.example)"
    );
    let whole =
        format!("Automatic provisioning of user Piet Verhagen to app Verkada failed: {why}");
    assert_eq!(told[1], whole);
    assert_eq!(world.linked(PIET, Dialect::Catalogue), None);
    let cut: String = whole.chars().take(255).collect();
    assert_eq!(
        world.failures(),
        [
            ("application.provision.user.push", Some(why.as_str())),
            ("application.provision.user.sync", Some(cut.as_str())),
        ]
    );
    let told = world.unassign(PIET, Dialect::Catalogue);
    assert_eq!(told[1], "nothing was sent to Command");
    assert!(world.lines().is_empty());
}

#[test]
fn every_way_to_fail_has_the_text_that_okta_has_for_it() {
    let failing = |world: &mut World, user: &str, part: &str| {
        let told = world.assign(user, Dialect::Catalogue);
        assert!(told[1].contains(part), "{told:?}");
        assert_eq!(world.linked(user, Dialect::Catalogue), None);
    };
    let mut world = World::new("");
    // Made in Command, and seen over SCIM.
    let dana = "dana.whitfield@campus.example";
    let part = format!("Error while trying to push profile update for {dana}: Forbidden. Errors");
    failing(&mut world, dana, &part);

    // Not seen over SCIM, but there.
    let mut world = World::new("natives-hidden");
    failing(
        &mut world,
        dana,
        &format!("Error while creating user {dana}: Conflict. Errors"),
    );

    let mut world = World::new("");
    world.act(Act::Features {
        app: Dialect::Catalogue,
        on: vec![],
        off: vec![Feature::PushNewUsers],
    });
    failing(&mut world, GRACE, "failed: Matching user not found");

    // Numbers as strings stop Okta without a reason.
    let mut world = World::new("numbers-as-strings");
    failing(&mut world, GRACE, "without a reason");
    assert_eq!(world.failures().last().unwrap().1, None);

    let mut world = World::new("");
    world.campus.token = "another".to_owned();
    let text = "Unauthorized. Errors reported by remote server: Token is invalid or expired";
    let part = format!("Error while verifying if user {GRACE} exists: {text}");
    failing(&mut world, GRACE, &part);
    let (kind, reason) = world.failures()[0];
    assert_eq!(kind, "application.integration.authentication_failure");
    assert!(
        reason
            .unwrap()
            .starts_with("The credentials used to connect to the API were invalid")
    );
    local::write_token(&world.campus.dir).unwrap();
    world.act(Act::SetToken {
        app: Dialect::Catalogue,
    });
    assert_eq!(world.lines(), ["GET /Users?startIndex=1&count=2"]);
    let told = world.retry(GRACE, Dialect::Catalogue);
    assert_eq!(told, [format!("{GRACE} is in Command")]);

    // Gone from Command.
    let id = world.linked(GRACE, Dialect::Catalogue).unwrap();
    hand::carry_out(&mut world.campus, &hand::Hand::DeleteUser(id.clone())).unwrap();
    let told = world.act(Act::RenameLogin {
        user: GRACE.to_owned(),
        login: "g@campus.example".to_owned(),
    });
    let part = format!("No user returned for user {id}");
    assert!(told[1].ends_with(&part), "{told:?}");
}

#[test]
fn those_assigned_before_provisioning_wait_for_provision_user() {
    let mut world = World::new("");
    let app = Dialect::Catalogue;
    world.act(Act::Provisioning { app, on: false });
    world.assign(GRACE, app);
    assert!(world.lines().is_empty());
    let id = world.campus.okta.app(app).unwrap().id.clone();
    let (status, body, _) = world.ask(&format!("/api/v1/apps/{id}/features"));
    assert_eq!((status, &body["errorCode"]), (400, &json!("E0000001")));
    assert_eq!(
        world.get(&format!("/api/v1/apps/{id}"))["features"],
        json!([])
    );
    let connection = format!("/api/v1/apps/{id}/connections/default");
    assert_eq!(world.get(&connection)["status"], "DISABLED");

    world.act(Act::Provisioning { app, on: true });
    assert_eq!(world.linked(GRACE, app), None);
    assert_eq!(world.get(&connection)["status"], "ENABLED");
    let user = format!("/api/v1/apps/{id}/users/{}", world.okta_id(GRACE));
    let shown = world.get(&user);
    assert_eq!(
        (&shown["status"], &shown["externalId"]),
        (&json!("ACTIVE"), &Value::Null)
    );
    world.retry(GRACE, app);
    assert_eq!(world.get(&user)["externalId"], *world.in_command(GRACE));
}

#[test]
fn groups_are_pushed_in_both_dialects() {
    for app in [Dialect::Catalogue, Dialect::Custom] {
        let mut world = World::new("");
        let group = "Facilities Night Shift".to_owned();
        let members = world.campus.okta.group(&group).unwrap().members.clone();
        let first = members.first().unwrap().clone();
        world.act(Act::AddUser {
            login: "nobody.yet@campus.example".to_owned(),
            first_name: "Not".to_owned(),
            last_name: "Yet".to_owned(),
        });
        world.act(Act::Join {
            group: group.clone(),
            user: GRACE.to_owned(),
        });
        world.assign(GRACE, app);
        let grace = world.linked(GRACE, app).unwrap();
        let told = world.act(Act::PushGroup {
            group: group.clone(),
            app,
            whole: false,
        });
        assert!(
            told[0].ends_with("with 1 members"),
            "only those in Command: {told:?}"
        );
        let id = world
            .campus
            .command
            .group_by_name(&group)
            .unwrap()
            .id
            .clone();
        let look = format!("GET /Groups?filter=displayName eq \"{group}\"&startIndex=1&count=100");
        let route = format!("/Groups/{id}");
        let mut wanted = vec![look, "POST /Groups".to_owned()];
        match app {
            Dialect::Custom => wanted.extend([format!("GET {route}"), format!("PUT {route}")]),
            _ => wanted.push(format!("PATCH {route}")),
        }
        assert_eq!(world.lines(), wanted);
        let made = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": group, "members": [],
        });
        assert_eq!(*world.body(1), made);
        let member = json!([{"value": grace, "display": GRACE}]);
        match app {
            Dialect::Custom => assert_eq!(world.body(3)["members"], member),
            _ => assert_eq!(
                world.body(2)["Operations"],
                json!([{"op": "replace", "path": "members", "value": member}])
            ),
        }

        world.act(Act::RenameGroup {
            group: group.clone(),
            name: "Night Shift".to_owned(),
        });
        world.act(Act::Leave {
            group: "Night Shift".to_owned(),
            user: GRACE.to_owned(),
        });
        if app == Dialect::Catalogue {
            assert_eq!(
                world.body(0)["Operations"],
                json!([
                    {"op": "replace", "value": {"id": id, "displayName": "Night Shift"}},
                    {"op": "remove", "path": format!("members[value eq \"{grace}\"]")},
                ])
            );
        }
        assert_eq!(
            world.campus.command.group(&id).unwrap().name(),
            "Night Shift"
        );
        assert_eq!(world.campus.command.members(&id).count(), 0);

        hand::carry_out(&mut world.campus, &hand::Hand::DeleteGroup(id)).unwrap();
        let told = world.act(Act::PushGroup {
            group: "Night Shift".to_owned(),
            app,
            whole: true,
        });
        assert!(
            told[0].starts_with("Linked group is missing in Verkada"),
            "{told:?}"
        );
        let id = world.campus.okta.app(app).unwrap().id.clone();
        let mappings = world.get(&format!(
            "/api/v1/apps/{id}/group-push/mappings?status=ERROR"
        ));
        assert_eq!(mappings[0]["errorSummary"], *told[0]);
        assert!(world.campus.okta.users.contains_key(&first));
    }
}

#[test]
fn a_group_that_command_made_cannot_be_pushed() {
    let mut world = World::new("");
    let told = world.act(Act::PushGroup {
        group: "Security Desk".to_owned(),
        app: Dialect::Catalogue,
        whole: false,
    });
    let part = "Error while updating group Security Desk: Forbidden. Errors reported by remote";
    assert!(told[0].starts_with(part), "{told:?}");
}

#[test]
fn suspending_sends_nothing_and_deactivating_does() {
    let mut world = World::new("");
    world.act(Act::Suspend {
        user: OLU.to_owned(),
    });
    assert!(world.lines().is_empty());
    world.act(Act::DeactivateUser {
        user: OLU.to_owned(),
    });
    assert_eq!(world.lines().len(), 1);
    assert!(!world.campus.command.user_by_email(OLU).unwrap().active());
}

#[test]
fn a_world_is_read_back_as_it_was() {
    let mut world = World::new("");
    world.assign(GRACE, Dialect::Custom);
    world.assign(PIET, Dialect::Catalogue);
    let (read, empty) =
        super::World::read(world.campus.store.read(), world.campus.about.seed).unwrap();
    assert!(!empty);
    let held = &world.campus.okta;
    assert_eq!(read.events, held.events);
    assert_eq!(read.issued, held.issued);
    let shown = |world: &super::World| {
        let (a, b) = (&world.apps, &world.users);
        format!("{a:?} {b:?} {:?} {:?}", world.groups, world.assignments)
    };
    assert_eq!(shown(&read), shown(held));
}
