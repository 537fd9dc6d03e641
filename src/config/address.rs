//! The addresses of Command's interfaces: written out, or those of a region.

use crate::error::{Error, Exit};
use crate::model::address::base_url;
use crate::model::region::Region;

use super::document::Document;
use super::layers::{Layers, Origin, Setting};

/// What a SCIM address looks like.
const SCIM_EXAMPLE: &str = "https://api.command.verkada.com/scim";

/// What one layer says about where the organization is.
struct Level {
    scim_url: Option<Setting<String>>,
    api_url: Option<Setting<String>>,
    region: Option<Setting<String>>,
}

/// What flags and environment say, the flags first.
fn stated(layers: &Layers<'_>) -> Result<[Level; 2], Error> {
    let by_flag = |name, value: &Option<String>| {
        value.clone().map(|value| Setting {
            value,
            origin: Origin::Flag(name),
        })
    };
    let flags = &layers.flags;
    Ok([
        Level {
            scim_url: by_flag("--scim-url", &flags.scim_url),
            api_url: by_flag("--api-url", &flags.api_url),
            region: by_flag("--region", &flags.region),
        },
        Level {
            scim_url: layers.variable_text("ATRIUMCTL_SCIM_URL")?,
            api_url: layers.variable_text("ATRIUMCTL_API_URL")?,
            region: layers.variable_text("ATRIUMCTL_REGION")?,
        },
    ])
}

/// The layers, the highest first.
fn levels(document: &Document<'_>, layers: &Layers<'_>) -> Result<[Level; 3], Error> {
    let by_file = |key| -> Result<Option<Setting<String>>, Error> {
        Ok(document.text("command", key)?.map(|at| Setting {
            value: at.value,
            origin: Origin::File {
                path: document.path().clone(),
                line: at.line,
            },
        }))
    };
    let [flags, environment] = stated(layers)?;
    Ok([
        flags,
        environment,
        Level {
            scim_url: by_file("scim_url")?,
            api_url: by_file("api_url")?,
            region: by_file("region")?,
        },
    ])
}

/// The SCIM address: of the highest layer that has an address or a region.
pub(super) fn scim_url(
    document: &Document<'_>,
    layers: &Layers<'_>,
) -> Result<Setting<String>, Error> {
    for level in levels(document, layers)? {
        if let Some(url) = level_scim_url(level.scim_url, level.region)? {
            return Ok(url);
        }
    }
    Err(document
        .fault(
            document.line("command"),
            "it is not said which organization this is: neither region nor SCIM address",
        )
        .hint("under [command]: region = \"us\" (or \"eu\", \"au\"), or scim_url = \"https://…\""))
}

/// What one layer says of the SCIM address.
fn level_scim_url(
    url: Option<Setting<String>>,
    region: Option<Setting<String>>,
) -> Result<Option<Setting<String>>, Error> {
    match (url, region) {
        (None, None) => Ok(None),
        (Some(url), None) => check_url(url, SCIM_EXAMPLE).map(Some),
        (None, Some(region)) => scim_by_region(region).map(Some),
        (Some(url), Some(region)) => Err(Error::message(
            Exit::Usage,
            format!(
                "SCIM address ({}) and region ({}) are both set, and one of them is enough",
                url.origin, region.origin
            ),
        )
        .hint("keep the region; an address is for what no region covers")),
    }
}

/// Checks what flags and environment say of the addresses, before there is a profile that they
/// could be written into: what is wrong is told by their names.
///
/// # Errors
/// [`Exit::Usage`] if a region or an address can't be used.
pub fn check_stated(layers: &Layers<'_>) -> Result<(), Error> {
    for level in stated(layers)? {
        level_scim_url(level.scim_url, level.region)?;
        if let Some(url) = level.api_url {
            check_url(url, Region::Us.api_base())?;
        }
    }
    Ok(())
}

/// The address of the REST API: of the highest layer that has one or a region. `None` if the SCIM
/// address was written out: a region of a lower layer says nothing of that organization any more.
pub(super) fn api_url(
    document: &Document<'_>,
    layers: &Layers<'_>,
) -> Result<Option<Setting<String>>, Error> {
    let mut has_scim_url = false;
    for level in levels(document, layers)? {
        if let Some(url) = level.api_url {
            return check_url(url, Region::Us.api_base()).map(Some);
        }
        has_scim_url |= level.scim_url.is_some();
        if let Some(region) = level.region
            && !has_scim_url
        {
            let base = known(&region)?.api_base();
            return Ok(Some(region.map(|_| base.to_owned())));
        }
    }
    Ok(None)
}

/// The address of single sign-on: as [`api_url`], with `sso_url` of the profile's file as the
/// address that is written out.
pub(super) fn sso_url(
    document: &Document<'_>,
    layers: &Layers<'_>,
) -> Result<Option<Setting<String>>, Error> {
    if let Some(at) = document.text("command", "sso_url")? {
        let url = Setting {
            value: at.value,
            origin: Origin::File {
                path: document.path().clone(),
                line: at.line,
            },
        };
        return check_url(url, Region::Us.sso_base()).map(Some);
    }
    let mut has_scim_url = false;
    for level in levels(document, layers)? {
        has_scim_url |= level.scim_url.is_some();
        if let Some(region) = level.region
            && !has_scim_url
        {
            let base = known(&region)?.sso_base();
            return Ok(Some(region.map(|_| base.to_owned())));
        }
    }
    Ok(None)
}

fn scim_by_region(region: Setting<String>) -> Result<Setting<String>, Error> {
    let base = known(&region)?.scim_base().ok_or_else(|| {
        no_region(
            &region,
            "the SCIM address of GovCloud is not published".to_owned(),
        )
        .hint(
            "Command shows it beside the token: set it as scim_url under [command], or --scim-url",
        )
    })?;
    Ok(region.map(|_| base.to_owned()))
}

fn known(region: &Setting<String>) -> Result<Region, Error> {
    let named = region.value.parse();
    named.map_err(|message| no_region(region, message))
}

fn no_region(region: &Setting<String>, message: String) -> Error {
    Error::message(Exit::Usage, format!("{}: {message}", region.origin))
        .hint("regions are us, eu and au; for another address: scim_url, or --scim-url")
}

/// Refuses addresses that would send a secret in the clear or somewhere odd.
fn check_url(url: Setting<String>, example: &str) -> Result<Setting<String>, Error> {
    let base = base_url(&url.value).map_err(|error| {
        Error::message(Exit::Usage, format!("{}: {error}", url.origin))
            .hint(format!("an address looks like {example}"))
    })?;
    Ok(url.map(|_| base.as_str().trim_end_matches('/').to_owned()))
}
