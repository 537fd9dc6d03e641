//! What an Atrium that answers over HTTP looks like. Its interface is not public, so all of this
//! is said by the profile: nothing of it is known, and nothing is guessed.

use super::pointer::Pointer;

/// Where and how Atrium is asked, and where in its answers everything stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpShape {
    /// The base address, without a slash at its end. It was checked.
    pub url: String,
    /// How we sign in.
    pub authentication: Authentication,
    /// The longest time for one request, in seconds.
    pub timeout: u32,
    /// How a list is read to its end.
    pub paging: Paging,
    /// The query parameter that says how many records are asked for at once; `None`: not sent.
    pub size_parameter: Option<String>,
    /// How many records are asked for at once.
    pub size: u32,
    /// People.
    pub people: List,
    /// Their ids; `None` if they are not read.
    pub credentials: Option<Part>,
    /// Access groups with their names; `None` if the memberships have the names.
    pub groups: Option<List>,
    /// Who is in which access group; `None` if they are not read.
    pub memberships: Option<Part>,
}

/// How we sign in. The secret itself is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// User name and password (RFC 7617): the user's name.
    Basic(String),
    /// A bearer token (RFC 6750).
    Bearer,
    /// The secret is the value of a header: its name.
    Header(String),
}

/// How a list is read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// One answer holds everything.
    None,
    /// By page numbers.
    Page {
        /// The query parameter.
        parameter: String,
        /// The number of the first page: 0 or 1.
        first: u32,
    },
    /// By the number of records to skip.
    Offset {
        /// The query parameter.
        parameter: String,
    },
    /// By a cursor that each answer has for the next one.
    Cursor {
        /// The query parameter.
        parameter: String,
        /// Where the next cursor stands in an answer.
        next: Pointer,
    },
    /// By the `Link` header with `rel="next"` (RFC 8288).
    Link,
}

impl Paging {
    /// The word for the style, as the profile writes it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Paging::None => "none",
            Paging::Page { .. } => "page",
            Paging::Offset { .. } => "offset",
            Paging::Cursor { .. } => "cursor",
            Paging::Link => "link",
        }
    }
}

/// A list with an address of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The path behind the base address, with a query if need be.
    pub path: String,
    /// Where in an answer the array of records stands.
    pub records: Pointer,
    /// Where in an answer the number of all records stands, if it is told.
    pub total: Option<Pointer>,
    /// Where in a record the columns stand.
    pub fields: Fields,
}

impl List {
    /// The path without its query, which is how places and messages name the list.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// Records that add to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A list of its own, whose records name the person.
    Apart(List),
    /// An array in each person.
    Nested {
        /// Where in a person the array stands.
        array: Pointer,
        /// Where in an item the columns stand.
        fields: Fields,
    },
}

/// Where the columns of a record stand: each by its canonical name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<FieldPointer>);

/// Where one column stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPointer {
    /// The canonical name of the column.
    pub column: &'static str,
    /// Where it stands in a record.
    pub pointer: Pointer,
    /// Whether the profile says so; if not, it is where a member of the canonical name would be.
    pub mapped: bool,
}
