//! Recognises the row below a table that sums it up, which is about nobody.

use crate::model::fold::fold;

/// What such a row begins with.
const WORDS: [&str; 10] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "count",
    "record count",
    "row count",
    "number of",
    "end of",
];

/// What such a row says behind a number.
const COUNTED: [&str; 7] = [
    "row", "rows", "record", "records", "people", "person", "persons",
];

/// Whether the cells sum up a table: the first that is not blank says so, and the others are
/// blank or numbers. A row about a person has a campus id, a name or an address besides.
pub(super) fn is_totals<'a>(cells: impl IntoIterator<Item = &'a str>) -> bool {
    let mut cells = cells.into_iter().filter(|cell| !cell.is_empty());
    let Some(first) = cells.next() else {
        return false;
    };
    speaks_of_totals(first) && cells.all(is_number)
}

fn speaks_of_totals(cell: &str) -> bool {
    let cell = fold(cell);
    let cell = cell.trim_matches(|c: char| !c.is_alphanumeric());
    let begins = WORDS.iter().any(|word| {
        let rest = cell.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let mut words = cell.split_whitespace();
    let counts = words.next().is_some_and(is_number)
        && words.next().is_some_and(|word| COUNTED.contains(&word));
    begins || counts
}

fn is_number(cell: &str) -> bool {
    cell.contains(|c: char| c.is_ascii_digit())
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_told_from_people() {
        for (row, wanted) in [
            ("Total|||1204|", true),
            ("TOTAL:|1,204", true),
            ("Total: 1204", true),
            ("|Grand total||12", true),
            ("--- End of report ---", true),
            ("(1204 rows affected)", true),
            ("1204 records", true),
            ("Number of people: 3", true),
            ("", false),
            ("||", false),
            ("1001|Total", false),
            ("total|Ann|Lee", false),
            ("1001|Ann|Sum", false),
            ("Totalos", false),
            ("Summer", false),
            ("1204", false),
            ("Count|Dracula|d@x.edu", false),
        ] {
            assert_eq!(is_totals(row.split('|')), wanted, "{row}");
        }
    }
}
