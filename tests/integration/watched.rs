//! A campus under test: a sandbox served in this process, the syncs that run against it, and what
//! its Command really holds, whatever its personality shows. Every sync is checked: nothing twice,
//! no card with two holders, nothing taken away and no card opened that the plan did not name,
//! nothing opened that somebody closed, nothing of what was made in Command touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use atriumctl::sandbox::{self, Event, Hand, Personality, Running};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::environment::{Environment, Ran};

/// How long a minute of the stand-in's REST interface lasts: so short that its limit costs the tests
/// next to nothing.
pub const MINUTE: Duration = Duration::from_millis(600);

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

impl Card {
    /// What makes two cards the same card.
    fn key(&self) -> (&str, Option<u32>, u128) {
        (&self.kind, self.facility_code, self.number)
    }

    pub fn is_same_as(&self, other: &Card) -> bool {
        self.key() == other.key()
    }

    /// What it is and whether it opens doors.
    pub fn shown(&self) -> String {
        format!("{:?} active: {}", self.key(), self.active)
    }

    /// As documents may write it: the number is decimal or hexadecimal,
    /// here without zeros before it.
    fn spelt(&self) -> [String; 2] {
        let code = self.facility_code.map(|code| format!("{code}/"));
        let code = code.unwrap_or_default();
        let digits = [format!("{}", self.number), format!("{:X}", self.number)];
        digits.map(|number| format!("{} {code}{number}", self.kind))
    }
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
        for card in self.cards.values() {
            note("card", format!("{:?}", card.key()));
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

    /// The cards of the person with this campus id.
    pub fn cards_of(&self, campus_id: &str) -> Vec<&Card> {
        let held = |card: &&Card| self.campus_id(&card.user) == campus_id;
        self.cards.values().filter(held).collect()
    }

    /// The campus id of a user of ours, or else the user's own id.
    pub fn campus_id<'a>(&'a self, user: &'a str) -> &'a str {
        let Some(record) = self.users.get(user) else {
            return user;
        };
        let ours = record.text("externalId").strip_prefix("atrium:");
        let number = Some(record.employee_number()).filter(|number| !number.is_empty());
        ours.or(number).unwrap_or(user)
    }

    /// Cards that are switched off.
    pub fn switched_off(&self) -> BTreeSet<String> {
        let off = self.cards.iter().filter(|(_, card)| !card.active);
        off.map(|(id, _)| id.clone()).collect()
    }

    /// Cards that open doors here and did not `before`, with every way in which [`Named`] may name
    /// them.
    fn opened<'a>(&'a self, before: &'a World) -> impl Iterator<Item = (&'a Card, [String; 3])> {
        let opens = |world: &World, id: &str| world.cards.get(id).is_some_and(|card| card.active);
        let opened = self
            .cards
            .iter()
            .filter(move |(id, card)| card.active && !opens(before, id));
        opened.map(|(id, card)| {
            let holder = self.campus_id(&card.user);
            let [decimal, hexadecimal] = card.spelt().map(|card| format!("{holder} {card}"));
            (card, [id.clone(), decimal, hexadecimal])
        })
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
        for (id, card) in &self.cards {
            // A user who is deleted takes the cards along.
            if !after.cards.contains_key(id) && after.users.contains_key(&card.user) {
                lost.insert(format!("take-card {id}"));
            }
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

/// What a document of a plan or of a sync says that is done.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// What is taken away: the action and the server's ids.
    takes: BTreeSet<String>,
    /// Which cards come to open doors: the server's id of a card that is there, or was made by an
    /// operation that is done; campus id and number of one whose operation was not seen to
    /// end.
    opens: BTreeSet<String>,
}

impl Named {
    pub fn extend(&mut self, other: Named) {
        self.takes.extend(other.takes);
        self.opens.extend(other.opens);
    }
}

/// The operations of a document of a plan or of a sync.
pub fn named(document: &Value) -> Named {
    let mut named = Named::default();
    for operation in document["operations"].as_array().into_iter().flatten() {
        let id = |name: &str| operation[name].as_str().unwrap_or_default();
        let action = id("action");
        match action {
            "delete-user" | "deactivate-user" => {
                named.takes.insert(format!("{action} {}", id("user_id")));
            }
            "delete-group" => {
                named.takes.insert(format!("{action} {}", id("group_id")));
            }
            "remove-member" => {
                let (group, user) = (id("group_id"), id("user_id"));
                named.takes.insert(format!("{action} {group} {user}"));
            }
            "remove-card" | "move-card" => {
                named.takes.insert(format!("take-card {}", id("card_id")));
            }
            _ => {}
        }
        if let "add-card" | "move-card" | "activate-card" = action {
            named.opens.extend(opens(operation));
        }
    }
    named
}

fn opens(operation: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(made) = text(&operation["outcome"]["made"]) {
        return vec![made];
    }
    if operation["action"] == "activate-card" {
        return text(&operation["card_id"]).into_iter().collect();
    }
    let subject = &operation["subject"];
    let card = without_zeros(subject["card"].as_str().unwrap_or_default());
    // What can't be moved is put back.
    let holders = [text(&subject["campus_id"]), text(&operation["from"])];
    let holders = holders.into_iter().flatten();
    holders.map(|holder| format!("{holder} {card}")).collect()
}

/// Whether all that is held is held because an id could not be read, or waits for what is.
fn is_unsure(document: &Value) -> bool {
    let is_empty = |list: &str| document[list].as_array().is_none_or(Vec::is_empty);
    let held = document["held"].as_array();
    let codes: BTreeSet<&str> = held
        .into_iter()
        .flatten()
        .filter_map(|held| held["code"].as_str())
        .collect();
    let mut others = codes.iter().filter(|code| **code != "needs-held");
    is_empty("tripped")
        && is_empty("stops")
        && codes.contains("absence-unsure")
        && others.all(|code| *code == "absence-unsure")
}

/// A card's number without the zeros that it begins with.
fn without_zeros(card: &str) -> String {
    let at = card.rfind([' ', '/']).map_or(0, |at| at + 1);
    let (kind, number) = card.split_at(at);
    format!("{kind}{}", number.trim_start_matches('0'))
}

/// Every guard that a sync may be told to let through.
const GUARDS: [&str; 7] = [
    "people",
    "memberships",
    "cards",
    "lost-cards",
    "every-card",
    "emptied-groups",
    "departments",
];

/// A campus.
pub struct Campus {
    /// How it was made.
    made: String,
    pub environment: Environment,
    pub running: Running,
    /// What may be there twice.
    pub tolerated: BTreeSet<String>,
    /// Users that nobody but Command's own people deactivated.
    closed_by_hand: BTreeSet<String>,
    /// Cards that nobody but Command's own people switched off.
    switched_off: BTreeSet<String>,
    /// What Command held after the last sync.
    last: World,
    /// What the last sync showed.
    pub document: Value,
}

impl Campus {
    pub fn new(people: u32, seed: u64, personality: &[&str]) -> Self {
        Self::paced(people, seed, personality, MINUTE)
    }

    /// The same with a minute of this length.
    pub fn paced(people: u32, seed: u64, personality: &[&str], minute: Duration) -> Self {
        let environment = Environment::new();
        let running = environment.serve(|settings| {
            settings.people = people;
            settings.seed = seed;
            settings.minute = minute;
            settings.personality = Personality::from_names(personality).unwrap();
        });
        let last = World::read(&environment.sandbox_dir());
        let closed_by_hand = last.inactive();
        let switched_off = last.switched_off();
        Campus {
            made: format!("{people} people, seed {seed}, {personality:?}"),
            environment,
            running,
            tolerated: BTreeSet::new(),
            closed_by_hand,
            switched_off,
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

    /// Lives a day with these events only.
    pub fn happen(&mut self, events: &[Event]) -> Vec<String> {
        let told = sandbox::evolve(&self.environment.sandbox_dir(), Some(events)).unwrap();
        self.note_closed();
        told
    }

    /// Does something by hand in Command.
    pub fn hand(&mut self, hand: &Hand) {
        sandbox::hand(&self.environment.sandbox_dir(), hand).unwrap();
        self.note_closed();
    }

    /// Whoever was deactivated since the last sync was deactivated by hand; and so it is with cards
    /// that were switched off.
    pub fn note_closed(&mut self) {
        let world = self.world();
        let (now, before) = (world.inactive(), self.last.inactive());
        self.closed_by_hand.extend(now.difference(&before).cloned());
        let (now, before) = (world.switched_off(), self.last.switched_off());
        self.switched_off.extend(now.difference(&before).cloned());
    }

    /// The next sync may switch a card on.
    pub fn may_reopen(&mut self, card: &str) {
        assert!(self.switched_off.remove(card), "it is not switched off");
    }

    /// Syncs and checks what became of Command. `may_do` is what plans named before.
    #[track_caller]
    pub fn sync_with(&mut self, arguments: &[&str], may_do: &Named) -> Ran {
        let before = self.world();
        let mut all = vec!["sync", "--profile", "sandbox", "--yes"];
        all.extend(["--output", "json", "--unmask"]);
        all.extend(arguments);
        let ran = self.environment.run(&all);
        self.document = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let mut may_do = may_do.clone();
        may_do.extend(named(&self.document));
        let shown = format!("exit {}{}\n{}", ran.code, self.not_done(), ran.stderr);
        self.check(&before, &may_do, &shown);
        ran
    }

    /// Syncs and checks what became of Command.
    #[track_caller]
    pub fn sync(&mut self) -> Ran {
        self.sync_with(&[], &Named::default())
    }

    /// Syncs; what a guard holds is allowed in a second run. Returns how it ended, where what no
    /// client can do counts as done.
    #[track_caller]
    pub fn sync_past_guards(&mut self) -> i32 {
        let first = self.sync();
        let tripped = self.document["tripped"].as_array();
        if first.code != 6 || tripped.is_none_or(Vec::is_empty) {
            return self.excused(first.code);
        }
        let mut allow = Vec::new();
        for guard in GUARDS {
            allow.extend(["--allow", guard]);
        }
        let code = self.sync_with(&allow, &Named::default()).code;
        self.excused(code)
    }

    /// How a sync ended, without what nobody but people can settle: a card that a user has whom
    /// Command's people closed, or that can't be taken from a user who is closed, and a card that is
    /// gone from the ids of somebody whose other ids can't be read.
    fn excused(&self, code: i32) -> i32 {
        let operations = self.document["operations"].as_array();
        let is_owed = |at: &Value| {
            let need = at.as_u64().and_then(|at| operations?.get(at as usize));
            need.is_some_and(|need| need["outcome"]["result"] == "owed")
        };
        let waits = |operation: &Value| {
            let mut needs = operation["needs"].as_array().into_iter().flatten();
            operation["outcome"]["code"] == "dependency-failed" && needs.any(is_owed)
        };
        let mut failed = operations
            .into_iter()
            .flatten()
            .filter(|operation| !waits(operation))
            .map(|operation| &operation["outcome"])
            .filter(|outcome| !matches!(outcome["result"].as_str(), Some("done" | "owed")));
        let in_step = self.document["verification"]["result"] == "in-step";
        match code {
            5 if !in_step => 5,
            6 if !is_unsure(&self.document) => 6,
            5 | 6 => match failed.find(|outcome| outcome["code"] != "card-held-elsewhere") {
                None => 0,
                Some(_) => 5,
            },
            code => code,
        }
    }

    /// Checks what became of Command since `before`.
    #[track_caller]
    pub fn check(&mut self, before: &World, may_do: &Named, shown: &str) {
        let shown = format!("{}: {shown}", self.made);
        let after = self.world();
        let duplicates = after.duplicates();
        assert!(
            duplicates
                .iter()
                .all(|twice| self.tolerated.contains(twice)),
            "{duplicates:?}\n{shown}"
        );
        let lost = before.lost(&after);
        let unnamed: Vec<_> = lost.difference(&may_do.takes).collect();
        assert!(
            unnamed.is_empty(),
            "taken away unnamed: {unnamed:?}\n{shown}"
        );
        let inactive = after.inactive();
        let opened: Vec<_> = self.closed_by_hand.difference(&inactive).collect();
        assert!(opened.is_empty(), "reopened: {opened:?}\n{shown}");
        for (card, spellings) in after.opened(before) {
            let is_named = spellings.iter().any(|name| may_do.opens.contains(name));
            assert!(is_named, "opens unnamed: {card:?} {spellings:?}\n{shown}");
            // Taken and given back it would open as well.
            let mut off = self.switched_off.iter();
            let reopened = off.find(|id| {
                before
                    .cards
                    .get(*id)
                    .is_some_and(|old| old.user == card.user && old.key() == card.key())
            });
            assert_eq!(reopened, None, "switched on: {card:?}\n{shown}");
        }
        assert_eq!(before.natives(), after.natives(), "{shown}");
        // A card that is gone for a reason may be given again for another.
        self.switched_off.retain(|id| after.cards.contains_key(id));
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
            "--unmask",
        ]);
        (
            ran.code,
            serde_json::from_str(&ran.stdout).unwrap_or_default(),
        )
    }

    /// What the last sync did not do, in short. Debts are no failures.
    pub fn not_done(&self) -> String {
        let mut text = String::new();
        let operations = self.document["operations"].as_array();
        for operation in operations.into_iter().flatten() {
            let outcome = &operation["outcome"];
            if !matches!(outcome["result"].as_str(), Some("done" | "owed")) {
                text.push_str(&format!(
                    "\n  {} {}: {outcome}",
                    operation["action"], operation["label"]
                ));
            }
        }
        let verification = &self.document["verification"];
        if verification["result"] != "in-step" {
            text.push_str(&format!("\n  {verification}"));
        }
        text
    }

    /// What of a plan is in the way of convergence, in short. Empty if it is empty.
    pub fn left(&self) -> String {
        let (code, plan) = self.plan();
        let operations = plan["operations"].as_array();
        let is_empty = operations.is_some_and(Vec::is_empty);
        if code == 0 || (is_empty && is_unsure(&plan)) {
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
