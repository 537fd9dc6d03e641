//! What every man page tells besides its own command: environment and files.

/// Every environment variable that is read, with what it is for.
pub const VARIABLES: &[(&str, &str)] = &[
    ("ATRIUMCTL_PROFILE", "The profile, as --profile."),
    (
        "ATRIUMCTL_CONFIG",
        "The folder that holds profiles/, as --config.",
    ),
    ("ATRIUMCTL_STATE", "The ledger, as --state."),
    (
        "ATRIUMCTL_REGION",
        "The organization's region, as --region.",
    ),
    ("ATRIUMCTL_SCIM_URL", "The SCIM address, as --scim-url."),
    (
        "ATRIUMCTL_API_URL",
        "The address of the REST API, as --api-url.",
    ),
    (
        "ATRIUMCTL_SCIM_TOKEN, ATRIUMCTL_SCIM_TOKEN_FILE",
        "The SCIM token, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_API_KEY, ATRIUMCTL_API_KEY_FILE",
        "Command's API key, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_ATRIUM_SECRET, ATRIUMCTL_ATRIUM_SECRET_FILE",
        "The secret for Atrium's HTTP interface, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_OKTA_TOKEN, ATRIUMCTL_OKTA_TOKEN_FILE",
        "Okta's API token, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_OKTA_KEY, ATRIUMCTL_OKTA_KEY_FILE",
        "The private key of a service app in Okta, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_ADMIN_SECRET, ATRIUMCTL_ADMIN_SECRET_FILE",
        "The sign-in of an organization admin, or the file that holds it.",
    ),
    (
        "ATRIUMCTL_OKTA_ORG",
        "The address of the organization's Okta, in place of the profile's.",
    ),
    (
        "ATRIUMCTL_KEYRING",
        "off: the system keyring is left alone, as on a machine that has none.",
    ),
    (
        "ATRIUMCTL_SANDBOX_DIR",
        "The folder of the stand-in campus.",
    ),
    (
        "ATRIUMCTL_PAGER, PAGER",
        "The program that shows long pages; empty for none. Without: less -FRX.",
    ),
    ("LESS", "What less is told; FRX if it is not set."),
    ("NO_COLOR", "If it is set and not empty, no colours."),
    ("TERM", "dumb: no colours."),
    (
        "COLUMNS",
        "The width of tables, in place of the terminal's.",
    ),
    (
        "XDG_CONFIG_HOME",
        "Where the folder atriumctl with profiles is; without: .config in the home folder.",
    ),
    (
        "XDG_STATE_HOME",
        "Where the folder atriumctl with ledgers is; without: .local/state in the home folder.",
    ),
    ("HOME", "The home folder."),
];

/// The files that are read and written, with what they are for.
pub(super) const FILES: &[(&str, &str)] = &[
    (
        "~/.config/atriumctl/profiles/NAME.toml",
        "A profile: which Atrium, which organization in Command.",
    ),
    (
        "~/.local/state/atriumctl/NAME.db",
        "The ledger of a profile: who is who, what was applied, by whom and when. It is as sensitive as the data that it remembers.",
    ),
];
