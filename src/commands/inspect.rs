//! `inspect`: who manages the users and groups of Command, and how an id becomes a card.

use std::collections::HashMap;
use std::io::Read as _;

use super::interrupt::Interrupt;
use crate::context::{Context, Session, clock, runtime, scim_error};
use crate::error::{Error, Exit};
use crate::ledger::Access;
use crate::model::Text;
use crate::model::directory::Directory;
use crate::model::id_type::{IdType, IdTypes};
use crate::model::memory::Memory;
use crate::output::{self, Format, GroupRow, Manager, Progress, UserRow};
use crate::reconcile::policy::{IdFormat, Policy};

/// Show who manages the users and groups of Command, and how an id becomes a card
///
/// What Command tags Externally Managed is managed by a SCIM client: this tool, for Atrium, or
/// another one, such as Okta. Everything else was made in Command. Over SCIM, Command may list
/// externally managed records only.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to look at
    #[command(subcommand)]
    pub what: What,
}

/// What to look at.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Users: by whom they are managed, and whether they are active
    #[command(after_long_help = "\
Examples:
  atriumctl inspect users
  atriumctl inspect users --output json | jq '.users[] | select(.managed_by == \"native\")'")]
    Users,
    /// Groups: by whom they are managed, and how many members they have
    #[command(after_long_help = "\
Examples:
  atriumctl inspect groups
  atriumctl inspect groups --profile sandbox")]
    Groups,
    /// An id of Atrium: each step on its way to a card, as the profile maps its type
    ///
    /// Nothing is asked of Atrium or Command. The number is shown by its last digits only, unless
    /// --unmask is given.
    #[command(after_long_help = "\
Examples:
  atriumctl inspect card 0004711 --id-type Prox
  atriumctl inspect card 04A23B00 --id-type \"MIFARE CSN\" --unmask --profile sandbox
  atriumctl inspect card - --id-type Prox < number    the number is in no shell history")]
    Card(Card),
}

/// Which id to look at.
#[derive(Debug, clap::Args)]
pub struct Card {
    /// The value as the export has it; `-` reads it from standard input
    #[arg(value_name = "RAW")]
    pub raw: String,
    /// The id's type, as the export has it
    #[arg(long, value_name = "TYPE")]
    pub id_type: String,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    match args.what {
        What::Users => remote(context, |directory, memory, policy| {
            output::users(&context.ui, &users(directory, memory, policy))
        }),
        What::Groups => remote(context, |directory, memory, policy| {
            output::groups(&context.ui, &groups(directory, memory, policy))
        }),
        What::Card(args) => card(context, &args),
    }
}

/// Shows how an id becomes a card.
fn card(context: &Context<'_>, args: &Card) -> Result<Exit, Error> {
    output::offers(
        &context.ui,
        "inspect card",
        &[Format::Table, Format::Json, Format::Jsonl],
    )?;
    let profile = context.profile()?;
    let id_types = &profile.atrium.id_types;
    let id_type = id_types.get(&args.id_type);
    let recipe = match id_type.ok_or_else(|| unmapped(&args.id_type, id_types))? {
        IdType::Card(recipe) => recipe,
        IdType::Ignore => {
            output::card(&context.ui, &args.id_type, None)?;
            return Ok(Exit::Done);
        }
    };
    let reading = match args.raw.as_str() {
        "-" => recipe.read(&standard_input()?),
        raw => recipe.read(raw),
    };
    output::card(&context.ui, &args.id_type, Some(&reading))?;
    Ok(match reading.card {
        Ok(_) => Exit::Done,
        Err(_) => Exit::Failed,
    })
}

fn unmapped(name: &str, known: &IdTypes) -> Error {
    let error = Error::message(
        Exit::Usage,
        format!("the profile does not map the id type \"{name}\""),
    );
    let names: Vec<&str> = known.iter().map(|(name, _)| name).collect();
    match known.nearest(name) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None if names.is_empty() => error.hint(
            "map it in the profile, for example: [atrium.id_types.\"Prox\"] format = \"HID\", \
             facility_code = \"102\"",
        ),
        None => error.hint(format!("id types that it maps: {}", names.join(", "))),
    }
}

/// The value on standard input.
fn standard_input() -> Result<String, Error> {
    /// No id is near this length, in bytes.
    const LIMIT: u64 = 4096;
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LIMIT)
        .read_to_string(&mut text);
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Error::new(
            Exit::Usage,
            anyhow::Error::new(error).context("can't read the value from standard input"),
        )),
    }
}

/// Reads Command and shows a list of it.
fn remote(
    context: &Context<'_>,
    show: impl FnOnce(&Directory, &Memory, &Policy) -> Result<(), Error>,
) -> Result<Exit, Error> {
    let session = context.session()?;
    let memory = session.ledger(Access::ReadOnly)?.remember(clock())?;
    let directory = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        interrupt.droppable(read(context, &session)).await
    })?;
    let policy = session.policy();
    show(&directory, &memory, &policy)?;
    if directory.completeness.is_whole() {
        return Ok(Exit::Done);
    }
    context
        .ui
        .warning("Command was not read whole: the list is not complete");
    Ok(Exit::Unavailable)
}

async fn read(context: &Context<'_>, session: &Session) -> Result<Directory, Error> {
    let progress = Progress::start(&context.ui, "reading Command");
    let directory = session
        .client
        .directory(&|read, of| progress.set(read, of))
        .await;
    progress.finish();
    directory.map_err(|error| scim_error(error, &session.profile))
}

/// Who manages a record, and Atrium's id of it.
fn manager(
    external_id: Option<&Text>,
    ids: &IdFormat,
    remembered: Option<(&Text, bool)>,
) -> (Manager, Option<Text>) {
    match external_id.filter(|id| !id.is_empty()) {
        Some(id) => match ids.parse(id) {
            Some(ours) => (Manager::Atrium, Some(Text::from(ours))),
            None => (Manager::OtherClient, remembered.map(|(id, _)| id.clone())),
        },
        None => match remembered {
            Some((id, true)) => (Manager::Atrium, Some(id.clone())),
            Some((id, false)) => (Manager::OtherClient, Some(id.clone())),
            None => (Manager::Native, None),
        },
    }
}

fn users(directory: &Directory, memory: &Memory, policy: &Policy) -> Vec<UserRow> {
    let remembered: HashMap<_, _> = memory
        .users
        .iter()
        .map(|(id, user)| (&user.user_id, (&id.0, user.ours)))
        .collect();
    let mut rows: Vec<UserRow> = directory
        .users
        .iter()
        .map(|user| {
            let known = remembered.get(&user.id).copied();
            let (managed_by, campus_id) =
                manager(user.external_id.as_ref(), &policy.user_ids, known);
            UserRow {
                id: user.id.0.clone(),
                name: user.profile.display_name(),
                campus_id,
                email: user.profile.email.clone(),
                managed_by,
                active: user.active,
            }
        })
        .collect();
    rows.sort_unstable_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    rows
}

fn groups(directory: &Directory, memory: &Memory, policy: &Policy) -> Vec<GroupRow> {
    let remembered: HashMap<_, _> = memory
        .groups
        .iter()
        .map(|group| (&group.group_id, (&group.id.0, true)))
        .collect();
    let mut rows: Vec<GroupRow> = directory
        .groups
        .iter()
        .map(|group| {
            let known = remembered.get(&group.id).copied();
            let (managed_by, access_group_id) =
                manager(group.external_id.as_ref(), &policy.group_ids, known);
            let members = group.members.as_ref();
            GroupRow {
                id: group.id.0.clone(),
                name: group.name.clone(),
                access_group_id,
                managed_by,
                members: members
                    .map(|members| (members.users.len() + members.unknown.len()) as u64),
            }
        })
        .collect();
    rows.sort_unstable_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    rows
}
