//! Which known failure a pasted error text is: of Okta's task list and mails, of Command's console,
//! of SCIM and of the REST API.

use super::{Name, Trouble};
use crate::model::okta::{self, OktaFailure};
use crate::model::reason::Code;

/// What a text is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMeans {
    /// The known failure.
    pub name: Name,
    /// The user that the text names.
    pub user: Option<String>,
    /// What Command itself said, where another program quotes it.
    pub remote: Option<String>,
}

/// What stands in Okta's texts alone: they quote Command's behind them.
const OKTA: &[&str] = &["remote server", "automatic provisioning", "error while"];

/// A text of Command's or Okta's interfaces: words in lower case that are all in it.
struct Row {
    words: &'static [&'static str],
    /// Whether the words are everyday ones, which count beside the names of programs alone.
    is_everyday: bool,
    name: Name,
}

const fn sure(words: &'static [&'static str], name: Name) -> Row {
    Row {
        words,
        is_everyday: false,
        name,
    }
}

const fn everyday(words: &'static [&'static str], name: Name) -> Row {
    Row {
        words,
        is_everyday: true,
        name,
    }
}

const DOMAINS: Name = Name::Reason(Code::EmailOutsideDomains);
const SIGN_ON: Name = Name::Trouble(Trouble::SsoDomainMissing);
const SCOPE: Name = Name::Reason(Code::ApiKeyScope);
const TOKEN: Name = Name::Trouble(Trouble::TokenRefused);
const CARD: Name = Name::Reason(Code::CardHeldElsewhere);
const ENTRY_CODE: Name = Name::Trouble(Trouble::EntryCode);
const GROUP_NAME: Name = Name::Reason(Code::GroupNameTaken);
const FROZEN: Name = Name::Reason(Code::Frozen);
const HELD: Name = Name::Reason(Code::HeldByInvisible);

/// Texts, each with what it means; the first that fits counts. The managed-user text and
/// `cannot_invite_existing` are seen in community code that calls the service
/// (github.com/not-mehul/vCommander); `Token expired` is in
/// <https://apidocs.verkada.com/reference/response-codes>; codes that begin with `E0` are Okta's
/// (developer.okta.com, Okta API error codes).
const COMMAND: &[Row] = &[
    sure(&["e0000011"], Name::Trouble(Trouble::OktaTokenRefused)),
    sure(&["e0000006"], Name::Trouble(Trouble::OktaPermission)),
    sure(
        &["user is managed", "cannot modify"],
        Name::Reason(Code::UserManaged),
    ),
    sure(&["cannot_invite_existing"], HELD),
    sure(&["cannot invite existing"], HELD),
    sure(
        &["app_not_configured_for_user"],
        Name::Trouble(Trouble::SignInSession),
    ),
    sure(&["domain", "with sso"], SIGN_ON),
    sure(&["domain", "single sign-on"], SIGN_ON),
    sure(&["email domain", "sign you in"], SIGN_ON),
    everyday(&["domain", "not allowed"], DOMAINS),
    everyday(&["domain", "not permitted"], DOMAINS),
    everyday(&["domain", "not configured"], DOMAINS),
    sure(&["email domain", " not "], DOMAINS),
    everyday(&["email domain"], DOMAINS),
    sure(&["api token expired"], Name::Reason(Code::ApiKeyRefused)),
    sure(&["invalid api key"], Name::Reason(Code::ApiKeyRefused)),
    sure(&["token is invalid or expired"], TOKEN),
    sure(&["token expired"], TOKEN),
    sure(&["401", "/scim"], TOKEN),
    sure(&["403", "/scim"], TOKEN),
    sure(&["403 forbidden"], SCOPE),
    everyday(&["403", "access control"], SCOPE),
    sure(&["insufficient permission"], SCOPE),
    everyday(&["lacks", "permission"], SCOPE),
    sure(&["card already"], CARD),
    sure(&["card is already"], CARD),
    sure(&["card number already"], CARD),
    sure(&["card number is already"], CARD),
    everyday(&["card", "already"], CARD),
    everyday(&["card", "in use"], CARD),
    sure(&["entry code", "unique"], ENTRY_CODE),
    sure(&["entry code", "digits"], ENTRY_CODE),
    sure(&["entry code", "invalid"], ENTRY_CODE),
    sure(&["entry code", "in use"], ENTRY_CODE),
    everyday(&["entry code"], ENTRY_CODE),
    sure(
        &["unsuccessful_adds"],
        Name::Trouble(Trouble::NotInDoorGroup),
    ),
    sure(&["group with this name already exists"], GROUP_NAME),
    sure(&["group name already exists"], GROUP_NAME),
    everyday(&["group", "already exists"], GROUP_NAME),
    sure(&["user is frozen"], FROZEN),
    everyday(&["frozen"], FROZEN),
    sure(&["user is deactivated"], FROZEN),
    everyday(&["user", "deactivated"], FROZEN),
    everyday(&["uniqueness"], HELD),
    sure(&["user", "already exists"], HELD),
    everyday(&["already exists"], HELD),
    sure(&["<html"], Name::Reason(Code::UnexpectedAnswer)),
    sure(
        &["the server answered 429"],
        Name::Reason(Code::Unavailable),
    ),
];

/// Says what a text means; `None` if it is not known.
#[must_use]
pub fn recognise(text: &str) -> Option<TextMeans> {
    let text = &okta::smooth(text);
    let lower = text.to_ascii_lowercase();
    let is_oktas = OKTA.iter().any(|words| lower.contains(words));
    if is_oktas {
        by_okta(text).or_else(|| by_command(text, &lower))
    } else {
        by_command(text, &lower).or_else(|| by_okta(text))
    }
}

fn by_okta(text: &str) -> Option<TextMeans> {
    let known = okta::recognise(text)?;
    let name = match known.failure {
        // A group that is pushed has no address: its name is taken.
        OktaFailure::Conflict if is_of_group(&text.to_ascii_lowercase()) => GROUP_NAME,
        failure => Name::Okta(failure),
    };
    Some(TextMeans {
        name,
        user: known.user,
        remote: known.remote,
    })
}

/// Whether a text of Okta's is about a group that it pushes.
fn is_of_group(lower: &str) -> bool {
    let doing = [
        "creating", "create", "updating", "update", "pushing", "push",
    ];
    let mut kinds = ["group", "user group"].into_iter();
    lower.contains("group push")
        || kinds.any(|kind| {
            let mut doing = doing.iter();
            doing.any(|doing| lower.contains(&format!("{doing} {kind} ")))
        })
}

fn by_command(text: &str, lower: &str) -> Option<TextMeans> {
    let is_technical = okta::is_technical(lower);
    let row = COMMAND.iter().find(|row| {
        let mut words = row.words.iter();
        (is_technical || !row.is_everyday) && words.all(|word| lower.contains(word))
    })?;
    Some(TextMeans {
        name: row.name,
        user: address(text),
        remote: None,
    })
}

/// The first email address in a text.
fn address(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'<>(),;:[]{}".contains(c));
    let is_address = |word: &&str| {
        word.split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    };
    let found = words
        .map(|word| word.trim_end_matches('.'))
        .find(is_address);
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_texts_are_recognised() {
        for (text, code) in [
            ("Matching user not found", "okta-matching-user-not-found"),
            ("User is managed, cannot modify", "user-managed"),
            ("{\"id\":\"cannot_invite_existing\"}", "held-by-invisible"),
            ("app_not_configured_for_user", "sign-in-session"),
            ("email domain x.edu is not allowed", "email-outside-domains"),
            ("{\"message\": \"API token expired\"}", "api-key-refused"),
            ("Token expired", "token-refused"),
            (
                "Card already assigned to another user",
                "card-held-elsewhere",
            ),
            ("Entry code is not unique", "entry-code"),
            ("{\"unsuccessful_adds\":[\"7\"]}", "not-in-door-group"),
            ("scimType: uniqueness", "held-by-invisible"),
            ("<html><body>502</body></html>", "unexpected-answer"),
            ("User is managed,\r\n  cannot  modify", "user-managed"),
            ("User is managed cannot modify", "user-managed"),
            ("403 Forbidden", "api-key-scope"),
            ("HTTP 403: Forbidden: GET /scim/Users", "token-refused"),
            ("API key lacks permission", "api-key-scope"),
            ("the API key lacks a permission", "api-key-scope"),
            ("Cannot invite existing user", "held-by-invisible"),
            (
                "{\"errorCode\":\"E0000011\",\"errorSummary\":\"Invalid token provided\"}",
                "okta-token-refused",
            ),
            (
                "E0000006: You do not have permission to perform the requested action",
                "okta-permission",
            ),
            ("Too Many Requests", "okta-too-many-requests"),
            (
                "Automatic provisioning of user Ada Byron to app Verkada failed: Too Many Requests",
                "okta-too-many-requests",
            ),
            (
                "GET /Users: the server answered 429: Too Many Requests",
                "unavailable",
            ),
            (
                "We couldn't sign you in with SSO because your email domain is not configured",
                "sso-domain-missing",
            ),
            (
                "Error while creating user ada@campus.example: Forbidden. Errors reported by remote server: no",
                "okta-credentials-refused",
            ),
            (
                "Error while creating user group Staff: Conflict. Errors reported by remote server: taken",
                "group-name-taken",
            ),
            (
                "Error while creating user ada@campus.example: Conflict. Errors reported by remote server: taken",
                "okta-conflict",
            ),
            ("409 Conflict", "okta-conflict"),
            ("Unauthorized", "okta-credentials-refused"),
        ] {
            let known = recognise(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(known.name.code(), code, "{text}");
        }
    }

    #[test]
    fn everyday_words_are_no_known_failure() {
        for text in [
            "",
            "the weather is fine",
            "I have a conflict with my schedule on Monday",
            "git conflict in file main.rs, please merge",
            "Unauthorized vehicles will be towed. Room 401.",
            "The parking garage is forbidden for visitors; a bad request from security",
            "We have too many requests for parking passes this term",
            "Room 403 is the access control office",
            "I already have a library card",
            "What is the entry code for the party?",
            "The lake is frozen",
            "A bakery already exists here, and so does a study group",
            "The uniqueness of our campus",
            "My email domain is nice",
        ] {
            assert_eq!(recognise(text), None, "{text}");
        }
    }

    #[test]
    fn the_user_in_a_text_is_found() {
        let known = recognise("409: user <ana.diaz@a.edu>. already exists").unwrap();
        assert_eq!(known.user.as_deref(), Some("ana.diaz@a.edu"));
    }
}
