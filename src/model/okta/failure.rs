//! The known ways in which Okta's provisioning fails, and how each is recognised in the texts of
//! Okta's tasks, mails and log.
//!
//! Okta writes `Automatic provisioning of user {name} to app {app} failed: {Okta's part}. Errors
//! reported by remote server: {the server's part}`; what the server says is the SCIM `detail`, or
//! the fault that Okta met when it read an answer that is no SCIM (help.okta.com, Troubleshoot
//! provisioning; support.okta.com, articles on each text).

use super::LogEvent;

/// A known failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OktaFailure {
    /// Okta looked for the user and did not find one, and does not create any.
    MatchingUserNotFound,
    /// The person was assigned before provisioning was switched on.
    AssignedBeforeProvisioning,
    /// Command refused Okta's token.
    CredentialsRefused,
    /// Command does not accept the domain of the email address.
    EmailDomain,
    /// Command says that the user exists, and Okta did not find it.
    Conflict,
    /// Command refused a value.
    BadRequest,
    /// Command refused characters in a value.
    Unprocessable,
    /// The user was made, and the answer was empty.
    EmptyAnswer,
    /// Command refused the change of a user.
    ProfileUpdateRefused,
    /// The user that Okta is linked with is no longer in Command.
    LinkedUserGone,
    /// An update failed, and Okta does not say why.
    ProfileUpdateFailed,
    /// The pushed group is no longer in Command.
    LinkedGroupMissing,
    /// Something that speaks no SCIM answered.
    NotScim,
    /// The whole job failed without a reason.
    SyncWithoutReason,
    /// An attribute of the app has the name of one of Okta's.
    TemplateConflict,
    /// Command asks Okta to slow down.
    TooManyRequests,
    /// Okta gave up after being turned away ten times.
    RateLimitGaveUp,
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Which failure it is.
    pub failure: OktaFailure,
    /// The user that the text names.
    pub user: Option<String>,
    /// The app that the text names.
    pub app: Option<String>,
    /// What Command itself said.
    pub remote: Option<String>,
}

impl OktaFailure {
    /// Every known failure, in the order in which they are explained.
    pub const ALL: [OktaFailure; 17] = [
        OktaFailure::MatchingUserNotFound,
        OktaFailure::AssignedBeforeProvisioning,
        OktaFailure::CredentialsRefused,
        OktaFailure::EmailDomain,
        OktaFailure::Conflict,
        OktaFailure::BadRequest,
        OktaFailure::Unprocessable,
        OktaFailure::EmptyAnswer,
        OktaFailure::ProfileUpdateRefused,
        OktaFailure::LinkedUserGone,
        OktaFailure::ProfileUpdateFailed,
        OktaFailure::LinkedGroupMissing,
        OktaFailure::NotScim,
        OktaFailure::SyncWithoutReason,
        OktaFailure::TemplateConflict,
        OktaFailure::TooManyRequests,
        OktaFailure::RateLimitGaveUp,
    ];

    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            OktaFailure::MatchingUserNotFound => "okta-matching-user-not-found",
            OktaFailure::AssignedBeforeProvisioning => "okta-assigned-before-provisioning",
            OktaFailure::CredentialsRefused => "okta-credentials-refused",
            OktaFailure::EmailDomain => "okta-email-domain",
            OktaFailure::Conflict => "okta-conflict",
            OktaFailure::BadRequest => "okta-bad-request",
            OktaFailure::Unprocessable => "okta-unprocessable",
            OktaFailure::EmptyAnswer => "okta-empty-answer",
            OktaFailure::ProfileUpdateRefused => "okta-profile-update-refused",
            OktaFailure::LinkedUserGone => "okta-linked-user-gone",
            OktaFailure::ProfileUpdateFailed => "okta-profile-update-failed",
            OktaFailure::LinkedGroupMissing => "okta-linked-group-missing",
            OktaFailure::NotScim => "okta-not-scim",
            OktaFailure::SyncWithoutReason => "okta-sync-without-reason",
            OktaFailure::TemplateConflict => "okta-template-conflict",
            OktaFailure::TooManyRequests => "okta-too-many-requests",
            OktaFailure::RateLimitGaveUp => "okta-rate-limit-gave-up",
        }
    }

    /// The failure of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// It in one short line.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            OktaFailure::MatchingUserNotFound => "Okta looked for the user and made none",
            OktaFailure::AssignedBeforeProvisioning => {
                "assigned in Okta before provisioning was switched on"
            }
            OktaFailure::CredentialsRefused => "Command refuses the token that Okta has",
            OktaFailure::EmailDomain => "Command refused the email domain that Okta sent",
            OktaFailure::Conflict => "Command says to Okta that the user exists already",
            OktaFailure::BadRequest => "Command refused the values that Okta sent",
            OktaFailure::Unprocessable => "Command refused characters that Okta sent",
            OktaFailure::EmptyAnswer => "Okta got an empty answer to a creation",
            OktaFailure::ProfileUpdateRefused => "Command refused a change that Okta sent",
            OktaFailure::LinkedUserGone => "the user that Okta is linked with is gone",
            OktaFailure::ProfileUpdateFailed => "Okta could not send a changed profile",
            OktaFailure::LinkedGroupMissing => "the group that Okta pushes to is gone",
            OktaFailure::NotScim => "something that speaks no SCIM answered Okta",
            OktaFailure::SyncWithoutReason => "Okta's provisioning failed without a reason",
            OktaFailure::TemplateConflict => {
                "an attribute of the app in Okta has a name that is taken"
            }
            OktaFailure::TooManyRequests => "Okta is asked to slow down",
            OktaFailure::RateLimitGaveUp => "Okta gave up after being asked to slow down",
        }
    }

    /// What it means: the usual cause, a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            OktaFailure::MatchingUserNotFound => {
                "Okta only looked for the user and made none: Create Users is off in the app's provisioning, or the user was removed from Command after Okta had linked it."
            }
            OktaFailure::AssignedBeforeProvisioning => {
                "The person was assigned to the app before provisioning was switched on, so Okta never tried to create the user; Force Sync does not help."
            }
            OktaFailure::CredentialsRefused => {
                "Command refused the token that Okta has: it was refreshed or revoked, or `Bearer` stands in front of it twice or not at all."
            }
            OktaFailure::EmailDomain => {
                "Command refused the domain of the person's email address: it is not one of the domains that the SCIM token was made for."
            }
            OktaFailure::Conflict => {
                "Command says that the user exists already, and Okta's search did not find it: the email address is held by a user who was made in Command, invited, deactivated or deleted, or is written in another case."
            }
            OktaFailure::BadRequest => {
                "Command refused the user: a value is missing, empty or malformed, or Okta sends an attribute that Command does not take."
            }
            OktaFailure::Unprocessable => {
                "Command refused characters in a value, mostly in a name or a phone number."
            }
            OktaFailure::EmptyAnswer => {
                "The user may have been made, but the answer came back empty, so Okta keeps no id: something between Okta and Command took the body away."
            }
            OktaFailure::ProfileUpdateRefused => {
                "Command refused the change of the user: a required attribute would become empty, the user name is locked, or the user can't be reactivated."
            }
            OktaFailure::LinkedUserGone => {
                "The user that Okta is linked with is no longer in Command: it was removed there."
            }
            OktaFailure::ProfileUpdateFailed => {
                "Sending a changed profile failed, and this text does not say why."
            }
            OktaFailure::LinkedGroupMissing => {
                "The pushed group was deleted in Command, so Okta no longer pushes its members."
            }
            OktaFailure::NotScim => {
                "Something that speaks no SCIM answered in Command's place: a proxy, a firewall or an error page, with HTML or plain text."
            }
            OktaFailure::SyncWithoutReason => {
                "The provisioning job failed without a reason: the answer was refused by its form, for example by the `Accept` header, numbers written as text, or a malformed list."
            }
            OktaFailure::TemplateConflict => {
                "A custom attribute of the app has the name of an attribute of Okta's own template."
            }
            OktaFailure::TooManyRequests => {
                "Command asked Okta to slow down; Okta tries again by itself, up to ten times."
            }
            OktaFailure::RateLimitGaveUp => {
                "Okta was asked to slow down ten times and gave up: it does not try again by itself."
            }
        }
    }

    /// What to look at first, and do, a sentence or two.
    #[must_use]
    pub fn first_check(self) -> &'static str {
        match self {
            OktaFailure::MatchingUserNotFound => {
                "In Okta, switch Create Users on (the app > Provisioning > To App); then unassign and reassign the person."
            }
            OktaFailure::AssignedBeforeProvisioning => {
                "In Okta, press Provision User (the app > Assignments), or unassign and reassign the person."
            }
            OktaFailure::CredentialsRefused => {
                "Try the token with `atriumctl token test`; if it is dead, make a new one, paste it into the app (Provisioning > Integration) and press Test API Credentials, then retry the tasks."
            }
            OktaFailure::EmailDomain => {
                "Compare the domain with `atriumctl token status`; add it in Command (Admin > Login & Access > SCIM Users Provisioning), or make a token with this domain too with `atriumctl token generate --domain DOMAIN`, which kills the old one: give Okta the new one; then retry the task (Dashboard > Tasks)."
            }
            OktaFailure::Conflict => {
                "Search Command for the email address, among the deactivated and deleted users too; free the address or let that user be linked, then retry the task."
            }
            OktaFailure::BadRequest => {
                "Look at the person's first name, last name, email and user name in Okta and at the app's attribute mappings: none may be empty."
            }
            OktaFailure::Unprocessable => {
                "Look for odd characters in the person's names and phone number in Okta, correct them, then retry the task."
            }
            OktaFailure::EmptyAnswer => {
                "Search Command for the email address; look at any proxy between Okta and Command; then retry the task."
            }
            OktaFailure::ProfileUpdateRefused => {
                "Compare the person's attributes in Okta with Command's; a changed email address needs the person to be unassigned and reassigned."
            }
            OktaFailure::LinkedUserGone => {
                "In Okta, unassign and reassign the person, so that Okta looks and creates anew."
            }
            OktaFailure::ProfileUpdateFailed => {
                "Look into Okta's log for the same person and time: `atriumctl okta status WHO` shows it."
            }
            OktaFailure::LinkedGroupMissing => {
                "In Okta, unlink the group (the app > Push Groups) and push it anew, then make it available to doors in Command again."
            }
            OktaFailure::NotScim => {
                "Find out who answered: check the base URL of the app's integration, and any proxy or firewall; `atriumctl token test` makes the same calls from here."
            }
            OktaFailure::SyncWithoutReason => {
                "Make the calls that Okta makes with `atriumctl token test` and look at the form of the answers."
            }
            OktaFailure::TemplateConflict => {
                "In Okta's Profile Editor, rename or remove the custom attribute of the app that has the same name."
            }
            OktaFailure::TooManyRequests => {
                "Wait: Okta tries again by itself. If it goes on, see who else uses the interface at the same time."
            }
            OktaFailure::RateLimitGaveUp => {
                "Retry the tasks by hand in Okta (Dashboard > Tasks), a part at a time."
            }
        }
    }
}

/// Says which known failure a text of Okta or Command is about; `None` if it is none of them.
/// Case, line ends, blanks and typographic quotation marks make no difference.
#[must_use]
pub fn recognise(text: &str) -> Option<Recognised> {
    let text = smooth(text);
    let is_technical = is_technical(&text.to_ascii_lowercase());
    known(&text, is_technical)
}

/// As [`recognise`], of a text that is smooth; `is_technical` says whether everyday words count.
fn known(text: &str, is_technical: bool) -> Option<Recognised> {
    // ASCII only, so that positions in the two texts agree.
    let lower = text.to_ascii_lowercase();
    let (own, remote) = split(text, &lower);
    let failure = judge(&lower[..own], &remote.to_ascii_lowercase(), is_technical)?;
    Some(Recognised {
        failure,
        user: user(&text[..own], &lower[..own]),
        app: between(text, &lower, " to app ", &[" failed:", " failed."]),
        remote: (!remote.is_empty()).then(|| remote.to_owned()),
    })
}

/// Says which known failure an event is: by its reason, and where that is silent or unknown by its
/// type and its name in the older log (developer.okta.com, Event types). `None` for an event that
/// did not fail, or fails in a way that is not known.
#[must_use]
pub fn recognise_event(event: &LogEvent) -> Option<Recognised> {
    if event.result != super::Outcome::Failure && !fails_by_type(&event.event_type) {
        return None;
    }
    let bare = |failure| {
        let person = event.person();
        let name = |target: &super::Target| target.alternate_id.to_string();
        Recognised {
            failure,
            user: person.map(name).filter(|name| !name.is_empty()),
            app: None,
            remote: None,
        }
    };
    // What stands in Okta's log is Okta's, in whatever words.
    if let Some(mut known) = known(&smooth(&event.reason), true) {
        known.user = known.user.or_else(|| bare(known.failure).user);
        return Some(known);
    }
    let failure = match event.event_type.as_str() {
        "application.integration.authentication_failure" => OktaFailure::CredentialsRefused,
        "application.integration.rate_limit_exceeded" => OktaFailure::TooManyRequests,
        _ if event.legacy.ends_with("user.not_found_or_deleted") => OktaFailure::LinkedUserGone,
        _ if !event.reason.trim().is_empty() => return None,
        "application.provision.user.sync" => OktaFailure::SyncWithoutReason,
        "application.provision.user.push_profile" => OktaFailure::ProfileUpdateFailed,
        _ if event.legacy == "app.user_management.provision_user_failed" => {
            OktaFailure::SyncWithoutReason
        }
        _ => return None,
    };
    Some(bare(failure))
}

/// Whether an event of this type is a failure whatever its outcome says.
fn fails_by_type(event_type: &str) -> bool {
    event_type == "application.integration.authentication_failure"
        || event_type == "application.integration.rate_limit_exceeded"
        || event_type.starts_with("application.provision.group_push.mapping.")
            && event_type.contains("failed")
}

/// The words of HTTP for what was refused, which people use every day, too.
const REASONS: &[&str] = &[
    "unauthorized",
    "forbidden",
    "conflict",
    "bad request",
    "bad gateway",
    "unprocessable entity",
    "too many requests",
];

/// Whether a text in lower case, on one line, is one of programs, so that everyday words in it mean
/// what they mean in HTTP: it speaks of what takes part, or is nothing but such a word.
#[must_use]
pub fn is_technical(lower: &str) -> bool {
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let names = ["api", "http", "okta", "scim", "scimtype", "verkada"];
    let about = ["user", "group", "profile"];
    words.any(|word| names.contains(&word))
        || [
            "remote server",
            "automatic provisioning",
            "provisioning of user",
            "{\"",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
        || lower.contains("error while") && about.iter().any(|what| lower.contains(what))
        || is_reason(lower)
}

/// Whether a text is one of [`REASONS`] alone, with or without its status.
fn is_reason(lower: &str) -> bool {
    let bare = lower.trim_matches(|c: char| !c.is_ascii_alphabetic());
    REASONS.contains(&bare)
}

/// One line, plain quotation marks.
#[must_use]
pub fn smooth(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201b}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            c => c,
        }));
    }
    line
}

/// Where Okta's own part ends, and what the server said.
fn split<'a>(text: &'a str, lower: &str) -> (usize, &'a str) {
    const MARKS: [&str; 3] = [
        "errors reported by remote server:",
        "error reported by remote server:",
        "reported by remote server:",
    ];
    for mark in MARKS {
        if let Some(at) = lower.find(mark) {
            return (at, text[at + mark.len()..].trim());
        }
    }
    (text.len(), "")
}

/// What a text in lower case means: Okta's own part, and what the server said. Everyday words
/// count in a technical text alone.
fn judge(own: &str, remote: &str, is_technical: bool) -> Option<OktaFailure> {
    let counts = |word: &&&str| is_technical || !REASONS.contains(word);
    let has = |text: &str, words: &[&str]| {
        let mut words = words.iter().filter(counts);
        words.any(|word| text.contains(word))
    };
    let own_has = |words: &[&str]| has(own, words);
    let remote_has = |words: &[&str]| has(remote, words);
    let any_has = |words: &[&str]| own_has(words) || remote_has(words);

    // From the sure to the general: a text may hold words of several.
    if any_has(&["due to api rate limit"]) {
        return Some(OktaFailure::RateLimitGaveUp);
    }
    if any_has(&["too many requests", "rate limit exceeded"]) {
        return Some(OktaFailure::TooManyRequests);
    }
    if own_has(&[
        "before provisioning was enabled",
        "click provision user",
        "not provisioned in the downstream application",
    ]) {
        return Some(OktaFailure::AssignedBeforeProvisioning);
    }
    if own_has(&[
        "matching user not found",
        "no matching user found",
        "matching user was not found",
    ]) {
        return Some(OktaFailure::MatchingUserNotFound);
    }
    if own_has(&["linked group is missing", "change the linked group"]) {
        return Some(OktaFailure::LinkedGroupMissing);
    }
    if own_has(&["conflicts with custom property"]) {
        return Some(OktaFailure::TemplateConflict);
    }
    if any_has(&["returned empty user"]) {
        return Some(OktaFailure::EmptyAnswer);
    }
    if any_has(&["no user returned for user"]) {
        return Some(OktaFailure::LinkedUserGone);
    }
    if any_has(&[
        "bad gateway",
        "invalid json",
        "unrecognized token",
        "<!doctype html",
        "<html",
    ]) {
        return Some(OktaFailure::NotScim);
    }
    if any_has(&[
        "unauthorized",
        "credentials used to connect to the api were invalid",
        "token is invalid or expired",
        "could not verify api credentials",
    ]) {
        return Some(OktaFailure::CredentialsRefused);
    }
    // Command's own text, pasted without Okta's around it, has no remote part.
    let own_domain = own_has(&["email domain"]) && (is_technical || own_has(&[" not "]));
    let domain = is_about_domain(remote) || own_domain;
    if domain && !own_has(&["conflict"]) {
        return Some(OktaFailure::EmailDomain);
    }
    if any_has(&["unprocessable entity", "validation_error"]) {
        return Some(OktaFailure::Unprocessable);
    }
    if own_has(&[
        "push profile update for",
        "pushing profile update for",
        "push a profile update for",
    ]) {
        return Some(OktaFailure::ProfileUpdateRefused);
    }
    if own_has(&["conflict"]) || remote_has(&["uniqueness", "already exists"]) {
        return Some(OktaFailure::Conflict);
    }
    if own_has(&["bad request"]) {
        return Some(OktaFailure::BadRequest);
    }
    if own_has(&["forbidden"]) {
        return Some(OktaFailure::CredentialsRefused);
    }
    if own_has(&["pushing a profile update", "pushing profile update"]) {
        return Some(OktaFailure::ProfileUpdateFailed);
    }
    own_has(&["sync user in external application"]).then_some(OktaFailure::SyncWithoutReason)
}

/// Whether a server speaks of the domain of an address. What Command says word for word is not
/// public, so the word itself is looked for.
fn is_about_domain(remote: &str) -> bool {
    let mut words = remote.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word == "domain" || word == "domains")
}

/// Stands for the end of the text, which is one line.
const END: &str = "\n";

/// The user in Okta's part, from the most certain place to the least.
fn user(text: &str, lower: &str) -> Option<String> {
    let places: [(&str, &[&str]); 7] = [
        ("verifying if user ", &[" exists"]),
        ("error while creating user ", &[": "]),
        ("push profile update for ", &[": "]),
        ("pushing profile update for ", &[": "]),
        ("no user returned for user ", &[".", " ", END]),
        ("automatic provisioning of user ", &[" to app "]),
        ("provisioning of user ", &[" to app "]),
    ];
    let mut found = places
        .iter()
        .map(|(before, after)| between(text, lower, before, after));
    found.find_map(|user| user)
}

/// What stands between two texts; `lower` is `text` with its ASCII letters lowered.
fn between(text: &str, lower: &str, before: &str, after: &[&str]) -> Option<String> {
    let start = lower.find(before)? + before.len();
    let rest = &lower[start..];
    let ends = after.iter().filter_map(|after| match *after {
        END => Some(rest.len()),
        after => rest.find(after),
    });
    let end = ends.min()?;
    let found = text[start..start + end].trim().trim_matches(['"', '\'']);
    (!found.is_empty()).then(|| found.to_owned())
}
