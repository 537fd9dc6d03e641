//! The document of what was seen of Atrium.

use serde::Serialize;

use super::{Schema, document};
use crate::error::Error;
use crate::model::look::Look;
use crate::model::roster::{Person, Roster};
use crate::output::card::Shown;
use crate::output::source::{FIRST, cards, groups, partial, unusable};

#[derive(Serialize)]
struct FieldDocument<'a> {
    column: &'static str,
    from: &'a str,
    mapped: bool,
    found: Option<u64>,
}

#[derive(Serialize)]
struct ListDocument<'a> {
    name: &'a str,
    /// What it holds; `null` for files, whose columns tell.
    holds: Option<&'a str>,
    records: Option<u64>,
    pages: Option<u32>,
    total: Option<u64>,
    fields: Vec<FieldDocument<'a>>,
    unmapped: &'a [String],
}

#[derive(Serialize)]
struct CardDocument<'a> {
    id_type: &'a str,
    /// Its last digits, or all of it.
    card: String,
    status: &'a str,
}

#[derive(Serialize)]
struct UnusableDocument<'a> {
    id_type: &'a str,
    code: &'static str,
}

#[derive(Serialize)]
struct GroupDocument<'a> {
    access_group_id: &'a str,
    access_group_name: &'a str,
}

#[derive(Serialize)]
struct PersonDocument<'a> {
    place: String,
    campus_id: &'a str,
    first_name: &'a str,
    middle_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    phone: &'a str,
    title: &'a str,
    department: &'a str,
    status: &'a str,
    valid_from: Option<String>,
    valid_until: Option<String>,
    in_scope: bool,
    cards: Vec<CardDocument<'a>>,
    no_cards: Vec<UnusableDocument<'a>>,
    access_groups: Vec<GroupDocument<'a>>,
}

#[derive(Serialize)]
struct RowDocument<'a> {
    place: String,
    column: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
struct CountsDocument {
    people: usize,
    access_groups: usize,
    /// `null` if ids are not read.
    ids: Option<u64>,
    unreadable: usize,
}

#[derive(Serialize)]
struct SourceTestDocument<'a> {
    profile: &'a str,
    /// `null` for files.
    paging: Option<&'a str>,
    lists: Vec<ListDocument<'a>>,
    /// The first ones.
    people: Vec<PersonDocument<'a>>,
    /// The first ones.
    unreadable: Vec<RowDocument<'a>>,
    counts: CountsDocument,
    /// Why not everything was read.
    partial: Option<&'a str>,
    /// What the profile has to say otherwise.
    problem: Option<&'a str>,
    notices: &'a [String],
}

/// `atriumctl.source-test/1`: what was seen of Atrium.
pub(in crate::output) fn source_test(
    profile: &str,
    look: &Look,
    problem: Option<&str>,
    shown: Shown,
) -> Result<String, Error> {
    let Look {
        roster,
        lists,
        paging,
    } = look;
    let lists = lists.iter().map(|list| ListDocument {
        name: &list.name,
        holds: (!list.holds.is_empty()).then_some(list.holds),
        records: list.records,
        pages: list.pages,
        total: list.total,
        fields: list
            .fields
            .iter()
            .map(|field| FieldDocument {
                column: field.column,
                from: &field.from,
                mapped: field.mapped,
                found: field.found,
            })
            .collect(),
        unmapped: &list.unmapped,
    });
    let people = roster.people.iter().take(FIRST);
    let unreadable = roster.unreadable.iter().take(FIRST);
    document(&Schema {
        schema: "atriumctl.source-test/1",
        document: SourceTestDocument {
            profile,
            paging: *paging,
            lists: lists.collect(),
            people: people
                .map(|person| self::person(roster, person, shown))
                .collect(),
            unreadable: unreadable
                .map(|row| RowDocument {
                    place: row.place.to_string(),
                    column: row.column.as_deref(),
                    message: &row.message,
                })
                .collect(),
            counts: CountsDocument {
                people: roster.people.len(),
                access_groups: roster.groups.len(),
                ids: roster.has_credentials.then_some(roster.credentials),
                unreadable: roster.unreadable.len(),
            },
            partial: partial(roster),
            problem,
            notices: &roster.notices,
        },
    })
}

fn person<'a>(roster: &'a Roster, person: &'a Person, shown: Shown) -> PersonDocument<'a> {
    PersonDocument {
        place: person.place.to_string(),
        campus_id: person.campus_id.as_str(),
        first_name: &person.first_name,
        middle_name: &person.middle_name,
        last_name: &person.last_name,
        email: &person.email,
        phone: &person.phone,
        title: &person.title,
        department: &person.department,
        status: &person.status,
        valid_from: person.valid_from.map(|date| date.to_string()),
        valid_until: person.valid_until.map(|date| date.to_string()),
        in_scope: person.in_scope,
        cards: cards(roster, person, shown)
            .map(|card| CardDocument {
                id_type: card.id_type,
                card: card.card,
                status: card.status,
            })
            .collect(),
        no_cards: unusable(roster, person)
            .map(|(id_type, code)| UnusableDocument { id_type, code })
            .collect(),
        access_groups: groups(roster, person)
            .map(|(id, name)| GroupDocument {
                access_group_id: id,
                access_group_name: name,
            })
            .collect(),
    }
}
