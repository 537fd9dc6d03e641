//! What is another thing than in the saved plan.

use crate::model::moved::Moved;
use crate::model::plan::Plan;

use super::plan::stops;
use super::{Look, Page, ROWS, Tone, number};

/// What moved since the plan was saved, and, if nothing is written for it, that.
pub(in crate::output) fn moved(plan: &Plan, look: Look) -> Page {
    let mut page = Page::new(look);
    let many = number(plan.moved.len() as u64);
    if !plan.moved.is_empty() {
        let head = format!("Moved since the plan was saved ({many})");
        page.section(Tone::Care, head);
        let head = ["", "change", "who", "id", "card", "why"];
        page.short_table(&head, &plan.moved, ROWS, |moved| vec![row(moved)]);
    }
    stops(&mut page, plan);
    if !plan.stops.is_empty() {
        page.gap();
        page.line(Tone::Heading, "Nothing was written.");
    }
    page
}

fn row(moved: &Moved) -> Vec<String> {
    let ids = [&moved.campus_id, &moved.access_group_id];
    let ids: Vec<&str> = ids.into_iter().flatten().map(|id| id.as_str()).collect();
    vec![
        moved.how.name().to_owned(),
        moved.action.name().to_owned(),
        moved.label.to_string(),
        ids.join(" / "),
        moved.card.as_deref().unwrap_or_default().to_owned(),
        moved.why.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::moved::How;
    use crate::model::plan::{ChangeKind, Tripped};
    use crate::model::reason::Code;

    #[test]
    fn what_moved_is_named_with_how_and_why() {
        let moved = |how, action, label: &str, group: Option<&str>, card: Option<&str>| Moved {
            how,
            action,
            label: label.into(),
            campus_id: Some("S1".into()),
            access_group_id: group.map(Into::into),
            card: card.map(Into::into),
            why: "because".to_owned(),
        };
        let mut plan = Plan {
            moved: vec![
                moved(How::New, ChangeKind::CreateUser, "Ada", None, None),
                moved(
                    How::Gone,
                    ChangeKind::AddMember,
                    "Kim → Lab",
                    Some("7"),
                    None,
                ),
                moved(
                    How::Changed,
                    ChangeKind::AddCard,
                    "Kim",
                    None,
                    Some("HID ••11"),
                ),
            ],
            ..Plan::default()
        };
        assert_eq!(
            super::moved(&plan, Look::default()).render(false),
            "Moved since the plan was saved (3)\n\
             \x20          change       who        id      card      why\n\
             \x20 new      create-user  Ada        S1                because\n\
             \x20 gone     add-member   Kim → Lab  S1 / 7            because\n\
             \x20 changed  add-card     Kim        S1      HID ••11  because\n"
        );
        plan.stops.push(Tripped {
            code: Code::PlanMoved,
            detail: "the detail".to_owned(),
            holds: 0,
        });
        let text = super::moved(&plan, Look::default()).render(false);
        assert!(text.contains("Stopped, plan-moved: "), "{text}");
        assert!(text.ends_with("\nNothing was written.\n"), "{text}");
    }
}
