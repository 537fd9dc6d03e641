//! What Okta says, for every command that wants to know: by its management API, or in exported
//! files.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::interrupt::Interrupt;
use crate::context::{Context, OktaSession, clock, okta_error, runtime};
use crate::error::{Error, Exit};
use crate::model::fold::same_folded;
use crate::model::okta::{AppUser, Events, FactsFrom, Gap, Known, OktaSnapshot, OktaUser};
use crate::model::{Text, join_name};
use crate::okta::api::{ApiError, Question, gather};
use crate::okta::files::{self, FileError, Kept, Kind, Wanted};
use crate::source;

/// Files with what Okta would say.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OktaFiles {
    /// Okta's assignments of the app, saved as JSON as its API gives them (/apps/ID/users), or as
    /// CSV; users of the organization (/users) as well
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub okta_users: Vec<PathBuf>,
    /// Okta's system log: JSON, an object a line, or the CSV that its console downloads
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub okta_logs: Vec<PathBuf>,
    /// Okta's apps as JSON (/apps?q=verkada)
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub okta_apps: Vec<PathBuf>,
    /// Okta's pushed groups (/apps/ID/group-push/mappings) or the groups that assign the app
    /// (/apps/ID/groups?expand=group), as JSON
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub okta_groups: Vec<PathBuf>,
}

/// What is asked of Okta.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The person; `None` for everybody.
    pub who: Option<&'a str>,
    /// The app, over what the profile says.
    pub app: Option<&'a str>,
    /// How many days of the log.
    pub days: u32,
    /// How many pages of the log at most.
    pub log_pages: u32,
}

impl OktaFiles {
    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            okta_users,
            okta_logs,
            okta_apps,
            okta_groups,
        } = self;
        [okta_users, okta_logs, okta_apps, okta_groups]
            .iter()
            .all(|files| files.is_empty())
    }
}

/// Asks Okta's management API.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn live(
    context: &Context<'_>,
    session: &OktaSession,
    asked: &Asked<'_>,
) -> Result<OktaSnapshot, Error> {
    let app = asked.app.map(str::to_owned);
    let question = Question {
        app: app.or_else(|| session.app.clone()),
        who: asked.who.map(str::to_owned),
        now: clock(),
        days: asked.days,
        log_pages: asked.log_pages,
    };
    context
        .ui
        .status(&format!("asking {}", session.client.org()));
    runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let facts = async { gather(&session.client, &question).await.map_err(okta_error) };
        interrupt.droppable(facts).await
    })
}

/// Reads files in Okta's place. No profile and no token is needed.
///
/// # Errors
/// [`Exit::Usage`] if a file is of another kind, damaged or cut short, or if the app or the person
/// can't be told.
pub fn of_files(files: &OktaFiles, asked: &Asked<'_>) -> Result<OktaSnapshot, Error> {
    let mut wanted = Wanted {
        app: None,
        who: asked.who.map(str::to_owned),
    };
    let mut kept = Kept::default();
    for path in &files.okta_apps {
        read(path, &[Kind::Apps], &wanted, &mut kept)?;
    }
    wanted.app = app(&kept, asked)?;
    for path in &files.okta_users {
        read(path, &[Kind::AppUsers, Kind::OktaUsers], &wanted, &mut kept)?;
    }
    if wanted.app.is_none() {
        wanted.app = app_of_assignments(&kept)?;
    }
    for path in &files.okta_groups {
        read(
            path,
            &[Kind::Mappings, Kind::AssignedGroups],
            &wanted,
            &mut kept,
        )?;
    }
    for path in &files.okta_logs {
        read(path, &[Kind::Events], &wanted, &mut kept)?;
    }
    if let Some(who) = asked.who {
        one_person(who, &kept)?;
    }
    Ok(snapshot(files, wanted.app.as_deref(), asked, kept))
}

/// The app that is meant, as far as files of apps tell.
fn app(kept: &Kept, asked: &Asked<'_>) -> Result<Option<String>, Error> {
    let several = |apps: Vec<_>| okta_error(ApiError::SeveralApps(apps));
    let Some(named) = asked.app else {
        return match kept.apps.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.id.to_string())),
            more => Err(several(more.to_vec())),
        };
    };
    let by_label = kept
        .apps
        .iter()
        .filter(|app| app.id == named || app.label.eq_ignore_ascii_case(named));
    let by_label: Vec<_> = by_label.cloned().collect();
    match by_label.as_slice() {
        [] => Ok(Some(named.to_owned())),
        [one] => Ok(Some(one.id.to_string())),
        _ => Err(several(by_label)),
    }
}

/// The one app that every assignment is to, where the files say it.
fn app_of_assignments(kept: &Kept) -> Result<Option<String>, Error> {
    let mut apps: Vec<&str> = kept
        .assignments
        .iter()
        .map(|one| one.app.as_str())
        .filter(|app| !app.is_empty())
        .collect();
    apps.sort_unstable();
    apps.dedup();
    match apps.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        more => {
            let message = format!("the files hold assignments to {} apps", more.len());
            Err(Error::message(Exit::Usage, message).hint(format!(
                "name the one that is meant: --app {}",
                more.join(" or --app ")
            )))
        }
    }
}

/// Fails if several people fit.
fn one_person(who: &str, kept: &Kept) -> Result<(), Error> {
    let assigned = kept.assignments.iter().map(as_user);
    let mut people: Vec<OktaUser> = kept.users.iter().cloned().chain(assigned).collect();
    // An exact hit is not in doubt because of others that only begin so.
    let is_exact = |user: &OktaUser| {
        let fields = [&user.id, &user.login, &user.email];
        fields.iter().any(|text| text.eq_ignore_ascii_case(who))
    };
    if people.iter().any(is_exact) {
        people.retain(is_exact);
    }
    let key = |user: &OktaUser| {
        if user.id.is_empty() {
            user.login.clone()
        } else {
            user.id.clone()
        }
    };
    people.sort_by_key(key);
    people.dedup_by_key(|user| key(user));
    if people.len() < 2 {
        return Ok(());
    }
    let who = who.to_owned();
    Err(okta_error(ApiError::SeveralPeople { who, people }))
}

/// What Okta says of somebody of whom nothing fits but a beginning is said of somebody else: such
/// people are left out.
#[must_use]
pub fn of_nobody_else(mut facts: OktaSnapshot, who: &str) -> OktaSnapshot {
    let is_whole = |user: &OktaUser| {
        let name = join_name(&user.first_name, &user.last_name);
        let local = user.login.split('@').next().unwrap_or_default();
        let texts = [&user.id, &user.login, &user.email, &name];
        texts.iter().any(|text| same_folded(text, who)) || same_folded(local, who)
    };
    if let Known::Seen(users) = &mut facts.users {
        users.retain(is_whole);
        // An assignment is of whoever was found, under whatever name the app has for them.
        let ids: Vec<Text> = users.iter().map(|user| user.id.clone()).collect();
        let is_theirs = |one: &AppUser| ids.contains(&one.id) || is_whole(&as_user(one));
        for assignments in [&mut facts.assignments, &mut facts.elsewhere] {
            if let Known::Seen(assignments) = assignments {
                assignments.retain(is_theirs);
            }
        }
    }
    facts
}

fn as_user(one: &AppUser) -> OktaUser {
    OktaUser {
        id: one.id.clone(),
        login: one.user_name.clone(),
        email: one.email.clone(),
        first_name: one.first_name.clone(),
        last_name: one.last_name.clone(),
        ..OktaUser::default()
    }
}

fn snapshot(
    files: &OktaFiles,
    app: Option<&str>,
    asked: &Asked<'_>,
    mut kept: Kept,
) -> OktaSnapshot {
    let names = [
        &files.okta_apps,
        &files.okta_users,
        &files.okta_groups,
        &files.okta_logs,
    ];
    let names = names.into_iter().flatten();
    let names = names.map(|path| path.display().to_string()).collect();
    let no = |flag| Gap::NotInFiles { flag };
    let live_only = Gap::NotInFiles { flag: "" };
    let mut facts = OktaSnapshot::empty(FactsFrom::Files(names), clock(), &live_only);
    let known = |is_there: bool, flag| if is_there { Ok(()) } else { Err(no(flag)) };
    fn of<T>(there: Result<(), Gap>, value: T) -> Known<T> {
        match there {
            Ok(()) => Known::Seen(value),
            Err(gap) => Known::NotLooked(gap),
        }
    }
    let chosen = kept.apps.iter().find(|one| Some(one.id.as_str()) == app);
    facts.app = match chosen {
        Some(app) => Known::Seen(app.clone()),
        None => Known::NotLooked(no("--okta-apps")),
    };
    facts.apps = of(
        known(!files.okta_apps.is_empty(), "--okta-apps"),
        kept.apps.clone(),
    );
    let has_users = kept.kinds.contains(&Kind::OktaUsers);
    // An empty list has no kind; it is one of assignments, as the flag says first.
    let has_assignments =
        !files.okta_users.is_empty() && (kept.kinds.contains(&Kind::AppUsers) || !has_users);
    facts.users = match asked.who {
        None => Known::NotLooked(Gap::NotAsked),
        Some(_) => of(
            known(has_users, "--okta-users"),
            std::mem::take(&mut kept.users),
        ),
    };
    facts.assignments = of(
        known(has_assignments, "--okta-users"),
        std::mem::take(&mut kept.assignments),
    );
    facts.elsewhere = match asked.who {
        None => Known::NotLooked(Gap::NotAsked),
        Some(_) => of(
            known(has_assignments, "--okta-users"),
            std::mem::take(&mut kept.elsewhere),
        ),
    };
    let has = |kind| kept.kinds.contains(&kind);
    facts.groups = of(
        known(has(Kind::AssignedGroups), "--okta-groups"),
        kept.groups.clone(),
    );
    facts.mappings = of(
        known(has(Kind::Mappings), "--okta-groups"),
        kept.mappings.clone(),
    );
    let events = Events {
        list: kept.take_events(),
        ..Events::default()
    };
    facts.events = of(known(!files.okta_logs.is_empty(), "--okta-logs"), events);
    facts
}

fn read(path: &Path, expected: &[Kind], wanted: &Wanted, kept: &mut Kept) -> Result<(), Error> {
    let name = path.display();
    let opened = if path == Path::new("-") {
        source::decoded(std::io::stdin())
    } else {
        File::open(path).and_then(source::decoded)
    };
    let input = opened.map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("can't read {name}"));
        Error::new(Exit::Usage, error).hint("name a file that Okta's API or console exported")
    })?;
    files::read(input, expected, wanted, kept).map_err(|error: FileError| {
        let remedy = error.remedy(expected);
        let error = anyhow::Error::new(error).context(format!("can't use {name}"));
        Error::new(Exit::Usage, error).hint(remedy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_only_begins_so_is_somebody_else() {
        let user = OktaUser {
            id: "00u1".into(),
            login: "o.li@a.example".into(),
            email: "li@a.example".into(),
            first_name: "O".into(),
            last_name: "Li".into(),
            ..OktaUser::default()
        };
        let assignment = AppUser {
            id: "00u1".into(),
            user_name: "somebody".into(),
            ..AppUser::default()
        };
        for (who, found) in [
            ("00u1", true),
            ("O.LI@a.example", true),
            ("li@a.example", true),
            ("o.li", true),
            ("o li", true),
            ("o", false),
            ("li", false),
            ("o.li@", false),
        ] {
            let from = FactsFrom::Files(Vec::new());
            let mut facts = OktaSnapshot::empty(from, clock(), &Gap::NotAsked);
            facts.users = Known::Seen(vec![user.clone()]);
            facts.assignments = Known::Seen(vec![assignment.clone()]);
            let facts = of_nobody_else(facts, who);
            let many = usize::from(found);
            assert_eq!(facts.users.seen().unwrap().len(), many, "{who}");
            assert_eq!(facts.assignments.seen().unwrap().len(), many, "{who}");
        }
    }
}
