//! Everybody who is left alone or held, or whose change failed in the last run, by cause.

use crate::diagnose::checks::plan::weight;
use crate::model::diagnosis::{Case, CauseGroup, Name};
use crate::model::history::PastAction;
use crate::model::plan::{LeftAlone, Plan, Subject};
use crate::model::reason::Code;

/// A change that failed in the last run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub code: Code,
    /// Whose change.
    pub case: Case,
}

/// The changes of a run that failed with a reason that is known.
#[must_use]
pub fn failures(actions: &[PastAction]) -> Vec<Failure> {
    let failed = actions.iter().filter(|action| action.state == "failed");
    let failures = failed.filter_map(|action| {
        let code = action.code.as_deref()?.parse().ok()?;
        let of_group = match &action.subject {
            Some(subject @ Subject::Group { .. }) => Some(who(subject)),
            _ => None,
        };
        let said = action.detail.as_deref().unwrap_or_default();
        let detail = match said {
            "" => format!("{} failed in the last run", action.kind),
            said => format!("{} failed in the last run: {said}", action.kind),
        };
        Some(Failure {
            code,
            case: Case {
                who: of_group.or(action.campus_id.clone()).unwrap_or_default(),
                label: action.label.clone(),
                detail,
            },
        })
    });
    failures.collect()
}

/// The causes, the one with most cases first. What is as it is meant to be is no trouble and left
/// out.
#[must_use]
pub fn by_cause(plan: &Plan, failures: &[Failure]) -> Vec<CauseGroup> {
    let left = plan.left_alone.iter();
    let left = left.filter(|left| weight(left.code).is_some());
    let left = left.map(|left| (left.code, case(left)));
    let held = plan.held.iter().map(|held| {
        let operation = &held.operation;
        let case = Case {
            who: who(&operation.subject),
            label: operation.label.to_string(),
            detail: format!("{}: {}", operation.change.kind().name(), operation.why),
        };
        (held.code, case)
    });
    let stops = plan.stops.iter().map(|stop| {
        let case = Case {
            who: String::new(),
            label: "the run".to_owned(),
            detail: stop.detail.clone(),
        };
        (stop.code, case)
    });
    let failed = failures
        .iter()
        .map(|failure| (failure.code, failure.case.clone()));
    let mut groups: Vec<CauseGroup> = Vec::new();
    for (code, case) in stops.chain(left).chain(held).chain(failed) {
        let name = Name::Reason(code);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.cases.push(case),
            None => groups.push(CauseGroup {
                name,
                cases: vec![case],
            }),
        }
    }
    for group in &mut groups {
        group.cases.sort();
        // What failed yesterday may be left alone today, for the same reason.
        group
            .cases
            .dedup_by(|a, b| a.who == b.who && a.label == b.label);
    }
    groups.sort_by(|a, b| {
        let order = b.cases.len().cmp(&a.cases.len());
        order.then_with(|| a.name.code().cmp(b.name.code()))
    });
    groups
}

fn case(left: &LeftAlone) -> Case {
    let mut detail = left.detail.clone();
    if let Some(place) = &left.place {
        detail = match detail.as_str() {
            "" => place.to_string(),
            _ => format!("{detail} ({place})"),
        };
    }
    Case {
        who: who(&left.subject),
        label: left.label.to_string(),
        detail,
    }
}

/// How a subject is named in a command.
fn who(subject: &Subject) -> String {
    match subject {
        Subject::Group { access_group_id } => access_group_id.to_string(),
        Subject::Remote { id } => id.to_string(),
        _ => subject
            .person()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CampusId;
    use crate::model::reason::Situation;

    fn left(campus_id: &str, code: Code) -> LeftAlone {
        LeftAlone {
            subject: Subject::User {
                campus_id: CampusId::from(campus_id),
            },
            label: campus_id.into(),
            situation: Situation::Blocked,
            code,
            detail: "d".to_owned(),
            place: None,
        }
    }

    #[test]
    fn what_failed_in_the_last_run_is_told_by_its_reason() {
        let action = |state: &str, code: Option<&str>| PastAction {
            position: 0,
            kind: "create-user".to_owned(),
            campus_id: Some("S1".to_owned()),
            subject: None,
            change: None,
            label: "Ana Diaz".to_owned(),
            state: state.to_owned(),
            code: code.map(str::to_owned),
            detail: Some("409: taken".to_owned()),
            at: None,
        };
        let told = failures(&[
            action("done", None),
            action("failed", Some("held-by-invisible")),
            action("failed", Some("a-code-of-a-newer-version")),
            action("skipped", Some("held-by-invisible")),
        ]);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].code, Code::HeldByInvisible);
        assert_eq!(told[0].case.who, "S1");
        let expected = "create-user failed in the last run: 409: taken";
        assert_eq!(told[0].case.detail, expected);
        let groups = by_cause(&Plan::default(), &told);
        assert_eq!(groups[0].name.code(), "held-by-invisible");
    }

    #[test]
    fn the_most_frequent_cause_stands_first_and_what_is_meant_is_left_out() {
        let plan = Plan {
            left_alone: vec![
                left("S1", Code::NoEmail),
                left("S3", Code::EmailOutsideDomains),
                left("S2", Code::EmailOutsideDomains),
                left("S4", Code::LocalCard),
            ],
            ..Plan::default()
        };
        let failures = [Failure {
            code: Code::NoEmail,
            case: Case {
                who: "S1".to_owned(),
                label: "S1".to_owned(),
                detail: "then".to_owned(),
            },
        }];
        let groups = by_cause(&plan, &failures);
        let told: Vec<(&str, Vec<&str>)> = groups
            .iter()
            .map(|group| {
                let who = group.cases.iter().map(|case| case.who.as_str()).collect();
                (group.name.code(), who)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("email-outside-domains", vec!["S2", "S3"]),
                ("no-email", vec!["S1"])
            ]
        );
    }
}
