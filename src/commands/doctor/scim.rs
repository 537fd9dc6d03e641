//! What Command's SCIM interface takes and can do. Pure.

use super::reach::check_address;
use crate::config::{Profile, SANDBOX};
use crate::context::SANDBOX_TOKEN;
use crate::model::checkup::{Area, Check, Fault};
use crate::model::directory::Dialect;
use crate::model::memory::Memory;
use crate::verkada::scim::{Claimed, Paging, ScimError, Survey};

/// How the probe is asked for.
const PROBE: &str = "atriumctl doctor --probe-write EMAIL settles it on a throwaway person";

/// Judges a look.
pub(super) fn judge(
    look: &Result<Survey, ScimError>,
    profile: &Profile,
    memory: Option<&Memory>,
) -> Vec<Check> {
    let look = match look {
        Ok(look) => look,
        Err(error) => return vec![refused(error, profile)],
    };
    let users = match look.user_count {
        Some(count) => format!("Command takes the SCIM token and lists {count} users"),
        None => "Command takes the SCIM token and lists users".to_owned(),
    };
    let mut checks = vec![
        Check::ok(Area::Rights, "scim-token-works", users),
        discovery(&look.claimed),
        writes(&look.claimed, profile),
        search(&look.search),
        paging(look.paging),
        types(look),
        external_ids(look, profile, memory),
    ];
    if let Err(error) = &look.groups {
        let check = Check::failure(Area::Scim, "scim-groups", fault(error), error.to_string());
        checks.push(check.remedy(remedy(error, profile)));
    }
    checks
}

/// What to do about a failed look. Nothing was written, so that a sync is never the cure.
fn remedy(error: &ScimError, profile: &Profile) -> String {
    match error {
        ScimError::SignIn { .. } if profile.name.value == SANDBOX => SANDBOX_TOKEN.to_owned(),
        ScimError::Setup(_)
        | ScimError::Unavailable { .. }
        | ScimError::NotFound { .. }
        | ScimError::Unexpected { .. } => check_address("SCIM", &profile.command.scim_url),
        error => error.code().remedy().to_owned(),
    }
}

fn fault(error: &ScimError) -> Fault {
    match error {
        ScimError::SignIn { .. } => Fault::Authentication,
        ScimError::Unavailable { .. } => Fault::Unreachable,
        ScimError::Setup(_) => Fault::Setting,
        _ => Fault::Other,
    }
}

fn refused(error: &ScimError, profile: &Profile) -> Check {
    let check = Check::failure(
        Area::Rights,
        "scim-token-works",
        fault(error),
        error.to_string(),
    );
    check.remedy(remedy(error, profile))
}

fn discovery(claimed: &Result<Claimed, ScimError>) -> Check {
    match claimed {
        Ok(_) => Check::ok(Area::Scim, "discovery", "the server says what it can do"),
        Err(ScimError::NotFound { .. }) => {
            let evidence = "the server does not say what it can do; everything is found out";
            Check::ok(Area::Scim, "discovery", evidence)
        }
        Err(error) => {
            let evidence = format!("the server could not be asked what it can do: {error}");
            Check::warning(Area::Scim, "discovery", evidence)
                .remedy("nothing needs to be done: it is found out")
        }
    }
}

fn writes(claimed: &Result<Claimed, ScimError>, profile: &Profile) -> Check {
    let claim = claimed.as_ref().ok().and_then(|claimed| claimed.patch);
    let word = |dialect| match dialect {
        Dialect::Patch => "PATCH",
        Dialect::Put => "PUT",
    };
    let command = &profile.command;
    match (command.dialect, command.observed.dialect(), claim) {
        (Some(set), Some(seen), _) if set != seen => {
            let evidence = format!(
                "the profile says {}, and a probe saw {} work",
                word(set),
                word(seen)
            );
            Check::warning(Area::Scim, "writes", evidence)
                .remedy("take scim_dialect out of [command], or probe again")
        }
        (Some(set), _, _) => {
            let evidence = format!("changes are sent as {}, as the profile says", word(set));
            Check::ok(Area::Scim, "writes", evidence)
        }
        (None, Some(seen), _) => {
            let evidence = format!("changes are sent as {}, which a probe saw work", word(seen));
            Check::ok(Area::Scim, "writes", evidence)
        }
        (None, None, Some(false)) => {
            let evidence = "changes are sent as PUT: the server says that it takes no PATCH";
            Check::ok(Area::Scim, "writes", evidence)
        }
        (None, None, _) => {
            let evidence = "changes are sent as PATCH, and as PUT if that is refused";
            Check::ok(Area::Scim, "writes", evidence)
        }
    }
}

fn search(search: &Result<usize, ScimError>) -> Check {
    match search {
        Ok(0) => Check::ok(Area::Scim, "filter", "users can be searched for"),
        Ok(found) => {
            let evidence = format!("a search for nobody finds {found} users: filters are ignored");
            Check::warning(Area::Scim, "filter", evidence)
                .remedy("nothing needs to be done: what is found is compared again")
        }
        Err(error) => {
            let evidence = format!("users can't be searched for: {error}");
            Check::warning(Area::Scim, "filter", evidence).remedy(
                "nothing needs to be done; a lost answer to a create is then told in the next run",
            )
        }
    }
}

fn paging(paging: Paging) -> Check {
    let evidence = match paging {
        Paging::OnePage => "all users fit on one page",
        Paging::Index => "lists go on by index",
        Paging::Cursor => "lists go on by cursor",
        Paging::Broken => {
            let evidence = "the second page of users could not be had: lists can't be read whole";
            let remedy = "every removal by absence is held; ask Verkada's support why startIndex \
                          is ignored";
            let check = Check::failure(Area::Scim, "paging", Fault::Other, evidence);
            return check.remedy(remedy);
        }
    };
    Check::ok(Area::Scim, "paging", evidence)
}

fn types(look: &Survey) -> Check {
    let mut odd = Vec::new();
    if look.numbers_are_texts {
        odd.push("numbers come as texts");
    }
    if !look.users.is_empty() && look.users.iter().all(|user| user.active.is_none()) {
        odd.push(
            "users come without `active`, so who is deactivated is known from the ledger alone",
        );
    }
    let evidence = match odd.as_slice() {
        [] => "answers have the types of the standard".to_owned(),
        odd => format!("read all the same: {}", odd.join("; ")),
    };
    Check::ok(Area::Scim, "types", evidence)
}

/// Whether it can be told whose users are whose: by the external id, or by the ledger alone.
fn external_ids(look: &Survey, profile: &Profile, memory: Option<&Memory>) -> Check {
    let known = memory.map_or(0, |memory| memory.users.len());
    let is_shown = look.users.iter().any(|user| user.external_id.is_some());
    let listed_as_ours = memory.is_some_and(|memory| {
        let mut ours = memory.users.values().filter(|user| user.ours);
        ours.any(|user| look.users.iter().any(|listed| listed.id == user.user_id))
    });
    let is_hidden = !is_shown && (profile.command.observed.hides_external_ids() || listed_as_ours);
    if is_shown {
        return Check::ok(Area::Scim, "external-ids", "external ids are returned");
    }
    if is_hidden && known > 0 {
        let evidence = format!(
            "external ids are never returned; the ledger knows the {known} people who are ours"
        );
        return Check::ok(Area::Scim, "external-ids", evidence);
    }
    if is_hidden {
        let evidence = "external ids are never returned and there is no ledger: who is ours can't \
                        be told, so later leavers would keep their access";
        let remedy = "keep the ledger from run to run (--state PATH in a CI job's cache)";
        return Check::warning(Area::Scim, "external-ids", evidence).remedy(remedy);
    }
    let why = "no user listed so far has an external id, so it can't be told whether they are \
               returned";
    Check::not_looked(Area::Scim, "external-ids", why).remedy(PROBE)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::CampusId;
    use crate::model::directory::RemoteUser;
    use crate::model::memory::UserMemory;
    use crate::model::observed::Question;

    fn look(external_id: Option<&str>) -> Survey {
        Survey {
            claimed: Ok(Claimed::default()),
            users: vec![RemoteUser {
                id: "u1".into(),
                external_id: external_id.map(Into::into),
                active: Some(true),
                ..RemoteUser::default()
            }],
            user_count: Some(1),
            paging: Paging::OnePage,
            numbers_are_texts: false,
            search: Ok(0),
            groups: Ok((Vec::new(), true)),
        }
    }

    fn profile() -> Profile {
        Profile::sandbox(Path::new("/s"), "http://127.0.0.1:1", &[])
    }

    fn memory(user_id: &str) -> Memory {
        let mut memory = Memory::default();
        let user = UserMemory {
            user_id: user_id.into(),
            ours: true,
            ..UserMemory::default()
        };
        memory.users.insert(CampusId::from("1"), user);
        memory
    }

    #[test]
    fn hidden_external_ids_need_a_ledger() {
        let mut hidden = profile();
        hidden
            .command
            .observed
            .note_word(Question::ExternalId, "hidden");
        let open = profile();
        let (ours, others) = (memory("u1"), memory("u9"));
        for (external_id, profile, memory, state) in [
            (Some("a"), &open, None, "ok"),
            (None, &open, None, "not-looked-at"),
            (None, &open, Some(&others), "not-looked-at"),
            (None, &open, Some(&ours), "ok"),
            (None, &hidden, None, "warning"),
            (None, &hidden, Some(&Memory::default()), "warning"),
            (None, &hidden, Some(&ours), "ok"),
            // What is seen counts more than what was.
            (Some("a"), &hidden, None, "ok"),
        ] {
            let check = external_ids(&look(external_id), profile, memory);
            assert_eq!(check.state.word(), state, "{check:?}");
        }
    }

    #[test]
    fn each_capability_has_its_line() {
        let states = |look: Survey| -> Vec<(&str, &str)> {
            let checks = judge(&Ok(look), &profile(), None);
            let odd = checks
                .into_iter()
                .filter(|check| check.state.word() != "ok");
            odd.map(|check| (check.code, check.state.word())).collect()
        };
        assert_eq!(states(look(Some("a"))), []);
        let broken = Survey {
            paging: Paging::Broken,
            search: Ok(3),
            ..look(Some("a"))
        };
        assert_eq!(
            states(broken),
            [("filter", "warning"), ("paging", "failure")]
        );
    }

    #[test]
    fn a_profile_that_contradicts_the_probe_is_a_warning() {
        let mut profile = profile();
        profile
            .command
            .observed
            .note_word(Question::Patch, "refused");
        profile
            .command
            .observed
            .note_word(Question::Put, "accepted");
        let claimed = Ok(Claimed::default());
        assert!(
            writes(&claimed, &profile)
                .evidence
                .contains("PUT, which a probe")
        );
        profile.command.dialect = Some(Dialect::Patch);
        assert_eq!(writes(&claimed, &profile).state.word(), "warning");
    }
}
