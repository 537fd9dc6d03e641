//! A list read page by page, and whether it is all there is: by index (RFC 7644, section 3.4.2.4)
//! or by the server's cursors (RFC 9865).
//!
//! Servers ignore paging, repeat pages, miscount, and change while they are read. A list that
//! contradicts itself is kept, but called partial, so that nobody takes what is missing for gone.

use std::collections::HashSet;

use serde_json::Value;

use super::wire;
use crate::model::{Completeness, Text};

/// More pages than any organization has; a server that never ends is cut off here.
const MOST_PAGES: u32 = 100_000;

/// A list, and whether it is the whole one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing<T> {
    /// What was read, each id once, in the server's order.
    pub items: Vec<T>,
    /// Whether that is everything.
    pub completeness: Completeness,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// At the beginning, in the way that the server prefers: one that prefers cursors answers with
    /// the first of them (RFC 9865, section 2).
    Start,
    /// At the item of this number, counted from 1.
    Index(u64),
    /// Where the server's cursor says; an empty one is the beginning (RFC 9865, section 2).
    Cursor(Text),
}

/// One page.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// Each resource with its id, or `None` for one without.
    pub items: Vec<Option<(Text, T)>>,
    /// `totalResults`.
    pub total: Option<u64>,
    /// `nextCursor`.
    pub next_cursor: Option<Text>,
}

impl<T> Page<T> {
    /// Reads a list response; `None` if it is none.
    pub(super) fn read(value: &Value, item: impl Fn(&Value) -> Option<(Text, T)>) -> Option<Self> {
        let total = wire::count(value, "totalResults");
        let items = match wire::attribute(value, "Resources") {
            Some(Value::Array(items)) => items.iter().map(item).collect(),
            Some(_) => return None,
            // It may be left out when there is nothing (RFC 7644, section 3.4.2).
            None if total.is_some() => Vec::new(),
            None => return None,
        };
        Some(Page {
            items,
            total,
            next_cursor: wire::text(value, "nextCursor"),
        })
    }
}

/// The pages of one list, taken in their order.
#[derive(Debug)]
pub(super) struct Pages<T> {
    asked: u64,
    next_index: u64,
    /// Every cursor that came.
    cursors: HashSet<Text>,
    pages: u32,
    items: Vec<T>,
    seen: HashSet<Text>,
    repeated: u64,
    without_id: u64,
    total: Option<u64>,
    /// By how much the total fell from one page to a later one.
    fallen: u64,
    is_endless: bool,
    fault: Option<String>,
}

impl<T> Pages<T> {
    /// A list of which `asked` items are asked for at once.
    pub(super) fn new(asked: u32) -> Self {
        Pages {
            asked: u64::from(asked),
            next_index: 1,
            cursors: HashSet::new(),
            pages: 0,
            items: Vec::new(),
            seen: HashSet::new(),
            repeated: 0,
            without_id: 0,
            total: None,
            fallen: 0,
            is_endless: false,
            fault: None,
        }
    }

    /// How many items there are so far, and how many the server says there are.
    pub(super) fn progress(&self) -> (u64, Option<u64>) {
        (self.items.len() as u64, self.total)
    }

    /// The items behind the first `count`.
    pub(super) fn since(&self, count: u64) -> &[T] {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.items.get(count..).unwrap_or_default()
    }

    /// Takes a page. Returns where the next one begins; `None` after the last.
    pub(super) fn take(&mut self, page: Page<T>) -> Option<From> {
        self.pages += 1;
        let length = page.items.len() as u64;
        // The list may change while it is read; the last word counts.
        if let (Some(before), Some(now)) = (self.total, page.total) {
            self.fallen += before.saturating_sub(now);
        }
        self.total = page.total.or(self.total);
        let (mut fresh, mut repeated) = (0, 0);
        for item in page.items {
            match item {
                None => self.without_id += 1,
                Some((id, item)) => {
                    if self.seen.insert(id) {
                        self.items.push(item);
                        fresh += 1;
                    } else {
                        repeated += 1;
                    }
                }
            }
        }
        self.next_index += length;
        if self.pages > 1 && fresh == 0 && repeated > 0 {
            // A server without totals that ignores startIndex sends its one page again. That is
            // the whole list if it is not as long as a page that was cut.
            let is_unpaged = self.total.is_none()
                && self.pages == 2
                && repeated == self.items.len() as u64
                && length != self.asked;
            if !is_unpaged {
                self.fault = Some(format!("page {} was one that had come before", self.pages));
            }
            return None;
        }
        self.repeated += repeated;
        if self.pages >= MOST_PAGES {
            self.fault = Some(format!("the list did not end after {MOST_PAGES} pages"));
            self.is_endless = true;
            return None;
        }
        match page.next_cursor {
            Some(cursor) if !self.cursors.insert(cursor.clone()) => {
                self.fault = Some(format!("page {} led back to an earlier one", self.pages));
                return None;
            }
            Some(cursor) => return Some(From::Cursor(cursor)),
            // Once there are cursors, only their absence ends the list (RFC 9865, section 2).
            None if self.has_cursors() => return None,
            None => {}
        }
        if length == 0 {
            return None;
        }
        match self.total {
            Some(total) if self.next_index > total => None,
            // Without totals a page longer than asked for shows that the server does not page.
            None if self.pages == 1 && length > self.asked => None,
            _ => Some(From::Index(self.next_index)),
        }
    }

    /// Ends the list where it is, because the next page can't be had.
    pub(super) fn break_off(&mut self, why: &str) {
        self.fault = Some(format!("after page {} {why}", self.pages));
    }

    /// Whether the server leads on by cursors.
    pub(super) fn has_cursors(&self) -> bool {
        !self.cursors.is_empty()
    }

    /// Whether the pages don't fit together, which may go well a second time.
    pub(super) fn is_contradictory(&self) -> bool {
        let came = self.items.len() as u64 + self.without_id;
        let is_counted = self.total.is_none_or(|total| total == came);
        !self.is_endless
            && (self.fault.is_some() || self.repeated > 0 || self.fallen > 0 || !is_counted)
    }

    /// The list, and whether it is whole.
    pub(super) fn finish(self) -> Listing<T> {
        let came = self.items.len() as u64;
        let mut faults: Vec<String> = self.fault.into_iter().collect();
        if self.without_id > 0 {
            faults.push(format!("{} of them came without an id", self.without_id));
        }
        if self.repeated > 0 {
            faults.push(format!(
                "{} came twice, so the list changed while it was read",
                self.repeated
            ));
        }
        // What moved up where something was removed was passed over, and the counts agree all the
        // same.
        if self.fallen > 0 {
            faults.push(format!(
                "the server's count fell by {} while the list was read",
                self.fallen
            ));
        }
        match self.total {
            Some(total) if total != came => {
                faults.push(format!("the server counts {total}, but {came} came"));
            }
            _ => {}
        }
        Listing {
            items: self.items,
            completeness: if faults.is_empty() {
                Completeness::Whole
            } else {
                Completeness::Partial(faults.join("; "))
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str], total: Option<u64>) -> Page<Text> {
        Page {
            items: ids
                .iter()
                .map(|id| (!id.is_empty()).then(|| (Text::from(*id), Text::from(*id))))
                .collect(),
            total,
            next_cursor: None,
        }
    }

    /// Feeds pages of two until the reader has enough; returns how many it took, how many
    /// distinct items there were, and why it is partial.
    fn read(pages: &[(&[&str], Option<u64>)]) -> (usize, usize, Option<String>) {
        let mut reader = Pages::new(2);
        let mut taken = 0;
        for (ids, total) in pages {
            taken += 1;
            if reader.take(page(ids, *total)).is_none() {
                break;
            }
        }
        let listing = reader.finish();
        let why = match listing.completeness {
            Completeness::Whole => None,
            Completeness::Partial(why) => Some(why),
        };
        (taken, listing.items.len(), why)
    }

    #[test]
    fn whole_lists() {
        for (pages, taken, items) in [
            (vec![(&["a", "b"][..], Some(3)), (&["c"], Some(3))], 2, 3),
            (vec![(&[], Some(0))], 1, 0),
            // Shorter pages than asked for.
            (
                vec![(&["a"], Some(3)), (&["b"], Some(3)), (&["c"], Some(3))],
                3,
                3,
            ),
            // Everything at once.
            (vec![(&["a", "b", "c", "d"], Some(4))], 1, 4),
            (vec![(&["a", "b", "c", "d"], None)], 1, 4),
            // Without totals: up to the empty page, or until the same comes again.
            (vec![(&["a", "b"], None), (&["c"], None), (&[], None)], 3, 3),
            (vec![(&["a"], None), (&["a"], None)], 2, 1),
            // Grown while it was read.
            (vec![(&["a", "b"], Some(3)), (&["c", "d"], Some(4))], 2, 4),
        ] {
            assert_eq!(read(&pages), (taken, items, None), "{pages:?}");
        }
    }

    #[test]
    fn partial_lists() {
        for (pages, taken, items, why) in [
            (
                vec![(&["a", "b"][..], Some(4)), (&["a", "b"], Some(4))],
                2,
                2,
                "page 2 was one that had come before; the server counts 4, but 2 came",
            ),
            (
                vec![(&["a", "b"], None), (&["a", "b"], None)],
                2,
                2,
                "page 2 was one",
            ),
            (
                vec![
                    (&["a", "b"], None),
                    (&["c", "d"], None),
                    (&["a", "b"], None),
                ],
                3,
                4,
                "page 3 was one that had come before",
            ),
            (
                vec![(&["a", "b"], Some(5)), (&[], Some(5))],
                2,
                2,
                "counts 5, but 2 came",
            ),
            (
                vec![(&["a", "b"], Some(3)), (&["b"], Some(3))],
                2,
                2,
                "page 2 was one",
            ),
            (
                vec![(&["a", "b"], Some(4)), (&["b", "c"], Some(4))],
                2,
                3,
                "1 came twice",
            ),
            (
                vec![(&["a", ""], Some(2))],
                1,
                1,
                "1 of them came without an id",
            ),
            (
                vec![(&["a", "b", "c"], Some(2))],
                1,
                3,
                "counts 2, but 3 came",
            ),
            (vec![(&[], Some(7))], 1, 0, "counts 7, but 0 came"),
            (vec![(&["a", "a"], Some(2))], 1, 1, "came twice"),
            // One of page 1 was removed, and another moved up into it unseen.
            (
                vec![(&["a", "b"], Some(4)), (&["d"], Some(3))],
                2,
                3,
                "count fell by 1",
            ),
        ] {
            let (got_taken, got_items, got_why) = read(&pages);
            assert_eq!((got_taken, got_items), (taken, items), "{pages:?}");
            assert!(
                got_why.as_deref().unwrap().contains(why),
                "{pages:?}: {got_why:?}"
            );
        }
    }

    #[test]
    fn an_endless_list_is_cut_off() {
        let mut reader = Pages::new(1);
        let mut count = 0u32;
        loop {
            count += 1;
            let id = Text::from(count.to_string());
            let page = Page {
                items: vec![Some((id, ()))],
                total: Some(u64::MAX),
                next_cursor: None,
            };
            if reader.take(page).is_none() {
                break;
            }
        }
        assert_eq!(count, MOST_PAGES);
        assert!(!reader.is_contradictory(), "once is enough");
        assert!(!reader.finish().completeness.is_whole());
    }

    #[test]
    fn cursors_are_followed_to_their_end() {
        let mut reader = Pages::new(2);
        let first = Page {
            next_cursor: Some("next".into()),
            ..page(&["a", "b"], None)
        };
        assert_eq!(reader.take(first), Some(From::Cursor("next".into())));
        let second = Page {
            next_cursor: Some("last".into()),
            ..page(&[], None)
        };
        assert_eq!(reader.take(second), Some(From::Cursor("last".into())));
        assert_eq!(reader.take(page(&["c"], None)), None);
        let listing = reader.finish();
        assert_eq!(listing.items.len(), 3);
        assert_eq!(listing.completeness, Completeness::Whole);
    }

    #[test]
    fn cursors_that_lead_in_a_circle_are_noticed() {
        for (cursors, taken) in [
            (&["same", "same"][..], 2),
            (&["one", "other", "one", "other"], 3),
        ] {
            let mut reader = Pages::new(2);
            let pages = cursors.iter().map(|cursor| Page {
                next_cursor: Some(Text::from(*cursor)),
                ..page(&[], None)
            });
            let followed = pages.map_while(|page| reader.take(page)).count();
            assert_eq!(followed + 1, taken, "{cursors:?}");
            assert!(reader.is_contradictory());
            assert!(!reader.finish().completeness.is_whole());
        }
    }

    #[test]
    fn what_may_go_well_a_second_time() {
        for (pages, expected) in [
            (vec![(&["a", "b"][..], Some(3)), (&["c"], Some(3))], false),
            (vec![(&["a", ""], Some(2))], false),
            (vec![(&["a", ""], Some(3)), (&[], Some(3))], true),
            (vec![(&["a", "b"], Some(4)), (&["b", "c"], Some(4))], true),
            (vec![(&["a", "b"], Some(4)), (&["d"], Some(3))], true),
            (vec![(&["a", "b"], None), (&["a", "b"], None)], true),
        ] {
            let mut reader = Pages::new(2);
            for (ids, total) in &pages {
                reader.take(page(ids, *total));
            }
            assert_eq!(reader.is_contradictory(), expected, "{pages:?}");
        }
        let mut reader = Pages::new(2);
        reader.take(page(&["a", "b"], Some(3)));
        reader.break_off("its cursor was refused");
        assert!(reader.is_contradictory());
        let why = "after page 1 its cursor was refused; the server counts 3, but 2 came";
        let expected = Completeness::Partial(why.to_owned());
        assert_eq!(reader.finish().completeness, expected);
    }
}
