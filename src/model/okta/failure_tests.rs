//! Every known failure in several wordings, with what is read out of each.

use std::collections::BTreeSet;

use super::{LogEvent, OktaFailure, Outcome, Target, recognise, recognise_event};

const WRAPPED: &str = "Automatic provisioning of user Ada Byron to app Verkada Command failed: ";

#[test]
fn every_row_is_recognised_in_several_wordings() {
    use OktaFailure::*;
    let rows: &[(OktaFailure, &[&str])] = &[
        (
            MatchingUserNotFound,
            &[
                "Matching user not found",
                "matching user\n not found.",
                "Automatic provisioning of user Ada to app Verkada failed: Matching user not found",
            ],
        ),
        (
            AssignedBeforeProvisioning,
            &[
                "User was assigned this application before Provisioning was enabled and not provisioned in the downstream application. Click Provision User.",
                "…not provisioned in the downstream application. Click Provision User",
                "USER WAS ASSIGNED THIS APPLICATION BEFORE PROVISIONING WAS ENABLED",
            ],
        ),
        (
            CredentialsRefused,
            &[
                "The credentials used to connect to the API were invalid; please check your configuration",
                "Error while verifying if user ada@campus.example exists: Unauthorized. Errors reported by remote server: gone",
                "Unauthorized. Errors reported by remote server: Token is invalid or expired",
                "Token is invalid or expired",
                "Error while trying to push profile update for ada@campus.example: Unauthorized. Errors reported by remote server: ",
            ],
        ),
        (
            EmailDomain,
            &[
                "Error while creating user ada@other.example: Bad Request. Errors reported by remote server: the email domain other.example is not one of the domains of this SCIM token (campus.example)",
                "Error while trying to push profile update for ada@other.example: Bad Request. Errors reported by remote server: Domain not allowed",
                "the email domain other.example is not one of the domains of this SCIM token",
            ],
        ),
        (
            Conflict,
            &[
                "Error while creating user ada@campus.example: Conflict. Errors reported by remote server: User already exists",
                "error while creating user ada@campus.example: CONFLICT. errors reported by remote server: uniqueness",
                "Error while creating user ada@campus.example: Conflict.",
            ],
        ),
        (
            BadRequest,
            &[
                "Error while creating user ada@campus.example: Bad Request. Errors reported by remote server: name.givenName is required",
                "Error while creating user\tada@campus.example:\r\nBad Request.",
                "Error while creating user ada@campus.example: Bad Request. Errors reported by remote server: ",
            ],
        ),
        (
            Unprocessable,
            &[
                "Error while creating user ada@campus.example: Unprocessable Entity. Errors reported by remote server: VALIDATION_ERROR",
                "Error while trying to push profile update for ada@campus.example: Unprocessable Entity. Errors reported by remote server: phone",
                "Errors reported by remote server: validation_error",
            ],
        ),
        (
            EmptyAnswer,
            &[
                "Error while creating user ada@campus.example: Create new user returned empty user.",
                "Create new user returned empty user",
            ],
        ),
        (
            ProfileUpdateRefused,
            &[
                "Error while trying to push profile update for ada@campus.example: Bad Request. Errors reported by remote server: userName is read-only",
                "Error while trying to push profile update for ada@campus.example: Not Found",
                "Error while trying to push profile update for ada@campus.example: Conflict. Errors reported by remote server: x",
            ],
        ),
        (
            LinkedUserGone,
            &[
                "Error while trying to push profile update for ada@campus.example: No user returned for user 7f3a",
                "No user returned for user 7f3a.",
            ],
        ),
        (
            ProfileUpdateFailed,
            &[
                "An error occurred while pushing a profile update to this app",
                "An error occurred while pushing profile updates to this app.",
            ],
        ),
        (
            LinkedGroupMissing,
            &[
                "Linked group is missing in Verkada Command. Change the linked group to resume pushing group memberships.",
                "linked group is missing in Verkada",
            ],
        ),
        (
            NotScim,
            &[
                "Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error': was expecting ('true', 'false' or 'null') line: 1, column: 6",
                "Error while creating user ada@campus.example: Bad Gateway",
                "Errors reported by remote server: Invalid JSON: Unexpected character ('<' (code 60))",
                "Bad Request. Errors reported by remote server: <html><head>",
            ],
        ),
        (
            SyncWithoutReason,
            &[
                "Sync user in external application",
                "Sync user in external application FAILURE",
            ],
        ),
        (
            TemplateConflict,
            &[
                "Profile property in Okta managed template has conflicts with custom property",
                "The profile property “title” in Okta managed template has conflicts with custom property ‘title’",
            ],
        ),
        (
            TooManyRequests,
            &[
                "Too Many Requests",
                "Error while creating user ada@campus.example: Too Many Requests. Errors reported by remote server: slow down",
            ],
        ),
        (
            RateLimitGaveUp,
            &[
                "Provisioning of user ada@campus.example failed due to API rate limiting",
                "The push failed due to API rate limit",
            ],
        ),
    ];
    let mut seen = BTreeSet::new();
    for (failure, texts) in rows {
        assert!(seen.insert(failure), "{failure:?} twice");
        for text in *texts {
            for text in [(*text).to_owned(), format!("{WRAPPED}{text}")] {
                let known = recognise(&text).map(|known| known.failure);
                assert_eq!(known, Some(*failure), "{text}");
            }
        }
    }
    assert_eq!(seen.len(), OktaFailure::ALL.len());
}

#[test]
fn what_is_no_known_failure_is_not_guessed() {
    for text in [
        "",
        "   ",
        "Everything is fine",
        "Conference room",
        "The domain was renewed",
        "I have a conflict with my schedule on Monday",
        "Unauthorized vehicles will be towed. Room 401.",
        "Internal Server Error. Errors reported by remote server: oops",
        "user ada@campus.example",
        "\u{1b}[31m",
    ] {
        assert_eq!(recognise(text), None, "{text:?}");
    }
}

#[test]
fn user_app_and_the_servers_words_are_read_out() {
    let parts = |text: &str| {
        let known = recognise(text).unwrap();
        let text = |part: Option<String>| part.unwrap_or_default();
        (text(known.user), text(known.app), text(known.remote))
    };
    let own =
        |user: &str, app: &str, remote: &str| (user.to_owned(), app.to_owned(), remote.to_owned());
    for (text, expected) in [
        (
            "Automatic provisioning of user Ada Byron to app Verkada Command failed: Error while creating user ada@campus.example: Conflict. Errors reported by remote server: It: exists",
            own("ada@campus.example", "Verkada Command", "It: exists"),
        ),
        (
            "Automatic provisioning of user Ada Byron to app Verkada Command failed: Matching user not found",
            own("Ada Byron", "Verkada Command", ""),
        ),
        (
            "Error while verifying if user “ADA@campus.example” exists: Unauthorized.\nErrors reported\n by remote server: Ümlaut",
            own("ADA@campus.example", "", "Ümlaut"),
        ),
        (
            "Error while trying to push profile update for ada@campus.example: No user returned for user 7f3a",
            own("ada@campus.example", "", ""),
        ),
        ("No user returned for user 7f3a", own("7f3a", "", "")),
        ("Too Many Requests", own("", "", "")),
    ] {
        assert_eq!(parts(text), expected, "{text}");
    }
}

#[test]
fn an_event_is_recognised_by_its_reason_or_else_by_its_type() {
    let event = |event_type: &str, legacy: &str, reason: &str| LogEvent {
        event_type: event_type.into(),
        legacy: legacy.into(),
        reason: reason.to_owned(),
        result: Outcome::Failure,
        targets: vec![Target {
            kind: "User".into(),
            alternate_id: "ada@campus.example".into(),
            ..Target::default()
        }],
        ..LogEvent::default()
    };
    let sync = "application.provision.user.sync";
    let push = "application.provision.user.push";
    let failed = "app.user_management.provision_user_failed";
    for (event, expected) in [
        (
            event(sync, failed, ""),
            Some(OktaFailure::SyncWithoutReason),
        ),
        (
            event(sync, failed, "Matching user not found"),
            Some(OktaFailure::MatchingUserNotFound),
        ),
        (event(sync, failed, "Something new"), None),
        (event(push, "app.api.error.create_user", ""), None),
        (
            event(push, "app.api.error.user.not_found_or_deleted", ""),
            Some(OktaFailure::LinkedUserGone),
        ),
        (
            event("application.provision.user.push_profile", "", ""),
            Some(OktaFailure::ProfileUpdateFailed),
        ),
        (
            event("application.integration.authentication_failure", "", ""),
            Some(OktaFailure::CredentialsRefused),
        ),
        (
            event("application.integration.rate_limit_exceeded", "", ""),
            Some(OktaFailure::TooManyRequests),
        ),
    ] {
        let known = recognise_event(&event);
        assert_eq!(
            known.as_ref().map(|known| known.failure),
            expected,
            "{event:?}"
        );
        if let Some(known) = known {
            assert_eq!(known.user.as_deref(), Some("ada@campus.example"));
        }
    }
    let fine = LogEvent {
        result: Outcome::Success,
        ..event(sync, "", "Matching user not found")
    };
    assert_eq!(recognise_event(&fine), None);
}

#[test]
fn codes_are_unique_and_lead_back() {
    let codes: BTreeSet<&str> = OktaFailure::ALL
        .iter()
        .map(|failure| failure.code())
        .collect();
    assert_eq!(codes.len(), OktaFailure::ALL.len());
    for failure in OktaFailure::ALL {
        assert_eq!(OktaFailure::from_code(failure.code()), Some(failure));
        assert!(failure.code().starts_with("okta-"));
        assert!(!failure.meaning().is_empty() && !failure.first_check().is_empty());
    }
}
