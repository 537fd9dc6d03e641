//! Which addresses are asked: https, or plain http on this machine.

use core::net::IpAddr;

use thiserror::Error;
use url::Url;

/// Why an address can't be used, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct AddressError(pub(crate) String);

/// Reads the address of an interface, as somebody wrote it, into one without a slash at its end.
///
/// # Errors
///
/// [`AddressError`] if it is not `https://host[:port][/path]`. Plain `http` is accepted for
/// this machine alone. The message never repeats what stands before the host, which may be a
/// password.
pub fn base_url(text: &str) -> Result<Url, AddressError> {
    let refuse = |why: String| Err(AddressError(why));
    let text = text.trim();
    if text.is_empty() {
        return refuse("the address is empty: write https://HOST/PATH".to_owned());
    }
    if text.contains('@') {
        return refuse(
            "the address has an @: a user name or password does not belong into it".to_owned(),
        );
    }
    if !text.contains("://") {
        return refuse(format!(
            "the address {text:?} has no scheme: write https://{text}"
        ));
    }
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => return refuse(format!("the address {text:?} can't be read: {error}")),
    };
    check_scheme(&url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(format!(
            "the address {text:?} has a query or a fragment: write it up to the ? or #"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Checks that an address may be asked at all: https, or this machine.
///
/// # Errors
///
/// [`AddressError`] if it may not.
pub(crate) fn check_scheme(url: &Url) -> Result<(), AddressError> {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" if !host.is_empty() => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        "http" => Err(AddressError(format!(
            "plain http is for this machine only: write https://{host}"
        ))),
        other => Err(AddressError(format!(
            "the scheme {other:?} is not https: write https://HOST/PATH"
        ))),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            (
                "https://scim.example/scim/",
                Ok("https://scim.example/scim"),
            ),
            (" https://scim.example ", Ok("https://scim.example/")),
            (
                "https://scim.example:8443/a/b//",
                Ok("https://scim.example:8443/a/b"),
            ),
            (
                "http://127.0.0.1:8080/scim",
                Ok("http://127.0.0.1:8080/scim"),
            ),
            ("http://127.9.9.9/scim", Ok("http://127.9.9.9/scim")),
            ("http://localhost:1/x", Ok("http://localhost:1/x")),
            ("http://[::1]:99/x", Ok("http://[::1]:99/x")),
            (
                "http://scim.example/scim",
                Err("write https://scim.example"),
            ),
            (
                "http://127.0.0.1.example/",
                Err("plain http is for this machine"),
            ),
            (
                "http://localhost.example/",
                Err("plain http is for this machine"),
            ),
            ("scim.example/scim", Err("write https://scim.example/scim")),
            ("localhost:8080/scim", Err("has no scheme")),
            ("ftp://scim.example", Err("\"ftp\" is not https")),
            ("https://u:hunter2@scim.example", Err("has an @")),
            ("https://scim.example/?token=1", Err("has a query")),
            (
                "https://scim.example/#top",
                Err("has a query or a fragment"),
            ),
            ("https://", Err("can't be read")),
            ("", Err("is empty")),
        ] {
            match (base_url(text), expected) {
                (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected),
                (Err(error), Err(part)) => {
                    let message = error.to_string();
                    assert!(message.contains(part), "{text:?}: {message}");
                    assert!(!message.contains("hunter2"));
                }
                (got, _) => panic!("{text:?}: {got:?}"),
            }
        }
    }
}
