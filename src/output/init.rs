//! What a new profile says, what was tried of it, and what comes next.

use std::path::Path;

use serde::Serialize;

use super::json::{Schema, document};
use super::page::{Look, Page, Tone};
use super::{Format, Ui};
use crate::error::{Error, Exit};
use crate::model::checkup::Verdict;

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileCheck {
    /// Its name; programs may rely on it.
    pub name: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// What was seen.
    pub message: String,
    /// What to do about it; empty if nothing is to be done.
    pub remedy: String,
}

/// A profile that is made.
#[derive(Clone, Copy, Debug)]
pub struct NewProfile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file.
    pub path: &'a Path,
    /// Where the one is that it replaced.
    pub backup: Option<&'a Path>,
    /// What was answered: key and value as the profile spells them.
    pub settings: &'a [(String, String)],
    /// What was tried; empty if nothing was to be.
    pub checks: &'a [ProfileCheck],
    /// What comes next: a command, and what it does.
    pub next: &'a [(String, String)],
    /// The code that the command ends with.
    pub exit: Exit,
}

/// Shows on standard error what a profile would say, before somebody is asked to save it.
pub fn init_summary(ui: &Ui, new: &NewProfile<'_>) {
    let mut page = Page::new(ui.look());
    page.gap();
    settings(&mut page, new);
    checks(&mut page, new.checks);
    page.gap();
    ui.notes(&page);
}

/// Shows the lines in which a profile differs from the one that is there, on standard error.
pub fn init_difference(ui: &Ui, path: &Path, lines: &[String]) {
    let mut page = Page::new(ui.look());
    let title = format!("What is other than in {}", path.display());
    page.section(Tone::Heading, title);
    for line in lines {
        let tone = if line.starts_with('-') {
            Tone::Loss
        } else {
            Tone::Gain
        };
        page.line(tone, line);
    }
    page.gap();
    ui.notes(&page);
}

/// Shows a profile that was saved. `told`: whether its settings were shown before.
///
/// # Errors
/// As of [`Ui::data`].
pub fn init(ui: &Ui, new: &NewProfile<'_>, told: bool) -> Result<(), Error> {
    match ui.format() {
        Format::Json | Format::Jsonl => ui.data(&document(&json(new))?),
        Format::Table | Format::Csv | Format::Markdown => ui.page(&page(new, told, ui.look())),
    }
}

fn page(new: &NewProfile<'_>, told: bool, look: Look) -> Page {
    let mut page = Page::new(look);
    if !told {
        settings(&mut page, new);
        checks(&mut page, new.checks);
        page.gap();
    }
    page.paragraph(Tone::Plain, "", &format!("Saved: {}", new.path.display()));
    if let Some(backup) = new.backup {
        let line = format!("The one before is {}", backup.display());
        page.paragraph(Tone::Plain, "", &line);
    }
    page.section(Tone::Heading, "What next");
    let widest = new.next.iter().map(|(command, _)| command.len()).max();
    for (command, about) in new.next {
        let lead = format!("  {command:width$}  ", width = widest.unwrap_or(0));
        page.paragraph(Tone::Plain, &lead, about);
    }
    page
}

fn settings(page: &mut Page, new: &NewProfile<'_>) {
    page.paragraph(Tone::Heading, "", &format!("Profile {}", new.name));
    let widest = new
        .settings
        .iter()
        .map(|(key, _)| key.chars().count())
        .max();
    for (key, value) in new.settings {
        let lead = format!("  {key:width$}  ", width = widest.unwrap_or(0));
        page.paragraph(Tone::Plain, &lead, value);
    }
}

fn checks(page: &mut Page, checks: &[ProfileCheck]) {
    if checks.is_empty() {
        return;
    }
    page.section(Tone::Heading, "Tried");
    for check in checks {
        let tone = match check.verdict {
            Verdict::Ok => Tone::Plain,
            Verdict::Warning => Tone::Care,
            Verdict::Failure => Tone::Loss,
        };
        let lead = format!("  {:8} ", check.verdict.word());
        page.paragraph(tone, &lead, &check.message);
        if !check.remedy.is_empty() {
            page.paragraph(Tone::Faint, "           → ", &check.remedy);
        }
    }
}

#[derive(Serialize)]
struct SettingDocument<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct CheckDocument<'a> {
    name: &'static str,
    verdict: &'static str,
    message: &'a str,
    /// `null` if nothing is to be done.
    remedy: Option<&'a str>,
}

#[derive(Serialize)]
struct StepDocument<'a> {
    command: &'a str,
    does: &'a str,
}

#[derive(Serialize)]
struct InitDocument<'a> {
    profile: &'a str,
    path: String,
    /// Where the profile is that was replaced; `null` if there was none.
    backup: Option<String>,
    settings: Vec<SettingDocument<'a>>,
    checks: Vec<CheckDocument<'a>>,
    next: Vec<StepDocument<'a>>,
    exit: u8,
}

fn json<'a>(new: &NewProfile<'a>) -> Schema<InitDocument<'a>> {
    let settings = new.settings.iter();
    let checks = new.checks.iter();
    let next = new.next.iter();
    Schema {
        schema: "atriumctl.init/1",
        document: InitDocument {
            profile: new.name,
            path: new.path.display().to_string(),
            backup: new.backup.map(|path| path.display().to_string()),
            settings: settings
                .map(|(key, value)| SettingDocument { key, value })
                .collect(),
            checks: checks
                .map(|check| CheckDocument {
                    name: check.name,
                    verdict: check.verdict.word(),
                    message: &check.message,
                    remedy: Some(check.remedy.as_str()).filter(|remedy| !remedy.is_empty()),
                })
                .collect(),
            next: next
                .map(|(command, does)| StepDocument { command, does })
                .collect(),
            exit: new.exit.code(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_holds_still() {
        let checks = [ProfileCheck {
            name: "clock",
            verdict: Verdict::Warning,
            message: "the clock is 300 seconds behind Command's".to_owned(),
            remedy: "set the clock".to_owned(),
        }];
        let new = NewProfile {
            name: "default",
            path: Path::new("/c/profiles/default.toml"),
            backup: None,
            settings: &[("command.region".to_owned(), "us".to_owned())],
            checks: &checks,
            next: &[(
                "atriumctl diff".to_owned(),
                "what a sync would do".to_owned(),
            )],
            exit: Exit::Done,
        };
        let text = document(&json(&new)).unwrap();
        let stored = include_str!("../../tests/fixtures/json/init.json");
        assert_eq!(text, stored);
    }
}
