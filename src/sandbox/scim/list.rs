//! Lists and searches: filter, sorting, paging, projection (RFC 7644 sections 3.4.2 and 3.4.3).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::cursor::{self, Cursor};
use super::error::Failure;
use super::filter::{self, Filter, Target};
use super::schema::{Kinds, OF_GROUPS, OF_USERS};
use super::view::{Item, Projection};
use super::{Answer, Outcome};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::fold;
use crate::sandbox::personality::Switch;

const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The most that a page holds.
pub(super) fn page_size(campus: &Campus) -> usize {
    match campus.has(Switch::SmallPages) || pages_by_cursor(campus) {
        true => 10,
        false => 100,
    }
}

/// Do lists lead on by cursors (RFC 9865) and by nothing else?
pub(super) fn pages_by_cursor(campus: &Campus) -> bool {
    [
        Switch::CursorPaging,
        Switch::CursorOnRequest,
        Switch::CursorExpires,
    ]
    .into_iter()
    .any(|switch| campus.has(switch))
}

/// Which resources are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Users,
    Groups,
    Everything,
}

impl Scope {
    fn kinds(self) -> Vec<&'static Kinds> {
        match self {
            Scope::Users => vec![&OF_USERS],
            Scope::Groups => vec![&OF_GROUPS],
            Scope::Everything => vec![&OF_USERS, &OF_GROUPS],
        }
    }

    /// The name under which its lists are counted.
    pub(super) fn name(self) -> &'static str {
        match self {
            Scope::Users => "users",
            Scope::Groups => "groups",
            Scope::Everything => "everything",
        }
    }
}

/// The parameters of a list, from a query string or from a search request's body.
#[derive(Debug, Default)]
pub(super) struct Query {
    filter: Option<String>,
    pub(super) cursor: Option<String>,
    pub(super) start_index: Option<i64>,
    count: Option<i64>,
    sort_by: Option<String>,
    descending: bool,
    attributes: Vec<String>,
    excluded: Vec<String>,
}

fn names(text: &str) -> impl Iterator<Item = String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

impl Query {
    pub(super) fn from_pairs(pairs: &[(String, String)]) -> Result<Self, Failure> {
        let mut query = Query::default();
        for (name, value) in pairs {
            let number = || {
                value.trim().parse::<i64>().map_err(|_| {
                    Failure::invalid_value(format!("`{name}` has to be a whole number"))
                })
            };
            match name.to_ascii_lowercase().as_str() {
                "filter" => query.filter = Some(value.clone()),
                "cursor" => query.cursor = Some(value.clone()),
                "startindex" => query.start_index = Some(number()?),
                "count" => query.count = Some(number()?),
                "sortby" => query.sort_by = Some(value.clone()),
                "sortorder" => query.descending = value.eq_ignore_ascii_case("descending"),
                "attributes" => query.attributes.extend(names(value)),
                "excludedattributes" => query.excluded.extend(names(value)),
                _ => {}
            }
        }
        Ok(query)
    }

    pub(super) fn from_body(body: &Value) -> Result<Self, Failure> {
        let is_search = body
            .get("schemas")
            .and_then(Value::as_array)
            .is_some_and(|schemas| schemas.iter().any(|schema| schema == SEARCH_REQUEST));
        if !is_search {
            return Err(Failure::bad(
                "invalidSyntax",
                format!("`schemas` does not name {SEARCH_REQUEST}"),
            ));
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| match body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| {
                Failure::invalid_value(format!("`{name}` has to be a whole number"))
            }),
        };
        let list = |name: &str| match body.get(name) {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(Value::String(text)) => names(text).collect(),
            _ => Vec::new(),
        };
        Ok(Query {
            filter: text("filter"),
            cursor: text("cursor"),
            start_index: number("startIndex")?,
            count: number("count")?,
            sort_by: text("sortBy"),
            descending: text("sortOrder")
                .is_some_and(|order| order.eq_ignore_ascii_case("descending")),
            attributes: list("attributes"),
            excluded: list("excludedAttributes"),
        })
    }

    /// What answers show of a resource. Extension URNs stand for all that is in them.
    pub(super) fn projection(&self, kinds: &'static Kinds) -> Result<Projection, Failure> {
        if !self.attributes.is_empty() && !self.excluded.is_empty() {
            return Err(Failure::invalid_value(
                "`attributes` and `excludedAttributes` exclude each other",
            ));
        }
        let targets = |names: &[String]| -> Vec<Target> {
            let mut targets = Vec::new();
            for name in names {
                match kinds.extension_urn(name) {
                    Some(urn) => targets.extend(
                        kinds
                            .extension
                            .into_iter()
                            .flat_map(|extension| extension.attributes)
                            .map(|attribute| Target {
                                extension: Some(urn),
                                attribute: Some(attribute),
                                sub: None,
                            }),
                    ),
                    None => targets.push(filter::target(name, kinds)),
                }
            }
            targets
        };
        Ok(Projection {
            only: (!self.attributes.is_empty()).then(|| targets(&self.attributes)),
            without: targets(&self.excluded),
        })
    }
}

/// Answers a list or search.
pub(super) fn list(campus: &mut Campus, scope: Scope, query: &Query) -> Outcome {
    let cursor = cursor::begin(campus, scope, query)?;
    let answer = page(campus, scope, query, cursor)?;
    if cursor.is_some_and(Cursor::is_first) && cursor::leads_on(&answer) {
        cursor::count(campus, scope);
    }
    Ok(answer)
}

fn page(campus: &Campus, scope: Scope, query: &Query, cursor: Option<Cursor>) -> Outcome {
    if query.filter.is_some() && campus.has(Switch::FilterUnsupported) {
        return Err(Failure::bad("invalidFilter", "filters are not supported"));
    }
    let mut found: Vec<(Item<'_>, &'static Kinds)> = Vec::new();
    for kinds in scope.kinds() {
        let filter = match &query.filter {
            Some(text) => Some(filter::parse(text, kinds)?),
            None => None,
        };
        found.extend(
            matching(campus, kinds, filter.as_ref())
                .into_iter()
                .map(|item| (item, kinds)),
        );
    }
    if let Some(sort_by) = &query.sort_by {
        sort(&mut found, campus, sort_by, query.descending);
    }

    let total = found.len();
    let mut start = usize::try_from(query.start_index.unwrap_or(1).max(1)).unwrap_or(usize::MAX);
    if let Some(cursor) = cursor {
        start = cursor.start;
    }
    let mut count = query
        .count
        .map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(0))
        .min(page_size(campus));
    let mut shown_total = total;
    if campus.has(Switch::ListsUnpaged) {
        (start, count) = (1, usize::MAX);
    }
    if campus.has(Switch::PagesForEver) && query.filter.is_none() && total > 0 {
        (start, shown_total) = (1, 1_000_000);
    }
    let mut resources = Vec::new();
    for (item, kinds) in found.iter().skip(start - 1).take(count) {
        resources.push(item.shown(campus, &query.projection(kinds)?, true));
    }
    let number = |number: usize| match campus.has(Switch::NumbersAsStrings) {
        true => Value::from(number.to_string()),
        false => Value::from(number),
    };
    let mut body = json!({
        "schemas": [LIST_RESPONSE],
        "totalResults": number(shown_total),
        "itemsPerPage": number(resources.len()),
    });
    match cursor {
        None => body["startIndex"] = number(start),
        Some(cursor) => {
            let next = start.saturating_add(resources.len());
            if next <= total && !resources.is_empty() {
                body["nextCursor"] = cursor.to(next).into();
            }
        }
    }
    body["Resources"] = resources.into();
    Ok(Answer::new(StatusCode::OK).with_body(body))
}

/// The resources of one kind that answer a filter, oldest first. Look-ups by a unique value
/// go through the index.
fn matching<'a>(campus: &'a Campus, kinds: &Kinds, filter: Option<&Filter>) -> Vec<Item<'a>> {
    let command = &campus.command;
    let lookup = filter.and_then(Filter::as_lookup);
    let candidates: Vec<Item<'a>> = if std::ptr::eq(kinds, &OF_USERS) {
        let users = match lookup {
            Some(("id", id)) => command.user(id).into_iter().collect(),
            Some(("userName", email)) => command.user_by_email(email).into_iter().collect(),
            Some(("externalId", id)) => command.users_by_external_id(id).collect(),
            _ => command.users().collect::<Vec<_>>(),
        };
        users
            .into_iter()
            .filter(|user| campus.lists(user))
            .map(Item::User)
            .collect()
    } else {
        let groups = match lookup {
            Some(("id", id)) => command.group(id).into_iter().collect(),
            Some(("displayName", name)) => command.group_by_name(name).into_iter().collect(),
            _ => command.groups().collect::<Vec<_>>(),
        };
        groups
            .into_iter()
            .filter(|group| !group.native || !campus.has(Switch::NativesHidden))
            .map(Item::Group)
            .collect()
    };
    match filter {
        None => candidates,
        Some(filter) => candidates
            .into_iter()
            .filter(|item| filter.matches(&item.whole(campus)))
            .collect(),
    }
}

/// Sorts by an attribute; of a list, the primary value counts, else the first. Resources
/// without a value come last in ascending order (RFC 7644 section 3.4.2.3).
fn sort(
    found: &mut [(Item<'_>, &'static Kinds)],
    campus: &Campus,
    sort_by: &str,
    descending: bool,
) {
    found.sort_by_cached_key(|(item, kinds)| {
        let whole = item.whole(campus);
        let target = filter::target(sort_by, kinds);
        let primary = target
            .attribute
            .and_then(|attribute| whole.get(attribute.name))
            .and_then(Value::as_array)
            .and_then(|items| {
                items
                    .iter()
                    .find(|item| item.get("primary") == Some(&true.into()))
            })
            .and_then(|item| item.get(target.sub.map_or("value", |sub| sub.name)));
        let value = primary.or_else(|| filter::values(&target, &whole).first().copied());
        let key = value.map(|value| match value {
            Value::String(text) => fold(text),
            other => other.to_string(),
        });
        (key.is_none(), key)
    });
    if descending {
        found.reverse();
    }
}
