//! Cards as Command knows them: the formats, their limits, and the three ways to write a number.

/// A card format: its names and the limits of its fields.
///
/// Names: <https://apidocs.verkada.com/reference/postaccesscardviewv1>. The widths of facility
/// code and number are those of the published layouts; where none is public, the number only has
/// to fit the bits that the name speaks of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) long: &'static str,
    pub(super) short: &'static str,
    /// Bits of the facility code, in a format that has to have one.
    pub(super) facility_bits: Option<u32>,
    pub(super) number_bits: u32,
}

const fn kind(
    long: &'static str,
    short: &'static str,
    facility_bits: Option<u32>,
    number_bits: u32,
) -> Kind {
    Kind {
        long,
        short,
        facility_bits,
        number_bits,
    }
}

/// Every format.
pub(super) static KINDS: &[Kind] = &[
    kind("Standard 26-bit Wiegand", "HID", Some(8), 16),
    kind("HID 37-bit", "HID37wFacilityCode", Some(16), 19),
    kind(
        "HID 37-bit No Facility Code",
        "HID37woFacilityCode",
        None,
        35,
    ),
    kind("HID 34-bit", "HID34", Some(16), 16),
    kind("Casi Rusco 40-Bit", "CasiRusco", None, 40),
    kind("HID Corporate 1000-35", "Corporate1000_35", Some(12), 20),
    kind("HID Corporate 1000-48", "Corporate1000_48", Some(22), 23),
    kind("HID iClass", "iClass", None, 64),
    kind("DESFire CSN", "DESFire", None, 56),
    kind("Verkada DESFire", "VerkadaDESFire", None, 64),
    kind("Third Party DESFire 40X", "ThirdParty40X", None, 64),
    kind("Apple Wallet Pass", "AppleWalletPass", None, 64),
    kind(
        "MiFare 4-Byte (32 bit) CSN",
        "MiFareClassic1K_CSN",
        None,
        32,
    ),
    kind("MDC Custom 64-bit", "MDCCustom_64", None, 64),
    kind("HID 36-bit Keyscan", "HID36Keyscan", None, 36),
    kind("HID 33-bit DSX", "HID33DSX", None, 33),
    kind("HID 33-bit RS2", "HID33RS2", None, 33),
    kind("HID 36-bit Simplex", "HID36Simplex", None, 36),
    kind("Cansec 37-bit", "Cansec37", None, 37),
    kind("Credit Card BIN Number", "CreditCardBin", None, 64),
    kind("Kantech XSF", "KantechXSF", None, 64),
    kind("Schlage 34-bit", "Schlage34", None, 34),
    kind("Schlage 37-bit", "Schlage37x", None, 37),
    kind("RBH 50-bit", "RBH50", None, 50),
    kind("Guardall G-Prox II 36-bit", "GProxII36", None, 36),
    kind("AMAG 32-bit", "AMAG32", None, 32),
    kind("Securitas 37-bit", "Securitas37", None, 37),
    kind("Kastle 32-bit", "Kastle32", None, 32),
    kind("PointGuard MDI 37-bit", "PointGuardMDI37", None, 37),
    kind("Blackboard 64-bit", "Blackboard64", None, 64),
    kind("IDm 64-bit", "IDm64bit", None, 64),
    kind("Continental 36-bit", "Continental36", None, 36),
    kind("AWID 34-bit", "AWID34", None, 34),
    kind("License Plate", "LicensePlate64", None, 64),
    kind("HID Infinity 37-bit", "HIDInfinity37", None, 37),
    kind("HID Ceridian 26-bit", "HIDCeridian26", None, 26),
    kind("iClass 35-bit", "IClass35", None, 35),
    kind("Andover Controls 37-bit", "Andover37", None, 37),
];

/// Further names that are taken: the same format under the name of another chip or an older one.
const ALIASES: &[(&str, &str)] = &[
    ("MiFareClassic4K_CSN", "MiFareClassic1K_CSN"),
    ("DESFire 40X", "ThirdParty40X"),
];

/// The format of a name, long or short, spelt exactly.
pub(super) fn kind_named(name: &str) -> Option<&'static Kind> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, short)| *short);
    KINDS
        .iter()
        .find(|kind| kind.long == name || kind.short == name)
}

/// What makes two cards the same card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CardKey {
    pub(super) kind: &'static str,
    pub(super) facility_code: Option<u32>,
    pub(super) number: u128,
}

/// A card as Command holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) id: String,
    /// The user's id on SCIM's side.
    pub(super) user: String,
    pub(super) kind: &'static Kind,
    pub(super) facility_code: Option<u32>,
    pub(super) number: u128,
    pub(super) active: bool,
    /// Added by Command's own people.
    pub(super) by_hand: bool,
    /// The logical time of creation.
    pub(super) created: u32,
}

impl Card {
    pub(super) fn key(&self) -> CardKey {
        CardKey {
            kind: self.kind.short,
            facility_code: self.facility_code,
            number: self.number,
        }
    }

    /// The card as sentences name it: never the whole number.
    pub(super) fn label(&self) -> String {
        format!(
            "{} card ending {}",
            self.kind.short,
            ending(&self.number.to_string())
        )
    }
}

/// The last two characters of a number.
pub(super) fn ending(number: &str) -> &str {
    let start = number.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    &number[start..]
}

/// Why a format, facility code and number make no card.
pub(super) fn check(
    kind: &Kind,
    facility_code: Option<u32>,
    number: u128,
) -> Result<(), &'static str> {
    let fits = |value: u128, bits: u32| value >> bits == 0;
    match (kind.facility_bits, facility_code) {
        (Some(_), None) => Err("facility_code is required for this card type"),
        (Some(bits), Some(code)) if !fits(code.into(), bits) => {
            Err("facility_code is out of range for this card type")
        }
        _ if !fits(number, kind.number_bits) => {
            Err("card number is out of range for this card type")
        }
        _ => Ok(()),
    }
}

/// Reads a number that is written with nothing but digits of this base.
pub(super) fn number(text: &str, radix: u32) -> Option<u128> {
    let digits = text.chars().all(|digit| digit.is_digit(radix));
    (digits && !text.is_empty())
        .then(|| u128::from_str_radix(text, radix).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_both_names() {
        assert_eq!(KINDS.len(), 38);
        for kind in KINDS {
            assert_eq!(kind_named(kind.long), Some(kind));
            assert_eq!(kind_named(kind.short), Some(kind));
        }
        for (alias, short) in ALIASES {
            assert_eq!(kind_named(alias).map(|kind| kind.short), Some(*short));
        }
        assert_eq!(kind_named("hid"), None, "names are spelt exactly");
    }

    #[test]
    fn limits_are_those_of_the_layout() {
        let table = [
            ("HID", Some(255), 65_535, true),
            ("HID", Some(256), 1, false),
            ("HID", Some(102), 65_536, false),
            ("HID", None, 1, false),
            ("HID37wFacilityCode", Some(65_535), 524_287, true),
            ("HID37wFacilityCode", Some(1), 524_288, false),
            ("HID34", None, 1, false),
            ("Corporate1000_35", Some(4095), 1_048_575, true),
            ("Corporate1000_35", Some(4096), 1, false),
            ("Corporate1000_48", None, 1, false),
            ("MiFareClassic1K_CSN", None, u128::from(u32::MAX), true),
            ("MiFareClassic1K_CSN", None, 1 << 32, false),
            ("Blackboard64", None, u128::from(u64::MAX), true),
            ("Blackboard64", Some(1), 5, true),
        ];
        for (name, code, number, fits) in table {
            let kind = kind_named(name).unwrap();
            assert_eq!(
                check(kind, code, number).is_ok(),
                fits,
                "{name} {code:?} {number}"
            );
        }
    }

    #[test]
    fn numbers_are_read_by_their_base_only() {
        let table = [
            ("0042", 10, Some(42)),
            ("ff", 16, Some(255)),
            ("FF", 16, Some(255)),
            ("zz", 36, Some(1295)),
            ("", 10, None),
            ("+1", 10, None),
            ("0x1", 16, None),
            (" 1", 10, None),
            ("1a", 10, None),
        ];
        for (text, radix, expected) in table {
            assert_eq!(number(text, radix), expected, "{text}");
        }
        assert_eq!((ending("12345"), ending("7")), ("45", "7"));
    }
}
