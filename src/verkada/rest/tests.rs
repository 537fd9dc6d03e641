//! The client against a server that plays its part, and its faults, by a script.

mod failing;
mod pacing;
mod signing_in;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::model::access::{AccessGroup, AccessUser};
use crate::model::card::{Card, Format};
use crate::model::reason::Code;
use crate::net::stage::{self, Sent, Stage};
use crate::net::{Answer, HttpSettings, NetError};
use crate::secret::{Origin, Secret};

const KEY: &str = "vkd_api_k3y-of-the-organization";
const TOKEN: &str = "v2_t0ken";

type Reply = Result<Answer, NetError>;

/// What was sent, tokens left out.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Sent>>>);

impl Log {
    /// Method, path and query of each request.
    pub(crate) fn calls(&self) -> Vec<String> {
        let sent = self.0.lock().unwrap();
        let calls = sent.iter().map(|sent| {
            let query = sent.url.query().map(|query| format!("?{query}"));
            let query = query.unwrap_or_default();
            format!("{} {}{query}", sent.method, sent.url.path())
        });
        calls.collect()
    }

    pub(super) fn last_body(&self) -> Value {
        let sent = self.0.lock().unwrap();
        serde_json::from_slice(&sent.last().unwrap().body).unwrap()
    }
}

fn settings(stage: Stage) -> RestSettings {
    RestSettings {
        http: HttpSettings {
            max_retries: 1,
            stage: Some(stage),
            ..HttpSettings::default()
        },
        ..RestSettings::default()
    }
}

pub(crate) fn on_stage(stage: Stage) -> RestClient {
    let key = Secret::new(KEY, Origin::Sandbox);
    RestClient::new("http://127.0.0.1:1/base/", key, settings(stage)).unwrap()
}

/// A client whose tokens are given without more, and whose other calls are answered by `rule`.
pub(crate) fn client(rule: impl Fn(&Sent) -> Reply + Send + Sync + 'static) -> (RestClient, Log) {
    let log = Log::default();
    let written = log.clone();
    let client = on_stage(Stage::new(move |sent: Sent| {
        let reply = if sent.url.path() == "/base/token" {
            stage::json(200, json!({"token": TOKEN}))
        } else {
            written.0.lock().unwrap().push(sent.clone());
            rule(&sent)
        };
        async { reply }
    }));
    (client, log)
}

/// A client whose calls are all answered alike.
pub(super) fn always(status: u16, body: impl ToString) -> RestClient {
    let body = body.to_string();
    client(move |_| stage::json(status, &body)).0
}

fn card() -> Card {
    Card {
        format: Format::Hid26,
        facility_code: Some(102),
        number: 47_110,
    }
}

#[tokio::test]
async fn everybody_is_read_whatever_is_missing() {
    let (client, log) = client(|_| {
        stage::json(
            200,
            json!({"access_members": [
                {"user_id": "a", "external_id": "atrium:1", "email": "ada@campus.example",
                 "full_name": "Ada Lovelace", "employee_id": 7, "is_visitor": false, "new": [1]},
                {"user_id": 17, "email": null},
                {"user_id": null, "email": "nobody@campus.example"},
                {"user_id": "v", "is_visitor": true},
                "odd",
            ]}),
        )
    });
    let ada = AccessUser {
        id: "a".into(),
        external_id: "atrium:1".into(),
        email: "ada@campus.example".into(),
        full_name: "Ada Lovelace".into(),
        employee_id: "7".into(),
    };
    let other = AccessUser {
        id: "17".into(),
        ..AccessUser::default()
    };
    assert_eq!(client.everybody().await, Ok(vec![ada, other]));
    assert_eq!(log.calls(), ["GET /base/access/v1/access_users"]);
    let sent = log.0.lock().unwrap();
    assert_eq!(sent[0].headers["x-verkada-auth"], TOKEN);
    assert_eq!(sent[0].headers.get("x-api-key"), None);
    assert!(sent[0].headers["x-verkada-auth"].is_sensitive());
}

#[tokio::test]
async fn a_list_that_is_not_everybody_is_an_error() {
    let row = json!({"user_id": "a"});
    for (status, body, part) in [
        (
            200,
            json!({"access_members": [row, row]}),
            "two rows of the list have the id a",
        ),
        (
            200,
            json!({"access_members": null}),
            "without the list access_members",
        ),
        (200, json!({}), "without the list access_members"),
        (200, json!([row]), "without the list access_members"),
        (
            200,
            json!({"access_members": [row], "next_page_token": "t"}),
            "goes on on another page",
        ),
        (
            400,
            json!({"id": "1", "message": "No users"}),
            "refused (400): No users",
        ),
    ] {
        let error = always(status, &body).everybody().await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let nobody = always(200, json!({"access_members": [], "next_page_token": null}));
    assert_eq!(nobody.everybody().await, Ok(vec![]));
}

#[tokio::test]
async fn a_record_is_that_of_the_person() {
    let (client, log) = client(|sent| match sent.url.query() {
        Some("user_id=a%2Bb%20c") => stage::json(
            200,
            json!({"user_id": "a+b c", "end_date": "7", "start_date": null, "entry_code": "1234",
            "cards": [
                {"card_id": "c", "type": "HID", "active": true, "facility_code": "102",
                 "card_number": "47110", "card_number_hex": null},
                {"type": "Quantum"},
            ]}),
        ),
        Some("user_id=bare") => stage::json(200, json!({"user_id": "bare"})),
        Some("user_id=other") => stage::json(200, json!({"user_id": "b", "cards": []})),
        Some("user_id=nameless") => stage::json(200, json!({"cards": []})),
        Some("user_id=odd") => stage::json(200, json!({"user_id": "odd", "cards": "none"})),
        _ => stage::json(404, json!({"id": "x", "message": "no user"})),
    });
    let record = client.record(&"a+b c".into()).await.unwrap().unwrap();
    assert_eq!(record.end.map(jiff::Timestamp::as_second), Some(7));
    assert_eq!(record.start, None);
    assert_eq!(record.cards[0].card, Some(card()));
    assert_eq!(record.cards[0].active, Some(true));
    assert_eq!((record.cards.len(), record.cards[1].card), (2, None));
    assert_eq!(
        log.calls(),
        ["GET /base/access/v1/access_users/user?user_id=a%2Bb%20c"]
    );
    let bare = client.record(&"bare".into()).await.unwrap().unwrap();
    assert!(bare.cards.is_empty());
    assert_eq!(client.record(&"gone".into()).await, Ok(None));
    let error = client.record(&"other".into()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /access/v1/access_users/user: asked about user other, Command answered about user b"
    );
    for id in ["nameless", "odd"] {
        let error = client.record(&id.into()).await.unwrap_err();
        assert_eq!(error.code(), Code::UnexpectedAnswer, "{error}");
    }
    assert_eq!(client.record(&"".into()).await, Ok(None));
    assert_eq!(log.calls().len(), 6);
}

#[tokio::test]
async fn searches_are_checked() {
    let answer = json!({"user_id": "a", "external_id": "atrium:1"});
    let with_email = json!({"user_id": "a", "email": "Ada@campus.example", "employee_id": "7"});
    for (body, by, found) in [
        (&answer, FindBy::UserId("a"), true),
        (&answer, FindBy::ExternalId("atrium:1"), true),
        (&answer, FindBy::ExternalId("atrium:2"), false),
        (&with_email, FindBy::ExternalId("atrium:1"), false),
        (&answer, FindBy::Email("ada@campus.example"), true),
        (&with_email, FindBy::Email("ada@campus.example"), true),
        (&with_email, FindBy::Email("adam@campus.example"), false),
        (&answer, FindBy::EmployeeId("7"), true),
        (&with_email, FindBy::EmployeeId("7"), true),
        (&with_email, FindBy::EmployeeId("07"), false),
        (&answer, FindBy::Email(""), false),
    ] {
        let client = always(200, body);
        let user = client.find(by).await.unwrap().map(|(user, _)| user.id);
        assert_eq!(user, found.then(|| "a".into()), "{by:?} {body}");
    }
    let (client, log) = client(|_| stage::json(404, ""));
    for by in [
        FindBy::ExternalId("atrium:1"),
        FindBy::Email("a@b"),
        FindBy::EmployeeId("7"),
    ] {
        assert_eq!(client.find(by).await, Ok(None));
    }
    let queries: Vec<String> = log
        .calls()
        .iter()
        .map(|call| call.rsplit('?').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        queries,
        ["external_id=atrium%3A1", "email=a%40b", "employee_id=7"]
    );
}

#[tokio::test]
async fn cards_are_added_removed_and_switched_on() {
    let (client, log) = client(|sent| match sent.method.as_str() {
        "POST" => stage::json(
            201,
            json!({"card_id": 11, "type": "HID", "active": true, "facility_code": "102",
                "card_number": "47110"}),
        ),
        "DELETE" => stage::json(200, "{}"),
        _ => stage::json(200, ""),
    });
    let id = "a".into();
    let added = client.add_card(&id, &card()).await.unwrap();
    assert_eq!(
        log.last_body(),
        json!({"type": "Standard 26-bit Wiegand", "active": true, "facility_code": "102",
            "card_number": "47110"})
    );
    assert_eq!(
        (added.id.as_str(), added.card, added.active),
        ("11", Some(card()), Some(true))
    );
    client.remove_card(&id, &added.id).await.unwrap();
    client.activate_card(&id, &added.id).await.unwrap();
    assert_eq!(
        log.calls(),
        [
            "POST /base/access/v1/credentials/card?user_id=a",
            "DELETE /base/access/v1/credentials/card?user_id=a&card_id=11",
            "PUT /base/access/v1/credentials/card/activate?user_id=a&card_id=11",
        ]
    );
    for error in [
        client.remove_card(&id, &"".into()).await,
        client.activate_card(&id, &"".into()).await,
    ] {
        assert_eq!(error.unwrap_err().code(), Code::UnexpectedAnswer);
    }
    let counts = client.requests();
    let counts: Vec<(&str, u64)> = counts
        .iter()
        .map(|count| (count.endpoint.as_str(), count.sent))
        .collect();
    assert_eq!(
        counts,
        [
            ("DELETE /access/v1/credentials/card", 1),
            ("POST /access/v1/credentials/card", 1),
            ("POST /token", 1),
            ("PUT /access/v1/credentials/card/activate", 1),
        ]
    );
}

#[tokio::test]
async fn an_added_card_without_an_id_is_one_of_unknown_fate() {
    for body in ["{}", "null", "", "{\"card_id\": \"1"] {
        let error = always(200, body).add_card(&"a".into(), &card()).await;
        assert_eq!(error.unwrap_err().code(), Code::OutcomeUnknown, "{body}");
    }
}

#[tokio::test]
async fn groups_and_levels_are_read_and_groups_added_to() {
    let (client, log) = client(|sent| {
        let body = match (sent.method.as_str(), sent.url.path(), sent.url.query()) {
            ("GET", "/base/access/v1/access_groups", None) => {
                json!({"access_groups": [{"group_id": "g", "name": "Staff"}, {"name": "x"}]})
            }
            ("GET", "/base/access/v1/access_groups/group", Some("group_id=g")) => {
                json!({"group_id": "g", "name": "Staff", "user_ids": ["a", "b"]})
            }
            ("GET", "/base/access/v1/access_groups/group", Some("group_id=h")) => {
                json!({"group_id": "g", "name": "Staff", "user_ids": ["a", "b"]})
            }
            ("GET", "/base/access/v1/door/access_level", None) => {
                json!({"access_levels": [{"access_level_id": "l", "doors": ["d"]}]})
            }
            ("PUT", "/base/access/v1/access_groups/group/user", Some("group_id=g")) => {
                json!({"group_id": "g", "successful_adds": ["a"], "unsuccessful_adds": null})
            }
            ("PUT", _, _) => json!({"successful_adds": [], "unsuccessful_adds": ["a"]}),
            _ => return stage::json(404, "{}"),
        };
        stage::json(200, body)
    });
    let group = |members| AccessGroup {
        id: "g".into(),
        name: "Staff".into(),
        members,
    };
    assert_eq!(client.access_groups().await, Ok(vec![group(None)]));
    let members = Some(vec!["a".into(), "b".into()]);
    let read = client.access_group("g").await;
    assert_eq!(read, Ok(Some(group(members))));
    assert_eq!(client.access_group("gone").await, Ok(None));
    let error = client.access_group("h").await.unwrap_err();
    assert!(error.to_string().contains("it is about g"), "{error}");
    let levels = client.access_levels().await.unwrap();
    assert_eq!(levels[0].doors, ["d"]);
    client.add_to_group("g", &"a".into()).await.unwrap();
    assert_eq!(log.last_body(), json!({"user_id": "a"}));
    let error = client.add_to_group("h", &"a".into()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "PUT /access/v1/access_groups/group/user: Command answered 200, but did not add user a"
    );
    assert_eq!(error.code(), Code::RefusedByCommand);
}

#[tokio::test]
async fn a_400_is_an_empty_list_only_if_it_says_nothing_of_the_question() {
    for (body, is_empty) in [
        (
            json!({"id": "1", "message": "No groups found"}).to_string(),
            true,
        ),
        (
            json!({"id": "1", "message": "Invalid request"}).to_string(),
            false,
        ),
        ("{}".to_owned(), false),
        ("No groups".to_owned(), false),
        ("<html>".to_owned(), false),
    ] {
        let client = always(400, &body);
        assert_eq!(client.access_groups().await.is_ok(), is_empty, "{body}");
        assert_eq!(client.access_levels().await.is_ok(), is_empty, "{body}");
        assert!(client.record(&"a".into()).await.is_err(), "{body}");
    }
}
