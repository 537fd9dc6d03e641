//! The addresses in metadata: what Okta's look like, and what is odd about one.

use url::{Host, Origin, Url};

use crate::model::metadata::{Binding, Code, Findings, Metadata, Place, Service};

use super::metadata::Expected;
use super::xml::{Element, shown};

/// The domains under which organizations live (help.okta.com, Okta domains), and those of preview
/// organizations.
const DOMAINS: [&str; 5] = [
    "okta.com",
    "okta-emea.com",
    "okta-gov.com",
    "okta.mil",
    "oktapreview.com",
];

/// Domains that nobody has (RFC 2606).
const RESERVED: [&str; 3] = [".example", ".test", ".invalid"];

/// How the names of organizations begin that are made for trying things out.
const TEST_NAMES: [&str; 3] = ["dev-", "trial-", "integrator-"];

/// A service of one kind with its address, read, and its place.
pub(super) struct Read {
    pub(super) service: Service,
    pub(super) url: Option<Url>,
    pub(super) place: Place,
}

/// Reads the address of a service element. Of a file that was not read whole, nothing is missing for
/// certain.
pub(super) fn read(element: &Element, whole: bool, findings: &mut Findings) -> Read {
    let place = element.place.clone();
    let binding = Binding::from_uri(element.attribute("Binding").unwrap_or_default());
    let location = element.attribute("Location").unwrap_or_default().to_owned();
    if location.is_empty() {
        if whole {
            findings.add(Code::LocationMissing, Some(place.clone()), "");
        }
        return Read {
            service: Service { binding, location },
            url: None,
            place,
        };
    }
    let url = address(&location, &place, findings);
    let location = match without_user_info(&location) {
        Some(stripped) => {
            let host = url.as_ref().and_then(Url::host_str);
            let detail = host.map(|host| format!("before {host}"));
            let detail = detail.unwrap_or_default();
            findings.add(Code::LocationUserInfo, Some(place.clone()), detail);
            stripped
        }
        None => location,
    };
    Read {
        service: Service { binding, location },
        url,
        place,
    }
}

/// An address without the user name and password in it; `None` if it has neither.
pub(super) fn without_user_info(address: &str) -> Option<String> {
    if let Ok(mut url) = Url::parse(address) {
        let has_some = !url.username().is_empty() || url.password().is_some();
        let is_stripped = url.set_username("").is_ok() && url.set_password(None).is_ok();
        return (has_some && is_stripped).then(|| url.into());
    }
    // One that can't be read is shown, too.
    let (scheme, rest) = address.split_once("//")?;
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let at = rest[..end].rfind('@')?;
    Some(format!("{scheme}//{}", &rest[at + 1..]))
}

/// Scheme and host of an address, or the kind of address where it has no host.
pub(super) fn origin(url: &Url) -> String {
    match url.origin() {
        Origin::Opaque(_) => format!("a {}: address", url.scheme()),
        origin => origin.ascii_serialization(),
    }
}

fn address(location: &str, place: &Place, findings: &mut Findings) -> Option<Url> {
    let stripped = without_user_info(location);
    let detail = shown(stripped.as_deref().unwrap_or(location));
    match Url::parse(location) {
        Ok(url) if url.host_str().is_none_or(str::is_empty) => {
            findings.add(Code::LocationUnreadable, Some(place.clone()), detail);
            None
        }
        Ok(url) => {
            if url.scheme() != "https" {
                findings.add(Code::LocationNotHttps, Some(place.clone()), detail);
            }
            Some(url)
        }
        Err(error) => {
            let detail = format!("{detail}: {error}");
            findings.add(Code::LocationUnreadable, Some(place.clone()), detail);
            None
        }
    }
}

/// Okta's app, as an address of it or the address of its metadata names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct App {
    /// Left out in the short form.
    pub(super) name: Option<String>,
    pub(super) issuer_id: String,
}

/// Reads `/app/{name}/{issuer id}/sso/saml` and the form without a name, with whatever follows.
pub(super) fn app(url: &Url) -> Option<App> {
    let segments: Vec<&str> = url.path_segments()?.collect();
    let (name, issuer_id) = match segments.as_slice() {
        ["app", name, id, "sso", "saml", ..] => (Some((*name).to_owned()), *id),
        ["app", id, "sso", "saml", ..] => (None, *id),
        _ => return None,
    };
    Some(App {
        name,
        issuer_id: issuer_id.to_owned(),
    })
}

/// The name of the organization, if the host is one of Okta's: `None` for a domain of its own.
fn organization(host: &str) -> Option<(&str, &str)> {
    DOMAINS.iter().find_map(|domain| {
        let name = host.strip_suffix(domain)?.strip_suffix('.')?;
        Some((name, *domain))
    })
}

/// Looks at all addresses together, and at what the file says elsewhere about where they lead.
pub(super) fn judge(
    sign_on: &[Read],
    others: &[Read],
    expected: &Expected,
    metadata: &mut Metadata,
) {
    let main = sign_on
        .iter()
        .filter(|read| read.service.binding.is_for_browsers())
        .find_map(|read| Some((read, read.url.as_ref()?)));
    let Some((main, url)) = main else { return };
    let host = url.host_str().unwrap_or_default();
    metadata.host = Some(host.to_owned());
    judge_organization(host, &main.place, metadata);
    judge_domain(url, &main.place, expected, metadata);
    let findings = &mut metadata.findings;
    for read in sign_on.iter().chain(others) {
        let other = read.url.as_ref().and_then(Url::host_str);
        if let Some(other) = other.filter(|other| *other != host) {
            let detail = format!("{other} here, {host} for sign-on");
            findings.add(Code::HostsDiffer, Some(read.place.clone()), detail);
        }
    }
    judge_locations(sign_on, main, host, findings);
    if let Some(wanted) = expected.host.as_deref().filter(|wanted| *wanted != host) {
        let detail = format!("asked of {wanted}, and the sign-on address is on {host}");
        findings.add(Code::HostsDiffer, Some(main.place.clone()), detail);
    }
    let app = app(url);
    if app.is_none() {
        let detail = shown(&main.service.location);
        findings.add(Code::LocationUnusual, Some(main.place.clone()), detail);
    }
    judge_app(app, &main.place, expected, metadata);
}

/// Whether the organization, if it lives at Okta's own domain, is the one of the certificate, and
/// no test.
fn judge_organization(host: &str, place: &Place, metadata: &mut Metadata) {
    let Some((name, domain)) = organization(host) else {
        return;
    };
    let findings = &mut metadata.findings;
    let own = name.strip_suffix("-admin");
    if let Some(own) = own {
        let detail = format!("{host}; the organization's own is {own}.{domain}");
        findings.add(Code::AdminAddress, Some(place.clone()), detail);
    }
    let name = own.unwrap_or(name);
    if domain == "oktapreview.com" || TEST_NAMES.iter().any(|start| name.starts_with(start)) {
        findings.add(Code::TestOrganization, Some(place.clone()), host);
    }
    // Okta writes the organization's name into the certificate that it makes.
    let mut names = metadata
        .certificates
        .iter()
        .filter(|found| found.issuer.contains("SSOProvider"))
        .filter_map(|found| found.common_name.as_deref());
    if let Some(other) = names.find(|other| !other.eq_ignore_ascii_case(name)) {
        let other = shown(other);
        let detail = format!("the address is on {host}, and the certificate is of {other}");
        findings.add(Code::HostsDiffer, Some(place.clone()), detail);
    }
}

/// Whether the host is one of Okta's, if the file is. Whoever asked that very host for the file has
/// said that it is the right one, and names that are reserved for examples are nobody's.
fn judge_domain(url: &Url, place: &Place, expected: &Expected, metadata: &mut Metadata) {
    let detail = match url.host() {
        Some(Host::Domain(host)) => {
            let entity_id = metadata.entity_id.as_deref().unwrap_or_default();
            let is_of_okta = ["http://www.okta.com/", "https://www.okta.com/"]
                .iter()
                .any(|start| entity_id.starts_with(start));
            let is_known = organization(host).is_some()
                || DOMAINS.contains(&host)
                || RESERVED.iter().any(|end| host.ends_with(end))
                || expected.host.as_deref() == Some(host);
            if !is_of_okta || is_known {
                return;
            }
            format!("{host}, and the entity id is Okta's")
        }
        Some(host) => format!("{host} is an IP address"),
        None => return,
    };
    let findings = &mut metadata.findings;
    findings.add(Code::HostUnknown, Some(place.clone()), detail);
}

/// Whether the sign-on addresses for browsers on one host are one.
fn judge_locations(sign_on: &[Read], main: &Read, host: &str, findings: &mut Findings) {
    let others = sign_on
        .iter()
        .filter(|read| read.service.binding.is_for_browsers())
        .filter(|read| read.url.as_ref().and_then(Url::host_str) == Some(host))
        .filter(|read| read.service.location != main.service.location);
    for read in others {
        let named = |read: &Read| {
            let Service { binding, location } = &read.service;
            format!("{} for {}", shown(location), binding.name())
        };
        let detail = format!("{}, {}", named(read), named(main));
        findings.add(Code::LocationsDiffer, Some(read.place.clone()), detail);
    }
}

/// Whether the file is about one app, and about the one that is expected.
fn judge_app(app: Option<App>, place: &Place, expected: &Expected, metadata: &mut Metadata) {
    let findings = &mut metadata.findings;
    let entity = metadata.entity_id.as_deref().and_then(entity_issuer);
    if let Some(app) = &app
        && let Some(entity) = entity
        && entity != app.issuer_id
    {
        let detail = format!(
            "the entity id names {}, the sign-on address {}",
            shown(entity),
            shown(&app.issuer_id)
        );
        findings.add(Code::OtherApp, Some(place.clone()), detail);
    }
    let entity = entity.map(str::to_owned);
    metadata.app_name = app.as_ref().and_then(|app| app.name.clone());
    metadata.issuer_id = app.map(|app| app.issuer_id).or(entity);
    let Some(wanted) = expected.app.as_deref() else {
        return;
    };
    let known = [&metadata.issuer_id, &metadata.app_name];
    let mut known = known.into_iter().flatten().peekable();
    if known.peek().is_some() && !known.any(|known| known == wanted) {
        let id = metadata.issuer_id.as_deref().unwrap_or_default();
        let detail = format!("it is of {}, and {wanted} is expected", shown(id));
        let findings = &mut metadata.findings;
        findings.add(Code::OtherApp, Some(place.clone()), detail);
    }
}

/// The issuer id in an entity id of Okta's form, `http://www.okta.com/exk…` or the id alone.
pub(super) fn entity_issuer(entity_id: &str) -> Option<&str> {
    let id = entity_id
        .strip_prefix("http://www.okta.com/")
        .or_else(|| entity_id.strip_prefix("https://www.okta.com/"))
        .unwrap_or(entity_id);
    let is_id = id.starts_with("exk") && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then_some(id)
}

/// Command's client id in an address of Command, such as
/// `https://saml.prod2.verkada.com/saml/sso/{client id}` (help.verkada.com, article 4263857).
pub(super) fn client_id(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let is_commands = ["verkada.com", "verkadagov.com"].iter().any(|domain| {
        let before = host.strip_suffix(domain);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    let segments: Vec<&str> = url.path_segments()?.collect();
    match segments.as_slice() {
        ["saml", "sso" | "login", id, ..] if is_commands && !id.is_empty() => {
            Some((*id).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apps_are_read_from_both_forms_of_the_address() {
        let read =
            |text: &str| app(&Url::parse(text).unwrap()).map(|app| (app.name, app.issuer_id));
        let id = || "exk1".to_owned();
        let name = Some("verkada".to_owned());
        for (address, wanted) in [
            (
                "https://a.okta.com/app/verkada/exk1/sso/saml",
                Some((name.clone(), id())),
            ),
            (
                "https://a.okta.com/app/verkada/exk1/sso/saml/metadata",
                Some((name, id())),
            ),
            (
                "https://a.okta.com/app/exk1/sso/saml/metadata?x=1",
                Some((None, id())),
            ),
            ("https://a.okta.com/app/exk1/slo/saml", None),
            (
                "https://a.okta.com/api/v1/apps/0oa1/sso/saml/metadata",
                None,
            ),
        ] {
            assert_eq!(read(address), wanted, "{address}");
        }
    }

    #[test]
    fn client_ids_are_read_from_addresses_of_command_only() {
        for (address, wanted) in [
            (
                "https://saml.prod2.verkada.com/saml/sso/ab-12",
                Some("ab-12"),
            ),
            (
                "https://vauth.command.verkada.com/saml/login/ab-12",
                Some("ab-12"),
            ),
            (
                "https://saml.prod-govus-pine.verkadagov.com/saml/sso/x",
                Some("x"),
            ),
            ("https://saml.prod2.verkada.com/saml/sso/", None),
            ("https://notverkada.com/saml/sso/ab-12", None),
            ("https://verkada.com.example/saml/sso/ab-12", None),
            ("urn:verkada:saml/sso/ab-12", None),
            ("", None),
        ] {
            assert_eq!(client_id(address).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn organizations_are_those_of_oktas_domains() {
        assert_eq!(
            organization("school.okta.com"),
            Some(("school", "okta.com"))
        );
        assert_eq!(
            organization("dev-1.oktapreview.com"),
            Some(("dev-1", "oktapreview.com"))
        );
        assert_eq!(organization("okta.com"), None);
        assert_eq!(organization("notokta.com"), None);
        assert_eq!(organization("login.school.example"), None);
    }
}
