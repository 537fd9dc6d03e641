//! How fast Command is asked. Pure.

use crate::config::Profile;
use crate::model::checkup::{Area, Check};
use crate::net::Allowance;

/// From this share on, nothing is left for other programs of the organization.
const ALL: u32 = 100;

/// Judges the pace.
pub(super) fn judge(allowance: Option<Allowance>, profile: &Profile) -> Vec<Check> {
    let command = &profile.command;
    let rest = match allowance {
        None => Check::not_looked(Area::Limits, "api-pace", "the REST API is not used"),
        Some(allowance) => {
            let evidence = format!(
                "REST: {} % of the organization's {} requests a minute are ours",
                command.api_share, command.api_requests_a_minute
            );
            let details = [format!(
                "at most {} in {} seconds",
                allowance.share,
                allowance.span.as_secs_f32()
            )];
            if command.api_share >= ALL {
                let remedy = "set api_share under [command] to 80: the limit is the whole \
                              organization's, and other programs would be refused";
                Check::warning(Area::Limits, "api-pace", evidence).remedy(remedy)
            } else {
                Check::ok(Area::Limits, "api-pace", evidence).details(details)
            }
        }
    };
    let evidence = format!(
        "SCIM: {} requests at a time, fewer after a refusal",
        profile.sync.concurrency
    );
    vec![rest, Check::ok(Area::Limits, "scim-pace", evidence)]
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_share_of_everything_is_a_warning() {
        let mut profile = Profile::sandbox(Path::new("/s"), "http://127.0.0.1:1", &[]);
        let allowance = Allowance::of_minute(300, Duration::from_secs(60), 80);
        let state = |profile: &Profile| judge(Some(allowance), profile)[0].state.word();
        assert_eq!(state(&profile), "ok");
        profile.command.api_share = 100;
        assert_eq!(state(&profile), "warning");
        assert_eq!(judge(None, &profile)[0].state.word(), "not-looked-at");
    }
}
