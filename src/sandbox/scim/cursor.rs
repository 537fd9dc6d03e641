//! Cursors of lists (RFC 9865), with the personalities that have them.

use super::error::Failure;
use super::list::{Query, Scope, pages_by_cursor};
use super::{Answer, Body};
use crate::sandbox::campus::Campus;
use crate::sandbox::personality::Switch;

/// With `cursor-expires`, so many pages of a list are answered before its cursors die.
const PAGES_ALIVE: u64 = 2;

/// Where a page begins, and in which reading of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The how-manieth list of its kind this is, counted from 1.
    list: u64,
    /// The how-manieth page, counted from 1.
    page: u64,
    /// The number of its first resource, counted from 1.
    pub(super) start: usize,
}

impl Cursor {
    /// Is this a list's first page?
    pub(super) fn is_first(self) -> bool {
        self.page == 1
    }

    /// The cursor of the page after this one, in RFC 3986's unreserved characters.
    pub(super) fn to(self, start: usize) -> String {
        format!("{}.{}.{start}", self.list, self.page + 1)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let cursor = Cursor {
            list: parts.next()?.parse().ok()?,
            page: parts.next()?.parse().ok()?,
            start: parts.next()?.parse().ok()?,
        };
        let is_whole = parts.next().is_none() && cursor.start > 0 && cursor.page > 1;
        is_whole.then_some(cursor)
    }
}

/// Where a list is to begin if it is led on by cursors; `None` if it is not.
pub(super) fn begin(
    campus: &Campus,
    scope: Scope,
    query: &Query,
) -> Result<Option<Cursor>, Failure> {
    if !pages_by_cursor(campus) {
        return Ok(None);
    }
    match query.cursor.as_deref() {
        None if query.start_index.is_some_and(|start| start > 1) => Err(Failure::invalid_value(
            "lists are not paged by startIndex: use cursor",
        )),
        None if campus.has(Switch::CursorOnRequest) => Ok(None),
        None | Some("") => Ok(Some(Cursor {
            list: lists(campus, scope) + 1,
            page: 1,
            start: 1,
        })),
        Some(text) => {
            let cursor = Cursor::read(text).filter(|cursor| cursor.list <= lists(campus, scope));
            let Some(cursor) = cursor else {
                return Err(Failure::bad("invalidCursor", "there is no such cursor"));
            };
            // The first list dies, so that the client begins a second one.
            let dies = campus.has(Switch::CursorExpires) && cursor.list % 2 == 1;
            match dies && cursor.page > PAGES_ALIVE {
                true => Err(Failure::bad("expiredCursor", "the cursor is too old")),
                false => Ok(Some(cursor)),
            }
        }
    }
}

/// Does this page lead on by a cursor?
pub(super) fn leads_on(answer: &Answer) -> bool {
    let next = |body: &serde_json::Value| body.get("nextCursor").is_some();
    answer.body.as_ref().and_then(Body::json).is_some_and(next)
}

/// Counts a list of which there are cursors now.
pub(super) fn count(campus: &mut Campus, scope: Scope) {
    *campus.cursor_lists.entry(scope.name()).or_default() += 1;
}

fn lists(campus: &Campus, scope: Scope) -> u64 {
    campus
        .cursor_lists
        .get(scope.name())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back() {
        let first = Cursor {
            list: 3,
            page: 1,
            start: 1,
        };
        let next = Cursor::read(&first.to(11)).unwrap();
        assert_eq!((next.list, next.page, next.start), (3, 2, 11));
        for text in ["", "x", "1.2", "1.2.0", "1.1.1", "1.2.3.4", "1.-2.3"] {
            assert_eq!(Cursor::read(text), None, "{text}");
        }
    }
}
