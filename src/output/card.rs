//! How much is shown of a card's number.

use crate::model::card::{Card, WireNumber};
use crate::model::id_type::Step;

/// Whether numbers are shown whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    pub(super) whole: bool,
}

impl Shown {
    /// A number, or any text with one: whole, or its length and its last two characters. Four, as
    /// of a card elsewhere, would show both ends of a number whose bytes are put in reverse.
    pub(super) fn number(self, text: &str) -> String {
        let length = text.chars().count();
        let hidden = length - (length / 2).min(2);
        if self.whole {
            return text.to_owned();
        }
        let last = text.chars().skip(hidden);
        "•".repeat(hidden).chars().chain(last).collect()
    }

    /// What a step gave. A facility code is no secret.
    pub(super) fn step(self, step: Step, value: &str) -> String {
        match step {
            Step::FacilityCode => value.to_owned(),
            _ => self.number(value),
        }
    }

    /// The card.
    pub(super) fn card(self, card: &Card) -> String {
        if self.whole {
            card.unmasked()
        } else {
            card.masked()
        }
    }

    /// The bits of the card, which hold all of it.
    pub(super) fn bits(self, card: &Card) -> Option<String> {
        if self.whole { card.raw_bits() } else { None }
    }
}

/// The name of a step in documents.
pub(super) fn name(step: Step) -> &'static str {
    match step {
        Step::Raw => "raw",
        Step::Stripped => "strip_prefix",
        Step::Sliced => "slice",
        Step::Number => "number",
        Step::Reversed => "reverse_bytes",
        Step::FacilityCode => "facility_code",
    }
}

/// The field of Command's API that holds the number, and its text.
pub(super) fn sent(card: &Card) -> (&'static str, String) {
    match card.to_wire().number {
        WireNumber::Decimal(number) => ("card_number", number),
        WireNumber::Hex(number) => ("card_number_hex", number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_text_shows_its_length_and_little_else() {
        let shown = Shown { whole: false };
        for (text, masked) in [
            ("04A23B00", "••••••00"),
            ("4711", "••11"),
            ("471", "••1"),
            ("7", "•"),
            ("", ""),
            ("éàü12", "•••12"),
        ] {
            assert_eq!(shown.number(text), masked);
        }
        assert_eq!(Shown { whole: true }.number("4711"), "4711");
    }
}
