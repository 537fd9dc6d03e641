//! A list read page by page, and whether it is all there is.
//!
//! Servers ignore paging, repeat pages, miscount, and change while they are read. A list that
//! contradicts itself is kept, but called partial, so that nobody takes what is missing for gone.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::Url;
use serde_json::Value;

use crate::model::http_source::Paging;
use crate::model::pointer::Pointer;

/// More pages than any campus has; a server that never ends is cut off here.
const MOST_PAGES: u32 = 100_000;

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// With this query parameter beside those of the list.
    Parameter(String, String),
    /// At the list's own address, without a parameter.
    Start,
    /// At this address.
    Address(Url),
}

/// What a page says of itself.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) records: &'a [Value],
    /// How many records there are in all; `None` if the answer does not say.
    pub(super) total: Option<u64>,
    /// The cursor of the next page.
    pub(super) cursor: Option<String>,
    /// The address of the next page; an error says why it is not followed.
    pub(super) link: Option<Result<Url, String>>,
}

/// The pages of one list, taken in their order.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    paging: &'a Paging,
    /// Where the total should be.
    total_at: Option<&'a Pointer>,
    pages: u32,
    came: u64,
    repeated: u64,
    total: Option<u64>,
    /// The page on which each record came first.
    seen: HashMap<u64, u32>,
    /// Cursors and addresses that were followed.
    followed: HashSet<String>,
    faults: Vec<String>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(paging: &'a Paging, total_at: Option<&'a Pointer>) -> Self {
        Pages {
            paging,
            total_at,
            pages: 0,
            came: 0,
            repeated: 0,
            total: None,
            seen: HashMap::new(),
            followed: HashSet::new(),
            faults: Vec::new(),
        }
    }

    /// How the first page is asked for.
    pub(super) fn first(&self) -> From {
        match self.paging {
            Paging::Page { parameter, first } => {
                From::Parameter(parameter.clone(), first.to_string())
            }
            Paging::Offset { parameter } => From::Parameter(parameter.clone(), "0".to_owned()),
            Paging::None | Paging::Cursor { .. } | Paging::Link => From::Start,
        }
    }

    /// How many pages came.
    pub(super) fn pages(&self) -> u32 {
        self.pages
    }

    /// How many records came, those that came twice once.
    pub(super) fn records(&self) -> u64 {
        self.came - self.repeated
    }

    /// How many there are, as the source says.
    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    /// Takes a page: which of its records are new, and how the next one is asked for; `None` after
    /// the last.
    pub(super) fn take(&mut self, page: Page<'_>) -> (Vec<bool>, Option<From>) {
        self.pages += 1;
        // The list may change while it is read; the last word counts.
        self.total = page.total.or(self.total);
        let fresh: Vec<bool> = page
            .records
            .iter()
            .map(|record| self.note(record))
            .collect();
        let repeated = fresh.iter().filter(|fresh| !**fresh).count();
        self.came += fresh.len() as u64;
        self.repeated += repeated as u64;
        let next = if !fresh.is_empty() && repeated == fresh.len() {
            self.fault(format!("page {} was one that had come before", self.pages));
            None
        } else if self.pages >= MOST_PAGES {
            self.fault(format!("the list did not end after {MOST_PAGES} pages"));
            None
        } else {
            self.next(fresh.len(), page)
        };
        (fresh, next)
    }

    /// Notes a record; whether no earlier page had it. A page may have two alike.
    fn note(&mut self, record: &Value) -> bool {
        let mut hasher = DefaultHasher::new();
        record.hash(&mut hasher);
        let first = *self.seen.entry(hasher.finish()).or_insert(self.pages);
        first == self.pages
    }

    fn next(&mut self, length: usize, page: Page<'_>) -> Option<From> {
        match self.paging {
            Paging::None => None,
            // A short page proves nothing: a server may send fewer than were asked for.
            Paging::Page { .. } | Paging::Offset { .. }
                if length == 0 || self.total.is_some_and(|total| self.came >= total) =>
            {
                None
            }
            Paging::Page { parameter, first } => {
                let number = u64::from(*first) + u64::from(self.pages);
                Some(From::Parameter(parameter.clone(), number.to_string()))
            }
            Paging::Offset { parameter } => {
                Some(From::Parameter(parameter.clone(), self.came.to_string()))
            }
            Paging::Cursor { parameter, .. } => {
                let cursor = page.cursor?;
                self.follow(&cursor)
                    .then(|| From::Parameter(parameter.clone(), cursor))
            }
            Paging::Link => match page.link? {
                Ok(url) => self.follow(url.as_str()).then_some(From::Address(url)),
                Err(why) => {
                    self.fault(format!("page {} {why}", self.pages));
                    None
                }
            },
        }
    }

    fn follow(&mut self, to: &str) -> bool {
        let is_new = self.followed.insert(to.to_owned());
        if !is_new {
            self.fault(format!("page {} led back to an earlier one", self.pages));
        }
        is_new
    }

    /// Notes what makes the list partial.
    pub(super) fn fault(&mut self, why: String) {
        self.faults.push(why);
    }

    /// What makes the list partial; `None` if it is whole.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.repeated > 0 {
            self.faults.push(format!(
                "{} came twice, so the list changed while it was read",
                self.repeated
            ));
        }
        let came = self.records();
        match (self.total, self.total_at) {
            (Some(total), _) if total != came => self
                .faults
                .push(format!("the server counts {total}, but {came} came")),
            (None, Some(pointer)) => self.faults.push(format!(
                "no answer has a number of records at \"{pointer}\""
            )),
            _ => {}
        }
        (!self.faults.is_empty()).then(|| self.faults.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn numbered(first: u32) -> Paging {
        Paging::Page {
            parameter: "p".to_owned(),
            first,
        }
    }

    fn page(records: &[Value], total: Option<u64>) -> Page<'_> {
        Page {
            records,
            total,
            cursor: None,
            link: None,
        }
    }

    /// Feeds pages of numbers until the reader has enough; returns how many it took, how many
    /// records it kept, and why it is partial.
    fn read(paging: &Paging, pages: &[(&[u32], Option<u64>)]) -> (usize, u64, Option<String>) {
        let mut reader = Pages::new(paging, None);
        let mut taken = 0;
        for (records, total) in pages {
            taken += 1;
            let records: Vec<Value> = records.iter().map(|record| json!(record)).collect();
            if reader.take(page(&records, *total)).1.is_none() {
                break;
            }
        }
        (taken, reader.records(), reader.finish())
    }

    #[test]
    fn whole_lists() {
        for (paging, pages, taken, records) in [
            (Paging::None, vec![(&[1, 2][..], None)], 1, 2),
            (Paging::None, vec![(&[], Some(0))], 1, 0),
            (Paging::None, vec![(&[1, 1], Some(2))], 1, 2),
            (numbered(1), vec![(&[1, 2], Some(3)), (&[3], Some(3))], 2, 3),
            // Without a total a short page is not the last one.
            (
                numbered(0),
                vec![(&[1], None), (&[2, 3], None), (&[], None)],
                3,
                3,
            ),
            // Grown while it was read.
            (
                numbered(1),
                vec![(&[1, 2], Some(3)), (&[3, 4], Some(4))],
                2,
                4,
            ),
        ] {
            let expected = (taken, records, None);
            assert_eq!(read(&paging, &pages), expected, "{pages:?}");
        }
    }

    #[test]
    fn partial_lists() {
        for (paging, pages, taken, records, why) in [
            (
                Paging::None,
                vec![(&[1][..], Some(2))],
                1,
                1,
                "counts 2, but 1 came",
            ),
            (
                numbered(1),
                vec![(&[1, 2], None), (&[1, 2], None)],
                2,
                2,
                "page 2 was one that had come before; 2 came twice",
            ),
            (
                numbered(1),
                vec![(&[1, 2], Some(4)), (&[2, 3], Some(4))],
                2,
                3,
                "1 came twice, so the list changed while it was read; the server counts 4, but 3",
            ),
            (
                numbered(1),
                vec![(&[1, 2], Some(5)), (&[], Some(5))],
                2,
                2,
                "counts 5, but 2 came",
            ),
            (
                numbered(1),
                vec![(&[1, 2, 3], Some(2))],
                1,
                3,
                "counts 2, but 3 came",
            ),
        ] {
            let (got_taken, got_records, got_why) = read(&paging, &pages);
            assert_eq!((got_taken, got_records), (taken, records), "{pages:?}");
            let got_why = got_why.unwrap();
            assert!(got_why.contains(why), "{pages:?}: {got_why}");
        }
        let pointer = Pointer::member("total");
        let mut reader = Pages::new(&Paging::None, Some(&pointer));
        reader.take(page(&[], None));
        let why = reader.finish().unwrap();
        assert_eq!(why, "no answer has a number of records at \"/total\"");
    }

    #[test]
    fn each_style_asks_in_its_own_way() {
        let parameter = || "p".to_owned();
        let at = |text: &str| Some(From::Parameter(parameter(), text.to_owned()));
        let records = [json!(1), json!(2)];
        let next = |paging: &Paging, cursor: Option<&str>| {
            let mut reader = Pages::new(paging, None);
            let first = reader.first();
            let cursor = cursor.map(str::to_owned);
            let page = Page {
                cursor,
                ..page(&records, None)
            };
            (Some(first), reader.take(page).1)
        };
        let offset = Paging::Offset {
            parameter: parameter(),
        };
        let cursor = Paging::Cursor {
            parameter: parameter(),
            next: Pointer::default(),
        };
        assert_eq!(next(&numbered(0), None), (at("0"), at("1")));
        assert_eq!(next(&numbered(1), None), (at("1"), at("2")));
        assert_eq!(next(&offset, None), (at("0"), at("2")));
        assert_eq!(next(&cursor, Some("x")), (Some(From::Start), at("x")));
        assert_eq!(next(&cursor, None), (Some(From::Start), None));
        assert_eq!(next(&Paging::None, Some("x")), (Some(From::Start), None));
    }

    #[test]
    fn what_leads_back_or_away_is_not_followed() {
        let cursor = Paging::Cursor {
            parameter: "p".to_owned(),
            next: Pointer::default(),
        };
        let mut reader = Pages::new(&cursor, None);
        let mut taken = Vec::new();
        for to in ["a", "b", "a"] {
            let page = Page {
                cursor: Some(to.to_owned()),
                ..page(&[], None)
            };
            taken.push(reader.take(page).1.is_some());
        }
        assert_eq!(taken, [true, true, false]);
        let why = reader.finish().unwrap();
        assert_eq!(why, "page 3 led back to an earlier one");

        let mut reader = Pages::new(&Paging::Link, None);
        let page = Page {
            link: Some(Err("leads away".to_owned())),
            ..page(&[], None)
        };
        assert_eq!(reader.take(page).1, None);
        assert_eq!(reader.finish().unwrap(), "page 1 leads away");
    }

    #[test]
    fn an_endless_list_is_cut_off() {
        let mut reader = Pages::new(&Paging::Link, None);
        let mut count = 0_u32;
        loop {
            count += 1;
            let url = Url::parse(&format!("http://127.0.0.1/{count}")).unwrap();
            let page = Page {
                link: Some(Ok(url)),
                ..page(&[], None)
            };
            if reader.take(page).1.is_none() {
                break;
            }
        }
        assert_eq!(count, MOST_PAGES);
        assert!(reader.finish().is_some());
    }
}
