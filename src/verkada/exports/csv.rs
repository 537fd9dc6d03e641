//! Users in tables: of `inspect users`, or of Command's console, whose columns Verkada does not
//! publish.

use std::io::BufRead;

use csv::StringRecord;

use super::{ExportError, Exported, Exports, Managed};
use crate::exported::{Table, cell};
use crate::model::directory::RemoteUser;
use crate::model::{Profile, Text, UserId, join_name};

pub(super) fn read(
    input: impl BufRead,
    wanted: &dyn Fn(&Exported) -> bool,
    exports: &mut Exports,
) -> Result<(), ExportError> {
    let mut table = Table::open(input)?;
    if table.has(&["eventtype"]) {
        let (found, flag) = ("events of Okta's system log", "--okta-logs");
        return Err(ExportError::WrongKind { found, flag });
    }
    if !table.has(&["managedby"]) && table.has(&["campusid", "accessgroupid", "idtype"]) {
        let (found, flag) = ("people of Atrium", "--atrium");
        return Err(ExportError::WrongKind { found, flag });
    }
    let columns = Columns::new(&table);
    if columns.email.is_none() || (columns.names().all(|at| at.is_none()) && columns.id.is_none()) {
        return Err(ExportError::Strange {
            record: 0,
            fields: table.shown(),
        });
    }
    let mut row = StringRecord::new();
    while table.next_row(&mut row)? {
        if !columns.is_only_in_atrium(&row) {
            exports.take(columns.user(&row), wanted);
        }
    }
    Ok(())
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
    fn new<R: BufRead>(table: &Table<R>) -> Self {
        let find = |names: &[&str]| table.find(names);
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
            let cell = cell(row, at);
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
            tells_maker: false,
        }
    }
}
