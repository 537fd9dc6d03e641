//! Cards as the REST API writes them, and as we write them to it.

use super::digits::{Radix, parse};
use super::{Card, Format};

/// A card as it is sent
/// (<https://apidocs.verkada.com/reference/postaccesscardviewv1>).
#[derive(Clone, PartialEq, Eq)]
pub struct WireCard {
    /// The format's long name, which the API's documentation lists.
    pub kind: &'static str,
    /// The facility code, if the card has one.
    pub facility_code: Option<String>,
    /// The number in exactly one form.
    pub number: WireNumber,
}

/// A number in one of the forms of which a card has exactly one.
#[derive(Clone, PartialEq, Eq)]
pub enum WireNumber {
    /// `card_number`.
    Decimal(String),
    /// `card_number_hex`: upper case, zeros up to whole bytes of the format.
    Hex(String),
}

impl Card {
    /// The card of a wire object; `None` if its type or its number is none that we know. Any part
    /// may be empty or not there. Of several forms of the number the first one counts: decimal,
    /// hex, base 36.
    #[must_use]
    pub fn from_wire(
        kind: &str,
        facility_code: Option<&str>,
        card_number: Option<&str>,
        card_number_hex: Option<&str>,
        card_number_base36: Option<&str>,
    ) -> Option<Card> {
        let format = Format::named(kind)?;
        let facility_code = match given(facility_code) {
            Some(text) => Some(u32::try_from(parse(text, Radix::Decimal).ok()?).ok()?),
            None => None,
        };
        let forms = [
            (card_number, Radix::Decimal),
            (card_number_hex, Radix::Hex),
            (card_number_base36, Radix::Base36),
        ];
        let mut forms = forms.into_iter();
        let (text, radix) = forms.find_map(|(text, radix)| Some((given(text)?, radix)))?;
        let number = parse(text, radix).ok()?;
        if radix == Radix::Hex && facility_code.is_none() {
            return Some(from_hex(format, number));
        }
        Some(Card::new(format, facility_code, number))
    }

    /// The card as it is sent. Serial numbers of chips go in hex, as readers show them; all others
    /// in decimal, as they are printed on cards.
    #[must_use]
    pub fn to_wire(&self) -> WireCard {
        let number = match self.format {
            Format::MifareCsn | Format::DesfireCsn | Format::Idm64 => {
                let width = self.format.bytes().unwrap_or_default() * 2;
                WireNumber::Hex(format!("{:0width$X}", self.number))
            }
            _ => WireNumber::Decimal(self.number.to_string()),
        };
        WireCard {
            kind: self.format.long(),
            facility_code: self.facility_code.map(|code| code.to_string()),
            number,
        }
    }
}

/// A value that is there.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A hex number without a facility code: the whole card's bits, if it is too large for the number
/// alone and its parity is right; else the number.
fn from_hex(format: Format, number: u128) -> Card {
    let too_large = format
        .layout()
        .is_some_and(|layout| number > layout.largest_number());
    let whole = too_large.then(|| Card::from_raw_bits(format, number));
    whole
        .flatten()
        .unwrap_or_else(|| Card::new(format, None, number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(card: &Card) -> Option<Card> {
        let sent = card.to_wire();
        let code = sent.facility_code.as_deref();
        match &sent.number {
            WireNumber::Decimal(number) => {
                Card::from_wire(sent.kind, code, Some(number), None, None)
            }
            WireNumber::Hex(number) => Card::from_wire(sent.kind, code, None, Some(number), None),
        }
    }

    #[test]
    fn the_forms_of_one_card_are_equal() {
        let card = Card::new(Format::Hid26, Some(102), 4711);
        for (kind, code, decimal, hex, base36) in [
            ("HID", "102", "4711", "", ""),
            ("standard 26-bit wiegand", "0102", " 004711", "", ""),
            ("hid ", "102", "", "1267", ""),
            ("HID", "102", "", "0x001267", ""),
            ("HID", "102", "", "", "3mv"),
            ("HID", "102", "4711", "999", "zz"),
            // 26 bits with their parity: 1 01100110 0001001001100111 1
            ("HID", "", "", "2CC24CF", ""),
        ] {
            let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
            let read = Card::from_wire(kind, some(code), some(decimal), some(hex), some(base36));
            assert_eq!(read, Some(card), "{kind} {code} {decimal} {hex} {base36}");
        }
    }

    #[test]
    fn what_we_do_not_know_is_no_card() {
        for (kind, code, decimal, hex) in [
            ("HID 99-bit", "", "1", ""),
            ("", "", "1", ""),
            ("HID", "", "", ""),
            ("HID", "", "12x", ""),
            ("HID", "x", "1", ""),
            ("HID", "99999999999", "1", ""),
            ("HID", "", "", "0xZZ"),
        ] {
            let read = Card::from_wire(kind, Some(code), Some(decimal), Some(hex), None);
            assert_eq!(read, None, "{kind} {code} {decimal} {hex}");
        }
    }

    #[test]
    fn hex_that_is_not_the_bits_of_a_card_is_its_number() {
        for (hex, number) in [("1267", 4711), ("2CC24CE", 0x2CC_24CE)] {
            assert_eq!(
                Card::from_wire("HID", None, None, Some(hex), None),
                Some(Card::new(Format::Hid26, None, number)),
                "{hex}"
            );
        }
    }

    #[test]
    fn a_facility_code_of_zero_is_none_where_a_format_has_none() {
        let read = |kind| Card::from_wire(kind, Some("0"), Some("5"), None, None);
        assert_eq!(
            read("DESFire"),
            Some(Card::new(Format::DesfireCsn, None, 5))
        );
        assert_eq!(
            read("Blackboard64"),
            Some(Card::new(Format::Blackboard64, None, 5))
        );
        assert_eq!(read("HID").and_then(|card| card.facility_code), Some(0));
    }

    #[test]
    fn serial_numbers_go_in_hex_and_all_others_in_decimal() {
        let number = |format, number| match Card::new(format, None, number).to_wire().number {
            WireNumber::Decimal(text) => format!("card_number {text}"),
            WireNumber::Hex(text) => format!("card_number_hex {text}"),
        };
        assert_eq!(
            number(Format::MifareCsn, 0xA2_3B00),
            "card_number_hex 00A23B00"
        );
        assert_eq!(
            number(Format::DesfireCsn, 1),
            "card_number_hex 00000000000001"
        );
        assert_eq!(number(Format::Idm64, 1), "card_number_hex 0000000000000001");
        assert_eq!(number(Format::Blackboard64, 77), "card_number 77");
        let sent = Card::new(Format::Hid26, Some(102), 1).to_wire();
        assert_eq!(sent.kind, "Standard 26-bit Wiegand");
        assert_eq!(sent.facility_code.as_deref(), Some("102"));
    }

    fn base36(mut number: u128) -> String {
        let mut text = Vec::new();
        while number > 0 || text.is_empty() {
            let digit = u32::try_from(number % 36).unwrap();
            text.push(char::from_digit(digit, 36).unwrap());
            number /= 36;
        }
        text.iter().rev().collect()
    }

    prop_compose! {
        /// A card that fits its format.
        fn cards()(
            which in 0..Format::ALL.len(),
            code: Option<u32>,
            number: u128,
        ) -> Card {
            let format = Format::ALL[which];
            match format.layout() {
                Some(layout) => Card::new(
                    format,
                    layout.largest_facility_code().map(|max| code.unwrap_or(0) & max),
                    number & layout.largest_number(),
                ),
                None => Card::new(format, code, number),
            }
        }
    }

    proptest! {
        #[test]
        fn any_spelling_of_a_card_comes_back_equal(
            card in cards(),
            zeros in 0..8_usize,
            upper: bool,
            form in 0..3_u8,
            name in 0..3_usize,
        ) {
            prop_assert_eq!(card.check(), Ok(()));
            let zeros = "0".repeat(zeros);
            let spell = |text: String| {
                let text = format!(" {zeros}{text} ");
                if upper { text.to_uppercase() } else { text.to_lowercase() }
            };
            let names = [card.format.long(), card.format.short(), &card.format.long().to_uppercase()];
            let code = card.facility_code.map(|code| spell(code.to_string()));
            let number = spell(match form {
                0 => card.number.to_string(),
                1 => format!("{:x}", card.number),
                _ => base36(card.number),
            });
            let of = |wanted| (form == wanted).then_some(number.as_str());
            let read = Card::from_wire(names[name], code.as_deref(), of(0), of(1), of(2));
            prop_assert_eq!(read, Some(card));
        }

        #[test]
        fn what_is_sent_and_what_is_stored_come_back_equal(card in cards()) {
            prop_assert_eq!(wire(&card), Some(card));
            prop_assert_eq!(card.to_string().parse(), Ok(card));
        }
    }
}
