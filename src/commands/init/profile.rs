//! The text of a profile: what was answered, and everything else as a comment with its default and
//! a line of meaning.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::answers::{Answers, Auth, From, Organization};
use super::template::{Head, Key, SECTIONS, Section, Unset};
use crate::model::fold::fold;
use crate::model::id_type::{IdType, Recipe};
use crate::model::rules::{CardMeaning, Identity, Meaning, Mode};

/// The column in which the meaning of a key begins.
const ABOUT: usize = 38;

/// The longest line with a meaning at its end.
const WIDEST: usize = 100;

/// Table and key to the value, as TOML writes it.
type Set = BTreeMap<(&'static str, &'static str), String>;

/// The text.
pub(super) fn text(answers: &Answers) -> String {
    let set = set(answers);
    let http = matches!(answers.atrium, From::Http { .. });
    let mut out = String::from(
        "# A profile of atriumctl, written by `atriumctl init`. A line that begins with # and a key shows\n\
         # what holds without it, or an example: take the # out to set it. No secret belongs into this\n\
         # file.\n",
    );
    for section in SECTIONS {
        out.push('\n');
        for line in section.intro {
            let _ = writeln!(out, "# {line}");
        }
        match section.header {
            "atrium.id_types.\"TYPE\"" => id_types(&mut out, section, answers),
            "atrium.person_status" => {
                let meaning = |meaning: &Meaning| meaning.word();
                statuses(&mut out, section, &answers.person_status, meaning);
            }
            "atrium.id_status" => {
                let meaning = |meaning: &CardMeaning| meaning.word();
                statuses(&mut out, section, &answers.id_status, meaning);
            }
            _ => table(&mut out, section, &set, http),
        }
    }
    out
}

fn table(out: &mut String, section: &Section, set: &Set, http: bool) {
    let value = |key: &Key| set.get(&(section.header, key.name));
    let is_set = section.keys.iter().any(|key| value(key).is_some());
    let is_head = match section.head {
        Head::Always => true,
        Head::Files => is_set || !http,
        Head::Http => is_set || http,
        Head::WhenSet => is_set,
    };
    header(out, is_head, section.header);
    for key in section.keys {
        match value(key) {
            Some(value) => line(out, "", key.name, value, key.about),
            None => comment(out, key),
        }
    }
}

fn header(out: &mut String, is_head: bool, name: &str) {
    let mark = if is_head { "" } else { "#" };
    let _ = writeln!(out, "{mark}[{name}]");
}

/// A key that nobody set.
fn comment(out: &mut String, key: &Key) {
    let (Unset::Default(value) | Unset::Example(value)) = key.unset;
    line(out, "#", key.name, value, key.about);
}

/// A key with its value, and with its meaning at the end or, where there is no room, above.
fn line(out: &mut String, mark: &str, key: &str, value: &str, about: &str) {
    let setting = format!("{mark}{key} = {value}");
    let width = setting.chars().count().max(ABOUT);
    let _ = if about.is_empty() {
        writeln!(out, "{setting}")
    } else if width + 3 + about.chars().count() <= WIDEST {
        writeln!(out, "{setting:ABOUT$} # {about}")
    } else {
        writeln!(out, "# {about}\n{setting}")
    };
}

/// The statuses that were decided, those that were not, and the defaults that nobody changed.
fn statuses<T>(
    out: &mut String,
    section: &Section,
    list: &[(String, Option<T>)],
    word: impl Fn(&T) -> &'static str,
) {
    header(out, true, section.header);
    for (status, meaning) in list {
        let name = quoted(status);
        match meaning {
            Some(meaning) => line(out, "", &name, &quoted(word(meaning)), ""),
            None => line(
                out,
                "#",
                &name,
                "\"unmapped\"",
                "seen in the data, not decided: left alone",
            ),
        }
    }
    let listed = |key: &Key| list.iter().any(|(status, _)| fold(status) == key.name);
    for key in section.keys.iter().filter(|key| !listed(key)) {
        comment(out, key);
    }
}

fn id_types(out: &mut String, section: &Section, answers: &Answers) {
    for (name, id_type) in &answers.id_types {
        let name = format!("atrium.id_types.{}", quoted(name));
        match id_type {
            None => {
                let _ = writeln!(out, "# Seen in the data, not decided: left alone.");
                header(out, false, &name);
                let _ = writeln!(out, "#format = \"ignore\"\n");
            }
            Some(id_type) => {
                header(out, true, &name);
                for (key, value) in recipe(id_type) {
                    let known = section.keys.iter().find(|known| known.name == key);
                    // What stands beside the format of the example is about that one.
                    let about = match key {
                        "format" => String::new(),
                        _ => known.map_or_else(String::new, |known| known.about.to_owned()),
                    };
                    line(out, "", key, &value, &about);
                }
                out.push('\n');
            }
        }
    }
    header(out, false, section.header);
    section.keys.iter().for_each(|key| comment(out, key));
}

/// The keys of a type that are not as they would be without it.
fn recipe(id_type: &IdType) -> Vec<(&'static str, String)> {
    let IdType::Card(recipe) = id_type else {
        return vec![("format", quoted("ignore"))];
    };
    let usual = Recipe::new(recipe.format);
    let Recipe {
        format,
        facility_code,
        strip_prefix,
        slice,
        radix,
        reverse_bytes,
        facility_code_from,
    } = recipe;
    let keys = [
        ("format", Some(quoted(format.short()))),
        (
            "facility_code",
            facility_code.map(|code| quoted(&code.to_string())),
        ),
        (
            "strip_prefix",
            Some(quoted(strip_prefix)).filter(|_| !strip_prefix.is_empty()),
        ),
        ("slice", slice.map(|slice| quoted(&slice.to_string()))),
        (
            "radix",
            (*radix != usual.radix).then(|| radix.value().to_string()),
        ),
        ("reverse_bytes", reverse_bytes.then(|| "true".to_owned())),
        (
            "facility_code_from",
            facility_code_from.map(|slice| quoted(&slice.to_string())),
        ),
    ];
    let keys = keys.into_iter();
    keys.filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

fn set(answers: &Answers) -> Set {
    let mut set = Set::new();
    let mut add = |table, key, value: String| {
        set.insert((table, key), value);
    };
    match &answers.atrium {
        From::Files { files, columns } => {
            add("atrium", "files", list(files));
            let keys = SECTIONS
                .iter()
                .filter(|section| section.header == "atrium.columns")
                .flat_map(|section| section.keys);
            for key in keys {
                if let Some(header) = columns.get(key.name) {
                    add("atrium.columns", key.name, quoted(header));
                }
            }
        }
        From::Http { url, auth, path } => {
            add("atrium.http", "url", quoted(url));
            let word = match auth {
                Auth::Bearer => "bearer",
                Auth::Basic(user) => {
                    add("atrium.http", "user", quoted(user));
                    "basic"
                }
                Auth::Header(name) => {
                    add("atrium.http", "header", quoted(name));
                    "header"
                }
            };
            add("atrium.http", "authentication", quoted(word));
            add("atrium.http.people", "path", quoted(path));
        }
    }
    match &answers.organization {
        Organization::Region(region) => add("command", "region", quoted(region)),
        Organization::Addresses { scim_url, api_url } => {
            add("command", "scim_url", quoted(scim_url));
            if let Some(url) = api_url {
                add("command", "api_url", quoted(url));
            }
        }
    }
    if let Some(file) = &answers.token_file {
        add("command", "scim_token_file", quoted(file));
    }
    if let Some(file) = &answers.key_file {
        add("command", "api_key_file", quoted(file));
    }
    if !answers.email_domains.is_empty() {
        add("command", "email_domains", list(&answers.email_domains));
    }
    if answers.identity != Identity::default() {
        add("sync", "identity", quoted(answers.identity.word()));
    }
    if answers.mode != Mode::default() {
        add("sync", "mode", quoted(answers.mode.word()));
    }
    set
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A text as a basic string of TOML, on one line whatever it holds, so that it can stand in a
/// comment, too. What would command a terminal or turn the line round is written as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let _ = match c {
            '"' => write!(out, "\\\""),
            '\\' => write!(out, "\\\\"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            '\r' => write!(out, "\\r"),
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => write!(out, "\\u{:04X}", u32::from(c)),
            c if c.is_control() => write!(out, "\\u{:04X}", u32::from(c)),
            c => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}
