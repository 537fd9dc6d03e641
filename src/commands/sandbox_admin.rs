//! `sandbox admin`: what Command's own people do in its console, in the stand-in Command.

use std::path::Path;

use jiff::Timestamp;

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::output::{self, Format};
use crate::sandbox::{self, Hand};

/// What to do in the stand-in Command. Users are named by email, campus id or id, groups by name
/// or id, cards by number or id.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// Add an email domain to those of the present SCIM token
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin add-domain partner.example")]
    AddDomain {
        /// The domain
        domain: String,
    },
    /// Make an access group of a SCIM group, as Access, Groups, Create SCIM Group does
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin make-group-available \"Library - Floor 2 Reading Rooms\"")]
    MakeGroupAvailable {
        /// The group
        group: String,
    },
    /// Let a group through doors
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin access-level \"Café Ñandú - Staff Entrance\"
  atriumctl sandbox admin access-level Contractors --name Gates --doors north-gate,south-gate")]
    AccessLevel {
        /// The group
        group: String,
        /// What to call the access level
        #[arg(long)]
        name: Option<String>,
        /// The ids of the doors; without them it is one of its own
        #[arg(long, value_name = "IDS", value_delimiter = ',')]
        doors: Vec<String>,
    },
    /// Delete a user
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin delete-user dana.whitfield@campus.example")]
    DeleteUser {
        /// The user
        user: String,
    },
    /// Deactivate a user
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin deactivate-user dana.whitfield@campus.example")]
    DeactivateUser {
        /// The user
        user: String,
    },
    /// Reactivate a user
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin reactivate-user stefan.gruber@campus.example")]
    ReactivateUser {
        /// The user
        user: String,
    },
    /// Make a user
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin add-user ada.king@campus.example Ada King")]
    AddUser {
        /// The email
        email: String,
        /// First name
        first_name: String,
        /// Last name
        last_name: String,
    },
    /// Make a group
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin add-group \"Night porters\"")]
    AddGroup {
        /// The name
        name: String,
    },
    /// Delete a group
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin delete-group Contractors")]
    DeleteGroup {
        /// The group
        group: String,
    },
    /// Give a user a card that is switched on
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin add-card dana.whitfield@campus.example 4711 --facility-code 12
  atriumctl sandbox admin add-card S1000005 90210 --type HID37woFacilityCode")]
    AddCard {
        /// The user
        user: String,
        /// The card's number
        number: u64,
        /// The card's type
        #[arg(long = "type", value_name = "TYPE", default_value = "HID")]
        kind: String,
        /// The facility code, if the type has one
        #[arg(long, value_name = "CODE")]
        facility_code: Option<u32>,
    },
    /// Take a card away
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin remove-card dana.whitfield@campus.example 4711")]
    RemoveCard(CardOf),
    /// Switch a card on
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin switch-card-on dana.whitfield@campus.example 4711")]
    SwitchCardOn(CardOf),
    /// Switch a card off
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin switch-card-off dana.whitfield@campus.example 4711")]
    SwitchCardOff(CardOf),
    /// Set the end of a user's access, or take it back
    #[command(after_long_help = "\
Examples:
  atriumctl sandbox admin end-date S1000023 none
  atriumctl sandbox admin end-date S1000023 2027-01-31T00:00:00Z")]
    EndDate {
        /// The user
        user: String,
        /// The moment as in RFC 3339, or none
        #[arg(value_parser = read_moment)]
        end: End,
    },
}

/// When an access ends, if it does.
#[derive(Debug, Clone, Copy)]
pub struct End(Option<i64>);

fn read_moment(text: &str) -> Result<End, String> {
    match text {
        "none" => Ok(End(None)),
        text => {
            let moment: Timestamp = text
                .parse()
                .map_err(|_| "give a moment such as 2027-01-31T00:00:00Z, or none".to_owned())?;
            Ok(End(Some(moment.as_second())))
        }
    }
}

/// A user's card.
#[derive(Debug, clap::Args)]
pub struct CardOf {
    /// The user
    pub user: String,
    /// The card, by its number or id
    pub card: String,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, with the code to end with.
pub fn run(context: &Context<'_>, dir: &Path, what: What) -> Result<Exit, Error> {
    let told =
        sandbox::hand(dir, &wanted(what)).map_err(|error| Error::new(Exit::Failed, error))?;
    if context.ui.format() == Format::Table {
        context.ui.data(&format!("{told}\n"))?;
    } else {
        let document = serde_json::json!({
            "schema": "atriumctl.sandbox-admin/1",
            "happened": [told],
        });
        output::document(&context.ui, &document)?;
    }
    Ok(Exit::Done)
}

fn wanted(what: What) -> Hand {
    match what {
        What::AddDomain { domain } => Hand::AddDomain(domain),
        What::MakeGroupAvailable { group } => Hand::MakeGroupAvailable(group),
        What::AccessLevel { group, name, doors } => Hand::GiveAccessLevel { group, name, doors },
        What::DeleteUser { user } => Hand::DeleteUser(user),
        What::DeactivateUser { user } => Hand::DeactivateUser(user),
        What::ReactivateUser { user } => Hand::ReactivateUser(user),
        What::AddUser {
            email,
            first_name,
            last_name,
        } => Hand::AddUser {
            email,
            first_name,
            last_name,
        },
        What::AddGroup { name } => Hand::AddGroup { name },
        What::DeleteGroup { group } => Hand::DeleteGroup(group),
        What::AddCard {
            user,
            number,
            kind,
            facility_code,
        } => Hand::AddCard {
            who: user,
            kind,
            facility_code,
            number,
        },
        What::RemoveCard(CardOf { user, card }) => Hand::RemoveCard { who: user, card },
        What::SwitchCardOn(CardOf { user, card }) => Hand::SwitchCardOn { who: user, card },
        What::SwitchCardOff(CardOf { user, card }) => Hand::SwitchCardOff { who: user, card },
        What::EndDate { user, end } => Hand::SetEndDate {
            who: user,
            end_date: end.0,
        },
    }
}
