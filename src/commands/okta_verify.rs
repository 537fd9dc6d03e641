//! `okta metadata verify`: proves from outside, without signing in, that a file is the one in
//! force.

use reqwest::Url;

use super::interrupt::Interrupt;
use super::okta::{self as command, Loaded};
use crate::config::SANDBOX;
use crate::context::{Context, Reach, clock, runtime};
use crate::error::{Error, Exit};
use crate::model::metadata::{Code, Live, Metadata, Severity, SignOn};
use crate::model::region::Region;
use crate::okta::{self, Expected, FetchError};
use crate::output::{self, MetadataReport, VerifyReport};
use crate::sandbox;

/// What Command's sign-on address looks like.
const LOGIN_URL: &str = "Command's sign-on address looks like \
     https://vauth.command.verkada.com/saml/login/CLIENT-ID";

/// What to verify.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The file, its address, or `-` for standard input
    #[arg(value_name = "FILE|URL|-", value_hint = clap::ValueHint::FilePath)]
    pub source: String,
    /// Command's client id, as Admin > Login & Access shows it; upper and lower case matter
    #[arg(long, value_name = "ID")]
    pub client_id: String,
    /// The organization's sign-on address for this client id, in place of the region's
    #[arg(long, value_name = "URL")]
    pub login_url: Option<String>,
    /// The Metadata URL on the app's Sign On tab in Okta; without it, the address that the file
    /// itself leads to
    #[arg(long, value_name = "URL")]
    pub metadata_url: Option<String>,
}

/// Where a verification asks.
pub(super) struct Asked {
    /// Command's sign-on address for the client id.
    pub(super) login: Url,
    /// What stands in for Okta's host, if the organization is the stand-in campus.
    pub(super) okta: Option<Url>,
    /// The campus lives as long as this.
    _reach: Option<Reach>,
}

/// Runs the command.
pub(super) fn verify(context: &Context<'_>, args: &Verify) -> Result<Exit, Error> {
    let Loaded { bytes, url } = command::load(context, &args.source)?;
    let expected = Expected {
        client_id: Some(args.client_id.trim().to_owned()),
        ..Expected::default()
    };
    let metadata = okta::check(&bytes, &expected, clock());
    if metadata.sign_on.is_empty() {
        // There is nothing that could be compared.
        let report = MetadataReport {
            source: &args.source,
            metadata: &metadata,
            exit: Exit::Failed,
            saved: None,
        };
        output::metadata(&context.ui, &report)?;
        return Ok(Exit::Failed);
    }
    let asked = asked(context, &args.client_id, args.login_url.as_deref())?;
    let given = args.metadata_url.as_deref();
    let given = given.map(command::address).transpose()?;
    let (sign_on, live) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let asking = async {
            let sign_on = sign_on(&asked.login, &metadata).await;
            Ok((sign_on, live(&asked, &metadata, given, url).await))
        };
        interrupt.droppable(asking).await
    })?;
    let exit = exit(&metadata, &sign_on, &live);
    let report = VerifyReport {
        source: &args.source,
        client_id: args.client_id.trim(),
        login_url: asked.login.as_str(),
        metadata: &metadata,
        sign_on: &sign_on,
        live: &live,
        exit,
    };
    output::verification(&context.ui, &report)?;
    Ok(exit)
}

fn exit(metadata: &Metadata, sign_on: &SignOn, live: &Live) -> Exit {
    let file = match metadata.findings.count(Severity::Error) {
        0 => Exit::Done,
        _ => Exit::Failed,
    };
    let sign_on = match sign_on {
        SignOn::Matches { .. } => Exit::Done,
        SignOn::OtherBinding { .. } | SignOn::OtherTarget { .. } | SignOn::NotConfigured { .. } => {
            Exit::Failed
        }
        SignOn::CannotTell { .. } => Exit::Partial,
        SignOn::Unreachable { .. } => Exit::Unavailable,
    };
    let live = match live {
        Live::Same { .. } | Live::Itself { .. } => Exit::Done,
        Live::Differs { .. } => Exit::Failed,
        Live::Unusable { .. } | Live::Unknown => Exit::Partial,
        Live::Unreachable { .. } => Exit::Unavailable,
    };
    // What is certainly wrong outweighs what could not be seen.
    if [file, sign_on, live].contains(&Exit::Failed) {
        return Exit::Failed;
    }
    sign_on.or(live)
}

/// Where to ask: the flag, the region's flag, the profile, in that order.
pub(super) fn asked(
    context: &Context<'_>,
    client_id: &str,
    login_url: Option<&str>,
) -> Result<Asked, Error> {
    let client_id = client_id.trim();
    if client_id.is_empty() || matches!(client_id, "." | "..") {
        let message = format!("`{client_id}` is no client id");
        return Err(Error::message(Exit::Usage, message)
            .hint("Command shows it under Admin > Login & Access > Single Sign-On (SSO)"));
    }
    let is_sandbox = context.layers.profile_name()?.value == SANDBOX;
    if let Some(login_url) = login_url
        && !is_sandbox
    {
        let login = command::safe(login_url, LOGIN_URL)?;
        return Ok(Asked {
            login,
            okta: None,
            _reach: None,
        });
    }
    if let Some(region) = &context.layers.flags.region
        && !is_sandbox
    {
        let region: Region = region.parse().map_err(|message| {
            Error::message(Exit::Usage, format!("flag --region: {message}"))
                .hint("regions are us, eu, au and gov")
        })?;
        return Ok(Asked {
            login: login(region.sso_base(), client_id)?,
            okta: None,
            _reach: None,
        });
    }
    let reach = context.reach()?;
    let Some(base) = reach.profile.command.sso_url.as_ref() else {
        let message = "it is not said where the organization signs on";
        return Err(Error::message(Exit::Usage, message).hint(
            "name the region with --region, the address with --login-url, or set sso_url under \
             [command] in the profile",
        ));
    };
    let okta = match is_sandbox {
        true => Some(command::safe(&base.value, LOGIN_URL)?),
        false => None,
    };
    let login = match login_url {
        Some(login_url) => command::safe(login_url, LOGIN_URL)?,
        None => login(&base.value, client_id)?,
    };
    Ok(Asked {
        login,
        okta,
        _reach: Some(reach),
    })
}

/// The sign-on address for a client id.
fn login(base: &str, client_id: &str) -> Result<Url, Error> {
    let mut url = command::safe(base, LOGIN_URL)?;
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(["saml", "login", client_id]);
    }
    Ok(url)
}

/// Asks the sign-on address.
pub(super) async fn sign_on(login: &Url, metadata: &Metadata) -> SignOn {
    match okta::ask_sign_on(login).await {
        Ok(answer) => okta::judge_sign_on(answer, metadata),
        Err(error) => SignOn::Unreachable { why: chain(&error) },
    }
}

/// Compares with what Okta serves: at the address given, at the one that the file came from, or at
/// the one that the file leads to.
async fn live(asked: &Asked, metadata: &Metadata, given: Option<Url>, from: Option<Url>) -> Live {
    if given.is_none()
        && let Some(from) = from
    {
        return Live::Itself { url: from.into() };
    }
    let url = match given {
        Some(url) => url,
        None => match okta::live_url(metadata) {
            Some(url) => at_home(asked, url),
            None => return Live::Unknown,
        },
    };
    let bytes = match okta::fetch(&url).await {
        Ok(bytes) => bytes,
        Err(FetchError::TooLarge { .. }) => {
            let why = Code::TooLarge.title().to_owned();
            let url = url.into();
            return Live::Unusable { url, why };
        }
        Err(error) => {
            return Live::Unreachable {
                why: chain(&error),
                url: url.into(),
            };
        }
    };
    let now = okta::check(&bytes, &Expected::default(), clock());
    let url: String = url.into();
    let is_comparable =
        !now.sign_on.is_empty() && now.certificates.iter().any(|one| one.key_use.signs());
    if !is_comparable {
        let finding = now.findings.list().first();
        let why = finding.map_or("it is no metadata", |finding| finding.code.title());
        let why = why.to_owned();
        return Live::Unusable { url, why };
    }
    let changes = okta::changes(metadata, &now);
    if changes.is_none() {
        Live::Same { url }
    } else {
        let changes = Box::new(changes);
        Live::Differs { url, changes }
    }
}

/// The address on the server that stands in for Okta, if this is the stand-in campus: its own
/// metadata names a host that nobody has.
fn at_home(asked: &Asked, url: Url) -> Url {
    match &asked.okta {
        Some(base) if url.host_str() == Some(sandbox::OKTA_HOST) => {
            let mut home = base.clone();
            home.set_path(url.path());
            home
        }
        _ => url,
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
