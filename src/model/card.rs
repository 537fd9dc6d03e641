//! Cards: the formats that Command knows, and the one form in which cards are compared.
//!
//! A card is its format, its facility code where it has one, and its number. Decimal or hex,
//! leading zeros and the spelling of a format make no difference.

pub mod digits;
mod layout;
mod wire;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fold::fold_name;

pub use layout::{Layout, Misfit};
pub use wire::{WireCard, WireNumber};

macro_rules! formats {
    ($($variant:ident $long:literal $($short:literal)|+;)*) => {
        /// A card format of Command, by its name in the public API.
        ///
        /// The long names are those of <https://apidocs.verkada.com/reference/postaccesscardviewv1>.
        /// Stored cards come back with the short ones.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $(#[doc = $long] $variant,)*
        }

        impl Format {
            /// Every format, in the order of the list.
            pub const ALL: &'static [Format] = &[$(Format::$variant),*];

            /// The name in Verkada's API documentation.
            #[must_use]
            pub fn long(self) -> &'static str {
                match self { $(Format::$variant => $long),* }
            }

            /// The names under which stored cards come back; nearly always one. The first is the
            /// one that output uses.
            #[must_use]
            pub fn short_names(self) -> &'static [&'static str] {
                match self { $(Format::$variant => &[$($short),+]),* }
            }
        }
    };
}

formats! {
    Hid26 "Standard 26-bit Wiegand" "HID";
    Hid37WithFacilityCode "HID 37-bit" "HID37wFacilityCode";
    Hid37WithoutFacilityCode "HID 37-bit No Facility Code" "HID37woFacilityCode";
    Hid34 "HID 34-bit" "HID34";
    CasiRusco "Casi Rusco 40-Bit" "CasiRusco";
    Corporate1000Of35 "HID Corporate 1000-35" "Corporate1000_35";
    Corporate1000Of48 "HID Corporate 1000-48" "Corporate1000_48";
    IClass "HID iClass" "iClass";
    DesfireCsn "DESFire CSN" "DESFire";
    VerkadaDesfire "Verkada DESFire" "VerkadaDESFire";
    ThirdParty40X "Third Party DESFire 40X" "ThirdParty40X" | "DESFire 40X";
    AppleWalletPass "Apple Wallet Pass" "AppleWalletPass";
    MifareCsn "MiFare 4-Byte (32 bit) CSN" "MiFareClassic1K_CSN" | "MiFareClassic4K_CSN";
    MdcCustom64 "MDC Custom 64-bit" "MDCCustom_64";
    Hid36Keyscan "HID 36-bit Keyscan" "HID36Keyscan";
    Hid33Dsx "HID 33-bit DSX" "HID33DSX";
    Hid33Rs2 "HID 33-bit RS2" "HID33RS2";
    Hid36Simplex "HID 36-bit Simplex" "HID36Simplex";
    Cansec37 "Cansec 37-bit" "Cansec37";
    CreditCardBin "Credit Card BIN Number" "CreditCardBin";
    KantechXsf "Kantech XSF" "KantechXSF";
    Schlage34 "Schlage 34-bit" "Schlage34";
    Schlage37 "Schlage 37-bit" "Schlage37x";
    Rbh50 "RBH 50-bit" "RBH50";
    GProx36 "Guardall G-Prox II 36-bit" "GProxII36";
    Amag32 "AMAG 32-bit" "AMAG32";
    Securitas37 "Securitas 37-bit" "Securitas37";
    Kastle32 "Kastle 32-bit" "Kastle32";
    PointGuardMdi37 "PointGuard MDI 37-bit" "PointGuardMDI37";
    Blackboard64 "Blackboard 64-bit" "Blackboard64";
    Idm64 "IDm 64-bit" "IDm64bit";
    Continental36 "Continental 36-bit" "Continental36";
    Awid34 "AWID 34-bit" "AWID34";
    LicensePlate "License Plate" "LicensePlate64";
    HidInfinity37 "HID Infinity 37-bit" "HIDInfinity37";
    HidCeridian26 "HID Ceridian 26-bit" "HIDCeridian26";
    IClass35 "iClass 35-bit" "IClass35";
    Andover37 "Andover Controls 37-bit" "Andover37";
}

impl Format {
    /// The short name that output uses.
    #[must_use]
    pub fn short(self) -> &'static str {
        self.short_names()[0]
    }

    /// The format of a long or short name, without regard to case and blanks; `None` if it is not
    /// one of Command's.
    #[must_use]
    pub fn named(name: &str) -> Option<Format> {
        // Folding is slow, and what the ledger holds by the million are exact short names.
        if let Some(format) = Format::ALL.iter().find(|format| format.short() == name) {
            return Some(*format);
        }
        let name = fold_name(name);
        Format::ALL.iter().copied().find(|format| {
            let mut short = format.short_names().iter();
            fold_name(format.long()) == name || short.any(|short| fold_name(short) == name)
        })
    }
}

/// A card, in the one form in which cards are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Card {
    /// The format.
    pub format: Format,
    /// The facility code, where the card has one.
    pub facility_code: Option<u32>,
    /// The number.
    pub number: u128,
}

impl Card {
    /// A card in its one form: a facility code of zero is none, unless the format is known to have
    /// one, for servers write either.
    #[must_use]
    pub fn new(format: Format, facility_code: Option<u32>, number: u128) -> Self {
        let optional = format.has_facility_code() != Some(true);
        Card {
            format,
            facility_code: facility_code.filter(|code| !(optional && *code == 0)),
            number,
        }
    }

    /// The card with all but the last digits of its number hidden: two of a short number, four of
    /// one with eight digits or more.
    #[must_use]
    pub fn masked(&self) -> String {
        let number = self.number_text();
        let shown = if number.len() >= 8 { 4 } else { 2 };
        let rest = &number[number.len().saturating_sub(shown)..];
        format!("{} ••{rest}", self.format.short())
    }

    /// The card with its whole number.
    #[must_use]
    pub fn unmasked(&self) -> String {
        let number = self.number_text();
        match self.facility_code {
            Some(code) => format!("{} {code}/{number}", self.format.short()),
            None => format!("{} {number}", self.format.short()),
        }
    }

    /// The number as people know it: as it is sent.
    fn number_text(&self) -> String {
        match self.to_wire().number {
            WireNumber::Decimal(number) | WireNumber::Hex(number) => number,
        }
    }
}

/// `HID/102/4711`, and `HID//4711` without a facility code. It is what the ledger holds.
impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.format.short())?;
        if let Some(code) = self.facility_code {
            write!(f, "{code}")?;
        }
        write!(f, "/{}", self.number)
    }
}

/// A text that is no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a card of the form FORMAT/FACILITY/NUMBER")]
pub struct NotACard;

impl FromStr for Card {
    type Err = NotACard;

    fn from_str(text: &str) -> Result<Self, NotACard> {
        let (format, rest) = text.split_once('/').ok_or(NotACard)?;
        let (code, number) = rest.split_once('/').ok_or(NotACard)?;
        let facility_code = match code {
            "" => None,
            code => Some(code.parse().map_err(|_| NotACard)?),
        };
        Ok(Card::new(
            Format::named(format).ok_or(NotACard)?,
            facility_code,
            number.parse().map_err(|_| NotACard)?,
        ))
    }
}

impl From<Card> for String {
    fn from(card: Card) -> String {
        card.to_string()
    }
}

impl TryFrom<String> for Card {
    type Error = NotACard;

    fn try_from(text: String) -> Result<Self, NotACard> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_known_by_all_its_names_and_by_no_other() {
        assert_eq!(Format::ALL.len(), 38);
        for format in Format::ALL {
            assert_eq!(Format::named(format.long()), Some(*format));
            for short in format.short_names() {
                assert_eq!(
                    Format::named(&short.to_lowercase()),
                    Some(*format),
                    "{short}"
                );
            }
        }
        for unknown in ["", "HID 99-bit", "Wiegand"] {
            assert_eq!(Format::named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_card_survives_its_text_and_shows_little_of_itself() {
        for (facility_code, number, masked) in [
            (Some(102), 4711, "HID ••11"),
            (None, 7, "HID ••7"),
            (Some(0), 123_456_789, "HID ••6789"),
        ] {
            let format = Format::Hid26;
            let card = Card {
                format,
                facility_code,
                number,
            };
            assert_eq!(card.to_string().parse(), Ok(card));
            assert_eq!(card.masked(), masked);
        }
        assert_eq!("HID/x/1".parse::<Card>(), Err(NotACard));
    }
}
