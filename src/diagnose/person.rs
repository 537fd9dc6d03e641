//! Whom a diagnosis is about: found in Atrium by id, address or name, never guessed.

use crate::model::access::AccessUser;
use crate::model::directory::RemoteUser;
use crate::model::fold::{fold, same_folded};
use crate::model::memory::Memory;
use crate::model::roster::{Person, Roster, UnreadableSubject};
use crate::model::{AccessUserId, Text};
use crate::reconcile::policy::Policy;

/// So many near names are told.
const NEAR: usize = 5;

/// So many people who fit are told.
const SEVERAL: usize = 20;

/// Below this likeness (Jaro-Winkler, 0 to 1), names have little more in common than a few letters.
const ALIKE: f64 = 0.88;

/// From so many letters on, a part of a name or address is looked for; fewer would fit half the
/// campus, and are one of the names, whole, or nothing.
const PART: usize = 3;

/// Who fits what was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit<'a> {
    /// This person.
    One(&'a Person),
    /// Several people, of whom none is chosen: the first of them, and how many there are.
    Several(Vec<&'a Person>, usize),
    /// Nobody; those who are most like it.
    Nobody(Vec<&'a Person>),
}

impl<'a> Fit<'a> {
    /// What to make of those who fit; `None` if there is nobody.
    fn of(found: &[&'a Person]) -> Option<Self> {
        match found {
            [] => None,
            [one] => Some(Fit::One(one)),
            several => {
                let first = several.iter().take(SEVERAL).copied().collect();
                Some(Fit::Several(first, several.len()))
            }
        }
    }
}

/// The campus id that an external id of ours or an id of Command's stands for, as far as the
/// profile and the ledger tell it; else what was asked.
#[must_use]
pub fn alias<'a>(roster: &Roster, memory: &'a Memory, policy: &Policy, asked: &'a str) -> &'a str {
    let asked = asked.trim();
    if by_campus_id(roster, asked).is_some() {
        return asked;
    }
    if let Some(id) = policy.user_ids.parse(asked) {
        return id;
    }
    let known = memory.users.iter().find(|(_, user)| {
        let access = user.access.as_ref().map(|access| access.id.as_str());
        user.user_id.as_str() == asked || access == Some(asked)
    });
    known.map_or(asked, |(id, _)| id.as_str())
}

fn by_campus_id<'a>(roster: &'a Roster, id: &str) -> Option<&'a Person> {
    let mut people = roster.people.iter();
    people.find(|person| person.campus_id.as_str() == id)
}

/// Looks for somebody in Atrium: by campus id, exactly, or by email address; then by whole name;
/// then by a part of a name or address.
#[must_use]
pub fn find<'a>(roster: &'a Roster, asked: &str) -> Fit<'a> {
    let asked = asked.trim();
    if let Some(person) = by_campus_id(roster, asked) {
        return Fit::One(person);
    }
    if asked.is_empty() {
        return Fit::Nobody(Vec::new());
    }
    let wanted = spaced(asked);
    let by_email = |person: &&Person| same_folded(&person.email, asked);
    let by_name = |person: &&Person| spaced(&person.display_name()) == wanted;
    // A whole address that is nobody's and ends as somebody's does is not theirs.
    let by_part = |person: &&Person| {
        !is_address(&wanted) && has_part(&wanted, &person.display_name(), &person.email)
    };
    let fits: [&dyn Fn(&&Person) -> bool; 3] = [&by_email, &by_name, &by_part];
    for fits in fits {
        let found: Vec<&Person> = roster.people.iter().filter(fits).collect();
        if let Some(fit) = Fit::of(&found) {
            return fit;
        }
    }
    Fit::Nobody(near(roster, asked))
}

/// The people whose addresses end with the address that was asked for and is nobody's, if there
/// are several: they are told, where nobody of Command has it either.
#[must_use]
pub fn ending<'a>(roster: &'a Roster, asked: &str) -> Option<Fit<'a>> {
    let wanted = spaced(asked);
    let people = roster.people.iter();
    let found: Vec<&Person> = people.filter(|one| ends(one, &wanted)).collect();
    Fit::of(&found).filter(|fit| matches!(fit, Fit::Several(..)))
}

fn ends(person: &Person, wanted: &str) -> bool {
    is_address(wanted) && fold(&person.email).ends_with(wanted)
}

/// Whether somebody of this name and address is asked for: the whole name, or, from three letters
/// on, a part of the name or address.
#[must_use]
pub fn fits(asked: &str, name: &str, email: &str) -> bool {
    let wanted = spaced(asked);
    !wanted.is_empty() && (spaced(name) == wanted || has_part(&wanted, name, email))
}

fn has_part(wanted: &str, name: &str, email: &str) -> bool {
    let name = spaced(name);
    match wanted.chars().count() < PART {
        true => name.split(' ').any(|word| word == wanted),
        false => name.contains(wanted) || fold(email).contains(wanted),
    }
}

/// A text folded, with one blank for every run of blanks.
fn spaced(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// Whether a text is a whole address, and not a part of one.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// A user of SCIM, as far as it tells whose it is.
#[must_use]
pub fn record(user: &RemoteUser) -> AccessUser {
    AccessUser {
        id: AccessUserId(user.id.0.clone()),
        external_id: user.external_id.clone().unwrap_or_default(),
        email: user.profile.email.clone(),
        full_name: user.profile.display_name(),
        employee_id: user.profile.employee_number.clone(),
    }
}

/// The person of Atrium whose record of Command this is: by our external id or the ledger, else by
/// employee number, else by address. A record of ours whose campus id Atrium does not have is a
/// person's of the same address and name, who got another id; an address alone may have been given
/// to somebody else.
#[must_use]
pub fn of_record<'a>(
    roster: &'a Roster,
    memory: &Memory,
    policy: &Policy,
    record: &AccessUser,
) -> Option<Fit<'a>> {
    let id = record.id.as_str();
    let known = alias(roster, memory, policy, id);
    let external = policy.user_ids.parse(&record.external_id);
    let own = external.or((known != id).then_some(known));
    let number = record.employee_id.as_str();
    let sure = own.or(Some(number).filter(|number| !number.is_empty()));
    if let Some(person) = sure.and_then(|id| by_campus_id(roster, id)) {
        return Some(Fit::One(person));
    }
    if record.email.is_empty() {
        return None;
    }
    let people = roster.people.iter().filter(|person| {
        let named = || spaced(&person.display_name()) == spaced(&record.full_name);
        same_folded(&person.email, &record.email) && (own.is_none() || named())
    });
    Fit::of(&people.collect::<Vec<_>>())
}

/// The people whose id, name, part of a name, or address is most like what was asked.
#[must_use]
pub fn near<'a>(roster: &'a Roster, asked: &str) -> Vec<&'a Person> {
    let wanted = spaced(asked);
    if wanted.is_empty() {
        return Vec::new();
    }
    let sorted = |text: &str| {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        words.join(" ")
    };
    let in_order = sorted(&wanted);
    let wanted_local = wanted.split_once('@').map_or("", |(local, _)| local);
    let like = |a: &str, b: &str| match a.is_empty() || b.is_empty() {
        true => 0.0,
        false => strsim::jaro_winkler(a, b),
    };
    let mut alike: Vec<(f64, &Person)> = Vec::new();
    for person in &roster.people {
        let name = spaced(&person.display_name());
        let email = fold(&person.email);
        let local = email.split('@').next().unwrap_or_default();
        let id = fold(&person.campus_id.0);
        let whole = [&*name, &*email, local, &*id];
        let texts = name.split(' ').chain(whole);
        let best = texts
            .map(|text| like(&wanted, text))
            .chain([like(&in_order, &sorted(&name)), like(wanted_local, local)])
            .fold(0.0, f64::max);
        // An address that only lacks its beginning is as near as can be.
        let best = if ends(person, &wanted) { 1.0 } else { best };
        if best >= ALIKE {
            alike.push((best, person));
        }
    }
    alike.sort_by(|(a, first), (b, second)| {
        let order = b.total_cmp(a);
        order.then_with(|| first.campus_id.cmp(&second.campus_id))
    });
    let near = alike.into_iter().take(NEAR);
    near.map(|(_, person)| person).collect()
}

/// Rows that could not be read and may be about whom was asked: where they stand and what is wrong.
#[must_use]
pub fn unreadable(roster: &Roster, asked: &str) -> Vec<String> {
    let rows = roster.unreadable.iter().filter(|row| match &row.subject {
        UnreadableSubject::Person(id) => id.as_str() == asked.trim(),
        UnreadableSubject::Group(_) => false,
        UnreadableSubject::Row {
            email,
            first_name,
            last_name,
        } => {
            let name: Text = crate::model::join_name(first_name, last_name);
            let known = |text: &str| !text.is_empty() && same_folded(text, asked);
            known(email) || known(&name) || known(last_name)
        }
    });
    let told = rows.map(|row| format!("{}: {}", row.place, row.message));
    told.take(NEAR).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::CampusId;
    use crate::model::roster::{Place, Unreadable};

    fn person(id: &str, first: &str, last: &str, email: &str) -> Person {
        Person {
            campus_id: CampusId::from(id),
            first_name: first.into(),
            middle_name: Text::default(),
            last_name: last.into(),
            email: email.into(),
            phone: Text::default(),
            title: Text::default(),
            department: Text::default(),
            status: "active".into(),
            valid_from: None,
            valid_until: None,
            groups: Vec::new(),
            credentials: Vec::new(),
            in_scope: true,
            place: Place {
                file: Arc::from("p.csv"),
                line: 2,
            },
        }
    }

    fn roster() -> Roster {
        Roster {
            people: vec![
                person("S1", "Ana", "Diaz", "ana.diaz@a.example"),
                person("S2", "Ana", "Diaz", "ana.diaz2@a.example"),
                person("s1", "Bo", "Li", "bo@a.example"),
                person("S4", "Chloë", "Ng", "chloe.ng@a.example"),
            ],
            ..Roster::default()
        }
    }

    fn told(fit: &Fit<'_>) -> String {
        let ids = |people: &[&Person]| {
            let ids: Vec<&str> = people.iter().map(|p| p.campus_id.as_str()).collect();
            ids.join(" ")
        };
        match fit {
            Fit::One(person) => format!("one {}", person.campus_id),
            Fit::Several(people, all) => format!("{all}: {}", ids(people)),
            Fit::Nobody(near) => format!("near {}", ids(near)),
        }
    }

    #[test]
    fn somebody_is_found_and_never_guessed() {
        let roster = roster();
        for (asked, expected) in [
            ("S1", "one S1"),
            (" s1 ", "one s1"),
            ("ANA.DIAZ@A.example", "one S1"),
            ("ana diaz", "2: S1 S2"),
            ("chloë ng", "one S4"),
            ("chlo", "one S4"),
            ("diaz", "2: S1 S2"),
            ("ch", "near "),
            ("li", "one s1"),
            ("Ana   DIAZ", "2: S1 S2"),
            ("diaz@a", "one S1"),
            ("Dias", "near S1 S2"),
            ("diaz ana maria", "near S1 S2"),
            ("diaz@a.example", "near S1"),
            ("chloe.mg@a.example", "near S4"),
            ("", "near "),
            ("zzzz", "near "),
        ] {
            assert_eq!(told(&find(&roster, asked)), expected, "{asked}");
        }
    }

    #[test]
    fn a_record_of_command_leads_to_its_person_and_never_to_a_stranger() {
        let roster = roster();
        let policy = Policy::new(
            "o",
            "2026-09-21".parse().unwrap(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        let mut memory = Memory::default();
        let known = crate::model::memory::UserMemory {
            user_id: "u2".into(),
            ..Default::default()
        };
        memory.users.insert(CampusId::from("S2"), known);
        let alias = |asked| alias(&roster, &memory, &policy, asked);
        assert_eq!(alias("atrium:S1"), "S1");
        assert_eq!(alias("u2"), "S2");
        assert_eq!(alias("chlo"), "chlo");
        for (external_id, id, number, email, name, expected) in [
            ("atrium:S1", "u", "", "", "", "one S1"),
            ("", "u2", "", "", "", "one S2"),
            ("00u1", "u", "S4", "", "", "one S4"),
            ("00u1", "u", "", "BO@a.example", "", "one s1"),
            ("", "u", "", "kiosk@a.example", "", ""),
            // The old campus id of a person, and a leaver's address that was given to another.
            ("atrium:S0", "u", "S0", "bo@a.example", "Bo Li", "one s1"),
            ("atrium:S0", "u", "S0", "bo@a.example", "Bob Lee", ""),
        ] {
            let record = AccessUser {
                id: id.into(),
                external_id: external_id.into(),
                email: email.into(),
                full_name: name.into(),
                employee_id: number.into(),
            };
            let found = of_record(&roster, &memory, &policy, &record);
            assert_eq!(
                found.as_ref().map_or(String::new(), told),
                expected,
                "{record:?}"
            );
        }
    }

    #[test]
    fn an_address_that_several_end_with_is_none_of_theirs() {
        let roster = Roster {
            people: vec![
                person("S1", "Kofi", "Osei", "family.osei@a.example"),
                person("S2", "Abena", "Osei", "family.osei@a.example"),
            ],
            ..Roster::default()
        };
        assert_eq!(told(&find(&roster, "osei@a.example")), "near S1 S2");
        let several = ending(&roster, "osei@a.example").unwrap();
        assert_eq!(told(&several), "2: S1 S2");
        assert_eq!(ending(&roster, "kofi@a.example"), None);
        assert_eq!(ending(&roster, "osei"), None);
    }

    #[test]
    fn a_part_of_a_name_fits_from_three_letters_on() {
        assert!(fits("ana  diaz", "Ana Diaz", ""));
        assert!(fits("DIA", "Ana Diaz", ""));
        assert!(fits("diaz@", "", "ana.diaz@a.example"));
        assert!(fits("李", "建国 李", ""));
        assert!(!fits("di", "Ana Diaz", ""));
        assert!(!fits("", "Ana Diaz", ""));
    }

    #[test]
    fn a_row_that_can_t_be_read_may_be_theirs() {
        let mut roster = roster();
        let row = |subject| Unreadable {
            subject,
            place: Place {
                file: Arc::from("p.csv"),
                line: 9,
            },
            column: None,
            message: "broken".to_owned(),
        };
        roster.unreadable = vec![
            row(UnreadableSubject::Person(CampusId::from("S9"))),
            row(UnreadableSubject::Row {
                email: "x@a.example".into(),
                first_name: Text::default(),
                last_name: Text::default(),
            }),
        ];
        assert_eq!(unreadable(&roster, "S9"), ["p.csv:9: broken"]);
        assert_eq!(unreadable(&roster, "X@a.example").len(), 1);
        assert!(unreadable(&roster, "S8").is_empty());
    }
}
