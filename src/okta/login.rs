//! The answer of a sign-on address: where it sends a browser (SAML 2.0 Bindings, sections 3.4 and
//! 3.5).

use url::Url;

use crate::model::metadata::{Binding, SignOnAnswer};

use super::html::{self, Page};
use super::services;

/// The parameters that the HTTP-Redirect binding adds to an address.
const ADDED: [&str; 5] = [
    "SAMLRequest",
    "RelayState",
    "SigAlg",
    "Signature",
    "SAMLEncoding",
];

/// The longest text of a page that is passed on, in characters.
const LONGEST: usize = 160;

/// Reads an answer of `asked`.
pub(super) fn read(asked: &Url, status: u16, location: Option<&str>, body: &[u8]) -> SignOnAnswer {
    let cannot_tell = |why: String| SignOnAnswer::CannotTell { why };
    match status {
        301 | 302 | 303 | 307 | 308 => redirect(asked, location),
        404 | 410 => SignOnAnswer::NotConfigured {
            said: match title(body) {
                Some(title) => format!("HTTP status {status}, {title}"),
                None => format!("HTTP status {status}"),
            },
        },
        200..=299 => page(asked, body),
        status => cannot_tell(match title(body) {
            Some(title) => format!("it answered with HTTP status {status}, {title}"),
            None => format!("it answered with HTTP status {status}"),
        }),
    }
}

fn redirect(asked: &Url, location: Option<&str>) -> SignOnAnswer {
    let target = location.and_then(|location| asked.join(location).ok());
    let Some(mut target) = target else {
        let why = "it redirects without saying where to".to_owned();
        return SignOnAnswer::CannotTell { why };
    };
    let is_request = target.query_pairs().any(|(name, _)| name == "SAMLRequest");
    if !is_request {
        let to = services::origin(&target);
        let why = format!("it redirects to {to} without a SAML request, which was not followed");
        return SignOnAnswer::CannotTell { why };
    }
    let kept: Vec<&str> = target
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            !name.is_empty() && !ADDED.contains(&name)
        })
        .collect();
    let kept = kept.join("&");
    target.set_query((!kept.is_empty()).then_some(kept.as_str()));
    target.set_fragment(None);
    sends(Binding::Redirect, target.into())
}

/// A user name or password in the target is not passed on.
fn sends(binding: Binding, target: String) -> SignOnAnswer {
    let target = services::without_user_info(&target).unwrap_or(target);
    SignOnAnswer::Sends { binding, target }
}

fn page(asked: &Url, body: &[u8]) -> SignOnAnswer {
    let text = String::from_utf8_lossy(body);
    let page = html::read(&text);
    if let Some(target) = posting_form(asked, &page) {
        return sends(Binding::Post, target);
    }
    let lower = format!("{} {}", page.title, page.text).to_lowercase();
    // The heading of a page mostly repeats its title.
    let said = match page.text.strip_prefix(page.title.as_str()) {
        Some(rest) if !rest.trim().is_empty() => rest.trim(),
        _ if page.text.is_empty() => page.title.as_str(),
        _ => page.text.as_str(),
    };
    let said = shorten(said.trim_end_matches('.'));
    if lower.contains("not configured") {
        return SignOnAnswer::NotConfigured { said };
    }
    let has_script = page.tags.iter().any(|tag| tag.name == "script");
    let why = if has_script {
        "it answered with a page of scripts, and where those send the browser can't be seen \
         without running them"
            .to_owned()
    } else if page.tags.is_empty() {
        "it answered with something that is no web page".to_owned()
    } else {
        format!("it answered with a page that sends the browser nowhere: {said}")
    };
    SignOnAnswer::CannotTell { why }
}

/// Where a form posts a SAML request to.
fn posting_form(asked: &Url, page: &Page) -> Option<String> {
    let mut action = None;
    for tag in &page.tags {
        match tag.name.as_str() {
            "form" => {
                let posts = tag.attribute("method").unwrap_or_default();
                let to = tag.attribute("action").filter(|to| !to.is_empty());
                action = to.filter(|_| posts.eq_ignore_ascii_case("post"));
            }
            "input" if tag.attribute("name") == Some("SAMLRequest") => {
                return asked.join(action?).ok().map(String::from);
            }
            _ => {}
        }
    }
    None
}

/// The title of a page, if there is one.
pub(super) fn title(body: &[u8]) -> Option<String> {
    let title = html::read(&String::from_utf8_lossy(body)).title;
    (!title.is_empty()).then(|| shorten(&title))
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Url {
        Url::parse("https://vauth.command.verkada.com/saml/login/school").unwrap()
    }

    fn sends(binding: Binding, target: &str) -> SignOnAnswer {
        let target = target.to_owned();
        SignOnAnswer::Sends { binding, target }
    }

    #[test]
    fn redirects_are_read_without_the_request_in_them() {
        let of = |location: &str| read(&asked(), 302, Some(location), b"");
        let at = "https://school.okta.com/app/verkada/exk1/sso/saml";
        for (location, target) in [
            (format!("{at}?SAMLRequest=abc&RelayState=x"), at.to_owned()),
            (
                "https://ada:secret@school.okta.com/x?SAMLRequest=a".to_owned(),
                "https://school.okta.com/x".to_owned(),
            ),
            (
                format!("{at}?fromURI=%2Fa&SAMLRequest=a%2Bb&SigAlg=s&Signature=t#f"),
                format!("{at}?fromURI=%2Fa"),
            ),
        ] {
            assert_eq!(
                of(&location),
                sends(Binding::Redirect, &target),
                "{location}"
            );
        }
        match of("file:///etc/passwd") {
            SignOnAnswer::CannotTell { why } => assert!(why.contains("a file: address"), "{why}"),
            other => panic!("{other:?}"),
        }
        for location in ["/login", at, "https://["] {
            let answer = of(location);
            assert!(
                matches!(answer, SignOnAnswer::CannotTell { .. }),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn pages_post_say_that_nothing_is_configured_or_tell_nothing() {
        let of = |body: &str| read(&asked(), 200, None, body.as_bytes());
        let form = "<form method='POST' action='https://a.okta.com/x&amp;y'><input type=hidden value=a name='SAMLRequest'></form>";
        assert_eq!(of(form), sends(Binding::Post, "https://a.okta.com/x&y"));
        let search = "<form method=post action=/search><input name=q></form>";
        let answer = of(&format!("{search}{form}"));
        assert_eq!(answer, sends(Binding::Post, "https://a.okta.com/x&y"));
        let none = of("<title>SSO</title><p>Single sign-on is Not Configured here.");
        assert!(
            matches!(none, SignOnAnswer::NotConfigured { .. }),
            "{none:?}"
        );
        for (body, part) in [
            ("<script src=app.js></script><div id=root>", "scripts"),
            (search, "nowhere"),
            ("", "no web page"),
            ("{}", "no web page"),
        ] {
            match of(body) {
                SignOnAnswer::CannotTell { why } => assert!(why.contains(part), "{body}: {why}"),
                other => panic!("{body}: {other:?}"),
            }
        }
        let gone = read(&asked(), 404, None, b"<title>Page not found</title>");
        let said = "HTTP status 404, Page not found".to_owned();
        assert_eq!(gone, SignOnAnswer::NotConfigured { said });
        let refused = read(&asked(), 403, None, b"");
        assert!(
            matches!(refused, SignOnAnswer::CannotTell { .. }),
            "{refused:?}"
        );
    }
}
