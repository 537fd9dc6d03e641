//! Whom a diagnosis is about: found in Atrium by id, address or name, never guessed.

use crate::model::Text;
use crate::model::fold::{fold, same_folded};
use crate::model::roster::{Person, Roster, UnreadableSubject};

/// So many near names are told.
const NEAR: usize = 5;

/// So many people who fit are told.
const SEVERAL: usize = 20;

/// Below this likeness (Jaro-Winkler, 0 to 1), names have little more in common than a few letters.
const ALIKE: f64 = 0.85;

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

/// Looks for somebody in Atrium: by campus id, exactly, or by email address; then by whole name;
/// then by a part of a name or address.
#[must_use]
pub fn find<'a>(roster: &'a Roster, asked: &str) -> Fit<'a> {
    let asked = asked.trim();
    let people = || roster.people.iter();
    if let Some(person) = people().find(|person| person.campus_id.as_str() == asked) {
        return Fit::One(person);
    }
    if asked.is_empty() {
        return Fit::Nobody(Vec::new());
    }
    let by_email = |person: &&Person| same_folded(&person.email, asked);
    let by_name = |person: &&Person| same_folded(&person.display_name(), asked);
    let wanted = fold(asked);
    // A part of an address or name of two letters would fit half the campus.
    let by_part = |person: &&Person| {
        wanted.chars().count() >= 3
            && !asked.contains('@')
            && (fold(&person.display_name()).contains(wanted.as_ref())
                || fold(&person.email).contains(wanted.as_ref()))
    };
    let fits: [&dyn Fn(&&Person) -> bool; 3] = [&by_email, &by_name, &by_part];
    for fits in fits {
        let found: Vec<&Person> = people().filter(fits).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Fit::One(one),
            several => {
                let first = several.iter().take(SEVERAL).copied().collect();
                return Fit::Several(first, several.len());
            }
        }
    }
    Fit::Nobody(near(roster, &wanted))
}

/// The people whose id, address or name is most like what was asked.
fn near<'a>(roster: &'a Roster, wanted: &str) -> Vec<&'a Person> {
    let local = |email: &str| email.split('@').next().unwrap_or_default().to_owned();
    let mut alike: Vec<(f64, &Person)> = roster
        .people
        .iter()
        .filter_map(|person| {
            let name = fold(&person.display_name()).into_owned();
            let email = fold(&person.email).into_owned();
            let id = fold(&person.campus_id.0).into_owned();
            let likeness = [
                strsim::jaro_winkler(wanted, &name),
                strsim::jaro_winkler(&local(wanted), &local(&email)),
                strsim::jaro_winkler(wanted, &id),
            ];
            let best = likeness.into_iter().fold(0.0, f64::max);
            (best >= ALIKE).then_some((best, person))
        })
        .collect();
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
            ("chloe.mg@a.example", "near S4"),
            ("", "near "),
            ("zzzz", "near "),
        ] {
            assert_eq!(told(&find(&roster, asked)), expected, "{asked}");
        }
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
