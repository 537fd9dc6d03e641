//! Questions at a terminal. To be asked only if [`Ui::can_prompt`] says so.

use dialoguer::console::Term;
use dialoguer::{Confirm, Input, Select};

use super::page::{Page, Tone};
use super::sanitize::clean;
use super::ui::Ui;
use crate::error::{Error, Exit};

impl Ui {
    /// Says something between two questions; with `-q`, too, for the next question is about it.
    pub fn remark(&self, text: &str) {
        let mut page = Page::new(self.look());
        for line in text.lines() {
            page.line(Tone::Plain, line);
        }
        self.notes(&page);
    }

    /// Asks for a text; `initial` stands there to be taken or changed.
    ///
    /// # Errors
    /// [`Exit::Interrupted`] if the question was broken off; so for every question here.
    pub fn ask_text(&self, question: &str, initial: &str) -> Result<String, Error> {
        let input = Input::<String>::new()
            .with_prompt(clean(question))
            .with_initial_text(clean(initial))
            .allow_empty(true);
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
        let choices: Vec<_> = choices.iter().map(|choice| clean(choice)).collect();
        let select = Select::new()
            .with_prompt(clean(question))
            .items(&choices)
            .default(default);
        select.interact_on(&Term::stderr()).map_err(broken_off)
    }

    /// Asks yes or no; `default` is the answer to a mere Enter.
    ///
    /// # Errors
    /// As of [`Self::ask_text`].
    pub fn ask_yes(&self, question: &str, default: bool) -> Result<bool, Error> {
        let confirm = Confirm::new().with_prompt(clean(question)).default(default);
        confirm.interact_on(&Term::stderr()).map_err(broken_off)
    }
}

/// The cursor may have been hidden while a list was shown.
fn broken_off(error: dialoguer::Error) -> Error {
    let _ = Term::stderr().show_cursor();
    Error::new(Exit::Interrupted, error)
}
