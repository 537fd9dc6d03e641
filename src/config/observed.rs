//! `[command.observed]`: what `doctor --probe-write` found out about an organization. It is read
//! with the rest of the profile, and written into the file with everything else in it left as it
//! is.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml_edit::{DocumentMut, Item, Table, value};

use super::document::{At, Document};
use crate::error::{Error, Exit};
use crate::model::observed::{Answer, Kind, Observed, Question};

/// The table.
pub(super) const OBSERVED: &str = "command.observed";

/// The key of the day.
const DAY: &str = "on";

/// The keys of the table.
pub(super) const KEYS: &[&str] = &{
    let mut keys = [DAY; Question::KEYS.len() + 1];
    let mut at = 0;
    while at < Question::KEYS.len() {
        keys[at] = Question::KEYS[at];
        at += 1;
    }
    keys
};

/// The longest time that an answer may be, in seconds.
const LONGEST: u32 = 86_400;

/// What stands above the table where it is new.
const ABOVE: &str = "
# What `atriumctl doctor --probe-write` found out about this organization. Nobody needs to edit it:
# the next probe writes it anew, and without it everything is found out or assumed the worst of.
";

/// Reads the table.
pub(super) fn observed(document: &Document<'_>) -> Result<Observed, Error> {
    let mut observed = Observed {
        on: day(document)?,
        ..Observed::default()
    };
    for question in Question::ALL {
        let key = question.key();
        match question.kind() {
            Kind::Words(words) => {
                let words: Vec<(&str, Option<Answer>)> =
                    words.iter().map(|w| (*w, question.word(w))).collect();
                if let Some(answer) = document.word(OBSERVED, key, &words, None)? {
                    observed.note(*question, answer);
                }
            }
            Kind::Seconds => {
                let full = format!("{OBSERVED}.{key}");
                if document.keys().any(|(known, _)| known == full) {
                    let seconds = document.number(OBSERVED, key, 0..=LONGEST, 0)?;
                    observed.note(*question, Answer::Seconds(seconds));
                }
            }
        }
    }
    Ok(observed)
}

fn day(document: &Document<'_>) -> Result<Option<Date>, Error> {
    let Some(At { value, line }) = document.text(OBSERVED, DAY)? else {
        return Ok(None);
    };
    match value.parse() {
        Ok(day) => Ok(Some(day)),
        Err(_) => Err(document
            .fault(line, format_args!("`{OBSERVED}.{DAY}` is no day"))
            .hint("a day is written \"2026-01-31\"")),
    }
}

/// The keys with their values, for people to read.
pub(super) fn spelled(observed: &Observed) -> Vec<(String, String)> {
    let day = observed.on.map(|day| (DAY, day.to_string()));
    let answers = observed.iter().map(|(question, answer)| {
        let value = match answer {
            Answer::Word(word) => word.to_owned(),
            Answer::Seconds(seconds) => seconds.to_string(),
        };
        (question.key(), value)
    });
    let all = day.into_iter().chain(answers);
    all.map(|(key, value)| (format!("{OBSERVED}.{key}"), value))
        .collect()
}

/// Writes the answers into a profile's file, whole or not at all. Comments, order and layout of
/// everything else stay; answers of an earlier probe to questions that were not settled this time
/// stay, too.
///
/// # Errors
/// [`Exit::Failed`] if the file can't be read or written, or if what would be written would not be
/// a profile any more; then it is as it was.
pub fn keep_observed(path: &Path, observed: &Observed) -> Result<(), Error> {
    let failed = |cause: std::io::Error, what: &str| {
        let what = format!("can't {what} the profile {}", path.display());
        Error::new(Exit::Failed, anyhow::Error::new(cause).context(what)).hint(
            "the answers are shown above; they can be written into [command.observed] by hand",
        )
    };
    // A link is followed, so that it stays one.
    let path: PathBuf = path.canonicalize().map_err(|e| failed(e, "find"))?;
    let old = std::fs::read_to_string(&path).map_err(|e| failed(e, "read"))?;
    let new = with(&old, observed).map_err(|why| {
        let what = format!(
            "the profile {} can't take the answers: {why}",
            path.display()
        );
        Error::message(Exit::Failed, what).hint(
            "the answers are shown above; they can be written into [command.observed] by hand",
        )
    })?;
    // What this version can't read back must not be left behind.
    let document = Document::parse(path.clone(), &new)?;
    self::observed(&document)?;
    write(&path, &new).map_err(|e| failed(e, "write"))
}

/// A profile's text with the answers in it.
fn with(text: &str, observed: &Observed) -> Result<String, String> {
    // toml_edit takes a byte-order mark for a part of the first key.
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let command = document.entry("command").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let command = command.as_table_like_mut().ok_or("`command` is no table")?;
    if command.get("observed").is_none() {
        let mut table = Table::new();
        table.decor_mut().set_prefix(ABOVE);
        command.insert("observed", Item::Table(table));
    }
    let table = command
        .get_mut("observed")
        .and_then(Item::as_table_like_mut);
    let table = table.ok_or("`command.observed` is no table")?;
    if let Some(day) = observed.on {
        set(table, DAY, value(day.to_string()));
    }
    for (question, answer) in observed.iter() {
        let answer = match answer {
            Answer::Word(word) => value(word),
            Answer::Seconds(seconds) => value(i64::from(seconds)),
        };
        set(table, question.key(), answer);
    }
    Ok(format!("{mark}{document}"))
}

/// Sets a value; what stands beside it on its line stays.
fn set(table: &mut dyn toml_edit::TableLike, key: &str, new: Item) {
    match (table.get_mut(key), new) {
        (Some(Item::Value(old)), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, new) => {
            table.insert(key, new);
        }
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(path)?.permissions();
    // The new file takes the place of the old one, so that the old one's ban has to be asked for.
    std::fs::OpenOptions::new().append(true).open(path)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Observed {
        let mut observed = Observed {
            on: Some(jiff::civil::date(2026, 11, 23)),
            ..Observed::default()
        };
        observed.note_word(Question::Patch, "refused");
        observed.note_word(Question::Put, "accepted");
        observed.note(Question::RestVisible, Answer::Seconds(4));
        observed
    }

    fn read(text: &str) -> Result<Observed, Error> {
        observed(&Document::parse(PathBuf::from("p.toml"), text)?)
    }

    #[test]
    fn what_is_written_is_read_back_and_the_rest_stays() {
        let old = "# mine\n[atrium]   # exports\nfiles = [ \"people.csv\" ]\n\n[command]\nregion=\"us\" # home\n\n[sync]\nmode = \"observe\"\n";
        let new = with(old, &answers()).unwrap();
        insta::assert_snapshot!(new, @r#"
        # mine
        [atrium]   # exports
        files = [ "people.csv" ]

        [command]
        region="us" # home

        # What `atriumctl doctor --probe-write` found out about this organization. Nobody needs to edit it:
        # the next probe writes it anew, and without it everything is found out or assumed the worst of.
        [command.observed]
        on = "2026-11-23"
        patch = "refused"
        put = "accepted"
        rest_visible_after = 4

        [sync]
        mode = "observe"
        "#);
        assert_eq!(read(&new).unwrap(), answers());
        // A second time: only values change, and what was written beside them stays.
        let edited = new.replace("put = \"accepted\"", "put   = \"ignored\" # hm");
        let again = with(&edited, &answers()).unwrap();
        assert_eq!(
            again,
            new.replace("put = \"accepted\"", "put   = \"accepted\" # hm")
        );
    }

    #[test]
    fn every_way_to_write_the_table_above_it_is_taken() {
        for old in [
            "",
            "[command]",
            "command.region = \"us\"\n",
            "command = { region = \"us\" }\n",
            "\u{feff}[command]\r\nregion = \"us\"\r\n",
            "[command.observed]\npatch = \"accepted\"\n",
        ] {
            let new = with(old, &answers()).unwrap();
            let bare = new.trim_start_matches('\u{feff}');
            assert_eq!(read(bare).unwrap(), answers(), "{old:?} became {new:?}");
        }
        assert!(with("command = 1", &answers()).is_err());
    }

    #[test]
    fn odd_values_are_refused_with_their_line() {
        for (text, message) in [
            (
                "patch = \"perhaps\"",
                "p.toml:2: `command.observed.patch` can't be \"perhaps\"",
            ),
            ("rest_visible_after = -1", "p.toml:2: "),
            (
                "on = \"today\"",
                "p.toml:2: `command.observed.on` is no day",
            ),
            (
                "pach = \"accepted\"",
                "p.toml:2: unknown key `pach` in [command.observed]",
            ),
        ] {
            let error = read(&format!("[command.observed]\n{text}\n")).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.toml");
        std::fs::write(&path, "[command]\nregion = \"us\"\n").unwrap();
        keep_observed(&path, &answers()).unwrap();
        let new = std::fs::read_to_string(&path).unwrap();
        assert_eq!(read(&new).unwrap(), answers());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            keep_observed(&path, &answers()).unwrap();
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o640);
        }
        std::fs::write(&path, "[command\n").unwrap();
        let error = keep_observed(&path, &answers()).unwrap_err();
        assert!(
            error.to_string().contains("can't take the answers"),
            "{error}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[command\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
