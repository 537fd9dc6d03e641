//! Filters: the grammar of RFC 7644 section 3.4.2.2 with its errata, read into a tree and
//! judged against a resource. Attribute names and operators are read without case.

use jiff::Timestamp;
use serde_json::Value;

use super::error::Failure;
use super::schema::{Attribute, Kind, Kinds, find};
use crate::sandbox::command::fold;

/// An attribute with, perhaps, one of its sub-attributes. Attributes that the resource type does
/// not have are kept as `None`: they never have a value (RFC 7644 section 3.4.2.1).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) extension: Option<&'static str>,
    pub(super) attribute: Option<&'static Attribute>,
    pub(super) sub: Option<&'static Attribute>,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    Present(Target),
    Compare(Target, Operator, Value),
    /// `attribute[filter]`: one value of a list answers the inner filter whole.
    Some(Target, Box<Filter>),
    Not(Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
}

/// How deep brackets may nest: a filter comes from outside, and reading it is recursive.
const MAX_DEPTH: usize = 32;

/// How many comparisons a filter may hold: judging a chain of them is recursive, too.
const MAX_TERMS: usize = 1_000;

/// Reads a filter on resources of this kind.
pub(super) fn parse(text: &str, kinds: &'static Kinds) -> Result<Filter, Failure> {
    let mut parser = Parser::new(text, Scope::Resource(kinds));
    let filter = parser.or(0)?;
    parser.end()?;
    Ok(filter)
}

/// Reads a path's value filter, of which the opening bracket was just passed. Returns the
/// filter and the rest of the text after the closing bracket.
pub(super) fn parse_value_filter<'a>(
    text: &'a str,
    attribute: &'static Attribute,
) -> Result<(Filter, &'a str), Failure> {
    let mut parser = Parser::new(text, Scope::Values(attribute));
    let filter = parser.or(0)?;
    parser.expect(']')?;
    Ok((filter, parser.rest))
}

/// Splits `urn:…:name` at the URN's end; names without a URN come back whole.
pub(super) fn split_urn(text: &str) -> (Option<&str>, &str) {
    let is_urn = text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    match text.rfind(':') {
        Some(at) if is_urn => (Some(&text[..at]), &text[at + 1..]),
        _ => (None, text),
    }
}

/// Reads `[urn:]name[.sub]`. An unknown name gives a target without attribute.
pub(super) fn target(text: &str, kinds: &Kinds) -> Target {
    let (urn, name) = split_urn(text);
    let (name, sub) = match name.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (name, None),
    };
    let place = match urn {
        Some(urn) => kinds.find_in(urn, name),
        None => kinds.find(name),
    };
    let Some(place) = place else {
        return Target {
            extension: None,
            attribute: None,
            sub: None,
        };
    };
    let found = sub.map(|sub| find(place.attribute.sub, sub));
    Target {
        extension: place.extension,
        attribute: match found {
            Some(None) => None,
            _ => Some(place.attribute),
        },
        sub: found.flatten(),
    }
}

/// What names mean: a resource's attributes, or, inside brackets, those of a list's values.
#[derive(Clone, Copy)]
enum Scope {
    Resource(&'static Kinds),
    Values(&'static Attribute),
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
    scope: Scope,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, scope: Scope) -> Self {
        Parser {
            rest: text,
            whole: text,
            scope,
            terms: 0,
        }
    }

    fn fail(&self, problem: &str) -> Failure {
        let at = self.whole.len() - self.rest.len() + 1;
        Failure::bad("invalidFilter", format!("filter, column {at}: {problem}"))
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.skip_blanks();
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(self.fail("expected `and`, `or` or the end")),
        }
    }

    fn take(&mut self, sign: char) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), Failure> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.fail(&format!("expected `{sign}`"))),
        }
    }

    /// Takes a word of names' and operators' characters.
    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_$.:".contains(c)))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// Takes this word if it comes next, without case.
    fn take_word(&mut self, wanted: &str) -> bool {
        let before = self.rest;
        if self.word().eq_ignore_ascii_case(wanted) {
            return true;
        }
        self.rest = before;
        false
    }

    fn or(&mut self, depth: usize) -> Result<Filter, Failure> {
        let mut left = self.and(depth)?;
        while self.take_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and(depth)?));
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Result<Filter, Failure> {
        let mut left = self.term(depth)?;
        while self.take_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.term(depth)?));
        }
        Ok(left)
    }

    fn term(&mut self, depth: usize) -> Result<Filter, Failure> {
        if depth > MAX_DEPTH {
            return Err(self.fail("nested too deeply"));
        }
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.fail("too many comparisons"));
        }
        let before = self.rest;
        if self.take_word("not") && self.take('(') {
            let inner = self.or(depth + 1)?;
            self.expect(')')?;
            return Ok(Filter::Not(Box::new(inner)));
        }
        self.rest = before;
        if self.take('(') {
            let inner = self.or(depth + 1)?;
            self.expect(')')?;
            return Ok(inner);
        }
        self.attribute(depth)
    }

    fn attribute(&mut self, depth: usize) -> Result<Filter, Failure> {
        let name = self.word();
        if name.is_empty() {
            return Err(self.fail("expected an attribute name"));
        }
        let target = self.resolve(name);
        if self.rest.starts_with('[') {
            self.rest = &self.rest[1..];
            let Scope::Resource(_) = self.scope else {
                return Err(self.fail("brackets inside brackets"));
            };
            let Some(attribute) = target.attribute.filter(|a| a.kind == Kind::Complex) else {
                return Err(self.fail(&format!("`{name}` has no values to look into")));
            };
            let outer = std::mem::replace(&mut self.scope, Scope::Values(attribute));
            let inner = self.or(depth + 1)?;
            self.expect(']')?;
            self.scope = outer;
            return Ok(Filter::Some(target, Box::new(inner)));
        }
        let word = self.word().to_ascii_lowercase();
        let operator = match word.as_str() {
            "pr" => return Ok(Filter::Present(target)),
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "co" => Operator::Contains,
            "sw" => Operator::StartsWith,
            "ew" => Operator::EndsWith,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            "" => return Err(self.fail("expected an operator")),
            other => return Err(self.fail(&format!("`{other}` is no operator"))),
        };
        let value = self.value()?;
        self.check(name, &target, operator, &value)?;
        Ok(Filter::Compare(target, operator, value))
    }

    fn resolve(&self, name: &str) -> Target {
        match self.scope {
            Scope::Resource(kinds) => target(name, kinds),
            Scope::Values(attribute) => Target {
                extension: None,
                attribute: find(attribute.sub, name),
                sub: None,
            },
        }
    }

    /// A JSON string, number, `true`, `false` or `null`.
    fn value(&mut self) -> Result<Value, Failure> {
        self.skip_blanks();
        let end = match self.rest.starts_with('"') {
            true => string_end(self.rest),
            false => self.rest.find([' ', ')', ']']),
        };
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let value: Value = serde_json::from_str(text)
            .map_err(|_| self.fail("expected a value as in JSON, strings in double quotes"))?;
        if value.is_object() || value.is_array() {
            return Err(self.fail("expected a simple value"));
        }
        self.rest = rest;
        Ok(value)
    }

    /// Refuses comparisons that can have no meaning.
    fn check(
        &self,
        name: &str,
        target: &Target,
        operator: Operator,
        value: &Value,
    ) -> Result<(), Failure> {
        let Some(attribute) = leaf(target) else {
            return Ok(());
        };
        if attribute.kind == Kind::Complex {
            return Err(self.fail(&format!(
                "`{name}` is compared by one of its sub-attributes"
            )));
        }
        let plain = matches!(operator, Operator::Equal | Operator::NotEqual);
        if attribute.kind == Kind::Boolean && !plain {
            return Err(self.fail(&format!("`{name}` is true or false: only eq and ne apply")));
        }
        let fits = match attribute.kind {
            Kind::Boolean => value.is_boolean(),
            Kind::Integer => value.is_number(),
            Kind::DateTime => value
                .as_str()
                .is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            _ => value.is_string(),
        };
        match fits || (value.is_null() && plain) {
            true => Ok(()),
            false => Err(self.fail(&format!("the value does not have the type of `{name}`"))),
        }
    }
}

/// The length of the JSON string that the text starts with.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The attribute whose values are compared: for a list of complex values without a named
/// sub-attribute, that is `value`.
fn leaf(target: &Target) -> Option<&'static Attribute> {
    let attribute = target.attribute?;
    match target.sub {
        Some(sub) => Some(sub),
        None if attribute.multi => find(attribute.sub, "value").or(Some(attribute)),
        None => Some(attribute),
    }
}

impl Filter {
    /// Does the resource, or inside brackets the value, answer this filter?
    pub(super) fn matches(&self, resource: &Value) -> bool {
        match self {
            Filter::And(left, right) => left.matches(resource) && right.matches(resource),
            Filter::Or(left, right) => left.matches(resource) || right.matches(resource),
            Filter::Not(inner) => !inner.matches(resource),
            Filter::Present(target) => values(target, resource)
                .iter()
                .any(|value| is_present(value)),
            Filter::Some(target, inner) => {
                let whole = Target {
                    sub: None,
                    ..target.clone()
                };
                holders(&whole, resource)
                    .iter()
                    .any(|value| inner.matches(value))
            }
            Filter::Compare(target, operator, wanted) => {
                let found = values(target, resource);
                let exact = leaf(target).is_some_and(|attribute| attribute.case_exact);
                let kind = leaf(target).map(|attribute| attribute.kind);
                let equal = |wanted: &Value| match wanted.is_null() {
                    true => found.is_empty(),
                    false => found
                        .iter()
                        .any(|value| compare(value, Operator::Equal, wanted, kind, exact)),
                };
                match operator {
                    Operator::Equal => equal(wanted),
                    Operator::NotEqual => !equal(wanted),
                    _ => found
                        .iter()
                        .any(|value| compare(value, *operator, wanted, kind, exact)),
                }
            }
        }
    }

    /// If the filter is one `name eq "text"`, the name and the text: such a look-up can use an
    /// index.
    pub(super) fn as_lookup(&self) -> Option<(&'static str, &str)> {
        match self {
            Filter::Compare(target, Operator::Equal, Value::String(text))
                if target.sub.is_none() && target.extension.is_none() =>
            {
                Some((target.attribute?.name, text))
            }
            Filter::And(left, right) => left.as_lookup().or_else(|| right.as_lookup()),
            _ => None,
        }
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

/// The values of the target's attribute, lists opened.
fn holders<'a>(target: &Target, resource: &'a Value) -> Vec<&'a Value> {
    let Some(attribute) = target.attribute else {
        return Vec::new();
    };
    let home = match target.extension {
        Some(urn) => resource.get(urn),
        None => Some(resource),
    };
    match home.and_then(|home| home.get(attribute.name)) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(value) => vec![value],
    }
}

/// The simple values that a comparison looks at.
pub(super) fn values<'a>(target: &Target, resource: &'a Value) -> Vec<&'a Value> {
    let sub = match (target.sub, target.attribute) {
        (Some(sub), _) => Some(sub.name),
        (None, Some(attribute)) if attribute.multi && !attribute.sub.is_empty() => Some("value"),
        _ => None,
    };
    let holders = holders(target, resource);
    match sub {
        Some(sub) => holders
            .into_iter()
            .filter_map(|value| value.get(sub))
            .collect(),
        None => holders,
    }
}

fn compare(
    value: &Value,
    operator: Operator,
    wanted: &Value,
    kind: Option<Kind>,
    exact: bool,
) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (value, wanted) {
        (Value::String(value), Value::String(wanted)) if kind == Some(Kind::DateTime) => {
            match (value.parse::<Timestamp>(), wanted.parse::<Timestamp>()) {
                (Ok(value), Ok(wanted)) => Some(value.cmp(&wanted)),
                _ => None,
            }
        }
        (Value::String(value), Value::String(wanted)) => {
            let (value, wanted) = match exact {
                true => (value.clone(), wanted.clone()),
                false => (fold(value), fold(wanted)),
            };
            match operator {
                Operator::Contains => return value.contains(&wanted),
                Operator::StartsWith => return value.starts_with(&wanted),
                Operator::EndsWith => return value.ends_with(&wanted),
                _ => Some(value.cmp(&wanted)),
            }
        }
        (Value::Bool(value), Value::Bool(wanted)) => Some(value.cmp(wanted)),
        (Value::Number(value), Value::Number(wanted)) => {
            value.as_f64().partial_cmp(&wanted.as_f64())
        }
        _ => None,
    };
    match operator {
        Operator::Equal => order == Some(Equal),
        Operator::Greater => order == Some(Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        Operator::Less => order == Some(Less),
        Operator::LessOrEqual => matches!(order, Some(Less | Equal)),
        _ => false,
    }
}
