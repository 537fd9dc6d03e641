//! What was seen of Atrium.

use crate::model::look::{FieldLook, ListLook, Look as Seen};
use crate::model::roster::{Person, Roster};
use crate::output::card::Shown;
use crate::output::source::{FIRST, cards, groups, partial, unusable};

use super::{Look, Page, Tone, count, number};

/// So many members that stand for nothing are shown.
const UNMAPPED: usize = 30;

/// The lists with what stands for what, then the first people.
pub(in crate::output) fn source_test(
    profile: &str,
    seen: &Seen,
    problem: Option<&str>,
    look: Look,
) -> Page {
    let shown = look.shown;
    let mut page = Page::new(look);
    let roster = &seen.roster;
    let head = format!("Atrium, as the profile {profile} reads it");
    page.paragraph(Tone::Heading, "", &head);
    for list in &seen.lists {
        self::list(&mut page, list, seen.paging);
    }
    people(&mut page, roster, shown);
    if !roster.unreadable.is_empty() {
        let many = count(roster.unreadable.len() as u64, "row", "rows");
        page.section(Tone::Care, format!("Left out: {many}"));
        for row in roster.unreadable.iter().take(FIRST) {
            page.paragraph(
                Tone::Plain,
                "  ",
                &format!("{}: {}", row.place, row.message),
            );
        }
        page.more(2, roster.unreadable.len().saturating_sub(FIRST));
    }
    if let Some(why) = partial(roster) {
        page.section(Tone::Loss, "Not everything was read");
        let text = format!("{why}. A sync would hold every removal of what is not there.");
        page.paragraph(Tone::Plain, "  ", &text);
    }
    if let Some(problem) = problem {
        page.section(
            Tone::Loss,
            "The profile does not fit, and nothing can be synced",
        );
        page.paragraph(Tone::Plain, "  ", problem);
    }
    page.gap();
    page.paragraph(Tone::Faint, "", &totals(roster));
    page
}

fn list(page: &mut Page, list: &ListLook, paging: Option<&str>) {
    page.section(Tone::Heading, title(list, paging));
    let rows = list.fields.iter().map(|field| {
        vec![
            field.column.to_owned(),
            field.from.clone(),
            field
                .found
                .map(|found| of_all(found, list))
                .unwrap_or_default(),
            remark(field).to_owned(),
        ]
    });
    let from = match list.holds {
        "" => "header",
        _ => "pointer",
    };
    page.table(2, &["column", from, "found in", ""], rows.collect());
    if !list.unmapped.is_empty() {
        let shown = list.unmapped.iter().take(UNMAPPED).map(String::as_str);
        let mut text = shown.collect::<Vec<_>>().join(", ");
        let more = list.unmapped.len().saturating_sub(UNMAPPED);
        if more > 0 {
            text.push_str(&format!(" and {more} more"));
        }
        page.paragraph(Tone::Faint, "  not mapped: ", &text);
    }
}

/// A list with how much of it came.
fn title(list: &ListLook, paging: Option<&str>) -> String {
    let mut title = list.name.clone();
    if !list.holds.is_empty() {
        title = format!("{}: {title}", list.holds);
    }
    let mut parts = Vec::new();
    parts.extend(
        list.records
            .map(|records| count(records, "record", "records")),
    );
    if let Some(pages) = list.pages {
        let style = paging.unwrap_or_default();
        let pages = count(pages.into(), "page", "pages");
        parts.push(format!("{pages} (paging: {style})"));
    }
    let total = list
        .total
        .map(|total| format!("Atrium counts {}", number(total)));
    parts.extend(total);
    match parts.is_empty() {
        true => title,
        false => format!("{title} ({})", parts.join(", ")),
    }
}

fn of_all(found: u64, list: &ListLook) -> String {
    match list.records {
        Some(records) => format!("{} of {}", number(found), number(records)),
        None => number(found),
    }
}

fn remark(field: &FieldLook) -> &'static str {
    match (field.mapped, field.found) {
        (true, Some(0)) => "mapped, and nowhere found",
        (true, _) => "",
        (false, Some(0)) => "not mapped, and nowhere found",
        (false, _) => "by its own name",
    }
}

fn people(page: &mut Page, roster: &Roster, shown: Shown) {
    if roster.people.is_empty() {
        page.section(Tone::Care, "Nobody could be read");
        return;
    }
    page.section(Tone::Heading, "The first people");
    for person in roster.people.iter().take(FIRST) {
        page.paragraph(Tone::Plain, "  ", &name(person));
        for (label, value) in values(roster, person, shown) {
            page.paragraph(Tone::Plain, &format!("    {label:<13}  "), &value);
        }
    }
}

fn name(person: &Person) -> String {
    let mut text = format!("{} ({})", person.display_name(), person.campus_id);
    if !person.in_scope {
        text.push_str(", out of scope");
    }
    text
}

/// What a person has, but the name.
fn values(roster: &Roster, person: &Person, shown: Shown) -> Vec<(&'static str, String)> {
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let cards = cards(roster, person, shown).map(|card| match card.status {
        "" => format!("{} {}", card.id_type, card.card),
        status => format!("{} {} ({status})", card.id_type, card.card),
    });
    let unusable =
        unusable(roster, person).map(|(id_type, code)| format!("{id_type} (no card: {code})"));
    let groups = groups(roster, person).map(|(id, name)| format!("{name} ({id})"));
    let all = [
        ("middle name", person.middle_name.to_string()),
        ("email", person.email.to_string()),
        ("phone", person.phone.to_string()),
        ("title", person.title.to_string()),
        ("department", person.department.to_string()),
        ("status", person.status.to_string()),
        ("valid from", date(person.valid_from).unwrap_or_default()),
        ("valid until", date(person.valid_until).unwrap_or_default()),
        (
            "cards",
            cards.chain(unusable).collect::<Vec<_>>().join(", "),
        ),
        ("access groups", groups.collect::<Vec<_>>().join(", ")),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn totals(roster: &Roster) -> String {
    let people = count(roster.people.len() as u64, "person", "people");
    let groups = count(roster.groups.len() as u64, "access group", "access groups");
    let ids = match roster.has_credentials {
        true => count(roster.credentials, "id", "ids"),
        false => "ids are not read".to_owned(),
    };
    format!("{people}, {groups}, {ids}.")
}
