//! `[okta]`: the organization that provisions people into Command by SCIM, where it is asked why
//! somebody is not there.

use crate::error::{Error, Exit};
use crate::model::address::base_url;

use super::document::{At, Document};
use super::layers::{Layers, Origin, Setting};

/// The environment variable that names the organization's address.
const ORG: &str = "ATRIUMCTL_OKTA_ORG";

/// What an address looks like.
const EXAMPLE: &str = "an address looks like https://school.okta.com";

/// `[okta]`: an organization in Okta, and the app in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Okta {
    /// Its address, without a slash at its end.
    pub org: Option<Setting<String>>,
    /// The app that provisions, by its id (`0oa…`) or its label; without it the one app is looked
    /// for whose name speaks of Verkada.
    pub app: Option<String>,
    /// The client id of the service app that signs in with a key, in place of a token.
    pub client_id: Option<String>,
    /// The id of its key.
    pub key_id: Option<String>,
}

/// Reads `[okta]`.
pub(super) fn okta(document: &Document<'_>, layers: &Layers<'_>) -> Result<Okta, Error> {
    let by_file = document.text("okta", "org")?.map(|at| Setting {
        value: at.value,
        origin: Origin::File {
            path: document.path().clone(),
            line: at.line,
        },
    });
    let org = layers.variable_text(ORG)?.or(by_file);
    Ok(Okta {
        org: org.map(checked_org).transpose()?,
        app: app(document)?,
        client_id: id(document, "client_id")?,
        key_id: id(document, "key_id")?,
    })
}

/// An address that may be asked, of the organization itself and not of its console.
fn checked_org(org: Setting<String>) -> Result<Setting<String>, Error> {
    let refuse =
        |why: String| Error::message(Exit::Usage, format!("{}: {why}", org.origin)).hint(EXAMPLE);
    let url = base_url(&org.value).map_err(|error| refuse(error.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    let (first, rest) = host.split_once('.').unwrap_or((host, ""));
    // The console has a host of its own, which answers the API with a page.
    if let Some(name) = first.strip_suffix("-admin")
        && rest.starts_with("okta")
    {
        let why = format!("{host} is the admin console: write https://{name}.{rest}");
        return Err(refuse(why));
    }
    if url.path() != "/" {
        let why = format!(
            "the address of the organization ends after the host: {}",
            url.origin().ascii_serialization()
        );
        return Err(refuse(why));
    }
    Ok(org.map(|_| url.as_str().trim_end_matches('/').to_owned()))
}

/// The id or the label of an app.
fn app(document: &Document<'_>) -> Result<Option<String>, Error> {
    let Some(At { value, line }) = document.text("okta", "app")? else {
        return Ok(None);
    };
    let value = value.trim();
    if value.is_empty() || value.contains(char::is_control) {
        return Err(document
            .fault(line, format_args!("`okta.app`: {value:?} is no app"))
            .hint("its id starts with 0oa and stands in the address bar of the app's page in Okta; its label will do, too"));
    }
    Ok(Some(value.to_owned()))
}

/// An id of Okta: letters and digits.
fn id(document: &Document<'_>, key: &str) -> Result<Option<String>, Error> {
    let Some(At { value, line }) = document.text("okta", key)? else {
        return Ok(None);
    };
    let value = value.trim();
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if value.is_empty() || !value.chars().all(is_id) {
        return Err(document
            .fault(line, format_args!("`okta.{key}`: {value:?} is no such id"))
            .hint("it stands on the service app's General tab in Okta"));
    }
    Ok(Some(value.to_owned()))
}
