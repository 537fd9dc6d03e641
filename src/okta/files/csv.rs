//! Tables of Okta's admin console, whose columns Okta does not publish.

use std::io::BufRead;

use csv::StringRecord;

use super::error::FileError;
use super::keep::{Kept, Wanted};
use super::kind::{Kind, of_headers};
use crate::exported::{Table, cell};
use crate::model::Text;
use crate::model::okta::{
    AppUser, AssignedBy, LogEvent, Outcome, SyncState, Target, UserState, time,
};

/// What the user name at the app is called.
pub(super) const USER_NAME: &[&str] = &[
    "username",
    "appusername",
    "applicationusername",
    "credentialsusername",
    "login",
    "userlogin",
    "profilelogin",
];

/// How many targets of an event have columns at most.
const TARGETS: usize = 10;

pub(super) fn read(
    input: impl BufRead,
    expected: &[Kind],
    wanted: &Wanted,
    kept: &mut Kept,
) -> Result<(), FileError> {
    let mut table = Table::open(input)?;
    let kind = match of_headers(table.folded()) {
        Some(kind) if expected.contains(&kind) => kind,
        Some(found) => {
            let expected = expected.to_vec();
            return Err(FileError::WrongKind { found, expected });
        }
        None => {
            return Err(FileError::Strange {
                line: 1,
                expected: expected.to_vec(),
                fields: table.shown(),
            });
        }
    };
    kept.meet(kind);
    let events = EventColumns::new(&table);
    let users = UserColumns::new(&table);
    let mut row = StringRecord::new();
    while table.next_row(&mut row)? {
        kept.records += 1;
        if kind == Kind::Events {
            kept.event(events.event(&row), wanted);
        } else {
            kept.app_user(users.user(&row), wanted);
        }
    }
    Ok(())
}

struct UserColumns {
    id: Option<usize>,
    user_name: Option<usize>,
    state: Option<usize>,
    assigned_by: Option<usize>,
    external_id: Option<usize>,
    email: Option<usize>,
    first_name: Option<usize>,
    last_name: Option<usize>,
    created: Option<usize>,
    last_sync: Option<usize>,
    app: Option<usize>,
}

impl UserColumns {
    fn new<R: BufRead>(columns: &Table<R>) -> Self {
        UserColumns {
            id: columns.find(&["id", "userid", "oktauserid", "oktaid"]),
            user_name: columns.find(USER_NAME),
            state: columns.find(&["status", "appuserstatus", "assignmentstatus", "userstatus"]),
            assigned_by: columns.find(&["scope", "assignmenttype", "assignedby", "assignment"]),
            external_id: columns.find(&["externalid", "appexternalid"]),
            email: columns.find(&["email", "primaryemail", "profileemail", "useremail"]),
            first_name: columns.find(&["firstname", "givenname", "profilefirstname"]),
            last_name: columns.find(&["lastname", "familyname", "surname", "profilelastname"]),
            created: columns.find(&["created", "assigneddate", "assignmentdate", "dateassigned"]),
            last_sync: columns.find(&["lastsync", "lastprovisioned", "lastpush"]),
            app: columns.find(&["appid", "applicationid", "appinstanceid"]),
        }
    }

    fn user(&self, row: &StringRecord) -> AppUser {
        let text = |at| Text::from(cell(row, at));
        let assigned_by = cell(row, self.assigned_by).to_lowercase();
        AppUser {
            id: text(self.id),
            app: text(self.app),
            user_name: text(self.user_name),
            assigned_by: match assigned_by.as_str() {
                "individual" | "direct" => AssignedBy::User,
                word => AssignedBy::read(word),
            },
            state: UserState::read(cell(row, self.state)),
            external_id: text(self.external_id),
            id_untold: self.external_id.is_none(),
            email: text(self.email),
            first_name: text(self.first_name),
            last_name: text(self.last_name),
            created: time(cell(row, self.created)),
            status_changed: None,
            last_sync: time(cell(row, self.last_sync)),
            sync_state: SyncState::Unsaid,
        }
    }
}

struct EventColumns {
    id: Option<usize>,
    published: Option<usize>,
    event_type: Option<usize>,
    legacy: Option<usize>,
    result: Option<usize>,
    reason: Option<usize>,
    message: Option<usize>,
    /// Id, type, other name and name of each target.
    targets: Vec<[Option<usize>; 4]>,
}

impl EventColumns {
    fn new<R: BufRead>(columns: &Table<R>) -> Self {
        let of_target = |number: &str| {
            ["id", "type", "alternateid", "displayname"]
                .map(|name| columns.find(&[format!("target{number}{name}").as_str()]))
        };
        let numbers = (0..TARGETS).map(|number| number.to_string());
        let targets = std::iter::once(String::new()).chain(numbers);
        EventColumns {
            id: columns.find(&["uuid", "eventid", "id"]),
            published: columns.find(&["published", "timestamp", "eventtime", "time"]),
            event_type: columns.find(&["eventtype"]),
            legacy: columns.find(&["legacyeventtype"]),
            result: columns.find(&["outcomeresult", "result"]),
            reason: columns.find(&["outcomereason", "reason"]),
            message: columns.find(&["displaymessage", "eventmessage", "message"]),
            targets: targets
                .map(|number| of_target(&number))
                .filter(|columns| columns.iter().any(Option::is_some))
                .collect(),
        }
    }

    fn event(&self, row: &StringRecord) -> LogEvent {
        let text = |at| Text::from(cell(row, at));
        let targets = self
            .targets
            .iter()
            .map(|[id, kind, alternate_id, name]| Target {
                id: text(*id),
                kind: text(*kind),
                alternate_id: text(*alternate_id),
                name: text(*name),
            });
        LogEvent {
            id: text(self.id),
            published: time(cell(row, self.published)),
            event_type: text(self.event_type),
            legacy: text(self.legacy),
            result: Outcome::read(cell(row, self.result)),
            reason: cell(row, self.reason).to_owned(),
            display_message: cell(row, self.message).to_owned(),
            targets: targets.filter(|target| !target.kind.is_empty()).collect(),
        }
    }
}
