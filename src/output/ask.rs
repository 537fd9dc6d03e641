//! Questions at a terminal. To be asked only if [`Ui::can_prompt`] says so.

use std::fmt;
use std::io;

use dialoguer::console::{Term, truncate_str};
use dialoguer::theme::Theme;
use dialoguer::{Input, Select};

use super::page::{Page, Tone};
use super::sanitize::clean;
use super::terminal;
use super::ui::Ui;
use crate::error::{Error, Exit};
use crate::secret::{Origin, Secret};

/// Questions as they are: no colon behind a question mark.
struct Plain;

impl Plain {
    fn colon(prompt: &str) -> &'static str {
        if prompt.ends_with('?') { "" } else { ":" }
    }
}

impl Theme for Plain {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        write!(f, "{prompt}{}", Self::colon(prompt))
    }

    fn format_input_prompt(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        default: Option<&str>,
    ) -> fmt::Result {
        match default {
            Some(default) => write!(f, "{prompt} [{default}]: "),
            None => write!(f, "{prompt}{} ", Self::colon(prompt)),
        }
    }

    fn format_input_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        answer: &str,
    ) -> fmt::Result {
        write!(f, "{prompt}{} {answer}", Self::colon(prompt))
    }
}

impl Ui {
    /// Says something between two questions; with `-q`, too, for the next question is about it.
    pub fn remark(&self, text: &str) {
        let mut page = Page::new(self.look());
        for line in text.lines() {
            if line.starts_with(' ') {
                page.line(Tone::Plain, line);
            } else {
                page.paragraph(Tone::Plain, "", line);
            }
        }
        self.notes(&page);
    }

    /// Asks for a text; `initial` stands there to be taken or changed.
    ///
    /// # Errors
    /// [`Exit::Interrupted`] if the question was broken off; so for every question here.
    pub fn ask_text(&self, question: &str, initial: &str) -> Result<String, Error> {
        let input = Input::<String>::with_theme(&Plain)
            .with_prompt(fit(question))
            .with_initial_text(clean(initial))
            .allow_empty(true);
        let text = input.interact_text_on(&Term::stderr());
        text.map_err(broken_off)
    }

    /// Asks for a text; `default` is the answer to a mere Enter.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_text_or(&self, question: &str, default: &str) -> Result<String, Error> {
        let input = Input::<String>::with_theme(&Plain)
            .with_prompt(fit(question))
            .default(clean(default).into_owned());
        let text = input.interact_text_on(&Term::stderr());
        text.map_err(broken_off)
    }

    /// Asks for one of a list; answers with its position.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_choice(
        &self,
        question: &str,
        choices: &[String],
        default: usize,
    ) -> Result<usize, Error> {
        let choices: Vec<String> = choices.iter().map(|choice| fit(choice)).collect();
        let select = Select::with_theme(&Plain)
            .with_prompt(fit(question))
            .items(&choices)
            .default(default);
        select.interact_on(&Term::stderr()).map_err(broken_off)
    }

    /// Asks yes or no; `default` is the answer to a mere Enter. One key answers.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_yes(&self, question: &str, default: bool) -> Result<bool, Error> {
        let keys = if default { "[Y/n]" } else { "[y/N]" };
        self.say(&format!("{} {keys} ", clean(question)));
        let answer = terminal::yes_or_no(default);
        self.say(match answer {
            Ok(true) => "yes\n",
            Ok(false) => "no\n",
            Err(_) => "\n",
        });
        answer.map_err(|error| unanswered(&error))
    }

    /// Asks yes or no; no is the answer to a mere Enter.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn confirm(&self, question: &str) -> Result<bool, Error> {
        self.ask_yes(question, false)
    }

    /// Asks for a secret; what is typed does not show. A mere Enter is no answer.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_secret(&self, question: &str) -> Result<Secret, Error> {
        loop {
            self.say(&format!("{}: ", clean(question)));
            let typed = terminal::secret_line();
            self.say("\n");
            let secret = Secret::new(&typed.map_err(|error| unanswered(&error))?, Origin::Prompt);
            if !secret.is_empty() {
                return Ok(secret);
            }
            self.warning("nothing was entered: paste or type it, then press Enter; Ctrl-C ends");
        }
    }
}

/// A text on one line of the terminal: a list that is drawn anew must know how high it is.
fn fit(text: &str) -> String {
    /// What stands beside it: the mark of a list, `[Y/n]`.
    const BESIDE: usize = 8;
    let width = usize::from(Term::stderr().size().1);
    let text = clean(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    truncate_str(&text, width.saturating_sub(BESIDE).max(20), "…").into_owned()
}

/// The cursor may have been hidden while a list was shown.
fn broken_off(error: dialoguer::Error) -> Error {
    let _ = Term::stderr().show_cursor();
    let dialoguer::Error::IO(error) = error;
    unanswered(&error)
}

/// That a question has no answer. Questions are asked before something is changed; whoever asks one
/// later says what is so then.
fn unanswered(error: &io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::Interrupted => "interrupted".to_owned(),
        io::ErrorKind::UnexpectedEof => "the input ended without an answer".to_owned(),
        _ => format!("the question could not be asked ({error})"),
    };
    Error::message(Exit::Interrupted, format!("{why}; nothing was changed"))
}
