//! A campus whose exports a test writes itself, beside a sandbox's Command served in this process,
//! and a look at that Command over plain HTTP, past the tool.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use atriumctl::sandbox::{self, Hand, Personality, Running};
use serde_json::Value;

use crate::environment::{Environment, Ran};
use crate::http;

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

    /// The group of this name, whoever made it.
    #[track_caller]
    pub fn group_named(&self, name: &str) -> Value {
        let mut groups = self.list("Groups").into_iter();
        groups.find(|group| group["displayName"] == name).unwrap()
    }

    /// Everything of an endpoint.
    fn list(&self, endpoint: &str) -> Vec<Value> {
        let token = sandbox::scim_token(&self.environment.sandbox_dir()).unwrap();
        let mut all = Vec::new();
        loop {
            let request = format!(
                "GET /scim/{endpoint}?startIndex={}&count=100",
                all.len() + 1
            );
            let base = self.command.base_url();
            let page = http::send(
                &base,
                &request,
                &format!("Authorization: Bearer {token}"),
                None,
            );
            let page = page.json();
            let resources = page["Resources"].as_array().cloned().unwrap_or_default();
            let done = resources.is_empty();
            all.extend(resources);
            let total = &page["totalResults"];
            let text = total.as_str().map(str::to_owned);
            let total: usize = text.unwrap_or(total.to_string()).parse().unwrap();
            if done || all.len() >= total {
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
