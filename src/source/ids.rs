//! Turns the ids of people into cards.
//!
//! A value that can't be made a card leaves nobody out: it is named, and the rest goes on. Some
//! damage shows only beside the other values of the type, so what was read is judged at the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::defects::Wrong;
use crate::model::Text;
use crate::model::card::Card;
use crate::model::card::digits::{Radix, digits};
use crate::model::finding::FindingKind;
use crate::model::fold::fold;
use crate::model::id_type::{CardFault, IdType, IdTypes, Recipe};
use crate::model::reason::Code;
use crate::model::roster::{Credential, Place};
use crate::model::rules::CardMeaning;

/// So many values of a type must there be before anything is called usual.
const ENOUGH: u32 = 20;

const NO_TYPE: Wrong = Wrong {
    kind: FindingKind::CardUnreadable,
    message: "The id has a value and no type.",
    remedy: "Give it a type in Atrium, and export id_type.",
};

/// The values of one id of a person, trimmed, as a row or record has them.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Id<'a> {
    pub(super) id_type: &'a str,
    /// The value, or what keeps it from being text.
    pub(super) value: Result<&'a str, Wrong>,
    pub(super) status: &'a str,
}

impl Id<'_> {
    /// Whether there is anything of an id.
    pub(super) fn is_there(&self) -> bool {
        !self.id_type.is_empty() || self.value != Ok("")
    }
}

/// Collects the ids of people, each under the position of its owner.
pub(super) struct Ids<'s> {
    id_types: &'s IdTypes,
    id_status: &'s BTreeMap<String, CardMeaning>,
    kinds: Vec<Kind<'s>>,
    /// The position in `kinds` of a type, as the files write it.
    kind_of: HashMap<Text, u16>,
    statuses: Vec<Text>,
    status_of: HashMap<Text, u16>,
    files: Vec<Arc<str>>,
    found: Vec<Found>,
    faults: Vec<Fault>,
    seen: u64,
}

/// A type of ids that are cards.
struct Kind<'s> {
    name: Text,
    recipe: &'s Recipe,
    lengths: BTreeMap<u16, u32>,
    digits: BTreeMap<u16, Digits>,
}

/// The hex numbers of one length.
#[derive(Default)]
struct Digits {
    all: u32,
    /// Those without a letter.
    decimal: u32,
    /// The places at which a letter was seen, a bit each.
    letters: u128,
}

/// An id that is a card, unless the end shows otherwise.
struct Found {
    card: Card,
    at: At,
    kind: u16,
    status: u16,
    /// How many characters the value has without its prefix.
    length: u16,
    /// How many digits its hex number has, if none is a letter.
    decimal: Option<u16>,
}

/// Whose id it is, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    owner: u32,
    file: u16,
    line: u32,
}

struct Fault {
    at: At,
    id_type: Text,
    value: Text,
    code: Code,
    message: String,
}

/// An id that can't be made a card, with the position of its owner.
pub(super) struct Unread {
    pub(super) owner: u32,
    pub(super) id_type: Text,
    pub(super) place: Place,
    pub(super) value: Text,
    pub(super) code: Code,
    pub(super) message: String,
}

/// What came of all ids.
pub(super) struct Cards {
    /// By the position of the owner, ascending; each card of an owner once.
    pub(super) credentials: Vec<(u32, Credential)>,
    /// In the order of the files.
    pub(super) unread: Vec<Unread>,
    pub(super) id_types: Vec<Text>,
    pub(super) id_statuses: Vec<Text>,
    pub(super) seen: u64,
}

impl<'s> Ids<'s> {
    pub(super) fn new(id_types: &'s IdTypes, id_status: &'s BTreeMap<String, CardMeaning>) -> Self {
        Ids {
            id_types,
            id_status,
            kinds: Vec::new(),
            kind_of: HashMap::new(),
            statuses: Vec::new(),
            status_of: HashMap::new(),
            files: Vec::new(),
            found: Vec::new(),
            faults: Vec::new(),
            seen: 0,
        }
    }

    /// The ids that follow are of this file.
    pub(super) fn start_file(&mut self, file: Arc<str>) {
        self.files.push(file);
    }

    /// Counts ids, whether they can be used or not.
    pub(super) fn count(&mut self, ids: &[Id<'_>]) {
        let there = ids.iter().filter(|id| id.is_there()).count();
        self.seen = self.seen.saturating_add(there as u64);
    }

    /// Takes the ids of one row of a person.
    pub(super) fn add(&mut self, owner: usize, line: u32, ids: &[Id<'_>]) {
        let at = At {
            owner: u32::try_from(owner).unwrap_or(u32::MAX),
            file: u16::try_from(self.files.len().saturating_sub(1)).unwrap_or(u16::MAX),
            line,
        };
        for id in ids.iter().filter(|id| id.is_there()) {
            if let Err((code, message)) = self.take(at, id) {
                self.faults.push(Fault {
                    at,
                    id_type: Text::from(id.id_type),
                    value: Text::from(id.value.unwrap_or_default()),
                    code,
                    message,
                });
            }
        }
    }

    fn take(&mut self, at: At, id: &Id<'_>) -> Result<(), (Code, String)> {
        let unreadable = |message: String| (Code::CardUnreadable, message);
        if id.id_type.is_empty() {
            return Err(unreadable(id.value.err().unwrap_or(NO_TYPE).text()));
        }
        let Some(kind) = self.kind(id.id_type)? else {
            return Ok(());
        };
        let value = id.value.map_err(|wrong| unreadable(wrong.text()))?;
        let known = &mut self.kinds[usize::from(kind)];
        let (length, decimal) = known.note(value);
        let card = known.recipe.card(value);
        let card = card.map_err(|fault| unreadable(fault.to_string()))?;
        let status = self.status(id.status).ok_or_else(|| {
            unreadable(
                "The ids have more than 65,536 different statuses. Map id_status to the column \
                 that holds the status."
                    .to_owned(),
            )
        })?;
        self.found.push(Found {
            card,
            at,
            kind,
            status,
            length,
            decimal,
        });
        Ok(())
    }

    /// The position of a type; `None` for one that is ignored.
    fn kind(&mut self, name: &str) -> Result<Option<u16>, (Code, String)> {
        if let Some(at) = self.kind_of.get(name) {
            return Ok(Some(*at));
        }
        let unmapped = (Code::IdTypeUnmapped, String::new());
        let recipe = match self.id_types.get(name) {
            None => return Err(unmapped),
            Some(IdType::Ignore) => return Ok(None),
            Some(IdType::Card(recipe)) => recipe,
        };
        // Other spellings of a name are the same type.
        let folded = fold(name);
        let known = self
            .kinds
            .iter()
            .position(|kind| fold(&kind.name) == folded);
        let at = known.unwrap_or(self.kinds.len());
        if known.is_none() {
            self.kinds.push(Kind {
                name: Text::from(name),
                recipe,
                lengths: BTreeMap::new(),
                digits: BTreeMap::new(),
            });
        }
        let at = u16::try_from(at).map_err(|_| unmapped)?;
        self.kind_of.insert(Text::from(name), at);
        Ok(Some(at))
    }

    fn status(&mut self, status: &str) -> Option<u16> {
        if let Some(at) = self.status_of.get(status) {
            return Some(*at);
        }
        let at = u16::try_from(self.statuses.len()).ok()?;
        self.statuses.push(Text::from(status));
        self.status_of.insert(Text::from(status), at);
        Some(at)
    }

    /// Judges each id beside the others of its type and gives all of them. `has_status`: whether
    /// any file has a column for the status.
    pub(super) fn finish(mut self, has_status: bool) -> Cards {
        self.judge();
        let ranks: Vec<u8> = self
            .statuses
            .iter()
            .map(|status| self.rank(status, has_status))
            .collect();
        // Of equals, it must not depend on the order of rows which one counts.
        let (kinds, statuses) = (&self.kinds, &self.statuses);
        let rank = |credential: &Credential| {
            let status = usize::from(credential.status);
            let kind = &kinds[usize::from(credential.id_type)].name;
            (ranks[status], &statuses[status], kind)
        };
        self.found
            .sort_unstable_by_key(|found| (found.at.owner, found.card, found.at));
        let mut credentials: Vec<(u32, Credential)> = Vec::with_capacity(self.found.len());
        for found in self.found {
            let owner = found.at.owner;
            let credential = Credential {
                card: found.card,
                id_type: found.kind,
                status: found.status,
            };
            match credentials.last_mut() {
                Some((other, known)) if *other == owner && known.card == credential.card => {
                    if rank(known) < rank(&credential) {
                        *known = credential;
                    }
                }
                _ => credentials.push((owner, credential)),
            }
        }
        self.faults
            .sort_by_key(|fault| (fault.at.file, fault.at.line));
        let files = &self.files;
        let unread = self.faults.into_iter().map(|fault| Unread {
            owner: fault.at.owner,
            id_type: fault.id_type,
            place: Place {
                file: files
                    .get(usize::from(fault.at.file))
                    .cloned()
                    .unwrap_or_else(|| "".into()),
                line: fault.at.line,
            },
            value: fault.value,
            code: fault.code,
            message: fault.message,
        });
        Cards {
            credentials,
            unread: unread.collect(),
            id_types: self.kinds.into_iter().map(|kind| kind.name).collect(),
            id_statuses: self.statuses,
            seen: self.seen,
        }
    }

    /// How much a status takes away; an unknown one nothing, but it gives nothing either.
    fn rank(&self, status: &str, has_status: bool) -> u8 {
        if status.is_empty() && !has_status {
            return 0;
        }
        match self.id_status.get(fold(status).as_ref()) {
            Some(CardMeaning::Active) => 0,
            None => 1,
            Some(CardMeaning::Suspended) => 2,
            Some(CardMeaning::Gone) => 3,
            Some(CardMeaning::Lost) => 4,
        }
    }

    /// Takes out what can't be a card beside the others of its type.
    fn judge(&mut self) {
        let usual: Vec<Usual> = self.kinds.iter().map(Kind::usual).collect();
        let (kinds, faults) = (&self.kinds, &mut self.faults);
        self.found.retain(|found| {
            let kind = usize::from(found.kind);
            let Some(fault) = usual[kind].fault(found) else {
                return true;
            };
            faults.push(Fault {
                at: found.at,
                id_type: kinds[kind].name.clone(),
                value: Text::from(found.card.number.to_string()),
                code: Code::CardUnreadable,
                message: fault.to_string(),
            });
            false
        });
    }
}

/// What is usual for the values of a type.
#[derive(Default)]
struct Usual {
    /// The length that a value must not fall short of.
    length: Option<u16>,
    /// The lengths of hex numbers among which too many have no letter.
    mixed: Vec<u16>,
}

impl Usual {
    fn fault(&self, found: &Found) -> Option<CardFault> {
        if let Some(usual) = self.length
            && found.length < usual
        {
            return Some(CardFault::LostZeros {
                length: found.length.into(),
                usual: usual.into(),
            });
        }
        let mixed = found
            .decimal
            .is_some_and(|count| self.mixed.contains(&count));
        mixed.then_some(CardFault::MixedBases)
    }
}

impl Kind<'_> {
    /// Notes the shape of a value: its length, and that of its number if it is one of decimal
    /// digits in a type of hex numbers.
    fn note(&mut self, value: &str) -> (u16, Option<u16>) {
        let hex = self.recipe.radix == Radix::Hex;
        if !hex && !self.recipe.depends_on_places() {
            return (0, None);
        }
        let length = self
            .recipe
            .stripped(value)
            .map_or(0, |text| short(text.chars().count()));
        if length > 0 {
            *self.lengths.entry(length).or_default() += 1;
        }
        if !hex {
            return (length, None);
        }
        (length, self.note_hex(value))
    }

    /// Notes the places of the letters in a hex number. How many digits it has if none is a
    /// letter.
    fn note_hex(&mut self, value: &str) -> Option<u16> {
        let number = self.recipe.digits(value).unwrap_or_default();
        let mut count = 0_usize;
        let mut letters = 0_u128;
        for (at, digit) in digits(number, Radix::Hex).enumerate() {
            count += 1;
            if !digit.is_ascii_digit() {
                letters |= 1_u128.checked_shl(short(at).into()).unwrap_or(0);
            }
        }
        let count = short(count);
        let digits = self.digits.entry(count).or_default();
        digits.all += 1;
        digits.letters |= letters;
        if letters != 0 {
            return None;
        }
        digits.decimal += 1;
        Some(count)
    }

    fn usual(&self) -> Usual {
        Usual {
            length: self.usual_length(),
            mixed: self
                .digits
                .iter()
                .filter(|(_, digits)| digits.is_mixed())
                .map(|(length, _)| *length)
                .collect(),
        }
    }

    /// The length that four fifths of the values have. One in ten decimal numbers of a fixed
    /// width starts with a zero, one in sixteen hex numbers, so more than that don't get shorter.
    fn usual_length(&self) -> Option<u16> {
        if !self.recipe.depends_on_places() {
            return None;
        }
        let all: u32 = self.lengths.values().sum();
        let (length, count) = self.lengths.iter().max_by_key(|(_, count)| **count)?;
        let enough = all >= ENOUGH && u64::from(*count) * 5 >= u64::from(all) * 4;
        enough.then_some(*length)
    }
}

impl Digits {
    /// Whether so many numbers without a letter can't be hex numbers by chance.
    ///
    /// A random hex digit is no letter in 10 of 16 cases. Places where no number has a letter,
    /// such as the leading zeros of numbers that were counted up, say nothing. If no place has
    /// one, the numbers are decimal: with twenty of them, one in ten thousand such lists is not.
    fn is_mixed(&self) -> bool {
        if self.all < ENOUGH {
            return false;
        }
        let places = i32::try_from(self.letters.count_ones()).unwrap_or(i32::MAX);
        let expected = f64::from(self.all) * 0.625_f64.powi(places);
        places == 0 || f64::from(self.decimal) > 4.0 * expected + 5.0
    }
}

/// A count that is too large to matter any more stays at the largest.
fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
