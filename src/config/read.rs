//! From file, environment and flags to a checked profile.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Exit};
use crate::model::fold::fold;
use crate::model::roster::COLUMNS;
use crate::model::rules::{
    CardMeaning, EmailChange, GroupsGone, Identity, Limits, Meaning, Mode, OnGuard, Verify,
    default_id_status, default_person_status,
};
use crate::model::{AccessGroupId, GroupId};

use super::address;
use super::admin;
use super::document::{At, Document};
use super::http;
use super::ids;
use super::layers::{Layers, Setting, is_name};
use super::observed;
use super::okta;
use super::secrets::SecretFiles;
use super::{
    API_REQUESTS_A_MINUTE, API_SHARE, Atrium, Command, DIALECTS, Filter, Profile, SANDBOX, Sync,
};

/// No profile is near this size, in bytes; something else was named by mistake.
const SIZE_LIMIT: u64 = 256 * 1024;

/// The fewest days after which a deactivated user may be deleted.
const DELETE_AFTER_DAYS: u32 = 90;

/// Reads, layers and checks a profile.
pub(super) fn profile(name: &Setting<String>, layers: &Layers<'_>) -> Result<Profile, Error> {
    if name.value == SANDBOX {
        return Err(Error::message(
            Exit::Usage,
            "the profile `sandbox` is built in and can't be used for this",
        )
        .hint("name a profile of your own with --profile NAME"));
    }
    let folder = layers.config_dir()?.value.join("profiles");
    let path = folder.join(format!("{}.toml", name.value));
    let text = read_file(name, &folder, &path)?;
    written(name, path, &text, layers)
}

/// The profile that a file with this text is.
pub(super) fn written(
    name: &Setting<String>,
    path: PathBuf,
    text: &str,
    layers: &Layers<'_>,
) -> Result<Profile, Error> {
    let document = Document::parse(path, text)?;
    Ok(Profile {
        name: name.clone(),
        path: Some(document.path().clone()),
        atrium: atrium(&document)?,
        command: command(&document, layers)?,
        okta: okta::okta(&document, layers)?,
        ownership: ids::ownership(&document)?,
        sync: sync(&document)?,
        guards: guards(&document)?,
        secret_files: SecretFiles::read(&document, layers)?,
        lines: document.into_lines(),
    })
}

/// The files of secrets that a profile names; of one that is not written yet, those that flags and
/// environment name. Nothing else of the profile need be right.
pub(super) fn secret_files(
    name: &Setting<String>,
    layers: &Layers<'_>,
) -> Result<SecretFiles, Error> {
    let folder = layers.config_dir()?.value.join("profiles");
    let path = folder.join(format!("{}.toml", name.value));
    if name.value == SANDBOX || !path.exists() {
        return Ok(SecretFiles::of_layers(layers));
    }
    let text = read_file(name, &folder, &path)?;
    SecretFiles::read(&Document::parse(path, &text)?, layers)
}

fn read_file(name: &Setting<String>, folder: &Path, path: &Path) -> Result<String, Error> {
    let fault = |message: String| {
        Error::message(
            Exit::Usage,
            format!("profile `{}`, {}: {message}", name.value, path.display()),
        )
    };
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(missing(name, folder, path));
        }
        Err(error) => return Err(fault(format!("can't be read: {error}"))),
        Ok(_) if bytes.len() as u64 > SIZE_LIMIT => {
            return Err(fault(format!("is larger than {SIZE_LIMIT} bytes")));
        }
        Ok(_) => {}
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        Error::message(
            Exit::Usage,
            format!("{}:{line}: not UTF-8 text", path.display()),
        )
        .hint("save the profile as UTF-8")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The names of the user's profiles, in their order; none if the folder can't be read.
#[must_use]
pub fn profile_names(layers: &Layers<'_>) -> Vec<String> {
    let folder = layers.config_dir().map(|dir| dir.value.join("profiles"));
    folder.map_or_else(|_| Vec::new(), |folder| names_in(&folder))
}

/// The profiles of a folder: its files that end in .toml and have a profile's name.
fn names_in(folder: &Path) -> Vec<String> {
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| is_name(name))
        .collect();
    there.sort_unstable();
    there
}

fn missing(name: &Setting<String>, folder: &Path, path: &Path) -> Error {
    let there = names_in(folder);
    let error = Error::message(
        Exit::Usage,
        format!(
            "there is no profile `{}` (from {}): {} does not exist",
            name.value,
            name.origin,
            path.display()
        ),
    );
    let error = if there.is_empty() {
        error.hint(format!(
            "no profile exists yet; atriumctl init makes one, a file NAME.toml in {}",
            folder.display()
        ))
    } else {
        error.hint(format!("profiles that exist: {}", there.join(", ")))
    };
    error.hint("--profile sandbox needs no configuration")
}

fn atrium(document: &Document<'_>) -> Result<Atrium, Error> {
    let beside = document.path().parent().unwrap_or(Path::new(""));
    let mut files: Vec<PathBuf> = Vec::new();
    for At { value, line } in document.texts("atrium", "files")? {
        let file = PathBuf::from(&value);
        if value.is_empty() || files.contains(&file) {
            return Err(document.fault(
                line,
                format_args!("`atrium.files` names {value:?} twice, or nothing"),
            ));
        }
        files.push(file);
    }
    let http = http::http(document)?;
    if http.is_some() {
        for key in ["atrium.files", "atrium.columns"] {
            if document.keys().any(|(known, _)| known == key) {
                return Err(document
                    .fault(
                        document.line(key),
                        format_args!("`{key}` and [{}] can't both be there", http::HTTP),
                    )
                    .hint("keep the one that Atrium is read from: exports, or its interface"));
            }
        }
    } else if files.is_empty() {
        return Err(document
            .fault(
                document.line("atrium.files").max(document.line("atrium")),
                "the profile names no export of Atrium",
            )
            .hint("name at least one: [atrium] files = [\"people.csv\"]")
            .hint("an Atrium that is read over HTTP is described in [atrium.http]"));
    }

    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for (column, header) in document.text_table("atrium.columns")? {
        let taken = columns.values().any(|other| *other == header.value);
        if header.value.trim().is_empty() || taken {
            return Err(document
                .fault(
                    header.line,
                    format_args!(
                        "`atrium.columns.{}` is empty, or names a header that another column has",
                        column.value
                    ),
                )
                .hint(format!("columns that there are: {}", COLUMNS.join(", "))));
        }
        columns.insert(column.value, header.value);
    }

    let mut person_status = default_person_status();
    person_status.extend(statuses(document, "atrium.person_status", Meaning::WORDS)?);
    let mut id_status = default_id_status();
    id_status.extend(statuses(document, "atrium.id_status", CardMeaning::WORDS)?);

    Ok(Atrium {
        files,
        base: beside.to_owned(),
        columns,
        http,
        person_status,
        id_status,
        id_types: ids::id_types(document)?,
        people: filter(document, "atrium.people")?,
        groups: filter(document, "atrium.groups")?,
        bindings: bindings(document)?,
    })
}

/// The table of access groups that are bound by hand.
const BINDINGS: &str = "atrium.access_groups";

/// Which access group is which group of Command, by hand. No group is two access groups.
fn bindings(document: &Document<'_>) -> Result<BTreeMap<AccessGroupId, GroupId>, Error> {
    let mut bindings: BTreeMap<AccessGroupId, GroupId> = BTreeMap::new();
    for name in document.tables(BINDINGS) {
        let table = format!("{BINDINGS}.{}", name.value);
        let key = document.text(&table, "group_id")?;
        let Some(At { value, line }) = key.filter(|id| !id.value.trim().is_empty()) else {
            return Err(document
                .fault(
                    name.line,
                    format_args!("the access group {:?} is bound to no group", name.value),
                )
                .hint("for example: group_id = \"…\"; inspect groups shows the ids"));
        };
        let group = GroupId::from(value.trim());
        let mut others = bindings.iter();
        if let Some((other, _)) = others.find(|(_, bound)| **bound == group) {
            let message = format_args!(
                "the access groups \"{other}\" and {:?} are bound to one group",
                name.value
            );
            return Err(document
                .fault(line, message)
                .hint("bind each of them to a group of its own"));
        }
        bindings.insert(AccessGroupId::from(name.value.as_str()), group);
    }
    Ok(bindings)
}

/// What each status means that a table maps, keys folded.
fn statuses<T: Copy>(
    document: &Document<'_>,
    table: &str,
    words: &[(&str, T)],
) -> Result<BTreeMap<String, T>, Error> {
    let mut mapped = BTreeMap::new();
    for (status, word) in document.text_table(table)? {
        let key = format!("{table}.{}", status.value);
        let meaning = document.choose(&key, &word, words)?;
        let folded = fold(&status.value).into_owned();
        if folded.is_empty() || mapped.insert(folded, meaning).is_some() {
            return Err(document
                .fault(
                    status.line,
                    format_args!("the status {:?} is empty, or mapped twice", status.value),
                )
                .hint("upper and lower case make no difference"));
        }
    }
    Ok(mapped)
}

fn filter(document: &Document<'_>, table: &str) -> Result<Filter, Error> {
    let mut filter = Filter::default();
    for (column, globs) in document.texts_table(table)? {
        if fold(&column.value) == "status" {
            return Err(document
                .fault(column.line, format_args!("`{table}` can't ask for the status"))
                .hint("a status is mapped, never filtered: say what it means in [atrium.person_status]"));
        }
        if globs.is_empty() {
            return Err(document
                .fault(
                    column.line,
                    format_args!("`{table}.{}` lets nobody in", column.value),
                )
                .hint("name at least one glob, or take the line out"));
        }
        let globs = globs.into_iter().map(|glob| glob.value).collect();
        filter.columns.insert(column.value, globs);
    }
    Ok(filter)
}

fn command(document: &Document<'_>, layers: &Layers<'_>) -> Result<Command, Error> {
    Ok(Command {
        scim_url: address::scim_url(document, layers)?,
        api_url: address::api_url(document, layers)?,
        sso_url: address::sso_url(document, layers)?,
        sso_client_id: document
            .text("command", "sso_client_id")?
            .map(|at| at.value),
        api_share: document.number("command", "api_share", 1..=100, API_SHARE)?,
        api_requests_a_minute: document.number(
            "command",
            "api_requests_a_minute",
            1..=100_000,
            API_REQUESTS_A_MINUTE,
        )?,
        email_domains: email_domains(document)?,
        dialect: document.word("command", "scim_dialect", DIALECTS, None)?,
        admin: admin::admin(document)?,
        observed: observed::observed(document)?,
    })
}

fn email_domains(document: &Document<'_>) -> Result<Vec<String>, Error> {
    let mut domains = Vec::new();
    for At { value, line } in document.texts("command", "email_domains")? {
        let domain = fold(value.trim().trim_start_matches('@')).into_owned();
        let odd = |c: char| !(c.is_alphanumeric() || c == '-' || c == '.');
        if domain.is_empty() || domain.contains(odd) || domain.split('.').any(str::is_empty) {
            return Err(document
                .fault(
                    line,
                    format_args!("`command.email_domains`: {value:?} is no domain"),
                )
                .hint("what stands behind the @, each subdomain by itself: \"school.example\""));
        }
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

fn sync(document: &Document<'_>) -> Result<Sync, Error> {
    let default = Sync::default();
    Ok(Sync {
        mode: document.word("sync", "mode", Mode::WORDS, default.mode)?,
        external_id_format: format(
            document,
            "external_id_format",
            "{campus_id}",
            default.external_id_format,
        )?,
        group_external_id_format: format(
            document,
            "group_external_id_format",
            "{access_group_id}",
            default.group_external_id_format,
        )?,
        identity: document.word("sync", "identity", Identity::WORDS, default.identity)?,
        email_change: document.word(
            "sync",
            "email_change",
            EmailChange::WORDS,
            default.email_change,
        )?,
        absent_runs: document.number("sync", "absent_runs", 1..=1000, default.absent_runs)?,
        delete_after_days: delete_after(document)?,
        groups_gone: document.word(
            "sync",
            "groups_gone",
            GroupsGone::WORDS,
            default.groups_gone,
        )?,
        protect: protect(document)?,
        on_guard: document.word("sync", "on_guard", OnGuard::WORDS, default.on_guard)?,
        verify: document.word("sync", "verify", Verify::WORDS, default.verify)?,
        read_budget: document.number("sync", "read_budget", 0..=1_000_000, default.read_budget)?,
        concurrency: document.number("sync", "concurrency", 1..=64, default.concurrency)?,
    })
}

/// A format of external ids. Something must stand around the id: without it, every other client's
/// external id would look like one of ours.
fn format(
    document: &Document<'_>,
    key: &str,
    placeholder: &str,
    default: String,
) -> Result<String, Error> {
    let Some(At { value, line }) = document.text("sync", key)? else {
        return Ok(default);
    };
    let around = value.replacen(placeholder, "", 1);
    let odd = |c: char| c == '{' || c == '}' || c.is_control();
    if value.matches(placeholder).count() != 1 || around.contains(odd) {
        return Err(document
            .fault(
                line,
                format_args!("`sync.{key}` must hold {placeholder} once, and no other braces"),
            )
            .hint(format!("the default is \"{default}\"")));
    }
    if around.trim().is_empty() {
        return Err(document
            .fault(
                line,
                format_args!("`sync.{key}` must have something beside {placeholder}"),
            )
            .hint(format!(
                "it is what tells our records from another client's; the default is \"{default}\""
            )));
    }
    Ok(value)
}

fn delete_after(document: &Document<'_>) -> Result<Option<u32>, Error> {
    let Some(At { value, line }) = document.text("sync", "delete_after")? else {
        return Ok(None);
    };
    let days = value
        .strip_suffix('d')
        .and_then(|days| days.parse::<u32>().ok());
    match days {
        Some(days) if days >= DELETE_AFTER_DAYS => Ok(Some(days)),
        Some(_) => Err(document
            .fault(
                line,
                format_args!("`sync.delete_after` must be {DELETE_AFTER_DAYS}d at the earliest"),
            )
            .hint("a user is deactivated at once in any case; take the line out to delete nobody")),
        None => Err(document
            .fault(
                line,
                "`sync.delete_after` must be a number of days, such as \"90d\"",
            )
            .hint("take the line out to delete nobody")),
    }
}

fn protect(document: &Document<'_>) -> Result<Vec<String>, Error> {
    let mut list = Vec::new();
    for At { value, line } in document.texts("sync", "protect")? {
        if value
            .strip_prefix("group:")
            .unwrap_or(&value)
            .trim()
            .is_empty()
        {
            return Err(document
                .fault(line, "`sync.protect` has an entry that names nobody")
                .hint("a campus id, an email address, or group:ID, each with * and ? if need be"));
        }
        list.push(value);
    }
    Ok(list)
}

fn guards(document: &Document<'_>) -> Result<Limits, Error> {
    let default = Limits::default();
    let number = |key, range, default| document.number("guards", key, range, default);
    let any = 0..=1_000_000;
    Ok(Limits {
        floor: number("floor", any.clone(), default.floor)?,
        percent: number("percent", 0..=100, default.percent)?,
        ceiling: number("ceiling", any.clone(), default.ceiling)?,
        lost_cards: number("lost_cards", any.clone(), default.lost_cards)?,
        department_percent: number("department_percent", 0..=100, default.department_percent)?,
        department_floor: number("department_floor", any, default.department_floor)?,
    })
}
