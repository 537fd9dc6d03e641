//! JSON Pointers (RFC 6901), with which a profile says where in an answer something stands.

use std::fmt;

use serde_json::Value;

/// A JSON Pointer that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// Reads a pointer: empty for the whole value, else `/` before each step, `~1` for a slash in
    /// a name and `~0` for a tilde (RFC 6901, section 3).
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub fn new(text: &str) -> Result<Self, String> {
        if !text.is_empty() && !text.starts_with('/') {
            return Err(format!("{text:?} is no JSON Pointer: write \"/{text}\""));
        }
        let tildes = text.split('~').skip(1);
        if let Some(rest) = tildes
            .into_iter()
            .find(|rest| !rest.starts_with(['0', '1']))
        {
            return Err(format!(
                "{text:?} is no JSON Pointer: write ~0 for the tilde before {rest:?}"
            ));
        }
        Ok(Pointer(text.to_owned()))
    }

    /// The pointer to a member of an object.
    #[must_use]
    pub fn member(name: &str) -> Self {
        Pointer(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
    }

    /// What it points at; `None` if nothing is there.
    #[must_use]
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.pointer(&self.0)
    }

    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it points at what another one points at, or into it.
    #[must_use]
    pub fn is_in(&self, other: &Pointer) -> bool {
        let rest = self.0.strip_prefix(&other.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pointers_find_what_the_standard_says() {
        let value = json!({"a": {"b": [1, 2]}, "m~n": 8, "x/y": 9, "": 0});
        for (pointer, found) in [
            ("", Some(value.clone())),
            ("/a/b/1", Some(json!(2))),
            ("/a/b/2", None),
            ("/a/c", None),
            ("/m~0n", Some(json!(8))),
            ("/x~1y", Some(json!(9))),
            ("/", Some(json!(0))),
        ] {
            let read = Pointer::new(pointer).unwrap();
            assert_eq!(read.find(&value), found.as_ref(), "{pointer}");
            assert_eq!(read.to_string(), pointer);
        }
        for (text, told) in [
            ("id", "write \"/id\""),
            ("/a~b", "write ~0"),
            ("/a~", "write ~0"),
        ] {
            assert!(Pointer::new(text).unwrap_err().contains(told), "{text}");
        }
    }

    #[test]
    fn the_pointer_to_any_member_finds_it() {
        for name in ["id", "a/b", "a~b", "~1", ""] {
            let value = json!({ name: 7 });
            assert_eq!(
                Pointer::member(name).find(&value),
                Some(&json!(7)),
                "{name}"
            );
            assert_eq!(
                Pointer::new(Pointer::member(name).as_str()),
                Ok(Pointer::member(name))
            );
        }
    }

    #[test]
    fn what_lies_inside_is_told_by_steps() {
        let is_in = |a: &str, b: &str| Pointer::new(a).unwrap().is_in(&Pointer::new(b).unwrap());
        assert!(is_in("/a/b", "/a") && is_in("/a", "/a") && is_in("/a", ""));
        assert!(!is_in("/ab", "/a") && !is_in("/a", "/a/b"));
    }
}
