//! A look at a source: what stands for what.

use super::columns::{Column, Mapping, Seen};
use super::{FileSource, Source, SourceError};
use crate::model::fold::fold_name;
use crate::model::look::{FieldLook, ListLook, Look};

/// The arrays of records that a JSON file may nest in people.
const NESTED: [(&str, [Column; 2]); 2] = [
    (
        "access_groups",
        [Column::AccessGroupId, Column::AccessGroupName],
    ),
    ("credentials", [Column::IdType, Column::IdValue]),
];

/// A look at a source, and the problem that keeps it from being synced from.
#[derive(Debug)]
pub struct Looked {
    /// What was seen.
    pub look: Look,
    /// What the profile has to say otherwise.
    pub problem: Option<SourceError>,
}

impl Source {
    /// Reads the source to look at it.
    ///
    /// # Errors
    ///
    /// It could not be read.
    pub async fn look(&self) -> Result<Looked, SourceError> {
        match self {
            Source::Http(source) => source.look().await,
            Source::Files(source) => source.look().map(|look| Looked {
                look,
                problem: None,
            }),
        }
    }
}

impl FileSource {
    fn look(&self) -> Result<Look, SourceError> {
        let mapping = Mapping::new(&self.columns)?;
        let (roster, seen) = self.read_seen()?;
        Ok(Look {
            roster,
            lists: seen.iter().map(|seen| self.file(seen, &mapping)).collect(),
            paging: None,
        })
    }

    fn file(&self, seen: &Seen, mapping: &Mapping) -> ListLook {
        let mut list = ListLook {
            name: seen.file.to_string(),
            ..ListLook::default()
        };
        let field = |column: Column, header: &str| FieldLook {
            column: column.name(),
            from: header.to_owned(),
            mapped: self
                .columns
                .keys()
                .any(|name| fold_name(name) == column.name()),
            found: None,
        };
        let is_json = seen.file.to_ascii_lowercase().ends_with(".json");
        for header in &seen.headers {
            let name = fold_name(header);
            let nested = NESTED.iter().find(|(known, _)| is_json && *known == name);
            match (mapping.column(&name), nested) {
                (Some(column), _) => list.fields.push(field(column, header)),
                (None, Some((_, columns))) => {
                    let columns = columns.iter().map(|column| field(*column, header));
                    list.fields.extend(columns);
                }
                (None, None) => list.unmapped.push(header.clone()),
            }
        }
        list
    }
}
