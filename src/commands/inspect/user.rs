//! `inspect user`: one person or user from all sides.

use super::doors::behind;
use super::who::{Known as Kept, owner};
use crate::commands::diagnose::live;
use crate::commands::gather::read_atrium;
use crate::commands::interrupt::Interrupt;
use crate::context::{Context, Session, rest_error, runtime};
use crate::diagnose::facts::{AccessPerson, Facts, ScimUser};
use crate::error::{Error, Exit};
use crate::ledger::Access as Opening;
use crate::model::access::AccessUser;
use crate::model::diagnosis::Side;
use crate::model::fold::{fold, same_folded, same_value};
use crate::model::inspect::{
    DoorGroup, HeldCard, LOCKED, LastChange, Manager, Owner, SideBySide, UserView,
};
use crate::model::memory::{Memory, UserMemory};
use crate::model::plan::Subject;
use crate::model::reason::{Code, Situation};
use crate::model::roster::{Person, Roster};
use crate::model::rules::Meaning;
use crate::model::{AccessUserId, CampusId, Field, Profile, Text};
use crate::output::{self, Format};
use crate::reconcile;
use crate::reconcile::policy::Policy;

/// Whom to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Campus id, email address, external id, Command's id, name, or a part of it
    ///
    /// If several people fit, they are listed, and none is chosen.
    #[arg(value_name = "WHO")]
    pub who: String,

    /// Show the requests that were sent, by endpoint
    #[arg(long)]
    pub stats: bool,
}

/// So many who fit are told.
const TOLD: usize = 20;

/// Runs the command.
pub(super) fn run(context: &Context<'_>, args: &Args) -> Result<Exit, Error> {
    let forms = [Format::Table, Format::Json, Format::Jsonl, Format::Markdown];
    output::offers(&context.ui, "inspect user", &forms)?;
    let session = context.session()?;
    let policy = session.policy();
    let ledger = session.ledger(Opening::ReadOnly)?;
    let memory = ledger.remember(policy.now)?;
    let (facts, roster) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let looking = async {
            context.ui.status("Reading Atrium.");
            let roster = read_atrium(&session).await?;
            let facts = look(&session, &roster, &memory, &policy, args.who.trim()).await?;
            Ok((facts, roster))
        };
        interrupt.droppable(looking).await
    })?;
    let last_change = match &facts.campus_id {
        Some(id) => ledger.last_change_of_person(id)?,
        None => None,
    };
    drop(ledger);
    let view = view(&facts, &roster, &memory, &policy, last_change);
    output::user_view(&context.ui, &view)?;
    if args.stats {
        output::stats(&context.ui, &session.requests());
    }
    Ok(exit(&facts))
}

/// The code of a look at which a side was missing.
fn exit(facts: &Facts) -> Exit {
    let refused = facts
        .token
        .seen()
        .is_some_and(|token| token.refused.is_some());
    match facts.scim.seen() {
        _ if refused => Exit::Authentication,
        None => Exit::Unavailable,
        Some(_) => Exit::Done,
    }
}

/// Finds whom is asked about, and gathers what each side says.
async fn look(
    session: &Session,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    asked: &str,
) -> Result<Facts, Error> {
    let name = alias(asked, memory, policy);
    let facts = live::gathered(session, roster, memory, policy, &name).await?;
    let person = facts.person();
    let exact = person.is_some_and(|person| {
        person.campus_id.as_str() == name || same_folded(&person.email, &name)
    });
    let found = person.is_some() || facts.user().is_some() || has_record(&facts);
    let found = found || facts.scim.seen().is_some_and(|scim| !scim.users.is_empty());
    if exact || (person.is_none() && found) {
        return Ok(facts);
    }
    // A name may be that of somebody in Command, too, whom Atrium does not have.
    let mut hits = in_command(session, &name).await?;
    hits.extend(in_ledger(memory, roster, &name));
    if let Some(person) = person {
        let own = facts
            .access
            .seen()
            .and_then(|access| access.person.as_ref());
        hits.retain(|hit| {
            let is_own = own.is_some_and(|own| own.user.id.as_str() == hit.id)
                || (!hit.email.is_empty() && same_folded(&hit.email, &person.email))
                || hit.id == person.campus_id.as_str();
            !is_own
        });
        if hits.is_empty() {
            return Ok(facts);
        }
        hits.insert(0, Hit::of(person));
    }
    let mut seen: Vec<String> = Vec::new();
    hits.retain(|hit| {
        let key = match hit.email.as_str() {
            "" => hit.id.to_string(),
            email => fold(email).into_owned(),
        };
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    match hits.as_slice() {
        [] => Err(nobody(asked, roster, &facts)),
        [one] => {
            let facts = live::gathered(session, roster, memory, policy, &one.id).await?;
            Ok(facts)
        }
        several => Err(many(asked, several)),
    }
}

fn has_record(facts: &Facts) -> bool {
    facts
        .access
        .seen()
        .is_some_and(|access| access.person.is_some())
}

/// The campus id that an id of ours or of Command's stands for; else what was asked.
pub(super) fn alias(asked: &str, memory: &Memory, policy: &Policy) -> String {
    if let Some(id) = policy.user_ids.parse(asked) {
        return id.to_owned();
    }
    let known = memory.users.iter().find(|(_, user)| {
        let access = user.access.as_ref().map(|access| access.id.as_str());
        user.user_id.as_str() == asked || access == Some(asked)
    });
    match known {
        Some((id, _)) => id.to_string(),
        None => asked.to_owned(),
    }
}

/// Somebody who fits.
struct Hit {
    /// By what to ask for them.
    id: Text,
    name: Text,
    email: Text,
    from: &'static str,
}

impl Hit {
    fn of(person: &Person) -> Self {
        Hit {
            id: person.campus_id.0.clone(),
            name: person.display_name(),
            email: person.email.clone(),
            from: "Atrium",
        }
    }
}

/// Whether a name is the one that is asked for: whole, or, from three letters on, a part of it.
fn fits(asked: &str, name: &str, email: &str) -> bool {
    let asked = fold(asked);
    let long = asked.chars().count() >= 3;
    let part = |text: &str| long && fold(text).contains(asked.as_ref());
    fold(name) == asked || part(name) || part(email)
}

/// People of Command's list of everybody who fit. One request.
async fn in_command(session: &Session, asked: &str) -> Result<Vec<Hit>, Error> {
    let Some(client) = &session.access else {
        return Ok(Vec::new());
    };
    let everybody = client.everybody().await;
    let everybody = everybody.map_err(|error| rest_error(error, &session.profile))?;
    let fitting = everybody
        .into_iter()
        .filter(|user| fits(asked, &user.full_name, &user.email));
    Ok(fitting
        .map(|user: AccessUser| Hit {
            id: user.id.0,
            name: user.full_name,
            email: user.email,
            from: "Command",
        })
        .collect())
}

/// People of the ledger who fit and are not in Atrium any more.
fn in_ledger(memory: &Memory, roster: &Roster, asked: &str) -> Vec<Hit> {
    let users = memory.users.iter();
    let fitting =
        users.filter(|(_, user)| fits(asked, &user.applied.display_name(), &user.applied.email));
    let mut hits: Vec<Hit> = fitting
        .filter(|(id, _)| !roster.people.iter().any(|person| person.campus_id == **id))
        .map(|(id, user)| Hit {
            id: id.0.clone(),
            name: user.applied.display_name(),
            email: user.applied.email.clone(),
            from: "the ledger",
        })
        .collect();
    hits.sort_by(|a, b| a.id.cmp(&b.id));
    hits
}

fn many(asked: &str, hits: &[Hit]) -> Error {
    let message = format!(
        "{} people fit `{asked}`; name one of them by id",
        hits.len()
    );
    let mut error = Error::message(Exit::Usage, message);
    for hit in hits.iter().take(TOLD) {
        error = error.hint(format!(
            "{}  {}  {}  ({})",
            hit.id, hit.name, hit.email, hit.from
        ));
    }
    if hits.len() > TOLD {
        error = error.hint(format!("and {} more", hits.len() - TOLD));
    }
    error
}

fn nobody(asked: &str, roster: &Roster, facts: &Facts) -> Error {
    let message = format!("nobody in Atrium, Command or the ledger fits `{asked}`");
    let mut error = Error::message(Exit::Failed, message);
    for place in facts
        .atrium
        .seen()
        .iter()
        .flat_map(|atrium| &atrium.unreadable)
    {
        error = error.hint(format!("a row that can't be read may be theirs: {place}"));
    }
    let near = near(roster, asked);
    if near.is_empty() {
        return error.hint("atriumctl inspect users lists everybody of Command");
    }
    for person in near {
        let name = person.display_name();
        error = error.hint(format!(
            "did you mean {}  {name}  {}",
            person.campus_id, person.email
        ));
    }
    error
}

/// So many near names are told.
const NEAR: usize = 5;

/// Below this likeness (Jaro-Winkler, 0 to 1), names have little more in common than a few letters.
const ALIKE: f64 = 0.88;

/// The people of Atrium whose id, name, part of a name, or address is most like what was asked.
fn near<'r>(roster: &'r Roster, asked: &str) -> Vec<&'r Person> {
    let asked = fold(asked);
    let likeness = |text: &str| strsim::jaro_winkler(&asked, &fold(text));
    let mut alike: Vec<(f64, &Person)> = Vec::new();
    for person in &roster.people {
        let name = person.display_name();
        let words = name
            .split_whitespace()
            .chain([&*name, person.campus_id.as_str()]);
        let local = person.email.split('@').next().unwrap_or_default();
        let best = words
            .chain([local, &*person.email])
            .map(likeness)
            .fold(0.0, f64::max);
        if best >= ALIKE {
            alike.push((best, person));
        }
    }
    alike.sort_by(|(a, first), (b, second)| {
        b.total_cmp(a)
            .then_with(|| first.campus_id.cmp(&second.campus_id))
    });
    alike
        .into_iter()
        .take(NEAR)
        .map(|(_, person)| person)
        .collect()
}

/// What the facts come to.
fn view(
    facts: &Facts,
    roster: &Roster,
    memory: &Memory,
    policy: &Policy,
    last_change: Option<LastChange>,
) -> UserView {
    let kept = Kept::new(memory, policy);
    let user = facts.user().or_else(|| facts.scim.seen()?.users.first());
    let record = facts
        .access
        .seen()
        .and_then(|access| access.person.as_ref());
    let person = facts.person();
    let managed = match (user, record) {
        (Some(found), _) => {
            let external_id = found.user.external_id.as_ref();
            Some(kept.user(found.user.id.as_str(), external_id, &policy.user_ids))
        }
        (None, Some(record)) => {
            let row = &record.user;
            Some(kept.access_user(row.id.as_str(), &row.external_id, &policy.user_ids))
        }
        (None, None) => None,
    };
    let (managed, found_id) = match managed {
        Some((managed, id)) => (Some(managed), id),
        None => (None, None),
    };
    let campus_id = facts.campus_id.as_ref().map(|id| id.0.clone()).or(found_id);
    let remembered = campus_id
        .as_ref()
        .and_then(|id| memory.users.get(&CampusId(id.clone())));
    let name = person.map(Person::display_name);
    let name = name.or_else(|| user.map(|found| found.user.profile.display_name()));
    let name = name.or_else(|| record.map(|record| record.user.full_name.clone()));
    let name = name.or_else(|| remembered.map(|known| known.applied.display_name()));
    UserView {
        name: name.unwrap_or_default(),
        user_id: user.map(|found| found.user.id.0.clone()),
        external_id: user.and_then(|found| found.user.external_id.clone()),
        access_id: record.map(|record| record.user.id.0.clone()),
        managed,
        situation: situation(facts, managed.map(|managed| managed.by)),
        reasons: reasons(facts),
        atrium_status: person.map(|person| person.status.clone()),
        active: user.and_then(|found| found.user.active),
        fields: fields(
            facts,
            user,
            record,
            remembered,
            managed.map(|managed| managed.by),
        ),
        groups: groups(facts, user, record, memory),
        cards: cards(roster, person, record, remembered),
        start: record.and_then(|record| record.record.start),
        end: record.and_then(|record| record.record.end),
        last_change,
        gaps: gaps(facts),
        campus_id,
    }
}

/// What is the case with the user; of several words the one with precedence.
fn situation(facts: &Facts, by: Option<Manager>) -> Option<Situation> {
    facts.atrium.seen()?;
    facts.scim.seen()?;
    let plan = facts.plan.seen()?;
    let is_user = |subject: &Subject| matches!(subject, Subject::User { .. });
    let operations = plan.operations.iter();
    let operations = operations.filter(|operation| is_user(&operation.subject));
    let held = plan
        .held
        .iter()
        .filter(|held| is_user(&held.operation.subject));
    let left = plan.left_alone.iter().filter(|left| is_user(&left.subject));
    let words = operations
        .map(|operation| operation.situation)
        .chain(held.map(|_| Situation::Held))
        .chain(left.map(|left| left.situation));
    if let Some(word) = words.min() {
        return Some(word);
    }
    Some(match by {
        Some(Manager::Atrium) if facts.person().is_none() => Situation::Gone,
        Some(Manager::Atrium) => Situation::InStep,
        Some(Manager::OtherClient) => Situation::Foreign,
        Some(Manager::Native) => Situation::Native,
        None if facts.is_wanted() => Situation::Missing,
        None => Situation::Gone,
    })
}

fn reasons(facts: &Facts) -> Vec<(Code, String)> {
    let Some(plan) = facts.plan.seen() else {
        return Vec::new();
    };
    // What is said of a whole group is not about this person: the others were not read.
    let left = plan
        .left_alone
        .iter()
        .filter(|left| left.subject.person().is_some());
    let left = left.map(|left| (left.code, left.detail.clone()));
    let held = plan
        .held
        .iter()
        .map(|held| (held.code, held.operation.label.to_string()));
    left.chain(held).collect()
}

/// The values on the three sides.
fn fields(
    facts: &Facts,
    user: Option<&ScimUser>,
    record: Option<&AccessPerson>,
    remembered: Option<&UserMemory>,
    by: Option<Manager>,
) -> Vec<SideBySide> {
    let locked_in = by.and_then(Manager::changed_in);
    let wanted = facts.person().map(reconcile::wanted);
    let applied = remembered.map(|known| &known.applied);
    let applied = applied.filter(|applied| **applied != Profile::default());
    // REST's list has the name as one text.
    let command = |field: Field| match (user, record) {
        (Some(found), _) => Some(found.user.profile.get(field).clone()),
        (None, Some(record)) => match field {
            Field::Email => Some(record.user.email.clone()),
            Field::EmployeeNumber => Some(record.user.employee_id.clone()),
            _ => None,
        },
        (None, None) => None,
    };
    let rows = Profile::FIELDS.into_iter().map(|field| {
        let atrium = wanted.as_ref().map(|wanted| wanted.get(field).clone());
        let command = command(field);
        let applied = applied.map(|applied| applied.get(field).clone());
        let compared = (by == Some(Manager::Atrium)).then(|| {
            compare(
                field,
                atrium.as_deref()?,
                command.as_deref()?,
                applied.as_deref(),
            )
        });
        SideBySide {
            field,
            atrium,
            command,
            applied,
            situation: compared.flatten(),
            locked: locked_in.filter(|_| LOCKED.contains(&field)),
        }
    });
    let empty = |value: &Option<Text>| value.as_ref().is_none_or(|text| text.is_empty());
    let rows =
        rows.filter(|row| !(empty(&row.atrium) && empty(&row.command) && empty(&row.applied)));
    let word = |active: bool| Text::const_new(if active { "active" } else { "deactivated" });
    let meaning = facts.atrium.seen().and_then(|atrium| atrium.meaning);
    let active = SideBySide {
        field: Field::Active,
        atrium: meaning.map(|_| word(meaning == Some(Meaning::Active) && facts.is_wanted())),
        command: user.and_then(|found| found.user.active).map(word),
        applied: remembered
            .filter(|known| known.ours)
            .map(|known| word(known.closed_by_us.is_none())),
        situation: None,
        locked: locked_in,
    };
    let seen = active.atrium.is_some() || active.command.is_some() || active.applied.is_some();
    rows.chain(seen.then_some(active)).collect()
}

/// What is the case with one value of a user of ours.
fn compare(field: Field, atrium: &str, command: &str, applied: Option<&str>) -> Option<Situation> {
    let same = |a: &str, b: &str| same_value(field, a, b);
    if same(atrium, command) {
        return Some(Situation::InStep);
    }
    // A value that Atrium does not have is cleared only where it is one that we wrote.
    let ours = applied.is_some_and(|applied| !applied.is_empty() && same(applied, command));
    if atrium.is_empty() && !ours {
        return None;
    }
    Some(match field {
        Field::Email => Situation::EmailChanged,
        _ if applied.is_some_and(|applied| same(applied, atrium)) => Situation::Drifted,
        _ => Situation::Changed,
    })
}

/// The groups on both sides, with their doors.
fn groups(
    facts: &Facts,
    user: Option<&ScimUser>,
    record: Option<&AccessPerson>,
    memory: &Memory,
) -> Vec<DoorGroup> {
    let doors = facts.doors.seen();
    let scim = facts.scim.seen();
    let at_doors = record.map_or(&[][..], |record| &record.groups);
    let mut listed: Vec<DoorGroup> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    for (id, name) in facts
        .atrium
        .seen()
        .into_iter()
        .flat_map(|atrium| &atrium.groups)
    {
        let group = scim.and_then(|scim| {
            let known = scim.groups.iter().find(|group| group.access_group == *id)?;
            known.group.as_ref()
        });
        let is_member = match (group, user) {
            (Some(group), Some(user)) => {
                let members = group.members.as_deref().unwrap_or_default();
                members.contains(&user.user.id)
            }
            _ => false,
        };
        let remote_name = group.map_or(name, |group| &group.name);
        let remote_id = group.map_or("", |group| group.id.as_str());
        let door = at_doors
            .iter()
            .find(|door| door.id == remote_id || same_folded(&door.name, remote_name));
        shown.extend(door.map(|door| door.id.as_str()));
        let (available, levels) = behind(doors, remote_id, remote_name);
        listed.push(DoorGroup {
            name: remote_name.clone(),
            access_group_id: Some(id.0.clone()),
            owner: match is_member || door.is_some() {
                true => Owner::Atrium,
                false => Owner::AtriumOnly,
            },
            at_doors: available,
            levels,
        });
    }
    for door in at_doors
        .iter()
        .filter(|door| !shown.contains(&door.id.as_str()))
    {
        let known = memory.groups.iter().find(|group| {
            group.group_id.as_str() == door.id || same_folded(&group.name, &door.name)
        });
        let (available, levels) = behind(doors, &door.id, &door.name);
        listed.push(DoorGroup {
            name: door.name.clone(),
            access_group_id: known.map(|group| group.id.0.clone()),
            owner: Owner::Command,
            at_doors: available,
            levels,
        });
    }
    listed
}

/// The cards on all sides.
fn cards(
    roster: &Roster,
    person: Option<&Person>,
    record: Option<&AccessPerson>,
    remembered: Option<&UserMemory>,
) -> Vec<HeldCard> {
    let memory = remembered.and_then(|known| known.access.as_deref());
    let credentials = person.map_or(&[][..], |person| &person.credentials);
    let status = |at: u16| roster.id_statuses.get(usize::from(at)).cloned();
    let mut cards: Vec<HeldCard> = Vec::new();
    let remote = record.map_or(&[][..], |record| &record.record.cards);
    for held in remote {
        let credential = credentials.iter().find(|own| Some(own.card) == held.card);
        cards.push(HeldCard {
            card: held.card,
            kind: held.kind.clone(),
            active: held.active,
            owner: match &held.card {
                Some(card) => owner(card, memory, credential.is_some()),
                None => Owner::Command,
            },
            atrium_status: credential.and_then(|own| status(own.status)),
            in_command: Some(true),
        });
    }
    let absent = record.map(|_| false);
    let is_shown = |cards: &[HeldCard], card| cards.iter().any(|held| held.card == Some(card));
    for own in credentials {
        if is_shown(&cards, own.card) {
            continue;
        }
        let given = record.is_none() && memory.is_some_and(|memory| memory.has(&own.card));
        cards.push(HeldCard {
            card: Some(own.card),
            kind: Text::const_new(own.card.format.short()),
            active: None,
            owner: if given {
                Owner::Atrium
            } else {
                Owner::AtriumOnly
            },
            atrium_status: status(own.status),
            in_command: absent,
        });
    }
    for known in memory.into_iter().flat_map(|memory| &memory.cards) {
        if record.is_some() || is_shown(&cards, known.card) {
            continue;
        }
        cards.push(HeldCard {
            card: Some(known.card),
            kind: Text::const_new(known.card.format.short()),
            active: None,
            owner: if known.ours {
                Owner::Atrium
            } else {
                Owner::Unknown
            },
            atrium_status: None,
            in_command: None,
        });
    }
    cards
}

/// What could not be looked at, and why.
fn gaps(facts: &Facts) -> Vec<String> {
    let sides = [
        Side::Atrium,
        Side::Ledger,
        Side::Scim,
        Side::Access,
        Side::Doors,
    ];
    let mut gaps: Vec<String> = sides
        .into_iter()
        .filter_map(|side| Some(format!("{}: {}", side.name(), facts.unseen(side)?)))
        .collect();
    if facts
        .doors
        .seen()
        .is_some_and(|doors| doors.levels.is_none())
    {
        gaps.push("access levels: the API key has no permission for them".to_owned());
    }
    gaps
}

/// The ids over REST under which somebody may be asked for.
pub(super) fn access_id(memory: &Memory, id: &CampusId) -> Option<AccessUserId> {
    let access = memory.users.get(id)?.access.as_ref()?;
    Some(access.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_word() {
        use Situation::{Changed, Drifted, EmailChanged, InStep};
        for (field, atrium, command, applied, word) in [
            (Field::Title, "Dean", "Dean ", None, Some(InStep)),
            (Field::Title, "Dean", "Clerk", None, Some(Changed)),
            (Field::Title, "Dean", "Clerk", Some("Clerk"), Some(Changed)),
            (Field::Title, "Dean", "Clerk", Some("Dean"), Some(Drifted)),
            (Field::Title, "", "Clerk", None, None),
            (Field::Title, "", "Clerk", Some("Clerk"), Some(Changed)),
            (Field::Email, "a@x", "b@x", Some("b@x"), Some(EmailChanged)),
        ] {
            assert_eq!(
                compare(field, atrium, command, applied),
                word,
                "{atrium} {command}"
            );
        }
    }

    #[test]
    fn a_part_of_a_name_fits_from_three_letters_on() {
        assert!(fits("ana diaz", "Ana Diaz", ""));
        assert!(fits("DIA", "Ana Diaz", ""));
        assert!(fits("diaz@", "", "ana.diaz@a.example"));
        assert!(!fits("di", "Ana Diaz", ""));
        assert!(!fits("", "Ana Diaz", ""));
    }
}
