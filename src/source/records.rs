//! The records of a CSV file, one at a time.
//!
//! The rules are those of RFC 4180, section 2, taken strictly, because a lenient reader turns a
//! damaged file into wrong rows: one lost quotation mark would swallow the people of all rows up
//! to the next. Here that row alone is left out, and reading goes on at the next line.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{BufRead, Read};
use std::sync::Arc;

use super::SourceError;
use super::defects::Fault;
use super::sniff;
use crate::model::Text;
use crate::model::finding::{Finding, FindingKind, Spot, TextEncoding};

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// A cell in quotation marks that runs on for more bytes than this was never closed.
const LONGEST_CELL: usize = 64 * 1024;

/// What stands for bytes that are not UTF-8.
pub(super) const REPLACED: char = '\u{FFFD}';

/// What a spreadsheet program writes above the header to say what stands between cells.
const SEPARATOR_LINE: &[u8] = b"sep=";

/// How a record came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
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
pub(super) struct Records<'f, R> {
    input: R,
    pub(super) file: &'f Arc<str>,
    /// The encoding of the file.
    written: TextEncoding,
    pub(super) delimiter: u8,
    /// The number of cells of a row, once the header is read; 0 before.
    pub(super) width: usize,
    /// Lines that were read as part of a record and given back.
    ahead: VecDeque<Vec<u8>>,
    /// The number of the last line that was taken.
    line: u32,
    /// The number of the first line of the record.
    pub(super) start: u32,
    /// The lines of the record as they stand in the file.
    raw: Vec<u8>,
    /// The cells of the record one after the other, without quotation marks.
    text: String,
    /// Where in `text` each cell starts and ends.
    pub(super) spans: Vec<(usize, usize)>,
    /// Which encoding the record is not in, as a phrase, if it is in another than the file. What
    /// could not be read became [`REPLACED`] in `text`.
    pub(super) encoding: Option<&'static str>,
    /// What each cell is called in messages, once the header is read.
    pub(super) names: Vec<Text>,
    /// Whether the first record ends in a carriage return and line feed.
    first_end: Option<bool>,
    /// The line of the first record that ends in another way.
    pub(super) other_end: Option<u32>,
}

impl<'f, R: BufRead> Records<'f, R> {
    pub(super) fn new(input: R, file: &'f Arc<str>, written: TextEncoding) -> Self {
        Records {
            input,
            file,
            written,
            delimiter: b',',
            width: 0,
            ahead: VecDeque::new(),
            line: 0,
            start: 0,
            raw: Vec::new(),
            text: String::new(),
            spans: Vec::new(),
            encoding: None,
            names: Vec::new(),
            first_end: None,
            other_end: None,
        }
    }

    /// What a cell is called.
    pub(super) fn name_of(&self, at: usize) -> Option<Text> {
        self.names.get(at).filter(|name| !name.is_empty()).cloned()
    }

    /// What refuses the file at a line.
    pub(super) fn refusal(&self, line: u32, fault: Fault) -> Finding {
        fault.of_file(self.file).at(Spot::Line(line))
    }

    fn cut_short(&self, line: u32, how: &str) -> Finding {
        let fault = Fault::new(
            FindingKind::CutShort,
            format!("The file seems to be cut short: {how}."),
            "Export or copy it again.",
        );
        self.refusal(line, fault)
    }

    /// What is wrong with a row that has another number of cells than the header.
    pub(super) fn miscount(&self) -> Result<Fault, SourceError> {
        let (found, width) = (self.spans.len(), self.width);
        if found < width && self.is_unterminated() {
            let how = format!("its last row has {found} of {width} cells");
            return Err(self.cut_short(self.start, &how).into());
        }
        if self.text.contains('\r') {
            return Ok(Fault::new(
                FindingKind::CarriageReturn,
                "A carriage return alone stands in this row, which may be two.",
                "Save the file with Windows or Unix line ends throughout.",
            ));
        }
        Ok(Fault::new(
            FindingKind::CellCount,
            format!("The row has {found} cells, the header has {width}."),
            "Put a cell that holds the delimiter in quotation marks.",
        ))
    }

    /// Notes how the record ends.
    fn note_end(&mut self) {
        if self.is_unterminated() {
            return;
        }
        let end = self.raw.ends_with(b"\r\n");
        if *self.first_end.get_or_insert(end) != end && self.other_end.is_none() {
            self.other_end = Some(self.line);
        }
    }

    pub(super) fn cell(&self, at: usize) -> &str {
        let (start, end) = self.spans[at];
        self.text[start..end].trim()
    }

    pub(super) fn is_blank(&self) -> bool {
        (0..self.spans.len()).all(|at| self.cell(at).is_empty())
    }

    /// Whether the record ends with the file instead of with a line end.
    fn is_unterminated(&self) -> bool {
        self.raw.last() != Some(&b'\n')
    }

    /// The delimiter is the one of comma, semicolon and tab that is most frequent in the first
    /// line outside of quotation marks.
    pub(super) fn detect_delimiter(&mut self) -> Result<(), SourceError> {
        let mut blank = Vec::new();
        while self.take_line()? && self.raw.trim_ascii().is_empty() {
            blank.push(std::mem::take(&mut self.raw));
        }
        if let Some(delimiter) = separator(&self.raw) {
            self.delimiter = delimiter;
            // An empty line in its place keeps the numbers of the others.
            blank.push(b"\n".to_vec());
            self.raw.clear();
            self.ahead.extend(blank);
            self.line = 0;
            return Ok(());
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
                .map_err(|cause| SourceError::from_io(self.file, &cause))?;
            if read == 0 {
                return Ok(false);
            }
            if read == LONGEST_LINE {
                let fault = Fault::new(
                    FindingKind::LineTooLong,
                    "This is a file with a line of more than a mebibyte, not a table.",
                    "Export the people from Atrium as CSV or JSON.",
                );
                return Err(self.refusal(self.line.saturating_add(1), fault).into());
            }
        }
        self.line = self.line.saturating_add(1);
        Ok(true)
    }

    /// Reads the next record, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Shape>, SourceError> {
        self.raw.clear();
        if !self.take_line()? {
            return Ok(None);
        }
        self.start = self.line;
        loop {
            match self.split()? {
                Split::Whole if self.has_swallowed_a_row() => return Ok(Some(self.give_back())),
                Split::Whole => {
                    self.note_end();
                    return Ok(Some(Shape::Whole));
                }
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
                    let how = "a quotation mark is opened here and never closed";
                    let mut finding = self.cut_short(self.start, how);
                    finding.column = self.name_of(self.spans.len());
                    return Err(finding.into());
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

    /// What refuses a file with NUL bytes, such as a crash leaves at the end of one.
    fn nul_bytes(&self, text: &str) -> Finding {
        let before = text.split('\0').next().unwrap_or_default();
        let lines = before.matches('\n').count();
        let line = self
            .start
            .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        let fault = Fault::new(
            FindingKind::NulBytes,
            "This is a binary or damaged file (it holds NUL bytes).",
            "Export or copy it again.",
        );
        let mut finding = self.refusal(line, fault);
        let delimiter = char::from(self.delimiter);
        finding.column = self.name_of(before.matches(delimiter).count());
        finding
    }

    /// Splits `raw` into cells.
    fn split(&mut self) -> Result<Split, SourceError> {
        self.text.clear();
        self.spans.clear();
        self.encoding = None;
        let line = match std::str::from_utf8(&self.raw) {
            Ok(line) => Cow::Borrowed(line),
            // Half a character at the very end.
            Err(error) if error.error_len().is_none() => {
                let how = "it ends in the middle of a character";
                return Err(self.cut_short(self.line, how).into());
            }
            Err(_) => {
                self.encoding = Some(match self.written {
                    TextEncoding::Utf8 | TextEncoding::Utf8Marked => {
                        sniff::single_byte_encoding(&self.raw)
                    }
                    TextEncoding::Utf16Le | TextEncoding::Utf16Be => {
                        "UTF-16: it holds half of a pair"
                    }
                });
                String::from_utf8_lossy(&self.raw)
            }
        };
        let line = line.as_ref();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bytes = line.as_bytes();
        if bytes.contains(&0) {
            return Err(self.nul_bytes(line).into());
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

/// The delimiter that a line of its own names, as in `sep=;`.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_start();
    let (word, rest) = line.split_at_checked(SEPARATOR_LINE.len())?;
    let delimiter = *rest.first()?;
    let alone = rest[1..].trim_ascii().is_empty();
    let usual = matches!(delimiter, b',' | b';' | b'\t');
    (word.eq_ignore_ascii_case(SEPARATOR_LINE) && usual && alone).then_some(delimiter)
}
