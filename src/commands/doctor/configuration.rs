//! The profile, where its values came from, and the other profiles beside it.

use std::path::Path;

use crate::config::{self, Flags, Layers, Origin, Profile, SANDBOX, Setting};
use crate::context::{Context, Parts};
use crate::error::Error;
use crate::model::checkup::{Area, Check, Fault};
use crate::model::rules::Limits;

/// A limit from which on a guard never holds anything back.
const OFF: u32 = 100_000;

/// What is known of another profile.
struct Other {
    name: String,
    /// Organization and external ids; why it can't be used, otherwise.
    read: Result<(String, String), String>,
}

/// Checks the profile and those beside it.
pub(super) fn checks(context: &Context<'_>, parts: &Result<Parts, Error>) -> Vec<Check> {
    let mut checks = Vec::new();
    match parts {
        Err(error) => checks.push(
            Check::failure(
                Area::Configuration,
                "profile",
                Fault::Setting,
                error.to_string(),
            )
            .remedy(error.hints.join("; ")),
        ),
        Ok(parts) => {
            let profile = &parts.profile;
            let file = match &profile.path {
                Some(path) => format!("{} is a profile without unknown keys", path.display()),
                None => "the profile `sandbox` is built in and needs no file".to_owned(),
            };
            checks.push(Check::ok(Area::Configuration, "profile", file));
            checks.push(settings(profile));
            checks.extend(guards(profile.guards));
        }
    }
    let of = parts.as_ref().ok().map(|parts| &parts.profile);
    let name = context.layers.profile_name().map(|name| name.value);
    let others = others(context, &name.unwrap_or_default());
    checks.push(beside(of, &others));
    checks
}

fn settings(profile: &Profile) -> Check {
    let settings = profile.effective();
    let of = |is: fn(&Origin) -> bool| settings.iter().filter(|s| is(&s.origin)).count();
    let evidence = format!(
        "{} settings: {} from the file, {} from the environment, {} from flags, the rest by default",
        settings.len(),
        of(|origin| matches!(origin, Origin::File { .. })),
        of(|origin| matches!(origin, Origin::Environment(_))),
        of(|origin| matches!(origin, Origin::Flag(_))),
    );
    let details = settings.iter().map(|setting| {
        let value = match setting.value.as_str() {
            "" => "(not set)",
            value => value,
        };
        format!("{} = {value} ({})", setting.key, setting.origin)
    });
    Check::ok(Area::Configuration, "settings", evidence).details(details)
}

/// A guard that never holds is no guard: what is allowed is for one run.
fn guards(limits: Limits) -> Option<Check> {
    let mut off = Vec::new();
    if limits.floor >= OFF || (limits.percent >= 100 && limits.ceiling >= OFF) {
        off.push("removals");
    }
    if limits.lost_cards >= OFF {
        off.push("lost and stolen cards");
    }
    if limits.department_percent >= 100 || limits.department_floor >= OFF {
        off.push("departments");
    }
    if off.is_empty() {
        return Some(Check::ok(
            Area::Configuration,
            "guards",
            "no guard is switched off for good",
        ));
    }
    let evidence = format!(
        "the guards of {} are switched off for good",
        off.join(" and of ")
    );
    let remedy = "take the values out of [guards], and let removals through for one run with \
                  sync --allow";
    Some(Check::warning(Area::Configuration, "guards", evidence).remedy(remedy))
}

/// The other profiles of the folder, each read as its file says and not as this call does.
fn others(context: &Context<'_>, name: &str) -> Vec<Other> {
    let Ok(folder) = context.layers.config_dir() else {
        return Vec::new();
    };
    let environment = |variable: &str| match variable.starts_with("ATRIUMCTL_") {
        true => None,
        false => (context.layers.environment)(variable),
    };
    let layers = Layers {
        flags: Flags {
            config: Some(folder.value.clone()),
            ..Flags::default()
        },
        environment: &environment,
    };
    let mut others: Vec<Other> = names(&folder.value.join("profiles"))
        .into_iter()
        .filter(|other| other != name && other != SANDBOX)
        .map(|name| {
            let setting = Setting {
                value: name.clone(),
                origin: Origin::Default,
            };
            let read = config::load(&setting, &layers).map_err(|error| error.to_string());
            let read = read.map(|it| (it.command.scim_url.value, it.sync.external_id_format));
            Other { name, read }
        })
        .collect();
    others.sort_by(|one, other| one.name.cmp(&other.name));
    others
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let profiles = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    profiles
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}

/// Two profiles of one organization whose users have the same external ids each take the other's
/// people for leavers.
fn beside(profile: Option<&Profile>, others: &[Other]) -> Check {
    let details = others.iter().map(|other| match &other.read {
        Ok((url, format)) => format!("{}: {url}, {format}", other.name),
        Err(why) => format!("{}: {why}", other.name),
    });
    let details: Vec<String> = details.collect();
    let clashes: Vec<&str> = match profile {
        Some(profile) => {
            let ours = (
                &profile.command.scim_url.value,
                &profile.sync.external_id_format,
            );
            let same = |other: &&Other| {
                other
                    .read
                    .as_ref()
                    .is_ok_and(|(url, format)| ours == (url, format))
            };
            others
                .iter()
                .filter(same)
                .map(|other| other.name.as_str())
                .collect()
        }
        None => Vec::new(),
    };
    let unread = others.iter().filter(|other| other.read.is_err()).count();
    let check = if others.is_empty() {
        Check::ok(
            Area::Configuration,
            "other-profiles",
            "there is no other profile",
        )
    } else if profile.is_none() {
        let why = "the profile can't be used, so that no other one was compared with it";
        Check::not_looked(Area::Configuration, "other-profiles", why)
    } else if unread == others.len() {
        let why = "no other profile can be read, so that none was compared";
        Check::not_looked(Area::Configuration, "other-profiles", why)
    } else if clashes.is_empty() {
        let evidence = match others.len() - unread {
            1 if unread == 0 => "the other profile is about other people".to_owned(),
            1 => "1 other profile is about other people".to_owned(),
            many => format!("the {many} other profiles are about other people"),
        };
        let evidence = match unread {
            0 => evidence,
            unread => format!("{evidence}; {unread} can't be read, and was not compared"),
        };
        Check::ok(Area::Configuration, "other-profiles", evidence)
    } else {
        let evidence = format!(
            "{} has the same organization and the same external_id_format: each takes the other's \
             people for its own leavers",
            clashes.join(", ")
        );
        let remedy = "give each profile of an organization its own external_id_format under [sync], \
                      such as \"north:{campus_id}\", before anything is synced";
        Check::warning(Area::Configuration, "other-profiles", evidence).remedy(remedy)
    };
    check.details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(url: &str, format: &str) -> Profile {
        let mut profile = Profile::sandbox(Path::new("/s"), url, &[]);
        profile.sync.external_id_format = format.to_owned();
        profile
    }

    #[test]
    fn profiles_that_would_fight_are_named() {
        let ours = profile("https://h", "a:{campus_id}");
        for (url, format, state) in [
            ("https://h/scim", "a:{campus_id}", "warning"),
            ("https://h/scim", "b:{campus_id}", "ok"),
            ("https://other/scim", "a:{campus_id}", "ok"),
        ] {
            let other = Other {
                name: "north".to_owned(),
                read: Ok((url.to_owned(), format.to_owned())),
            };
            let check = beside(Some(&ours), &[other]);
            assert_eq!(check.state.word(), state, "{url} {format}");
            assert_eq!(check.evidence.contains("north has"), state == "warning");
        }
        let broken = Other {
            name: "x".to_owned(),
            read: Err("x.toml:1: no".to_owned()),
        };
        let check = beside(None, &[broken]);
        assert_eq!(check.details, ["x: x.toml:1: no"]);
        assert_eq!(check.state.word(), "not-looked-at", "{check:?}");
        let broken = || Other {
            name: "x".to_owned(),
            read: Err("x.toml:1: no".to_owned()),
        };
        let check = beside(Some(&ours), &[broken()]);
        assert_eq!(check.state.word(), "not-looked-at", "{check:?}");
        let other = Other {
            name: "north".to_owned(),
            read: Ok(("https://other/scim".to_owned(), "a:{campus_id}".to_owned())),
        };
        let check = beside(Some(&ours), &[broken(), other]);
        assert_eq!(
            check.evidence,
            "1 other profile is about other people; 1 can't be read, and was not compared"
        );
    }

    #[test]
    fn a_guard_that_never_holds_is_a_warning() {
        let standard = Limits::default();
        for (limits, state) in [
            (standard, "ok"),
            (
                Limits {
                    floor: OFF,
                    ..standard
                },
                "warning",
            ),
            (
                Limits {
                    percent: 100,
                    ..standard
                },
                "ok",
            ),
            (
                Limits {
                    percent: 100,
                    ceiling: OFF,
                    ..standard
                },
                "warning",
            ),
            (
                Limits {
                    lost_cards: OFF,
                    ..standard
                },
                "warning",
            ),
            (
                Limits {
                    department_percent: 100,
                    ..standard
                },
                "warning",
            ),
        ] {
            assert_eq!(guards(limits).unwrap().state.word(), state, "{limits:?}");
        }
    }
}
