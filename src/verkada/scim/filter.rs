//! Filter expressions (RFC 7644, section 3.4.2.2).

use serde_json::Value;

/// `attribute eq "value"`, the value escaped as a JSON string.
pub(super) fn equals(attribute: &str, value: &str) -> String {
    format!("{attribute} eq {}", Value::from(value))
}

/// The path of one member of a group.
pub(super) fn member_path(id: &str) -> String {
    format!("members[{}]", equals("value", id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        for (value, expected) in [
            ("a@b.example", r#"userName eq "a@b.example""#),
            (
                r#"" or userName pr or ""#,
                r#"userName eq "\" or userName pr or \"""#,
            ),
            (r"back\slash", r#"userName eq "back\\slash""#),
            ("line\nfeed", r#"userName eq "line\nfeed""#),
            ("Zoë", r#"userName eq "Zoë""#),
        ] {
            assert_eq!(equals("userName", value), expected);
        }
        assert_eq!(member_path("a\"]"), r#"members[value eq "a\"]"]"#);
    }
}
