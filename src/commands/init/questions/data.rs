//! What the values in the exports mean: statuses, and types of cards.

use super::{Ask, Questions};
use crate::commands::init::answers::{Answers, From, read_facility_code};
use crate::commands::init::look::{self, Look, MOST};
use crate::error::{Error, Exit};
use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::fold::{fold, same_folded};
use crate::model::id_type::{IdType, IdTypes, Recipe};
use crate::model::rules::{CardMeaning, Meaning};

impl Questions<'_> {
    /// Reads the exports and decides what is in them.
    pub(super) fn data(&mut self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        if !again {
            answers.person_status = decided("--person-status", &self.args.person_status)?;
            answers.id_status = decided("--id-status", &self.args.id_status)?;
            answers.id_types = decided("--id-type", &self.args.id_type)?;
        }
        if matches!(answers.atrium, From::Http { .. }) {
            return Ok(());
        }
        if again {
            answers.person_status.clear();
            answers.id_status.clear();
            answers.id_types.clear();
        }
        self.seen = self.read(answers)?;
        if let Some(ask) = self.ask {
            let Look {
                people,
                groups,
                ids,
                ..
            } = &self.seen;
            ask.say(&format!(
                "{people} people, {groups} access groups, {ids} ids"
            ));
        }
        self.person_status(answers)?;
        self.id_types(answers)?;
        if self.seen.ids > 0 && !answers.id_types.is_empty() {
            // The statuses of ids show only once it is known which of them are cards.
            self.seen = self.read(answers)?;
            self.id_status(answers)?;
        }
        Ok(())
    }

    fn read(&self, answers: &Answers) -> Result<Look, Error> {
        let From::Files { files, columns } = &answers.atrium else {
            return Ok(Look::default());
        };
        look::look(&look::source(files, columns, types(answers)))
    }

    fn person_status(&self, answers: &mut Answers) -> Result<(), Error> {
        let choices = [
            "active: a member of the school",
            "suspended: deactivated for the time being, keeps the groups",
            "gone: deactivated, loses groups and cards",
            "decide later: anybody with it is left alone",
        ];
        let meanings = [Meaning::Active, Meaning::Suspended, Meaning::Gone];
        for (status, count) in self.seen.person_status.iter().take(MOST) {
            if knows(&answers.person_status, status) {
                continue;
            }
            let question = format!("{count} with the status \"{status}\": what does it mean?");
            let default = match guess(status) {
                Some("suspended") => 1,
                Some(_) => 2,
                None => 3,
            };
            let meaning = self.choose(&question, &choices, default)?;
            let meaning = meaning.and_then(|at| meanings.get(at).copied());
            answers.person_status.push((status.clone(), meaning));
        }
        Ok(())
    }

    fn id_status(&self, answers: &mut Answers) -> Result<(), Error> {
        let choices = [
            "active: in use",
            "suspended: taken away for the time being",
            "lost: lost or stolen, taken away whoever put it there",
            "gone: no longer in use",
            "decide later: such cards are left alone",
        ];
        let meanings = [
            CardMeaning::Active,
            CardMeaning::Suspended,
            CardMeaning::Lost,
            CardMeaning::Gone,
        ];
        for (status, count) in self.seen.id_status.iter().take(MOST) {
            if knows(&answers.id_status, status) {
                continue;
            }
            let question =
                format!("{count} cards with the status \"{status}\": what does it mean?");
            let default = match guess(status) {
                Some("suspended") => 1,
                Some("lost") => 2,
                Some(_) => 3,
                None => 4,
            };
            let meaning = self.choose(&question, &choices, default)?;
            let meaning = meaning.and_then(|at| meanings.get(at).copied());
            answers.id_status.push((status.clone(), meaning));
        }
        Ok(())
    }

    fn choose(
        &self,
        question: &str,
        choices: &[&str],
        default: usize,
    ) -> Result<Option<usize>, Error> {
        let choices: Vec<String> = choices.iter().map(|text| (*text).to_owned()).collect();
        let asked = self.ask.map(|ask| ask.choice(question, &choices, default));
        asked.transpose()
    }

    fn id_types(&self, answers: &mut Answers) -> Result<(), Error> {
        for (name, count) in self.seen.id_types.iter().take(MOST) {
            if knows(&answers.id_types, name) {
                continue;
            }
            let id_type = match self.ask {
                Some(ask) => self.ask_type(ask, name, *count, answers)?,
                None => None,
            };
            answers.id_types.push((name.clone(), id_type));
        }
        Ok(())
    }

    /// Asks for one type, and tries it on the exports.
    fn ask_type(
        &self,
        ask: &dyn Ask,
        name: &str,
        count: u64,
        answers: &Answers,
    ) -> Result<Option<IdType>, Error> {
        let guessed = guess_type(name);
        let mut choices = vec![
            "decide later: such ids are left alone".to_owned(),
            "ignore: these are no cards that open doors".to_owned(),
        ];
        choices.extend(Format::ALL.iter().map(|format| format.long().to_owned()));
        let default = match guessed {
            None => 0,
            Some(IdTypeGuess::NoCard) => 1,
            Some(IdTypeGuess::Card(format)) => {
                let at = Format::ALL.iter().position(|other| *other == format);
                at.map_or(0, |at| at + 2)
            }
        };
        loop {
            let question = format!("{count} ids of the type \"{name}\": which card is it?");
            let format = match ask.choice(&question, &choices, default)? {
                0 => return Ok(None),
                1 => return Ok(Some(IdType::Ignore)),
                at => Format::ALL.get(at - 2).copied(),
            };
            let Some(format) = format else { continue };
            let mut recipe = Recipe::new(format);
            if format.has_facility_code() == Some(true) {
                let question =
                    format!("Facility code of all \"{name}\" cards (empty: choose again)");
                let text = ask.text(&question, "")?;
                if text.trim().is_empty() {
                    continue;
                }
                match read_facility_code(&text) {
                    Ok(code) => recipe.facility_code = Some(code),
                    Err(why) => {
                        ask.say(&why);
                        continue;
                    }
                }
            }
            if let Err(why) = recipe.check() {
                ask.say(&why.to_string());
                continue;
            }
            let (recipe, good, told) = self.tried(name, recipe, answers)?;
            ask.say(&told);
            if good == count
                || ask.yes(
                    "Take it all the same? The profile can be corrected later",
                    good > 0,
                )?
            {
                return Ok(Some(IdType::Card(recipe)));
            }
        }
    }

    /// Tries a recipe on the exports, in decimal and, if that reads none, in hex.
    fn tried(
        &self,
        name: &str,
        recipe: Recipe,
        answers: &Answers,
    ) -> Result<(Recipe, u64, String), Error> {
        let key = fold(name).into_owned();
        let mut trial = answers.clone();
        let hex = Recipe {
            radix: Radix::Hex,
            ..recipe.clone()
        };
        let mut best: Option<(Recipe, u64, String)> = None;
        for recipe in [recipe, hex] {
            trial
                .id_types
                .retain(|(other, _)| !same_folded(other, name));
            let id_type = IdType::Card(recipe.clone());
            trial.id_types.push((name.to_owned(), Some(id_type)));
            let seen = self.read(&trial)?;
            let (good, card) = seen.cards.get(&key).cloned().unwrap_or_default();
            let (bad, why) = seen.unreadable.get(&key).cloned().unwrap_or_default();
            let base = match recipe.radix {
                Radix::Hex => ", in hex",
                _ => "",
            };
            let told = match (good, bad) {
                (0, _) => format!("None can be read{base}: {why}"),
                (_, 0) => format!("All {good} can be read{base}, for example as {card}."),
                _ => format!("{good} can be read{base}, for example as {card}; {bad} can't: {why}"),
            };
            if best.as_ref().is_none_or(|(_, most, _)| good > *most) {
                best = Some((recipe, good, told));
            }
            if bad == 0 {
                break;
            }
        }
        best.ok_or_else(|| Error::message(Exit::Failed, "no id was read"))
    }
}

/// What was decided by flags.
/// What a flag said, each name once.
fn decided<T: Clone>(flag: &str, given: &[(String, T)]) -> Result<Vec<(String, Option<T>)>, Error> {
    check_once(flag, given)?;
    let given = given.iter().cloned();
    Ok(given.map(|(name, value)| (name, Some(value))).collect())
}

/// Refuses a flag that says two things of one name.
pub(super) fn check_once<T>(flag: &str, given: &[(String, T)]) -> Result<(), Error> {
    for (at, (name, _)) in given.iter().enumerate() {
        if knows(&given[..at], name) {
            let message = format!("{flag}: {name:?} is there twice");
            return Err(Error::message(Exit::Usage, message).hint("say it once"));
        }
    }
    Ok(())
}

fn knows<T>(list: &[(String, T)], name: &str) -> bool {
    list.iter().any(|(other, _)| same_folded(other, name))
}

/// The types that are decided.
fn types(answers: &Answers) -> IdTypes {
    let types = answers.id_types.iter();
    types
        .filter_map(|(name, id_type)| Some((name.as_str(), id_type.clone()?)))
        .collect()
}

/// What a status may well mean; only the answer that is offered first.
fn guess(status: &str) -> Option<&'static str> {
    let status = fold(status);
    let has = |words: &[&str]| words.iter().any(|word| status.contains(word));
    if has(&["leave", "hold", "suspend", "block", "frozen"]) {
        Some("suspended")
    } else if has(&["lost", "stolen", "missing"]) {
        Some("lost")
    } else if has(&[
        "gradu", "gone", "former", "withdr", "expired", "alum", "terminat", "left", "deceased",
        "return", "retired", "cancel", "closed", "damaged", "destroy", "replaced",
    ]) {
        Some("gone")
    } else {
        None
    }
}

enum IdTypeGuess {
    NoCard,
    Card(Format),
}

/// What a type may well be; only the answer that is offered first.
fn guess_type(name: &str) -> Option<IdTypeGuess> {
    if let Some(format) = Format::named(name) {
        return Some(IdTypeGuess::Card(format));
    }
    let name = fold(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&[
        "barcode", "qr", "wallet", "mobile", "virtual", "mag", "pin", "photo",
    ]) {
        return Some(IdTypeGuess::NoCard);
    }
    [
        ("prox", Format::Hid26),
        ("iclass", Format::IClass),
        ("desfire", Format::DesfireCsn),
        ("mifare", Format::MifareCsn),
        ("blackboard", Format::Blackboard64),
        ("corporate", Format::Corporate1000Of35),
    ]
    .into_iter()
    .find_map(|(word, format)| name.contains(word).then_some(IdTypeGuess::Card(format)))
}
