//! Takes names, addresses, campus ids and card numbers out of a diagnosis, for a ticket that leaves
//! the house. Email domains and Command's own ids stay: they are what the other side looks for.

use std::collections::BTreeMap;
use std::slice;

use super::facts::Facts;
use crate::model::diagnosis::text::TextMeans;
use crate::model::diagnosis::{CauseGroup, Diagnosis, Evidence};
use crate::model::roster::Roster;

/// A part of a name shorter than this is found in too many other words.
const SHORTEST: usize = 3;

/// Replaces what is known to be personal.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// What to replace, and with what.
    known: BTreeMap<String, String>,
    people: usize,
}

impl Redaction {
    /// Everything personal that stands in the facts.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let mut redaction = Redaction::default();
        // As it was asked, and as a command that is to be pasted quotes it.
        let quoted = facts.asked.replace('\'', r"'\''");
        let mut ids = vec![facts.asked.clone(), quoted];
        ids.extend(facts.campus_id.iter().map(ToString::to_string));
        let mut names: Vec<String> = facts.email.iter().map(ToString::to_string).collect();
        if let Some(known) = facts.person() {
            ids.push(known.phone.to_string());
            names.push(known.display_name().to_string());
            names.extend(
                [&known.first_name, &known.middle_name, &known.last_name].map(ToString::to_string),
            );
        }
        redaction.add(&ids, &names);
        let near = facts.atrium.seen().map_or(&[][..], |atrium| &atrium.near);
        for (id, name, email) in near {
            redaction.add(&[id.to_string()], &[name.to_string(), email.to_string()]);
        }
        let scim = facts.scim.seen().map_or(&[][..], |scim| &scim.users);
        for found in scim {
            let profile = &found.user.profile;
            let ids = [&profile.employee_number, &profile.phone].map(ToString::to_string);
            redaction.add(
                &ids,
                &[
                    profile.display_name().to_string(),
                    profile.first_name.to_string(),
                    profile.last_name.to_string(),
                    profile.email.to_string(),
                ],
            );
        }
        if let Some(own) = facts
            .access
            .seen()
            .and_then(|access| access.person.as_ref())
        {
            let row = &own.user;
            let names = [&row.full_name, &row.email].map(ToString::to_string);
            redaction.add(&[row.employee_id.to_string()], &names);
        }
        if let Some(known) = facts.ledger.seen().and_then(|ledger| ledger.user.as_ref()) {
            let applied = &known.applied;
            let ids = [&applied.phone, &applied.employee_number].map(ToString::to_string);
            redaction.add(
                &ids,
                &[
                    applied.display_name().to_string(),
                    applied.first_name.to_string(),
                    applied.middle_name.to_string(),
                    applied.last_name.to_string(),
                ],
            );
        }
        let okta = facts.okta.as_ref();
        let users = okta.and_then(|okta| okta.users.seen());
        for user in users.into_iter().flatten() {
            let name = format!("{} {}", user.first_name, user.last_name);
            let words = [&user.login, &user.first_name, &user.last_name];
            let words = words.map(ToString::to_string).into_iter();
            redaction.add(&[], &words.chain([name]).collect::<Vec<_>>());
        }
        let users = okta.and_then(|okta| okta.assignments.seen());
        for user in users.into_iter().flatten() {
            let words = [&user.user_name, &user.first_name, &user.last_name];
            redaction.add(&[], &words.map(ToString::to_string));
        }
        let others = facts.access.seen().map_or(&[][..], |access| &access.others);
        for other in others {
            redaction.add(
                &[other.employee_id.to_string()],
                &[other.full_name.to_string(), other.email.to_string()],
            );
        }
        redaction
    }

    /// Everything personal that stands in groups of cases.
    #[must_use]
    pub fn of_groups(groups: &[CauseGroup]) -> Self {
        let mut redaction = Redaction::default();
        for case in groups.iter().flat_map(|group| &group.cases) {
            // Of a membership or card, the person stands before the arrow.
            let name = case.label.split('→').next().unwrap_or_default();
            redaction.add(slice::from_ref(&case.who), &[name.trim().to_owned()]);
        }
        redaction
    }

    /// Somebody as a command line or a pasted text names them: by id, name or address.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        let mut redaction = Redaction::default();
        let local = word.split_once('@').map_or(word, |(local, _)| local);
        // An address is made of the name, mostly, and the text may have that, too.
        let parts = local.split(|c: char| !c.is_alphanumeric());
        let parts = parts.filter(|part| !part.is_empty()).flat_map(|part| {
            let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
            [part.to_owned(), format!("{}{rest}", first.to_uppercase())]
        });
        redaction.add(&[word.trim().to_owned()], &parts.collect::<Vec<_>>());
        redaction
    }

    /// What a pasted text means, without the person whom it names.
    #[must_use]
    pub fn means(known: &TextMeans) -> TextMeans {
        let redaction = Redaction::of_word(known.user.as_deref().unwrap_or_default());
        let redact = |text: &Option<String>| text.as_ref().map(|text| redaction.text(text));
        TextMeans {
            name: known.name,
            user: redact(&known.user),
            remote: redact(&known.remote),
        }
    }

    /// Adds everybody of Atrium whose id or name stands in a text: reasons name other people.
    pub fn add_people(&mut self, roster: &Roster, text: &str) {
        for person in &roster.people {
            let name = person.display_name();
            let names = [&person.campus_id.0, &name];
            let mut names = names.into_iter().filter(|name| !name.is_empty());
            if names.any(|name| stands_in(text, name)) {
                self.add(
                    &[person.campus_id.to_string(), person.phone.to_string()],
                    &[
                        name.to_string(),
                        person.first_name.to_string(),
                        person.middle_name.to_string(),
                        person.last_name.to_string(),
                    ],
                );
            }
        }
    }

    /// Every text of a diagnosis as one.
    #[must_use]
    pub fn texts(facts: &[Evidence], diagnosis: &Diagnosis) -> String {
        let mut texts: Vec<&str> = facts.iter().map(|seen| seen.text.as_str()).collect();
        for finding in &diagnosis.findings {
            texts.push(&finding.next);
            texts.extend(finding.evidence.iter().map(|seen| seen.text.as_str()));
        }
        texts.extend(diagnosis.not_looked.iter().map(|gap| gap.why.as_str()));
        texts.join("\n")
    }

    /// Every text of groups of cases as one.
    #[must_use]
    pub fn texts_of(groups: &[CauseGroup]) -> String {
        let cases = groups.iter().flat_map(|group| &group.cases);
        let texts = cases.map(|case| format!("{}\n{}\n{}", case.who, case.label, case.detail));
        texts.collect::<Vec<_>>().join("\n")
    }

    /// Adds what belongs to one person. Ids count however short they are.
    fn add(&mut self, ids: &[String], names: &[String]) {
        let ids = ids.iter().filter(|id| !id.trim().is_empty());
        // A letter of another script is a name, and in no other word.
        let names = names
            .iter()
            .filter(|name| !is_short(name) || !name.is_ascii());
        let words: Vec<&String> = ids
            .chain(names)
            .filter(|word| !word.trim().is_empty() && !word.contains('@'))
            .collect();
        let seen = words.iter().find_map(|word| self.known.get(*word)).cloned();
        let stand_in = seen.unwrap_or_else(|| {
            self.people += 1;
            format!("person-{}", self.people)
        });
        for word in words {
            self.known
                .entry(word.clone())
                .or_insert_with(|| stand_in.clone());
        }
    }

    /// A text without what is personal.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = digits(&addresses(text));
        let mut known: Vec<_> = self.known.iter().collect();
        known.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        for (word, stand_in) in known {
            text = match is_short(word) && word.is_ascii() {
                true => replace_whole(&text, word, stand_in),
                false => text.replace(word.as_str(), stand_in),
            };
        }
        text
    }

    /// A diagnosis without what is personal.
    #[must_use]
    pub fn diagnosis(&self, diagnosis: &Diagnosis) -> Diagnosis {
        let mut diagnosis = diagnosis.clone();
        for finding in &mut diagnosis.findings {
            finding.evidence = self.evidence(&finding.evidence);
            finding.next = self.text(&finding.next);
        }
        for gap in &mut diagnosis.not_looked {
            gap.why = self.text(&gap.why);
        }
        diagnosis
    }

    /// Evidence without what is personal.
    #[must_use]
    pub fn evidence(&self, evidence: &[Evidence]) -> Vec<Evidence> {
        let evidence = evidence.iter().map(|seen| Evidence {
            side: seen.side,
            text: self.text(&seen.text),
        });
        evidence.collect()
    }

    /// Groups of cases without what is personal.
    #[must_use]
    pub fn groups(&self, groups: &[CauseGroup]) -> Vec<CauseGroup> {
        let mut groups = groups.to_vec();
        for case in groups.iter_mut().flat_map(|group| &mut group.cases) {
            case.who = self.text(&case.who);
            case.label = self.text(&case.label);
            case.detail = self.text(&case.detail);
        }
        groups
    }
}

/// Whether a word is found in too many others.
fn is_short(word: &str) -> bool {
    word.trim().chars().count() < SHORTEST
}

/// Where a word stands by itself: neither in another, nor in a date, a time or a fraction.
fn places(text: &str, word: &str) -> Vec<usize> {
    let found = text.match_indices(word).map(|(at, _)| at);
    let alone = found.filter(|at| {
        let mut before = text[..*at].chars().rev();
        let joins = match (before.next(), before.next()) {
            // An external id has a word before it.
            (Some(':'), Some(c)) => !c.is_alphabetic(),
            (Some(c), _) => c.is_alphanumeric() || "-.:•".contains(c),
            (None, _) => false,
        };
        let mut after = text[at + word.len()..].chars();
        let goes_on = match (after.next(), after.next()) {
            (Some('.' | ':'), Some(c)) => c.is_alphanumeric(),
            (Some(c), _) => c.is_alphanumeric() || c == '-',
            (None, _) => false,
        };
        !joins && !goes_on
    });
    alone.collect()
}

fn replace_whole(text: &str, word: &str, stand_in: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for at in places(text, word) {
        out.push_str(&text[done..at]);
        out.push_str(stand_in);
        done = at + word.len();
    }
    out.push_str(&text[done..]);
    out
}

/// Whether a word is in a text, a short one by itself.
fn stands_in(text: &str, word: &str) -> bool {
    match is_short(word) && word.is_ascii() {
        true => !places(text, word).is_empty(),
        false => text.contains(word),
    }
}

/// Email addresses lose all but their domain.
fn addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "\"'<>(),;[]{}`".contains(c)) {
        match word.split_once('@') {
            Some((local, domain)) if !local.is_empty() && domain.contains('.') => {
                out.push_str("someone@");
                out.push_str(domain);
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// The digits that are left of a masked card number go, too.
fn digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut masked = false;
    for c in text.chars() {
        match c {
            '•' => masked = true,
            c if masked && c.is_ascii_hexdigit() => {
                out.push('•');
                continue;
            }
            _ => masked = false,
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnosis::text::recognise;

    #[test]
    fn a_pasted_text_loses_the_person_whom_it_names() {
        let text = "Automatic provisioning of user Ada Byron to app Verkada failed: Error while \
                    creating user ada.byron@a.edu: Conflict. Errors reported by remote server: \
                    Byron, Ada <ada.byron@a.edu> exists";
        let known = recognise(text).unwrap();
        let told = Redaction::means(&known);
        assert_eq!(told.user.as_deref(), Some("someone@a.edu"));
        let remote = "person-1, person-1 <someone@a.edu> exists";
        assert_eq!(told.remote.as_deref(), Some(remote));
        let named = TextMeans {
            user: Some("Ada Byron".to_owned()),
            ..known
        };
        assert_eq!(Redaction::means(&named).user.as_deref(), Some("person-1"));
    }

    #[test]
    fn what_is_personal_goes_and_the_rest_stays() {
        let mut redaction = Redaction::default();
        let own = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        redaction.add(&own(&["S1001234"]), &own(&["Ana Diaz", "Ana", "Diaz"]));
        redaction.add(&own(&["42"]), &own(&["Bo", "Bo Li"]));
        for (text, expected) in [
            ("Ana Diaz: ana.diaz@a.edu", "person-1: someone@a.edu"),
            (
                "atriumctl sync --only S1001234",
                "atriumctl sync --only person-1",
            ),
            (
                "user 1c457970-d90e of S1001234 (Bo Li)",
                "user 1c457970-d90e of person-1 (person-2)",
            ),
            (
                "card HID ••12 is switched off",
                "card HID •••• is switched off",
            ),
            ("a (ana@a.edu), b", "a (someone@a.edu), b"),
            ("domain a.edu", "domain a.edu"),
            ("Diagnosis of 42", "Diagnosis of person-2"),
            (
                "atriumctl sync --only 42; then `42`.",
                "atriumctl sync --only person-2; then `person-2`.",
            ),
            (
                "user 42a7-42 (external id atrium:42)",
                "user 42a7-42 (external id atrium:person-2)",
            ),
            (
                "at 2026-11-42T42:42:42Z, 420",
                "at 2026-11-42T42:42:42Z, 420",
            ),
        ] {
            assert_eq!(redaction.text(text), expected);
        }
    }
}
