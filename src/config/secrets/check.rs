//! What can't be a secret of a kind: what was seen in it, and what to do. Nothing of the text gets
//! into a message.

use crate::error::{Error, Exit};
use crate::secret::{Secret, SecretKind};

/// What is wrong with a text.
struct Unfit {
    /// What was seen, as the end of `… holds something that is no token: …`.
    seen: String,
    /// What to do.
    remedy: String,
}

/// Fails if a text can't be a secret of this kind. `place` is where it was found, as the beginning
/// of a sentence; the message shows nothing of the text.
///
/// # Errors
/// [`Exit::Authentication`].
pub fn check_secret(kind: SecretKind, secret: &Secret, place: &str) -> Result<(), Error> {
    if secret.is_empty() {
        return Err(Error::message(
            Exit::Authentication,
            format!("{place} holds no {}: it is empty", kind.noun()),
        )
        .hint(kind.source()));
    }
    let unfit = match kind {
        SecretKind::ScimToken | SecretKind::ApiKey | SecretKind::OktaToken | SecretKind::Admin => {
            token(kind, secret.expose())
        }
        SecretKind::Atrium => password(kind, secret.expose()),
        SecretKind::OktaKey => private_key(secret.expose()),
    };
    match unfit {
        None => Ok(()),
        Some(Unfit { seen, remedy }) => Err(refusal(kind, place, &seen).hint(remedy)),
    }
}

/// That what a place holds is no secret of this kind.
pub(super) fn refusal(kind: SecretKind, place: &str, seen: &str) -> Error {
    let message = format!("{place} holds something that is no {}: {seen}", kind.noun());
    Error::message(Exit::Authentication, message)
}

/// That it must stand alone.
pub(super) fn alone(kind: SecretKind) -> String {
    format!(
        "it must hold the {} alone, without anything around it",
        kind.name()
    )
}

const QUOTES: [char; 8] = ['"', '\'', '`', '“', '”', '„', '‘', '’'];

/// A token or key is one run of visible ASCII (RFC 6750, section 2.1; RFC 9110, section 5.5).
fn token(kind: SecretKind, text: &str) -> Option<Unfit> {
    let unfit = |seen: &str, remedy: String| {
        let seen = seen.to_owned();
        Some(Unfit { seen, remedy })
    };
    let noun = kind.noun();
    let first = text.split_whitespace().next().unwrap_or_default();
    if text.starts_with("-----BEGIN") {
        return unfit("it is a key or certificate in PEM form", alone(kind));
    }
    if let Some(scheme) = SCHEMES
        .into_iter()
        .find(|scheme| first.trim_end_matches(':').eq_ignore_ascii_case(scheme) && first != text)
    {
        return unfit(
            &format!(
                "it begins with `{scheme} `, which belongs to the request and not to the {noun}"
            ),
            format!("leave `{scheme}` and the blank behind it out"),
        );
    }
    if first.eq_ignore_ascii_case("Authorization:") {
        return unfit("it is a whole header of a request", alone(kind));
    }
    // A trial may have the word `token` for its token.
    let mut words = SCHEMES.into_iter().filter(|word| *word != "Token");
    if let Some(word) = words.find(|word| text.trim_end_matches(':').eq_ignore_ascii_case(word)) {
        return unfit(
            &format!("it is the word `{word}` alone"),
            format!("copy the {noun} itself, which stands behind that word in a request"),
        );
    }
    if let Some(name) = named(text) {
        return unfit(
            &format!("it begins with `{name}`, which is a name and not part of the {noun}"),
            format!("leave `{name}` out: the {noun} is what stands behind it"),
        );
    }
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        return unfit(
            "it stands in quotes",
            format!("leave the quotes out: what stands between them is the {noun}"),
        );
    }
    if text.starts_with(kind.variable()) {
        return unfit(
            "it begins with the name of the variable",
            format!("leave everything before the {noun} out, the `=` too"),
        );
    }
    if text.starts_with(['{', '[']) {
        let seen = format!("it is JSON, not the {noun} alone");
        return unfit(&seen, alone(kind));
    }
    if text.contains(['\n', '\r']) {
        let lines = text.lines().count().max(2);
        return unfit(
            &format!("it has {lines} lines"),
            format!("a {noun} is one line; a file must hold it alone"),
        );
    }
    if text.contains(char::is_whitespace) {
        return unfit(
            "it has blanks in it",
            format!(
                "copy it again in one piece: a {noun} has no blanks, and one that was broken over \
                 two lines gets some"
            ),
        );
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return unfit(
            "it has characters that no token or key has, such as accents or control characters",
            "copy it again from where it is shown, without a word processor in between".to_owned(),
        );
    }
    None
}

/// What stands before a token in the header of a request.
const SCHEMES: [&str; 4] = ["Bearer", "Basic", "Token", "SSWS"];

/// What fields are called from which tokens and keys are copied, beside the schemes.
const FIELDS: [&str; 10] = [
    "Authorization",
    "api-key",
    "api-token",
    "api_key",
    "api_token",
    "key",
    "scim-token",
    "scim_token",
    "secret",
    "x-api-key",
];

/// The name in front of a token, with what stands between them; `None` if there is none. What a
/// token ends with (`=`) is no such thing.
fn named(text: &str) -> Option<&str> {
    let (name, value) = text.split_once(['=', ':'])?;
    let mut names = SCHEMES.iter().chain(&FIELDS);
    let is_name = names.any(|word| name.eq_ignore_ascii_case(word));
    let has_value = !value.trim_start_matches('=').is_empty();
    (is_name && has_value).then(|| text.split_at(name.len() + 1).0)
}

/// A password may have blanks and letters of any script (RFC 7617, section 2).
fn password(kind: SecretKind, text: &str) -> Option<Unfit> {
    text.contains(char::is_control).then(|| Unfit {
        seen: "it has line ends or other control characters in it".to_owned(),
        remedy: alone(kind),
    })
}

/// A private key in PEM form (RFC 7468).
fn private_key(text: &str) -> Option<Unfit> {
    let unfit = |seen: &str, remedy: &str| {
        Some(Unfit {
            seen: seen.to_owned(),
            remedy: remedy.to_owned(),
        })
    };
    let Some(rest) = text.strip_prefix("-----BEGIN ") else {
        return unfit(
            "it does not begin with `-----BEGIN`",
            "it must be the private key in PEM form, from its BEGIN line to its END line",
        );
    };
    let Some((label, body)) = rest.split_once("-----") else {
        return unfit(
            "its first line is cut short",
            "it must be the private key in PEM form, from its BEGIN line to its END line",
        );
    };
    if label == "ENCRYPTED PRIVATE KEY" || body.contains("Proc-Type: 4,ENCRYPTED") {
        return unfit(
            "it is encrypted with a passphrase",
            "take the passphrase off: openssl pkey -in KEY -out NEW",
        );
    }
    if !label.ends_with("PRIVATE KEY") {
        return unfit(
            "it is another thing in PEM form, not a private key",
            "take the file whose first line says PRIVATE KEY",
        );
    }
    if body.contains("\\n") && !body.contains('\n') {
        return unfit(
            "its line ends are written as \\n",
            "write real line ends; in a shell: printf '%b' \"$KEY\"",
        );
    }
    if !text.ends_with(&format!("-----END {label}-----")) {
        return unfit(
            "it does not end with its END line",
            "it was cut short, or something stands behind it: copy it again",
        );
    }
    None
}
