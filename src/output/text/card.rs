//! An id on its way to a card, step by step.

use crate::model::id_type::{Reading, Step};
use crate::output::card::sent;

use super::{Look, Page, Tone};

fn label(step: Step) -> &'static str {
    match step {
        Step::Raw => "raw",
        Step::Stripped => "after strip_prefix",
        Step::Sliced => "after slice",
        Step::Number => "number",
        Step::Reversed => "after reverse_bytes",
        Step::FacilityCode => "facility code",
    }
}

/// An id of a type with each step; `None` for one that is ignored.
pub(in crate::output) fn card(id_type: &str, reading: Option<&Reading>, look: Look) -> Page {
    let mut page = Page::new(look);
    let shown = look.shown;
    let Some(reading) = reading else {
        let text = format!("Ids of the type \"{id_type}\" are ignored: no card is made of them.");
        page.paragraph(Tone::Plain, "", &text);
        return page;
    };
    let steps = reading.steps.iter();
    let mut rows: Vec<Vec<String>> = steps
        .map(|(step, value)| vec![label(*step).to_owned(), shown.step(*step, value)])
        .collect();
    if let Ok(card) = &reading.card {
        let (field, number) = sent(card);
        rows.push(vec!["card".to_owned(), shown.card(card)]);
        rows.push(vec![
            "sent as".to_owned(),
            format!("{field} {}", shown.number(&number)),
        ]);
        let bits = shown.bits(card).into_iter();
        rows.extend(bits.map(|bits| vec!["bits".to_owned(), bits]));
    }
    page.table(0, &["step", "value"], rows);
    if let Err(fault) = &reading.card {
        page.gap();
        page.paragraph(Tone::Loss, "", &format!("No card: {fault}"));
    }
    if !shown.whole {
        page.gap();
        page.line(Tone::Faint, "--unmask shows the numbers whole");
    }
    page
}
