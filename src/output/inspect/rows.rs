//! The rows of the lists.

use serde::Serialize;

use super::list::{Columns, Line, Names};
use super::words::{active, active_csv, joined, managed, remarks, text};
use crate::model::inspect::{CredentialRow, GroupRow, LOCKED, Managed, Remarks, UserRow};
use crate::output::card::Shown;
use crate::output::text::number;

/// Who manages a record, for programs.
#[derive(Serialize)]
struct ManagedDocument {
    managed_by: Option<&'static str>,
    inferred_from: Option<&'static str>,
    listed_over: Option<&'static str>,
    locked_fields: Vec<&'static str>,
    locked_fields_change_in: Option<&'static str>,
}

impl ManagedDocument {
    fn new(managed: Option<Managed>, locked: impl Iterator<Item = &'static str>) -> Self {
        use crate::model::inspect::Basis;
        let change_in = managed.and_then(|managed| managed.by.changed_in());
        ManagedDocument {
            managed_by: managed.map(|managed| managed.by.name()),
            inferred_from: managed.map(|managed| managed.basis.name()),
            listed_over: managed.map(|managed| match managed.basis {
                Basis::NotOverScim => "rest",
                _ => "scim",
            }),
            locked_fields: change_in.map(|_| locked.collect()).unwrap_or_default(),
            locked_fields_change_in: change_in,
        }
    }
}

#[derive(Serialize)]
struct RemarksDocument<'a> {
    drifted: Vec<&'a str>,
    local_extras: Option<u64>,
    missing_in: Option<&'static str>,
}

impl<'a> From<&'a Remarks> for RemarksDocument<'a> {
    fn from(remarks: &'a Remarks) -> Self {
        RemarksDocument {
            drifted: remarks.drifted.iter().map(|word| &**word).collect(),
            local_extras: remarks.local_extras,
            missing_in: remarks.missing_in.map(|side| side.name()),
        }
    }
}

/// A user for programs.
#[derive(Serialize)]
pub struct UserDocument<'a> {
    id: Option<&'a str>,
    name: &'a str,
    campus_id: Option<&'a str>,
    email: &'a str,
    #[serde(flatten)]
    managed: ManagedDocument,
    active: Option<bool>,
    #[serde(flatten)]
    remarks: RemarksDocument<'a>,
}

fn locked_fields() -> impl Iterator<Item = &'static str> {
    LOCKED.into_iter().map(|field| field.name())
}

fn locked_words(managed: Option<Managed>) -> String {
    let place = managed.and_then(|managed| managed.by.changed_in());
    place
        .map(|place| format!("details: change in {place}"))
        .unwrap_or_default()
}

fn basis_words(managed: Option<Managed>) -> String {
    managed
        .map(|managed| managed.basis.words().to_owned())
        .unwrap_or_default()
}

fn basis_name(managed: Option<Managed>) -> String {
    managed
        .map(|managed| managed.basis.name().to_owned())
        .unwrap_or_default()
}

fn manager_name(managed: Option<Managed>) -> String {
    managed
        .map(|managed| managed.by.name().to_owned())
        .unwrap_or_default()
}

fn remark_cells(remarks: &Remarks) -> [String; 3] {
    [
        joined(&remarks.drifted),
        remarks
            .local_extras
            .map(|many| many.to_string())
            .unwrap_or_default(),
        remarks
            .missing_in
            .map(|side| side.name().to_owned())
            .unwrap_or_default(),
    ]
}

impl Line for UserRow {
    type Document<'a> = UserDocument<'a>;

    fn names() -> &'static Names {
        &Names {
            one: "user",
            more: "users",
            title: "Users in Command",
            key: "users",
            schema: "atriumctl.inspect-users/1",
            line: "atriumctl.inspect-user/1",
        }
    }

    fn head(columns: Columns) -> Vec<&'static str> {
        let mut head = vec!["name", "campus id", "email", "managed by", "active"];
        if columns.compared {
            head.push("remarks");
        }
        if columns.verbose {
            head.extend(["inferred from", "locked", "id"]);
        }
        head
    }

    fn cells(&self, columns: Columns, _: bool) -> Vec<String> {
        let mut cells = vec![
            self.name.to_string(),
            text(self.campus_id.as_ref()),
            self.email.to_string(),
            managed(self.managed),
            active(self.active).to_owned(),
        ];
        if columns.compared {
            cells.push(remarks(&self.remarks));
        }
        if columns.verbose {
            cells.extend([
                basis_words(self.managed),
                locked_words(self.managed),
                text(self.id.as_ref()),
            ]);
        }
        cells
    }

    fn csv_head() -> &'static [&'static str] {
        &[
            "id",
            "name",
            "campus_id",
            "email",
            "managed_by",
            "active",
            "inferred_from",
            "locked_fields_change_in",
            "drifted",
            "local_extras",
            "missing_in",
        ]
    }

    fn csv(&self, _: bool) -> Vec<String> {
        let change_in = self.managed.and_then(|managed| managed.by.changed_in());
        let mut cells = vec![
            text(self.id.as_ref()),
            self.name.to_string(),
            text(self.campus_id.as_ref()),
            self.email.to_string(),
            manager_name(self.managed),
            active_csv(self.active).to_owned(),
            basis_name(self.managed),
            change_in.unwrap_or_default().to_owned(),
        ];
        cells.extend(remark_cells(&self.remarks));
        cells
    }

    fn document(&self, _: bool) -> UserDocument<'_> {
        UserDocument {
            id: self.id.as_deref(),
            name: &self.name,
            campus_id: self.campus_id.as_deref(),
            email: &self.email,
            managed: ManagedDocument::new(self.managed, locked_fields()),
            active: self.active,
            remarks: (&self.remarks).into(),
        }
    }
}

/// A group for programs.
#[derive(Serialize)]
pub struct GroupDocument<'a> {
    id: Option<&'a str>,
    name: &'a str,
    access_group_id: Option<&'a str>,
    #[serde(flatten)]
    managed: ManagedDocument,
    members: Option<u64>,
    available_to_doors: Option<bool>,
    #[serde(flatten)]
    remarks: RemarksDocument<'a>,
}

fn at_doors(at_doors: Option<bool>) -> &'static str {
    match at_doors {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not read",
    }
}

impl Line for GroupRow {
    type Document<'a> = GroupDocument<'a>;

    fn names() -> &'static Names {
        &Names {
            one: "group",
            more: "groups",
            title: "Groups in Command",
            key: "groups",
            schema: "atriumctl.inspect-groups/1",
            line: "atriumctl.inspect-group/1",
        }
    }

    fn head(columns: Columns) -> Vec<&'static str> {
        let mut head = vec![
            "name",
            "group id",
            "id in Command",
            "managed by",
            "members",
            "at doors",
        ];
        if columns.compared {
            head.push("remarks");
        }
        if columns.verbose {
            head.extend(["inferred from", "locked"]);
        }
        head
    }

    fn cells(&self, columns: Columns, _: bool) -> Vec<String> {
        let mut cells = vec![
            self.name.to_string(),
            text(self.access_group_id.as_ref()),
            text(self.id.as_ref()),
            managed(self.managed),
            self.members.map_or_else(|| "not read".to_owned(), number),
            at_doors(self.at_doors).to_owned(),
        ];
        if columns.compared {
            cells.push(remarks(&self.remarks));
        }
        if columns.verbose {
            cells.extend([basis_words(self.managed), locked_words(self.managed)]);
        }
        cells
    }

    fn csv_head() -> &'static [&'static str] {
        &[
            "id",
            "name",
            "access_group_id",
            "managed_by",
            "members",
            "inferred_from",
            "available_to_doors",
            "locked_fields_change_in",
            "drifted",
            "local_extras",
            "missing_in",
        ]
    }

    fn csv(&self, _: bool) -> Vec<String> {
        let change_in = self.managed.and_then(|managed| managed.by.changed_in());
        let mut cells = vec![
            text(self.id.as_ref()),
            self.name.to_string(),
            text(self.access_group_id.as_ref()),
            manager_name(self.managed),
            self.members
                .map(|many| many.to_string())
                .unwrap_or_default(),
            basis_name(self.managed),
            active_csv(self.at_doors).to_owned(),
            change_in.unwrap_or_default().to_owned(),
        ];
        cells.extend(remark_cells(&self.remarks));
        cells
    }

    fn document(&self, _: bool) -> GroupDocument<'_> {
        GroupDocument {
            id: self.id.as_deref(),
            name: &self.name,
            access_group_id: self.access_group_id.as_deref(),
            managed: ManagedDocument::new(self.managed, ["name", "members"].into_iter()),
            members: self.members,
            available_to_doors: self.at_doors,
            remarks: (&self.remarks).into(),
        }
    }
}

/// A card for programs.
#[derive(Serialize)]
pub struct CredentialDocument<'a> {
    campus_id: Option<&'a str>,
    name: &'a str,
    email: &'a str,
    card: Option<String>,
    #[serde(rename = "type")]
    kind: &'a str,
    active: Option<bool>,
    owner: &'static str,
    as_of: Option<String>,
    from: &'static str,
}

impl CredentialRow {
    fn shown(&self, unmask: bool) -> Option<String> {
        self.card
            .as_ref()
            .map(|card| Shown { whole: unmask }.card(card))
    }

    fn from(&self) -> &'static str {
        if self.read_now { "command" } else { "ledger" }
    }

    fn time(&self) -> Option<String> {
        self.as_of.map(|at| format!("{at:.0}"))
    }
}

impl Line for CredentialRow {
    type Document<'a> = CredentialDocument<'a>;

    fn names() -> &'static Names {
        &Names {
            one: "card",
            more: "cards",
            title: "Cards",
            key: "credentials",
            schema: "atriumctl.inspect-credentials/1",
            line: "atriumctl.inspect-credential/1",
        }
    }

    fn head(columns: Columns) -> Vec<&'static str> {
        let mut head = vec!["name", "campus id", "card", "active", "owner", "as of"];
        if columns.verbose {
            head.extend(["email", "from"]);
        }
        head
    }

    fn cells(&self, columns: Columns, unmask: bool) -> Vec<String> {
        let kind = || format!("{} (a number that is not known)", self.kind);
        let mut cells = vec![
            self.name.to_string(),
            text(self.campus_id.as_ref()),
            self.shown(unmask).unwrap_or_else(kind),
            match (self.active, self.read_now) {
                (None, false) => "not read".to_owned(),
                (known, _) => active(known).to_owned(),
            },
            self.owner.words().to_owned(),
            self.time().unwrap_or_else(|| "never".to_owned()),
        ];
        if columns.verbose {
            cells.extend([self.email.to_string(), self.from().to_owned()]);
        }
        cells
    }

    fn csv_head() -> &'static [&'static str] {
        &[
            "campus_id",
            "name",
            "email",
            "card",
            "type",
            "active",
            "owner",
            "as_of",
            "from",
        ]
    }

    fn csv(&self, unmask: bool) -> Vec<String> {
        vec![
            text(self.campus_id.as_ref()),
            self.name.to_string(),
            self.email.to_string(),
            self.shown(unmask).unwrap_or_default(),
            self.kind.to_string(),
            active_csv(self.active).to_owned(),
            self.owner.name().to_owned(),
            self.time().unwrap_or_default(),
            self.from().to_owned(),
        ]
    }

    fn document(&self, unmask: bool) -> CredentialDocument<'_> {
        CredentialDocument {
            campus_id: self.campus_id.as_deref(),
            name: &self.name,
            email: &self.email,
            card: self.shown(unmask),
            kind: &self.kind,
            active: self.active,
            owner: self.owner.name(),
            as_of: self.time(),
            from: self.from(),
        }
    }
}
