<<<<<<< HEAD
//! A campus whose exports a test writes itself, beside a sandbox's Command served in this process,
//! and a look at that Command over plain HTTP, past the tool.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use atriumctl::sandbox::{self, Hand, Personality, Running};
=======
//! A campus under test: a sandbox served in this process, the syncs that run against it, and what
//! its Command really holds, whatever its personality shows. Every sync is checked: nothing twice,
//! nothing taken away that the plan did not name, nothing opened that somebody closed, nothing of
//! what was made in Command touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use atriumctl::sandbox::{self, Personality, Running};
use rusqlite::{Connection, OpenFlags};
>>>>>>> 0d26b0a8cb8467fc510a9500a149da6b9ac49e2f
use serde_json::Value;

use crate::environment::{Environment, Ran};

<<<<<<< HEAD
/// The name of the profile of such a campus.
pub const PROFILE: &str = "campus";

/// A person of the export.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub first: String,
    pub last: String,
    pub email: String,
    pub department: String,
    pub status: String,
}

/// Person number `n`: nobody shares name, email or id with another number.
pub fn person(n: u32) -> Person {
    Person {
        id: format!("T{n:05}"),
        first: format!("First{n}"),
        last: format!("Last{n}"),
        email: format!("t{n:05}@campus.example"),
        department: format!("Department {}", n % 10),
        status: "Active".to_owned(),
    }
}

/// People number 1 to `n`.
pub fn people(n: u32) -> Vec<Person> {
    (1..=n).map(person).collect()
}

/// A membership of the export: campus id, access group's id and name.
pub type Membership<'a> = (&'a str, &'a str, &'a str);

pub struct Campus {
    pub environment: Environment,
    pub command: Running,
}

impl Campus {
    /// Serves a Command and writes the profile; the exports are still to be written.
    pub fn new() -> Self {
        Self::with("", "")
    }

    /// The same with switches of the personality, and with more lines of the profile.
    ///
    /// The external ids have a form of their own, so that the people whom the sandbox's Command
    /// knows before the first sync are other clients' and stay out of sight.
    pub fn with(personality: &str, more: &str) -> Self {
        let environment = Environment::new();
        let command = environment.serve(|settings| {
            settings.people = 0;
            settings.personality = personality.parse::<Personality>().unwrap();
        });
        let campus = Campus {
            environment,
            command,
        };
        campus.set_profile(more);
        campus
    }

    /// Writes the profile anew, with more lines at its end.
    pub fn set_profile(&self, more: &str) {
        let url = self.command.scim_url();
        self.environment.profile(
            PROFILE,
            &format!(
                "atrium.files = [\"../../people.csv\", \"../../memberships.csv\"]\n\
                 command.scim_url = \"{url}\"\n\
                 command.scim_token_file = \"../../sandbox/scim-token\"\n\
                 command.email_domains = [\"campus.example\"]\n\
                 sync.external_id_format = \"test:{{campus_id}}\"\n\
                 sync.group_external_id_format = \"test-group:{{access_group_id}}\"\n\
                 {more}\n"
            ),
        );
    }

    /// Writes both exports.
    pub fn export(&self, people: &[Person], memberships: &[Membership<'_>]) {
        self.export_people(people);
        let mut text = String::from("campus_id,access_group_id,access_group_name\n");
        for (person, group, name) in memberships {
            writeln!(text, "{person},{group},{name}").unwrap();
        }
        self.environment.write("memberships.csv", text);
    }

    /// Writes the export of people alone.
    pub fn export_people(&self, people: &[Person]) {
        let mut text = String::from("campus_id,first_name,last_name,email,department,status\n");
        for person in people {
            let Person {
                id,
                first,
                last,
                email,
                department,
                status,
            } = person;
            writeln!(text, "{id},{first},{last},{email},{department},{status}").unwrap();
        }
        self.environment.write("people.csv", text);
    }

    /// Runs a command with the campus's profile.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let all: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--profile", PROFILE])
            .collect();
        self.environment.run(&all)
    }

    /// A sync that ends with this code.
    #[track_caller]
    pub fn sync(&self, code: i32) -> Ran {
        self.run(&["sync", "--yes"]).expect(code)
    }

    /// A sync that ends with this code and must not write anything to Command.
    #[track_caller]
    pub fn refused(&self, code: i32) -> Ran {
        let before = writes(&self.command);
        let ran = self.sync(code);
        assert_eq!(writes(&self.command), before, "it wrote: {ran}");
        ran
    }

    /// Fails if a plan is not empty.
    #[track_caller]
    pub fn nothing_left(&self) {
        let _ = self.run(&["diff", "--exit-code"]).expect(0);
    }

    /// Does something by hand in Command.
    pub fn hand(&self, hand: &Hand) {
        sandbox::hand(&self.environment.sandbox_dir(), hand).unwrap();
    }

    /// Command's users whom this campus made, by campus id.
    pub fn users(&self) -> BTreeMap<String, Value> {
        ours(self.list("Users"), "test:")
    }

    /// Command's groups that this campus made, by access group.
    pub fn groups(&self) -> BTreeMap<String, Value> {
        ours(self.list("Groups"), "test-group:")
    }

    /// The campus ids of those who are active.
    pub fn active(&self) -> Vec<String> {
        let users = self.users();
        let active = users.iter().filter(|(_, user)| user["active"] == true);
        active.map(|(id, _)| id.clone()).collect()
    }

    /// The campus ids of the members of an access group.
    pub fn members(&self, access_group: &str) -> Vec<String> {
        let users = self.users();
        let groups = self.groups();
        let Some(members) = groups
            .get(access_group)
            .and_then(|group| group["members"].as_array())
        else {
            return Vec::new();
        };
        let mut ids: Vec<String> = members
            .iter()
            .filter_map(|member| {
                let of = users.iter().find(|(_, user)| user["id"] == member["value"]);
                of.map(|(id, _)| id.clone())
            })
            .collect();
        ids.sort_unstable();
        ids
    }

    /// Everything of an endpoint.
    fn list(&self, endpoint: &str) -> Vec<Value> {
        let token = sandbox::scim_token(&self.environment.sandbox_dir()).unwrap();
        let mut all = Vec::new();
        loop {
            let page = get(
                &self.command.base_url(),
                &format!("/scim/{endpoint}?startIndex={}&count=100", all.len() + 1),
                &token,
            );
            let resources = page["Resources"].as_array().cloned().unwrap_or_default();
            let done = resources.is_empty();
            all.extend(resources);
            if done || Some(all.len() as u64) >= page["totalResults"].as_u64() {
                return all;
            }
        }
    }
}

fn ours(resources: Vec<Value>, prefix: &str) -> BTreeMap<String, Value> {
    let ours = resources.into_iter().filter_map(|resource| {
        let id = resource["externalId"].as_str()?.strip_prefix(prefix)?;
        Some((id.to_owned(), resource))
    });
    ours.collect()
}

/// How many requests that write the sandbox has had.
pub fn writes(command: &Running) -> u64 {
    let requests = command.requests();
    let writing = requests
        .iter()
        .filter(|(name, _)| !name.starts_with("GET "));
    writing.map(|(_, count)| count).sum()
}

/// How many requests the sandbox has had.
pub fn requests(command: &Running) -> u64 {
    command.requests().values().sum()
}

fn get(base: &str, path: &str, token: &str) -> Value {
    let address = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}
=======
/// What Command holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub users: BTreeMap<String, Record>,
    pub groups: BTreeMap<String, Record>,
    /// Group and user.
    pub members: BTreeSet<(String, String)>,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub native: bool,
    pub attributes: Value,
}

impl Record {
    pub fn text(&self, attribute: &str) -> &str {
        self.attributes[attribute].as_str().unwrap_or_default()
    }

    pub fn active(&self) -> bool {
        self.attributes["active"] != Value::Bool(false)
    }

    /// The campus id.
    pub fn employee_number(&self) -> &str {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let number = &self.attributes[enterprise]["employeeNumber"];
        number.as_str().unwrap_or_default()
    }
}

impl World {
    /// Reads the sandbox's own file, which holds everything that was acknowledged.
    pub fn read(sandbox: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let db = Connection::open_with_flags(sandbox.join("world.db"), flags).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let records = |table: &str| {
            let mut rows = db
                .prepare(&format!("SELECT id, native, attributes FROM {table}"))
                .unwrap();
            let rows = rows
                .query_map([], |row| {
                    let attributes: String = row.get(2)?;
                    let record = Record {
                        native: row.get(1)?,
                        attributes: serde_json::from_str(&attributes).unwrap(),
                    };
                    Ok((row.get(0)?, record))
                })
                .unwrap();
            rows.map(Result::unwrap).collect()
        };
        let mut members = db
            .prepare("SELECT group_id, user_id FROM command_member")
            .unwrap();
        let members = members
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        World {
            users: records("command_user"),
            groups: records("command_group"),
            members: members.map(Result::unwrap).collect(),
        }
    }

    /// The user with this external id.
    #[track_caller]
    pub fn user(&self, external_id: &str) -> (&String, &Record) {
        self.users
            .iter()
            .find(|(_, user)| user.text("externalId") == external_id)
            .unwrap_or_else(|| panic!("nobody has the external id {external_id}"))
    }

    /// Who is deactivated.
    pub fn inactive(&self) -> BTreeSet<String> {
        let inactive = self.users.iter().filter(|(_, user)| !user.active());
        inactive.map(|(id, _)| id.clone()).collect()
    }

    /// What is there twice. Empty if all is well.
    pub fn duplicates(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut twice = Vec::new();
        let mut note = |what: &str, value: String| {
            if !value.is_empty() && !seen.insert((what.to_owned(), value.clone())) {
                twice.push(format!("{what} {value}"));
            }
        };
        for user in self.users.values() {
            note("email", user.text("userName").to_lowercase());
            note("user's external id", user.text("externalId").to_owned());
            note("campus id", user.employee_number().to_owned());
        }
        for group in self.groups.values() {
            note("group name", group.text("displayName").to_lowercase());
            note("group's external id", group.text("externalId").to_owned());
        }
        twice
    }

    /// What was made in Command, and who is in it.
    fn natives(&self) -> World {
        let natives = |records: &BTreeMap<String, Record>| {
            let natives = records.iter().filter(|(_, record)| record.native);
            natives
                .map(|(id, record)| (id.clone(), record.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let groups = natives(&self.groups);
        let users = natives(&self.users);
        let members = self
            .members
            .iter()
            .filter(|(group, user)| groups.contains_key(group) || users.contains_key(user))
            .cloned()
            .collect();
        World {
            users,
            groups,
            members,
        }
    }

    /// What is here and not `after`, as [`named`] spells it.
    fn lost(&self, after: &World) -> BTreeSet<String> {
        let mut lost = BTreeSet::new();
        for (id, user) in &self.users {
            match after.users.get(id) {
                None => drop(lost.insert(format!("delete-user {id}"))),
                Some(now) if user.active() && !now.active() => {
                    lost.insert(format!("deactivate-user {id}"));
                }
                Some(_) => {}
            }
        }
        for id in self.groups.keys() {
            if !after.groups.contains_key(id) {
                lost.insert(format!("delete-group {id}"));
            }
        }
        for (group, user) in self.members.difference(&after.members) {
            lost.insert(format!("remove-member {group} {user}"));
        }
        lost
    }
}

/// The operations of a document of a plan or of a sync that take something away.
pub fn named(document: &Value) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for operation in document["operations"].as_array().into_iter().flatten() {
        let id = |name: &str| operation[name].as_str().unwrap_or_default();
        let action = id("action");
        named.insert(match action {
            "delete-user" | "deactivate-user" => format!("{action} {}", id("user_id")),
            "delete-group" => format!("{action} {}", id("group_id")),
            "remove-member" => format!("{action} {} {}", id("group_id"), id("user_id")),
            _ => continue,
        });
    }
    named
}

/// A campus.
pub struct Campus {
    pub environment: Environment,
    pub running: Running,
    /// What may be there twice.
    pub tolerated: BTreeSet<String>,
    /// Users that nobody but Command's own people deactivated.
    closed_by_hand: BTreeSet<String>,
    /// What Command held after the last sync.
    last: World,
    /// What the last sync showed.
    pub document: Value,
}

impl Campus {
    pub fn new(people: u32, seed: u64, personality: &[&str]) -> Self {
        let environment = Environment::new();
        let running = environment.serve(|settings| {
            settings.people = people;
            settings.seed = seed;
            settings.personality = Personality::from_names(personality).unwrap();
        });
        let last = World::read(&environment.sandbox_dir());
        let closed_by_hand = last.inactive();
        Campus {
            environment,
            running,
            tolerated: BTreeSet::new(),
            closed_by_hand,
            last,
            document: Value::Null,
        }
    }

    /// What Command holds now.
    pub fn world(&self) -> World {
        World::read(&self.environment.sandbox_dir())
    }

    /// Lives days.
    pub fn evolve(&mut self, days: u32) {
        for _ in 0..days {
            sandbox::evolve(&self.environment.sandbox_dir(), None).unwrap();
        }
        self.note_closed();
    }

    /// Whoever was deactivated since the last sync was deactivated by hand.
    pub fn note_closed(&mut self) {
        let now = self.world().inactive();
        let before = self.last.inactive();
        self.closed_by_hand.extend(now.difference(&before).cloned());
    }

    /// Syncs and checks what became of Command. `may_take` is what plans named before.
    #[track_caller]
    pub fn sync_with(&mut self, arguments: &[&str], may_take: &BTreeSet<String>) -> Ran {
        let before = self.world();
        let mut all = vec!["sync", "--profile", "sandbox", "--yes", "--output", "json"];
        all.extend(arguments);
        let ran = self.environment.run(&all);
        self.document = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let mut may_take = may_take.clone();
        may_take.extend(named(&self.document));
        let shown = format!("exit {}{}\n{}", ran.code, self.not_done(), ran.stderr);
        self.check(&before, &may_take, &shown);
        ran
    }

    /// Syncs and checks what became of Command.
    #[track_caller]
    pub fn sync(&mut self) -> Ran {
        self.sync_with(&[], &BTreeSet::new())
    }

    /// Syncs; what a guard holds is allowed in a second run. Returns how it ended.
    #[track_caller]
    pub fn sync_past_guards(&mut self) -> i32 {
        let first = self.sync();
        if first.code != 6 {
            return first.code;
        }
        let tripped = self.document["tripped"].as_array();
        assert!(
            tripped.is_some_and(|tripped| !tripped.is_empty()),
            "{first}"
        );
        let mut allow = Vec::new();
        for guard in ["people", "memberships", "emptied-groups", "departments"] {
            allow.extend(["--allow", guard]);
        }
        self.sync_with(&allow, &BTreeSet::new()).code
    }

    /// Checks what became of Command since `before`.
    #[track_caller]
    pub fn check(&mut self, before: &World, may_take: &BTreeSet<String>, shown: &str) {
        let after = self.world();
        let duplicates = after.duplicates();
        assert!(
            duplicates
                .iter()
                .all(|twice| self.tolerated.contains(twice)),
            "{duplicates:?}\n{shown}"
        );
        let lost = before.lost(&after);
        let unnamed: Vec<_> = lost.difference(may_take).collect();
        assert!(
            unnamed.is_empty(),
            "taken away unnamed: {unnamed:?}\n{shown}"
        );
        let inactive = after.inactive();
        let opened: Vec<_> = self.closed_by_hand.difference(&inactive).collect();
        assert!(opened.is_empty(), "reopened: {opened:?}\n{shown}");
        assert_eq!(before.natives(), after.natives(), "{shown}");
        self.last = after;
    }

    /// The plan of now, and the exit code of `diff --exit-code`.
    pub fn plan(&self) -> (i32, Value) {
        let ran = self.environment.run(&[
            "diff",
            "--profile",
            "sandbox",
            "--exit-code",
            "--output",
            "json",
        ]);
        (
            ran.code,
            serde_json::from_str(&ran.stdout).unwrap_or_default(),
        )
    }

    /// What the last sync did not do, in short.
    pub fn not_done(&self) -> String {
        let mut text = String::new();
        let operations = self.document["operations"].as_array();
        for operation in operations.into_iter().flatten() {
            let outcome = &operation["outcome"];
            if outcome["result"] != "done" {
                text.push_str(&format!(
                    "\n  {} {}: {outcome}",
                    operation["action"], operation["label"]
                ));
            }
        }
        text
    }

    /// What of a plan is in the way of convergence, in short. Empty if it is empty.
    pub fn left(&self) -> String {
        let (code, plan) = self.plan();
        if code == 0 {
            return String::new();
        }
        let mut text = format!("exit {code}");
        for list in ["operations", "held", "stops"] {
            for item in plan[list].as_array().into_iter().flatten().take(5) {
                text.push_str(&format!(
                    "\n  {list}: {} {} {}: {} {}",
                    item["action"], item["label"], item["code"], item["why"], item["detail"]
                ));
            }
        }
        text
    }
}
>>>>>>> 0d26b0a8cb8467fc510a9500a149da6b9ac49e2f
