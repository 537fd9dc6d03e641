//! Puts into words what is another thing than in a saved plan.

use std::collections::BTreeMap;

use super::{About, Item, LeftItem, Review};
use crate::model::moved::{How, Moved};
use crate::reconcile::compare::Difference;

/// Puts differences into words.
pub(super) struct Telling<'a> {
    saved: Vec<&'a Item>,
    fresh: Vec<&'a Item>,
    left_alone: &'a [LeftItem],
}

impl<'a> Telling<'a> {
    pub(super) fn new(saved: &'a Review, fresh: &'a Review) -> Self {
        Telling {
            saved: saved.items().collect(),
            fresh: fresh.items().collect(),
            left_alone: &fresh.left_alone,
        }
    }

    /// One difference.
    pub(super) fn tell(&self, difference: Difference) -> Moved {
        match difference {
            Difference::New(fresh) => {
                let item = self.fresh[fresh];
                let why = match item.mark.held {
                    Some(code) => format!("held: {}", code.title()),
                    None => item.why.clone(),
                };
                row(How::New, item, why)
            }
            Difference::Gone(saved) => {
                let item = self.saved[saved];
                row(How::Gone, item, self.why_gone(item))
            }
            Difference::Changed(saved, fresh) => {
                let (saved, fresh) = (self.saved[saved], self.fresh[fresh]);
                row(How::Changed, fresh, why_changed(saved, fresh))
            }
            Difference::Waits(fresh) => {
                let why = "goes together with something that moved".to_owned();
                row(How::Waits, self.fresh[fresh], why)
            }
        }
    }

    fn why_gone(&self, item: &Item) -> String {
        let person = About {
            campus_id: item.subject.campus_id.clone(),
            ..About::default()
        };
        let of = |subject: &About| {
            let mut left = self.left_alone.iter();
            left.find(|left| left.subject == *subject)
        };
        let of_person = || person.campus_id.as_ref().and_then(|_| of(&person));
        match of(&item.subject).or_else(of_person) {
            Some(left) => format!("left alone now: {}", left.code.title()),
            None => "no longer to be done: it was done, or Atrium no longer asks for it".to_owned(),
        }
    }
}

fn row(how: How, item: &Item, why: String) -> Moved {
    Moved {
        how,
        action: item.action,
        label: item.label.clone(),
        campus_id: item.subject.campus_id.clone(),
        access_group_id: item.subject.access_group_id.clone(),
        card: item.subject.card.clone(),
        why,
    }
}

fn why_changed(saved: &Item, fresh: &Item) -> String {
    match (saved.mark.held, fresh.mark.held) {
        (None, Some(code)) => return format!("held now: {}", code.title()),
        (Some(code), None) => return format!("free now; it was held: {}", code.title()),
        (Some(before), Some(now)) if before != now => {
            return format!("held: {}; it was held: {}", now.title(), before.title());
        }
        _ => {}
    }
    let values = values(fresh);
    let before = self::values(saved);
    let differs = |name: &&String| values.get(*name) != before.get(*name);
    let names = values
        .keys()
        .chain(before.keys().filter(|name| !values.contains_key(*name)));
    let differences: Vec<String> = names
        .filter(differs)
        .map(|name| {
            let of = |values: &BTreeMap<String, String>| {
                values
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| "no change".to_owned())
            };
            format!("{name}: {}, reviewed as {}", of(&values), of(&before))
        })
        .collect();
    if !differences.is_empty() {
        differences.join("; ")
    } else if saved.why != fresh.why {
        format!("{}; reviewed as: {}", fresh.why, saved.why)
    } else if saved.label != fresh.label {
        format!("reviewed as {}", saved.label)
    } else {
        "the record in Command that it is about is another one".to_owned()
    }
}

/// The values that a change writes, by name.
fn values(item: &Item) -> BTreeMap<String, String> {
    let fields = item.fields.iter();
    let fields = fields.map(|field| {
        let change = format!("\"{}\" → \"{}\"", field.old, field.new);
        (field.field.clone(), change)
    });
    let values = item.values.iter();
    let values = values.map(|(name, value)| (name.clone(), format!("\"{value}\"")));
    fields.chain(values).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::reason::Code;

    fn item(held: Option<&str>, why: &str, fields: &Value, values: &Value) -> Item {
        let item = json!({
            "action": "update-user", "subject": {"kind": "user", "campus_id": "S1"},
            "label": "Ada", "why": why, "fields": fields, "values": values,
            "identity": "i", "fingerprint": "f", "code": held,
        });
        Item::deserialize(item).unwrap()
    }

    #[test]
    fn a_change_is_told_by_what_is_another_thing() {
        let none = (json!([]), json!({}));
        let plain = |why: &str| item(None, why, &none.0, &none.1);
        let held = |code| item(Some(code), "w", &none.0, &none.1);
        let field = |new: &str| {
            let fields =
                json!([{"field": "title", "old": "", "new": new, "cause": "never-synced"}]);
            item(None, "w", &fields, &none.1)
        };
        let made = |email: &str| item(None, "w", &none.0, &json!({"email": email}));
        let people = Code::GuardPeople.title();
        let every_card = Code::GuardEveryCard.title();
        for (saved, fresh, why) in [
            (
                plain("w"),
                held("guard-people"),
                format!("held now: {people}"),
            ),
            (
                held("guard-people"),
                plain("w"),
                format!("free now; it was held: {people}"),
            ),
            (
                held("guard-people"),
                held("guard-every-card"),
                format!("held: {every_card}; it was held: {people}"),
            ),
            (
                field("Dean"),
                field("Rector"),
                "title: \"\" → \"Rector\", reviewed as \"\" → \"Dean\"".to_owned(),
            ),
            (
                field("Dean"),
                plain("w"),
                "title: no change, reviewed as \"\" → \"Dean\"".to_owned(),
            ),
            (
                made("a@x"),
                made("b@x"),
                "email: \"b@x\", reviewed as \"a@x\"".to_owned(),
            ),
            (plain("v"), plain("w"), "w; reviewed as: v".to_owned()),
            (
                plain("w"),
                plain("w"),
                "the record in Command that it is about is another one".to_owned(),
            ),
        ] {
            assert_eq!(why_changed(&saved, &fresh), why);
        }
    }

    #[test]
    fn what_is_gone_is_told_with_the_reason_if_there_is_one() {
        let left = json!([{"code": "no-email", "subject": {"kind": "user", "campus_id": "S1"}}]);
        let left: Vec<LeftItem> = Vec::deserialize(left).unwrap();
        let telling = Telling {
            saved: vec![],
            fresh: vec![],
            left_alone: &left,
        };
        let mut gone = item(None, "w", &json!([]), &json!({}));
        let named = format!("left alone now: {}", Code::NoEmail.title());
        assert_eq!(telling.why_gone(&gone), named);
        gone.subject.access_group_id = Some("7".into());
        assert_eq!(
            telling.why_gone(&gone),
            named,
            "a membership of the same person"
        );
        gone.subject.campus_id = Some("S2".into());
        assert!(telling.why_gone(&gone).starts_with("no longer to be done"));
        gone.subject = About::default();
        assert!(telling.why_gone(&gone).starts_with("no longer to be done"));
    }
}
