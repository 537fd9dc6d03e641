//! Reads one CSV file, row by row.
//!
//! The rules are those of RFC 4180, section 2, taken strictly, because a lenient reader turns a
//! damaged file into wrong rows: one lost quotation mark would swallow the people of all rows up
//! to the next. Here that row alone is left out, and reading goes on at the next line.

use std::collections::VecDeque;
use std::io::{BufRead, Read};
use std::sync::Arc;

use super::SourceError;
use super::columns::{COUNT, Column, Mapping, Seen, header_list};
use super::filter::Scope;
use super::ids::Id;
use super::merge::{Merger, Row};
use super::sniff;
use crate::model::fold::fold_name;

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// A cell in quotation marks that runs on for more bytes than this was never closed.
const LONGEST_CELL: usize = 64 * 1024;

/// Headers of CDVI ATRIUM, whose users have access levels, which pair areas with schedules
/// (support.cdvi.co.uk), in normal form.
const CDVI_HEADERS: [&str; 9] = [
    "access_level",
    "access_levels",
    "access_level_group",
    "access_level_groups",
    "programming_card",
    "area",
    "areas",
    "schedule",
    "schedules",
];

pub(super) fn read(
    input: impl BufRead,
    file: &Arc<str>,
    mapping: &Mapping,
    scope: &Scope,
    merger: &mut Merger<'_>,
) -> Result<Seen, SourceError> {
    let mut records = Records::new(input, file);
    let (seen, layout) = read_header(&mut records, mapping, scope)?;
    records.width = layout.width;
    let person = seen.is_people();
    while let Some(shape) = records.next()? {
        if shape == Shape::Damaged {
            let (campus_id, email) = layout.of_damaged(&records);
            let message = "A quotation mark in this row has no partner. Put the cell in quotation \
                           marks and double those inside it.";
            merger.damaged(records.start, campus_id, email, message.to_owned());
            continue;
        }
        if records.is_blank() {
            continue;
        }
        let found = records.spans.len();
        if found != layout.width {
            if found < layout.width && records.is_unterminated() {
                return Err(SourceError::CutShort {
                    file: Arc::clone(file),
                    line: records.start,
                    cause: format!("its last row has {found} of {} cells", layout.width),
                });
            }
            let (campus_id, email) = layout.of_damaged(&records);
            let message = format!(
                "The row has {found} cells, the header has {}. Put a cell that holds the \
                 delimiter in quotation marks.",
                layout.width
            );
            merger.damaged(records.start, campus_id, email, message);
            continue;
        }
        layout.feed(&records, person, merger);
    }
    Ok(seen)
}

/// Where in a row the columns stand.
struct Layout {
    /// The number of cells of a row.
    width: usize,
    cells: [Option<usize>; COUNT],
    /// The cells that are kept for filters: position in [`Scope::slots`] and in the row.
    slots: Vec<(usize, usize)>,
    slot_count: usize,
}

impl Layout {
    fn feed<R: BufRead>(&self, records: &Records<'_, R>, person: bool, merger: &mut Merger<'_>) {
        let cell = |at: Option<usize>| at.map_or("", |at| records.cell(at));
        let cells = self.cells.map(cell);
        let mut headers = Vec::new();
        if !self.slots.is_empty() {
            headers.resize(self.slot_count, "");
            for (slot, at) in &self.slots {
                headers[*slot] = records.cell(*at);
            }
        }
        let of = |column: Column| cells[column as usize];
        let group = [(of(Column::AccessGroupId), of(Column::AccessGroupName))];
        let has_group = group != [("", "")];
        let id = Id {
            id_type: of(Column::IdType),
            value: Ok(of(Column::IdValue)),
            status: of(Column::IdStatus),
        };
        merger.row(&Row {
            line: records.start,
            cells,
            headers: &headers,
            groups: if has_group { &group } else { &[] },
            ids: &[id],
            person,
            is_group: self.cells[Column::CampusId as usize].is_none(),
            defect: None,
        });
    }

    /// What a row with displaced cells still tells: the campus id only if it is the first cell,
    /// which nothing can displace; an address only if there is one alone.
    fn of_damaged<'a, R: BufRead>(&self, records: &'a Records<'_, R>) -> (&'a str, &'a str) {
        let first = records.spans.first().map_or("", |_| records.cell(0));
        let campus_id = match self.cells[Column::CampusId as usize] {
            Some(0) => first,
            _ => "",
        };
        let mut addresses = (0..records.spans.len())
            .map(|at| records.cell(at))
            .filter(|cell| cell.contains('@'));
        match (addresses.next(), addresses.next()) {
            (Some(address), None) => (campus_id, address),
            _ => (campus_id, ""),
        }
    }
}

fn read_header<R: BufRead>(
    records: &mut Records<'_, R>,
    mapping: &Mapping,
    scope: &Scope,
) -> Result<(Seen, Layout), SourceError> {
    let file = records.file;
    let no_header = |line| SourceError::NoHeader {
        file: Arc::clone(file),
        line,
    };
    records.detect_delimiter()?;
    let line = loop {
        match records.next()? {
            None => {
                return Err(SourceError::Empty {
                    file: Arc::clone(file),
                });
            }
            Some(Shape::Damaged) => {
                return Err(SourceError::Foreign {
                    file: Arc::clone(file),
                    kind: "a table whose header line has a quotation mark without a partner",
                    remedy: "export it again",
                });
            }
            Some(Shape::Whole) if records.is_blank() => {}
            Some(Shape::Whole) => break records.start,
        }
    };
    let width = records.spans.len();
    let mut seen = Seen::new(file);
    let mut layout = Layout {
        width,
        cells: [None; COUNT],
        slots: Vec::new(),
        slot_count: scope.slots().len(),
    };
    let headers: Vec<String> = (0..width).map(|at| fold_name(records.cell(at))).collect();
    for (at, header) in headers.iter().enumerate() {
        seen.add_header(records.cell(at));
        let column = mapping.column(header);
        let slot = scope.slot_of(header);
        if column.is_none() && slot.is_none() {
            continue;
        }
        if let Some(first) = headers[..at].iter().position(|other| other == header) {
            return Err(SourceError::DuplicateHeader {
                file: Arc::clone(file),
                line,
                header: records.cell(at).to_owned(),
                first: first + 1,
                second: at + 1,
            });
        }
        if let Some(column) = column {
            seen.add_column(column);
            layout.cells[column as usize] = Some(at);
        }
        if let Some(slot) = slot {
            layout.slots.push((slot, at));
        }
    }
    if !seen.has(Column::CampusId) {
        let cdvi = (0..width).find(|at| CDVI_HEADERS.contains(&headers[*at].as_str()));
        if let Some(at) = cdvi {
            return Err(SourceError::Cdvi {
                file: Arc::clone(file),
                line,
                header: records.cell(at).to_owned(),
            });
        }
        if !Column::ALL.into_iter().any(|column| seen.has(column))
            && (0..width).any(|at| looks_like_data(records.cell(at)))
        {
            return Err(no_header(line));
        }
        if !seen.is_group_list() {
            return Err(mapping.absent(Column::CampusId, &[seen]));
        }
    } else if Column::ALL.into_iter().filter(|c| seen.has(*c)).count() == 1 {
        return Err(SourceError::NothingKnown {
            file: Arc::clone(file),
            headers: header_list(&[seen]),
        });
    }
    Ok((seen, layout))
}

/// Whether a cell of the first line can hardly be the name of a column.
fn looks_like_data(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    cell.contains('@') || digits >= 4 || (digits > 0 && digits == cell.len())
}

/// How a record came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Whole,
    /// Its quotation marks do not pair up; the cells are those before the fault.
    Damaged,
}

/// What splitting a record into cells gave.
enum Split {
    Whole,
    /// A cell in quotation marks is still open at the end.
    Open,
    /// A quotation mark stands where none may be.
    Stray,
}

/// The records of a file, one at a time.
struct Records<'f, R> {
    input: R,
    file: &'f Arc<str>,
    delimiter: u8,
    /// The number of cells of a row, once the header is read; 0 before.
    width: usize,
    /// Lines that were read as part of a record and given back.
    ahead: VecDeque<Vec<u8>>,
    /// The number of the last line that was taken.
    line: u32,
    /// The number of the first line of the record.
    start: u32,
    /// The lines of the record as they stand in the file.
    raw: Vec<u8>,
    /// The cells of the record one after the other, without quotation marks.
    text: String,
    /// Where in `text` each cell starts and ends.
    spans: Vec<(usize, usize)>,
}

impl<'f, R: BufRead> Records<'f, R> {
    fn new(input: R, file: &'f Arc<str>) -> Self {
        Records {
            input,
            file,
            delimiter: b',',
            width: 0,
            ahead: VecDeque::new(),
            line: 0,
            start: 0,
            raw: Vec::new(),
            text: String::new(),
            spans: Vec::new(),
        }
    }

    fn cell(&self, at: usize) -> &str {
        let (start, end) = self.spans[at];
        self.text[start..end].trim()
    }

    fn is_blank(&self) -> bool {
        (0..self.spans.len()).all(|at| self.cell(at).is_empty())
    }

    /// Whether the record ends with the file instead of with a line end.
    fn is_unterminated(&self) -> bool {
        self.raw.last() != Some(&b'\n')
    }

    /// The delimiter is the one of comma, semicolon and tab that is most frequent in the first
    /// line outside of quotation marks.
    fn detect_delimiter(&mut self) -> Result<(), SourceError> {
        let mut blank = Vec::new();
        while self.take_line()? && self.raw.trim_ascii().is_empty() {
            blank.push(std::mem::take(&mut self.raw));
        }
        let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
        let mut quoted = false;
        for byte in &self.raw {
            quoted ^= *byte == b'"';
            for (delimiter, count) in &mut counts {
                *count += u32::from(!quoted && byte == delimiter);
            }
        }
        // Of equals the first: a comma.
        for (delimiter, count) in counts.into_iter().rev() {
            if counts.iter().all(|(_, other)| count >= *other) {
                self.delimiter = delimiter;
            }
        }
        self.ahead.extend(blank);
        self.ahead.push_back(std::mem::take(&mut self.raw));
        self.ahead.retain(|line| !line.is_empty());
        self.line = 0;
        Ok(())
    }

    /// Adds the next line to `raw`; false at the end of the file.
    fn take_line(&mut self) -> Result<bool, SourceError> {
        if let Some(line) = self.ahead.pop_front() {
            self.raw.extend_from_slice(&line);
        } else {
            let limit = LONGEST_LINE as u64;
            let read = (&mut self.input)
                .take(limit)
                .read_until(b'\n', &mut self.raw)
                .map_err(|cause| SourceError::from_io(self.file, cause))?;
            if read == 0 {
                return Ok(false);
            }
            if read == LONGEST_LINE {
                return Err(SourceError::Foreign {
                    file: Arc::clone(self.file),
                    kind: "a file with a line of more than a mebibyte, not a table",
                    remedy: "export the people from Atrium as CSV or JSON",
                });
            }
        }
        self.line = self.line.saturating_add(1);
        Ok(true)
    }

    /// Reads the next record, if there is one.
    fn next(&mut self) -> Result<Option<Shape>, SourceError> {
        self.raw.clear();
        if !self.take_line()? {
            return Ok(None);
        }
        self.start = self.line;
        loop {
            match self.split()? {
                Split::Whole if self.has_swallowed_a_row() => return Ok(Some(self.give_back())),
                Split::Whole => return Ok(Some(Shape::Whole)),
                Split::Stray => return Ok(Some(self.give_back())),
                Split::Open => {}
            }
            // Only a line with another quotation mark can close the cell.
            loop {
                let known = self.raw.len();
                if known > LONGEST_CELL {
                    return Ok(Some(self.give_back()));
                }
                if !self.take_line()? {
                    return Err(SourceError::CutShort {
                        file: Arc::clone(self.file),
                        line: self.start,
                        cause: "a quotation mark is opened here and never closed".to_owned(),
                    });
                }
                if self.raw[known..].contains(&b'"') {
                    break;
                }
            }
        }
    }

    /// Whether a record of several lines has a line that could be a row of its own: then a
    /// quotation mark is missing in both.
    fn has_swallowed_a_row(&self) -> bool {
        if self.line == self.start || self.width < 2 {
            return false;
        }
        let mut lines = self.raw.split_inclusive(|b| *b == b'\n').skip(1);
        lines.any(|line| line.iter().filter(|b| **b == self.delimiter).count() + 1 >= self.width)
    }

    /// Leaves only the first line to this record; the others are read again on their own.
    fn give_back(&mut self) -> Shape {
        let mut lines = self.raw.split_inclusive(|b| *b == b'\n');
        let first = lines.next().map_or(0, <[u8]>::len);
        let rest: Vec<Vec<u8>> = lines.map(<[u8]>::to_vec).collect();
        for line in rest.into_iter().rev() {
            self.ahead.push_front(line);
        }
        if self.raw.len() > first {
            // Cells that were read across the end of the line prove nothing.
            self.raw.truncate(first);
            self.spans.clear();
            self.text.clear();
            self.split_plain();
        }
        self.line = self.start;
        Shape::Damaged
    }

    /// Splits the first line up to its first quotation mark.
    fn split_plain(&mut self) {
        let end = self.raw.iter().position(|b| *b == b'"').unwrap_or(0);
        let plain = String::from_utf8_lossy(&self.raw[..end]).into_owned();
        for cell in plain.split(char::from(self.delimiter)) {
            let start = self.text.len();
            self.text.push_str(cell);
            self.spans.push((start, self.text.len()));
        }
        // The last one is where the quotation mark stood.
        self.spans.pop();
    }

    /// Splits `raw` into cells.
    fn split(&mut self) -> Result<Split, SourceError> {
        self.text.clear();
        self.spans.clear();
        let line = match std::str::from_utf8(&self.raw) {
            Ok(line) => line,
            // Half a character at the very end.
            Err(error) if error.error_len().is_none() => {
                return Err(SourceError::CutShort {
                    file: Arc::clone(self.file),
                    line: self.line,
                    cause: "it ends in the middle of a character".to_owned(),
                });
            }
            Err(error) => {
                let before = &self.raw[..error.valid_up_to()];
                let lines = before.iter().filter(|b| **b == b'\n').count();
                let lines = u32::try_from(lines).unwrap_or(u32::MAX);
                return Err(SourceError::Encoding {
                    file: Arc::clone(self.file),
                    line: self.start.saturating_add(lines),
                    encoding: sniff::single_byte_encoding(&self.raw),
                });
            }
        };
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bytes = line.as_bytes();
        if bytes.contains(&0) {
            return Err(SourceError::Foreign {
                file: Arc::clone(self.file),
                kind: "a binary or damaged file (it holds NUL bytes)",
                remedy: "export or copy it again",
            });
        }
        if !bytes.contains(&b'"') {
            self.text.push_str(line);
            let mut start = 0;
            for (at, byte) in bytes.iter().enumerate() {
                if *byte == self.delimiter {
                    self.spans.push((start, at));
                    start = at + 1;
                }
            }
            self.spans.push((start, line.len()));
            return Ok(Split::Whole);
        }
        let find = |byte: u8, from: usize| {
            let rest = bytes.get(from..)?;
            Some(from + rest.iter().position(|b| *b == byte)?)
        };
        let skip_blanks = |mut at: usize| {
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            at
        };
        let mut at = 0;
        loop {
            let start = self.text.len();
            let open = skip_blanks(at);
            if bytes.get(open) == Some(&b'"') {
                at = open + 1;
                loop {
                    let Some(quote) = find(b'"', at) else {
                        return Ok(Split::Open);
                    };
                    self.text.push_str(&line[at..quote]);
                    at = quote + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    self.text.push('"');
                    at += 1;
                }
                at = skip_blanks(at);
            } else {
                let end = find(self.delimiter, at).unwrap_or(line.len());
                let cell = &line[at..end];
                if cell.contains('"') {
                    return Ok(Split::Stray);
                }
                self.text.push_str(cell);
                at = end;
            }
            match bytes.get(at) {
                None => {
                    self.spans.push((start, self.text.len()));
                    return Ok(Split::Whole);
                }
                Some(byte) if *byte == self.delimiter => {
                    self.spans.push((start, self.text.len()));
                    at += 1;
                }
                Some(_) => return Ok(Split::Stray),
            }
        }
    }
}
