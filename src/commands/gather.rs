//! Reads both sides whole, side by side, and then the cards of those of whom the plan has to know
//! them.

use std::collections::HashSet;

use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::context::{Session, rest_error, scim_error};
use crate::error::{Error, Exit};
use crate::model::access::Access;
use crate::model::directory::Directory;
use crate::model::memory::Memory;
use crate::model::plan::Plan;
use crate::model::reason::Code;
use crate::model::roster::Roster;
use crate::model::{AccessUserId, UserId};
use crate::output::{self, Progress, Ui};
use crate::reconcile;
use crate::reconcile::policy::{Policy, Selection, unmatched};
use crate::source::Source;
use crate::verkada::rest::RestClient;
use crate::verkada::scim::ScimError;

/// So many users whom the ledger knows and the list lacks are asked for one by one: a server may
/// list a new user late. More of them are another matter, for which there is a guard.
const ASK_FOR: usize = 20;

/// From how many seconds on it is told how long the reading of cards takes.
const TOLD_FROM: u64 = 10;

/// So many people in a row who can't be read end the reading.
const GIVE_UP: u32 = 10;

/// A clock that is off by no more than this is as good as right.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Both sides, and what the ledger knew of them.
pub(super) struct Gathered {
    pub(super) memory: Memory,
    pub(super) roster: Roster,
    pub(super) directory: Directory,
}

/// Reads Atrium and Command. What fails first ends the other read, too.
pub(super) async fn gather(session: &Session, memory: Memory, ui: &Ui) -> Result<Gathered, Error> {
    let (roster, mut directory, access) = tokio::try_join!(
        read_atrium(session),
        read_command(session, &memory, ui),
        read_everybody(session)
    )?;
    directory.access = access;
    let skew = session.access.as_ref().and_then(RestClient::clock_skew);
    if let Some(warning) = skew.and_then(clock_warning) {
        ui.warning(&warning);
    }
    for notice in &roster.notices {
        ui.warning(notice);
    }
    Ok(Gathered {
        memory,
        roster,
        directory,
    })
}

/// Plans. If the plan has to know cards that were not read yet, they are read, and it is made anew.
pub(super) async fn plan(
    session: &Session,
    gathered: &mut Gathered,
    policy: &Policy,
    ui: &Ui,
) -> Result<Plan, Error> {
    let Gathered {
        memory,
        roster,
        directory,
    } = gathered;
    let plan = reconcile::plan(roster, directory, memory, policy);
    let (Some(client), Some(access)) = (&session.access, &mut directory.access) else {
        return Ok(plan);
    };
    if plan.reads.is_empty() || !plan.stops.is_empty() {
        return Ok(plan);
    }
    read_cards(session, client, access, plan.reads, policy, ui).await?;
    Ok(reconcile::plan(roster, directory, memory, policy))
}

/// The list of everybody; `None` without an API key.
pub(super) async fn read_everybody(session: &Session) -> Result<Option<Access>, Error> {
    let Some(client) = &session.access else {
        return Ok(None);
    };
    let users = client.everybody().await;
    let users = users.map_err(|error| rest_error(error, &session.profile))?;
    Ok(Some(Access {
        users,
        ..Access::default()
    }))
}

/// What to say of a clock that is so far ahead of Command's, or behind it if that is negative.
fn clock_warning(ahead: SignedDuration) -> Option<String> {
    if ahead.abs() <= CLOCK_TOLERANCE {
        return None;
    }
    let direction = if ahead.is_negative() {
        "behind"
    } else {
        "ahead of"
    };
    Some(format!(
        "this machine's clock is {} {direction} Command's, and people's first and last days are \
         judged by it: set the clock",
        output::duration(ahead.unsigned_abs().as_secs())
    ))
}

/// Reads people's cards, one request each. Somebody who can't be read does not stop the others; if
/// nobody can, the API can't be used.
pub(super) async fn read_cards(
    session: &Session,
    client: &RestClient,
    access: &mut Access,
    people: Vec<AccessUserId>,
    policy: &Policy,
    ui: &Ui,
) -> Result<(), Error> {
    let all = people.len() as u64;
    let seconds = policy.card_pace.seconds(all);
    if seconds >= TOLD_FROM {
        ui.status(&format!(
            "Reading the cards of {all} people: about {} at the allowed pace.",
            output::duration(seconds)
        ));
    }
    let progress = Progress::start(ui, "reading cards");
    let mut people = people.into_iter();
    let mut under_way = JoinSet::new();
    let mut in_a_row = 0;
    let concurrency = session.profile.sync.concurrency as usize;
    let mut outcome = Ok(());
    loop {
        while under_way.len() < concurrency.max(1) && outcome.is_ok() {
            let Some(id) = people.next() else { break };
            let client = client.clone();
            under_way.spawn(async move {
                let record = client.record(&id).await;
                (id, record)
            });
        }
        let Some(joined) = under_way.join_next().await else {
            break;
        };
        let Ok((id, record)) = joined else { continue };
        match record {
            Ok(Some(record)) => {
                in_a_row = 0;
                access.records.insert(id, record);
            }
            Ok(None) => {
                let why = "listed, and not found when asked for".to_owned();
                access.failed.insert(id, why);
            }
            Err(error) => {
                in_a_row += 1;
                let ends = matches!(error.code(), Code::ApiKeyRefused | Code::ApiKeyScope);
                access.failed.insert(id, error.to_string());
                if ends || in_a_row >= GIVE_UP {
                    outcome = Err(rest_error(error, &session.profile));
                }
            }
        }
        progress.set(
            (access.records.len() + access.failed.len()) as u64,
            Some(all),
        );
    }
    progress.finish();
    outcome
}

pub(super) async fn read_atrium(session: &Session) -> Result<Roster, Error> {
    let roster = match &session.source {
        Source::Http(source) => source.read().await,
        Source::Files(source) => {
            let source = source.clone();
            let read = tokio::task::spawn_blocking(move || source.read()).await;
            read.map_err(|error| Error::new(Exit::Failed, error))?
        }
    };
    roster.map_err(|error| Error::new(error.exit(), error))
}

async fn read_command(session: &Session, memory: &Memory, ui: &Ui) -> Result<Directory, Error> {
    let progress = Progress::start(ui, "reading Command");
    let report = |read: u64, of: Option<u64>| progress.set(read, of);
    let directory = session.client.directory(&report).await;
    let directory = match directory {
        Ok(directory) => look_again(session, memory, directory).await,
        Err(error) => Err(error),
    };
    progress.finish();
    directory.map_err(|error| scim_error(error, &session.profile))
}

/// Asks for users whom the ledger knows and the list does not have.
async fn look_again(
    session: &Session,
    memory: &Memory,
    mut directory: Directory,
) -> Result<Directory, ScimError> {
    let listed: HashSet<_> = directory.users.iter().map(|user| &user.id).collect();
    let missing = missing(memory, &listed);
    if missing.is_empty() || missing.len() > ASK_FOR {
        return Ok(directory);
    }
    let mut found = Vec::new();
    for id in missing {
        found.extend(session.client.user(&id).await?);
    }
    if !found.is_empty() {
        let groups = directory.listings().collect();
        directory.users.extend(found);
        directory = Directory::assemble(directory.users, groups, directory.completeness);
    }
    Ok(directory)
}

/// The users that the ledger knows and the list lacks, in order. Leavers whom we deactivated are
/// deleted in Command sooner or later, and are not missed.
fn missing(memory: &Memory, listed: &HashSet<&UserId>) -> Vec<UserId> {
    let mut missing: Vec<UserId> = memory
        .users
        .values()
        .filter(|user| user.closed_by_us.is_none() && !listed.contains(&user.user_id))
        .map(|user| user.user_id.clone())
        .collect();
    missing.sort_unstable();
    missing
}

/// Refuses names that nobody has: a typing error must not end as "nothing to do".
pub(super) fn check_names(policy: &Policy, gathered: &Gathered) -> Result<(), Error> {
    let check = |flag: &str, selection: &Selection| {
        let people = gathered.roster.people.iter();
        let people = people.map(|person| (person.campus_id.as_str(), person.email.as_str()));
        let users = gathered.directory.users.iter().map(|user| {
            let external_id = user.external_id.as_deref().unwrap_or_default();
            let campus_id = policy.user_ids.parse(external_id).unwrap_or_default();
            (campus_id, user.profile.email.as_str())
        });
        let known = gathered.memory.users.iter();
        let known = known.map(|(id, user)| (id.as_str(), user.applied.email.as_str()));
        match unmatched(selection, people.chain(users).chain(known)).first() {
            None => Ok(()),
            Some(name) => Err(Error::message(
                Exit::Usage,
                format!(
                    "{flag} {name}: nobody in Atrium or Command has this campus id or email address"
                ),
            )
            .hint("a campus id is compared exactly, leading zeros included")),
        }
    };
    check("--only", &policy.only)?;
    check("--reopen", &policy.reopen)?;
    check("--reprovision", &policy.reprovision)?;
    check("--rekey", &policy.rekey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CampusId;
    use crate::model::memory::UserMemory;

    #[test]
    fn a_clock_that_is_far_off_is_told_with_what_to_do() {
        let told = [
            (301, "6 minutes ahead of"),
            (-301, "6 minutes behind"),
            (3_600, "60 minutes ahead of"),
        ];
        for (seconds, words) in told {
            let warning = clock_warning(SignedDuration::from_secs(seconds));
            let expected = format!(
                "this machine's clock is {words} Command's, and people's first and last days are \
                 judged by it: set the clock"
            );
            assert_eq!(warning, Some(expected));
        }
        for seconds in [0, 1, -1, 300, -300] {
            assert_eq!(clock_warning(SignedDuration::from_secs(seconds)), None);
        }
    }

    #[test]
    fn a_leaver_whom_we_deactivated_is_not_missed() {
        let mut memory = Memory::default();
        for (id, closed) in [("u1", false), ("u2", false), ("u3", true), ("u4", false)] {
            let user = UserMemory {
                user_id: id.into(),
                closed_by_us: closed.then_some(jiff::Timestamp::UNIX_EPOCH),
                ..UserMemory::default()
            };
            memory.users.insert(CampusId::from(id), user);
        }
        let listed = UserId::from("u2");
        let missing = missing(&memory, &HashSet::from([&listed]));
        assert_eq!(missing, [UserId::from("u1"), UserId::from("u4")]);
    }
}
