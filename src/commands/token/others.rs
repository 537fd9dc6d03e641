//! Other SCIM clients that use the organization's token: they are broken by a new one.

use crate::context::Reach;
use crate::error::{Error, Exit};
use crate::ledger::Ledger;
use crate::model::Text;
use crate::model::memory::Memory;
use crate::reconcile::policy::IdFormat;
use crate::secret::Secret;
use crate::verkada::admin::AdminPort;
use crate::verkada::scim::ScimError;

use super::client;

/// What is known of other clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Others {
    /// How many users they manage.
    pub(super) users: u64,
    /// Their name as far as it can be told.
    pub(super) name: &'static str,
    /// Why Command could not be asked, so that this is what the ledger knows.
    pub(super) unseen: Option<String>,
    /// Whether there is a token that is not ours, so that somebody uses it whom we can't see.
    pub(super) has_another_token: bool,
}

/// Whether an external id looks like the id of a user in Okta: `00u` and 17 letters and digits
/// (<https://developer.okta.com/docs/reference/api/users/>).
fn is_okta(id: &str) -> bool {
    id.len() == 20 && id.starts_with("00u") && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Counts the users with an external id that is not ours.
fn count<'a>(ids: impl Iterator<Item = &'a Text>, ours: &IdFormat) -> Others {
    let (mut users, mut of_okta) = (0, 0);
    for id in ids.filter(|id| !id.trim().is_empty() && ours.parse(id).is_none()) {
        users += 1;
        of_okta += u64::from(is_okta(id));
    }
    let name = match of_okta {
        0 => "another SCIM client",
        some if some == users => "Okta",
        _ => "Okta and another SCIM client",
    };
    Others {
        users,
        name,
        unseen: None,
        has_another_token: false,
    }
}

/// Looks for users of other clients with the present token. If that is dead, or there is none, the
/// ledger can tell, which remembers people whose user another client had taken over, and the port,
/// which may know that there is a token.
pub(super) async fn look(
    reach: &Reach,
    token: Option<&Secret>,
    memory: &Memory,
    port: &impl AdminPort,
) -> Result<Others, Error> {
    let remembered = |why: String| Others {
        users: memory.users.values().filter(|user| !user.ours).count() as u64,
        name: "another SCIM client",
        unseen: Some(why),
        has_another_token: false,
    };
    // What the port can't tell is told by the job itself, a moment later.
    let has_another_token =
        async || matches!(port.scim().await, Ok(Some(state)) if state.has_token);
    let Some(token) = token else {
        return Ok(Others {
            has_another_token: has_another_token().await,
            ..remembered("there is no token to look with".to_owned())
        });
    };
    let format = &reach.profile.sync.external_id_format;
    let Some(ours) = IdFormat::new(format, "{campus_id}") else {
        return Ok(remembered(
            "the format of external ids can't be used".to_owned(),
        ));
    };
    let listing = match client(&reach.profile, token.clone()) {
        Ok(client) => client.users(&|_, _| {}).await,
        Err(error) => Err(error),
    };
    match listing {
        Ok(listing) => {
            let ids = listing
                .items
                .iter()
                .filter_map(|user| user.external_id.as_ref());
            Ok(count(ids, &ours))
        }
        Err(ScimError::SignIn { .. }) => Ok(Others {
            has_another_token: has_another_token().await,
            ..remembered("Command refuses the present token".to_owned())
        }),
        Err(error) => Err(Error::new(Exit::Unavailable, error).hint(
            "whether another SCIM client uses the token can't be seen: try again later, or go on \
             with --breaks-other-clients",
        )),
    }
}

/// What the ledger remembers.
pub(super) fn remember(ledger: &Ledger) -> Result<Memory, Error> {
    Ok(ledger.remember(crate::context::clock())?)
}

/// Refuses to break other clients unless that was said to be wanted.
pub(super) fn refuse(others: &Others) -> Error {
    let users = match others.users {
        1 => "1 user".to_owned(),
        many => format!("{many} users"),
    };
    let name = others.name;
    let message = match &others.unseen {
        Some(why) if others.users == 0 => format!(
            "the organization has a SCIM token that is not here ({why}), so somebody else uses it, \
             such as Okta: a new token stops that"
        ),
        unseen => {
            let seen = match unseen {
                Some(why) => format!(" as the ledger remembers ({why})"),
                None => String::new(),
            };
            format!(
                "{name} manages {users} in Command{seen}, with the one token that the organization \
                 has: a new token stops it"
            )
        }
    };
    Error::message(Exit::Held, message)
        .hint("nothing was made; if that is wanted: --breaks-other-clients")
        .hint(match name {
            "Okta" => {
                "then give Okta the new token at once, in the app under Provisioning > Integration: \
                 until then nobody whom Okta takes out is deactivated in Command"
            }
            _ => {
                "then give it the new token at once: until then nobody whom it takes out is \
                 deactivated in Command"
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_clients_are_counted_and_named() {
        let ours = IdFormat::new("atrium:{campus_id}", "{campus_id}").unwrap();
        let okta = "00u1a2b3c4D5e6F7g8h9";
        for (ids, users, name) in [
            (&["atrium:7", "", " "][..], 0, "another SCIM client"),
            (&["atrium:7", okta], 1, "Okta"),
            (
                &[okta, "lee@school.example"],
                2,
                "Okta and another SCIM client",
            ),
            (
                &["00u1a2b3c4D5e6F7g8h", "atrium:"],
                2,
                "another SCIM client",
            ),
        ] {
            let ids: Vec<Text> = ids.iter().map(|id| Text::from(*id)).collect();
            let others = count(ids.iter(), &ours);
            assert_eq!((others.users, others.name), (users, name), "{ids:?}");
        }
    }
}
