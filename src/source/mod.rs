//! Atrium: reads what it holds into a [`Roster`].
//!
//! Atrium publishes no layout of its exports, so columns are mapped by the profile, never guessed,
//! and every value stays text.

mod columns;
mod compare;
mod csv;
mod defects;
mod error;
mod filter;
mod http;
mod ids;
mod json;
mod look;
mod merge;
mod records;
mod sniff;
mod survey;
#[cfg(test)]
mod tests;
mod totals;
mod utf16;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use compare::compare;
pub use error::SourceError;
pub use filter::Filter;
pub use http::{HttpError, HttpSource};
pub use look::Looked;

use jiff::Timestamp;

use crate::model::finding::{FileForm, Finding, FindingKind, Survey, TextEncoding};
use crate::model::id_type::IdTypes;
use crate::model::roster::Roster;
use crate::model::rules::CardMeaning;
use columns::{Column, Mapping, Seen};
use defects::{Defects, Fault};
use filter::Scope;
use ids::Ids;
use merge::Merger;
use sniff::Format;
use utf16::{Order, Utf16};

/// Where Atrium is read from.
#[derive(Clone)]
pub enum Source {
    /// Its exports.
    Files(FileSource),
    /// Its interface.
    Http(HttpSource),
}

/// Atrium's exports: one or several CSV or JSON files that together make one roster.
#[derive(Clone, Debug, Default)]
pub struct FileSource {
    /// The files, as the profile names them. A name that ends in `.json` is read as JSON, every
    /// other as CSV.
    pub files: Vec<PathBuf>,
    /// The folder that relative names start from. It is not part of what is shown.
    pub base: PathBuf,
    /// Canonical column to header in the files. A column without an entry has its own name as
    /// header.
    pub columns: BTreeMap<String, String>,
    /// Which people are in scope; none means all.
    pub people_filter: Vec<Filter>,
    /// Which access groups are in scope; none means all.
    pub group_filter: Vec<Filter>,
    /// What the ids of each type are.
    pub id_types: IdTypes,
    /// What each status of an id means, keys folded. It decides which of two statuses of one card
    /// counts.
    pub id_status: BTreeMap<String, CardMeaning>,
}

impl FileSource {
    /// A source whose mapping and filters were checked.
    ///
    /// # Errors
    ///
    /// What the profile got wrong; see [`FileSource::check_filters`].
    pub fn new(
        files: Vec<PathBuf>,
        base: PathBuf,
        columns: BTreeMap<String, String>,
        people_filter: Vec<Filter>,
        group_filter: Vec<Filter>,
    ) -> Result<Self, SourceError> {
        let source = FileSource {
            files,
            base,
            columns,
            people_filter,
            group_filter,
            ..FileSource::default()
        };
        source.check_filters()?;
        Ok(source)
    }

    /// The same source that makes cards of ids.
    #[must_use]
    pub fn with_ids(mut self, id_types: IdTypes, id_status: BTreeMap<String, CardMeaning>) -> Self {
        self.id_types = id_types;
        self.id_status = id_status;
        self
    }

    /// Checks the mapping and the filters without reading a file.
    ///
    /// # Errors
    ///
    /// No file is named, a mapped column is not a canonical one, two columns share a header, a
    /// filter is on the status, on a column that groups do not have, or has no pattern.
    pub fn check_filters(&self) -> Result<(), SourceError> {
        self.prepare().map(|_| ())
    }

    /// Reads every file, to its end, into one roster.
    ///
    /// # Errors
    ///
    /// A defect of a whole file or of the profile. Nothing is returned then. A defect of a row is
    /// no error: it is in [`Roster::unreadable`].
    pub fn read(&self) -> Result<Roster, SourceError> {
        self.read_seen().map(|(roster, _)| roster)
    }

    /// The same, with the headers of each file.
    fn read_seen(&self) -> Result<(Roster, Vec<Seen>), SourceError> {
        let (mapping, scope) = self.prepare()?;
        let mut reader = Reader::new(self, &mapping, &scope, Defects::Rows(Vec::new()));
        for path in &self.files {
            reader.file(path)?;
        }
        let lacking = mapping.lacking(&reader.seen).into_iter();
        if let Some(finding) = lacking.chain(scope.lacking(&reader.seen)).next() {
            return Err(finding.into());
        }
        let has = |column| reader.seen.iter().any(|file| file.has(column));
        let (has_ids, has_status) = (has(Column::IdValue), has(Column::IdStatus));
        let roster = reader.merger.finish(has_ids, has_status);
        Ok((roster, reader.seen))
    }

    /// Reads every file, to its end, and says everything that is wrong with them. `whole`: whether
    /// they are all that there are; some of them can't be blamed for what others may have.
    ///
    /// # Errors
    ///
    /// A defect of the profile.
    pub fn check(&self, whole: bool) -> Result<Survey, SourceError> {
        let (mapping, scope) = self.prepare()?;
        let mut reader = Reader::new(self, &mapping, &scope, Defects::Check(Box::default()));
        let mut refused = false;
        for path in &self.files {
            match reader.file(path) {
                Ok(()) => {}
                Err(SourceError::File(finding)) => {
                    refused = true;
                    reader.merger.finding(*finding);
                }
                Err(error) => return Err(error),
            }
        }
        let people = reader.seen.iter().any(Seen::is_people);
        // What a refused file would have had can't be missed.
        let judged = !refused && (whole || people);
        if judged {
            let lacking = mapping.lacking(&reader.seen).into_iter();
            let filtered = scope.lacking(&reader.seen).into_iter();
            let of_profile = |finding: &Finding| finding.kind != FindingKind::ColumnMissing;
            for finding in lacking.chain(filtered) {
                if whole || !of_profile(&finding) {
                    reader.merger.finding(finding);
                }
            }
        }
        let has_status = reader.seen.iter().any(|file| file.has(Column::IdStatus));
        Ok(reader.merger.survey(reader.forms, has_status, judged))
    }

    /// The headers of one of the files, whatever they stand for; of JSON the keys of its records.
    ///
    /// # Errors
    ///
    /// A defect of the file as a whole, up to its header.
    pub fn headers(&self, path: &Path) -> Result<Vec<String>, SourceError> {
        let (mapping, scope) = self.prepare()?;
        let mut reader = Reader::new(self, &mapping, &scope, Defects::Check(Box::default()));
        reader.headers_only = true;
        reader.file(path)?;
        let seen = reader.seen.into_iter();
        Ok(seen.flat_map(|seen| seen.headers).collect())
    }

    fn prepare(&self) -> Result<(Mapping, Scope), SourceError> {
        if self.files.is_empty() {
            return Err(SourceError::NoFiles);
        }
        let mapping = Mapping::new(&self.columns)?;
        let scope = Scope::new(&self.people_filter, &self.group_filter, &mapping)?;
        Ok((mapping, scope))
    }
}

/// Text in UTF-8 of what is written in UTF-8 or UTF-16, told by a byte-order mark, which is taken
/// off.
///
/// # Errors
/// If the beginning can't be read.
pub fn decoded<'r>(input: impl Read + 'r) -> io::Result<Box<dyn BufRead + 'r>> {
    let mut input = BufReader::with_capacity(sniff::PREFIX, input);
    let start = input.fill_buf()?;
    let order = match start {
        [0xEF, 0xBB, 0xBF, ..] => {
            input.consume(3);
            return Ok(Box::new(input));
        }
        [0xFF, 0xFE, ..] => Order::LowFirst,
        [0xFE, 0xFF, ..] => Order::HighFirst,
        _ => return Ok(Box::new(input)),
    };
    input.consume(2);
    let input = Utf16::new(input, order);
    Ok(Box::new(BufReader::with_capacity(sniff::PREFIX, input)))
}

/// Reads files one after the other.
struct Reader<'s> {
    base: &'s Path,
    mapping: &'s Mapping,
    scope: &'s Scope,
    merger: Merger<'s>,
    seen: Vec<Seen>,
    forms: Vec<FileForm>,
    /// Whether nothing but the headers is wanted.
    headers_only: bool,
}

impl<'s> Reader<'s> {
    fn new(
        source: &'s FileSource,
        mapping: &'s Mapping,
        scope: &'s Scope,
        defects: Defects,
    ) -> Self {
        let ids = Ids::new(&source.id_types, &source.id_status);
        Reader {
            base: &source.base,
            mapping,
            scope,
            merger: Merger::new(scope, ids, defects),
            seen: Vec::with_capacity(source.files.len()),
            forms: Vec::with_capacity(source.files.len()),
            headers_only: false,
        }
    }

    fn file(&mut self, path: &Path) -> Result<(), SourceError> {
        let name: Arc<str> = path.to_string_lossy().into();
        let format = Format::of(path);
        self.merger.start_file(Arc::clone(&name), format);
        let mut form = FileForm {
            file: Arc::clone(&name),
            modified: None,
            encoding: None,
            delimiter: None,
            rows: 0,
        };
        let seen = self.open(path, &name, format, &mut form);
        form.rows = self.merger.rows();
        form.delimiter = seen.as_ref().ok().and_then(|seen| seen.delimiter);
        self.forms.push(form);
        self.seen.push(seen?);
        Ok(())
    }

    fn open(
        &mut self,
        path: &Path,
        name: &Arc<str>,
        format: Format,
        form: &mut FileForm,
    ) -> Result<Seen, SourceError> {
        let failed = |cause| SourceError::from_io(name, &cause);
        let file = File::open(self.base.join(path)).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            let fault = Fault::new(
                FindingKind::FileIsFolder,
                "This is a folder.",
                "Name the files in it one by one.",
            );
            return Err(fault.of_file(name).into());
        }
        let modified = metadata.modified().ok();
        form.modified = modified.and_then(|time| Timestamp::try_from(time).ok());
        let mut input = BufReader::with_capacity(sniff::PREFIX, file);
        let encoding = sniff::encoding(&mut input, name)?;
        form.encoding = Some(encoding);
        let order = match encoding {
            TextEncoding::Utf8 | TextEncoding::Utf8Marked => {
                return self.text(input, name, encoding, format);
            }
            TextEncoding::Utf16Le => Order::LowFirst,
            TextEncoding::Utf16Be => Order::HighFirst,
        };
        let input = Utf16::new(input, order);
        let input = BufReader::with_capacity(sniff::PREFIX, input);
        self.text(input, name, encoding, format)
    }

    fn text(
        &mut self,
        mut input: impl BufRead,
        name: &Arc<str>,
        encoding: TextEncoding,
        format: Format,
    ) -> Result<Seen, SourceError> {
        sniff::text(&mut input, name, format)?;
        let (mapping, scope) = (self.mapping, self.scope);
        match format {
            Format::Csv if self.headers_only => csv::headers(input, name, encoding),
            Format::Json if self.headers_only => {
                json::scan(input, name, mapping, scope, &mut self.merger)
            }
            Format::Csv => csv::read(input, name, encoding, mapping, scope, &mut self.merger),
            Format::Json => json::read(input, name, mapping, scope, &mut self.merger),
        }
    }
}
