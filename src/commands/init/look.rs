//! What the exports hold that the profile has to say something about.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::Error;
use crate::model::fold::{email_domain, fold};
use crate::model::id_type::IdTypes;
use crate::model::reason::Code;
use crate::model::rules::{default_id_status, default_person_status};
use crate::source::FileSource;

/// More values than this are no statuses and no types: the column is another one.
pub(super) const MOST: usize = 40;

/// A value as it was first written, with how often it is there.
pub(super) type Counted = Vec<(String, u64)>;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) people: u64,
    pub(super) groups: u64,
    pub(super) ids: u64,
    /// Statuses of people that mean nothing by themselves.
    pub(super) person_status: Counted,
    /// Types of ids that are not mapped.
    pub(super) id_types: Counted,
    /// Statuses of cards that mean nothing by themselves.
    pub(super) id_status: Counted,
    /// The domains of the addresses.
    pub(super) domains: Counted,
    /// How many cards there are of each mapped type (folded), and the last digits of one.
    pub(super) cards: BTreeMap<String, (u64, String)>,
    /// How many ids of each mapped type (folded) can't be read, and why the first one can't.
    pub(super) unreadable: BTreeMap<String, (u64, String)>,
}

/// Exports at absolute places, with what was decided about them so far.
pub(super) fn source(
    files: &[String],
    columns: &BTreeMap<String, String>,
    id_types: IdTypes,
) -> FileSource {
    FileSource {
        files: files.iter().map(PathBuf::from).collect(),
        columns: columns.clone(),
        id_types,
        id_status: default_id_status(),
        ..FileSource::default()
    }
}

/// Reads the exports.
pub(super) fn look(source: &FileSource) -> Result<Look, Error> {
    let roster = source
        .read()
        .map_err(|error| Error::new(error.exit(), error))?;
    let mut look = Look {
        people: roster.people.len() as u64,
        groups: roster.groups.len() as u64,
        ids: roster.credentials,
        ..Look::default()
    };
    let (people, ids) = (default_person_status(), default_id_status());
    let mut person_status = Counts::default();
    let mut id_status = Counts::default();
    let mut domains = Counts::default();
    for person in &roster.people {
        person_status.add(&person.status);
        if let Some(domain) = email_domain(&person.email) {
            domains.add(&domain);
        }
        for credential in &person.credentials {
            let at = usize::from(credential.status);
            id_status.add(roster.id_statuses.get(at).map_or("", |text| text));
            let id_type = roster.id_types.get(usize::from(credential.id_type));
            let key = fold(id_type.map_or("", |text| text)).into_owned();
            let cards = look.cards.entry(key);
            cards.or_insert_with(|| (0, credential.card.masked())).0 += 1;
        }
    }
    let mut id_types = Counts::default();
    for id in &roster.unusable {
        if id.code == Code::IdTypeUnmapped {
            id_types.add(&id.id_type);
        } else {
            let unreadable = look.unreadable.entry(fold(&id.id_type).into_owned());
            unreadable.or_insert_with(|| (0, id.message.clone())).0 += 1;
        }
    }
    look.person_status = person_status.without(|status| people.contains_key(status));
    look.id_status = id_status.without(|status| ids.contains_key(status));
    look.id_types = id_types.without(|_| false);
    look.domains = domains.without(|_| false);
    Ok(look)
}

/// Values without regard to case.
#[derive(Default)]
struct Counts(BTreeMap<String, (String, u64)>);

impl Counts {
    fn add(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let key = fold(value).into_owned();
        let entry = self.0.entry(key);
        entry.or_insert_with(|| (value.to_owned(), 0)).1 += 1;
    }

    /// The most frequent first.
    fn without(self, known: impl Fn(&str) -> bool) -> Counted {
        let rest = self.0.into_iter().filter(|(key, _)| !known(key));
        let mut list: Counted = rest.map(|(_, counted)| counted).collect();
        list.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::init::answers::read_id_type;

    #[test]
    fn what_is_to_be_decided_is_listed_the_most_frequent_first() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("p.csv");
        let text = "campus_id,last_name,email,status,id_type,id_value,id_status\n\
                    1,A,a@x.example,On leave,Prox,17,Returned\n\
                    2,B,b@x.example,ON LEAVE,Prox,18,active\n\
                    3,C,c@y.example,Graduated,Key fob,1,\n\
                    4,D,d@x.example,Active,prox,oops,Lost\n";
        std::fs::write(&file, text).unwrap();
        let files = [file.to_str().unwrap().to_owned()];
        let none = BTreeMap::new();
        let first = look(&source(&files, &none, IdTypes::default())).unwrap();
        let counted = |list: &[(&str, u64)]| -> Counted {
            list.iter()
                .map(|(text, count)| ((*text).to_owned(), *count))
                .collect()
        };
        assert_eq!(
            first.person_status,
            counted(&[("On leave", 2), ("Graduated", 1)])
        );
        assert_eq!(first.id_types, counted(&[("Prox", 3), ("Key fob", 1)]));
        assert_eq!(first.id_status, counted(&[]));
        assert_eq!(
            first.domains,
            counted(&[("x.example", 3), ("y.example", 1)])
        );
        let (name, id_type) = read_id_type("PROX=HID,facility_code=102").unwrap();
        let types: IdTypes = [(name.as_str(), id_type)].into_iter().collect();
        let second = look(&source(&files, &none, types)).unwrap();
        assert_eq!(second.id_types, counted(&[("Key fob", 1)]));
        assert_eq!(second.id_status, counted(&[("Returned", 1)]));
        assert_eq!(second.cards["prox"], (2, "HID ••17".to_owned()));
        let (count, why) = &second.unreadable["prox"];
        assert!(*count == 1 && why.contains("\"o\""), "{why}");
    }
}
