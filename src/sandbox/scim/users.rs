//! `/Users`, with Command's own rules: the token's email domains, one user for an email, a
//! userName that does not change, and deactivated users that are frozen.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::error::Failure;
use super::schema::OF_USERS;
use super::view::Item;
use super::{Answer, Call, Outcome, check_version, input, not_stored, object, patch, show_user};
use crate::sandbox::campus::Campus;
use crate::sandbox::command::{Change, User, fold, id_at};
use crate::sandbox::personality::Switch;

type Attributes = Map<String, Value>;

pub(super) fn get(campus: &Campus, call: &Call<'_>, id: &str) -> Outcome {
    find(campus, id)?;
    show_user(campus, call, id, StatusCode::OK)
}

pub(super) fn create(campus: &mut Campus, call: &Call<'_>) -> Outcome {
    let mut attributes = input::resource(&object(call)?, &OF_USERS)?;
    input::check(&attributes, &OF_USERS)?;
    let email = user_name(&attributes).to_owned();
    check_domain(campus, &email)?;
    attributes.entry("active").or_insert(true.into());
    normalise(campus, &mut attributes);

    let taken = || Failure::taken(format!("a user with the userName {email} exists already"));
    let adopted = match campus.command.user_by_email(&email) {
        Some(user) if user.native && campus.has(Switch::NativeEmailAdopts) => Some(user.clone()),
        Some(_) => return Err(taken()),
        None if campus.command.email_is_kept(&email) => return Err(taken()),
        None => None,
    };
    let tick = campus.tick();
    let user = match adopted {
        Some(user) => User {
            native: false,
            attributes,
            modified: tick,
            ..user
        },
        None => User {
            id: id_at(campus.about.seed, tick),
            native: false,
            attributes,
            created: tick,
            modified: tick,
        },
    };
    let id = user.id.clone();
    campus
        .write(vec![Change::PutUser(user)])
        .map_err(not_stored)?;
    campus.created(&id);
    campus.invited += u64::from(campus.scim.invites);
    show_user(campus, call, &id, StatusCode::CREATED)
}

pub(super) fn replace(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let current = writable(campus, call, id)?;
    let mut wanted = input::resource(&object(call)?, &OF_USERS)?;
    // A client cannot send back what it is never shown; and leaving `active` out is no wish to
    // reactivate.
    let mut kept = vec!["active"];
    if campus.has(Switch::ExternalIdHidden) {
        kept.push("externalId");
    }
    for name in kept {
        if let (false, Some(value)) = (wanted.contains_key(name), current.attributes.get(name)) {
            wanted.insert(name.to_owned(), value.clone());
        }
    }
    settle(campus, current, wanted)?;
    show_user(campus, call, id, StatusCode::OK)
}

pub(super) fn patch(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let current = writable(campus, call, id)?;
    let mut wanted = current.attributes.clone();
    for step in patch::read(&object(call)?, &OF_USERS)? {
        patch::apply(&step, &mut wanted)?;
    }
    settle(campus, current, wanted)?;
    show_user(campus, call, id, StatusCode::OK)
}

pub(super) fn delete(campus: &mut Campus, call: &Call<'_>, id: &str) -> Outcome {
    let user = writable(campus, call, id)?;
    let mut changes = vec![Change::DropUser(user.id.clone())];
    if campus.has(Switch::DeleteKeepsEmail) {
        changes.push(Change::KeepEmail(fold(user.user_name())));
    }
    campus.tick();
    campus.write(changes).map_err(not_stored)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn find<'a>(campus: &'a Campus, id: &str) -> Result<&'a User, Failure> {
    campus
        .command
        .user(id)
        .filter(|user| campus.can_see(user))
        .ok_or_else(|| Failure::not_found("User", id))
}

fn writable(campus: &Campus, call: &Call<'_>, id: &str) -> Result<User, Failure> {
    let user = find(campus, id)?;
    check_version(campus, call, Item::User(user))?;
    match user.native {
        true if campus.has(Switch::NativesOverScim) => Ok(User {
            native: false,
            ..user.clone()
        }),
        true => Err(Failure::new(
            StatusCode::FORBIDDEN,
            format!("user {id} was made in Command and is not managed over SCIM"),
        )),
        false => Ok(user.clone()),
    }
}

fn user_name(attributes: &Attributes) -> &str {
    attributes
        .get("userName")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The email's domain has to be one of the token's.
fn check_domain(campus: &Campus, email: &str) -> Result<(), Failure> {
    if campus.has(Switch::DomainsUnenforced) {
        return Ok(());
    }
    let domain = email.rsplit_once('@').map(|(_, domain)| fold(domain));
    match domain {
        Some(domain) if campus.scim.domains.contains(&domain) => Ok(()),
        Some(domain) => Err(Failure::invalid_value(format!(
            "the email domain {domain} is not one of the domains of this SCIM token ({})",
            campus.scim.domains.join(", ")
        ))),
        None => Err(Failure::invalid_value(format!(
            "userName {email} is not an email address"
        ))),
    }
}

/// Decides what of a wanted state becomes true, and writes it.
fn settle(campus: &mut Campus, current: User, mut wanted: Attributes) -> Result<(), Failure> {
    input::check(&wanted, &OF_USERS)?;
    check_domain(campus, user_name(&wanted))?;
    check_domain(campus, current.user_name())?;
    if user_name(&wanted) != current.user_name() {
        settle_user_name(campus, &current, &mut wanted)?;
    }
    normalise(campus, &mut wanted);
    if wanted == current.attributes {
        return Ok(());
    }
    let stays_deactivated = !current.active() && wanted.get("active") == Some(&Value::Bool(false));
    if stays_deactivated && !campus.has(Switch::FrozenAccepted) {
        return match campus.has(Switch::FrozenIgnored) {
            true => Ok(()),
            false => Err(frozen()),
        };
    }
    let user = User {
        attributes: wanted,
        modified: campus.tick(),
        ..current
    };
    campus
        .write(vec![Change::PutUser(user)])
        .map_err(not_stored)
}

/// The refusal of a write on a deactivated user.
pub(super) fn frozen() -> Failure {
    Failure::bad("mutability", "User is deactivated")
}

/// Command ignores a changed userName (help.verkada.com 4263857): a person with a new email is
/// assigned anew.
fn settle_user_name(
    campus: &Campus,
    current: &User,
    wanted: &mut Attributes,
) -> Result<(), Failure> {
    if campus.has(Switch::UsernameRefused) {
        return Err(Failure::bad("mutability", "`userName` cannot be changed"));
    }
    if !campus.has(Switch::UsernameAccepted) {
        wanted.insert("userName".to_owned(), current.user_name().into());
        return Ok(());
    }
    let email = user_name(wanted);
    let holder = campus.command.user_by_email(email);
    match holder.is_some_and(|user| user.id != current.id) || campus.command.email_is_kept(email) {
        true => Err(Failure::taken(format!(
            "a user with the userName {email} exists already"
        ))),
        false => Ok(()),
    }
}

/// With `normalised-values`: phones as + and digits, names without outer blanks.
fn normalise(campus: &Campus, attributes: &mut Attributes) {
    if !campus.has(Switch::NormalisedValues) {
        return;
    }
    if let Some(Value::Array(phones)) = attributes.get_mut("phoneNumbers") {
        for phone in phones.iter_mut().filter_map(|phone| phone.get_mut("value")) {
            let reduced: Option<String> = phone.as_str().map(|text| {
                text.chars()
                    .filter(|c| *c == '+' || c.is_ascii_digit())
                    .collect()
            });
            if let Some(reduced) = reduced {
                *phone = reduced.into();
            }
        }
    }
    if let Some(Value::Object(name)) = attributes.get_mut("name") {
        for part in name.values_mut() {
            if let Some(trimmed) = part.as_str().map(|text| text.trim().to_owned()) {
                *part = trimmed.into();
            }
        }
    }
}
