//! Reason codes.

use crate::model::reason::Code;

use super::{Look, Page, Tone};

/// One reason code, at length.
pub(in crate::output) fn explain(code: Code, look: Look) -> Page {
    let mut page = Page::new(look);
    page.paragraph(Tone::Heading, "", &format!("{code}: {}", code.title()));
    page.gap();
    page.paragraph(Tone::Plain, "", code.meaning());
    page.gap();
    let remedy = match code.remedy() {
        "" => "Nothing needs to be done.",
        remedy => remedy,
    };
    page.paragraph(Tone::Plain, "→ ", remedy);
    page
}

/// Every reason code in a line.
pub(in crate::output) fn codes(look: Look) -> Page {
    let mut page = Page::new(look);
    let rows = Code::ALL
        .iter()
        .map(|code| vec![code.name().to_owned(), code.title().to_owned()]);
    page.table(0, &["code", "reason"], rows.collect());
    page
}
