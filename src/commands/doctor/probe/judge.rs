//! What the answers to a probe mean. Pure.

use crate::model::UserId;
use crate::model::card::{Card, Format};
use crate::model::directory::{GroupListing, RemoteUser};
use crate::verkada::scim::ScimError;

/// What stands before everything that a probe makes: external ids, employee numbers, names.
pub(super) const MARK: &str = "atriumctl-probe:";

/// Whether a probe made this user: by its external id, and where the server returns none, by the
/// employee number.
pub(super) fn is_ours(user: &RemoteUser) -> bool {
    match &user.external_id {
        Some(id) => id.starts_with(MARK),
        None => user.profile.employee_number.starts_with(MARK),
    }
}

/// Whether a probe made this group.
pub(super) fn is_our_group(group: &GroupListing) -> bool {
    match &group.external_id {
        Some(id) => id.starts_with(MARK),
        None => group.name.starts_with(MARK),
    }
}

/// What became of a write: `sent` was to be in place of `before`, and `now` is there.
///
/// # Errors
/// Why it can't be told.
pub(super) fn written(
    outcome: &Result<(), ScimError>,
    sent: &str,
    now: Option<&str>,
) -> Result<&'static str, String> {
    match (outcome, now) {
        (Err(ScimError::Refused { .. } | ScimError::NotFound { .. }), _) => Ok("refused"),
        (Err(error), _) => Err(error.to_string()),
        (Ok(()), Some(now)) if now == sent => Ok("accepted"),
        (Ok(()), Some(_)) => Ok("ignored"),
        (Ok(()), None) => Err("the user could not be read afterwards".to_owned()),
    }
}

/// Where the members of the probe's own group come, which has one.
pub(super) fn members_of_own(
    listed: Option<&GroupListing>,
    single: Option<&GroupListing>,
    member: &UserId,
) -> &'static str {
    let has = |group: &GroupListing| group.members.as_ref().is_some_and(|m| m.contains(member));
    if listed.is_some_and(has) {
        "listed"
    } else if single.is_some_and(has) {
        "single"
    } else {
        "hidden"
    }
}

/// A card of a format with random numbers; `None` if the format's numbers are not known to us.
pub(super) fn random_card(format: Format, dice: &mut fastrand::Rng) -> Option<Card> {
    // The format's field is filled to its first digit, so that zeros before it can't be lost.
    let layout = format.layout()?;
    let largest = layout.largest_number();
    let number = dice.u128(largest / 10..=largest);
    let code = layout
        .largest_facility_code()
        .map(|most| dice.u32(1..=most.max(1)));
    let card = Card::new(format, code, number);
    card.check().is_ok().then_some(card)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Profile;

    fn user(external_id: Option<&str>, number: &str) -> RemoteUser {
        RemoteUser {
            external_id: external_id.map(Into::into),
            profile: Profile {
                employee_number: number.into(),
                ..Profile::default()
            },
            ..RemoteUser::default()
        }
    }

    #[test]
    fn only_what_a_probe_made_is_ours() {
        for (external_id, number, ours) in [
            (Some("atriumctl-probe:1"), "", true),
            (None, "atriumctl-probe:1", true),
            // Somebody took it over.
            (Some("okta:1"), "atriumctl-probe:1", false),
            (Some("atrium:1"), "1", false),
            (None, "1", false),
            (None, "", false),
        ] {
            assert_eq!(
                is_ours(&user(external_id, number)),
                ours,
                "{external_id:?} {number}"
            );
        }
    }

    #[test]
    fn a_write_is_judged_by_what_is_there_afterwards() {
        assert_eq!(written(&Ok(()), "a", Some("a")), Ok("accepted"));
        assert_eq!(written(&Ok(()), "a", Some("b")), Ok("ignored"));
        assert!(written(&Ok(()), "a", None).is_err());
    }

    #[test]
    fn members_are_looked_for_in_both_places() {
        let with = |members: Option<&[&str]>| GroupListing {
            members: members.map(|m| m.iter().map(|id| UserId::from(*id)).collect()),
            ..GroupListing::default()
        };
        let (none, empty, one) = (with(None), with(Some(&[])), with(Some(&["u"])));
        let member = UserId::from("u");
        assert_eq!(members_of_own(Some(&one), None, &member), "listed");
        assert_eq!(members_of_own(Some(&none), Some(&one), &member), "single");
        assert_eq!(members_of_own(Some(&empty), Some(&none), &member), "hidden");
    }

    #[test]
    fn random_cards_fit_their_format() {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut made = 0;
        for format in Format::ALL {
            for _ in 0..50 {
                if let Some(card) = random_card(*format, &mut dice) {
                    assert!(card.check().is_ok());
                    made += 1;
                }
            }
        }
        assert!(made >= 50, "{made}");
        assert!(random_card(Format::Hid26, &mut dice).is_some());
    }
}
