//! Questions at a terminal. To be asked only if [`Ui::can_prompt`] says so.

use std::fmt;

use dialoguer::console::{Term, truncate_str};
use dialoguer::theme::Theme;
use dialoguer::{Confirm, Input, Select};

use super::page::{Page, Tone};
use super::sanitize::clean;
use super::ui::Ui;
use crate::error::{Error, Exit};

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

    /// Asks yes or no; `default` is the answer to a mere Enter.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_yes(&self, question: &str, default: bool) -> Result<bool, Error> {
        let confirm = Confirm::with_theme(&Plain)
            .with_prompt(fit(question))
            .default(default);
        confirm.interact_on(&Term::stderr()).map_err(broken_off)
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
    Error::new(Exit::Interrupted, error)
}
