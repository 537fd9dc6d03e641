//! Atrium: reads what it holds into a [`Roster`].
//!
//! Atrium publishes no layout of its exports, so columns are mapped by the profile, never guessed,
//! and every value stays text.

mod columns;
mod csv;
mod error;
mod filter;
mod http;
mod ids;
mod json;
mod look;
mod merge;
mod sniff;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::SourceError;
pub use filter::Filter;
pub use http::{HttpError, HttpSource};
pub use look::Looked;

use crate::model::id_type::IdTypes;
use crate::model::roster::Roster;
use crate::model::rules::CardMeaning;
use columns::{Column, Mapping, Seen};
use filter::Scope;
use ids::Ids;
use merge::Merger;
use sniff::Format;

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
        let mut seen = Vec::with_capacity(self.files.len());
        let mut merger = Merger::new(&scope, Ids::new(&self.id_types, &self.id_status));
        for path in &self.files {
            let name: Arc<str> = path.to_string_lossy().into();
            merger.start_file(Arc::clone(&name));
            seen.push(read_file(
                &self.base.join(path),
                &name,
                &mapping,
                &scope,
                &mut merger,
            )?);
        }
        mapping.check_seen(&seen)?;
        scope.check_seen(&seen)?;
        let has = |column| seen.iter().any(|file| file.has(column));
        let roster = merger.finish(has(Column::IdValue), has(Column::IdStatus));
        Ok((roster, seen))
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

fn read_file(
    path: &Path,
    name: &Arc<str>,
    mapping: &Mapping,
    scope: &Scope,
    merger: &mut Merger<'_>,
) -> Result<Seen, SourceError> {
    let failed = |cause: io::Error| SourceError::from_io(name, cause);
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(SourceError::Folder {
            file: Arc::clone(name),
        });
    }
    let mut input = BufReader::with_capacity(sniff::PREFIX, file);
    let format = Format::of(path);
    sniff::check(&mut input, name, format)?;
    match format {
        Format::Csv => csv::read(input, name, mapping, scope, merger),
        Format::Json => json::read(input, name, mapping, scope, merger),
    }
}
