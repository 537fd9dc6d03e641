//! The causes, and what plants each of them in a healthy world.

use jiff::Timestamp;
use jiff::civil::Date;

use super::world::{NOW, World, person, place};
use crate::model::access::Access;
use crate::model::card::{Card, Format};
use crate::model::diagnosis::{Name, Trouble};
use crate::model::memory::Refusal;
use crate::model::okta::{
    ConnectionStatus, Known as Looked, MappingStatus, OktaFailure, OktaUserStatus, Outcome,
    PushMapping, feature,
};
use crate::model::reason::Code;
use crate::model::roster::Unusable;
use crate::model::{AccessGroupId, AccessUserId, CampusId, GroupId, UserId};

/// A cause and what plants it.
pub(super) type Scenario = (Name, fn(&mut World));

fn scenario(name: impl Into<Name>, plant: fn(&mut World)) -> Scenario {
    (name.into(), plant)
}

/// Causes in a world that Atrium's people come to by us.
pub(super) fn ours() -> Vec<Scenario> {
    vec![
        scenario(Trouble::TokenRefused, |world| {
            world.token.refused = Some("401".to_owned());
        }),
        scenario(Code::OtherOrganization, |world| {
            world.memory.organization = Some("elsewhere".into());
        }),
        scenario(Code::ApiKeyRefused, |world| {
            world.key_refused = Some((Code::ApiKeyRefused, "401".to_owned()));
        }),
        scenario(Code::ApiKeyScope, |world| {
            world.key_refused = Some((Code::ApiKeyScope, "403".to_owned()));
        }),
        scenario(Trouble::NotInAtrium, |world| {
            world.absent();
            world.person().campus_id = CampusId::from("T7");
            world.person().first_name = "Bo".into();
            world.person().last_name = "Li".into();
            world.person().email = "bo@a.example".into();
        }),
        scenario(Trouble::StatedInactive, |world| {
            world.absent();
            world.person().status = "inactive".into();
        }),
        scenario(Trouble::ValidityEnded, |world| {
            world.absent();
            world.person().valid_until = Some(Date::constant(2026, 11, 22));
        }),
        scenario(Code::NotYetValid, |world| {
            world.absent();
            world.person().valid_from = Some(Date::constant(2026, 11, 24));
        }),
        scenario(Code::StatusUnmapped, |world| {
            world.person().status = "Sabbatical".into();
        }),
        scenario(Code::OutOfScope, |world| {
            world.absent();
            world.person().in_scope = false;
        }),
        scenario(Code::LeftScope, |world| {
            world.person().in_scope = false;
            world.memory.last_filter = Some(world.policy.filter.clone());
        }),
        scenario(Code::NoEmail, |world| {
            world.absent();
            world.person().email = "".into();
        }),
        scenario(Code::EmailMalformed, |world| {
            world.absent();
            world.person().email = "ana at a.example".into();
        }),
        scenario(Code::NoName, |world| {
            world.absent();
            world.person().first_name = "".into();
            world.person().last_name = "".into();
        }),
        scenario(Code::EmailShared, |world| {
            world.absent();
            let mut other = person();
            other.campus_id = CampusId::from("S2");
            other.credentials.clear();
            world.roster.people.push(other);
        }),
        scenario(Code::EmailOutsideDomains, |world| {
            world.absent();
            world.policy.email_domains = Some(["b.example".to_owned()].into());
        }),
        scenario(Code::EmailChanged, |world| {
            world.person().email = "ana.diaz@a.example".into();
            world.sign_on.domains.push("a.example".to_owned());
        }),
        scenario(Code::HeldByInvisible, |world| {
            world.absent();
            let refusal = Refusal {
                code: Code::HeldByInvisible,
                values: "ana@a.example".into(),
                at: NOW,
            };
            world.memory.refusals.insert(CampusId::from("S1"), refusal);
        }),
        scenario(Code::NativeUser, |world| {
            let user = world.user();
            user.ours = false;
            user.user.external_id = None;
            user.user.profile.employee_number = "".into();
            world.access.users[0].external_id = "".into();
            world.access.users[0].employee_id = "".into();
            world.memory.users.clear();
        }),
        scenario(Code::WeakMatch, |world| {
            let user = world.user();
            user.ours = false;
            user.user.external_id = None;
            user.user.profile.employee_number = "".into();
            user.user.profile.last_name = "Other".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::EmailHeldByLeaver, |world| {
            let user = world.user();
            user.ours = true;
            user.user.external_id = Some("atrium:S0".into());
            user.user.profile.employee_number = "S0".into();
            user.user.profile.last_name = "Other".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::CampusIdChanged, |world| {
            let user = world.user();
            user.user.external_id = Some("atrium:S0".into());
            user.user.profile.employee_number = "S0".into();
            world.access = Access::default();
            world.memory.users.clear();
        }),
        scenario(Code::ClosedInCommand, |world| {
            world.user().user.active = Some(false);
        }),
        scenario(Trouble::OtherClientClosed, |world| {
            let user = world.user();
            user.ours = false;
            user.foreign = true;
            user.user.external_id = Some("00u1".into());
            user.user.active = Some(false);
            world.access.users[0].external_id = "00u1".into();
            world.memory.users.clear();
        }),
        scenario(Trouble::ReplacedRecord, |world| {
            let user = world.user();
            user.user.id = UserId::from("u2");
            world.access.users[0].id = AccessUserId::from("u2");
            let record = world
                .access
                .records
                .remove(&AccessUserId::from("u1"))
                .unwrap();
            world
                .access
                .records
                .insert(AccessUserId::from("u2"), record);
            let group = world.scim.groups[0].group.as_mut().unwrap();
            group.members = Some(vec![UserId::from("u2")]);
        }),
        scenario(Trouble::TwoRecords, |world| {
            let mut other = world.access.users[0].clone();
            other.id = AccessUserId::from("u9");
            other.external_id = "".into();
            other.email = "".into();
            other.employee_id = "".into();
            world.access.users.push(other);
        }),
        scenario(Trouble::NotSyncedYet, |world| {
            world.absent();
        }),
        scenario(Code::NativeGroup, |world| {
            let group = world.scim.groups[0].group.as_mut().unwrap();
            group.external_id = None;
            group.id = GroupId::from("g7");
            group.members = Some(Vec::new());
            world.memory.groups.clear();
            world.memory.users.clear();
        }),
        scenario(Code::GroupNameShared, |world| {
            let mut other = world.roster.groups[0].clone();
            other.id = AccessGroupId::from("G2");
            world.roster.groups.push(other);
        }),
        scenario(Trouble::NotInDoorGroup, |world| world.own_groups.clear()),
        scenario(Trouble::GroupNotAtDoors, |world| {
            world.doors.groups.clear();
            world.own_groups.clear();
        }),
        scenario(Trouble::GroupWithoutLevel, |world| {
            world.doors.levels = Some(Vec::new());
        }),
        scenario(Code::CardClosed, |world| {
            world.record().cards[0].active = Some(false);
        }),
        scenario(Trouble::CardSwitchedOff, |world| {
            // One that was added in Command, beside nothing from Atrium.
            world.person().credentials.clear();
            let other = Card::new(Format::Hid26, Some(102), 9);
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access.as_mut().unwrap().cards.clear();
            let cards = &mut world.record().cards;
            cards[0].card = Some(other);
            cards[0].active = Some(false);
        }),
        scenario(Trouble::NoCard, |world| {
            world.person().credentials.clear();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access.as_mut().unwrap().cards.clear();
            world.record().cards.clear();
        }),
        scenario(Code::IdTypeUnmapped, |world| {
            world.roster.unusable.push(Unusable {
                campus_id: CampusId::from("S1"),
                id_type: "Fob".into(),
                place: place(),
                value: "".into(),
                code: Code::IdTypeUnmapped,
                message: String::new(),
            });
        }),
        scenario(Code::EndDatePassed, |world| {
            world.record().end = Some(Timestamp::constant(1_700_000_000, 0));
        }),
        scenario(Code::NotYetInAccess, |world| {
            world.access = Access::default();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.access = None;
        }),
        scenario(Trouble::NoAccessGroup, |world| {
            world.person().groups.clear();
            world.scim.groups.clear();
            world.own_groups.clear();
            let known = world.memory.users.get_mut(&CampusId::from("S1")).unwrap();
            known.groups.clear();
        }),
        scenario(Trouble::SsoDomainMissing, |world| {
            world.sign_on.domains = vec!["b.example".to_owned()];
        }),
    ]
}

/// Causes in a world whose users come from Okta.
pub(super) fn oktas() -> Vec<Scenario> {
    let error = "Automatic provisioning of user Ana Diaz to app Verkada failed: Error while creating \
                 user ana@a.example: Bad Request. Errors reported by remote server: email domain a.example is not allowed";
    assert!(error.contains("domain"));
    vec![
        scenario(Trouble::OktaNoUser, |world| {
            world.okta().users = Looked::Seen(Vec::new());
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaUserInactive, |world| {
            let Looked::Seen(users) = &mut world.okta().users else {
                return;
            };
            users[0].status = OktaUserStatus::Suspended;
        }),
        scenario(Trouble::OktaNotAssigned, |world| {
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaWrongApp, |world| {
            let mut user = world.assignment().clone();
            user.app = "0oa2".into();
            world.okta().elsewhere = Looked::Seen(vec![user]);
            world.okta().assignments = Looked::Seen(Vec::new());
        }),
        scenario(Trouble::OktaConnectionOff, |world| {
            world.never_got_an_id();
            let Looked::Seen(connection) = &mut world.okta().connection else {
                return;
            };
            connection.status = ConnectionStatus::Disabled;
        }),
        scenario(Trouble::OktaCreateOff, |world| {
            world.never_got_an_id();
            let Looked::Seen(app) = &mut world.okta().app else {
                return;
            };
            app.features = Some(vec![feature::UPDATE.into()]);
        }),
        scenario(Trouble::OktaNeverCreated, |world| world.never_got_an_id()),
        scenario(Trouble::OktaSignInFailing, |world| {
            world.never_got_an_id();
            let kind = "application.integration.authentication_failure";
            world.event(kind, Outcome::Failure, "");
        }),
        scenario(Trouble::OktaLoginDiffers, |world| {
            world.assignment().user_name = "adiaz".into();
        }),
        scenario(Trouble::OktaPushFailed, |world| {
            world.failed("a text that nobody has seen yet");
        }),
        scenario(OktaFailure::EmailDomain, |world| {
            world.failed("Automatic provisioning of user Ana Diaz to app Verkada failed: Error while creating user ana@a.example: Bad Request. Errors reported by remote server: email domain is not allowed: a.example");
        }),
        scenario(OktaFailure::Conflict, |world| {
            world.failed("Error while creating user ana@a.example: Conflict. Errors reported by remote server: user exists");
        }),
        scenario(OktaFailure::MatchingUserNotFound, |world| {
            world.failed("Matching user not found");
        }),
        scenario(OktaFailure::AssignedBeforeProvisioning, |world| {
            world.failed("User was assigned this application before Provisioning was enabled and not provisioned in the downstream application. Click Provision User.");
        }),
        scenario(OktaFailure::NotScim, |world| {
            world.failed("Error while creating user ana@a.example: Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error'");
        }),
        scenario(Trouble::OktaOrphan, |world| {
            world.okta().assignments = Looked::Seen(Vec::new());
            let healthy = World::healthy();
            world.scim = healthy.scim;
            let user = world.user();
            user.ours = false;
            user.foreign = true;
            user.user.external_id = Some("00u1".into());
        }),
        scenario(Trouble::OktaGroupError, |world| {
            world.okta().mappings = Looked::Seen(vec![PushMapping {
                status: MappingStatus::Error,
                source_name: "Labs".into(),
                error_summary: "Linked group is missing".to_owned(),
                ..PushMapping::default()
            }]);
        }),
    ]
}
