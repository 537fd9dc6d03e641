//! An email domain as somebody named it, checked.

use core::fmt;
use core::net::IpAddr;

use thiserror::Error;

/// An email domain: a host name of at least two labels, lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Domain {
    ascii: String,
    unicode: Option<String>,
}

/// Why a text is no email domain, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DomainError {
    /// Nothing.
    #[error("a domain is empty")]
    Empty,
    /// An address.
    #[error("{text} is an email address: only what stands behind the @ is the domain, {domain}")]
    Address {
        /// The text.
        text: String,
        /// What stands behind the @.
        domain: String,
    },
    /// A web address.
    #[error("{0} is a web address: name the domain alone, as it stands behind the @ of an email")]
    Web(String),
    /// A pattern.
    #[error("{0} is a pattern: each domain has to be named by itself, subdomains, too")]
    Pattern(String),
    /// An IP address.
    #[error("{0} is an IP address, not an email domain")]
    Ip(String),
    /// One label.
    #[error("{0} has no dot: an email domain has at least two parts, such as school.example")]
    SingleLabel(String),
    /// Something else.
    #[error("{0:?} is no domain: letters, digits and hyphens, in parts of at most 63 characters")]
    Malformed(String),
    /// The same twice.
    #[error("{0} is named twice")]
    Twice(Domain),
}

impl Domain {
    /// Reads a domain.
    ///
    /// # Errors
    ///
    /// [`DomainError`] if it is none.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        let given = || text.to_owned();
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if text.contains("://") {
            return Err(DomainError::Web(given()));
        }
        if let Some((_, domain)) = text.rsplit_once('@') {
            let domain = match Domain::parse(domain) {
                Ok(domain) => domain.ascii,
                Err(_) => "such as school.example".to_owned(),
            };
            let text = given();
            return Err(DomainError::Address { text, domain });
        }
        if text.contains(['*', '?']) {
            return Err(DomainError::Pattern(given()));
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() {
            return Err(DomainError::Ip(given()));
        }
        let Ok(ascii) = idna::domain_to_ascii_strict(text) else {
            return Err(DomainError::Malformed(given()));
        };
        let Some((_, last)) = ascii.rsplit_once('.') else {
            return Err(DomainError::SingleLabel(given()));
        };
        // A name that ends in a number is an address to some programs (WHATWG URL, section 3.5).
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DomainError::Malformed(given()));
        }
        let (unicode, _) = idna::domain_to_unicode(&ascii);
        let unicode = (unicode != ascii).then_some(unicode);
        Ok(Domain { ascii, unicode })
    }

    /// Reads a list of domains, none twice.
    ///
    /// # Errors
    ///
    /// [`DomainError`] for the first that is wrong.
    pub fn parse_all<'a>(
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, DomainError> {
        let mut domains: Vec<Domain> = Vec::new();
        for text in texts {
            let domain = Domain::parse(text)?;
            if domains.contains(&domain) {
                return Err(DomainError::Twice(domain));
            }
            domains.push(domain);
        }
        Ok(domains)
    }

    /// The domain as it goes over the wire: ASCII, internationalised labels encoded (RFC 5891).
    #[must_use]
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// The domain as people write it, if that is another form.
    #[must_use]
    pub fn unicode(&self) -> Option<&str> {
        self.unicode.as_deref()
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unicode {
            Some(unicode) => write!(f, "{unicode} ({})", self.ascii),
            None => f.write_str(&self.ascii),
        }
    }
}

/// Whether a domain is one of these, in whichever form either is written.
#[must_use]
pub fn is_among(domain: &str, list: &[String]) -> bool {
    let same = |a: &str, b: &str| match (Domain::parse(a), Domain::parse(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    };
    list.iter().any(|other| same(domain, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        for (text, expected) in [
            ("a.edu", Ok("a.edu")),
            (" A.EDU\n", Ok("a.edu")),
            ("x-1.mail.school.example", Ok("x-1.mail.school.example")),
            (
                "münchen.example",
                Ok("münchen.example (xn--mnchen-3ya.example)"),
            ),
            (
                "XN--MNCHEN-3YA.example",
                Ok("münchen.example (xn--mnchen-3ya.example)"),
            ),
            ("学校。example", Ok("学校.example (xn--48s290a.example)")),
            ("", Err("is empty")),
            ("  ", Err("is empty")),
            (
                "x@a.edu",
                Err("is an email address: only what stands behind the @ is the domain, a.edu"),
            ),
            ("@a.edu", Err("is the domain, a.edu")),
            ("x@", Err("such as school.example")),
            ("https://a.edu", Err("is a web address")),
            ("*.a.edu", Err("is a pattern")),
            ("192.0.2.7", Err("is an IP address")),
            ("[2001:db8::1]", Err("is an IP address")),
            ("2001:db8::1", Err("is an IP address")),
            ("edu", Err("has no dot")),
            ("a..edu", Err("is no domain")),
            (".a.edu", Err("is no domain")),
            ("a.edu.", Err("is no domain")),
            ("a.edu/x", Err("is no domain")),
            ("a.edu:443", Err("is no domain")),
            ("a b.edu", Err("is no domain")),
            ("a_b.edu", Err("is no domain")),
            ("-a.edu", Err("is no domain")),
            ("a.1", Err("is no domain")),
            ("a.edu,b.edu", Err("is no domain")),
            ("a\u{1b}.edu", Err("is no domain")),
        ] {
            match (Domain::parse(text), expected) {
                (Ok(domain), Ok(shown)) => assert_eq!(domain.to_string(), shown, "{text:?}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{text:?}: {error}");
                }
                (got, _) => panic!("{text:?}: {got:?}"),
            }
        }
        let twice = Domain::parse_all(["münchen.example", "b.edu", "xn--mnchen-3ya.example"]);
        let told = "münchen.example (xn--mnchen-3ya.example) is named twice";
        assert_eq!(twice.unwrap_err().to_string(), told);
        let long = format!("{}.edu", "a".repeat(64));
        assert!(Domain::parse(&long).is_err());
    }
}
