//! What the answers to the questions of `token test` say. Nothing here waits or prints.

use serde_json::Value;

use crate::error::Exit;
use crate::model::checkup::Verdict;
pub(super) use crate::output::Check;
use crate::verkada::scim::{Body, Look};

/// What a refused token means.
const DEAD: &str = "Command refuses the token: it was refreshed elsewhere or revoked, or it is \
                    another organization's";

/// What to do about it.
const RENEW: &str = "if somebody has made a new one, keep it with `atriumctl auth set scim-token`; \
                     else make one: atriumctl token refresh";

fn ok(name: &'static str, words: impl Into<String>) -> Check {
    Check {
        name,
        verdict: Verdict::Ok,
        words: words.into(),
        remedy: "",
        exit: Exit::Done,
    }
}

fn warning(name: &'static str, words: impl Into<String>, remedy: &'static str) -> Check {
    Check {
        verdict: Verdict::Warning,
        remedy,
        ..ok(name, words)
    }
}

fn failure(name: &'static str, words: impl Into<String>, remedy: &'static str) -> Check {
    Check {
        verdict: Verdict::Failure,
        remedy,
        exit: Exit::Partial,
        ..ok(name, words)
    }
}

/// The code for all checks together.
pub(super) fn exit(checks: &[Check]) -> Exit {
    checks
        .iter()
        .fold(Exit::Done, |exit, check| exit.or(check.exit))
}

/// What a body is, for a message.
fn shown(look: &Look) -> String {
    match &look.body {
        Body::Json(_) => format!("{} with JSON of another shape", look.status),
        Body::Page => format!("{} with a web page", look.status),
        Body::Compressed => format!("{}, compressed", look.status),
        Body::Other(text) if text.is_empty() => format!("{} with an empty body", look.status),
        Body::Other(text) => format!("{}: {text}", look.status),
    }
}

fn is_list(look: &Look) -> bool {
    let list = look.json();
    look.status == 200 && (list["totalResults"].is_number() || list["Resources"].is_array())
}

/// Whether a count is 0, which some servers write as text.
fn is_none(count: &Value) -> bool {
    *count == 0 || count.as_str().is_some_and(|text| text.trim() == "0")
}

/// Whether the server says that it takes no filter (RFC 7644, section 3.4.2.2).
fn refuses_filters(look: &Look) -> bool {
    matches!(look.status, 400 | 403 | 501)
}

/// The connection test in a sentence, with its code.
pub(in crate::commands) fn connection(look: &Look) -> (Exit, String) {
    let check = connection_check(look);
    (check.exit, check.words)
}

/// The call of Okta's connection test.
pub(super) fn connection_check(look: &Look) -> Check {
    let name = "connection-test";
    match look.status {
        200 if matches!(look.body, Body::Compressed) => {
            ok(name, "Command takes the token (its answer was compressed)")
        }
        200 if is_list(look) => ok(name, "Command takes the token and lists users"),
        401 => Check {
            exit: Exit::Authentication,
            ..failure(name, DEAD, RENEW)
        },
        403 => Check {
            exit: Exit::Authentication,
            ..failure(
                name,
                "Command knows the token and lets it do nothing (403)",
                RENEW,
            )
        },
        406 | 415 => failure(
            name,
            format!("the media type of SCIM is refused ({})", look.status),
            "a proxy or firewall between may know application/json only: let application/scim+json through",
        ),
        429 | 500..=599 => Check {
            exit: Exit::Unavailable,
            ..failure(
                name,
                format!("Command answers {}", look.status),
                "try again later",
            )
        },
        _ => failure(
            name,
            format!("this is not SCIM: {}", shown(look)),
            "compare the SCIM address in the profile with the one that Command shows beside the token",
        ),
    }
}

/// No answer.
pub(super) fn unreachable(why: &str) -> Check {
    Check {
        exit: Exit::Unavailable,
        ..failure(
            "reach",
            format!("Command can't be reached: {why}"),
            "check the network, any proxy, and the address in the profile",
        )
    }
}

/// RFC 7644, section 3.1.
pub(super) fn media_type(look: &Look) -> Check {
    let name = "media-type";
    match look.media_type.as_str() {
        "application/scim+json" => ok(name, "answers are application/scim+json"),
        "application/json" => ok(name, "answers are application/json, which is read as well"),
        "" => warning(
            name,
            "answers do not say what they are",
            "nothing to do: JSON is tried",
        ),
        other => warning(
            name,
            format!("answers are called {other}"),
            "nothing to do for atriumctl; other clients may refuse them",
        ),
    }
}

/// Okta takes integers only (RFC 7644, section 3.4.2).
pub(super) fn paging_types(look: &Look) -> Check {
    let name = "paging-types";
    let odd: Vec<&str> = ["totalResults", "startIndex", "itemsPerPage"]
        .into_iter()
        .filter(|name| {
            let value = &look.json()[*name];
            // Those of a page may be left out where it is the whole list.
            !(value.is_u64() || value.is_null() && *name != "totalResults")
        })
        .collect();
    match odd.as_slice() {
        [] => ok(name, "the numbers of pages are integers"),
        odd => warning(
            name,
            format!("{} is no JSON integer", odd.join(", ")),
            "nothing to do for atriumctl, which reads them all the same; Okta's import does not",
        ),
    }
}

/// A server may return fewer, and not more (RFC 7644, section 3.4.2.4).
pub(super) fn page_size(look: &Look, asked: usize) -> Check {
    let name = "page-size";
    let came = look.json()["Resources"].as_array().map_or(0, Vec::len);
    match came > asked {
        false => ok(
            name,
            format!("pages are as long as asked ({came} of {asked})"),
        ),
        true => warning(
            name,
            format!("{asked} users were asked for, and {came} came"),
            "nothing to do for atriumctl; a large organization is read in one answer",
        ),
    }
}

/// Whether tokens are checked at all, and how that is said (RFC 7644, sections 2 and 3.12).
pub(super) fn wrong_token(look: &Look) -> Check {
    let name = "wrong-token";
    match look.status {
        401 if look.is_scim_error() && look.challenge => {
            ok(name, "a wrong token is refused (401), as it should be")
        }
        401 => warning(
            name,
            "a wrong token is refused (401), without a SCIM error or without WWW-Authenticate",
            "nothing to do: the status tells enough",
        ),
        403 => warning(
            name,
            "a wrong token is refused with 403 in place of 401",
            "nothing to do: the status tells enough",
        ),
        200..=299 => failure(
            name,
            "a token that is none is taken, too: whoever knows the address can do everything",
            "check what stands at the SCIM address: a cache or a gateway may answer in Command's place",
        ),
        _ => warning(
            name,
            format!("a wrong token is answered with {}", shown(look)),
            "nothing to do",
        ),
    }
}

/// RFC 7644, section 3.12.
pub(super) fn not_found(look: &Look) -> Check {
    let name = "not-found";
    match look.status {
        404 if look.is_scim_error() => ok(name, "a user who is not there is 404 with a SCIM error"),
        404 => warning(
            name,
            "a user who is not there is 404 without a SCIM error",
            "nothing to do: the status tells enough",
        ),
        400 => warning(
            name,
            "an id that nobody has is 400 in place of 404",
            "nothing to do: only ids that Command gave are asked for",
        ),
        _ => failure(
            name,
            format!("a user who is not there is {}", shown(look)),
            "who is gone can't be told from who is there: check what stands at the SCIM address",
        ),
    }
}

/// RFC 7643, section 5.
pub(super) fn service_provider_config(look: &Look) -> Check {
    let name = "service-provider-config";
    if look.status != 200 || !look.json().is_object() {
        return warning(
            name,
            "the server says nothing of what it can do",
            "nothing to do: it is found out by trying",
        );
    }
    let supported = |part: &str| match look.json()[part]["supported"].as_bool() {
        Some(true) => format!("{part} yes"),
        Some(false) => format!("{part} no"),
        None => format!("{part} not said"),
    };
    let parts = ["patch", "filter", "etag", "bulk"].map(supported);
    ok(name, format!("the server says: {}", parts.join(", ")))
}

/// A search that must find nobody: 200 with none, or 404 (RFC 7644, section 3.4.2).
pub(super) fn no_match(name: &'static str, look: &Look) -> Check {
    let found = look.json()["Resources"].as_array().map_or(0, Vec::len);
    match look.status {
        200 if found > 0 => failure(
            name,
            format!("a search for nobody found {found}: the filter is not heeded"),
            "a person could be taken for another one by other clients; atriumctl compares what it finds",
        ),
        200 if is_none(&look.json()["totalResults"]) => {
            ok(name, "a search for nobody finds nobody")
        }
        404 if look.is_scim_error() => ok(name, "a search for nobody is 404"),
        status if refuses_filters(look) => warning(
            name,
            format!("searching is refused ({status})"),
            "nothing to do for atriumctl, which reads whole lists; other clients may create people twice",
        ),
        _ => failure(
            name,
            format!("a search for nobody is {}", shown(look)),
            "a person can't be looked up before being created: check what stands at the SCIM address",
        ),
    }
}

/// The same search with its blanks as `+`, which some clients send and we do not.
pub(super) fn no_match_with_plus(look: &Look) -> Check {
    let check = no_match("filter-plus", look);
    match check.verdict {
        Verdict::Ok => ok(
            "filter-plus",
            "a search with + for its blanks finds nobody, too",
        ),
        _ => warning(
            "filter-plus",
            format!("with + for its blanks, {}", check.words),
            "nothing to do for atriumctl, which sends %20; other clients may send +",
        ),
    }
}

/// The `userName` of somebody in a list.
pub(super) fn some_user_name(look: &Look) -> Option<String> {
    let users = look.json()["Resources"].as_array()?;
    let name = |user: &Value| user["userName"].as_str().map(str::to_owned);
    users
        .iter()
        .filter_map(name)
        .find(|name| !name.is_empty() && !name.contains(['"', '\\']))
}

/// A search that must find exactly one.
pub(super) fn one_match(look: &Look, user_name: &str) -> Check {
    let name = "filter-match";
    let users = look.json()["Resources"].as_array();
    let names = users.into_iter().flatten().map(|user| {
        let name = user["userName"].as_str().unwrap_or_default();
        name.to_lowercase() == user_name.to_lowercase()
    });
    match names.collect::<Vec<_>>().as_slice() {
        [true] => ok(
            name,
            "a search for a user who is there finds that user alone",
        ),
        [] if refuses_filters(look) => warning(
            name,
            format!("searching is refused ({})", look.status),
            "nothing to do for atriumctl, which reads whole lists; other clients may create people twice",
        ),
        [] => failure(
            name,
            "a search for a user who is there finds nobody",
            "a person would be created twice by other clients; atriumctl reads whole lists",
        ),
        _ => warning(
            name,
            "a search for a user who is there finds others, too",
            "nothing to do for atriumctl, which compares what it finds",
        ),
    }
}

/// Whether groups are served.
pub(super) fn groups(look: &Look) -> Check {
    let name = "groups";
    match look.status {
        200 if is_list(look) => ok(name, "Command lists groups"),
        _ => failure(
            name,
            format!("groups are answered with {}", shown(look)),
            "access groups can't be synced: check what stands at the SCIM address",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn look(status: u16, body: Value) -> Look {
        Look {
            status,
            media_type: "application/scim+json".to_owned(),
            challenge: true,
            body: Body::Json(body),
        }
    }

    fn fault(status: u16) -> Look {
        let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
        look(
            status,
            json!({"schemas": [schema], "status": status.to_string()}),
        )
    }

    #[test]
    fn the_connection_test() {
        let page = Look {
            body: Body::Page,
            ..look(200, json!(null))
        };
        let compressed = Look {
            body: Body::Compressed,
            ..look(200, json!(null))
        };
        let list = json!({"totalResults": 0});
        for (look, verdict, exit, words) in [
            (look(200, list), Verdict::Ok, Exit::Done, "takes the token"),
            (compressed, Verdict::Ok, Exit::Done, "compressed"),
            (
                fault(401),
                Verdict::Failure,
                Exit::Authentication,
                "refreshed elsewhere or revoked",
            ),
            (fault(403), Verdict::Failure, Exit::Authentication, "403"),
            (fault(406), Verdict::Failure, Exit::Partial, "media type"),
            (fault(404), Verdict::Failure, Exit::Partial, "not SCIM"),
            (fault(503), Verdict::Failure, Exit::Unavailable, "503"),
            (page, Verdict::Failure, Exit::Partial, "web page"),
            (
                look(200, json!({"users": []})),
                Verdict::Failure,
                Exit::Partial,
                "another shape",
            ),
        ] {
            let check = connection_check(&look);
            assert_eq!((check.verdict, check.exit), (verdict, exit), "{check:?}");
            assert!(check.words.contains(words), "{check:?}");
            assert_eq!(check.remedy.is_empty(), verdict == Verdict::Ok, "{check:?}");
        }
    }

    #[test]
    fn each_capability() {
        let users = |names: &[&str]| {
            let users: Vec<Value> = names.iter().map(|name| json!({"userName": name})).collect();
            let body = json!({
                "totalResults": users.len(), "startIndex": 1, "itemsPerPage": users.len(),
                "Resources": users,
            });
            look(200, body)
        };
        use Verdict::{Failure, Ok, Warning};
        let texts = look(
            200,
            json!({"totalResults": "2", "startIndex": 1, "itemsPerPage": 2.5}),
        );
        let plain = Look {
            challenge: false,
            ..fault(401)
        };
        let html = Look {
            media_type: "text/html".to_owned(),
            ..users(&[])
        };
        for (check, verdict) in [
            (media_type(&users(&[])), Ok),
            (media_type(&html), Warning),
            (paging_types(&users(&["a", "b"])), Ok),
            (paging_types(&texts), Warning),
            (paging_types(&look(200, json!({"totalResults": 0}))), Ok),
            (page_size(&users(&["a", "b"]), 2), Ok),
            (page_size(&users(&["a", "b", "c"]), 2), Warning),
            (wrong_token(&fault(401)), Ok),
            (wrong_token(&plain), Warning),
            (wrong_token(&fault(403)), Warning),
            (wrong_token(&users(&[])), Failure),
            (not_found(&fault(404)), Ok),
            (not_found(&look(404, json!({}))), Warning),
            (not_found(&fault(400)), Warning),
            (not_found(&users(&[])), Failure),
            (
                service_provider_config(&look(200, json!({"patch": {"supported": true}}))),
                Ok,
            ),
            (service_provider_config(&fault(404)), Warning),
            (no_match("f", &users(&[])), Ok),
            (no_match("f", &fault(404)), Ok),
            (no_match("f", &users(&["a"])), Failure),
            (no_match("f", &look(200, json!({"totalResults": "0"}))), Ok),
            (no_match("f", &fault(400)), Warning),
            (no_match("f", &fault(500)), Failure),
            (one_match(&fault(400), "a"), Warning),
            (one_match(&users(&["A"]), "a"), Ok),
            (one_match(&users(&[]), "a"), Failure),
            (one_match(&users(&["a", "ab"]), "a"), Warning),
            (groups(&users(&[])), Ok),
            (groups(&fault(404)), Failure),
        ] {
            assert_eq!(check.verdict, verdict, "{check:?}");
        }
        let checks = [warning("a", "", "x"), failure("b", "", "x")];
        assert_eq!(exit(&checks[..1]), Exit::Done);
        assert_eq!(exit(&checks), Exit::Partial);
        let config = service_provider_config(&look(200, json!({"patch": {"supported": true}})));
        assert!(config.words.contains("patch yes, filter not said"));
    }
}
