//! Pages of lists as they should not be: another page's content, one item too few, a count that
//! changed.

use std::collections::HashMap;

use serde_json::Value;

use super::{Answer, Body, Call, is_list};

/// The last page of each list that was answered since the last write: what another page may be
/// answered with.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Pages(HashMap<String, (String, Value)>);

impl Pages {
    /// An earlier page of the same list, if this is another one.
    pub(in crate::sandbox) fn other(&self, call: &Call<'_>) -> Option<&Value> {
        let (list, page) = place(call)?;
        let (other, body) = self.0.get(&list)?;
        (*other != page).then_some(body)
    }

    /// Remembers a page. A write makes all of them old.
    pub(in crate::sandbox) fn note(&mut self, call: &Call<'_>, answer: &Answer) {
        if call.method != axum::http::Method::GET {
            self.0.clear();
        } else if let (Some((list, page)), Some(body), true) = (
            place(call),
            answer.body.as_ref().and_then(Body::json),
            answer.status.is_success(),
        ) {
            self.0.insert(list, (page, body.clone()));
        }
    }
}

/// Which list is read, and which page of it.
fn place(call: &Call<'_>) -> Option<(String, String)> {
    if !is_list(call) {
        return None;
    }
    let mut list = call.path.join("/");
    let mut page = String::new();
    for (name, value) in call.query {
        match name.to_ascii_lowercase().as_str() {
            "startindex" if value == "1" => {}
            "startindex" => page.clone_from(value),
            // What a cursor ends in is the number of the first resource.
            "cursor" => value
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .clone_into(&mut page),
            _ => list.push_str(&format!("&{name}={value}")),
        }
    }
    Some((list, page))
}

/// Leaves an item out of a page, or counts one too few in all, which a client can notice: the
/// count is wrong for what comes, or falls from one page to the next. `false` if there is nothing
/// to leave out.
pub(in crate::sandbox) fn shrink(body: &mut Value, pick: usize) -> bool {
    let number = |name: &str| match &body[name] {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    let total = number("totalResults").unwrap_or_default();
    let is_later = number("startIndex").is_some_and(|start| start > 1);
    let Some(items) = body.get_mut("Resources").and_then(Value::as_array_mut) else {
        return false;
    };
    if items.is_empty() {
        return false;
    }
    let is_all = items.len() as u64 == total;
    if pick % 2 == 1 && (is_later || is_all) {
        body["totalResults"] = match &body["totalResults"] {
            Value::String(_) => (total - 1).to_string().into(),
            _ => (total - 1).into(),
        };
    } else {
        let at = pick % items.len();
        items.remove(at);
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_shrinks_so_that_it_shows() {
        let page = |start: u64, items: &[u64], total: Value| json!({"startIndex": start, "Resources": items, "totalResults": total});
        for (before, pick, after) in [
            (page(1, &[1, 2, 3], json!(9)), 0, page(1, &[2, 3], json!(9))),
            // Too low a count on the first of several pages could end the list for good.
            (page(1, &[1, 2, 3], json!(9)), 1, page(1, &[1, 3], json!(9))),
            (
                page(4, &[4, 5, 6], json!(9)),
                1,
                page(4, &[4, 5, 6], json!(8)),
            ),
            (
                page(1, &[1, 2, 3], json!("3")),
                1,
                page(1, &[1, 2, 3], json!("2")),
            ),
        ] {
            let mut body = before.clone();
            assert!(shrink(&mut body, pick), "{before}");
            assert_eq!(body, after, "{before} {pick}");
        }
        for mut nothing in [page(1, &[], json!(0)), json!({"detail": "x"})] {
            assert!(!shrink(&mut nothing, 0));
        }
    }
}
