//! What an organization's Command was seen to do where its public pages are silent: the questions
//! that `doctor --probe-write` settles, and their answers.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::directory::Dialect;

macro_rules! questions {
    ($($(#[doc = $doc:literal])* $variant:ident = $key:literal, $about:literal, $kind:expr;)*) => {
        /// One thing that the public pages leave open.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Question {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Question {
            /// Every question, in the order in which they are listed to people.
            pub const ALL: &'static [Question] = &[$(Question::$variant,)*];

            /// The keys of all questions.
            pub const KEYS: &'static [&'static str] = &[$($key,)*];

            /// The key in a profile and in documents. It is stable.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Question::$variant => $key,)* }
            }

            /// The question in a few words, for people.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Question::$variant => $about,)* }
            }

            /// What may be answered.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Question::$variant => $kind,)* }
            }
        }
    };
}

/// What the answer of a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A number of seconds.
    Seconds,
}

/// A shown value, or none.
const SHOWN: Kind = Kind::Words(&["returned", "hidden"]);
/// What becomes of a write.
const WRITE: Kind = Kind::Words(&["accepted", "ignored", "refused"]);
/// What becomes of a value.
const FORM: Kind = Kind::Words(&["as-sent", "rewritten"]);

questions! {
    /// Whether a user's external id comes back over SCIM.
    ExternalId = "external_id", "a user's external id over SCIM", SHOWN;
    /// Whether a group's does.
    GroupExternalId = "group_external_id", "a group's external id over SCIM", SHOWN;
    /// Whether a user's `active` comes back.
    Active = "active", "whether SCIM says who is active", SHOWN;
    /// Whether users can be searched for by address.
    Filter = "filter", "a search by email over SCIM", Kind::Words(&["supported", "refused"]);
    /// How long a new user is not found over SCIM.
    ScimVisible = "scim_visible_after", "a new user is found over SCIM after", Kind::Seconds;
    /// What a `PATCH` does.
    Patch = "patch", "a change sent as PATCH", WRITE;
    /// What a `PUT` does.
    Put = "put", "a change sent as PUT", WRITE;
    /// What a changed `userName` does.
    Username = "username_change", "a changed userName (the email address)", WRITE;
    /// What a write on a deactivated user does.
    Deactivated = "deactivated_write", "a change of a deactivated user", WRITE;
    /// What becomes of a phone number.
    Phone = "phone", "a phone number with blanks and brackets", FORM;
    /// What becomes of blanks around a name.
    Names = "names", "a name with a blank behind it", FORM;
    /// Where the members of groups come.
    Members = "group_members", "the members of groups", Kind::Words(&["listed", "single", "hidden"]);
    /// Whether the address of a deleted user can be used again.
    DeletedEmail = "deleted_email", "the address of a deleted user", Kind::Words(&["free", "taken"]);
    /// Whether both interfaces have one id for a user.
    RestId = "rest_id", "a user's id over REST and over SCIM", Kind::Words(&["equal", "different"]);
    /// Whether a user's external id comes back over REST.
    RestExternalId = "rest_external_id", "a user's external id over REST", SHOWN;
    /// How long a new user is not found over REST.
    RestVisible = "rest_visible_after", "a new user is found over REST after", Kind::Seconds;
    /// What a card for a user that SCIM manages does.
    ManagedCard = "managed_card", "a card for a user that SCIM manages",
        Kind::Words(&["accepted", "refused"]);
    /// What becomes of a card's type and number.
    CardForm = "card", "a card's type and number", FORM;
    /// How long a removed card is shown.
    CardGone = "card_gone_after", "a removed card is gone after", Kind::Seconds;
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One of the words of the question.
    Word(&'static str),
    /// A number of seconds.
    Seconds(u32),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Word(word) => f.write_str(word),
            Answer::Seconds(1) => f.write_str("1 second"),
            Answer::Seconds(seconds) => write!(f, "{seconds} seconds"),
        }
    }
}

impl Question {
    /// The answer of this word; `None` if it is none.
    #[must_use]
    pub fn word(self, word: &str) -> Option<Answer> {
        let Kind::Words(words) = self.kind() else {
            return None;
        };
        let mut words = words.iter();
        words.find(|known| **known == word).map(|w| Answer::Word(w))
    }
}

/// The answers that are known of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The day of the probe.
    pub on: Option<Date>,
    /// The answers.
    pub answers: BTreeMap<Question, Answer>,
}

impl Observed {
    /// Notes an answer.
    pub fn note(&mut self, question: Question, answer: Answer) {
        self.answers.insert(question, answer);
    }

    /// Notes one of the words of a question; another word is no answer.
    pub fn note_word(&mut self, question: Question, word: &str) {
        self.answers
            .extend(question.word(word).map(|a| (question, a)));
    }

    /// What is known.
    #[must_use]
    pub fn get(&self, question: Question) -> Option<Answer> {
        self.answers.get(&question).copied()
    }

    /// Whether the answer is this word.
    #[must_use]
    pub fn is(&self, question: Question, word: &str) -> bool {
        self.get(question) == Some(Answer::Word(word_of(question, word)))
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Questions with their answers, in the order of [`Question::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Question, Answer)> {
        self.answers
            .iter()
            .map(|(question, answer)| (*question, *answer))
    }

    /// How changes are to be written, if the answers tell.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        let (patch, put) = (self.get(Question::Patch), self.get(Question::Put));
        let accepted = Some(Answer::Word("accepted"));
        match (patch, put) {
            (patch, _) if patch == accepted => Some(Dialect::Patch),
            (Some(_), put) if put == accepted => Some(Dialect::Put),
            _ => None,
        }
    }

    /// Whether a user's external id is never returned, so that only the ledger knows who is ours.
    #[must_use]
    pub fn hides_external_ids(&self) -> bool {
        self.is(Question::ExternalId, "hidden")
    }
}

/// The stored word that equals `word`; an empty one, which nothing equals, if there is none.
fn word_of(question: Question, word: &str) -> &'static str {
    match question.word(word) {
        Some(Answer::Word(word)) => word,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_question_are_answers() {
        let mut observed = Observed::default();
        observed.note_word(Question::Patch, "hidden");
        assert!(observed.is_empty());
        observed.note_word(Question::Patch, "refused");
        assert!(observed.is(Question::Patch, "refused"));
        assert!(!observed.is(Question::Patch, "hidden"));
        assert!(!observed.is(Question::Put, "hidden"));
        assert_eq!(Question::RestVisible.word("accepted"), None);
    }

    #[test]
    fn the_dialect_is_the_one_that_was_seen_to_work() {
        for (patch, put, dialect) in [
            (Some("accepted"), None, Some(Dialect::Patch)),
            (Some("accepted"), Some("accepted"), Some(Dialect::Patch)),
            (Some("refused"), Some("accepted"), Some(Dialect::Put)),
            (Some("ignored"), Some("accepted"), Some(Dialect::Put)),
            (Some("refused"), Some("refused"), None),
            (None, Some("accepted"), None),
            (None, None, None),
        ] {
            let mut observed = Observed::default();
            for (question, word) in [(Question::Patch, patch), (Question::Put, put)] {
                observed.note_word(question, word.unwrap_or_default());
            }
            assert_eq!(observed.dialect(), dialect, "{patch:?} {put:?}");
        }
    }

    #[test]
    fn keys_are_different_and_fit_a_profile() {
        let mut keys = Question::KEYS.to_vec();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Question::ALL.len());
        assert!(!keys.contains(&"on"));
    }
}
