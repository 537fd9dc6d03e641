//! `token`: the organization's SCIM token, made, tried, and looked at.

mod domains;
mod judge;
mod keep;
mod make;
mod others;
mod status;
mod test;

use std::path::PathBuf;

pub(super) use judge::connection;

use crate::config::{Profile, SANDBOX};
use crate::context::{Context, SANDBOX_TOKEN, http_settings};
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::secret::Secret;
use crate::verkada::scim::{ScimClient, ScimError, ScimSettings};

/// Make, try and look at the organization's SCIM token
///
/// Live Command lets an organization admin make a token in its console alone. The sandbox, or a
/// gateway of one's own, does it over HTTP routes: adapter = "routes" and url = "https://HOST" under
/// [command.admin] in the profile, their paths under [command.admin.routes], and the secret of an
/// organization admin in ATRIUMCTL_ADMIN_SECRET or the keyring (`auth set admin`). The routes:
///
/// scim: GET /admin/v1/scim answers 200 with has_token, email_domains, send_invites, and created_at
/// (RFC 3339 or null).
///
/// token: POST /admin/v1/scim/token with email_domains and send_invites answers 201 with token,
/// email_domains, send_invites and created_at; the token before is dead.
///
/// refresh: POST /admin/v1/scim/token/refresh answers 200 with the same; 409 if there is no token.
///
/// sso: GET /admin/v1/sso/{client_id} answers 200 with client_id, email_domains, has_metadata,
/// uploaded_at and verified.
///
/// metadata: GET and PUT /admin/v1/sso/{client_id}/metadata, the XML itself; GET answers 404 if there
/// is none.
///
/// Requests carry `Authorization: Bearer SECRET`; bodies are JSON but for the XML; a secret that is
/// not known is answered with 401, one of somebody who is no organization admin with 403, an error
/// with a message.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with the token.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Make a SCIM token for some email domains. The one before is dead at once
    ///
    /// An organization has one token. Making a new one kills the old one for everything that uses
    /// it, Okta too, and only people of the domains named can be created and updated with the new
    /// one. It goes into the keyring; that the keyring takes it is proven before anything is made.
    ///
    /// Live Command lets an organization admin do this in its console alone, so there the steps are
    /// shown and the token is asked for at a hidden prompt. Where a gateway serves the admin port,
    /// as the sandbox does, it is done over that (adapter = "routes" under [command.admin]).
    #[command(after_long_help = "\
Examples:
  atriumctl token generate --domain school.example
  atriumctl token generate --domain school.example --domain students.school.example --no-invites
  atriumctl token generate --domain school.example --yes --output raw | vault kv put secret/scim token=-
                                             for a script: the token alone on standard output
  atriumctl token generate --domain school.example --yes --token-file -  < new-token
                                             one that was made in the console already")]
    Generate(Generate),
    /// Make a new token for the same domains. The one before is dead at once
    ///
    /// As `token generate`, for a token that was seen by somebody, or lost.
    #[command(after_long_help = "\
Examples:
  atriumctl token refresh
  atriumctl token refresh --yes --breaks-other-clients
                                             Okta uses it, and gets the new one afterwards
  atriumctl token refresh --yes --output raw for a pipe into a store of secrets")]
    Refresh(Make),
    /// Try the token: with the very call of Okta's connection test, then with questions that
    /// change nothing
    ///
    /// Ends with 0 if all is well or there are warnings only, with 4 if the token is refused, with
    /// 7 if Command can't be reached, and with 5 if something else fails.
    #[command(after_long_help = "\
Examples:
  atriumctl token test
  atriumctl token test --output json
  ATRIUMCTL_SCIM_TOKEN_FILE=old-token atriumctl token test")]
    Test,
    /// Say what is known of the token: where it comes from, its age, its domains; never its value
    ///
    /// What is not known, because another program made the token, is said to be unknown.
    #[command(after_long_help = "\
Examples:
  atriumctl token status
  atriumctl token status --check
  atriumctl token status --output json | jq -r .fingerprint")]
    Status(Status),
    /// List the email domains of Atrium's people, and which of them the token is not made for
    #[command(after_long_help = "\
Examples:
  atriumctl token domains
  atriumctl token domains --output csv > domains.csv")]
    Domains,
}

/// A token to be made for some domains.
#[derive(Debug, clap::Args)]
pub struct Generate {
    /// An email domain, each subdomain by itself. May be repeated
    #[arg(long = "domain", value_name = "DOMAIN", required = true)]
    pub domains: Vec<String>,

    /// Command sends no invitation to people who are created over SCIM
    #[arg(long)]
    pub no_invites: bool,

    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at the type")]
    pub make: Make,
}

/// How a token is made.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,

    /// Show the new token, once; without a keyring this, or --output raw, is the only way to get it
    #[arg(long)]
    pub show: bool,

    /// Go on although another SCIM client, such as Okta, uses the token: it can do nothing more in
    /// Command until it is given the new one
    #[arg(long)]
    pub breaks_other_clients: bool,

    /// The file with a token that was made in Command's console a moment ago, `-` for standard
    /// input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
}

/// How to look at the token.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// Try it, too
    #[arg(long)]
    pub check: bool,
}

impl Args {
    /// Whether the answer can be the token alone.
    #[must_use]
    pub fn makes_token(&self) -> bool {
        matches!(self.what, What::Generate(_) | What::Refresh(_))
    }
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    match args.what {
        What::Generate(args) => make::generate(context, &args),
        What::Refresh(args) => make::refresh(context, &args),
        What::Test => test::run(context),
        What::Status(args) => status::run(context, &args),
        What::Domains => domains::run(context),
    }
}

/// A SCIM client that soon gives up.
fn client(profile: &Profile, token: Secret) -> Result<ScimClient, ScimError> {
    let settings = ScimSettings {
        http: HttpSettings {
            max_retries: 2,
            ..http_settings(profile)
        },
        ..ScimSettings::default()
    };
    ScimClient::new(&profile.command.scim_url.value, token, settings)
}

/// Says why the stand-in campus refuses a token: another one is set than its own.
fn tell_override(context: &Context<'_>, profile: &Profile, exit: Exit) {
    if exit == Exit::Authentication && profile.name.value == SANDBOX {
        context.ui.hint(SANDBOX_TOKEN);
    }
}
