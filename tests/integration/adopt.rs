//! `adopt`: an organization whose people were made in Command by hand comes under the sync, and
//! nobody is there twice afterwards.

use std::collections::{BTreeMap, BTreeSet};

use atriumctl::sandbox::{self, Hand, Running};
use serde_json::Value;

use crate::campus::{Campus, people};
use crate::environment::{Environment, Ran};
use crate::http;

/// 500 ordinary people beside the 23 special ones.
const PEOPLE: u32 = 523;

struct World {
    environment: Environment,
    command: Running,
}

impl World {
    fn new(people: u32, personality: &str) -> Self {
        let environment = Environment::new();
        let command = environment.serve(|settings| {
            settings.people = people;
            settings.hand_made = true;
            settings.personality = personality.parse().unwrap();
            // The limit of requests is tested elsewhere.
            settings.minute = std::time::Duration::from_millis(600);
        });
        World {
            environment,
            command,
        }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let profile = ["--profile", "sandbox"];
        let all: Vec<&str> = arguments.iter().copied().chain(profile).collect();
        self.environment.run(&all)
    }

    fn plan(&self) -> String {
        let _ = self.run(&["adopt", "plan", "adopt.csv"]).expect(0);
        std::fs::read_to_string(self.environment.path("adopt.csv")).unwrap()
    }

    fn apply(&self, code: i32) -> Ran {
        self.run(&["adopt", "apply", "adopt.csv", "--yes"])
            .expect(code)
    }

    fn decide(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.environment.path("adopt.csv")).unwrap();
        assert!(text.contains(from), "{from}");
        self.environment
            .write("adopt.csv", text.replacen(from, to, 1));
    }

    fn ask(&self, path: &str) -> Value {
        let key = sandbox::api_key(&self.environment.sandbox_dir()).unwrap();
        let base = self.command.rest_url();
        let token = http::send(&base, "POST /token", &format!("x-api-key: {key}"), None).json();
        let token = token["token"].as_str().unwrap();
        let header = format!("x-verkada-auth: {token}");
        http::send(&base, &format!("GET {path}"), &header, None).json()
    }

    /// Everybody over REST, by id.
    fn everybody(&self) -> BTreeMap<String, Value> {
        let list = self.ask("/access/v1/access_users");
        let rows = list["access_members"].as_array().unwrap().iter();
        rows.map(|row| (row["user_id"].as_str().unwrap().to_owned(), row.clone()))
            .collect()
    }

    /// The access levels but the one of all buildings, which takes in the groups that a sync makes.
    fn levels(&self) -> Value {
        let mut levels = self.ask("/access/v1/door/access_level");
        let list = levels["access_levels"].as_array_mut().unwrap();
        list.retain(|level| level["name"] != "Campus buildings");
        assert!(!list.is_empty());
        levels
    }

    /// Fails if an address, an employee id or an external id stands at two users.
    #[track_caller]
    fn nobody_is_there_twice(&self) {
        let everybody = self.everybody();
        for field in ["email", "external_id"] {
            let values = everybody.values().filter_map(|row| row[field].as_str());
            let mut seen = BTreeSet::new();
            for value in values {
                assert!(seen.insert(value.to_lowercase()), "{field} {value} twice");
            }
        }
    }
}

/// Campus id and user of the rows that say `link`.
fn links(csv: &str) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let records = reader.records().map(Result::unwrap);
    let links = records.filter(|record| &record[0] == "link");
    links
        .map(|record| (record[3].to_owned(), record[13].to_owned()))
        .collect()
}

#[test]
fn five_hundred_hand_made_people_are_adopted_and_synced_and_nobody_is_there_twice() {
    let world = World::new(PEOPLE, "");
    let (before, doors) = (world.everybody(), world.levels());
    assert!(before.len() > 500);
    let chosen = links(&world.plan());
    assert!(chosen.len() > 400, "{}", chosen.len());
    let _ = world.apply(0);
    let again = world.apply(0);
    assert!(again.stdout.contains("Nothing to do"), "{again}");

    let ran = world.run(&["sync", "--yes"]).expect(0);
    assert!(ran.stdout.contains("not-over-scim"), "{ran}");
    let _ = world.run(&["diff", "--exit-code"]).expect(0);

    world.nobody_is_there_twice();
    let after = world.everybody();
    let mut cards = 0;
    for (campus_id, user) in &chosen {
        let external_id = format!("atrium:{campus_id}");
        assert_eq!(after[user]["external_id"], *external_id);
        let holders = after
            .values()
            .filter(|row| row["external_id"] == *external_id);
        assert_eq!(holders.count(), 1, "{campus_id}");
    }
    for user in chosen.values().take(20) {
        let record = world.ask(&format!("/access/v1/access_users/user?user_id={user}"));
        cards += record["cards"].as_array().map_or(0, Vec::len);
    }
    assert!(cards > 10, "the adopted got their cards: {cards}");
    for id in before.keys() {
        assert!(after.contains_key(id), "{id} is gone");
    }
    assert_eq!(world.levels(), doors, "groups and doors");
}

#[test]
fn where_scim_may_change_them_everything_of_the_adopted_is_synced() {
    let world = World::new(80, "natives-over-scim");
    let doors = world.levels();
    let review = world.plan();
    let chosen = links(&review);
    let ran = world.apply(0);
    assert!(ran.stdout.contains("over SCIM"), "{ran}");
    let _ = world.run(&["sync", "--yes", "--allow", "people"]).expect(0);
    let _ = world.run(&["diff", "--exit-code"]).expect(0);
    world.nobody_is_there_twice();
    assert_eq!(world.levels(), doors);
    // SCIM takes nobody without an address: those were linked over REST.
    let mut rows = csv::Reader::from_reader(review.as_bytes());
    let rows = rows.records().map(Result::unwrap);
    let without = rows.filter(|row| &row[0] == "link" && row[8].is_empty());
    let over_rest = world.command.requests()["PUT /core/v1/user"];
    assert_eq!(over_rest, without.count() as u64);
    // Groups, too.
    let (_, user) = chosen.iter().next().unwrap();
    let record = world.ask(&format!("/access/v1/access_users/user?user_id={user}"));
    assert!(
        !record["access_groups"].as_array().unwrap().is_empty(),
        "{record}"
    );
}

#[test]
fn whom_scim_does_not_list_is_left_alone_after_adoption() {
    let world = World::new(60, "natives-hidden");
    let chosen = links(&world.plan());
    assert!(!chosen.is_empty());
    let ran = world.apply(0);
    assert!(ran.stdout.contains("SCIM does not list the user"), "{ran}");
    let ran = world.run(&["diff", "--output", "json"]).expect(0);
    let left = ran.json()["left_alone"].as_array().unwrap().clone();
    let held = left.iter().filter(|left| left["code"] == "not-in-scim");
    assert_eq!(held.count(), chosen.len(), "{ran}");
    let again = world.apply(0);
    assert!(again.stdout.contains("Nothing to do"), "{again}");
}

#[test]
fn nothing_is_written_if_a_row_is_not_as_it_was() {
    let world = World::new(60, "");
    let chosen = links(&world.plan());
    let (campus_id, user) = chosen.iter().next().unwrap();
    let hand = Hand::DeleteUser(user.clone());
    sandbox::hand(&world.environment.sandbox_dir(), &hand).unwrap();
    let ran = world.apply(8);
    assert!(ran.stderr.contains(campus_id.as_str()), "{ran}");
    assert!(ran.stderr.contains("nothing was written"), "{ran}");
    let requests = world.command.requests();
    let mut writes = requests.keys().filter(|name| !name.starts_with("GET "));
    assert!(writes.all(|name| name == "POST /token"), "{requests:?}");
}

#[test]
fn a_decision_that_makes_no_sense_is_refused_before_anything_is_written() {
    let world = World::new(120, "");
    let text = world.plan();
    for (row, expected) in [
        ("skip,person,contradicted", "not one"),
        ("skip,person,none", "nobody to link"),
        ("skip,group,likely", "[atrium.access_groups."),
    ] {
        world.environment.write("adopt.csv", &text);
        world.decide(row, &row.replacen("skip", "link", 1));
        let ran = world.apply(2);
        assert!(ran.stderr.contains(expected), "{ran}");
    }
    world.environment.write("adopt.csv", &text);
    world.decide("link,person", "maybe,person");
    let ran = world.apply(2);
    assert!(ran.stderr.contains("neither link nor skip"), "{ran}");
    let requests = world.command.requests();
    assert!(!requests.contains_key("PUT /core/v1/user"), "{requests:?}");
    // Nobody to confirm it.
    let _ = world.run(&["adopt", "apply", "adopt.csv"]).expect(2);
    let again = world.run(&["adopt", "plan", "adopt.csv"]).expect(2);
    assert!(again.stderr.contains("there already"), "{again}");
}

#[test]
fn one_row_that_fails_does_not_stop_the_others_and_the_file_goes_on() {
    let world = World::new(60, "");
    let _ = world.plan();
    let text = std::fs::read_to_string(world.environment.path("adopt.csv")).unwrap();
    let some = text.replacen("skip,person,likely", "link,person,likely", 1);
    world.environment.write("adopt.csv", &some);
    let dry = world
        .run(&["adopt", "apply", "adopt.csv", "--dry-run"])
        .expect(0);
    assert!(dry.stdout.contains("(likely: "), "{dry}");
    assert_eq!(world.command.requests().get("PUT /core/v1/user"), None);

    let faults = "500=0.3,cut-after=0.2,seed=5".parse().unwrap();
    world.command.set_faults(faults);
    let first = world.run(&["adopt", "apply", "adopt.csv", "--yes"]);
    world.command.set_faults("".parse().unwrap());
    let ran = world.run(&["adopt", "apply", "adopt.csv", "--yes", "--output", "json"]);
    let report = ran.expect(0).json();
    let rows = report["rows"].as_array().unwrap();
    assert!(
        rows.iter().all(|row| row["outcome"] == "linked"),
        "{first} {report}"
    );
    world.nobody_is_there_twice();
}

#[test]
fn an_observing_profile_adopts_nobody_and_one_without_a_key_says_what_is_missing() {
    let campus = Campus::with("", "sync.mode = \"observe\"");
    campus.export(&people(2), &[]);
    let ran = campus.run(&["adopt", "plan", "a.csv"]).expect(0);
    assert!(ran.stderr.contains("there is no API key"), "{ran}");
    let ran = campus.run(&["adopt", "apply", "a.csv", "--yes"]).expect(2);
    assert!(ran.stderr.contains("only observes"), "{ran}");
    let _ = campus
        .run(&["adopt", "apply", "a.csv", "--dry-run"])
        .expect(0);
}

#[test]
fn a_group_that_the_profile_binds_keeps_its_doors_and_gets_atriums_people() {
    let campus = Campus::new();
    // Of another client, by its external id.
    let known = campus.group_named("Engineering - Floor 4 Offices");
    let id = known["id"].as_str().unwrap();
    campus.set_profile(&format!(
        "[atrium.access_groups.\"12\"]\ngroup_id = \"{id}\""
    ));
    let everybody = people(3);
    campus.export(
        &everybody,
        &[("T00001", "12", "Offices"), ("T00003", "12", "Offices")],
    );
    let _ = campus.sync(0);
    campus.nothing_left();
    let bound = campus.group_named("Offices");
    assert_eq!(bound["id"], id, "renamed, not made anew");
    let members = bound["members"].as_array().unwrap();
    let ours = campus.users();
    for who in ["T00001", "T00003"] {
        assert!(
            members
                .iter()
                .any(|member| member["value"] == ours[who]["id"])
        );
    }
    campus.set_profile("[atrium.access_groups.\"12\"]\ngroup_id = \"no-such\"");
    let ran = campus.sync(0);
    assert!(ran.stdout.contains("group-binding"), "{ran}");
}
