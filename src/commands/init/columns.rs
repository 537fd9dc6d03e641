//! Which header of the exports is which column: by its name, or by names that such columns often
//! have. A proposal, to be looked at: nothing of it is taken without being written into the profile.

use std::collections::BTreeMap;

use crate::model::fold::fold_name;
use crate::model::roster::COLUMNS;

/// What columns are called, besides their own names: letters and digits only, in lower case, the
/// likeliest first.
const KNOWN_AS: [(&str, &[&str]); 16] = [
    (
        "campus_id",
        &[
            "studentid",
            "cardholderid",
            "personid",
            "universityid",
            "schoolid",
            "employeeid",
            "memberid",
            "patronid",
            "customerid",
            "bannerid",
            "sisid",
            "idnumber",
            "personnumber",
            "studentnumber",
            "externalid",
            "uid",
            "id",
        ],
    ),
    (
        "first_name",
        &["first", "givenname", "forename", "given", "fname"],
    ),
    ("middle_name", &["middle", "middleinitial", "mname", "mi"]),
    (
        "last_name",
        &["last", "surname", "familyname", "lname", "family"],
    ),
    (
        "email",
        &[
            "emailaddress",
            "mail",
            "primaryemail",
            "campusemail",
            "schoolemail",
            "workemail",
        ],
    ),
    (
        "phone",
        &[
            "phonenumber",
            "telephone",
            "mobilephone",
            "mobile",
            "cellphone",
            "cell",
            "tel",
        ],
    ),
    ("title", &["jobtitle", "position"]),
    (
        "department",
        &["dept", "departmentname", "deptname", "major", "division"],
    ),
    (
        "status",
        &[
            "personstatus",
            "cardholderstatus",
            "accountstatus",
            "studentstatus",
            "memberstatus",
        ],
    ),
    (
        "valid_from",
        &[
            "startdate",
            "effectivedate",
            "activationdate",
            "start",
            "from",
        ],
    ),
    (
        "valid_until",
        &[
            "validto",
            "enddate",
            "expirationdate",
            "expirydate",
            "expiration",
            "expires",
            "expireson",
            "end",
            "until",
        ],
    ),
    (
        "id_type",
        &["cardtype", "credentialtype", "mediatype", "badgetype"],
    ),
    (
        "id_value",
        &[
            "cardnumber",
            "cardno",
            "cardid",
            "credentialnumber",
            "badgenumber",
            "cardvalue",
        ],
    ),
    (
        "id_status",
        &["cardstatus", "credentialstatus", "badgestatus"],
    ),
    ("access_group_id", &["groupid", "accesslevelid", "planid"]),
    (
        "access_group_name",
        &["groupname", "accessgroup", "group", "planname"],
    ),
];

/// The arrays that records of JSON may hold, with the columns that are in them.
const NESTED: [(&str, &[&str]); 2] = [
    ("access_groups", &["access_group_id", "access_group_name"]),
    ("credentials", &["id_type", "id_value"]),
];

/// The headers of one file.
#[derive(Clone, Debug)]
pub(super) struct FileHeaders {
    pub(super) file: String,
    pub(super) headers: Vec<String>,
}

/// What the headers of all files are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proposal {
    /// The columns with their headers, in the order of the columns.
    pub(super) found: Vec<(&'static str, String)>,
    /// Columns without which there is no sync, and which no header is.
    pub(super) missing: Vec<&'static str>,
    /// Headers that are no column.
    pub(super) unused: Vec<String>,
}

impl Proposal {
    /// What the profile has to say: the columns whose header is not their own name.
    pub(super) fn mapping(&self) -> BTreeMap<String, String> {
        let found = self.found.iter();
        let other = found.filter(|(column, header)| {
            fold_name(header) != *column && !NESTED.iter().any(|(name, _)| name == header)
        });
        other
            .map(|(column, header)| ((*column).to_owned(), header.clone()))
            .collect()
    }
}

/// Finds the columns: where `given` says, else by name, else by a name that is known for them.
pub(super) fn propose(files: &[FileHeaders], given: &BTreeMap<String, String>) -> Proposal {
    let mut free: Vec<&str> = Vec::new();
    let mut nested: Vec<(&'static str, &'static str)> = Vec::new();
    for file in files {
        let is_json = file.file.to_ascii_lowercase().ends_with(".json");
        for header in &file.headers {
            let name = fold_name(header);
            match NESTED.iter().find(|(array, _)| is_json && *array == name) {
                Some((array, columns)) => {
                    nested.extend(columns.iter().map(|column| (*column, *array)));
                }
                None if !free.iter().any(|other| fold_name(other) == name) => free.push(header),
                None => {}
            }
        }
    }
    let mut found: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut take = |column, free: &mut Vec<&str>, fits: &dyn Fn(&str) -> bool| {
        if found.contains_key(column) {
            return;
        }
        if let Some(at) = free.iter().position(|header| fits(header)) {
            found.insert(column, free.remove(at).to_owned());
        }
    };
    for column in COLUMNS {
        if let Some(header) = given.get(column) {
            take(column, &mut free, &|other| {
                fold_name(other) == fold_name(header)
            });
        }
    }
    for column in COLUMNS {
        if !given.contains_key(column) {
            take(column, &mut free, &|header| fold_name(header) == column);
        }
    }
    // Every column has its plainest name tried before any has a second one.
    let words = |column: &str| {
        let mut known = KNOWN_AS.iter();
        known
            .find(|(name, _)| *name == column)
            .map_or(&[][..], |(_, words)| *words)
    };
    for column in COLUMNS {
        if given.contains_key(column) || nested.iter().any(|(other, _)| *other == column) {
            continue;
        }
        take(column, &mut free, &|header| {
            letters(header) == letters(column)
        });
        for word in words(column) {
            take(column, &mut free, &|header| letters(header) == *word);
        }
    }
    for (column, array) in nested {
        found.entry(column).or_insert_with(|| array.to_owned());
    }
    let has = |column: &str| found.contains_key(column);
    let mut missing: Vec<&'static str> = ["campus_id", "email", "status"]
        .into_iter()
        .filter(|column| !has(column))
        .collect();
    if !has("first_name") && !has("last_name") {
        missing.push("last_name");
    }
    let columns = COLUMNS.into_iter();
    Proposal {
        missing,
        unused: free.into_iter().map(str::to_owned).collect(),
        found: columns
            .filter_map(|column| Some((column, found.get(column)?.clone())))
            .collect(),
    }
}

/// A header without case, blanks and signs.
fn letters(header: &str) -> String {
    let name = fold_name(header);
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Vec<FileHeaders> {
        let files = files.iter();
        files
            .map(|(file, headers)| FileHeaders {
                file: (*file).to_owned(),
                headers: headers.split('|').map(str::to_owned).collect(),
            })
            .collect()
    }

    fn mapped(proposal: &Proposal) -> String {
        let mapping = proposal.mapping();
        let pairs = mapping
            .iter()
            .map(|(column, header)| format!("{column}={header}"));
        pairs.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_of_their_own_name_need_no_mapping() {
        let files = files(&[("p.csv", "Campus ID|first-name|EMAIL|Status|Locker")]);
        let proposal = propose(&files, &BTreeMap::new());
        assert_eq!(mapped(&proposal), "");
        assert_eq!(proposal.found.len(), 4);
        assert_eq!(proposal.unused, ["Locker"]);
        assert!(proposal.missing.is_empty());
    }

    #[test]
    fn common_variants_are_proposed_and_what_is_needed_is_named() {
        for (headers, wanted, missing) in [
            (
                "Student ID|First|Surname|Mail|Person Status",
                "campus_id=Student ID email=Mail first_name=First last_name=Surname \
                 status=Person Status",
                "",
            ),
            (
                "CardholderID|LastName|E-Mail|Status|CardNumber|Card Type|Card-Status",
                "campus_id=CardholderID email=E-Mail id_status=Card-Status id_type=Card Type \
                 id_value=CardNumber last_name=LastName",
                "",
            ),
            // A better name comes first, wherever it stands.
            (
                "id|Student ID|email|status|first_name",
                "campus_id=Student ID",
                "",
            ),
            ("Name|Colour", "", "campus_id email status last_name"),
            (
                "campus_id|Given Name|status",
                "first_name=Given Name",
                "email",
            ),
        ] {
            let proposal = propose(&files(&[("p.csv", headers)]), &BTreeMap::new());
            assert_eq!(mapped(&proposal), wanted, "{headers}");
            assert_eq!(proposal.missing.join(" "), missing, "{headers}");
        }
    }

    #[test]
    fn what_is_given_goes_first_and_a_header_is_one_column() {
        let given = BTreeMap::from([("email".to_owned(), "Status".to_owned())]);
        let two = files(&[
            ("p.csv", "campus_id|last_name|mail|Status"),
            ("g.csv", "campus_id|Group"),
        ]);
        let proposal = propose(&two, &given);
        assert_eq!(mapped(&proposal), "access_group_name=Group email=Status");
        assert_eq!(proposal.missing, ["status"]);
        assert_eq!(proposal.unused, ["mail"]);
    }

    #[test]
    fn arrays_of_json_are_columns_by_themselves() {
        let json = files(&[(
            "p.json",
            "campus_id|last_name|email|status|credentials|access_groups",
        )]);
        let proposal = propose(&json, &BTreeMap::new());
        assert_eq!(mapped(&proposal), "");
        assert_eq!(proposal.found.len(), 8);
        assert!(proposal.unused.is_empty());
    }
}
