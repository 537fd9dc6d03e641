//! Commands of this program in sentences for people: fit to be pasted as they stand.

/// The commands that act on a profile.
pub const COMMANDS: [&str; 11] = [
    "sync", "diff", "adopt", "auth", "inspect", "diagnose", "source", "okta", "history", "token",
    "doctor",
];

const PROGRAM: &str = "atriumctl ";

/// One word of a command, fit to be pasted into a shell: ids and addresses are what another system
/// holds, and may be anything.
#[must_use]
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._@:+-/".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    // Within single quotes a shell takes everything as it is but a single quote itself.
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text with these flags in each of its commands that acts on a profile. What has flags there
/// already stays as it is.
#[must_use]
pub fn with_flags(text: &str, flags: &str) -> String {
    if flags.is_empty() {
        return text.to_owned();
    }
    let mut parts = text.split(PROGRAM);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str(PROGRAM);
        let verb = part.split(|c: char| !c.is_ascii_alphanumeric()).next();
        let command = part.split(['`', ';', '\n']).next().unwrap_or_default();
        if verb.is_some_and(|verb| COMMANDS.contains(&verb)) && !command.contains("--profile ") {
            told.push_str(flags);
            told.push(' ');
        }
        told.push_str(part);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_gets_the_flags_and_a_sentence_does_not() {
        for (text, told) in [
            (
                "atriumctl sync --only S1",
                "atriumctl --profile p sync --only S1",
            ),
            (
                "try `atriumctl token test`, then: atriumctl auth list",
                "try `atriumctl --profile p token test`, then: atriumctl --profile p auth list",
            ),
            (
                "give it to atriumctl in a file",
                "give it to atriumctl in a file",
            ),
            (
                "nothing for atriumctl, which",
                "nothing for atriumctl, which",
            ),
            ("atriumctl explain no-email", "atriumctl explain no-email"),
            (
                "atriumctl token generate --profile q --domain a.edu",
                "atriumctl token generate --profile q --domain a.edu",
            ),
            (
                "`atriumctl auth list`; atriumctl init --profile q",
                "`atriumctl --profile p auth list`; atriumctl init --profile q",
            ),
        ] {
            assert_eq!(with_flags(text, "--profile p"), told);
            assert_eq!(with_flags(told, "--profile p"), told, "once is enough");
            assert_eq!(with_flags(text, ""), text);
        }
    }

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        for (text, told) in [
            ("S1", "S1"),
            ("ana@a.edu", "ana@a.edu"),
            ("Ana Diaz", "'Ana Diaz'"),
            ("a'; rm b", r"'a'\''; rm b'"),
            ("", "''"),
        ] {
            assert_eq!(word(text), told);
        }
    }
}
