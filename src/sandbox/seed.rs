//! The campus of a seed: ordinary people, and one of each thing that goes wrong in life, some
//! with a past in Command.

mod cards;
mod hand_made;

use std::collections::HashSet;

use rusqlite::Transaction;
use serde_json::{Map, Value, json};

use super::atrium::{self, Person};
use super::command::{Change, ENTERPRISE, Group, User, fold, id_at};
use super::ids;
use super::names::{CULTURES, DEPARTMENTS, GROUPS, TITLES};
use super::store::{About, Store, write_about, write_change};
use super::{SandboxError, Settings};

/// Makes the world of the settings in an empty file.
pub(super) fn create(store: &mut Store, settings: &Settings) -> Result<(), SandboxError> {
    let mut about = About {
        seed: settings.seed,
        day: 0,
        personality: settings.personality.clone(),
        tick: 0,
    };
    store.create(|db| {
        for (id, name) in GROUPS {
            atrium::put_group(db, *id, name)?;
        }
        let cases = cases();
        let mut past = Past {
            seed: settings.seed,
            tick: 0,
            changes: Vec::new(),
        };
        past.natives();
        for (person, before) in &cases {
            atrium::put(db, person)?;
            past.of(person, before);
        }
        past.group(&cases);
        let people: Vec<&Person> = cases.iter().map(|(person, _)| person).collect();
        cards::put(db, &mut past, &people)?;
        let ordinary = ordinary_people(db, settings, &cases)?;
        if settings.hand_made {
            hand_made::put(&mut past, &ordinary);
        }
        for change in &past.changes {
            write_change(db, change)?;
        }
        about.tick = past.tick;
        write_about(db, &about)
    })
}

fn ordinary_people(
    db: &Transaction<'_>,
    settings: &Settings,
    cases: &[(Person, Before)],
) -> Result<Vec<Person>, SandboxError> {
    let natives = NATIVES.iter().map(|(_, _, email)| fold(email));
    let special = cases.iter().map(|(person, _)| fold(&person.email));
    let mut emails: HashSet<String> = natives.chain(special).collect();
    let mut people = Vec::new();
    let first = u32::try_from(cases.len()).unwrap_or(u32::MAX);
    for seq in first..settings.people.max(first) {
        let mut rng = fastrand::Rng::with_seed(settings.seed ^ (u64::from(seq) << 20));
        let mut person = ordinary(&mut rng, seq, |email| !emails.contains(email));
        person.groups = some_groups(&mut rng, GROUPS.iter().map(|(id, _)| *id));
        emails.insert(person.email.clone());
        atrium::put(db, &person)?;
        ids::give(db, &mut card_rng(settings.seed, seq), seq)?;
        if settings.hand_made {
            people.push(person);
        }
    }
    Ok(people)
}

/// The dice for a person's IDs; what they have does not change who they are.
pub(super) fn card_rng(seed: u64, seq: u32) -> fastrand::Rng {
    fastrand::Rng::with_seed(seed ^ (u64::from(seq) << 20) ^ 0xCA4D)
}

/// An ordinary person, whose email is the first of its kind that is free.
pub(super) fn ordinary(
    rng: &mut fastrand::Rng,
    seq: u32,
    is_free: impl Fn(&str) -> bool,
) -> Person {
    let culture = &CULTURES[rng.usize(..CULTURES.len())];
    let (first_name, first) = culture.given[rng.usize(..culture.given.len())];
    let (last_name, last) = culture.family[rng.usize(..culture.family.len())];
    let middle_name = match rng.u8(..8) {
        0 => culture.given[rng.usize(..culture.given.len())].0,
        1 => "J.",
        _ => "",
    };
    let student = rng.u8(..10) < 7;
    let host = if student {
        "students.campus.example"
    } else {
        "campus.example"
    };
    let mut email = format!("{first}.{last}@{host}");
    // The number of the person is used up by nobody else, so the second try is free or nearly so.
    let mut suffix = seq;
    while !is_free(&email) {
        email = format!("{first}.{last}{suffix}@{host}");
        suffix = suffix.wrapping_add(1_000_003);
    }
    let number = 1_001_000_u32.wrapping_add(seq);
    let campus_id = match seq % 17 {
        3 => format!("{:07}", 43_000_u32.wrapping_add(seq)),
        _ => format!("S{number}"),
    };
    let phone = match rng.u8(..10) {
        0 | 1 => String::new(),
        2 => format!("(650) 555-{:04}", rng.u16(..10_000)),
        3 => format!("650.555.{:04} ext. {}", rng.u16(..10_000), rng.u16(10..99)),
        _ => format!("+1650555{:04}", rng.u16(..10_000)),
    };
    let title = match student {
        true => "",
        false => TITLES[rng.usize(..TITLES.len())],
    };
    Person {
        seq,
        campus_id,
        first_name: first_name.into(),
        middle_name: middle_name.into(),
        last_name: last_name.into(),
        email,
        phone,
        title: title.into(),
        department: DEPARTMENTS[rng.usize(..DEPARTMENTS.len())].into(),
        status: if rng.u8(..100) < 3 {
            "Inactive"
        } else {
            "Active"
        }
        .into(),
        valid_from: if rng.u8(..40) == 0 { "2019-08-15" } else { "" }.into(),
        valid_until: if rng.u8(..40) == 0 { "2099-06-30" } else { "" }.into(),
        ..Person::default()
    }
}

/// One to four of the groups, and now and then none.
pub(super) fn some_groups(rng: &mut fastrand::Rng, groups: impl Iterator<Item = u32>) -> Vec<u32> {
    let count = match rng.u8(..50) {
        0 => 0,
        _ => rng.usize(1..=4),
    };
    let mut chosen = rng.choose_multiple(groups, count);
    chosen.sort_unstable();
    chosen
}

/// What Command knew of a person before the first sync.
enum Before {
    Nothing,
    /// Ours, under this campus id, with this email.
    Ours {
        campus_id: &'static str,
        email: &'static str,
        active: bool,
    },
    /// Another SCIM client's, under this external id.
    Foreign {
        external_id: &'static str,
    },
}

/// Users made in Command: first name, last name, email. The last one has a synced person's email.
const NATIVES: &[(&str, &str, &str)] = &[
    ("Dana", "Whitfield", "dana.whitfield@campus.example"),
    ("Luis", "Ortega", "security.desk@campus.example"),
    ("Priscilla", "Okafor", "priscilla.okafor@campus.example"),
    ("Tom", "Berry", "tom.berry@contractor.example"),
    ("Visitor", "Kiosk", "kiosk@campus.example"),
    ("Marguerite", "Lacroix", "marguerite.lacroix@campus.example"),
];

/// Groups made in Command. The last one has the name of a synced group.
const NATIVE_GROUPS: &[&str] = &["Security Desk", "Contractors", "Library - Floor 1 Stacks"];

/// The group that Command knows already.
const KNOWN_GROUP: (u32, &str) = (119, "Engineering - Floor 4 Offices");

/// The people whose lives are not ordinary: campus id, first name, last name, email, status,
/// access groups, and what Command knew of them before the first sync: `ours` or `closed`
/// (deactivated by hand) with the campus id and email there, or `foreign` with an external id.
const CASES: &str = "
# An email outside the token's domains.
S1000001 | Lena | Hartmann | lena.hartmann@partner.example | Active | 102 |
# No email.
S1000002 | Bao | Nguyễn | | Active | 204 |
# Two people with one email, neither in Command.
S1000003 | Ana | Kovač | a.kovac@students.campus.example | Active | 204 |
S1000004 | Antun | Kovač | a.kovac@students.campus.example | Active | 205 |
# Two people with one email, the first of them in Command.
S1000005 | Kofi | Osei | family.osei@campus.example | Active | 110 119 | ours S1000005 family.osei@campus.example
S1000006 | Abena | Osei | family.osei@campus.example | Active | 110 |
# A person who got another campus id.
S1000007 | Ingrid | Solberg | ingrid.solberg@campus.example | Active | 119 | ours S0900007 ingrid.solberg@campus.example
# A leaver's address, given to a newcomer.
S1000008 | Joan | Martin | | Inactive | | ours S1000008 j.martin@campus.example
S1000009 | Jacques | Martín | j.martin@campus.example | Active | 305 |
# A status that nobody mapped, without and with a past.
S1000010 | Rhiannon | Llewellyn | rhiannon.llewellyn@campus.example | Sabbatical | 119 |
S1000011 | Tuấn | Phạm | tuan.pham@campus.example | Sabbatical | 119 | ours S1000011 tuan.pham@campus.example
# A native user has this person's email.
S1000012 | Marguerite | Lacroix | marguerite.lacroix@campus.example | Active | 306 |
# Another SCIM client's user who is in Atrium, too.
S1000013 | Olu | Adeyemi | olu.adeyemi@campus.example | Active | 119 306 | foreign 00u1a2b3c4D5e6F7g8h9
# Deactivated by hand in Command, active in Atrium.
S1000014 | Stefan | Gruber | stefan.gruber@campus.example | Active | 119 212 | closed S1000014 stefan.gruber@campus.example
# Inactive, and never in Command.
S1000015 | Wilhelmina | de Boer | wilhelmina.deboer@campus.example | Inactive | 102 |
# Inactive, and still active in Command.
S1000016 | Hugo | Lindqvist | hugo.lindqvist@campus.example | Inactive | 119 | ours S1000016 hugo.lindqvist@campus.example
# An id of digits that a spreadsheet spoils.
0042817 | Noor | Haddad | noor.haddad@students.campus.example | Active | 111 |
# A name with combining marks where others have one character, and an email in capitals.
S1000018 | Zoe\u{308} | Andre\u{301} | ZOE.ANDRE@CAMPUS.EXAMPLE | Active | 103 |
# Names of one character.
S1000019 | O | 李 | o.li@campus.example | Active | 118 |
# Marks that a CSV file has to quote.
S1000020 | Robert \"Bob\" | Parr, Jr. | bob.parr@campus.example | Active | 230 |
# In the group whose name a native group has.
S1000021 | Yui | 中村 | yui.nakamura@students.campus.example | Active | 110 |
# In no group.
S1000022 | Tamar | בן-דוד | tamar.bendavid@campus.example | Active | |
# In Command already, with an end date that has passed.
S1000023 | Emeka | Nwosu | emeka.nwosu@campus.example | Active | 119 | ours S1000023 emeka.nwosu@campus.example
";

/// Reads the table of cases.
fn cases() -> Vec<(Person, Before)> {
    let rows = CASES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    (0..)
        .zip(rows)
        .map(|(seq, row)| {
            let mut fields = row.split('|').map(str::trim);
            let mut next = || fields.next().unwrap_or_default();
            let mut text = || next().to_owned();
            let person = Person {
                seq,
                campus_id: text(),
                first_name: text(),
                last_name: text(),
                email: text(),
                department: "Engineering".into(),
                status: text(),
                special: true,
                groups: text()
                    .split_whitespace()
                    .filter_map(|id| id.parse().ok())
                    .collect(),
                ..Person::default()
            };
            let past: Vec<&'static str> = next().split_whitespace().collect();
            let before = match past.as_slice() {
                [state @ ("ours" | "closed"), campus_id, email] => Before::Ours {
                    campus_id,
                    email,
                    active: *state == "ours",
                },
                ["foreign", external_id] => Before::Foreign { external_id },
                _ => Before::Nothing,
            };
            (person, before)
        })
        .collect()
}

/// Builds what Command holds on the first day.
struct Past {
    seed: u64,
    tick: u32,
    changes: Vec<Change>,
}

impl Past {
    fn tick(&mut self) -> u32 {
        self.tick += 1;
        self.tick
    }

    fn user(&mut self, native: bool, attributes: Value) {
        let tick = self.tick();
        let Value::Object(attributes) = attributes else {
            return;
        };
        self.changes.push(Change::PutUser(User {
            id: id_at(self.seed, tick),
            native,
            attributes,
            created: tick,
            modified: tick,
        }));
    }

    fn named_group(&mut self, native: bool, attributes: Value) -> String {
        let tick = self.tick();
        let id = id_at(self.seed, tick);
        let attributes = match attributes {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        };
        self.changes.push(Change::PutGroup(Group {
            id: id.clone(),
            native,
            attributes,
            created: tick,
            modified: tick,
        }));
        id
    }

    fn natives(&mut self) {
        for (first, last, email) in NATIVES {
            self.user(true, native_user(first, last, email));
        }
        for name in NATIVE_GROUPS {
            self.named_group(true, json!({"displayName": name}));
        }
    }

    fn of(&mut self, person: &Person, before: &Before) {
        let (external_id, number, email, active) = match before {
            Before::Nothing => return,
            Before::Ours {
                campus_id,
                email,
                active,
            } => (format!("atrium:{campus_id}"), *campus_id, *email, *active),
            Before::Foreign { external_id } => (
                (*external_id).to_owned(),
                person.campus_id.as_str(),
                person.email.as_str(),
                true,
            ),
        };
        self.user(
            false,
            json!({
                "userName": email,
                "externalId": external_id,
                "name": {"givenName": person.first_name, "familyName": person.last_name},
                "active": active,
                ENTERPRISE: {"employeeNumber": number, "department": person.department},
            }),
        );
    }

    /// One synced group is in Command, with those of its people who are.
    fn group(&mut self, cases: &[(Person, Before)]) {
        let (number, name) = KNOWN_GROUP;
        let in_group: HashSet<&str> = cases
            .iter()
            .filter(|(person, _)| person.groups.contains(&number))
            .map(|(person, before)| match before {
                Before::Ours { email, .. } => email,
                _ => person.email.as_str(),
            })
            .collect();
        let members: Vec<String> = self
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::PutUser(user) if !user.native && in_group.contains(user.user_name()) => {
                    Some(user.id.clone())
                }
                _ => None,
            })
            .collect();
        let group = self.named_group(
            false,
            json!({"displayName": name, "externalId": format!("atrium-group:{number}")}),
        );
        self.changes
            .extend(members.into_iter().map(|user| Change::Join {
                group: group.clone(),
                user,
            }));
    }
}

/// The attributes of a user made in Command.
pub(super) fn native_user(first: &str, last: &str, email: &str) -> Value {
    json!({
        "userName": email,
        "name": {"givenName": first, "familyName": last},
        "active": true,
    })
}
