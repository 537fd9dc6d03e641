//! `sandbox okta`: what Okta's own administrators do, in the stand-in Okta.

mod acts;

use std::path::Path;

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::output::{self, Format};
use crate::sandbox;

/// What to do in the stand-in Okta.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Make a new signing certificate and activate it, as a rotation does
    ///
    /// From then on the metadata holds the new certificate, and a file that was saved before is no
    /// longer what Okta serves.
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox okta rotate-certificate
  atriumctl sandbox okta rotate-certificate --output json")]
    RotateCertificate,
    /// Assignments, groups, provisioning, service apps
    #[command(flatten)]
    Act(acts::Act),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, dir: &Path, what: &What) -> Result<Exit, Error> {
    let told = match what {
        What::RotateCertificate => {
            let told = sandbox::rotate_certificate(dir);
            vec![told.map_err(|error| Error::new(Exit::Failed, error))?]
        }
        What::Act(act) => acts::carry_out(dir, act)?,
    };
    if context.ui.format() == Format::Table {
        let lines: String = told.iter().map(|line| format!("{line}\n")).collect();
        context.ui.data(&lines)?;
    } else {
        let document = serde_json::json!({
            "schema": "atriumctl.sandbox-okta/1",
            "happened": told,
        });
        output::document(&context.ui, &document)?;
    }
    Ok(Exit::Done)
}
