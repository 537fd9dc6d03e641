//! The single sign-on configuration of the stand-in Command: one, with the client id `campus`. Like
//! the real one it takes any XML that is uploaded, whether sign-in can work with it or not.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::campus::Campus;
use super::console::fault;
use super::scim::{Answer, Body, Call};
use super::{SandboxError, local};

/// The client id of the one configuration.
pub(super) const CLIENT_ID: &str = "campus";

/// The file of what is known of the upload.
pub(super) const FILE: &str = "sso.json";

/// The file with the metadata in force.
pub(super) const METADATA: &str = "sso-metadata.xml";

const NAMESPACE: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// What Command has.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    /// The metadata in force.
    pub(super) metadata: Option<Vec<u8>>,
    about: About,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct About {
    uploaded_at: Option<Timestamp>,
    /// Whether a login test passed. Nobody signs in here, so it never did.
    verified: bool,
}

impl Configuration {
    /// Reads the configuration of a world.
    pub(super) fn open(dir: &Path) -> Result<Self, SandboxError> {
        let read = |name: &str| {
            let path = dir.join(name);
            match fs::read(&path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(source) if source.kind() == ErrorKind::NotFound => Ok(None),
                Err(source) => Err(SandboxError::io("read", &path, source)),
            }
        };
        let about = match read(FILE)? {
            Some(text) => serde_json::from_slice(&text)
                .map_err(|problem| SandboxError::World(format!("{FILE}: {problem}")))?,
            None => About::default(),
        };
        Ok(Configuration {
            metadata: read(METADATA)?,
            about,
        })
    }

    fn upload(dir: &Path, xml: &[u8]) -> Result<Self, SandboxError> {
        let about = About {
            uploaded_at: Some(Timestamp::now()),
            verified: false,
        };
        let text = serde_json::to_vec(&about)
            .map_err(|problem| SandboxError::World(problem.to_string()))?;
        local::replace_bytes(&dir.join(METADATA), xml)?;
        local::replace_bytes(&dir.join(FILE), &text)?;
        Configuration::open(dir)
    }

    fn document(&self, domains: &[String]) -> Value {
        json!({
            "client_id": CLIENT_ID,
            "email_domains": domains,
            "has_metadata": self.metadata.is_some(),
            "uploaded_at": self.about.uploaded_at,
            "verified": self.about.verified,
        })
    }
}

/// Answers a request under `/admin/v1/sso`, of somebody who may ask.
pub(super) fn answer(campus: &mut Campus, call: &Call<'_>) -> Answer {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let Some(path) = path.strip_prefix(&["admin", "v1", "sso"]) else {
        return fault(StatusCode::NOT_FOUND, "there is nothing here");
    };
    if let [client_id, ..] = path
        && *client_id != CLIENT_ID
    {
        let message = format!("there is no configuration with the client ID {client_id}");
        return fault(StatusCode::NOT_FOUND, &message);
    }
    route(campus, call, path)
        .unwrap_or_else(|problem| fault(StatusCode::INTERNAL_SERVER_ERROR, &problem.to_string()))
}

fn route(campus: &mut Campus, call: &Call<'_>, path: &[&str]) -> Result<Answer, SandboxError> {
    let configuration = Configuration::open(&campus.dir)?;
    let answer = |body: Body| Answer {
        status: StatusCode::OK,
        headers: Vec::new(),
        body: Some(body),
    };
    Ok(match (call.method, path) {
        (&Method::GET, []) => answer(
            json!({ "configurations": [configuration.document(&campus.scim.domains)] }).into(),
        ),
        (&Method::GET, [_]) => answer(configuration.document(&campus.scim.domains).into()),
        (&Method::GET, [_, "metadata"]) => match configuration.metadata {
            Some(xml) => answer(Body::Raw("application/xml", xml)),
            None => fault(StatusCode::NOT_FOUND, "no metadata has been uploaded"),
        },
        (&Method::PUT, [_, "metadata"]) => match targets(call.body) {
            Some(_) => {
                let configuration = Configuration::upload(&campus.dir, call.body)?;
                answer(configuration.document(&campus.scim.domains).into())
            }
            None => fault(StatusCode::BAD_REQUEST, "the file is not XML"),
        },
        (_, [] | [_] | [_, "metadata"]) => fault(
            StatusCode::METHOD_NOT_ALLOWED,
            "this can't be done at this address",
        ),
        _ => fault(StatusCode::NOT_FOUND, "there is nothing here"),
    })
}

/// How a browser brings a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    Redirect,
    Post,
}

/// The sign-on addresses for browsers in metadata, in its order; `None` if it is not XML.
pub(super) fn targets(xml: &[u8]) -> Option<Vec<(Binding, String)>> {
    let text = decode(xml)?;
    let mut reader = NsReader::from_str(&text);
    let mut targets = Vec::new();
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let ours = matches!(namespace, ResolveResult::Bound(name) if name.0 == NAMESPACE);
        match event {
            Event::Start(element) => {
                roots += usize::from(depth == 0);
                depth += 1;
                if ours {
                    targets.extend(service(&element));
                }
            }
            Event::Empty(element) => {
                roots += usize::from(depth == 0);
                if ours {
                    targets.extend(service(&element));
                }
            }
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Text(text) if depth == 0 && !text.trim().is_empty() => {
                return None;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (roots == 1 && depth == 0).then_some(targets)
}

fn service(element: &BytesStart<'_>) -> Option<(Binding, String)> {
    if element.local_name().as_ref() != "SingleSignOnService" {
        return None;
    }
    let value = |name: &str| {
        let attribute = element.try_get_attribute(name).ok()??;
        Some(
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .ok()?
                .into_owned(),
        )
    };
    let binding = match value("Binding")?.rsplit(':').next()? {
        "HTTP-Redirect" => Binding::Redirect,
        "HTTP-POST" => Binding::Post,
        _ => return None,
    };
    Some((binding, value("Location")?))
}

/// UTF-8 or UTF-16, with or without a mark.
fn decode(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        String::from_utf16(&units.collect::<Vec<u16>>()).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_by_namespace_and_other_things_are_no_xml() {
        let xml = "<E xmlns='urn:oasis:names:tc:SAML:2.0:metadata'><I>\
            <SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:SOAP' Location='a'/>\
            <SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='https://b/?x=1&amp;y=2'/>\
            <x:SingleSignOnService xmlns:x='y' Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='c'/>\
            </I></E>";
        let wanted = vec![(Binding::Post, "https://b/?x=1&y=2".to_owned())];
        assert_eq!(targets(xml.as_bytes()), Some(wanted));
        assert_eq!(targets(b"<a/>"), Some(Vec::new()));
        for other in ["", "text", "{\"a\": 1}", "<a><b></a>", "<a/><b/>", "<a>"] {
            assert_eq!(targets(other.as_bytes()), None, "{other}");
        }
    }
}
