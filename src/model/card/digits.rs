//! Numbers written in decimal, hex or base 36, as exports and servers write them.

/// A base in which a card number may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Radix {
    /// 0 to 9.
    #[default]
    Decimal,
    /// 0 to 9 and A to F.
    Hex,
    /// 0 to 9 and A to Z.
    Base36,
}

impl Radix {
    /// Every base.
    pub const ALL: [Radix; 3] = [Radix::Decimal, Radix::Hex, Radix::Base36];

    /// The base as a number.
    #[must_use]
    pub fn value(self) -> u32 {
        match self {
            Radix::Decimal => 10,
            Radix::Hex => 16,
            Radix::Base36 => 36,
        }
    }

    /// The digits of the base, in words.
    #[must_use]
    pub fn digits(self) -> &'static str {
        match self {
            Radix::Decimal => "the decimal digits 0 to 9",
            Radix::Hex => "the hex digits 0 to 9 and A to F",
            Radix::Base36 => "the digits 0 to 9 and the letters A to Z",
        }
    }
}

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNumber {
    /// There is no digit in it.
    Empty,
    /// This character is no digit of the base.
    Odd(char),
    /// The number has more than 128 bits.
    TooLong,
}

/// The number that a text stands for. Case, leading zeros and blanks make no difference, nor do,
/// in hex, colons and hyphens between bytes and a leading `0x`.
///
/// # Errors
/// What keeps the text from being a number.
pub fn parse(text: &str, radix: Radix) -> Result<u128, NoNumber> {
    let mut number: u128 = 0;
    let mut empty = true;
    for c in digits(text, radix) {
        let digit = c.to_digit(radix.value()).ok_or(NoNumber::Odd(c))?;
        empty = false;
        number = number
            .checked_mul(u128::from(radix.value()))
            .and_then(|number| number.checked_add(u128::from(digit)))
            .ok_or(NoNumber::TooLong)?;
    }
    if empty {
        return Err(NoNumber::Empty);
    }
    Ok(number)
}

/// The characters of a text that must be digits: all but those that only set digits apart.
pub fn digits(text: &str, radix: Radix) -> impl Iterator<Item = char> {
    let text = text.trim();
    let hex = radix == Radix::Hex;
    let bare = match text.get(..2) {
        Some("0x" | "0X") if hex => &text[2..],
        _ => text,
    };
    bare.chars()
        .filter(move |c| !(c.is_whitespace() || (hex && matches!(c, ':' | '-'))))
}

/// Whether a text is a number that a spreadsheet has rounded, such as `4.71E+11`. The sign is what
/// tells it from an id such as `12E5`.
#[must_use]
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    exponent.strip_prefix('+').is_some_and(is_digits)
        && mantissa.split(['.', ',']).count() <= 2
        && mantissa.split(['.', ',']).all(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_whatever_stands_between_its_digits() {
        for (text, radix, number) in [
            (" 004711 ", Radix::Decimal, Ok(4711)),
            ("12 34", Radix::Decimal, Ok(1234)),
            ("1A", Radix::Decimal, Err(NoNumber::Odd('A'))),
            ("-5", Radix::Decimal, Err(NoNumber::Odd('-'))),
            ("+5", Radix::Decimal, Err(NoNumber::Odd('+'))),
            ("0x1f", Radix::Hex, Ok(0x1F)),
            ("04:a2-3B 00", Radix::Hex, Ok(0x04A2_3B00)),
            ("1G", Radix::Hex, Err(NoNumber::Odd('G'))),
            ("zz", Radix::Base36, Ok(35 * 36 + 35)),
            ("0x1", Radix::Base36, Ok(33 * 36 + 1)),
            ("", Radix::Hex, Err(NoNumber::Empty)),
            ("0x", Radix::Hex, Err(NoNumber::Empty)),
            ("٣", Radix::Decimal, Err(NoNumber::Odd('٣'))),
            (&"9".repeat(40), Radix::Decimal, Err(NoNumber::TooLong)),
            (&"f".repeat(32), Radix::Hex, Ok(u128::MAX)),
        ] {
            assert_eq!(parse(text, radix), number, "{text} {radix:?}");
        }
    }

    #[test]
    fn only_rounded_numbers_are_scientific() {
        for text in ["4.71E+11", "1e+5", "4,71E+11"] {
            assert!(is_scientific(text), "{text}");
        }
        for text in ["12E5", "E+5", "1E+", "1.2.3E+4", "4711", ""] {
            assert!(!is_scientific(text), "{text}");
        }
    }
}
