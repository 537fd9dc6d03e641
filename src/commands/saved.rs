//! Saved plans: a review in a file, and what of it still holds when it is to be applied.
//!
//! The file is only ever compared with. What runs is what is planned afresh, so nothing that
//! somebody writes into a file is done because it stands there.

mod telling;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::telling::Telling;
use super::sync::Limits;
use crate::context::Session;
use crate::error::{Error, Exit};
use crate::model::Text;
use crate::model::moved::How;
use crate::model::plan::{ChangeKind, Plan, Tripped};
use crate::model::reason::Code;
use crate::model::rules::Verify;
use crate::model::seal::Seal;
use crate::output;
use crate::reconcile::compare::{self, Mark};
use crate::reconcile::policy::{Allow, Policy};

/// What every format of a saved plan begins with.
const KIND: &str = "atriumctl.saved-plan/";

/// The format that this version reads and writes.
const FORMAT: &str = "1";

/// Clocks may differ by so much: a plan that was saved in so near a future was saved now.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// What the command line asked for when the plan was saved.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    only: Vec<String>,
    revoke_only: bool,
    allow: Vec<String>,
    reopen: Vec<String>,
    reprovision: Vec<String>,
    rekey: Vec<String>,
    claim_cards: bool,
    verify: Option<String>,
}

impl From<&Limits> for Asked {
    fn from(limits: &Limits) -> Self {
        let Limits {
            only,
            revoke_only,
            allow,
            reopen,
            reprovision,
            claim_cards,
            verify,
            rekey,
        } = limits.clone();
        let words = Allow::ALL.into_iter();
        let words = words.filter(|(_, word)| allow.contains(word));
        Asked {
            only,
            revoke_only,
            allow: words.map(|(word, _)| word.to_owned()).collect(),
            reopen,
            reprovision,
            rekey,
            claim_cards,
            verify: verify.map(|verify| verify.word().to_owned()),
        }
    }
}

impl From<Asked> for Limits {
    fn from(asked: Asked) -> Self {
        let words = Allow::ALL.into_iter();
        let allow = words.filter(|(word, _)| asked.allow.iter().any(|known| known == word));
        let mut words = Verify::WORDS.iter();
        let verify = words.find(|(word, _)| asked.verify.as_deref() == Some(*word));
        Limits {
            only: asked.only,
            revoke_only: asked.revoke_only,
            allow: allow.map(|(_, allow)| allow).collect(),
            reopen: asked.reopen,
            reprovision: asked.reprovision,
            claim_cards: asked.claim_cards,
            verify: verify.map(|(_, verify)| *verify),
            rekey: asked.rekey,
        }
    }
}

/// What has to be known of a file before the rest of it can be read.
#[derive(Serialize, Deserialize)]
struct Head {
    schema: String,
    version: String,
    saved: Timestamp,
    profile: String,
    organization: String,
    /// Tells one key from another, and nothing of either.
    key: String,
    asked: Asked,
}

/// Whom or what a change is about, as the review shows it.
#[derive(Default, PartialEq, Deserialize)]
struct About {
    campus_id: Option<Text>,
    access_group_id: Option<Text>,
    card: Option<Text>,
}

/// A value that changes, as the review shows it.
#[derive(PartialEq, Deserialize)]
struct FieldItem {
    field: String,
    old: String,
    new: String,
}

/// A change, as the review shows it, and its mark.
#[derive(Deserialize)]
struct Item {
    action: ChangeKind,
    subject: About,
    label: Text,
    why: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    fields: Vec<FieldItem>,
    #[serde(flatten)]
    mark: Mark,
}

/// Somebody or something that is left alone, as the review shows it.
#[derive(Deserialize)]
struct LeftItem {
    code: Code,
    subject: About,
}

/// What is compared.
#[derive(Deserialize)]
struct Review {
    digest: String,
    operations: Vec<Item>,
    held: Vec<Item>,
    left_alone: Vec<LeftItem>,
}

impl Review {
    /// The review of a plan, as it is saved and as it is compared.
    fn value(session: &Session, plan: &Plan) -> Result<Value, Error> {
        let mut review = output::review(session.heading(), plan)?;
        let mut marks = compare::marks(plan, &session.seal).into_iter();
        for list in ["operations", "held"] {
            let items = review.get_mut(list).and_then(Value::as_array_mut);
            for (item, mark) in items.into_iter().flatten().zip(&mut marks) {
                item["identity"] = Value::from(mark.identity);
                item["fingerprint"] = Value::from(mark.fingerprint);
            }
        }
        Ok(review)
    }

    /// Everything that would be done, and then what is held.
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.operations.iter().chain(&self.held)
    }
}

/// Refuses a file that a plan can't be saved in, before anything is read for it.
///
/// # Errors
/// [`Exit::Usage`] if there is something that is no saved plan, or no folder.
pub(super) fn check_target(path: &Path) -> Result<(), Error> {
    let refused = |why: &str| {
        let message = format!("can't save the plan in {}: {why}", path.display());
        Err(Error::message(Exit::Usage, message).hint("name another file with --save FILE"))
    };
    if !folder(path).is_dir() {
        return refused("there is no such folder");
    }
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => refused(&error.to_string()),
        Ok(bytes) if is_saved_plan(&bytes) => Ok(()),
        Ok(_) => refused("the file is there, and is no saved plan"),
    }
}

fn is_saved_plan(bytes: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let schema = value.as_ref().and_then(|value| value["schema"].as_str());
    schema.is_some_and(|schema| schema.starts_with(KIND))
}

fn folder(path: &Path) -> &Path {
    let parent = path.parent();
    let parent = parent.filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Saves a plan, whole or not at all, for its owner alone.
///
/// # Errors
/// [`Exit::Failed`] if the file can't be written.
pub(super) fn save(
    path: &Path,
    session: &Session,
    limits: &Limits,
    plan: &Plan,
    now: Timestamp,
) -> Result<(), Error> {
    let heading = session.heading();
    let head = Head {
        schema: format!("{KIND}{FORMAT}"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        saved: now,
        profile: heading.profile.to_owned(),
        organization: heading.organization.to_owned(),
        key: key(&session.seal),
        asked: limits.into(),
    };
    let mut document = Review::value(session, plan)?;
    let head = serde_json::to_value(head).map_err(|error| Error::new(Exit::Failed, error))?;
    if let (Value::Object(document), Value::Object(head)) = (&mut document, head) {
        document.extend(head);
    }
    document["seal"] = Value::from(signature(&session.seal, &document));
    let text = output::file_text(&document)?;
    write(path, text.as_bytes()).map_err(|error| {
        let message = format!("can't save the plan in {}", path.display());
        Error::new(Exit::Failed, anyhow::Error::new(error).context(message))
            .hint("check that you may write there, or name another file with --save FILE")
    })
}

/// The temporary file is made for its owner alone, and is in no place where it could be read half.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn key(seal: &Seal) -> String {
    seal.sign("key", &())
}

/// The signature of a whole file, but for the signature itself.
fn signature(seal: &Seal, document: &Value) -> String {
    let fields = document.as_object().into_iter().flatten();
    let fields: BTreeMap<_, _> = fields.filter(|(name, _)| *name != "seal").collect();
    seal.sign("file", &fields)
}

/// How long a saved plan may be applied: `24h`, `90m`, `7d`.
pub(super) fn max_age(text: &str) -> Result<SignedDuration, String> {
    let span: Span = text.parse().map_err(|_| NO_AGE.to_owned())?;
    let age = span.to_duration(SpanRelativeTo::days_are_24_hours());
    let age = age.map_err(|_| NO_AGE.to_owned())?;
    if age.is_positive() {
        Ok(age)
    } else {
        Err(NO_AGE.to_owned())
    }
}

const NO_AGE: &str = "not a length of time such as 90m, 24h or 7d";

/// A saved plan as it was found.
pub(super) struct Saved {
    path: String,
    head: Head,
    document: Value,
}

impl Saved {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is no saved plan, or one that this version can't read.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let path_text = path.display().to_string();
        let refused = |why: String, hint: &str| {
            let message = format!("{path_text} can't be used as a saved plan: {why}");
            Error::message(Exit::Usage, message).hint(hint)
        };
        let save = "save one: atriumctl diff --save FILE";
        let update = "update atriumctl, or save the plan with this version";
        let bytes = fs::read(path).map_err(|error| refused(error.to_string(), save))?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|error| {
            let why = if error.is_eof() {
                "it is cut short".to_owned()
            } else {
                format!("it is not JSON ({error})")
            };
            refused(why, save)
        })?;
        let schema = document["schema"].as_str().unwrap_or_default();
        match schema.strip_prefix(KIND) {
            Some(FORMAT) => {}
            Some(other) => {
                let why = format!("it has format {other}, and this version knows format {FORMAT}");
                return Err(refused(why, update));
            }
            None if schema.starts_with("atriumctl.plan/") => {
                let why = "it is what diff --output json shows, which is no saved plan";
                return Err(refused(why.to_owned(), save));
            }
            None => return Err(refused("it is something else".to_owned(), save)),
        }
        let head = Head::deserialize(&document)
            .map_err(|error| refused(format!("it is not whole ({error})"), save))?;
        let own = env!("CARGO_PKG_VERSION");
        if version(&head.version) > version(own) {
            let why = format!("atriumctl {} saved it, and this is {own}", head.version);
            return Err(refused(why, update));
        }
        Ok(Saved {
            path: path_text,
            head,
            document,
        })
    }

    /// Whether the plan is for this session, is as it was saved, and is not too old.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is for another profile or organization, [`Exit::Stale`] if it no
    /// longer holds.
    pub(super) fn check(
        self,
        session: &Session,
        now: Timestamp,
        max_age: SignedDuration,
    ) -> Result<Reviewed, Error> {
        let Saved {
            path,
            head,
            document,
        } = self;
        let heading = session.heading();
        for (what, saved, own) in [
            ("profile", &*head.profile, heading.profile),
            ("organization", &*head.organization, heading.organization),
        ] {
            if saved != own {
                let message = format!("{path} is a plan for the {what} {saved}, and this is {own}");
                return Err(Error::message(Exit::Usage, message).hint(
                    "give the --profile that it was saved with, or save a plan for this one",
                ));
            }
        }
        let again = "look and save again: atriumctl diff --save FILE";
        let stale = |why: String| Error::message(Exit::Stale, format!("{path} {why}")).hint(again);
        if head.key != key(&session.seal) {
            let why = "was saved with another SCIM token, so it can't be compared";
            return Err(stale(why.to_owned()));
        }
        if document["seal"] != signature(&session.seal, &document) {
            return Err(stale("was edited after it was saved".to_owned()));
        }
        let age = now.duration_since(head.saved);
        if age < -CLOCK_TOLERANCE {
            let why = format!(
                "was saved in the future, at {:.0}: a clock is wrong",
                head.saved
            );
            return Err(stale(why));
        }
        if age > max_age {
            let age = SignedDuration::from_mins(age.as_mins());
            let why = format!("is {age:#} old, and may be {max_age:#}");
            return Err(stale(why).hint("or allow it: --max-age, for example --max-age 7d"));
        }
        let review = Review::deserialize(&document)
            .map_err(|error| stale(format!("can't be compared ({error})")))?;
        Ok(Reviewed {
            path,
            saved: head.saved,
            limits: head.asked.into(),
            review,
        })
    }
}

/// The numbers of a version. What is none is older than everything.
fn version(text: &str) -> Vec<u64> {
    let text = text.split(['-', '+']).next().unwrap_or_default();
    let numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    numbers.collect()
}

/// What to do if a saved plan is not what is planned afresh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mismatch {
    /// Show what moved, and write nothing
    #[default]
    Refuse,
    /// Do what is identical in both, with all that it needs, and hold the rest
    ApplyCommon,
}

/// A saved plan that may be applied.
pub(super) struct Reviewed {
    path: String,
    saved: Timestamp,
    /// What the command line asked for.
    pub(super) limits: Limits,
    review: Review,
}

impl Reviewed {
    /// What may be done of a fresh plan: all of it if it is the saved one; else nothing, or what
    /// both have in common.
    ///
    /// # Errors
    /// If the fresh plan can't be put into a document.
    pub(super) fn allow(
        &self,
        session: &Session,
        policy: &Policy,
        mut plan: Plan,
        mismatch: Mismatch,
    ) -> Result<Plan, Error> {
        // Nothing of a plan with a stop is done anyway.
        if plan.digest == self.review.digest || !plan.stops.is_empty() {
            return Ok(plan);
        }
        let fresh = Review::deserialize(&Review::value(session, &plan)?)
            .map_err(|error| Error::new(Exit::Failed, error))?;
        let marks: Vec<Mark> = self.review.items().map(|item| item.mark.clone()).collect();
        let comparison = compare::compare(&marks, &plan, &compare::marks(&plan, &session.seal));
        let telling = Telling::new(&self.review, &fresh);
        let differences = comparison.differences.iter();
        plan.moved = differences
            .map(|difference| telling.tell(*difference))
            .collect();
        if mismatch == Mismatch::ApplyCommon && !comparison.common.is_empty() {
            let covered = session.access.is_some();
            return Ok(compare::keep(plan, &comparison.common, policy, covered));
        }
        let detail = self.why_refused(&plan, comparison.common.is_empty());
        plan.stops.push(Tripped {
            code: Code::PlanMoved,
            detail,
            holds: 0,
        });
        Ok(plan)
    }

    fn why_refused(&self, plan: &Plan, nothing_in_common: bool) -> String {
        let Reviewed { path, saved, .. } = self;
        let had = self.review.operations.len();
        if plan.operations.is_empty() && had > 0 {
            return format!(
                "Nothing of {path}, saved at {saved:.0}, is left to do: it was applied already, and \
                 a plan is used once, or what it would do was done or given up by somebody else"
            );
        }
        let many = |how| plan.moved.iter().filter(|moved| moved.how == how).count();
        let common = if nothing_in_common {
            "; nothing is the same in both"
        } else {
            ""
        };
        format!(
            "{path}, saved at {saved:.0}, is not what would be done now: {} new, {} gone, {} \
             changed, {} waiting for one of these{common}",
            many(How::New),
            many(How::Gone),
            many(How::Changed),
            many(How::Waits),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_length_of_time() {
        for (text, hours) in [
            ("24h", 24),
            ("2d", 48),
            ("1w", 168),
            ("1d 1h", 25),
            ("120m", 2),
        ] {
            let age = SignedDuration::from_hours(hours);
            assert_eq!(max_age(text), Ok(age), "{text}");
        }
        for text in ["", "0h", "-1h", "1mo", "1y", "24", "h", "99999999999d"] {
            assert_eq!(max_age(text), Err(NO_AGE.to_owned()), "{text}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for (older, newer) in [("0.9.0", "0.10.0"), ("0.1.9", "1.0.0"), ("x", "0.1.0")] {
            assert!(version(older) < version(newer), "{older} {newer}");
        }
        assert_eq!(version("1.2.3-rc.1"), version("1.2.3+build"));
    }

    #[test]
    fn what_was_asked_for_survives_the_file() {
        let limits = Limits {
            only: vec!["S1".to_owned()],
            revoke_only: true,
            allow: Allow::ALL.map(|(_, allow)| allow).to_vec(),
            reopen: vec!["S2".to_owned()],
            reprovision: vec!["S3".to_owned()],
            claim_cards: true,
            verify: Some(Verify::All),
            rekey: vec!["S4".to_owned()],
        };
        let text = serde_json::to_string(&Asked::from(&limits)).unwrap();
        let asked: Asked = serde_json::from_str(&text).unwrap();
        let again = Limits::from(asked);
        assert_eq!(format!("{again:?}"), format!("{limits:?}"));
    }
}
