//! The questions in their order, answered by a script: what is asked, what is asked again, and what
//! comes of it.

use std::cell::RefCell;
use std::collections::VecDeque;

use clap::Parser as _;
use jiff::Timestamp;

use super::answers::{Answers, From, Organization};
use super::look::Look;
use super::questions::{Ask, Questions};
use super::{Args, next, offer};
use crate::config::{Flags, Layers};
use crate::error::Error;
use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::checkup::Verdict;
use crate::model::id_type::IdType;
use crate::model::rules::{CardMeaning, Identity, Meaning, Mode};
use crate::output::ProfileCheck;
use crate::secret::store::{InMemory, Kept, NoStore, SecretStore as _};
use crate::secret::{Origin, Secret, SecretKind};

/// An answer.
#[derive(Clone, Copy, Debug)]
enum Say {
    Type(&'static str),
    /// The choice that begins so.
    Choose(&'static str),
    /// What a mere Enter takes.
    Enter,
    Yes,
    No,
}

/// Answers from a list: words of the question, and the answer.
struct Script {
    lines: RefCell<VecDeque<(&'static str, Say)>>,
    said: RefCell<Vec<String>>,
}

impl Script {
    fn new(lines: &[(&'static str, Say)]) -> Self {
        Script {
            lines: RefCell::new(lines.iter().copied().collect()),
            said: RefCell::default(),
        }
    }

    fn answer(&self, question: &str) -> Say {
        let line = self.lines.borrow_mut().pop_front();
        let (words, say) = line.unwrap_or_else(|| panic!("nobody expected: {question}"));
        assert!(question.contains(words), "{question:?} is not {words:?}");
        say
    }

    #[track_caller]
    fn is_over(&self) {
        let left = self.lines.borrow();
        assert!(left.is_empty(), "not asked: {left:?}");
    }

    fn has_said(&self, words: &str) -> bool {
        self.said.borrow().iter().any(|text| text.contains(words))
    }
}

impl Ask for Script {
    fn text(&self, question: &str, initial: &str) -> Result<String, Error> {
        match self.answer(question) {
            Say::Type(text) => Ok(text.to_owned()),
            Say::Enter => Ok(initial.to_owned()),
            other => panic!("{question}: {other:?} is no text"),
        }
    }

    fn text_or(&self, question: &str, default: &str) -> Result<String, Error> {
        self.text(question, default)
    }

    fn choice(&self, question: &str, choices: &[String], default: usize) -> Result<usize, Error> {
        match self.answer(question) {
            Say::Choose(start) => {
                let at = choices.iter().position(|choice| choice.starts_with(start));
                Ok(at.unwrap_or_else(|| panic!("{start} is none of {choices:?}")))
            }
            Say::Enter => Ok(default),
            other => panic!("{question}: {other:?} is no choice"),
        }
    }

    fn yes(&self, question: &str, default: bool) -> Result<bool, Error> {
        match self.answer(question) {
            Say::Yes => Ok(true),
            Say::No => Ok(false),
            Say::Enter => Ok(default),
            other => panic!("{question}: {other:?} is neither yes nor no"),
        }
    }

    fn say(&self, text: &str) {
        self.said.borrow_mut().push(text.to_owned());
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn asked(arguments: &[&str], script: &Script) -> Answers {
    let arguments = ["init"].into_iter().chain(arguments.iter().copied());
    let args = Line::try_parse_from(arguments).unwrap().args;
    let layers = Layers {
        flags: Flags::default(),
        environment: &|_| None,
    };
    let mut questions = Questions {
        args: &args,
        layers: &layers,
        ask: Some(script),
        seen: Look::default(),
    };
    questions.all().unwrap()
}

/// An export whose cards are written in hex, with statuses that mean nothing by themselves.
const EXPORT: &str = "\
campus_id,first_name,last_name,email,status,id_type,id_value,id_status
1,Ada,Byron,ada@school.example,Active,Prox,1A2B,Active
2,Bo,Lin,bo@school.example,Sabbatical,Prox,0CFF,Damaged
";

#[test]
fn every_question_is_asked_once_and_a_wrong_answer_again() {
    use Say::{Choose, Enter, No, Type, Yes};
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("people.csv");
    std::fs::write(&export, EXPORT).unwrap();
    let export = export.to_str().unwrap().to_owned();
    let typed: &'static str = Box::leak(format!("'{export}'").into_boxed_str());
    let script = Script::new(&[
        ("What is Atrium read from?", Choose("export files")),
        ("File with the people", Type("")),
        ("File with the people", Type("/no/such/file.csv")),
        ("File with the people", Type(typed)),
        ("Another file", Type(typed)),
        ("Another file", Type("")),
        ("Is that right?", Yes),
        ("the status \"Sabbatical\"", Choose("suspended")),
        ("\"Prox\": which card is it?", Enter),
        ("Facility code of all \"Prox\"", Type("")),
        ("\"Prox\": which card is it?", Choose(Format::Hid26.long())),
        ("Facility code of all \"Prox\"", Type("one")),
        ("\"Prox\": which card is it?", Choose(Format::Hid26.long())),
        ("Facility code of all \"Prox\"", Type("102")),
        ("cards with the status \"Damaged\"", Enter),
        ("In which region", Choose("au")),
        (
            "Email domains of the SCIM token",
            Type("ada@school.example"),
        ),
        (
            "Email domains of the SCIM token",
            Type("school.example, b.example"),
        ),
        ("Who makes the users", Choose("Okta")),
        ("Is Verkada's own integration", No),
    ]);
    let answers = asked(&[], &script);
    script.is_over();
    assert!(script.has_said("At least one file is needed."));
    assert!(script.has_said("This file is there already."));
    assert!(script.has_said("a facility code is a whole number"));
    assert!(
        script.has_said("All 2 can be read, in hex"),
        "{:?}",
        script.said
    );
    assert!(script.has_said("is no domain"));
    assert!(matches!(&answers.atrium, From::Files { files, .. } if *files == [export]));
    let sabbatical = ("Sabbatical".to_owned(), Some(Meaning::Suspended));
    assert_eq!(answers.person_status, [sabbatical]);
    let damaged = ("Damaged".to_owned(), Some(CardMeaning::Gone));
    assert_eq!(answers.id_status, [damaged]);
    let [(name, Some(IdType::Card(recipe)))] = answers.id_types.as_slice() else {
        panic!("{:?}", answers.id_types);
    };
    assert_eq!(name, "Prox");
    assert_eq!(
        (recipe.format, recipe.facility_code, recipe.radix),
        (Format::Hid26, Some(102), Radix::Hex)
    );
    assert!(matches!(&answers.organization, Organization::Region(name) if name == "au"));
    assert_eq!(answers.email_domains, ["school.example", "b.example"]);
    assert_eq!(
        (answers.identity, answers.mode),
        (Identity::External, Mode::Write)
    );
}

#[test]
fn what_a_flag_says_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("people.csv");
    std::fs::write(&export, EXPORT).unwrap();
    let script = Script::new(&[
        ("Is that right?", Say::Yes),
        ("In which region", Say::Choose("us")),
        ("Is Verkada's own integration", Say::Yes),
    ]);
    let answers = asked(
        &[
            "--atrium-file",
            export.to_str().unwrap(),
            "--person-status",
            "Sabbatical=gone",
            "--id-type",
            "Prox=HID,facility_code=102,radix=16",
            "--id-status",
            "Damaged=lost",
            "--email-domain",
            "school.example",
            "--identity",
            "managed",
        ],
        &script,
    );
    script.is_over();
    assert_eq!(answers.mode, Mode::Observe);
    assert_eq!(answers.id_status[0].1, Some(CardMeaning::Lost));
}

fn check(kind: SecretKind, verdict: Verdict) -> ProfileCheck {
    ProfileCheck {
        name: kind.word(),
        verdict,
        message: String::new(),
        remedy: String::new(),
    }
}

#[test]
fn missing_secrets_are_offered_to_the_store_one_by_one() {
    let checks = [
        check(SecretKind::ScimToken, Verdict::Warning),
        check(SecretKind::ApiKey, Verdict::Ok),
        check(SecretKind::Atrium, Verdict::Warning),
    ];
    let store = InMemory::default();
    let script = Script::new(&[
        ("Type the SCIM token now", Say::Yes),
        ("into the keyring?", Say::Enter),
    ]);
    let keep = |kind| {
        let kept = Kept {
            secret: Secret::new("typed", Origin::Prompt),
            since: Some(Timestamp::UNIX_EPOCH),
        };
        store.set("school", kind, &kept).unwrap();
        Ok(())
    };
    offer(&script, &store, "school", &checks, keep).unwrap();
    script.is_over();
    let has = |kind| store.get("school", kind).unwrap().is_some();
    assert!(has(SecretKind::ScimToken));
    assert!(!has(SecretKind::ApiKey) && !has(SecretKind::Atrium));

    // Where there is no keyring, nobody is asked.
    let none = NoStore {
        why: "none".to_owned(),
    };
    let silent = Script::new(&[]);
    offer(&silent, &none, "school", &checks, |_| panic!("kept")).unwrap();
}

#[test]
fn what_comes_next_is_in_the_order_in_which_it_is_done() {
    let names = |has_token| -> Vec<String> {
        let next = next("north", None, has_token).into_iter();
        next.map(|(command, _)| command).collect()
    };
    assert_eq!(
        names(false),
        [
            "atriumctl doctor --profile north",
            "atriumctl token generate --domain DOMAIN --profile north",
            "atriumctl diff --profile north",
            "atriumctl sync --profile north",
        ]
    );
    assert_eq!(names(true).len(), 3);
    for command in names(false) {
        let words = command.split(' ');
        crate::cli::Cli::try_parse_from(words).unwrap();
    }
    let first = |name, config| {
        next(name, Some(std::path::Path::new(config)), true)
            .swap_remove(0)
            .0
    };
    assert_eq!(next("default", None, true)[0].0, "atriumctl doctor");
    assert_eq!(first("default", "/c"), "atriumctl doctor --config /c");
    assert_eq!(
        first("north", "/my c"),
        "atriumctl doctor --config '/my c' --profile north"
    );
}
