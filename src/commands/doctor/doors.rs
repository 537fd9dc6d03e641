//! Groups of Atrium that open no door yet, and those whose name a group made in Command has. Pure.
//!
//! A SCIM group opens doors only after Access > Groups > Create SCIM Group, which makes an access
//! group of its name, and only if an access level is for that group
//! (<https://help.verkada.com/access-control/users-and-credentials/add-and-modify-access-groups/use-scim-for-access-groups>,
//! <https://help.verkada.com/access-control/access/add-and-modify-access-levels>).

use std::collections::BTreeSet;

use crate::model::access::{AccessGroup, AccessLevel};
use crate::model::checkup::{Area, Check};
use crate::model::directory::GroupListing;
use crate::model::fold::fold;
use crate::model::memory::Memory;
use crate::model::roster;
use crate::reconcile::policy::IdFormat;

/// How many groups are named.
const NAMED: usize = 5;

/// What is known of groups; `None` for what could not be read.
pub(super) struct Facts<'a> {
    pub(super) atrium: Option<&'a [roster::AccessGroup]>,
    /// The external id of our groups.
    pub(super) format: &'a str,
    /// Groups over SCIM, and whether they are all.
    pub(super) scim: Option<(&'a [GroupListing], bool)>,
    pub(super) access: Option<&'a [AccessGroup]>,
    pub(super) levels: Option<&'a [AccessLevel]>,
    pub(super) memory: Option<&'a Memory>,
}

/// Judges the groups.
pub(super) fn judge(facts: &Facts<'_>) -> Vec<Check> {
    let (Some(atrium), Some((scim, is_all))) = (facts.atrium, facts.scim) else {
        let why = match facts.atrium {
            None => "the groups of Atrium could not be read",
            Some(_) => "the groups of Command could not be read",
        };
        return vec![Check::not_looked(Area::Doors, "door-groups", why)];
    };
    let wanted: BTreeSet<String> = atrium
        .iter()
        .filter(|group| group.in_scope)
        .map(|group| fold(&group.name).into_owned())
        .collect();
    let ours = |group: &&GroupListing| is_ours(group, facts);
    let is_wanted = |group: &&GroupListing| wanted.contains(&*fold(&group.name));
    let synced: Vec<&str> = scim
        .iter()
        .filter(ours)
        .map(|group| group.name.as_str())
        .collect();
    let mut native: Vec<&str> = scim
        .iter()
        .filter(|group| is_wanted(group) && !ours(group) && group.external_id.is_none())
        .map(|group| group.name.as_str())
        .collect();
    // Where SCIM does not list what was made in Command, REST does.
    let listed: BTreeSet<String> = scim.iter().map(|g| fold(&g.name).into_owned()).collect();
    if is_all {
        let unlisted = facts.access.unwrap_or_default().iter().filter(|group| {
            let name = fold(&group.name);
            wanted.contains(&*name) && !listed.contains(&*name)
        });
        native.extend(unlisted.map(|group| group.name.as_str()));
    }
    let mut checks = vec![names(&native)];
    checks.extend(doors(&synced, facts));
    if !is_all {
        let why = "Command has more groups than are looked at here";
        checks.push(Check::not_looked(Area::Doors, "more-groups", why));
    }
    checks
}

/// Whether a group is one that we sync: by its external id, or as the ledger knows.
fn is_ours(group: &GroupListing, facts: &Facts<'_>) -> bool {
    let format = IdFormat::new(facts.format, "{access_group_id}");
    let by_id = group.external_id.as_deref().zip(format);
    if by_id.is_some_and(|(id, format)| format.parse(id).is_some()) {
        return true;
    }
    let mut known = facts.memory.iter().flat_map(|memory| memory.groups.iter());
    known.any(|known| known.group_id == group.id)
}

fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).map(|name| format!("\"{name}\""));
    let shown: Vec<String> = shown.collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn names(native: &[&str]) -> Check {
    if native.is_empty() {
        let evidence = "no group made in Command has the name of one of Atrium's";
        return Check::ok(Area::Doors, "native-groups", evidence);
    }
    let evidence = format!(
        "made in Command, with the name of a group of Atrium: {}",
        listed(native)
    );
    Check::warning(Area::Doors, "native-groups", evidence)
        .remedy(
            "SCIM can't manage these: rename or delete them in Command under Access > Groups, or \
             rename them in Atrium (atriumctl explain native-group)",
        )
        .details(native.iter().map(|name| (*name).to_owned()))
}

/// Which of the synced groups open nothing yet.
fn doors(synced: &[&str], facts: &Facts<'_>) -> Vec<Check> {
    let Some(access) = facts.access else {
        let why = "access groups can be read with an API key only";
        return vec![Check::not_looked(Area::Doors, "at-doors", why)];
    };
    if synced.is_empty() {
        let evidence = "no group is synced yet";
        return vec![Check::ok(Area::Doors, "at-doors", evidence)];
    }
    let of = |name: &str| access.iter().find(|group| fold(&group.name) == fold(name));
    let missing: Vec<&str> = synced
        .iter()
        .copied()
        .filter(|name| of(name).is_none())
        .collect();
    let mut checks = Vec::new();
    checks.push(if missing.is_empty() {
        let evidence = format!(
            "each of the {} synced groups is an access group",
            synced.len()
        );
        Check::ok(Area::Doors, "at-doors", evidence)
    } else {
        let evidence = format!(
            "{} of {} synced groups are no access groups yet, so they open no door: {}",
            missing.len(),
            synced.len(),
            listed(&missing)
        );
        Check::warning(Area::Doors, "at-doors", evidence)
            .remedy("in Command: Access > Groups > Create SCIM Group, once for each of them")
            .details(missing.iter().map(|name| (*name).to_owned()))
    });
    let Some(levels) = facts.levels else {
        let why = "access levels could not be read";
        checks.push(Check::not_looked(Area::Doors, "levels", why));
        return checks;
    };
    let opens = |group: &AccessGroup| levels.iter().any(|level| level.groups.contains(&group.id));
    let idle: Vec<&str> = synced
        .iter()
        .copied()
        .filter(|name| of(name).is_some_and(|group| !opens(group)))
        .collect();
    checks.push(if idle.is_empty() {
        let evidence = "each synced access group has an access level";
        Check::ok(Area::Doors, "levels", evidence)
    } else {
        let evidence = format!(
            "{} of {} synced access groups have no access level: {}",
            idle.len(),
            synced.len(),
            listed(&idle)
        );
        Check::warning(Area::Doors, "levels", evidence)
            .remedy("in Command: All Products > Access, select the site, then Access Levels, and add the group to a level with its doors")
            .details(idle.iter().map(|name| (*name).to_owned()))
    });
    checks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::roster::Place;

    fn states(facts: &Facts<'_>) -> Vec<(&'static str, &'static str)> {
        let checks = judge(facts);
        checks
            .iter()
            .map(|check| (check.code, check.state.word()))
            .collect()
    }

    #[test]
    fn each_way_to_open_no_door_is_named() {
        let atrium = ["Labs", "Gym"].map(|name| roster::AccessGroup {
            id: name.into(),
            name: name.into(),
            in_scope: true,
            place: Place {
                file: "g.csv".into(),
                line: 2,
            },
        });
        let scim = |external_id: Option<&str>| GroupListing {
            id: "s1".into(),
            name: "labs".into(),
            external_id: external_id.map(Into::into),
            members: None,
        };
        let access = |name: &str| AccessGroup {
            id: "r1".into(),
            name: name.into(),
            members: None,
        };
        let level = AccessLevel {
            groups: vec!["r1".into()],
            ..AccessLevel::default()
        };
        let ours = [scim(Some("atrium-group:Labs"))];
        let native = [scim(None)];
        let foreign = [scim(Some("okta:1"))];
        let facts = |scim, access, levels| Facts {
            atrium: Some(&atrium),
            format: "atrium-group:{access_group_id}",
            scim: Some((scim, true)),
            access,
            levels,
            memory: None,
        };
        let labs = [access("LABS")];
        let gym = [access("Gym")];
        let level = [level];
        assert_eq!(
            states(&facts(&ours[..], Some(&labs[..]), Some(&level[..]))),
            [
                ("native-groups", "ok"),
                ("at-doors", "ok"),
                ("levels", "ok")
            ]
        );
        assert_eq!(
            states(&facts(&ours[..], Some(&labs[..]), Some(&[][..])))[2],
            ("levels", "warning")
        );
        assert_eq!(
            states(&facts(&ours[..], Some(&[][..]), None))[1..],
            [("at-doors", "warning"), ("levels", "not-looked-at")]
        );
        assert_eq!(
            states(&facts(&native[..], None, None))[0],
            ("native-groups", "warning")
        );
        assert_eq!(
            states(&facts(&foreign[..], None, None))[0],
            ("native-groups", "ok")
        );
        // One that only REST lists was made in Command.
        let check = judge(&facts(&ours[..], Some(&gym[..]), None));
        assert_eq!(check[0].state.word(), "warning");
        assert!(check[0].evidence.contains("Gym"), "{check:?}");
    }
}
