//! The web pages of single sign-on: Okta's metadata addresses under `/app`, and Command's sign-on
//! address under `/saml`, which sends a browser on to where the uploaded metadata says.

pub(super) mod certificates;
pub(super) mod metadata;
mod pages;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use self::certificates::Active;
use super::scim::Call;
use super::server::Shared;
use super::sso::{self, Binding, Configuration};
use super::{SandboxError, local};

const HTML: &str = "text/html; charset=utf-8";

/// Answers a browser.
pub(super) fn answer(shared: &mut Shared, call: &Call<'_>) -> Response {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    if !matches!(*call.method, Method::GET | Method::HEAD) {
        return page(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "This is a page to look at.",
        );
    }
    let campus = &mut shared.campus;
    let endpoint = match path.as_slice() {
        ["saml", "login", _] => "GET /saml/login/{client id}".to_owned(),
        ["app", .., "metadata"] => "GET /app/{app}/{id}/sso/saml/metadata".to_owned(),
        _ => format!("GET /{}/…", path.first().unwrap_or(&"")),
    };
    campus.count_other(endpoint);
    let outcome = match path.as_slice() {
        ["app"] => Ok(index()),
        ["app", metadata::APP, id, "sso", "saml", "metadata"]
        | ["app", id, "sso", "saml", "metadata"] => file(&campus.dir, id),
        ["app", metadata::APP, id, "sso", "saml"] | ["app", id, "sso", "saml"] => sign_in(id),
        ["saml", "login", client_id] => Configuration::open(&campus.dir)
            .and_then(|configuration| login(&configuration, client_id, call.query)),
        _ => Ok(missing()),
    };
    outcome.unwrap_or_else(|problem| {
        page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            &problem.to_string(),
        )
    })
}

fn respond(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(media_type);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn page(status: StatusCode, title: &str, sentence: &str) -> Response {
    respond(status, HTML, pages::page(title, sentence))
}

fn missing() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Page not found",
        "There is nothing at this address.",
    )
}

/// The list of everything that is served under `/app`.
fn index() -> Response {
    let good = (metadata::GOOD.to_owned(), "the good file of the app");
    let forms = metadata::FORMS
        .iter()
        .map(|(form, about)| (metadata::issuer_id(form), *about));
    let rows = std::iter::once(good).chain(forms).map(|(id, about)| {
        let address = format!("/app/{}/{id}/sso/saml/metadata", metadata::APP);
        let about = pages::escape(about);
        format!("<li><a href=\"{address}\">{address}</a>: {about}</li>\n")
    });
    let rows: String = rows.collect();
    let text = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Metadata</title></head><body><h1>SAML metadata of the stand-in Okta</h1><p>The good file of the app for Command, and the ways in which such a file goes wrong. The address without {}/ serves the same.</p><ul>\n{rows}</ul></body></html>\n",
        metadata::APP
    );
    respond(StatusCode::OK, HTML, text)
}

fn file(dir: &std::path::Path, id: &str) -> Result<Response, SandboxError> {
    let Some(form) = metadata::form_of(id) else {
        return Ok(missing());
    };
    let active = Active::open(dir)?;
    let (media_type, bytes) = match form {
        None => ("text/xml", metadata::good(active)?),
        Some(form) => metadata::form(form, active, Timestamp::now().as_second())?,
    };
    Ok(respond(StatusCode::OK, media_type, bytes))
}

/// Where a browser that is sent to Okta ends: nobody signs in here.
fn sign_in(id: &str) -> Result<Response, SandboxError> {
    Ok(match metadata::form_of(id) {
        Some(_) => respond(StatusCode::OK, HTML, pages::SIGN_IN),
        None => missing(),
    })
}

/// Command's sign-on address: sends the browser to where the metadata in force says, by redirect
/// where that is offered or else by a form that posts itself; `?binding=post` asks for the form.
fn login(
    configuration: &Configuration,
    client_id: &str,
    query: &[(String, String)],
) -> Result<Response, SandboxError> {
    if client_id != sso::CLIENT_ID {
        return Ok(missing());
    }
    let Some(xml) = &configuration.metadata else {
        return Ok(page(
            StatusCode::OK,
            "Single sign-on is not configured",
            "No identity provider metadata has been uploaded for this client ID.",
        ));
    };
    let post = query
        .iter()
        .any(|(name, value)| name == "binding" && value == "post");
    let targets = sso::targets(xml).unwrap_or_default();
    let of = |wanted: Binding| targets.iter().find(|(binding, _)| *binding == wanted);
    let target = match post {
        true => of(Binding::Post),
        false => of(Binding::Redirect).or_else(|| of(Binding::Post)),
    };
    let Some((binding, location)) = target else {
        return Ok(page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Sign-on can't begin",
            "The metadata in force names no address for browsers.",
        ));
    };
    let request = authn_request(location);
    match binding {
        Binding::Redirect => Ok(redirect(location, &request)),
        Binding::Post => {
            let text = format!(
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Signing in</title></head><body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"SAMLRequest\" value=\"{}\"/><input type=\"hidden\" name=\"RelayState\" value=\"{client_id}\"/><noscript><button type=\"submit\">Continue</button></noscript></form></body></html>\n",
                pages::escape(location),
                STANDARD.encode(&request)
            );
            Ok(respond(StatusCode::OK, HTML, text))
        }
    }
}

/// The HTTP-Redirect binding (SAML 2.0 Bindings, section 3.4.4.1).
fn redirect(location: &str, request: &str) -> Response {
    let packed = STANDARD.encode(deflate(request.as_bytes()));
    let packed = utf8_percent_encode(&packed, NON_ALPHANUMERIC);
    let joint = if location.contains('?') { '&' } else { '?' };
    let target = format!(
        "{location}{joint}SAMLRequest={packed}&RelayState={}",
        sso::CLIENT_ID
    );
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    set(&mut response, LOCATION, &target);
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            response.headers_mut().insert(name, value);
        }
        Err(_) => {
            *response = page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Sign-on can't begin",
                "The sign-on address can't be put into a header.",
            );
        }
    }
}

/// What Command asks of the identity provider.
fn authn_request(location: &str) -> String {
    let at = Timestamp::now();
    let here = format!(
        "https://vauth.command.verkada.com/saml/sso/{}",
        sso::CLIENT_ID
    );
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_{:x}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\" AssertionConsumerServiceURL=\"{here}\"><saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{here}</saml:Issuer></samlp:AuthnRequest>",
        at.as_nanosecond(),
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pages::escape(location)
    )
}

/// DEFLATE (RFC 1951, section 3.2.4) in blocks that are stored as they are.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() + 5);
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        packed.push(u8::from(blocks.peek().is_none()));
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&(!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed
}

/// Makes another signing certificate the active one, whether the world is served or not: the server
/// looks at the file for every request.
pub(super) fn rotate(dir: &std::path::Path) -> Result<String, SandboxError> {
    let old = Active::open(dir)?.fingerprint()?;
    let new = Active::rotate(dir)?.fingerprint()?;
    Ok(format!(
        "Okta's signing certificate {} is replaced by {}; what was saved before is no longer what \
         Okta serves",
        local::short(&old),
        local::short(&new)
    ))
}
