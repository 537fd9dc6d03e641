//! `inspect`: who manages the users and groups of Command, what each side says of them, which doors
//! they open, and who has a card.

mod card;
mod compare;
mod credentials;
mod doors;
mod group;
mod groups;
mod recipe;
mod user;
mod users;
mod who;

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::inspect::{Lacking, Remarks};

/// Show who manages users, groups and cards, and what each side says of them
///
/// What Command tags Externally Managed is managed by a SCIM client: this tool, for Atrium, or
/// another one, such as Okta. Everything else is native: it was made in Command. No interface of
/// Command says which is which, so it is inferred from external ids, the ledger, and what SCIM and
/// REST list; each line says from what. Nothing is changed.
///
/// Locked details of what is externally managed can't be changed in Command: change them in Atrium,
/// or in the other client.
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
  atriumctl inspect users --managed by-other --sort name
  atriumctl inspect users --group \"Library - Floor 1 Stacks\" --status deactivated
  atriumctl inspect users --drifted                        changed in Command since the last sync
  atriumctl inspect users --missing-in command             of Atrium, and not in Command
  atriumctl inspect users --output json | jq '.users[] | select(.managed_by == \"native\")'")]
    Users(users::Args),
    /// Groups: by whom they are managed, how many members they have, and whether doors know them
    #[command(after_long_help = "\
Examples:
  atriumctl inspect groups
  atriumctl inspect groups --managed native --output csv
  atriumctl inspect groups --missing-in command
  atriumctl inspect groups --profile sandbox")]
    Groups(groups::Args),
    /// Cards: who has them, and who put them there
    #[command(after_long_help = "\
Examples:
  atriumctl inspect credentials                            what the ledger knows, as of when
  atriumctl inspect credentials --read                     as they are now
  atriumctl inspect credentials --read --owner command     added in Command by hand")]
    Credentials(credentials::Args),
    /// One person or user: Atrium, Command and what was last applied, side by side; groups with
    /// their doors; cards; the last change
    ///
    /// It takes a read of Atrium, at most 10 calls over SCIM and 8 over REST, and 2 over SCIM for
    /// each of the person's first 20 access groups, whatever the size of the organization; twice that for
    /// somebody who is found in Command alone, by name.
    #[command(after_long_help = "\
Examples:
  atriumctl inspect user S1001234
  atriumctl inspect user ana.diaz@school.edu
  atriumctl inspect user \"Ana Diaz\" --output json")]
    User(user::Args),
    /// One group: members with who added them, access levels and doors, the last change
    ///
    /// It takes a read of Atrium, at most 3 calls over SCIM and 5 over REST, whatever the size of the
    /// organization.
    #[command(after_long_help = "\
Examples:
  atriumctl inspect group 119
  atriumctl inspect group \"Engineering - Floor 4 Offices\"
  atriumctl inspect group engineering --output markdown")]
    Group(group::Args),
    /// A card in hand: who has it, whether it works, and which doors it opens; with --id-type, how
    /// an id of Atrium becomes a card
    ///
    /// The number is looked for among Atrium's ids, as they are and as the profile makes cards of
    /// them, and in the ledger; the people who have it are then looked up in Command. Command can't
    /// be asked who has a card: one that was only ever added there is found for nobody. With
    /// --id-type, nothing is asked of Atrium or Command. The number is shown by its last digits
    /// only, unless --unmask is given.
    #[command(after_long_help = "\
Examples:
  atriumctl inspect card - < number                        the number is in no shell history
  atriumctl inspect card 102:4711
  atriumctl inspect card 0x04A23B00
  atriumctl inspect card 0004711 --id-type Prox            each step from the id to the card
  atriumctl inspect card 04A23B00 --id-type \"MIFARE CSN\" --unmask --profile sandbox")]
    Card(card::Args),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, args: Args) -> Result<Exit, Error> {
    match args.what {
        What::Users(args) => users::run(context, &args),
        What::Groups(args) => groups::run(context, &args),
        What::Credentials(args) => credentials::run(context, &args),
        What::User(args) => user::run(context, &args),
        What::Group(args) => group::run(context, &args),
        What::Card(args) => card::run(context, &args),
    }
}

/// Which manager to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ManagedBy {
    /// Externally managed by this tool, for Atrium
    ByUs,
    /// Externally managed by another SCIM client
    ByOther,
    /// Made in Command
    Native,
}

/// The side that lacks a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MissingIn {
    /// In Command, and not in Atrium
    Atrium,
    /// In Atrium, and not in Command
    Command,
}

impl MissingIn {
    /// Whether this side lacks the record that the remarks are about.
    fn fits(self, remarks: &Remarks) -> bool {
        let lacking = match self {
            MissingIn::Atrium => Lacking::Atrium,
            MissingIn::Command => Lacking::Command,
        };
        remarks.missing_in == Some(lacking)
    }
}
