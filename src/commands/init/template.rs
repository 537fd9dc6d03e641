//! What stands in a profile that `init` writes: every table and key that a profile may have, each
//! with its default or an example and a line of meaning.

/// A table of the profile.
pub(super) struct Section {
    /// Its name between the brackets, as a profile writes it.
    pub(super) header: &'static str,
    /// When its header stands there as one, and not as a comment.
    pub(super) head: Head,
    /// What it is about, a line each.
    pub(super) intro: &'static [&'static str],
    /// Its keys.
    pub(super) keys: &'static [Key],
}

/// When the header of a table is no comment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// Always: empty, the table means nothing.
    Always,
    /// If Atrium is read from exports.
    Files,
    /// If Atrium is read over HTTP.
    Http,
    /// If one of its keys is set: empty, the table would be refused or mean something.
    WhenSet,
}

/// A key of a table.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What stands behind it if nobody set it.
    pub(super) unset: Unset,
    /// What it means.
    pub(super) about: &'static str,
}

/// What a key has that is not set, as TOML.
#[derive(Clone, Copy)]
pub(super) enum Unset {
    /// What holds without the line, so that taking out the `#` changes nothing.
    Default(&'static str),
    /// Something that might stand there.
    Example(&'static str),
}

const fn default(name: &'static str, value: &'static str, about: &'static str) -> Key {
    Key {
        name,
        unset: Unset::Default(value),
        about,
    }
}

const fn example(name: &'static str, value: &'static str, about: &'static str) -> Key {
    Key {
        name,
        unset: Unset::Example(value),
        about,
    }
}

const AT: &str = "a pointer (RFC 6901) to it in a record";
const PATH: &str = "behind the address";
const LIST: &str = "where an answer has its records; without: it is the list";
const TOTAL: &str = "where an answer says how many there are";
const IN_PEOPLE: &str = "in place of path: the array in each person";

/// The whole profile, in its order.
pub(super) const SECTIONS: &[Section] = &[
    Section {
        header: "atrium",
        head: Head::Always,
        intro: &["What Atrium has: its exports, or its interface below."],
        keys: &[example(
            "files",
            "[\"people.csv\"]",
            "CSV or JSON exports; relative to this file",
        )],
    },
    Section {
        header: "atrium.columns",
        head: Head::Files,
        intro: &[
            "The header of each column in the exports, where it is not the column's own name.",
        ],
        keys: &[
            example("campus_id", "\"Campus ID\"", "the school's own id; needed"),
            example("first_name", "\"First\"", "this or the last name is needed"),
            example("middle_name", "\"Middle\"", ""),
            example("last_name", "\"Last\"", ""),
            example("email", "\"Mail\"", "needed"),
            example("phone", "\"Phone Number\"", ""),
            example("title", "\"Job Title\"", ""),
            example("department", "\"Dept\"", ""),
            example("status", "\"Person Status\"", "needed"),
            example("valid_from", "\"Start\"", "a date such as 2026-09-01"),
            example("valid_until", "\"End\"", "the last day"),
            example("id_type", "\"Card Type\"", "what kind of card it is"),
            example("id_value", "\"Card Number\"", ""),
            example("id_status", "\"Card Status\"", ""),
            example("access_group_id", "\"Group ID\"", ""),
            example("access_group_name", "\"Group\"", ""),
        ],
    },
    Section {
        header: "atrium.person_status",
        head: Head::Always,
        intro: &[
            "What the status of a person means: active, suspended (deactivated, groups stay) or gone",
            "(deactivated, groups go). Anybody with a status that is not mapped is left alone.",
        ],
        keys: &[
            default("active", "\"active\"", ""),
            default("inactive", "\"gone\"", ""),
        ],
    },
    Section {
        header: "atrium.id_status",
        head: Head::Always,
        intro: &[
            "What the status of an id means: active, suspended, lost or gone. An id with a status that",
            "is not mapped is left alone.",
        ],
        keys: &[
            default("active", "\"active\"", ""),
            default("inactive", "\"gone\"", ""),
            default("lost", "\"lost\"", ""),
            default("stolen", "\"lost\"", ""),
        ],
    },
    Section {
        header: "atrium.id_types.\"TYPE\"",
        head: Head::WhenSet,
        intro: &[
            "Which card an id of each type is; a type that is not mapped is left alone. The formats are",
            "those of Command, \"ignore\" is for ids that are no cards. atriumctl inspect card RAW",
            "--id-type TYPE shows what becomes of an id.",
        ],
        keys: &[
            example("format", "\"HID\"", "Standard 26-bit Wiegand"),
            example("facility_code", "\"102\"", "that of all cards of the type"),
            example("strip_prefix", "\"C-\"", "what stands before the number"),
            example(
                "slice",
                "\"0..8\"",
                "characters of the rest that are the number",
            ),
            example("radix", "10", "10, 16 or 36"),
            example(
                "reverse_bytes",
                "false",
                "true: the bytes stand the other way round",
            ),
            example(
                "facility_code_from",
                "\"0..3\"",
                "in place of facility_code: its characters",
            ),
        ],
    },
    Section {
        header: "atrium.people",
        head: Head::Always,
        intro: &[
            "Whom the sync is about: column or header = globs. A filter narrows what is touched; a",
            "changed filter never removes anything.",
        ],
        keys: &[example(
            "department",
            "[\"*\"]",
            "one of the globs must match",
        )],
    },
    Section {
        header: "atrium.groups",
        head: Head::Always,
        intro: &["Which access groups the sync is about."],
        keys: &[
            example("access_group_id", "[\"*\"]", ""),
            example("access_group_name", "[\"Library*\", \"Residence*\"]", ""),
        ],
    },
    Section {
        header: "atrium.access_groups.\"ID\"",
        head: Head::WhenSet,
        intro: &["An access group that is a group of Command by decision, not by name."],
        keys: &[example(
            "group_id",
            "\"00000000-0000-0000-0000-000000000000\"",
            "inspect groups shows it",
        )],
    },
    Section {
        header: "atrium.http",
        head: Head::Http,
        intro: &[
            "An Atrium that is read over HTTP, in place of files and columns. Its interface is not",
            "public: ask Atrium for the address, the paths, the paging and the fields.",
        ],
        keys: &[
            example("url", "\"https://HOST/PATH\"", "https, or http on loopback"),
            default("authentication", "\"bearer\"", "or basic, or header"),
            example("user", "\"NAME\"", "with basic"),
            example("header", "\"X-Api-Key\"", "with header"),
            example(
                "secret_file",
                "\"atrium-secret\"",
                "or ATRIUMCTL_ATRIUM_SECRET; relative to this file",
            ),
            default("timeout", "60", "seconds for one request"),
        ],
    },
    Section {
        header: "atrium.http.paging",
        head: Head::Http,
        intro: &["How a list is read to its end."],
        keys: &[
            default("style", "\"none\"", "none, page, offset, cursor or link"),
            example(
                "parameter",
                "\"cursor\"",
                "in the query, of page, offset or cursor",
            ),
            example("size", "100", "records asked for at once"),
            example("size_parameter", "\"limit\"", "in the query; \"\" for none"),
            example("first", "1", "with page: the number of the first one"),
            example(
                "next",
                "\"/meta/next\"",
                "with cursor: where an answer has the next one",
            ),
        ],
    },
    Section {
        header: "atrium.http.people",
        head: Head::Http,
        intro: &[],
        keys: &[
            example("path", "\"/people\"", PATH),
            default("list", "\"\"", LIST),
            example("total", "\"/meta/count\"", TOTAL),
        ],
    },
    Section {
        header: "atrium.http.people.fields",
        head: Head::Http,
        intro: &["Where each column stands in a record; without: at \"/\" and its own name."],
        keys: &[
            default("campus_id", "\"/campus_id\"", ""),
            default("first_name", "\"/first_name\"", ""),
            default("middle_name", "\"/middle_name\"", ""),
            default("last_name", "\"/last_name\"", ""),
            default("email", "\"/email\"", ""),
            default("phone", "\"/phone\"", ""),
            default("title", "\"/title\"", ""),
            default("department", "\"/department\"", ""),
            default("status", "\"/status\"", ""),
            default("valid_from", "\"/valid_from\"", ""),
            default("valid_until", "\"/valid_until\"", ""),
            default("id_type", "\"/id_type\"", ""),
            default("id_value", "\"/id_value\"", ""),
            default("id_status", "\"/id_status\"", ""),
            default("access_group_id", "\"/access_group_id\"", ""),
            default("access_group_name", "\"/access_group_name\"", ""),
        ],
    },
    Section {
        header: "atrium.http.credentials",
        head: Head::WhenSet,
        intro: &["Their ids: a list with a path of its own, or an array in each person."],
        keys: &[
            example("path", "\"/credentials\"", PATH),
            example("list", "\"/data\"", LIST),
            example("total", "\"/meta/count\"", TOTAL),
            example("in_people", "\"/ids\"", IN_PEOPLE),
        ],
    },
    Section {
        header: "atrium.http.credentials.fields",
        head: Head::WhenSet,
        intro: &[],
        keys: &[
            example("campus_id", "\"/campus_id\"", AT),
            example("id_type", "\"/id_type\"", ""),
            example("id_value", "\"/id_value\"", ""),
            example("id_status", "\"/id_status\"", ""),
        ],
    },
    Section {
        header: "atrium.http.groups",
        head: Head::WhenSet,
        intro: &["Access groups with their names, if the memberships do not have them."],
        keys: &[
            example("path", "\"/access-groups\"", PATH),
            example("list", "\"/data\"", LIST),
            example("total", "\"/meta/count\"", TOTAL),
        ],
    },
    Section {
        header: "atrium.http.groups.fields",
        head: Head::WhenSet,
        intro: &[],
        keys: &[
            example("access_group_id", "\"/id\"", AT),
            example("access_group_name", "\"/name\"", ""),
        ],
    },
    Section {
        header: "atrium.http.memberships",
        head: Head::WhenSet,
        intro: &["Who is in which access group: a list of its own, or an array in each person."],
        keys: &[
            example("path", "\"/memberships\"", PATH),
            example("list", "\"/data\"", LIST),
            example("total", "\"/meta/count\"", TOTAL),
            example("in_people", "\"/access_groups\"", IN_PEOPLE),
        ],
    },
    Section {
        header: "atrium.http.memberships.fields",
        head: Head::WhenSet,
        intro: &[],
        keys: &[
            example("campus_id", "\"/campus_id\"", AT),
            example("access_group_id", "\"/id\"", ""),
            example("access_group_name", "\"/name\"", ""),
        ],
    },
    Section {
        header: "command",
        head: Head::Always,
        intro: &["The organization in Verkada Command."],
        keys: &[
            example("region", "\"us\"", "us, eu or au; or scim_url"),
            example(
                "scim_url",
                "\"https://api.command.verkada.com/scim\"",
                "in place of region",
            ),
            example(
                "scim_token_file",
                "\"scim-token\"",
                "or ATRIUMCTL_SCIM_TOKEN; relative to this file",
            ),
            default(
                "email_domains",
                "[]",
                "those of the SCIM token; empty: found out",
            ),
            default("scim_dialect", "\"auto\"", "auto, patch or put"),
            example(
                "api_url",
                "\"https://api.verkada.com\"",
                "the public API; without: the region's",
            ),
            example(
                "sso_url",
                "\"https://saml.prod2.verkada.com/saml/login\"",
                "where Okta's sign-on leads; without: the region's",
            ),
            example(
                "sso_client_id",
                "\"school\"",
                "of single sign-on, as Command shows it",
            ),
            example(
                "api_key_file",
                "\"api-key\"",
                "or ATRIUMCTL_API_KEY; without a key, no cards",
            ),
            default(
                "api_share",
                "80",
                "percent of the limit of requests that is ours",
            ),
            default("api_requests_a_minute", "300", "that limit"),
        ],
    },
    Section {
        header: "command.admin",
        head: Head::WhenSet,
        intro: &["What an organization admin alone may do: the SCIM token, Okta's metadata."],
        keys: &[
            example(
                "adapter",
                "\"routes\"",
                "without: guided, by hand in Command's console",
            ),
            example(
                "url",
                "\"https://gateway.school.example\"",
                "where the routes are; live Command serves none",
            ),
            example(
                "secret_file",
                "\"admin-secret\"",
                "or ATRIUMCTL_ADMIN_SECRET; relative to this file",
            ),
        ],
    },
    Section {
        header: "command.admin.routes",
        head: Head::WhenSet,
        intro: &["The paths of the routes below that address."],
        keys: &[
            example("scim", "\"/admin/v1/scim\"", "what the token is for"),
            example("token", "\"/admin/v1/scim/token\"", "makes one"),
            example(
                "refresh",
                "\"/admin/v1/scim/token/refresh\"",
                "the same domains anew",
            ),
            example("sso", "\"/admin/v1/sso/{client_id}\"", "single sign-on"),
            example(
                "metadata",
                "\"/admin/v1/sso/{client_id}/metadata\"",
                "Okta's metadata",
            ),
        ],
    },
    Section {
        header: "command.observed",
        head: Head::WhenSet,
        intro: &[
            "What a probe found out about this organization: atriumctl doctor --probe-write EMAIL",
            "writes it. Nobody needs to edit it.",
        ],
        keys: &[],
    },
    Section {
        header: "okta",
        head: Head::WhenSet,
        intro: &[
            "Okta, where it provisions people, too; only looked at, to say why somebody is missing.",
        ],
        keys: &[
            example(
                "org",
                "\"https://school.okta.com\"",
                "the organization's address",
            ),
            example(
                "app",
                "\"Verkada\"",
                "its id or label; without: found by its name",
            ),
            example("token_file", "\"okta-token\"", "or ATRIUMCTL_OKTA_TOKEN"),
            example(
                "client_id",
                "\"0oa0000000000000000\"",
                "of a service app, in place of a token",
            ),
            example("key_id", "\"kid\"", "the id of its key"),
            example("key_file", "\"okta-key.pem\"", "or ATRIUMCTL_OKTA_KEY"),
        ],
    },
    Section {
        header: "credentials.ownership",
        head: Head::WhenSet,
        intro: &["Cards of unknown owner that are ours: taken away if Atrium does not have them."],
        keys: &[
            example("format", "[\"HID\"]", ""),
            example("facility_code", "[\"102\"]", ""),
        ],
    },
    Section {
        header: "sync",
        head: Head::Always,
        intro: &["How the two are brought together."],
        keys: &[
            default(
                "mode",
                "\"write\"",
                "observe: everything works except writing",
            ),
            default(
                "external_id_format",
                "\"atrium:{campus_id}\"",
                "it marks the users that are ours",
            ),
            default(
                "group_external_id_format",
                "\"atrium-group:{access_group_id}\"",
                "and the groups",
            ),
            default(
                "identity",
                "\"managed\"",
                "external: Okta or another client makes the users",
            ),
            default(
                "email_change",
                "\"hold\"",
                "reprovision: a new user replaces the old one",
            ),
            default(
                "absent_runs",
                "1",
                "complete reads without somebody until they are gone",
            ),
            example(
                "delete_after",
                "\"180d\"",
                "without: nobody is ever deleted; 90d or more",
            ),
            default(
                "groups_gone",
                "\"empty\"",
                "keep or delete; deleting loses the doors",
            ),
            default(
                "protect",
                "[]",
                "who never loses anything: ids, addresses, group:ID; globs",
            ),
            default(
                "on_guard",
                "\"hold\"",
                "stop: a tripped guard stops the whole run",
            ),
            default(
                "verify",
                "\"changed\"",
                "whose cards are read besides: sample, or all",
            ),
            default(
                "read_budget",
                "1000",
                "people whose cards are read in one run",
            ),
            default("concurrency", "8", "requests under way at a time, 1 to 64"),
        ],
    },
    Section {
        header: "guards",
        head: Head::Always,
        intro: &["How many removals a day may bring before a sync holds them."],
        keys: &[
            default("floor", "10", "so many in 24 hours are always allowed"),
            default(
                "percent",
                "5",
                "of what is managed: people, memberships, cards",
            ),
            default("ceiling", "50", "but never more than this by percentage"),
            default(
                "lost_cards",
                "50",
                "lost, stolen and inactive cards in 24 hours",
            ),
            default("department_percent", "20", "of one department's people"),
            default("department_floor", "10", "so many of it are always allowed"),
        ],
    },
];
