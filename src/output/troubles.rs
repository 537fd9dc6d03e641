//! Everybody with a trouble, by cause; and what a pasted error text means.

use serde::Serialize;

use crate::error::Error;
use crate::model::diagnosis::text::TextMeans;
use crate::model::diagnosis::{Case, CauseGroup};

use super::card::Shown;
use super::json::{Schema, document, line};
use super::markdown::summary::Summary;
use super::page::{Look, Page, Tone};
use super::text::number;
use super::{Format, Heading, Ui};

/// So many cases of one cause are shown on a terminal unless everything is asked for.
const BRIEF: usize = 10;

/// So many rows a table of Markdown gets.
const ROWS: usize = 500;

/// Shows everybody with a trouble.
///
/// # Errors
/// As of [`Ui::data`].
pub fn troubles(ui: &Ui, heading: Heading<'_>, troubles: &[CauseGroup]) -> Result<(), Error> {
    match ui.format() {
        Format::Json => ui.data(&document(&json(heading, troubles))?),
        Format::Jsonl => ui.data(&line(&json(heading, troubles))?),
        Format::Markdown => ui.data(&markdown(heading, troubles, ui.look().shown)),
        _ => ui.page(&page(heading, troubles, ui.look())),
    }
}

/// A case as the row of a table.
fn cells(case: &Case) -> Vec<String> {
    vec![case.who.clone(), case.label.clone(), case.detail.clone()]
}

fn headline(troubles: &[CauseGroup]) -> String {
    let cases: usize = troubles.iter().map(|trouble| trouble.cases.len()).sum();
    match (cases, troubles.len()) {
        (0, _) => "Nobody has a trouble.".to_owned(),
        (1, _) => "One case.".to_owned(),
        (cases, 1) => format!("{} cases of one cause.", number(cases as u64)),
        (cases, causes) => format!(
            "{} cases of {causes} causes, the most frequent first.",
            number(cases as u64)
        ),
    }
}

fn page(heading: Heading<'_>, troubles: &[CauseGroup], look: Look) -> Page {
    let mut page = Page::new(look);
    let title = format!("Troubles of {}", heading.profile);
    page.paragraph(Tone::Heading, "", &title);
    page.gap();
    page.paragraph(Tone::Plain, "", &headline(troubles));
    for trouble in troubles {
        let name = trouble.name;
        let many = number(trouble.cases.len() as u64);
        let title = format!("{many} × {} ({})", name.title(), name.code());
        page.section(Tone::Care, title);
        let shown = match look.brief {
            true => BRIEF,
            false => usize::MAX,
        };
        let rows = trouble.cases.iter().take(shown).map(cells);
        page.table(2, &["who", "name", "particulars"], rows.collect());
        let rest = trouble.cases.len().saturating_sub(shown);
        if rest > 0 {
            let text = format!("… and {} more; -v shows all", number(rest as u64));
            page.paragraph(Tone::Faint, "  ", &text);
        }
        if !name.remedy().is_empty() {
            page.paragraph(Tone::Plain, "  next: ", name.remedy());
        }
    }
    if !troubles.is_empty() {
        page.gap();
        let text = "For one of them: atriumctl diagnose WHO; for a cause: atriumctl explain CODE";
        page.paragraph(Tone::Faint, "", text);
    }
    page
}

fn markdown(heading: Heading<'_>, troubles: &[CauseGroup], shown: Shown) -> String {
    let mut summary = Summary::new(shown);
    summary.heading(2, &format!("Troubles of {}", heading.profile));
    summary.strong(&headline(troubles));
    for trouble in troubles {
        let name = trouble.name;
        let title = format!(
            "{} × {} ({})",
            trouble.cases.len(),
            name.title(),
            name.code()
        );
        summary.heading(3, &title);
        summary.paragraph(name.meaning());
        summary.list(&["who", "name", "particulars"], &trouble.cases, ROWS, cells);
        if !name.remedy().is_empty() {
            summary.paragraph(&format!("Next: {}", name.remedy()));
        }
    }
    summary.finish()
}

#[derive(Serialize)]
struct CaseDocument<'a> {
    who: &'a str,
    name: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
struct CauseDocument<'a> {
    code: &'static str,
    title: &'static str,
    remedy: &'static str,
    cases: Vec<CaseDocument<'a>>,
}

#[derive(Serialize)]
struct TroublesDocument<'a> {
    profile: &'a str,
    causes: Vec<CauseDocument<'a>>,
}

/// `atriumctl.troubles/1`.
fn json<'a>(heading: Heading<'a>, troubles: &'a [CauseGroup]) -> Schema<impl Serialize + use<'a>> {
    let causes = troubles.iter().map(|trouble| CauseDocument {
        code: trouble.name.code(),
        title: trouble.name.title(),
        remedy: trouble.name.remedy(),
        cases: trouble
            .cases
            .iter()
            .map(|case| CaseDocument {
                who: &case.who,
                name: &case.label,
                detail: &case.detail,
            })
            .collect(),
    });
    Schema {
        schema: "atriumctl.troubles/1",
        document: TroublesDocument {
            profile: heading.profile,
            causes: causes.collect(),
        },
    }
}

#[derive(Serialize)]
struct TextDocument<'a> {
    code: &'static str,
    title: &'static str,
    meaning: &'static str,
    next: &'a str,
    user: Option<&'a str>,
    remote: Option<&'a str>,
}

/// `atriumctl.error-text/1`: what a pasted text means.
fn text_json<'a>(known: &'a TextMeans, next: &'a str) -> Schema<impl Serialize + use<'a>> {
    let name = known.name;
    Schema {
        schema: "atriumctl.error-text/1",
        document: TextDocument {
            code: name.code(),
            title: name.title(),
            meaning: name.meaning(),
            next,
            user: known.user.as_deref(),
            remote: known.remote.as_deref(),
        },
    }
}

/// Shows what a pasted text means.
///
/// # Errors
/// As of [`Ui::data`].
pub fn text_means(ui: &Ui, known: &TextMeans) -> Result<(), Error> {
    let name = known.name;
    let next = name.next(known.user.as_deref());
    let json = text_json(known, &next);
    match ui.format() {
        Format::Json => return ui.data(&document(&json)?),
        Format::Jsonl => return ui.data(&line(&json)?),
        _ => {}
    }
    let mut page = Page::new(ui.look());
    let title = format!("{} ({})", name.title(), name.code());
    page.paragraph(Tone::Heading, "", &title);
    page.gap();
    page.paragraph(Tone::Plain, "", name.meaning());
    if let Some(user) = &known.user {
        page.paragraph(Tone::Plain, "  user:   ", user);
    }
    if let Some(remote) = &known.remote {
        page.paragraph(Tone::Plain, "  Command said: ", remote);
    }
    if !next.is_empty() {
        page.gap();
        page.paragraph(Tone::Plain, "next: ", &next);
    }
    ui.page(&page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnosis::text::recognise;
    use crate::model::reason::Code;
    use crate::output::tests::as_stored;

    #[test]
    fn the_documents_are_as_the_examples_that_are_stored() {
        let heading = Heading {
            profile: "school",
            organization: "https://api.verkada.com/scim",
        };
        let case = Case {
            who: "S1001234".to_owned(),
            label: "Ana Diaz".to_owned(),
            detail: "the domain is partner.example".to_owned(),
        };
        let troubles = [CauseGroup {
            name: Code::EmailOutsideDomains.into(),
            cases: vec![case],
        }];
        let told = document(&json(heading, &troubles)).unwrap();
        as_stored("json/troubles.json", &told);
        let known = recognise("409: user ana.diaz@a.edu already exists").unwrap();
        let next = known.name.next(known.user.as_deref());
        let told = document(&text_json(&known, &next)).unwrap();
        as_stored("json/error-text.json", &told);
    }
}
