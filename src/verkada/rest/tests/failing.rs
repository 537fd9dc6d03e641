//! What goes wrong, and what it is called.

use super::*;
use crate::net::script::{self, Script};

fn said(message: &str) -> String {
    json!({"id": "0e2d", "message": message, "data": null}).to_string()
}

#[tokio::test(start_paused = true)]
async fn refusals_have_their_reason() {
    for (status, body, code) in [
        (
            403,
            said("User is managed, cannot modify"),
            Code::UserManaged,
        ),
        (
            400,
            said("User is managed, cannot modify"),
            Code::UserManaged,
        ),
        (400, said("user is deactivated"), Code::Frozen),
        (403, said("Forbidden"), Code::ApiKeyScope),
        (403, String::new(), Code::ApiKeyScope),
        (
            409,
            said("Card already assigned to another user"),
            Code::CardHeldElsewhere,
        ),
        (400, said("card number in use"), Code::CardHeldElsewhere),
        (400, said("card number out of range"), Code::CardRefused),
        (409, String::new(), Code::CardRefused),
        (422, said("card exists"), Code::CardRefused),
        (404, said("no such user"), Code::NotFound),
        (401, said("Token expired"), Code::ApiKeyRefused),
        (429, String::new(), Code::Unavailable),
        (500, said("oops"), Code::OutcomeUnknown),
        (503, "<html>".to_owned(), Code::OutcomeUnknown),
        (302, String::new(), Code::UnexpectedAnswer),
        (200, "<html>".to_owned(), Code::UnexpectedAnswer),
        (403, "<html>".to_owned(), Code::UnexpectedAnswer),
        (404, "<html>".to_owned(), Code::UnexpectedAnswer),
    ] {
        let client = always(status, &body);
        let error = client.add_card(&"a".into(), &card()).await.unwrap_err();
        assert_eq!(error.code(), code, "{status} {body}: {error}");
    }
    // Only the card that is added can be somebody else's.
    let client = always(400, said("already active"));
    let error = client.activate_card(&"a".into(), &"c".into()).await;
    assert_eq!(error.unwrap_err().code(), Code::CardRefused);
    let error = client.add_to_group("g", &"a".into()).await;
    assert_eq!(error.unwrap_err().code(), Code::RefusedByCommand);
    // A removal that is sent twice is one removal.
    let error = always(503, "").remove_card(&"a".into(), &"c".into()).await;
    assert_eq!(error.unwrap_err().code(), Code::Unavailable);
    let error = always(404, "{}")
        .remove_card(&"a".into(), &"c".into())
        .await;
    assert_eq!(error.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let client = always(403, said("forbidden"));
    assert_eq!(
        client.everybody().await.unwrap_err().to_string(),
        "GET /access/v1/access_users: the API key lacks a permission (403): this call needs \
         read access to Access Control: forbidden"
    );
    let error = client.add_card(&"a".into(), &card()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("read and write access to Access Control")
    );
    let error = client.access_levels().await.unwrap_err();
    assert!(error.to_string().contains("Door Access Management"));
}

#[tokio::test]
async fn what_is_not_the_api_is_named_and_json_is_not_shown() {
    for (status, body, part) in [
        (
            200,
            "\n<!DOCTYPE html><title>Sign\u{7} in</title>",
            "200 with a web page: <!DOCTYPE html><title>Sign in",
        ),
        (404, "<html>", "404 with a web page"),
        (200, "", "200 with an empty body"),
        (200, "moved", "200 with a text: moved"),
        (200, "{\"user_id\": \"a\", \"cards\": [{\"car", "cut short"),
        (200, "{'card_number': '4711'}", "23 bytes: no JSON"),
        (200, "{\"number\": 4711}", "object without user_id"),
    ] {
        let error = always(status, body).record(&"a".into()).await.unwrap_err();
        assert_eq!(error.code(), Code::UnexpectedAnswer, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.to_string().contains("4711"), "{error}");
    }
}

#[tokio::test]
async fn json_cut_off_without_a_length_is_read_again() {
    let number = Arc::new(Mutex::new(0));
    let (client, log) = client(move |_| {
        let mut number = number.lock().unwrap();
        *number += 1;
        match *number {
            1 => stage::json(200, "{\"access_members\": [{\"user"),
            _ => stage::json(200, json!({"access_members": []})),
        }
    });
    assert_eq!(client.everybody().await, Ok(vec![]));
    assert_eq!(log.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_a_write_open_and_a_read_undone() {
    let (client, log) = client(|_| Err(NetError::Lost("cut".to_owned())));
    let error = client.add_card(&"a".into(), &card()).await.unwrap_err();
    assert_eq!(error.code(), Code::OutcomeUnknown);
    assert_eq!(log.calls().len(), 1);
    let error = client.remove_card(&"a".into(), &"c".into()).await;
    assert_eq!(error.unwrap_err().code(), Code::OutcomeUnknown);
    assert_eq!(log.calls().len(), 3);
    let error = client.everybody().await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    let (client, _) = super::client(|_| Err(NetError::NotSent("no route".to_owned())));
    let error = client.add_card(&"a".into(), &card()).await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    let (client, _) = super::client(|_| Err(NetError::TooLarge { limit: 7 }));
    let error = client.everybody().await.unwrap_err();
    assert_eq!(error.code(), Code::UnexpectedAnswer);
}

#[tokio::test]
async fn neither_secrets_nor_card_numbers_are_shown() {
    let echo = format!("{KEY} {TOKEN} card 0047110 (0xB806) c0ffee");
    for (status, body) in [
        (400, said(&echo)),
        (403, said(&echo)),
        (401, said(&echo)),
        (500, said(&echo)),
        (200, format!("<p>{echo}")),
        (200, echo.clone()),
    ] {
        let client = always(status, &body);
        let add = client.add_card(&"a".into(), &card()).await.err();
        let remove = client
            .remove_card(&"a".into(), &"c0ffee".into())
            .await
            .err();
        for error in [add, remove].into_iter().flatten() {
            let shown = format!("{error} {error:?} {client:?}");
            for secret in [KEY, TOKEN] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        let add = client.add_card(&"a".into(), &card()).await.unwrap_err();
        let text = add.to_string();
        assert!(!text.contains("47110") && !text.contains("B806"), "{text}");
    }
    let refused = always(400, said(&echo));
    let error = refused.add_card(&"a".into(), &card()).await.unwrap_err();
    let shown = "refused (400): •••• •••• card ••10 (••06) c0ffee";
    assert!(error.to_string().ends_with(shown), "{error}");
    let error = refused.remove_card(&"a".into(), &"c0ffee".into()).await;
    assert!(error.unwrap_err().to_string().ends_with("••ee"));
}

#[tokio::test]
async fn a_redirect_gets_neither_key_nor_token() {
    let other = Script::serve(|_, _| script::json(200, "")).await;
    let location = format!("Location: {}/token?x=1\r\n", other.address);
    let server = Script::serve(move |_, _| script::with_headers(302, &location, "")).await;
    let key = Secret::new(KEY, Origin::Sandbox);
    let client = RestClient::new(&server.address, key, RestSettings::default()).unwrap();
    let error = client.everybody().await.unwrap_err();
    let part = format!(
        "POST /token: the answer is not as the API's should be: 302, a redirect to {}",
        other.address
    );
    assert_eq!(error.to_string(), part);
    assert!(other.received().is_empty());
    let head = server.received()[0].head.to_ascii_lowercase();
    assert!(head.contains(&format!("x-api-key: {KEY}\r\n")));
}

#[tokio::test]
async fn the_clock_is_compared_with_the_first_date() {
    let server = Script::serve(|number, _| {
        let date = if number == 0 {
            "Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
        } else {
            "Date: Sat, 01 Jan 2050 00:00:00 GMT\r\n"
        };
        script::with_headers(200, date, "{\"token\": \"t\", \"access_members\": []}")
    })
    .await;
    let key = Secret::new(KEY, Origin::Sandbox);
    let client = RestClient::new(&server.address, key, RestSettings::default()).unwrap();
    assert_eq!(client.clock_skew(), None);
    client.everybody().await.unwrap();
    let ahead = client.clock_skew().unwrap();
    assert!(ahead.as_hours() > 24 * 365 * 20, "{ahead:?}");
    assert_eq!(server.calls().len(), 2);
}

#[test]
fn keys_and_addresses_that_cannot_be_used() {
    for key in ["", "two lines", "two\nlines", "é"] {
        let key = Secret::new(key, Origin::Environment("ATRIUMCTL_API_KEY"));
        let error = RestClient::new("https://a.example", key, RestSettings::default()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("ATRIUMCTL_API_KEY"), "{text}");
        assert!(!text.contains("lines"));
    }
    let key = Secret::new(KEY, Origin::Sandbox);
    let error = RestClient::new("http://a.example", key, RestSettings::default()).unwrap_err();
    assert!(error.to_string().contains("https"), "{error}");
}
