//! What the API key may do, by calls that only read.

use super::reach::check_address;
use crate::config::Profile;
use crate::model::access::{AccessGroup, AccessLevel, AccessUser};
use crate::model::checkup::{Area, Check, Fault};
use crate::verkada::rest::{FindBy, RestClient, RestError};

/// How many requests this takes: a token, and four reads.
#[cfg(test)]
pub(super) const REQUESTS: u32 = 5;

/// What was read.
#[derive(Default)]
pub(super) struct Rights {
    everybody: Option<Result<Vec<AccessUser>, RestError>>,
    /// One person's cards.
    record: Option<Result<(), RestError>>,
    groups: Option<Result<Vec<AccessGroup>, RestError>>,
    levels: Option<Result<Vec<AccessLevel>, RestError>>,
}

impl Rights {
    /// The groups that open doors.
    pub(super) fn groups(&self) -> Option<&[AccessGroup]> {
        self.groups.as_ref()?.as_ref().ok().map(Vec::as_slice)
    }

    /// The access levels.
    pub(super) fn levels(&self) -> Option<&[AccessLevel]> {
        self.levels.as_ref()?.as_ref().ok().map(Vec::as_slice)
    }
}

/// Reads what a sync reads. A refused key ends it: the others would be refused, too.
pub(super) async fn gather(client: Option<&RestClient>) -> Rights {
    let mut rights = Rights::default();
    let Some(client) = client else {
        return rights;
    };
    let everybody = client.everybody().await;
    let is_over = everybody.as_ref().is_err_and(|error| {
        error.is_of_sign_in() || matches!(error, RestError::Unavailable { .. })
    });
    let first = everybody
        .as_ref()
        .ok()
        .and_then(|users| users.first().cloned());
    rights.everybody = Some(everybody);
    if is_over {
        return rights;
    }
    if let Some(first) = first {
        let record = client.find(FindBy::UserId(first.id.as_str())).await;
        rights.record = Some(record.map(drop));
    }
    rights.groups = Some(client.access_groups().await);
    rights.levels = Some(client.access_levels().await);
    rights
}

/// What somebody has to know of an error.
fn fault(error: &RestError) -> Fault {
    match error {
        RestError::Key { .. } | RestError::Scope { .. } => Fault::Authentication,
        RestError::Unavailable { .. } => Fault::Unreachable,
        RestError::Setup(_) => Fault::Setting,
        _ => Fault::Other,
    }
}

/// Judges what was read.
pub(super) fn judge(rights: &Rights, has_key: bool, profile: &Profile) -> Vec<Check> {
    let failed = |code, error| failed(code, error, profile);
    let Some(everybody) = &rights.everybody else {
        let why = match has_key {
            true => "nothing was read",
            false => "there is no API key that can be sent",
        };
        return vec![Check::not_looked(Area::Rights, "api-key-works", why)];
    };
    let mut checks = Vec::new();
    if let Err(error) = everybody
        && error.is_of_sign_in()
    {
        checks.push(failed("api-key-works", error));
        return checks;
    }
    if !matches!(everybody, Err(RestError::Unavailable { .. })) {
        checks.push(Check::ok(
            Area::Rights,
            "api-key-works",
            "Command gives a token for the API key",
        ));
    }
    checks.push(match everybody {
        Ok(users) => {
            let evidence = format!("the API key may list everybody: {} people", users.len());
            Check::ok(Area::Rights, "api-users", evidence)
        }
        Err(error) => failed("api-users", error),
    });
    checks.extend(rights.record.as_ref().map(|record| match record {
        Ok(()) => Check::ok(
            Area::Rights,
            "api-cards",
            "the API key may read a person's cards",
        ),
        Err(error) => failed("api-cards", error),
    }));
    checks.extend(rights.groups.as_ref().map(|groups| match groups {
        Ok(_) => Check::ok(
            Area::Rights,
            "api-groups",
            "the API key may read access groups",
        ),
        Err(error) => failed("api-groups", error),
    }));
    checks.extend(rights.levels.as_ref().map(|levels| match levels {
        Ok(_) => Check::ok(
            Area::Rights,
            "api-levels",
            "the API key may read access levels",
        ),
        // A sync does without it.
        Err(error @ RestError::Scope { .. }) => {
            let check = Check::warning(Area::Rights, "api-levels", error.to_string());
            check.remedy(
                "no sync needs it; to see which groups open doors, make a key with Door Access \
                 Management in Command under Admin > API & Integrations > API Keys",
            )
        }
        Err(error) => failed("api-levels", error),
    }));
    if everybody.is_ok() {
        let why = "whether the API key may write cards shows only in a write: --probe-write EMAIL \
                   does one on a throwaway person";
        checks.push(Check::not_looked(Area::Rights, "api-writes", why));
    }
    checks
}

fn failed(code: &'static str, error: &RestError, profile: &Profile) -> Check {
    let check = Check::failure(Area::Rights, code, fault(error), error.to_string());
    // Nothing was written, so that a sync is never the cure.
    check.remedy(match (error, &profile.command.api_url) {
        (
            RestError::Setup(_)
            | RestError::Unavailable { .. }
            | RestError::NotFound { .. }
            | RestError::Unexpected { .. },
            Some(address),
        ) => check_address("API", address),
        (error, _) => error.code().remedy().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::stage::{self, Stage};
    use crate::verkada::rest::tests::{client, on_stage};
    use serde_json::json;

    fn profile() -> Profile {
        Profile::sandbox(std::path::Path::new("/s"), "https://h", &[])
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_without_the_api_is_told_once() {
        let client = on_stage(Stage::new(|_| async {
            stage::json(404, json!({"message": "no"}))
        }));
        let rights = gather(Some(&client)).await;
        let sent = client.requests();
        assert_eq!(sent.iter().map(|it| it.sent).sum::<u64>(), 1, "{sent:?}");
        let checks = judge(&rights, true, &profile());
        let [check] = &checks[..] else {
            panic!("{checks:?}")
        };
        assert_eq!(
            (check.code, check.state.word()),
            ("api-key-works", "failure")
        );
        assert!(check.evidence.starts_with("POST /token"), "{check:?}");
        assert!(
            check.remedy.starts_with("check the API address"),
            "{check:?}"
        );
    }

    async fn rights_of(refused: &'static str, status: u16) -> Vec<(&'static str, &'static str)> {
        let (client, log) = client(move |sent| {
            if sent.url.path().ends_with(refused) {
                return stage::json(status, json!({"message": "no"}));
            }
            let list = match sent.url.path() {
                path if path.ends_with("/access_users") => {
                    json!({"access_members": [{"user_id": "u"}]})
                }
                path if path.ends_with("/user") => json!({"user_id": "u"}),
                path if path.ends_with("/access_groups") => json!({"access_groups": []}),
                _ => json!({"access_levels": []}),
            };
            stage::json(200, list)
        });
        let rights = gather(Some(&client)).await;
        assert!(log.calls().len() as u32 <= REQUESTS, "{:?}", log.calls());
        let checks = judge(&rights, true, &profile());
        let states = checks.iter().map(|check| (check.code, check.state.word()));
        states.collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_scope_that_is_missing_is_named_at_its_call() {
        for (refused, code, state) in [
            ("/access_users", "api-users", "failure"),
            ("/access_users/user", "api-cards", "failure"),
            ("/access_groups", "api-groups", "failure"),
            ("/door/access_level", "api-levels", "warning"),
        ] {
            let states = rights_of(refused, 403).await;
            assert!(states.contains(&(code, state)), "{refused}: {states:?}");
            let others = states.iter().filter(|(_, state)| *state != "ok");
            assert!(others.count() <= 2, "{refused}: {states:?}");
        }
        let states = rights_of("/nothing", 403).await;
        assert!(
            states
                .iter()
                .all(|(code, state)| *state == "ok" || *code == "api-writes")
        );
    }

    #[test]
    fn without_a_key_nothing_is_claimed() {
        let checks = judge(&Rights::default(), false, &profile());
        assert_eq!(checks[0].state.word(), "not-looked-at");
    }
}
