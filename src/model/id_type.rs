//! From an id in Atrium to a card: what the profile says of each type of id, and the steps from
//! the value in an export to the card that it stands for.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::card::digits::{self, NoNumber, Radix, is_scientific};
use super::card::{Card, Format, Misfit};
use super::fold::fold;
use super::nearest::nearest;

/// What the ids of a type are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdType {
    /// Nothing that opens doors, such as a barcode that changes with each use.
    Ignore,
    /// Cards, made like this.
    Card(Recipe),
}

/// The types of ids that the profile knows, by name without regard to case and white space around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdTypes(BTreeMap<String, (String, IdType)>);

impl IdTypes {
    /// Adds a type; false if it was there already, and is replaced.
    pub fn insert(&mut self, name: &str, id_type: IdType) -> bool {
        let name = name.trim();
        let entry = (name.to_owned(), id_type);
        self.0.insert(fold(name).into_owned(), entry).is_none()
    }

    /// What the ids of a type are; `None` if the profile does not say.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&IdType> {
        Some(&self.0.get(fold(name).as_ref())?.1)
    }

    /// Every type with its name as it was written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &IdType)> {
        self.0
            .values()
            .map(|(name, id_type)| (name.as_str(), id_type))
    }

    /// The name of a type that is most like this one; `None` if none is like it.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.iter().map(|(name, _)| name))
    }
}

impl<'a> FromIterator<(&'a str, IdType)> for IdTypes {
    fn from_iter<I: IntoIterator<Item = (&'a str, IdType)>>(types: I) -> Self {
        let mut map = IdTypes::default();
        for (name, id_type) in types {
            map.insert(name, id_type);
        }
        map
    }
}

/// A part of a value by the places of its characters, counted from 0: `0..5`, `5..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The first character.
    start: usize,
    /// The one behind the last; `None`: up to the end.
    end: Option<usize>,
}

/// A text that is no [`Slice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a part of a value, such as \"0..8\" or \"5..\"")]
pub struct NotASlice;

impl Slice {
    /// The part of a text; `None` if the text is too short for it.
    fn cut(self, text: &str) -> Option<&str> {
        let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let start = places.nth(self.start)?;
        let end = match self.end {
            Some(end) => places.nth(end - self.start - 1)?,
            None => text.len(),
        };
        text.get(start..end).filter(|part| !part.is_empty())
    }

    /// How many characters a value must have.
    fn needed(self) -> usize {
        self.end.unwrap_or(self.start + 1)
    }
}

impl FromStr for Slice {
    type Err = NotASlice;

    fn from_str(text: &str) -> Result<Self, NotASlice> {
        /// No value of an id is near this length.
        const LONGEST: usize = 1000;
        let place = |text: &str| text.trim().parse::<usize>().map_err(|_| NotASlice);
        let (start, end) = text.split_once("..").ok_or(NotASlice)?;
        let slice = Slice {
            start: if start.trim().is_empty() {
                0
            } else {
                place(start)?
            },
            end: if end.trim().is_empty() {
                None
            } else {
                Some(place(end)?)
            },
        };
        let end = slice.end.unwrap_or(slice.start + 1);
        if slice.start < end && end <= LONGEST {
            Ok(slice)
        } else {
            Err(NotASlice)
        }
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            Some(end) => write!(f, "{}..{end}", self.start),
            None => write!(f, "{}..", self.start),
        }
    }
}

/// How a card is made of the value of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The card's format.
    pub format: Format,
    /// The facility code of all cards of the type.
    pub facility_code: Option<u32>,
    /// What stands before every value, and is taken away first; empty for nothing.
    pub strip_prefix: String,
    /// The part of what is left that holds the number.
    pub slice: Option<Slice>,
    /// The base in which number and facility code are written.
    pub radix: Radix,
    /// Whether the number's bytes stand in reverse.
    pub reverse_bytes: bool,
    /// The part of what is left without the prefix that holds the facility code.
    pub facility_code_from: Option<Slice>,
}

/// Why a recipe can work for no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRecipe {
    /// The facility code is given twice.
    #[error("facility_code and facility_code_from are both set, and one of them is enough")]
    TwoFacilityCodes,
    /// The facility code does not fit the format.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// It is not known how many bytes are to be reversed.
    #[error("reverse_bytes needs radix = 16, or a format that is known to have whole bytes")]
    NoBytes,
}

/// What is done to a value on its way to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value as the export has it.
    Raw,
    /// The value without its prefix.
    Stripped,
    /// The part that holds the number.
    Sliced,
    /// The number.
    Number,
    /// The number with its bytes in reverse.
    Reversed,
    /// The facility code.
    FacilityCode,
}

/// A value with the steps that were taken and what came of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The steps with what each gave.
    pub steps: Vec<(Step, String)>,
    /// The card, or why there is none.
    pub card: Result<Card, CardFault>,
}

/// Why a value can't be made a card: the cause, and the next step. Never the whole number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// There is nothing.
    #[error("The value is empty. Enter the number in Atrium, or take the id away there.")]
    Empty,
    /// A spreadsheet has rounded the number.
    #[error(
        "The value is a number that a spreadsheet has rounded. Export again and keep the column as \
         text."
    )]
    Scientific,
    /// The prefix is not there.
    #[error(
        "The value does not start with \"{0}\". Correct it in Atrium, or strip_prefix of the id \
         type in the profile."
    )]
    PrefixMissing(String),
    /// The value is too short for a part of it.
    #[error(
        "The value has {length} characters, and the part {slice} needs {needed}. Correct it in \
         Atrium; if leading zeros were lost, export the column as text.", needed = .slice.needed()
    )]
    TooShort {
        /// How many characters it has, without the prefix.
        length: usize,
        /// The part.
        slice: Slice,
    },
    /// A character is no digit of the base.
    #[error(
        "The value holds \"{}\", and the id type is written with {}. Correct the value in Atrium, \
         or radix of the id type in the profile.", .found.escape_debug(), .radix.digits()
    )]
    WrongBase {
        /// The character.
        found: char,
        /// The base.
        radix: Radix,
    },
    /// No card has so long a number.
    #[error(
        "The number is longer than that of any card. Correct the value in Atrium, or the id type \
         in the profile."
    )]
    TooLong,
    /// The facility code has more digits than any.
    #[error(
        "The facility code is larger than that of any card. Correct the value in Atrium, or \
         facility_code_from of the id type in the profile."
    )]
    FacilityCodeTooLong,
    /// Half a byte can't be put in reverse.
    #[error(
        "The value has an odd number of hex digits, so its bytes can't be put in reverse. If \
         leading zeros were lost, export the column as text."
    )]
    HalfByte,
    /// The card does not fit its format.
    #[error("{0} Correct the value in Atrium, or the id type in the profile.")]
    Misfit(#[from] Misfit),
    /// The value is shorter than the others of its type, and which part is which depends on places.
    #[error(
        "The value has {length} characters and nearly all others of its type have {usual}: leading \
         zeros seem lost, so its parts can't be told. Export the column as text."
    )]
    LostZeros {
        /// How many characters it has.
        length: usize,
        /// How many are usual.
        usual: usize,
    },
    /// The value has decimal digits only, as too many of its type do.
    #[error(
        "The value has decimal digits only, as far more values of its type do than hex numbers \
         would: some or all of them are decimal. Export all of them in hex, or correct radix of \
         the id type in the profile."
    )]
    MixedBases,
}

impl From<(NoNumber, Radix)> for CardFault {
    fn from((fault, radix): (NoNumber, Radix)) -> Self {
        match fault {
            NoNumber::Empty => CardFault::Empty,
            NoNumber::Odd(found) => CardFault::WrongBase { found, radix },
            NoNumber::TooLong => CardFault::TooLong,
        }
    }
}

impl Recipe {
    /// A recipe for values that are decimal card numbers.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Recipe {
            format,
            facility_code: None,
            strip_prefix: String::new(),
            slice: None,
            radix: Radix::Decimal,
            reverse_bytes: false,
            facility_code_from: None,
        }
    }

    /// Checks whether the recipe can work for any value.
    ///
    /// # Errors
    /// What keeps it from working.
    pub fn check(&self) -> Result<(), BadRecipe> {
        match (self.facility_code, self.facility_code_from) {
            (Some(_), Some(_)) => return Err(BadRecipe::TwoFacilityCodes),
            // Any code that is there says that there is one; its value is known later.
            (None, Some(_)) => self.format.check_facility_code(Some(0))?,
            (code, None) => self.format.check_facility_code(code)?,
        }
        if self.reverse_bytes && self.radix != Radix::Hex && self.format.bytes().is_none() {
            return Err(BadRecipe::NoBytes);
        }
        Ok(())
    }

    /// Whether it depends on the place of a digit what it means, so that a value that lost its
    /// leading zeros can't be told.
    #[must_use]
    pub fn depends_on_places(&self) -> bool {
        self.slice.is_some() || self.facility_code_from.is_some() || self.reverse_bytes
    }

    /// The card that a value stands for.
    ///
    /// # Errors
    /// Why it stands for none.
    pub fn card(&self, raw: &str) -> Result<Card, CardFault> {
        self.follow(raw, &mut |_, _| {})
    }

    /// The card that a value stands for, with each step.
    #[must_use]
    pub fn read(&self, raw: &str) -> Reading {
        let mut steps = Vec::new();
        let card = self.follow(raw, &mut |step, value| {
            steps.push((step, value.to_string()));
        });
        Reading { steps, card }
    }

    /// The value without its prefix.
    ///
    /// # Errors
    /// [`CardFault::PrefixMissing`].
    pub fn stripped<'a>(&self, raw: &'a str) -> Result<&'a str, CardFault> {
        let raw = raw.trim();
        let prefix = &self.strip_prefix;
        match raw.split_at_checked(prefix.len()) {
            Some((before, rest)) if before.eq_ignore_ascii_case(prefix) => Ok(rest.trim_start()),
            _ => Err(CardFault::PrefixMissing(prefix.clone())),
        }
    }

    /// The part of a value that holds the number.
    ///
    /// # Errors
    /// [`CardFault::PrefixMissing`], [`CardFault::TooShort`].
    pub fn digits<'a>(&self, raw: &'a str) -> Result<&'a str, CardFault> {
        cut(self.stripped(raw)?, self.slice)
    }

    /// Follows the recipe and says what each step gave.
    fn follow(
        &self,
        raw: &str,
        note: &mut dyn FnMut(Step, &dyn fmt::Display),
    ) -> Result<Card, CardFault> {
        note(Step::Raw, &raw.trim());
        if raw.trim().is_empty() {
            return Err(CardFault::Empty);
        }
        if is_scientific(raw.trim()) {
            return Err(CardFault::Scientific);
        }
        let stripped = self.stripped(raw)?;
        if !self.strip_prefix.is_empty() {
            note(Step::Stripped, &stripped);
        }
        let text = cut(stripped, self.slice)?;
        if self.slice.is_some() {
            note(Step::Sliced, &text);
        }
        let mut number = self.number(text)?;
        note(Step::Number, &number);
        if self.reverse_bytes {
            number = self.reversed(number, text)?;
            note(Step::Reversed, &number);
        }
        let facility_code = self.code(stripped)?;
        if let Some(code) = facility_code {
            note(Step::FacilityCode, &code);
        }
        let card = Card::new(self.format, facility_code, number);
        card.check()?;
        Ok(card)
    }

    fn number(&self, text: &str) -> Result<u128, CardFault> {
        Ok(digits::parse(text, self.radix).map_err(|fault| (fault, self.radix))?)
    }

    /// The number with its bytes in reverse: those of the format, or else those that are written.
    fn reversed(&self, number: u128, text: &str) -> Result<u128, CardFault> {
        let count = match self.format.bytes() {
            Some(count) => count,
            None => {
                let written = digits::digits(text, self.radix).count();
                if written % 2 == 1 {
                    return Err(CardFault::HalfByte);
                }
                written / 2
            }
        };
        let bytes = number.to_be_bytes();
        let (zeros, used) = bytes.split_at(bytes.len().saturating_sub(count));
        if zeros.iter().any(|byte| *byte != 0) {
            // More bytes than there are: the check against the layout names the range.
            return Ok(number);
        }
        Ok(used
            .iter()
            .rev()
            .fold(0, |sum, byte| (sum << 8) | u128::from(*byte)))
    }

    fn code(&self, stripped: &str) -> Result<Option<u32>, CardFault> {
        let Some(slice) = self.facility_code_from else {
            return Ok(self.facility_code);
        };
        let code = self.number(cut(stripped, Some(slice))?)?;
        match u32::try_from(code) {
            Ok(code) => Ok(Some(code)),
            Err(_) => Err(CardFault::FacilityCodeTooLong),
        }
    }
}

/// The part of a text, or the whole.
fn cut(text: &str, slice: Option<Slice>) -> Result<&str, CardFault> {
    let Some(slice) = slice else {
        return Ok(text);
    };
    slice.cut(text).ok_or_else(|| CardFault::TooShort {
        length: text.chars().count(),
        slice,
    })
}
