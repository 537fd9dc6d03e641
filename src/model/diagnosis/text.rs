//! Which known failure a pasted error text is: of Okta's task list and mails, of Command's console,
//! of SCIM and of the REST API.

use super::{Name, Trouble};
use crate::model::okta;
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

/// Texts of Command, lower case, each with what it means; the first that is in the text counts.
/// The managed-user text and `cannot_invite_existing` are seen in community code that calls the
/// service (github.com/not-mehul/vCommander); `Token expired` is in
/// <https://apidocs.verkada.com/reference/response-codes>.
const COMMAND: &[(&[&str], Name)] = &[
    (
        &["user is managed", "cannot modify"],
        Name::Reason(Code::UserManaged),
    ),
    (
        &["cannot_invite_existing"],
        Name::Reason(Code::HeldByInvisible),
    ),
    (
        &["app_not_configured_for_user"],
        Name::Trouble(Trouble::SignInSession),
    ),
    (
        &["domain", "not allowed"],
        Name::Reason(Code::EmailOutsideDomains),
    ),
    (
        &["domain", "not permitted"],
        Name::Reason(Code::EmailOutsideDomains),
    ),
    (
        &["domain", "not configured"],
        Name::Reason(Code::EmailOutsideDomains),
    ),
    (&["email domain"], Name::Reason(Code::EmailOutsideDomains)),
    (&["api token expired"], Name::Reason(Code::ApiKeyRefused)),
    (&["invalid api key"], Name::Reason(Code::ApiKeyRefused)),
    (
        &["token is invalid or expired"],
        Name::Trouble(Trouble::TokenRefused),
    ),
    (&["token expired"], Name::Trouble(Trouble::TokenRefused)),
    (&["401", "/scim"], Name::Trouble(Trouble::TokenRefused)),
    (&["403", "access control"], Name::Reason(Code::ApiKeyScope)),
    (
        &["insufficient permission"],
        Name::Reason(Code::ApiKeyScope),
    ),
    (&["lacks a permission"], Name::Reason(Code::ApiKeyScope)),
    (&["card", "already"], Name::Reason(Code::CardHeldElsewhere)),
    (&["card", "in use"], Name::Reason(Code::CardHeldElsewhere)),
    (&["entry code"], Name::Trouble(Trouble::EntryCode)),
    (
        &["unsuccessful_adds"],
        Name::Trouble(Trouble::NotInDoorGroup),
    ),
    (
        &["group", "already exists"],
        Name::Reason(Code::GroupNameTaken),
    ),
    (&["frozen"], Name::Reason(Code::Frozen)),
    (&["user", "deactivated"], Name::Reason(Code::Frozen)),
    (&["uniqueness"], Name::Reason(Code::HeldByInvisible)),
    (&["already exists"], Name::Reason(Code::HeldByInvisible)),
    (&["<html"], Name::Reason(Code::UnexpectedAnswer)),
    (&["too many requests"], Name::Reason(Code::Unavailable)),
];

/// Says what a text means; `None` if it is not known.
#[must_use]
pub fn recognise(text: &str) -> Option<TextMeans> {
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
    Some(TextMeans {
        name: Name::Okta(known.failure),
        user: known.user,
        remote: known.remote,
    })
}

fn by_command(text: &str, lower: &str) -> Option<TextMeans> {
    let (_, name) = COMMAND
        .iter()
        .find(|(words, _)| words.iter().all(|word| lower.contains(word)))?;
    Some(TextMeans {
        name: *name,
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
        ] {
            let known = recognise(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(known.name.code(), code, "{text}");
        }
        assert_eq!(recognise("the weather is fine"), None);
        assert_eq!(recognise(""), None);
    }

    #[test]
    fn the_user_in_a_text_is_found() {
        let known = recognise("409: user <ana.diaz@a.edu>. already exists").unwrap();
        assert_eq!(known.user.as_deref(), Some("ana.diaz@a.edu"));
    }
}
