//! Lists of users and groups.

use crate::output::{GroupRow, Manager, UserRow};

use super::{Look, Page, Tone, count, number};

impl Manager {
    /// The words of pages.
    pub(in crate::output) fn words(self) -> &'static str {
        match self {
            Manager::Atrium => "Atrium (this tool)",
            Manager::OtherClient => "another SCIM client",
            Manager::Native => "native",
        }
    }
}

/// Users with who manages them.
pub(in crate::output) fn users(rows: &[UserRow], look: Look) -> Page {
    let mut page = Page::new(look);
    if rows.is_empty() {
        page.line(Tone::Plain, "No users.");
        return page;
    }
    let cells = rows.iter().map(|user| {
        vec![
            user.name.to_string(),
            user.campus_id.as_deref().unwrap_or_default().to_owned(),
            user.email.to_string(),
            user.managed_by.words().to_owned(),
            match user.active {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not said",
            }
            .to_owned(),
        ]
    });
    let head = ["name", "campus id", "email", "managed by", "active"];
    page.table(0, &head, cells.collect());
    let managers = rows.iter().map(|user| user.managed_by);
    total(&mut page, ("user", "users"), managers);
    page
}

/// Groups with who manages them.
pub(in crate::output) fn groups(rows: &[GroupRow], look: Look) -> Page {
    let mut page = Page::new(look);
    if rows.is_empty() {
        page.line(Tone::Plain, "No groups.");
        return page;
    }
    let cells = rows.iter().map(|group| {
        vec![
            group.name.to_string(),
            group
                .access_group_id
                .as_deref()
                .unwrap_or_default()
                .to_owned(),
            group.id.to_string(),
            group.managed_by.words().to_owned(),
            group.members.map_or_else(|| "not read".to_owned(), number),
        ]
    });
    let head = ["name", "group id", "id in Command", "managed by", "members"];
    page.table(0, &head, cells.collect());
    let managers = rows.iter().map(|group| group.managed_by);
    total(&mut page, ("group", "groups"), managers);
    page
}

/// How many there are, by who manages them.
fn total(
    page: &mut Page,
    (one, more): (&str, &str),
    managers: impl Iterator<Item = Manager> + Clone,
) {
    let all = [Manager::Atrium, Manager::OtherClient, Manager::Native];
    let parts = all.into_iter().filter_map(|manager| {
        let many = managers.clone().filter(|other| *other == manager).count() as u64;
        (many > 0).then(|| format!("{}: {}", manager.words(), number(many)))
    });
    let parts: Vec<_> = parts.collect();
    let total = count(managers.clone().count() as u64, one, more);
    page.gap();
    page.paragraph(Tone::Faint, "", &format!("{total}. {}.", parts.join("; ")));
}
