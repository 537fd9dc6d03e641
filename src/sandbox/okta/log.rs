//! The system log: what happened, with the event types and texts that Okta has for it
//! (<https://developer.okta.com/docs/reference/api/event-types/>), and the filters of `/logs`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::world::{App, Group, Person, World, now};

/// `outcome.reason` holds no more characters than this.
const REASON_LIMIT: usize = 255;

/// Whom or what an event is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Target {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) alternate_id: String,
    pub(super) display_name: String,
}

impl Target {
    pub(super) fn app(app: &App) -> Self {
        Target {
            id: app.id.clone(),
            kind: "AppInstance".to_owned(),
            alternate_id: app.label.clone(),
            display_name: app.label.clone(),
        }
    }

    pub(super) fn user(person: &Person) -> Self {
        Target {
            id: person.id.clone(),
            kind: "User".to_owned(),
            alternate_id: person.login.clone(),
            display_name: person.display_name(),
        }
    }

    /// The user as the app knows them. Okta's ids of these begin with `0ua`.
    pub(super) fn app_user(person: &Person, user_name: &str) -> Self {
        Target {
            id: person.id.replacen("00u", "0ua", 1),
            kind: "AppUser".to_owned(),
            alternate_id: user_name.to_owned(),
            display_name: person.display_name(),
        }
    }

    pub(super) fn group(group: &Group) -> Self {
        Target {
            id: group.id.clone(),
            kind: "UserGroup".to_owned(),
            alternate_id: group.name.clone(),
            display_name: group.name.clone(),
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) uuid: String,
    pub(super) published: Timestamp,
    pub(super) kind: String,
    pub(super) legacy: Option<String>,
    pub(super) message: String,
    pub(super) success: bool,
    pub(super) reason: Option<String>,
    /// The app's type, as `debugContext` names it.
    pub(super) app_name: Option<String>,
    pub(super) targets: Vec<Target>,
}

/// What is told of an event, before it has its place in the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) kind: &'a str,
    pub(super) legacy: Option<&'a str>,
    pub(super) message: &'a str,
}

/// The names of an event: its type, its older name, its text.
pub(super) fn entry<'a>(kind: &'a str, legacy: &'a str, message: &'a str) -> Entry<'a> {
    Entry {
        kind,
        legacy: (!legacy.is_empty()).then_some(legacy),
        message,
    }
}

impl World {
    /// Adds an event of this moment.
    pub(super) fn tell(
        &mut self,
        entry: Entry<'_>,
        app: Option<&App>,
        targets: Vec<Target>,
        outcome: Result<(), &str>,
    ) {
        // No two events of a log have one moment, so that bounds cut between them.
        let after = |last: Timestamp| {
            Timestamp::from_millisecond(last.as_millisecond() + 1).unwrap_or(last)
        };
        let moment = match self.events.last() {
            Some(last) => now().max(after(last.published)),
            None => now(),
        };
        self.tell_at(moment, entry, app, targets, outcome);
    }

    /// Adds an event of another moment.
    pub(super) fn tell_at(
        &mut self,
        published: Timestamp,
        entry: Entry<'_>,
        app: Option<&App>,
        targets: Vec<Target>,
        outcome: Result<(), &str>,
    ) {
        self.issued += 1;
        let uuid = crate::sandbox::command::id_at(self.seed ^ 0x0C7A, self.issued);
        self.events.push(Event {
            uuid,
            published,
            kind: entry.kind.to_owned(),
            legacy: entry.legacy.map(str::to_owned),
            message: entry.message.to_owned(),
            success: outcome.is_ok(),
            reason: outcome
                .err()
                .filter(|reason| !reason.is_empty())
                .map(|reason| reason.chars().take(REASON_LIMIT).collect()),
            app_name: app.map(|app| app.name.clone()),
            targets,
        });
    }
}

impl Event {
    /// An event of no kind, to learn from which attributes there are.
    pub(super) fn sample() -> Self {
        Event {
            uuid: String::new(),
            published: Timestamp::UNIX_EPOCH,
            kind: String::new(),
            legacy: None,
            message: String::new(),
            success: true,
            reason: None,
            app_name: None,
            targets: Vec::new(),
        }
    }

    /// The event as it is sent.
    pub(super) fn shown(&self) -> Value {
        let target = |target: &Target| {
            json!({
                "id": target.id,
                "type": target.kind,
                "alternateId": target.alternate_id,
                "displayName": target.display_name,
                "detailEntry": null,
            })
        };
        let debug = match &self.app_name {
            Some(name) => json!({"appname": name}),
            None => json!({}),
        };
        json!({
            "actor": {
                "id": "system@okta.com", "type": "SystemPrincipal",
                "alternateId": "system@okta.com", "displayName": "Okta System", "detailEntry": null,
            },
            "client": {
                "userAgent": null, "zone": null, "device": null, "id": null, "ipAddress": null,
                "geographicalContext": null,
            },
            "device": null,
            "authenticationContext": {"authenticationStep": 0, "externalSessionId": "unknown"},
            "displayMessage": self.message,
            "eventType": self.kind,
            "outcome": {"result": self.result(), "reason": self.reason},
            "published": stamp(self.published),
            "securityContext": {"asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": null},
            "severity": self.severity(),
            "debugContext": {"debugData": debug},
            "legacyEventType": self.legacy,
            "transaction": {"type": "JOB", "id": format!("job-{}", &self.uuid[..8]), "detail": {}},
            "uuid": self.uuid,
            "version": "0",
            "request": {"ipChain": []},
            "target": self.targets.iter().map(target).collect::<Vec<_>>(),
        })
    }

    fn result(&self) -> &'static str {
        match self.success {
            true => "SUCCESS",
            false => "FAILURE",
        }
    }

    fn severity(&self) -> &'static str {
        match self.success {
            true => "INFO",
            false => "ERROR",
        }
    }

    /// Does a word of `q` stand in it?
    pub(super) fn holds(&self, word: &str) -> bool {
        self.shown()
            .to_string()
            .to_lowercase()
            .contains(&word.to_lowercase())
    }
}

/// What a filter is judged on.
pub(super) trait Record {
    /// The values of an attribute, whose name is in small letters; none if it is no attribute that
    /// filters may name.
    fn values(&self, name: &str) -> Option<Vec<&str>>;
}

impl Record for Event {
    fn values(&self, name: &str) -> Option<Vec<&str>> {
        let of_targets = |pick: fn(&Target) -> &str| self.targets.iter().map(pick).collect();
        Some(match name {
            "eventtype" => vec![self.kind.as_str()],
            "legacyeventtype" => self.legacy.iter().map(String::as_str).collect(),
            "uuid" => vec![self.uuid.as_str()],
            "severity" => vec![self.severity()],
            "displaymessage" => vec![self.message.as_str()],
            "outcome.result" => vec![self.result()],
            "outcome.reason" => self.reason.iter().map(String::as_str).collect(),
            "target.id" => of_targets(|target| &target.id),
            "target.type" => of_targets(|target| &target.kind),
            "target.alternateid" => of_targets(|target| &target.alternate_id),
            "target.displayname" => of_targets(|target| &target.display_name),
            "actor.id" | "actor.alternateid" => vec!["system@okta.com"],
            "transaction.type" => vec!["JOB"],
            _ => return None,
        })
    }
}

/// Time as Okta writes it.
pub(super) fn stamp(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// A filter of `/logs`, and a search among users: SCIM's grammar without value filters
/// (<https://developer.okta.com/docs/reference/system-log-query/>).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    /// Attribute in small letters, operator, value.
    Compare(String, String, String),
    Present(String),
}

impl Filter {
    /// Reads it. The error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut words = words(text)?;
        words.reverse();
        let filter = disjunction(&mut words)?;
        match words.pop() {
            None => Ok(filter),
            Some(word) => Err(format!("unexpected `{}`", word.text())),
        }
    }

    pub(super) fn fits(&self, event: &dyn Record) -> bool {
        match self {
            Filter::And(all) => all.iter().all(|one| one.fits(event)),
            Filter::Or(any) => any.iter().any(|one| one.fits(event)),
            Filter::Not(inner) => !inner.fits(event),
            Filter::Present(name) => event.values(name).is_some_and(|values| !values.is_empty()),
            Filter::Compare(name, operator, wanted) => {
                let wanted = wanted.to_lowercase();
                let fits = |value: &str| {
                    let value = value.to_lowercase();
                    match operator.as_str() {
                        "co" => value.contains(&wanted),
                        "sw" => value.starts_with(&wanted),
                        "ew" => value.ends_with(&wanted),
                        _ => value == wanted,
                    }
                };
                let values = event.values(name).unwrap_or_default();
                match operator.as_str() {
                    "ne" => !values.into_iter().any(fits),
                    _ => values.into_iter().any(fits),
                }
            }
        }
    }

    /// An attribute that no filter may name.
    pub(super) fn unknown_attribute(&self, sample: &dyn Record) -> Option<&str> {
        match self {
            Filter::And(parts) | Filter::Or(parts) => {
                parts.iter().find_map(|part| part.unknown_attribute(sample))
            }
            Filter::Not(inner) => inner.unknown_attribute(sample),
            Filter::Compare(name, ..) | Filter::Present(name) => {
                sample.values(name).is_none().then_some(name.as_str())
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    Open,
    Close,
    Plain(String),
    Quoted(String),
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Word::Open => "(",
            Word::Close => ")",
            Word::Plain(text) | Word::Quoted(text) => text,
        }
    }

    fn is(&self, keyword: &str) -> bool {
        matches!(self, Word::Plain(text) if text.eq_ignore_ascii_case(keyword))
    }
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            '[' | ']' => return Err("square brackets are not supported".to_owned()),
            c if c.is_whitespace() => {}
            '"' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => quoted.extend(chars.next()),
                        Some(c) => quoted.push(c),
                        None => return Err("a quotation mark is missing".to_owned()),
                    }
                }
                words.push(Word::Quoted(quoted));
            }
            c => {
                let mut plain = String::from(c);
                while let Some(c) = chars.peek() {
                    if c.is_whitespace() || matches!(c, '(' | ')' | '"' | '[' | ']') {
                        break;
                    }
                    plain.extend(chars.next());
                }
                words.push(Word::Plain(plain));
            }
        }
    }
    Ok(words)
}

/// `words` is in reverse, so that the next one is at its end.
fn disjunction(words: &mut Vec<Word>) -> Result<Filter, String> {
    let mut parts = vec![conjunction(words)?];
    while words.last().is_some_and(|word| word.is("or")) {
        words.pop();
        parts.push(conjunction(words)?);
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Filter::Or(parts),
    })
}

fn conjunction(words: &mut Vec<Word>) -> Result<Filter, String> {
    let mut parts = vec![term(words)?];
    while words.last().is_some_and(|word| word.is("and")) {
        words.pop();
        parts.push(term(words)?);
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Filter::And(parts),
    })
}

fn term(words: &mut Vec<Word>) -> Result<Filter, String> {
    match words.pop() {
        Some(Word::Open) => {
            let inner = disjunction(words)?;
            match words.pop() {
                Some(Word::Close) => Ok(inner),
                _ => Err("a bracket is not closed".to_owned()),
            }
        }
        Some(word) if word.is("not") => Ok(Filter::Not(Box::new(term(words)?))),
        Some(Word::Plain(name)) => {
            let name = name.to_lowercase();
            let operator = match words.pop() {
                Some(Word::Plain(operator)) => operator.to_lowercase(),
                _ => return Err(format!("`{name}` has no operator")),
            };
            match operator.as_str() {
                "pr" => Ok(Filter::Present(name)),
                "eq" | "ne" | "co" | "sw" | "ew" => match words.pop() {
                    Some(Word::Quoted(value)) => Ok(Filter::Compare(name, operator, value)),
                    _ => Err(format!(
                        "`{name} {operator}` has no value in quotation marks"
                    )),
                },
                _ => Err(format!("`{operator}` is no operator")),
            }
        }
        Some(word) => Err(format!("unexpected `{}`", word.text())),
        None => Err("the filter ends too early".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, success: bool, targets: &[&str]) -> Event {
        let mut world = World::default();
        let targets = targets
            .iter()
            .map(|id| Target {
                id: (*id).to_owned(),
                kind: "User".to_owned(),
                alternate_id: String::new(),
                display_name: String::new(),
            })
            .collect();
        let outcome = if success { Ok(()) } else { Err("because") };
        world.tell(entry(kind, "", "something"), None, targets, outcome);
        world.events.remove(0)
    }

    #[test]
    fn the_filter_of_a_support_tool_picks_the_failures_of_one_user_in_one_app() {
        let filter = Filter::parse(
            "eventType sw \"application.provision\" and outcome.result eq \"FAILURE\" \
             and target.id eq \"0oa1\" and target.id eq \"00u1\"",
        )
        .unwrap();
        let push = "application.provision.user.push";
        assert!(filter.fits(&event(push, false, &["00u1", "0oa1"])));
        assert!(!filter.fits(&event(push, true, &["00u1", "0oa1"])));
        assert!(!filter.fits(&event(push, false, &["00u2", "0oa1"])));
        assert!(!filter.fits(&event("user.session.start", false, &["00u1", "0oa1"])));
    }

    #[test]
    fn or_binds_weaker_than_and_and_brackets_bind_most() {
        let one = event("a.b", true, &[]);
        let fits = |text: &str| Filter::parse(text).unwrap().fits(&one);
        assert!(fits(
            "eventType eq \"a.b\" or eventType eq \"x\" and eventType eq \"y\""
        ));
        assert!(!fits(
            "(eventType eq \"a.b\" or eventType eq \"x\") and eventType eq \"y\""
        ));
        assert!(fits("not (eventType eq \"y\") and eventType ew \".B\""));
        assert!(fits("uuid pr and not (outcome.reason pr)"));
    }

    #[test]
    fn what_okta_does_not_read_is_refused() {
        for text in [
            "",
            "eventType",
            "eventType eq",
            "eventType eq push",
            "eventType xx \"a\"",
            "eventType eq \"a\" and",
            "(eventType eq \"a\"",
            "target[id eq \"a\"]",
            "eventType eq \"a",
            "eventType eq \"a\" eventType eq \"a\"",
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
        let filter = Filter::parse("published gt \"2020\"");
        assert!(filter.is_err());
        let filter = Filter::parse("colour eq \"red\"").unwrap();
        let unknown = filter
            .unknown_attribute(&event("a", true, &[]))
            .unwrap()
            .to_owned();
        assert_eq!(unknown, "colour");
    }

    #[test]
    fn a_reason_is_cut_at_255_characters() {
        let mut world = World::default();
        let long = "é".repeat(300);
        world.tell(entry("a", "", "b"), None, Vec::new(), Err(&long));
        world.tell(entry("a", "", "b"), None, Vec::new(), Err(""));
        let reason = |at: usize| world.events[at].shown()["outcome"]["reason"].clone();
        assert_eq!(reason(0), "é".repeat(255));
        assert_eq!(reason(1), Value::Null);
        assert!(world.events[1].published > world.events[0].published);
    }
}
