//! A campus under test: a sandbox served in this process, the syncs that run against it, and what
//! its Command really holds, whatever its personality shows. Every sync is checked: nothing twice,
//! nothing taken away that the plan did not name, nothing opened that somebody closed, nothing of
//! what was made in Command touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use atriumctl::sandbox::{self, Personality, Running};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::environment::{Environment, Ran};

/// What Command holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub users: BTreeMap<String, Record>,
    pub groups: BTreeMap<String, Record>,
    /// Group and user.
    pub members: BTreeSet<(String, String)>,
    /// By card id.
    pub cards: BTreeMap<String, Card>,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The holder's id over SCIM.
    pub user: String,
    /// The short name of the type.
    pub kind: String,
    pub facility_code: Option<u32>,
    pub number: u128,
    pub active: bool,
    /// Added by Command's own people.
    pub by_hand: bool,
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
            cards: cards(&db),
        }
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
        let cards = self
            .cards
            .iter()
            .filter(|(_, card)| users.contains_key(&card.user))
            .map(|(id, card)| (id.clone(), card.clone()))
            .collect();
        World {
            users,
            groups,
            members,
            cards,
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

fn cards(db: &Connection) -> BTreeMap<String, Card> {
    let sql = "SELECT id, user_id, kind, facility_code, number, active, by_hand FROM command_card";
    let mut select = db.prepare(sql).unwrap();
    let rows = select.query_map([], |row| {
        let number: String = row.get(4)?;
        let card = Card {
            user: row.get(1)?,
            kind: row.get(2)?,
            facility_code: row.get(3)?,
            number: number.parse().unwrap(),
            active: row.get(5)?,
            by_hand: row.get(6)?,
        };
        Ok((row.get(0)?, card))
    });
    rows.unwrap().map(Result::unwrap).collect()
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
