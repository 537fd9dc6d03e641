//! A profile file as a tree in which every key and value knows its line, and no key is unknown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Exit};
use crate::model::fold::fold;
use crate::model::nearest::nearest;
use crate::model::roster::COLUMNS;

use super::http::{CREDENTIAL_COLUMNS, GROUP_COLUMNS, MEMBERSHIP_COLUMNS};
use super::observed::{self, OBSERVED};

/// The keys of a list that Atrium answers with over HTTP.
const LIST_KEYS: &[&str] = &["path", "list", "total", "fields"];

/// The same for one that may stand in each person.
const PART_KEYS: &[&str] = &["path", "list", "total", "fields", "in_people"];

/// The table of the types of ids.
const ID_TYPES: &str = "atrium.id_types";

/// The table of one of them; its name is the profile's own.
const ID_TYPE: &str = "atrium.id_types.\"TYPE\"";

/// The table of the access groups that are bound by hand.
const ACCESS_GROUPS: &str = "atrium.access_groups";

/// The table of one of them; its name is Atrium's id of it.
const ACCESS_GROUP: &str = "atrium.access_groups.\"ID\"";

/// The keys of each table; the first is the file itself. `None`: any key.
const TABLES: &[(&str, Option<&[&str]>)] = &[
    (
        "",
        Some(&["atrium", "command", "okta", "credentials", "sync", "guards"]),
    ),
    (
        "atrium",
        Some(&[
            "files",
            "columns",
            "person_status",
            "id_status",
            "id_types",
            "people",
            "groups",
            "access_groups",
            "http",
        ]),
    ),
    (
        "atrium.http",
        Some(&[
            "url",
            "authentication",
            "user",
            "header",
            "secret_file",
            "timeout",
            "paging",
            "people",
            "credentials",
            "groups",
            "memberships",
        ]),
    ),
    (
        "atrium.http.paging",
        Some(&[
            "style",
            "parameter",
            "size",
            "size_parameter",
            "first",
            "next",
        ]),
    ),
    ("atrium.http.people", Some(LIST_KEYS)),
    ("atrium.http.people.fields", Some(&COLUMNS)),
    ("atrium.http.credentials", Some(PART_KEYS)),
    ("atrium.http.credentials.fields", Some(CREDENTIAL_COLUMNS)),
    ("atrium.http.groups", Some(LIST_KEYS)),
    ("atrium.http.groups.fields", Some(GROUP_COLUMNS)),
    ("atrium.http.memberships", Some(PART_KEYS)),
    ("atrium.http.memberships.fields", Some(MEMBERSHIP_COLUMNS)),
    ("atrium.columns", Some(&COLUMNS)),
    ("atrium.person_status", None),
    ("atrium.id_status", None),
    (ID_TYPES, None),
    (
        ID_TYPE,
        Some(&[
            "format",
            "facility_code",
            "strip_prefix",
            "slice",
            "radix",
            "reverse_bytes",
            "facility_code_from",
        ]),
    ),
    (ACCESS_GROUPS, None),
    (ACCESS_GROUP, Some(&["group_id"])),
    ("credentials", Some(&["ownership"])),
    ("credentials.ownership", Some(&["format", "facility_code"])),
    // A filter may ask for any header of the exports.
    ("atrium.people", None),
    ("atrium.groups", Some(GROUP_COLUMNS)),
    (
        "command",
        Some(&[
            "region",
            "scim_url",
            "scim_token_file",
            "email_domains",
            "scim_dialect",
            "api_url",
            "sso_url",
            "sso_client_id",
            "api_key_file",
            "api_share",
            "api_requests_a_minute",
            "observed",
            "admin",
        ]),
    ),
    (
        "okta",
        Some(&[
            "org",
            "app",
            "client_id",
            "key_id",
            "token_file",
            "key_file",
        ]),
    ),
    (
        "command.admin",
        Some(&["adapter", "url", "secret_file", "routes"]),
    ),
    ("command.admin.routes", Some(super::admin::ROUTES)),
    (OBSERVED, Some(observed::KEYS)),
    (
        "sync",
        Some(&[
            "mode",
            "external_id_format",
            "group_external_id_format",
            "identity",
            "email_change",
            "absent_runs",
            "delete_after",
            "groups_gone",
            "protect",
            "on_guard",
            "verify",
            "read_budget",
            "concurrency",
        ]),
    ),
    (
        "guards",
        Some(&[
            "floor",
            "percent",
            "ceiling",
            "lost_cards",
            "department_percent",
            "department_floor",
        ]),
    ),
];

/// Each table of a profile with its keys; `None`: any key.
pub(super) fn known() -> impl Iterator<Item = (&'static str, Option<&'static [&'static str]>)> {
    TABLES.iter().copied()
}

/// A value with the line it stands on.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) line: u32,
}

/// The keys of a table with what stands beside them.
type Entries<T> = Vec<(At<String>, T)>;

/// A parsed profile file.
pub(super) struct Document<'a> {
    path: PathBuf,
    text: &'a str,
    root: DeTable<'a>,
    lines: BTreeMap<String, u32>,
}

impl<'a> Document<'a> {
    /// Parses a file and refuses keys that no profile has.
    pub(super) fn parse(path: PathBuf, text: &'a str) -> Result<Self, Error> {
        let root = match DeTable::parse(text) {
            Ok(root) => root.into_inner(),
            Err(error) => {
                // Only the message: the error's own display quotes the file.
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                return Err(Error::message(
                    Exit::Usage,
                    format!("{}:{line}: {}", path.display(), error.message()),
                )
                .hint("the file is not TOML from there on; a text stands in \"double quotes\""));
            }
        };
        let mut document = Document {
            path,
            text,
            root: DeTable::new(),
            lines: BTreeMap::new(),
        };
        let mut lines = BTreeMap::new();
        document.check("", "", &root, &mut lines)?;
        document.root = root;
        document.lines = lines;
        Ok(document)
    }

    /// The file.
    pub(super) fn path(&self) -> &PathBuf {
        &self.path
    }

    /// The line of each key, with its tables before it.
    pub(super) fn into_lines(self) -> BTreeMap<String, u32> {
        self.lines
    }

    /// Every key of the file, with its tables before it, and its line.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, u32)> {
        self.lines.iter().map(|(key, line)| (key.as_str(), *line))
    }

    /// The line of a key; 1 if the file does not have it.
    pub(super) fn line(&self, key: &str) -> u32 {
        self.lines.get(key).copied().unwrap_or(1)
    }

    /// An error about a line of the file.
    pub(super) fn fault(&self, line: u32, message: impl std::fmt::Display) -> Error {
        Error::message(
            Exit::Usage,
            format!("{}:{line}: {message}", self.path.display()),
        )
    }

    /// Notes the lines of a table's keys and of the tables in it; refuses unknown keys. `kind` is
    /// the table's name in [`TABLES`].
    fn check(
        &self,
        name: &str,
        kind: &str,
        table: &DeTable<'_>,
        lines: &mut BTreeMap<String, u32>,
    ) -> Result<(), Error> {
        let mut tables = TABLES.iter();
        let known = tables
            .find(|(table, _)| *table == kind)
            .and_then(|(_, keys)| *keys);
        for (key, value) in table {
            let line = line_of(self.text, key.span().start);
            let key = key.get_ref().as_ref();
            if let Some(known) = known
                && !known.contains(&key)
            {
                return Err(self.unknown(line, name, key, known));
            }
            let full = join(name, key);
            lines.insert(full.clone(), line);
            if let Some(kind) = table_in(name, key) {
                let Some(inner) = value.get_ref().as_table() else {
                    return Err(self.fault(
                        line,
                        format_args!(
                            "`{}` must be a table, written [{}]",
                            full.escape_debug(),
                            header(&full),
                        ),
                    ));
                };
                self.check(&full, kind, inner, lines)?;
            }
        }
        Ok(())
    }

    fn unknown(&self, line: u32, table: &str, key: &str, known: &[&str]) -> Error {
        let place = if table.is_empty() {
            "at the top of the file".to_owned()
        } else {
            format!("in [{}]", header(table))
        };
        let shown = key.escape_debug();
        let error = self.fault(line, format_args!("unknown key `{shown}` {place}"));
        let elsewhere = TABLES
            .iter()
            .find(|(_, keys)| keys.is_some_and(|keys| keys.contains(&key)));
        let lower = fold(key);
        let words = ["token", "secret", "password"];
        let is_secret = words.iter().any(|word| lower.ends_with(word));
        if is_secret && table.starts_with("atrium") {
            return error.hint(
                "a secret never stands in a profile: set ATRIUMCTL_ATRIUM_SECRET, or name a file \
                 with secret_file in [atrium.http]",
            );
        }
        if table == "okta" && (is_secret || lower.ends_with("key")) {
            return error.hint(
                "a secret never stands in a profile: set ATRIUMCTL_OKTA_TOKEN or \
                 ATRIUMCTL_OKTA_KEY, or name a file with token_file or key_file in [okta]",
            );
        }
        if table == "command.admin" && is_secret {
            return error.hint(
                "a secret never stands in a profile: set ATRIUMCTL_ADMIN_SECRET, or name a file \
                 with secret_file in [command.admin]",
            );
        }
        if lower.ends_with("api_key") {
            return error.hint(
                "a secret never stands in a profile: set ATRIUMCTL_API_KEY, or name a file \
                 with api_key_file in [command]",
            );
        }
        if is_secret {
            return error.hint(
                "a secret never stands in a profile: set ATRIUMCTL_SCIM_TOKEN, or name a file \
                 with scim_token_file in [command]",
            );
        }
        if let Some(near) = nearest(key, known.iter().copied()) {
            return error.hint(format!("did you mean `{near}`?"));
        }
        match elsewhere {
            Some((table, _)) if !table.is_empty() => {
                error.hint(format!("`{shown}` belongs in [{table}]"))
            }
            _ => error.hint(format!("keys {place}: {}", known.join(", "))),
        }
    }

    fn find(&self, table: &str, key: &str) -> Option<&Spanned<DeValue<'a>>> {
        descend(&self.root, table)?.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Error {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(
            line_of(self.text, value.span().start),
            format_args!("`{key}` must be {wanted}, not {found}"),
        )
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<At<String>, Error> {
        match value.get_ref().as_str() {
            Some(text) => Ok(At {
                value: text.to_owned(),
                line: line_of(self.text, value.span().start),
            }),
            None => Err(self.wrong(key, value, "a text in double quotes")),
        }
    }

    fn as_texts(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Vec<At<String>>, Error> {
        match value.get_ref().as_array() {
            Some(list) => list.iter().map(|item| self.as_text(key, item)).collect(),
            None => Err(self.wrong(key, value, "a list of texts: [\"…\", \"…\"]")),
        }
    }

    /// A text.
    pub(super) fn text(&self, table: &str, key: &str) -> Result<Option<At<String>>, Error> {
        self.find(table, key)
            .map(|value| self.as_text(&join(table, key), value))
            .transpose()
    }

    /// A text, or a whole number as the text of it.
    pub(super) fn text_or_number(
        &self,
        table: &str,
        key: &str,
    ) -> Result<Option<At<String>>, Error> {
        self.find(table, key)
            .map(|value| self.as_text_or_number(&join(table, key), value))
            .transpose()
    }

    /// A text or whole number, or a list of them; empty if the file does not have it.
    pub(super) fn texts_or_numbers(
        &self,
        table: &str,
        key: &str,
    ) -> Result<Vec<At<String>>, Error> {
        let full = join(table, key);
        let Some(value) = self.find(table, key) else {
            return Ok(Vec::new());
        };
        match value.get_ref().as_array() {
            Some(list) => list
                .iter()
                .map(|item| self.as_text_or_number(&full, item))
                .collect(),
            None => Ok(vec![self.as_text_or_number(&full, value)?]),
        }
    }

    fn as_text_or_number(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<At<String>, Error> {
        match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => Ok(At {
                value: number.as_str().to_owned(),
                line: line_of(self.text, value.span().start),
            }),
            DeValue::String(_) => self.as_text(key, value),
            _ => Err(self.wrong(key, value, "a text in double quotes or a whole number")),
        }
    }

    /// True or false; false if the file does not have it.
    pub(super) fn flag(&self, table: &str, key: &str) -> Result<bool, Error> {
        match self.find(table, key) {
            None => Ok(false),
            Some(value) => value
                .get_ref()
                .as_bool()
                .ok_or_else(|| self.wrong(&join(table, key), value, "true or false")),
        }
    }

    /// The names of the tables in a table, in the order of the file.
    pub(super) fn tables(&self, table: &str) -> Vec<At<String>> {
        let inner = descend(&self.root, table);
        let keys = inner.into_iter().flat_map(DeTable::keys);
        let mut names: Vec<At<String>> = keys
            .map(|key| At {
                value: key.get_ref().to_string(),
                line: line_of(self.text, key.span().start),
            })
            .collect();
        names.sort_by_key(|name| name.line);
        names
    }

    /// A list of texts; empty if the file does not have it.
    pub(super) fn texts(&self, table: &str, key: &str) -> Result<Vec<At<String>>, Error> {
        match self.find(table, key) {
            Some(value) => self.as_texts(&join(table, key), value),
            None => Ok(Vec::new()),
        }
    }

    /// A whole number in a range.
    pub(super) fn number(
        &self,
        table: &str,
        key: &str,
        range: RangeInclusive<u32>,
        default: u32,
    ) -> Result<u32, Error> {
        let Some(value) = self.find(table, key) else {
            return Ok(default);
        };
        let full = join(table, key);
        let Some(integer) = value.get_ref().as_integer() else {
            return Err(self.wrong(&full, value, "a whole number"));
        };
        u32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                self.fault(
                    line_of(self.text, value.span().start),
                    format_args!(
                        "`{full}` must be between {} and {}",
                        range.start(),
                        range.end()
                    ),
                )
            })
    }

    /// One of a list of words.
    pub(super) fn word<T: Copy>(
        &self,
        table: &str,
        key: &str,
        words: &[(&str, T)],
        default: T,
    ) -> Result<T, Error> {
        match self.text(table, key)? {
            Some(at) => self.choose(&join(table, key), &at, words),
            None => Ok(default),
        }
    }

    /// The meaning of a word of a list.
    pub(super) fn choose<T: Copy>(
        &self,
        key: &str,
        at: &At<String>,
        words: &[(&str, T)],
    ) -> Result<T, Error> {
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == at.value) {
            return Ok(*meaning);
        }
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        let error = self.fault(
            at.line,
            format_args!("`{key}` can't be \"{}\"", at.value.escape_debug()),
        );
        Err(match nearest(&at.value, words.iter().copied()) {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error.hint(format!("it is one of: {}", words.join(", "))),
        })
    }

    /// The keys of a table with one text each.
    pub(super) fn text_table(&self, table: &str) -> Result<Entries<At<String>>, Error> {
        self.entries(table, |full, value| self.as_text(full, value))
    }

    /// The keys of a table with one text or a list of texts each.
    pub(super) fn texts_table(&self, table: &str) -> Result<Entries<Vec<At<String>>>, Error> {
        self.entries(table, |full, value| {
            if value.get_ref().is_str() {
                Ok(vec![self.as_text(full, value)?])
            } else {
                self.as_texts(full, value)
            }
        })
    }

    fn entries<T>(
        &self,
        table: &str,
        read: impl Fn(&str, &Spanned<DeValue<'a>>) -> Result<T, Error>,
    ) -> Result<Entries<T>, Error> {
        let Some((outer, last)) = table.rsplit_once('.') else {
            return Ok(Vec::new());
        };
        let Some(entries) = self
            .find(outer, last)
            .and_then(|value| value.get_ref().as_table())
        else {
            return Ok(Vec::new());
        };
        entries
            .iter()
            .map(|(key, value)| {
                let at = At {
                    value: key.get_ref().to_string(),
                    line: line_of(self.text, key.span().start),
                };
                Ok((at, read(&join(table, key.get_ref()), value)?))
            })
            .collect()
    }
}

/// The name under which the table `key` in the table `outer` stands in [`TABLES`]; `None` if it is
/// no table.
fn table_in(outer: &str, key: &str) -> Option<&'static str> {
    let name = match outer {
        ID_TYPES => ID_TYPE.to_owned(),
        ACCESS_GROUPS => ACCESS_GROUP.to_owned(),
        _ => join(outer, key),
    };
    let mut tables = TABLES.iter();
    tables
        .find(|(table, _)| *table == name)
        .map(|(table, _)| *table)
}

/// The name of a table as it stands between brackets.
fn header(table: &str) -> String {
    let named = [ID_TYPES, ACCESS_GROUPS].into_iter().find_map(|outer| {
        let name = table.strip_prefix(outer)?.strip_prefix('.')?;
        Some(format!("{outer}.{name:?}"))
    });
    named.unwrap_or_else(|| table.escape_debug().to_string())
}

/// The table of a full name. A key may itself hold dots.
fn descend<'t, 'a>(table: &'t DeTable<'a>, name: &str) -> Option<&'t DeTable<'a>> {
    if name.is_empty() {
        return Some(table);
    }
    table.iter().find_map(|(key, value)| {
        let rest = name.strip_prefix(key.get_ref().as_ref())?;
        let rest = if rest.is_empty() {
            rest
        } else {
            rest.strip_prefix('.')?
        };
        descend(value.get_ref().as_table()?, rest)
    })
}

fn join(table: &str, key: &str) -> String {
    if table.is_empty() {
        key.to_owned()
    } else {
        format!("{table}.{key}")
    }
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().iter().take(at);
    let feeds = before.filter(|byte| **byte == b'\n').count();
    u32::try_from(feeds).map_or(u32::MAX, |feeds| feeds.saturating_add(1))
}
