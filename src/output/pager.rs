//! A program to read long pages with, on a terminal.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

/// What is used if nothing else is named: it ends at once if the page fits the screen.
const USUAL: [&str; 2] = ["less", "-FRX"];

/// A program to read with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pager {
    program: String,
    arguments: Vec<String>,
    /// The value of `LESS` if nobody set one: a bare `less` would show colours as codes and wait
    /// below a page that fits the screen.
    less: Option<&'static str>,
}

impl Pager {
    /// The one that `ATRIUMCTL_PAGER` or else `PAGER` names, or `less`. Nothing, or `cat`, is none.
    ///
    /// A name is split at blanks; no shell reads it.
    pub(super) fn choose(environment: &dyn Fn(&str) -> Option<OsString>) -> Option<Self> {
        let named = environment("ATRIUMCTL_PAGER").or_else(|| environment("PAGER"));
        let words: Vec<String> = match &named {
            Some(named) => {
                let words = named.to_str()?.split_whitespace();
                words.map(str::to_owned).collect()
            }
            None => USUAL.map(str::to_owned).to_vec(),
        };
        let (program, arguments) = words.split_first()?;
        (program != "cat").then(|| Pager {
            program: program.clone(),
            arguments: arguments.to_vec(),
            less: environment("LESS").is_none().then_some("FRX"),
        })
    }

    /// Shows a page until its reader has done with it; `false` if it can't, so that the page has
    /// to be shown without.
    pub(super) fn show(&self, page: &str) -> bool {
        let Some(mut reading) = self.open() else {
            return false;
        };
        reading.write(page);
        reading.close()
    }

    /// Begins to show a page that comes bit by bit; `None` if it can't.
    pub(super) fn open(&self) -> Option<Reading> {
        let mut command = Command::new(OsStr::new(&self.program));
        command.args(&self.arguments).stdin(Stdio::piped());
        if let Some(less) = self.less {
            command.env("LESS", less);
        }
        command.spawn().ok().map(Reading)
    }
}

/// A pager with somebody in front of it.
#[derive(Debug)]
pub(super) struct Reading(Child);

impl Reading {
    /// Gives it more to show.
    pub(super) fn write(&mut self, text: &str) {
        if let Some(input) = &mut self.0.stdin {
            // A reader who has seen enough leaves before the end; the status tells this from a
            // pager that broke.
            let gone = input.write_all(text.as_bytes()).is_err();
            if gone {
                self.0.stdin = None;
            }
        }
    }

    /// Waits until its reader has done with it; `false` if it broke.
    pub(super) fn close(mut self) -> bool {
        self.0.stdin = None;
        self.0.wait().is_ok_and(|status| status.success())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Option<(String, usize, bool)> {
        let environment = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let pager = Pager::choose(&environment)?;
        Some((pager.program, pager.arguments.len(), pager.less.is_some()))
    }

    #[test]
    fn the_own_variable_comes_before_the_common_one_and_the_usual_last() {
        let some = |program: &str, arguments, less| Some((program.to_owned(), arguments, less));
        assert_eq!(chosen(&[]), some("less", 1, true));
        assert_eq!(chosen(&[("LESS", "i")]), some("less", 1, false));
        assert_eq!(chosen(&[("PAGER", "most -s  -w")]), some("most", 2, true));
        let both = [("PAGER", "most"), ("ATRIUMCTL_PAGER", "less -S")];
        assert_eq!(chosen(&both), some("less", 1, true));
        assert_eq!(
            chosen(&[("PAGER", "less; touch x")]),
            some("less;", 2, true)
        );
    }

    #[test]
    fn nothing_and_cat_are_no_pager() {
        for name in ["", "  ", "cat"] {
            assert_eq!(chosen(&[("PAGER", name)]), None);
            let own = [("PAGER", "less"), ("ATRIUMCTL_PAGER", name)];
            assert_eq!(chosen(&own), None);
        }
    }

    #[test]
    fn a_broken_pager_shows_nothing_and_says_so() {
        let pager = |program: &str| Pager {
            program: program.to_owned(),
            arguments: Vec::new(),
            less: None,
        };
        assert!(!pager("/nowhere/no-such-pager").show("page\n"));
        assert!(!pager("false").show(&"page\n".repeat(100_000)));
        assert!(pager("true").show(&"page\n".repeat(100_000)));
    }
}
