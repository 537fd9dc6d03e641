//! Atrium: whether it can be read, what is wrong with it, and how old it is.

use jiff::{SignedDuration, Timestamp};

use crate::config::Profile;
use crate::context::Parts;
use crate::model::Completeness;
use crate::model::checkup::{Area, Check, Fault};
use crate::model::reason::Code;
use crate::model::roster::{Roster, Unusable};
use crate::secret::Secret;
use crate::source::{Source, SourceError};

/// An export that is older was probably forgotten.
const OLD: SignedDuration = SignedDuration::from_hours(48);

/// What was read.
pub(super) struct Atrium {
    outcome: Result<Roster, Failed>,
    /// When the oldest of the exports was written.
    written: Option<Timestamp>,
}

struct Failed {
    why: String,
    fault: Fault,
    remedy: String,
}

impl Atrium {
    /// What it holds, if it could be read.
    pub(super) fn roster(&self) -> Option<&Roster> {
        self.outcome.as_ref().ok()
    }
}

/// Reads Atrium.
pub(super) async fn gather(parts: &Parts, secret: Option<Secret>) -> Atrium {
    let atrium = &parts.profile.atrium;
    let written = atrium.files.iter().map(|file| {
        let data = std::fs::metadata(atrium.base.join(file)).ok()?;
        Timestamp::try_from(data.modified().ok()?).ok()
    });
    let written = written.flatten().min();
    let outcome = match (&atrium.http, &secret) {
        (Some(_), None) => Err(Failed {
            why: "its interface needs a secret, and there is none that can be sent".to_owned(),
            fault: Fault::Authentication,
            remedy: "atriumctl auth set atrium".to_owned(),
        }),
        _ => read(parts, secret).await,
    };
    Atrium { outcome, written }
}

async fn read(parts: &Parts, secret: Option<Secret>) -> Result<Roster, Failed> {
    let source = parts.source(secret).map_err(|error| Failed {
        why: error.to_string(),
        fault: Fault::Setting,
        remedy: error.hints.join("; "),
    })?;
    let read = match source {
        Source::Http(source) => source.read().await,
        Source::Files(source) => match tokio::task::spawn_blocking(move || source.read()).await {
            Ok(read) => read,
            Err(error) => {
                return Err(Failed {
                    why: error.to_string(),
                    fault: Fault::Other,
                    remedy: String::new(),
                });
            }
        },
    };
    read.map_err(|error| failed(&error))
}

fn failed(error: &SourceError) -> Failed {
    use crate::error::Exit;
    Failed {
        why: error.to_string(),
        fault: match error.exit() {
            Exit::Authentication => Fault::Authentication,
            Exit::Unavailable => Fault::Unreachable,
            Exit::Usage => Fault::Setting,
            _ => Fault::Other,
        },
        remedy: "atriumctl source check names every defect; atriumctl source test shows what is \
                 read"
            .to_owned(),
    }
}

/// Judges what was read.
pub(super) fn judge(atrium: &Atrium, profile: &Profile, now: Timestamp) -> Vec<Check> {
    let roster = match &atrium.outcome {
        Ok(roster) => roster,
        Err(Failed { why, fault, remedy }) => {
            let evidence = format!("Atrium can't be read: {why}");
            let check = Check::failure(Area::Atrium, "source", *fault, evidence);
            return vec![check.remedy(remedy.clone())];
        }
    };
    let evidence = format!(
        "{} people, {} access groups, {} ids",
        roster.people.len(),
        roster.groups.len(),
        roster.credentials
    );
    let source = match &roster.completeness {
        _ if roster.people.is_empty() => {
            let check = Check::failure(Area::Atrium, "source", Fault::Other, "Atrium has nobody");
            check.remedy("look at the export: an empty one is never synced")
        }
        Completeness::Whole => Check::ok(Area::Atrium, "source", evidence),
        Completeness::Partial(why) => {
            let evidence = format!("{evidence}, and not all of it could be read: {why}");
            Check::warning(Area::Atrium, "source", evidence)
                .remedy("every removal by absence is held until it is read whole")
        }
    };
    let mut checks = vec![source, defects(roster)];
    if profile.atrium.http.is_none() {
        checks.push(age(atrium.written, now));
    }
    checks
}

fn defects(roster: &Roster) -> Check {
    let notices = roster.notices.iter().cloned();
    let rows = roster.unreadable.len();
    let (unmapped, ids): (Vec<&Unusable>, Vec<&Unusable>) = roster
        .unusable
        .iter()
        .partition(|id| id.code == Code::IdTypeUnmapped);
    let (unmapped, ids) = (unmapped.len(), ids.len());
    if rows + unmapped + ids + roster.notices.len() == 0 {
        return Check::ok(Area::Atrium, "defects", "no row, id or group is left out");
    }
    let details = roster
        .unreadable
        .iter()
        .map(|it| format!("{}: {}", it.place, it.message));
    let parts = [
        (rows, "rows can't be read"),
        (unmapped, "ids are of a type that the profile does not map"),
        (ids, "ids are no cards"),
        (roster.notices.len(), "remarks on the whole"),
    ];
    let parts = parts.iter().filter(|(many, _)| *many > 0);
    let parts: Vec<String> = parts.map(|(many, what)| format!("{many} {what}")).collect();
    let evidence = parts.join(", ");
    // What the profile does not say is not Atrium's fault.
    let remedies = [
        (
            unmapped,
            "say under [atrium.id_types] in the profile which card each type is, or \"ignore\"; \
             atriumctl source check lists the types",
        ),
        (
            rows + ids + roster.notices.len(),
            "atriumctl source check names each with its place; correct it in Atrium",
        ),
    ];
    let remedies = remedies.iter().filter(|(many, _)| *many > 0);
    let remedies: Vec<&str> = remedies.map(|(_, remedy)| *remedy).collect();
    Check::warning(Area::Atrium, "defects", evidence)
        .remedy(remedies.join("; and "))
        .details(notices.chain(details))
}

fn age(written: Option<Timestamp>, now: Timestamp) -> Check {
    let Some(written) = written else {
        return Check::not_looked(
            Area::Atrium,
            "age",
            "the exports do not say when they were written",
        );
    };
    let age = now.duration_since(written);
    let day = written.strftime("%Y-%m-%d %H:%M");
    if age > OLD {
        let evidence = format!(
            "the oldest export was written on {day}, {} days ago",
            age.as_hours() / 24
        );
        return Check::warning(Area::Atrium, "age", evidence)
            .remedy("export anew; look whether the job that exports still runs");
    }
    Check::ok(
        Area::Atrium,
        "age",
        "the exports are less than two days old",
    )
    .details([format!("written on {day} (UTC)")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::roster::Place;

    #[test]
    fn a_type_that_is_not_mapped_is_put_right_in_the_profile() {
        let id = |code| Unusable {
            value: "".into(),
            campus_id: "1".into(),
            id_type: "Prox".into(),
            place: Place {
                file: "cards.csv".into(),
                line: 2,
            },
            code,
            message: String::new(),
        };
        let check = |codes: &[Code]| {
            defects(&Roster {
                unusable: codes.iter().copied().map(id).collect(),
                ..Roster::default()
            })
        };
        let unmapped = check(&[Code::IdTypeUnmapped]);
        assert_eq!(
            unmapped.evidence,
            "1 ids are of a type that the profile does not map"
        );
        assert!(unmapped.remedy.contains("[atrium.id_types]"));
        assert!(!unmapped.remedy.contains("correct it in Atrium"));
        let both = check(&[Code::CardUnreadable, Code::IdTypeUnmapped]);
        assert!(both.evidence.contains("1 ids are no cards"), "{both:?}");
        assert!(both.remedy.contains("[atrium.id_types]"));
        assert!(both.remedy.ends_with("correct it in Atrium"));
        let unreadable = check(&[Code::CardUnreadable]);
        assert!(!unreadable.remedy.contains("id_types"), "{unreadable:?}");
    }

    #[test]
    fn an_old_export_is_a_warning() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        for (hours, state) in [(0, "ok"), (48, "ok"), (49, "warning"), (-5, "ok")] {
            let written = now - SignedDuration::from_hours(hours);
            assert_eq!(age(Some(written), now).state.word(), state, "{hours}");
        }
        assert_eq!(age(None, now).state.word(), "not-looked-at");
    }
}
