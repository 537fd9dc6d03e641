//! `[atrium.http]`: an Atrium that is read over HTTP in place of exports.

use crate::error::Error;
use crate::model::address::base_url;
use crate::model::http_source::{
    Authentication, FieldPointer, Fields, HttpShape, List, Paging, Part,
};
use crate::model::pointer::Pointer;
use crate::model::roster::COLUMNS;

use super::Http;
use super::document::{At, Document};

pub(super) const HTTP: &str = "atrium.http";
const PAGING: &str = "atrium.http.paging";
const PEOPLE: &str = "atrium.http.people";
const CREDENTIALS: &str = "atrium.http.credentials";
const GROUPS: &str = "atrium.http.groups";
const MEMBERSHIPS: &str = "atrium.http.memberships";

/// The columns of records that add ids to people.
pub(super) const CREDENTIAL_COLUMNS: &[&str] = &["campus_id", "id_type", "id_value", "id_status"];

/// The columns of access groups.
pub(super) const GROUP_COLUMNS: &[&str] = &["access_group_id", "access_group_name"];

/// The columns of records that put people into access groups.
pub(super) const MEMBERSHIP_COLUMNS: &[&str] =
    &["campus_id", "access_group_id", "access_group_name"];

/// How long one request may take, in seconds.
const TIMEOUT: u32 = 60;

/// How many records are asked for at once.
const SIZE: u32 = 100;

/// The query parameter that says so.
const SIZE_PARAMETER: &str = "limit";

/// Where a customer gets what stands here.
const FROM_ATRIUM: &str = "Atrium's interface is not public: ask Atrium for addresses and fields";

/// Headers that belong to the transport.
const TRANSPORT: [&str; 5] = [
    "connection",
    "content-length",
    "host",
    "te",
    "transfer-encoding",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
    Header,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    None,
    Page,
    Offset,
    Cursor,
    Link,
}

const STYLES: &[(&str, Style)] = &[
    ("none", Style::None),
    ("page", Style::Page),
    ("offset", Style::Offset),
    ("cursor", Style::Cursor),
    ("link", Style::Link),
];

/// The section; `None` if the file does not have it.
pub(super) fn http(document: &Document<'_>) -> Result<Option<Http>, Error> {
    if !document.keys().any(|(key, _)| key == HTTP) {
        return Ok(None);
    }
    let At { value, line } = required(document, HTTP, "url")?;
    let url = base_url(&value).map_err(|error| {
        let error = document.fault(line, format_args!("`{HTTP}.url`: {error}"));
        error.hint(FROM_ATRIUM)
    })?;
    let paging = paging(document)?;
    let size_parameter = match document.text(PAGING, "size_parameter")? {
        Some(at) if at.value.is_empty() => None,
        Some(at) => Some(parameter(document, "size_parameter", at)?),
        None => Some(SIZE_PARAMETER.to_owned()),
    };
    let shape = HttpShape {
        url: url.as_str().trim_end_matches('/').to_owned(),
        authentication: authentication(document)?,
        timeout: document.number(HTTP, "timeout", 1..=600, TIMEOUT)?,
        size_parameter: size_parameter.filter(|_| paging != Paging::None),
        size: document.number(PAGING, "size", 1..=100_000, SIZE)?,
        paging,
        people: list(document, PEOPLE, &COLUMNS)?,
        credentials: part(document, CREDENTIALS, CREDENTIAL_COLUMNS)?,
        groups: match has(document, GROUPS) {
            true => Some(list(document, GROUPS, GROUP_COLUMNS)?),
            false => None,
        },
        memberships: part(document, MEMBERSHIPS, MEMBERSHIP_COLUMNS)?,
    };
    Ok(Some(Http { shape }))
}

fn has(document: &Document<'_>, key: &str) -> bool {
    document.keys().any(|(known, _)| known == key)
}

fn required(document: &Document<'_>, table: &str, key: &str) -> Result<At<String>, Error> {
    document.text(table, key)?.ok_or_else(|| {
        let error = document.fault(
            document.line(table).max(document.line(HTTP)),
            format_args!("[{table}] lacks `{key}`"),
        );
        error.hint(FROM_ATRIUM)
    })
}

/// Refuses a key that means nothing beside what another key says.
fn only_with(
    document: &Document<'_>,
    table: &str,
    key: &str,
    means_something: bool,
    with: &str,
) -> Result<(), Error> {
    let full = format!("{table}.{key}");
    if means_something || !has(document, &full) {
        return Ok(());
    }
    let error = document.fault(
        document.line(&full),
        format_args!("`{full}` means something only with {with}"),
    );
    Err(error.hint("take the line out, or change the other one"))
}

fn authentication(document: &Document<'_>) -> Result<Authentication, Error> {
    let words = [
        ("bearer", Scheme::Bearer),
        ("basic", Scheme::Basic),
        ("header", Scheme::Header),
    ];
    let scheme = document.word(HTTP, "authentication", &words, Scheme::Bearer)?;
    let only = |key, wanted, with| only_with(document, HTTP, key, scheme == wanted, with);
    only("user", Scheme::Basic, "authentication = \"basic\"")?;
    only("header", Scheme::Header, "authentication = \"header\"")?;
    match scheme {
        Scheme::Bearer => Ok(Authentication::Bearer),
        Scheme::Basic => {
            let At { value, line } = required(document, HTTP, "user")?;
            // RFC 7617, section 2: the first colon ends the user's name.
            if value.is_empty() || value.contains(|c: char| c == ':' || c.is_control()) {
                let error = document.fault(
                    line,
                    format_args!("`{HTTP}.user` is empty, or has a colon in it"),
                );
                return Err(error.hint(
                    "it is the user's name alone; the password is a secret: set \
                     ATRIUMCTL_ATRIUM_SECRET, or name a file with secret_file",
                ));
            }
            Ok(Authentication::Basic(value))
        }
        Scheme::Header => {
            let At { value, line } = required(document, HTTP, "header")?;
            let is_transport = TRANSPORT.contains(&value.to_ascii_lowercase().as_str());
            if !is_token(&value) || is_transport {
                let error = document.fault(
                    line,
                    format_args!("`{HTTP}.header`: {value:?} can't be the name of such a header"),
                );
                return Err(error.hint("the name alone, such as \"X-Api-Key\""));
            }
            Ok(Authentication::Header(value))
        }
    }
}

/// Whether a text is a token, as names of headers are (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

fn paging(document: &Document<'_>) -> Result<Paging, Error> {
    let style = document.word(PAGING, "style", STYLES, Style::None)?;
    let only = |key, means_something, with| only_with(document, PAGING, key, means_something, with);
    let by_parameter = matches!(style, Style::Page | Style::Offset | Style::Cursor);
    only("parameter", by_parameter, "style page, offset or cursor")?;
    let is_paged = style != Style::None;
    only("size", is_paged, "a style other than none")?;
    only("size_parameter", is_paged, "a style other than none")?;
    only("first", style == Style::Page, "style = \"page\"")?;
    only("next", style == Style::Cursor, "style = \"cursor\"")?;
    let named = |default: &str| match document.text(PAGING, "parameter")? {
        Some(at) => parameter(document, "parameter", at),
        None => Ok(default.to_owned()),
    };
    Ok(match style {
        Style::None => Paging::None,
        Style::Link => Paging::Link,
        Style::Page => Paging::Page {
            parameter: named("page")?,
            first: document.number(PAGING, "first", 0..=1, 1)?,
        },
        Style::Offset => Paging::Offset {
            parameter: named("offset")?,
        },
        Style::Cursor => {
            let next = required(document, PAGING, "next")?;
            Paging::Cursor {
                parameter: named("cursor")?,
                next: pointer(document, &format!("{PAGING}.next"), &next)?,
            }
        }
    })
}

/// The name of a query parameter. It is encoded when it is sent; blanks are typing errors.
fn parameter(document: &Document<'_>, key: &str, at: At<String>) -> Result<String, Error> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "?&=#".contains(c);
    if at.value.is_empty() || at.value.contains(odd) {
        let error = document.fault(
            at.line,
            format_args!("`{PAGING}.{key}`: {:?} is no query parameter", at.value),
        );
        return Err(error.hint("the name alone, without ? and ="));
    }
    Ok(at.value)
}

fn pointer(document: &Document<'_>, key: &str, at: &At<String>) -> Result<Pointer, Error> {
    Pointer::new(&at.value).map_err(|cause| {
        let error = document.fault(at.line, format_args!("`{key}`: {cause}"));
        error.hint("a JSON Pointer (RFC 6901) names the way, such as \"/data/items\"")
    })
}

/// An optional pointer of a table.
fn pointer_in(document: &Document<'_>, table: &str, key: &str) -> Result<Option<Pointer>, Error> {
    let at = document.text(table, key)?;
    at.map(|at| pointer(document, &format!("{table}.{key}"), &at))
        .transpose()
}

fn list(
    document: &Document<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<List, Error> {
    let At { value, line } = required(document, table, "path")?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '#';
    if !value.starts_with('/') || value.contains(odd) {
        let error = document.fault(line, format_args!("`{table}.path`: {value:?} is no path"));
        return Err(error.hint("what stands behind the base address, such as \"/people\""));
    }
    Ok(List {
        path: value,
        records: pointer_in(document, table, "list")?.unwrap_or_default(),
        total: pointer_in(document, table, "total")?,
        fields: fields(document, table, columns)?,
    })
}

/// A list of its own, or an array in each person; `None` if the file does not have the table.
fn part(
    document: &Document<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<Option<Part>, Error> {
    if !has(document, table) {
        return Ok(None);
    }
    let Some(array) = pointer_in(document, table, "in_people")? else {
        return list(document, table, columns).map(|list| Some(Part::Apart(list)));
    };
    for key in ["path", "list", "total"] {
        only_with(
            document,
            table,
            key,
            false,
            "a list of its own, not in_people",
        )?;
    }
    let campus_id = "fields.campus_id";
    only_with(
        document,
        table,
        campus_id,
        false,
        "a list of its own, not in_people",
    )?;
    let columns: Vec<&'static str> = columns
        .iter()
        .copied()
        .filter(|column| *column != "campus_id")
        .collect();
    Ok(Some(Part::Nested {
        array,
        fields: fields(document, table, &columns)?,
    }))
}

/// Where each column stands: where the profile says, else at the member of its canonical name,
/// unless that is another column.
fn fields(document: &Document<'_>, table: &str, columns: &[&'static str]) -> Result<Fields, Error> {
    let table = format!("{table}.fields");
    let mut fields: Vec<FieldPointer> = Vec::new();
    for (name, at) in document.text_table(&table)? {
        let pointer = pointer(document, &format!("{table}.{}", name.value), &at)?;
        if let Some(other) = fields.iter().find(|field| field.pointer == pointer) {
            let error = document.fault(
                at.line,
                format_args!(
                    "`{table}` has \"{pointer}\" for {} and for {}",
                    other.column, name.value
                ),
            );
            return Err(error.hint("each column needs a place of its own"));
        }
        let column = columns.iter().find(|column| **column == name.value);
        let Some(column) = column else { continue };
        fields.push(FieldPointer {
            column,
            pointer,
            mapped: true,
        });
    }
    for column in columns {
        let pointer = Pointer::member(column);
        let is_known = |field: &FieldPointer| field.column == *column || field.pointer == pointer;
        if !fields.iter().any(is_known) {
            fields.push(FieldPointer {
                column,
                pointer,
                mapped: false,
            });
        }
    }
    let position = |field: &FieldPointer| COLUMNS.iter().position(|name| *name == field.column);
    fields.sort_by_key(position);
    Ok(Fields(fields))
}

/// Every key of the section with its value, as the profile spells them.
pub(super) fn spelled(shape: &HttpShape) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add =
        |table: &str, key: &str, value: String| all.push((format!("{table}.{key}"), value));
    add(HTTP, "url", shape.url.clone());
    let (word, beside) = match &shape.authentication {
        Authentication::Basic(user) => ("basic", Some(("user", user))),
        Authentication::Bearer => ("bearer", None),
        Authentication::Header(name) => ("header", Some(("header", name))),
    };
    add(HTTP, "authentication", word.to_owned());
    if let Some((key, value)) = beside {
        add(HTTP, key, value.clone());
    }
    add(HTTP, "timeout", shape.timeout.to_string());
    add(PAGING, "style", shape.paging.word().to_owned());
    match &shape.paging {
        Paging::None | Paging::Link => {}
        Paging::Page { parameter, first } => {
            add(PAGING, "parameter", parameter.clone());
            add(PAGING, "first", first.to_string());
        }
        Paging::Offset { parameter } => add(PAGING, "parameter", parameter.clone()),
        Paging::Cursor { parameter, next } => {
            add(PAGING, "parameter", parameter.clone());
            add(PAGING, "next", next.to_string());
        }
    }
    if shape.paging != Paging::None {
        add(PAGING, "size", shape.size.to_string());
        let name = shape.size_parameter.clone().unwrap_or_default();
        add(PAGING, "size_parameter", name);
    }
    let parts = [
        (PEOPLE, Some(Part::Apart(shape.people.clone()))),
        (CREDENTIALS, shape.credentials.clone()),
        (GROUPS, shape.groups.clone().map(Part::Apart)),
        (MEMBERSHIPS, shape.memberships.clone()),
    ];
    for (table, part) in parts {
        let fields = match part {
            None => continue,
            Some(Part::Nested { array, fields }) => {
                add(table, "in_people", array.to_string());
                fields
            }
            Some(Part::Apart(list)) => {
                add(table, "path", list.path);
                add(table, "list", list.records.to_string());
                if let Some(total) = list.total {
                    add(table, "total", total.to_string());
                }
                list.fields
            }
        };
        for field in fields.0.iter().filter(|field| field.mapped) {
            add(
                table,
                &format!("fields.{}", field.column),
                field.pointer.to_string(),
            );
        }
    }
    all
}
