//! What must never come out of a plan: access that somebody closed, access that Atrium took away,
//! removals from people who are not concerned, and plans that never come to an end.

use super::*;

fn named(names: &[&str]) -> Selection {
    Selection::new(names.iter().map(|name| (*name).to_owned()))
}

#[test]
fn that_we_once_closed_a_user_does_not_reopen_what_was_closed_later() {
    let mut campus = Campus::synced();
    campus.person("S1").status = "inactive".into();
    campus.sync();
    // Back in Atrium, and reactivated in Command before we came to it; a run sees it open.
    campus.person("S1").status = "active".into();
    campus.user("S1").active = Some(true);
    assert!(campus.sync().operations.is_empty());
    campus.user("S1").active = Some(false);
    assert_eq!(left(&campus.sync()), ["S1 closed-in-command"]);
}

#[test]
fn that_we_closed_a_user_says_nothing_about_another_one_of_the_same_person() {
    for status in ["active", "inactive"] {
        let mut campus = Campus::synced();
        campus.person("S1").status = "inactive".into();
        campus.sync();
        // Removed for good, made again elsewhere, closed in Command.
        campus.user("S1").id = UserId::from("another");
        campus.groups[0].members.as_mut().unwrap().clear();
        campus.person("S1").status = status.into();
        campus.policy.delete_after_days = Some(90);
        campus.policy.now = NOW + jiff::SignedDuration::from_hours(24 * 91);
        let ours = |line: &String| line.contains(" S1 ");
        let plan = campus.plan();
        assert!(
            !lines(&plan).iter().any(ours),
            "{status}: {:?}",
            lines(&plan)
        );
        campus.drop_person("S1");
        let plan = campus.plan();
        assert!(!lines(&plan).iter().any(ours), "absent: {:?}", lines(&plan));
    }
}

#[test]
fn a_returner_waits_if_yesterday_s_groups_can_not_be_taken() {
    let mut campus = Campus::synced();
    campus.person("S2").status = "inactive".into();
    campus.sync();
    let person = campus.person("S2");
    person.status = "active".into();
    person.groups = vec![1];
    campus.policy.limits.floor = 0;
    let plan = campus.plan();
    assert_eq!(
        lines(&plan),
        [
            "held remove-member S2 in 1 (guard-memberships)",
            "held reactivate-user S2 (needs-held)",
        ]
    );
}
