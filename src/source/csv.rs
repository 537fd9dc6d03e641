//! Reads one CSV file, row by row: what each of its columns is, and what a row that can't be used
//! still tells.

use std::io::BufRead;
use std::sync::Arc;

use super::SourceError;
use super::columns::{COUNT, Column, Mapping, Seen, header_list};
use super::defects::{Fault, Wrong};
use super::filter::Scope;
use super::ids::Id;
use super::merge::{Defect, Merger, Row};
use super::records::{REPLACED, Records, Shape};
use super::totals::is_totals;
use crate::model::Text;
use crate::model::finding::{FindingKind, TextEncoding};
use crate::model::fold::fold_name;

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

/// What other programs put between cells. It is named, not accepted: it may stand in a value.
const UNUSUAL_DELIMITERS: [char; 3] = ['|', ':', '^'];

pub(super) fn read(
    input: impl BufRead,
    file: &Arc<str>,
    encoding: TextEncoding,
    mapping: &Mapping,
    scope: &Scope,
    merger: &mut Merger<'_>,
) -> Result<Seen, SourceError> {
    let mut records = Records::new(input, file, encoding);
    let (seen, layout) = read_header(&mut records, mapping, scope)?;
    records.width = layout.width;
    records.names.clone_from(&layout.names);
    let person = seen.is_people();
    let mut blanks = Blanks::default();
    while let Some(shape) = records.next()? {
        if shape == Shape::Damaged {
            let fault = Fault::new(
                FindingKind::QuoteUnbalanced,
                "A quotation mark in this row has no partner.",
                "Put the cell in quotation marks and double those inside it.",
            );
            let column = records.name_of(records.spans.len());
            layout.leave_out(&records, column, fault, merger);
            continue;
        }
        if records.is_blank() {
            blanks.pass(records.start);
            continue;
        }
        if is_totals((0..records.spans.len()).map(|at| records.cell(at))) {
            let fault = Fault::new(
                FindingKind::TotalsRow,
                "The row sums up others and is about nobody.",
                "Nothing needs to be done: it was passed over.",
            );
            merger.note(records.start, fault);
            continue;
        }
        blanks.end();
        if records.spans.len() != layout.width {
            let fault = records.miscount()?;
            layout.leave_out(&records, None, fault, merger);
            continue;
        }
        layout.feed(&records, person, merger);
    }
    if let Some(line) = records.other_end {
        let fault = Fault::new(
            FindingKind::LineEndsMixed,
            "The file has two kinds of line end; the second begins at this line.",
            "Nothing needs to be done; if the file was put together of several, see that all are \
             whole.",
        );
        merger.note(line, fault);
    }
    blanks.tell(merger);
    Ok(seen)
}

/// The header alone, whatever stands in it.
pub(super) fn headers(
    input: impl BufRead,
    file: &Arc<str>,
    encoding: TextEncoding,
) -> Result<Seen, SourceError> {
    let mut records = Records::new(input, file, encoding);
    records.detect_delimiter()?;
    let mut seen = Seen::new(file);
    seen.line = find_header(&mut records)?;
    for at in 0..records.spans.len() {
        seen.add_header(records.cell(at));
    }
    Ok(seen)
}

/// Rows without a value that stand between others.
#[derive(Default)]
struct Blanks {
    first: u32,
    count: u64,
    /// Those that may be the end of the file.
    pending: u64,
}

impl Blanks {
    fn pass(&mut self, line: u32) {
        if self.count + self.pending == 0 {
            self.first = line;
        }
        self.pending += 1;
    }

    fn end(&mut self) {
        self.count += std::mem::take(&mut self.pending);
    }

    fn tell(&self, merger: &mut Merger<'_>) {
        if self.count > 0 {
            let fault = Fault::new(
                FindingKind::BlankRows,
                format!(
                    "Rows without a value between others: {} (this is the first).",
                    self.count
                ),
                "Nothing needs to be done: they were passed over.",
            );
            merger.note(self.first, fault);
        }
    }
}

/// Where in a row the columns stand.
struct Layout {
    /// The number of cells of a row.
    width: usize,
    cells: [Option<usize>; COUNT],
    /// The cells that are kept for filters: position in [`Scope::slots`] and in the row.
    slots: Vec<(usize, usize)>,
    slot_count: usize,
    /// What each cell is called in messages: its column, or its header.
    names: Vec<Text>,
}

impl Layout {
    fn feed<R: BufRead>(&self, records: &Records<'_, R>, person: bool, merger: &mut Merger<'_>) {
        let damaged = records.encoding.is_some();
        // Of a cell in another encoding nothing is known.
        let known = |at: usize| match records.cell(at) {
            cell if damaged && cell.contains(REPLACED) => "",
            cell => cell,
        };
        let cells = self.cells.map(|at| at.map_or("", known));
        let mut headers = Vec::new();
        if !self.slots.is_empty() {
            headers.resize(self.slot_count, "");
            for (slot, at) in &self.slots {
                headers[*slot] = known(*at);
            }
        }
        let of = |column: Column| cells[column as usize];
        let group = [(of(Column::AccessGroupId), of(Column::AccessGroupName))];
        let has_group = group != [("", "")] && !self.is_damaged(records, Column::is_group);
        let id = Id {
            id_type: of(Column::IdType),
            value: if self.is_damaged(records, Column::is_id) {
                Err(ID_ENCODING)
            } else {
                Ok(of(Column::IdValue))
            },
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
            defect: self.undecoded(records),
        });
    }

    /// Whether a cell of such a column is in another encoding.
    fn is_damaged<R: BufRead>(&self, records: &Records<'_, R>, of: fn(Column) -> bool) -> bool {
        records.encoding.is_some()
            && Column::ALL.into_iter().any(|column| {
                let at = self.cells[column as usize].filter(|_| of(column));
                at.is_some_and(|at| records.cell(at).contains(REPLACED))
            })
    }

    /// The defect of a row with a cell in another encoding. What nobody reads is no matter, and an
    /// id is a matter of its own.
    fn undecoded<R: BufRead>(&self, records: &Records<'_, R>) -> Option<Defect> {
        let encoding = records.encoding?;
        let columns = Column::ALL.into_iter().filter(|column| !column.is_id());
        let own = columns.filter_map(|column| self.cells[column as usize]);
        let slots = self.slots.iter().map(|(_, at)| *at);
        let at = own
            .chain(slots)
            .filter(|at| records.cell(*at).contains(REPLACED))
            .min()?;
        Some(Defect {
            column: records.name_of(at).unwrap_or_default(),
            fault: encoding_fault(FindingKind::Encoding, encoding),
        })
    }

    fn leave_out<R: BufRead>(
        &self,
        records: &Records<'_, R>,
        column: Option<Text>,
        fault: Fault,
        merger: &mut Merger<'_>,
    ) {
        let (campus_id, email) = self.of_damaged(records);
        merger.damaged(records.start, campus_id, email, column, fault);
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

const ID_ENCODING: Wrong = Wrong {
    kind: FindingKind::CardUnreadable,
    message: "The id is not UTF-8.",
    remedy: "Export it again as \"CSV UTF-8\".",
};

fn encoding_fault(kind: FindingKind, encoding: &str) -> Fault {
    Fault::new(
        kind,
        format!("The text is not {encoding}."),
        "Export it again as \"CSV UTF-8\".",
    )
}

fn read_header<R: BufRead>(
    records: &mut Records<'_, R>,
    mapping: &Mapping,
    scope: &Scope,
) -> Result<(Seen, Layout), SourceError> {
    records.detect_delimiter()?;
    let line = find_header(records)?;
    let width = records.spans.len();
    let mut seen = Seen::new(records.file);
    seen.line = line;
    seen.delimiter = Some(char::from(records.delimiter));
    let headers: Vec<String> = (0..width).map(|at| fold_name(records.cell(at))).collect();
    let mut layout = Layout {
        width,
        cells: [None; COUNT],
        slots: Vec::new(),
        slot_count: scope.slots().len(),
        names: Vec::with_capacity(width),
    };
    for (at, header) in headers.iter().enumerate() {
        seen.add_header(records.cell(at));
        let column = mapping.column(header);
        let slot = scope.slot_of(header);
        let name = column.map_or_else(|| records.cell(at), |column| column.name());
        layout.names.push(Text::from(name));
        if column.is_none() && slot.is_none() {
            continue;
        }
        if let Some(first) = headers[..at].iter().position(|other| other == header) {
            let fault = Fault::new(
                FindingKind::HeaderDuplicate,
                format!(
                    "The columns {} and {} are both named \"{}\".",
                    first + 1,
                    at + 1,
                    records.cell(at)
                ),
                "Rename or remove one of them.",
            );
            return Err(records.refusal(line, fault).in_column(name).into());
        }
        if let Some(column) = column {
            seen.add_column(column);
            layout.cells[column as usize] = Some(at);
        }
        if let Some(slot) = slot {
            layout.slots.push((slot, at));
        }
    }
    check_header(records, mapping, seen, &headers).map(|seen| (seen, layout))
}

/// Goes to the first line that is not blank. Its number.
fn find_header<R: BufRead>(records: &mut Records<'_, R>) -> Result<u32, SourceError> {
    loop {
        match records.next()? {
            None => {
                let fault = Fault::new(
                    FindingKind::FileEmpty,
                    "The file is empty.",
                    "Export it again: an empty export is never taken for \"nobody\".",
                );
                return Err(fault.of_file(records.file).into());
            }
            Some(Shape::Damaged) => {
                let fault = Fault::new(
                    FindingKind::HeaderQuote,
                    "A quotation mark in the names of the columns has no partner.",
                    "Export it again.",
                );
                return Err(records.refusal(records.start, fault).into());
            }
            Some(Shape::Whole) if records.is_blank() => {}
            Some(Shape::Whole) => break,
        }
    }
    match records.encoding {
        None => Ok(records.start),
        Some(encoding) => {
            let fault = encoding_fault(FindingKind::HeaderEncoding, encoding);
            Err(records.refusal(records.start, fault).into())
        }
    }
}

/// Refuses a header that is none, or of another product; `headers` are in normal form.
fn check_header<R: BufRead>(
    records: &Records<'_, R>,
    mapping: &Mapping,
    seen: Seen,
    headers: &[String],
) -> Result<Seen, SourceError> {
    let known = Column::ALL.into_iter().filter(|c| seen.has(*c)).count();
    if seen.has(Column::CampusId) {
        if known > 1 {
            return Ok(seen);
        }
        let message = format!(
            "Besides the campus id no column is known; the columns are: {}.",
            header_list(std::slice::from_ref(&seen))
        );
        let fault = Fault::new(
            FindingKind::ColumnsUnknown,
            message,
            "Map them under `columns` in the profile, or leave the file out.",
        );
        return Err(records.refusal(seen.line, fault).into());
    }
    let cdvi = headers
        .iter()
        .position(|header| CDVI_HEADERS.contains(&header.as_str()));
    if let Some(at) = cdvi {
        let header = records.cell(at);
        let fault = Fault::new(
            FindingKind::CdviAtrium,
            format!(
                "This is an export of CDVI ATRIUM, the door controller (column \"{header}\"), not \
                 of Atrium Campus."
            ),
            "Export the people from the campus card system.",
        );
        return Err(records.refusal(seen.line, fault).in_column(header).into());
    }
    if let ([header], [name]) = (headers, &seen.headers[..])
        && let Some(found) = UNUSUAL_DELIMITERS.into_iter().find(|c| header.contains(*c))
        && header
            .split(found)
            .any(|part| mapping.column(&fold_name(part)).is_some())
    {
        let fault = Fault::new(
            FindingKind::DelimiterUnknown,
            format!("The cells of \"{name}\" are told apart by \"{found}\"."),
            "Export it with commas, semicolons or tabs.",
        );
        return Err(records.refusal(seen.line, fault).into());
    }
    if known == 0 && (0..headers.len()).any(|at| looks_like_data(records.cell(at))) {
        let fault = Fault::new(
            FindingKind::HeaderMissing,
            "The first line holds data, not the names of columns.",
            "Export the file with a header line.",
        );
        return Err(records.refusal(seen.line, fault).into());
    }
    if seen.is_group_list() {
        return Ok(seen);
    }
    Err(mapping.absent(Column::CampusId, &[seen]).into())
}

/// Whether a cell of the first line can hardly be the name of a column.
fn looks_like_data(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    cell.contains('@') || digits >= 4 || (digits > 0 && digits == cell.len())
}
