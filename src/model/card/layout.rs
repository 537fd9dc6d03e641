//! How the bits of a card are laid out, for the formats of which that is publicly known, and what
//! follows from it: the largest numbers, whether there is a facility code, the bits with parity.

use super::{Card, Format};

/// The layout of a format.
#[derive(Debug)]
pub struct Layout {
    /// The name by which its maker or its standard calls it.
    pub name: &'static str,
    /// Where it is published.
    pub source: &'static str,
    /// How many bits there are, parity included.
    pub bits: u32,
    facility: Option<Field>,
    number: Field,
    /// In the order in which they are computed.
    parity: &'static [Parity],
}

/// Neighbouring bits that make a number. Bit 0 is the one that a card sends first.
#[derive(Clone, Copy, Debug)]
struct Field {
    start: u32,
    length: u32,
}

/// A parity bit over the bits `first` to `last`, without those whose place leaves the remainder
/// `skip` when divided by three.
#[derive(Debug)]
struct Parity {
    at: u32,
    odd: bool,
    first: u32,
    last: u32,
    skip: Option<u32>,
}

const fn field(start: u32, length: u32) -> Field {
    Field { start, length }
}

const fn even(at: u32, first: u32, last: u32) -> Parity {
    Parity {
        at,
        odd: false,
        first,
        last,
        skip: None,
    }
}

const fn odd(at: u32, first: u32, last: u32) -> Parity {
    Parity {
        odd: true,
        ..even(at, first, last)
    }
}

/// Leaves every third bit out.
const fn two_of_three(parity: Parity, skip: u32) -> Parity {
    Parity {
        skip: Some(skip),
        ..parity
    }
}

/// The chip's own serial number: nothing but the number.
const fn serial(name: &'static str, source: &'static str, bits: u32) -> Layout {
    Layout {
        name,
        source,
        bits,
        facility: None,
        number: field(0, bits),
        parity: &[],
    }
}

/// Parity of the 37-bit formats: the two halves share the bit in the middle.
const HALVES_37: &[Parity] = &[even(0, 1, 18), odd(36, 18, 35)];

/// A table of field places and parity bits of many formats.
const PROXMARK: &str =
    "https://github.com/RfidResearchGroup/proxmark3/blob/master/client/src/wiegand_formats.c";

/// <http://www.rfideas.com/support/learning_center/proximity_card_formats.php>
static H10301: Layout = Layout {
    name: "H10301",
    source: "http://www.rfideas.com/support/learning_center/proximity_card_formats.php",
    bits: 26,
    facility: Some(field(1, 8)),
    number: field(9, 16),
    parity: &[even(0, 1, 12), odd(25, 13, 24)],
};

/// No facility code ([`PROXMARK`]; HID describes it at
/// <http://www.hidglobal.com/page.php?page_id=10>).
static H10302: Layout = Layout {
    name: "H10302",
    source: PROXMARK,
    bits: 37,
    facility: None,
    number: field(1, 35),
    parity: HALVES_37,
};

/// <https://www.ooaccess.com/kb/37-bit-fc/>
static H10304: Layout = Layout {
    name: "H10304",
    source: "https://www.ooaccess.com/kb/37-bit-fc/",
    bits: 37,
    facility: Some(field(1, 16)),
    number: field(17, 19),
    parity: HALVES_37,
};

/// [`PROXMARK`]
static H10306: Layout = Layout {
    name: "H10306",
    source: PROXMARK,
    bits: 34,
    facility: Some(field(1, 16)),
    number: field(17, 16),
    parity: &[even(0, 1, 16), odd(33, 17, 32)],
};

/// [`PROXMARK`], under C1k35s. What it calls a facility code is the number of the company.
static CORPORATE_35: Layout = Layout {
    name: "Corporate 1000, 35 bits",
    source: PROXMARK,
    bits: 35,
    facility: Some(field(2, 12)),
    number: field(14, 20),
    parity: &[
        two_of_three(even(1, 2, 33), 1),
        two_of_three(odd(34, 1, 32), 0),
        odd(0, 1, 34),
    ],
};

/// [`PROXMARK`], under C1k48s.
static CORPORATE_48: Layout = Layout {
    name: "Corporate 1000, 48 bits",
    source: PROXMARK,
    bits: 48,
    facility: Some(field(2, 22)),
    number: field(24, 23),
    parity: &[
        two_of_three(even(1, 3, 46), 2),
        two_of_three(odd(47, 2, 45), 1),
        odd(0, 1, 47),
    ],
};

/// [`PROXMARK`], under MDI37. Two bits before the facility code are not used.
static MDI_37: Layout = Layout {
    name: "PointGuard MDI, 37 bits",
    source: PROXMARK,
    bits: 37,
    facility: Some(field(3, 4)),
    number: field(7, 29),
    parity: HALVES_37,
};

/// How NXP's chips carry their serial numbers (ISO/IEC 14443-3 defines the sizes).
const AN10927: &str = "https://docslib.org/doc/6604994/mifare-product-and-handling-of-uids-rev";

/// A single-size UID ([`AN10927`]).
static MIFARE: Layout = serial("4-byte UID of ISO/IEC 14443-3", AN10927, 32);

/// A double-size UID, as all DESFire chips have ([`AN10927`]).
static DESFIRE: Layout = serial("7-byte UID of ISO/IEC 14443-3", AN10927, 56);

/// The manufacture id of FeliCa chips, eight bytes (JIS X 6319-4).
static IDM: Layout = serial("8-byte IDm", "JIS X 6319-4", 64);

impl Field {
    fn max(self) -> u64 {
        u64::MAX >> (64 - self.length)
    }

    fn shift(self, of: u32) -> u32 {
        of - self.start - self.length
    }
}

impl Parity {
    /// The bits that it makes odd or even in number, without itself.
    fn covered(&self, of: u32) -> u64 {
        (self.first..=self.last)
            .filter(|at| self.skip != Some(at % 3))
            .fold(0, |mask, at| mask | bit(at, of))
    }
}

/// The bit at a place, counted from the first of so many.
fn bit(at: u32, of: u32) -> u64 {
    1 << (of - 1 - at)
}

impl Layout {
    /// The largest facility code; `None` if there is none on the card.
    #[must_use]
    pub fn largest_facility_code(&self) -> Option<u32> {
        let max = self.facility?.max();
        Some(u32::try_from(max).unwrap_or(u32::MAX))
    }

    /// The largest number.
    #[must_use]
    pub fn largest_number(&self) -> u128 {
        u128::from(self.number.max())
    }

    /// The bits of a card that fits.
    fn encode(&self, facility_code: Option<u32>, number: u64) -> u64 {
        let mut bits = number << self.number.shift(self.bits);
        if let (Some(field), Some(code)) = (self.facility, facility_code) {
            bits |= u64::from(code) << field.shift(self.bits);
        }
        for parity in self.parity {
            let ones = (bits & parity.covered(self.bits)).count_ones();
            if ones.is_multiple_of(2) == parity.odd {
                bits |= bit(parity.at, self.bits);
            }
        }
        bits
    }

    /// Facility code and number of a card's bits, whatever their parity.
    fn decode(&self, bits: u64) -> (Option<u32>, u64) {
        let of = |field: Field| (bits >> field.shift(self.bits)) & field.max();
        let code = self.facility.map(of);
        let code = code.map(|code| u32::try_from(code).unwrap_or(u32::MAX));
        (code, of(self.number))
    }
}

impl Format {
    /// The layout, where it is publicly known.
    #[must_use]
    pub fn layout(self) -> Option<&'static Layout> {
        match self {
            Format::Hid26 => Some(&H10301),
            Format::Hid37WithFacilityCode => Some(&H10304),
            Format::Hid37WithoutFacilityCode => Some(&H10302),
            Format::Hid34 => Some(&H10306),
            Format::Corporate1000Of35 => Some(&CORPORATE_35),
            Format::Corporate1000Of48 => Some(&CORPORATE_48),
            Format::PointGuardMdi37 => Some(&MDI_37),
            Format::MifareCsn => Some(&MIFARE),
            Format::DesfireCsn => Some(&DESFIRE),
            Format::Idm64 => Some(&IDM),
            _ => None,
        }
    }

    /// How many bytes the number has, where it is publicly known to be whole bytes: the chip's
    /// serial numbers, and those whose name says so.
    #[must_use]
    pub fn bytes(self) -> Option<usize> {
        match self {
            Format::MifareCsn => Some(4),
            Format::DesfireCsn => Some(7),
            Format::Idm64 | Format::Blackboard64 | Format::MdcCustom64 => Some(8),
            _ => None,
        }
    }

    /// Whether a card is known to have a facility code; `None` if that is not publicly known.
    #[must_use]
    pub fn has_facility_code(self) -> Option<bool> {
        Some(self.layout()?.facility.is_some())
    }
}

/// Why a card can't be: it does not fit the layout of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The number is too large.
    #[error("The number is out of range: {} has numbers from 0 to {largest} ({}).", .format.long(), cited(*.format))]
    Number {
        /// The format.
        format: Format,
        /// The largest number.
        largest: u128,
    },
    /// The facility code is too large.
    #[error("The facility code {code} is out of range: {} has facility codes from 0 to {largest} ({}).", .format.long(), cited(*.format))]
    FacilityCode {
        /// The format.
        format: Format,
        /// The facility code.
        code: u32,
        /// The largest facility code.
        largest: u32,
    },
    /// The format needs a facility code.
    #[error("The facility code is missing: {} has one on every card ({}).", .0.long(), cited(*.0))]
    FacilityCodeMissing(Format),
    /// The format has no facility code.
    #[error("There is a facility code, and {} has none on its cards ({}).", .0.long(), cited(*.0))]
    FacilityCodeUnknown(Format),
}

/// The name of a format's layout, and where it is published.
fn cited(format: Format) -> String {
    format.layout().map_or_else(String::new, |layout| {
        format!("{}, see {}", layout.name, layout.source)
    })
}

impl Format {
    /// Checks a facility code, or that there is none, against the layout.
    ///
    /// # Errors
    /// What does not fit. Nothing is checked where the layout is not publicly known.
    pub fn check_facility_code(self, code: Option<u32>) -> Result<(), Misfit> {
        let Some(layout) = self.layout() else {
            return Ok(());
        };
        match (layout.largest_facility_code(), code) {
            (Some(largest), Some(code)) if code > largest => Err(Misfit::FacilityCode {
                format: self,
                code,
                largest,
            }),
            (Some(_), None) => Err(Misfit::FacilityCodeMissing(self)),
            (None, Some(_)) => Err(Misfit::FacilityCodeUnknown(self)),
            _ => Ok(()),
        }
    }
}

impl Card {
    /// Checks the card against the layout of its format.
    ///
    /// # Errors
    /// What does not fit. Nothing is checked where the layout is not publicly known.
    pub fn check(&self) -> Result<(), Misfit> {
        self.format.check_facility_code(self.facility_code)?;
        match self.format.layout().map(Layout::largest_number) {
            Some(largest) if self.number > largest => Err(Misfit::Number {
                format: self.format,
                largest,
            }),
            _ => Ok(()),
        }
    }

    /// The bits that the card sends, parity included, the first one first; `None` if the layout is
    /// not publicly known or the card does not fit it.
    #[must_use]
    pub fn raw_bits(&self) -> Option<String> {
        let layout = self.format.layout()?;
        let bits = self.encode()?;
        Some(format!("{bits:0width$b}", width = layout.bits as usize))
    }

    /// The card of which a number is the bits, with parity; `None` if it is not.
    pub(super) fn from_raw_bits(format: Format, bits: u128) -> Option<Card> {
        let bits = u64::try_from(bits).ok()?;
        let (facility_code, number) = format.layout()?.decode(bits);
        let card = Card::new(format, facility_code, u128::from(number));
        (card.encode() == Some(bits)).then_some(card)
    }

    fn encode(&self) -> Option<u64> {
        self.check().ok()?;
        let number = u64::try_from(self.number).ok()?;
        Some(self.format.layout()?.encode(self.facility_code, number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card(format: Format, facility_code: Option<u32>, number: u128) -> Card {
        Card::new(format, facility_code, number)
    }

    /// Bit strings worked out by hand from the published tables.
    #[test]
    fn bits_stand_where_the_published_layouts_have_them() {
        for (card, bits) in [
            (
                card(Format::Hid26, Some(102), 2),
                "00110011000000000000000100",
            ),
            (
                card(Format::Hid26, Some(1), 1),
                "10000000100000000000000010",
            ),
            (
                card(Format::Hid37WithFacilityCode, Some(1), 1),
                "1000000000000000100000000000000000010",
            ),
            (
                card(Format::Hid37WithoutFacilityCode, None, 1 << 17),
                "1000000000000000001000000000000000000",
            ),
            (
                card(Format::Hid34, Some(1), 3),
                "1000000000000000100000000000000111",
            ),
            (
                card(Format::Corporate1000Of35, Some(0), 0),
                "00000000000000000000000000000000001",
            ),
            (
                card(Format::Corporate1000Of35, Some(1), 0),
                "00000000000001000000000000000000000",
            ),
            (
                card(Format::Corporate1000Of48, Some(0), 1),
                "010000000000000000000000000000000000000000000011",
            ),
            (
                card(Format::MifareCsn, None, 5),
                "00000000000000000000000000000101",
            ),
        ] {
            assert_eq!(card.raw_bits().as_deref(), Some(bits), "{card}");
        }
        assert_eq!(card(Format::Blackboard64, None, 1).raw_bits(), None);
        assert_eq!(card(Format::Hid26, None, 1).raw_bits(), None);
    }

    #[test]
    fn parity_covers_each_bit_once_or_twice_and_never_itself() {
        for format in Format::ALL {
            let Some(layout) = format.layout() else {
                continue;
            };
            let mut used = 0;
            for field in layout.facility.iter().chain([&layout.number]) {
                used |= field.max() << field.shift(layout.bits);
            }
            for parity in layout.parity {
                let own = bit(parity.at, layout.bits);
                assert_eq!(used & own, 0, "{format:?}");
                assert_eq!(parity.covered(layout.bits) & own, 0, "{format:?}");
            }
            let covered = layout
                .parity
                .iter()
                .fold(0, |mask, parity| mask | parity.covered(layout.bits));
            assert!(
                layout.parity.is_empty() || used & !covered == 0,
                "{format:?}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_range_and_source() {
        for (card, wanted) in [
            (
                card(Format::Hid26, Some(102), 70_000),
                "The number is out of range: Standard 26-bit Wiegand has numbers from 0 to 65535 \
                 (H10301, see http",
            ),
            (
                card(Format::Hid26, Some(256), 1),
                "The facility code 256 is out of range: Standard 26-bit Wiegand has facility codes \
                 from 0 to 255 (H10301",
            ),
            (
                card(Format::Hid34, None, 1),
                "The facility code is missing: HID 34-bit has one on every card (H10306",
            ),
            (
                card(Format::DesfireCsn, Some(4), 1),
                "There is a facility code, and DESFire CSN has none on its cards (7-byte UID",
            ),
            (
                card(Format::DesfireCsn, None, 1 << 56),
                "The number is out of range: DESFire CSN has numbers from 0 to 72057594037927935",
            ),
        ] {
            let message = card.check().unwrap_err().to_string();
            assert!(message.starts_with(wanted), "{message}");
        }
        for fine in [
            card(Format::Idm64, None, u128::from(u64::MAX)),
            card(Format::Corporate1000Of35, Some(4095), 1_048_575),
            card(Format::Corporate1000Of48, Some(4_194_303), 8_388_607),
            card(Format::Hid37WithoutFacilityCode, None, 34_359_738_367),
            card(Format::PointGuardMdi37, Some(15), 536_870_911),
            card(Format::Blackboard64, Some(1), u128::MAX),
        ] {
            assert_eq!(fine.check(), Ok(()));
        }
    }

    #[test]
    fn whole_bytes_agree_with_the_layout() {
        for format in Format::ALL {
            let whole = format.layout().filter(|layout| layout.parity.is_empty());
            if let Some(layout) = whole {
                assert_eq!(format.bytes(), Some(layout.bits as usize / 8));
            }
        }
    }

    proptest! {
        #[test]
        fn bits_give_the_card_back_and_one_wrong_bit_does_not(
            which in 0..Format::ALL.len(),
            facility_code: u32,
            number: u64,
            wrong in 0..64_u32,
        ) {
            let format = Format::ALL[which];
            let Some(layout) = format.layout() else {
                return Ok(());
            };
            let code = layout.largest_facility_code().map(|largest| facility_code & largest);
            let number = u128::from(number) & layout.largest_number();
            let card = card(format, code, number);
            let bits = u128::from(card.encode().unwrap());
            prop_assert_eq!(Card::from_raw_bits(format, bits), Some(card));
            if !layout.parity.is_empty() {
                let spoilt = bits ^ (1 << (wrong % layout.bits));
                prop_assert_ne!(Card::from_raw_bits(format, spoilt), Some(card));
            }
        }
    }
}
