//! Users in tables: of `inspect users`, or of Command's console. Verkada does not publish the
//! columns of the latter, so headers are compared without case, blanks and punctuation, and several
//! names stand for one thing; what has no column is not known.

use std::io::BufRead;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::{ExportError, Exported, Exports, Managed};
use crate::model::directory::RemoteUser;
use crate::model::line::shorten;
use crate::model::{Profile, Text, UserId, join_name};

/// How many headers are shown.
const SHOWN: usize = 12;

pub(super) fn read(
    mut input: impl BufRead,
    wanted: &dyn Fn(&Exported) -> bool,
    exports: &mut Exports,
) -> Result<(), ExportError> {
    let start = input.fill_buf().map_err(|error| ExportError::io(&error))?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(start))
        .from_reader(input);
    let headers = reader.headers().map_err(|error| fault(&error))?.clone();
    let folded: Vec<String> = headers.iter().map(fold).collect();
    let has = |names: &[&str]| folded.iter().any(|name| names.contains(&name.as_str()));
    if has(&["eventtype"]) {
        let (found, flag) = ("events of Okta's system log", "--okta-logs");
        return Err(ExportError::WrongKind { found, flag });
    }
    if !has(&["managedby"]) && has(&["campusid", "accessgroupid", "idtype"]) {
        let (found, flag) = ("people of Atrium", "--atrium");
        return Err(ExportError::WrongKind { found, flag });
    }
    let columns = Columns::new(&folded);
    if columns.email.is_none() || (columns.names().all(|at| at.is_none()) && columns.id.is_none()) {
        let fields = headers.iter().take(SHOWN).map(|name| shorten(name, 30));
        return Err(ExportError::Strange {
            record: 0,
            fields: fields.collect(),
        });
    }
    let mut row = StringRecord::new();
    while reader
        .read_record(&mut row)
        .map_err(|error| fault(&error))?
    {
        if !columns.is_only_in_atrium(&row) {
            exports.take(columns.user(&row), wanted);
        }
    }
    Ok(())
}

/// What stands between cells: whatever the first line has most of.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let kinds = [b',', b';', b'\t'].into_iter().rev();
    kinds.max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

fn fault(error: &csv::Error) -> ExportError {
    let line = error.position().map_or(0, csv::Position::line);
    let why = match error.kind() {
        ErrorKind::Io(error) => return ExportError::io(error),
        // A row that is shorter than the header is the last one of a file that was cut.
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } if len < expected_len => {
            format!("the row has {len} cells and the header {expected_len}; is it cut short?")
        }
        ErrorKind::Utf8 { .. } => "it is no UTF-8; save it as \"CSV UTF-8\"".to_owned(),
        _ => shorten(&error.to_string(), 200),
    };
    ExportError::Damaged {
        line,
        column: 0,
        why,
    }
}

/// A header without case, blanks and punctuation.
fn fold(header: &str) -> String {
    let kept = header.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

struct Columns {
    id: Option<usize>,
    external_id: Option<usize>,
    email: Option<usize>,
    first_name: Option<usize>,
    middle_name: Option<usize>,
    last_name: Option<usize>,
    name: Option<usize>,
    employee_id: Option<usize>,
    campus_id: Option<usize>,
    managed_by: Option<usize>,
    active: Option<usize>,
}

impl Columns {
    fn new(headers: &[String]) -> Self {
        let find = |names: &[&str]| {
            let mut names = names.iter();
            names.find_map(|name| headers.iter().position(|header| header == name))
        };
        Columns {
            id: find(&["id", "userid", "commanduserid", "verkadauserid"]),
            external_id: find(&["externalid", "scimexternalid", "userexternalid"]),
            email: find(&["email", "emailaddress", "useremail", "username"]),
            first_name: find(&["firstname", "givenname"]),
            middle_name: find(&["middlename"]),
            last_name: find(&["lastname", "familyname", "surname"]),
            name: find(&["name", "fullname", "displayname", "user"]),
            employee_id: find(&["employeeid", "employeenumber"]),
            campus_id: find(&["campusid"]),
            managed_by: find(&["managedby"]),
            active: find(&[
                "active",
                "status",
                "userstatus",
                "accountstatus",
                "isactive",
            ]),
        }
    }

    /// Whether a row of `inspect users` is of somebody whom Command does not have.
    fn is_only_in_atrium(&self, row: &StringRecord) -> bool {
        let is_empty = |at: Option<usize>| at.is_some_and(|at| row.get(at) == Some(""));
        is_empty(self.id) && is_empty(self.managed_by)
    }

    fn names(&self) -> impl Iterator<Item = Option<usize>> {
        [self.first_name, self.last_name, self.name].into_iter()
    }

    fn user(&self, row: &StringRecord) -> Exported {
        let cell = |at: Option<usize>| {
            let cell = at.and_then(|at| row.get(at)).unwrap_or_default().trim();
            // A table of ours keeps spreadsheets from taking a cell for a formula.
            cell.strip_prefix('\'').unwrap_or(cell)
        };
        let text = |at| Text::from(cell(at));
        let (first_name, last_name) = (text(self.first_name), text(self.last_name));
        let full_name = match text(self.name) {
            name if name.is_empty() => join_name(&first_name, &last_name),
            name => name,
        };
        let active = match cell(self.active).to_lowercase().as_str() {
            "true" | "active" | "yes" | "enabled" => Some(true),
            "false" | "inactive" | "deactivated" | "no" | "disabled" | "suspended" => Some(false),
            _ => None,
        };
        Exported {
            user: RemoteUser {
                id: UserId(text(self.id)),
                external_id: Some(text(self.external_id)).filter(|id| !id.is_empty()),
                profile: Profile {
                    email: text(self.email),
                    first_name,
                    middle_name: text(self.middle_name),
                    last_name,
                    employee_number: text(self.employee_id),
                    ..Profile::default()
                },
                active,
                created: None,
            },
            full_name,
            campus_id: text(self.campus_id),
            managed: Managed::read(cell(self.managed_by)),
            is_whole: false,
        }
    }
}
