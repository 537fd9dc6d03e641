//! Questions that change nothing: what is sent, and what is made of the answers.

use super::*;
use crate::verkada::scim::{Body, Manner, Question};

fn question(manner: Manner) -> Question<'static> {
    Question {
        path: "/Users",
        query: "filter=userName+eq%20%22a%22&startIndex=1&count=2",
        manner,
    }
}

#[tokio::test]
async fn the_connection_test_is_oktas_to_the_header() {
    let server = Script::serve(|_, _| script::json(200, json!({"totalResults": 0}))).await;
    let client = client(&server);
    for manner in [Manner::Okta, Manner::Readable, Manner::WrongToken] {
        let look = client.look(question(manner)).await.unwrap();
        assert_eq!(
            (look.status, look.json()["totalResults"].as_u64()),
            (200, Some(0))
        );
    }
    let heads: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.head.to_ascii_lowercase())
        .collect();
    for head in &heads {
        assert!(
            head.contains("/users?filter=username+eq%20%22a%22&startindex=1&count=2 http/1.1\r\n")
        );
        for header in [
            "accept: application/scim+json\r\n",
            "accept-charset: utf-8\r\n",
            "user-agent: okta scim client 1.0.0\r\n",
        ] {
            assert!(head.contains(header), "{header}: {head}");
        }
        assert!(!head.contains("content-type"), "{head}");
    }
    let token = format!("authorization: bearer {TOKEN}\r\n");
    let sent = |part: &str| {
        heads
            .iter()
            .map(|head| head.contains(part))
            .collect::<Vec<_>>()
    };
    assert_eq!(sent(&token), [true, true, false]);
    assert_eq!(
        sent("accept-encoding: gzip,deflate\r\n"),
        [true, false, false]
    );
}

#[tokio::test]
async fn every_answer_is_one() {
    let error = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"]}).to_string();
    let scim = "Content-Type: Application/SCIM+json; charset=utf-8\r\n";
    let gzip = "Content-Encoding: gzip\r\n";
    let refused = "WWW-Authenticate: Bearer\r\n";
    for (status, headers, sent, body) in [
        (
            404,
            scim,
            error.as_str(),
            Body::Json(serde_json::from_str(&error).unwrap()),
        ),
        (401, refused, "", Body::Other(String::new())),
        (200, "", "<html>", Body::Page),
        (200, gzip, "\u{1f}zipped", Body::Compressed),
        (418, "", TOKEN, Body::Other("••••".to_owned())),
    ] {
        let text = sent.to_owned();
        let server = Script::serve(move |_, _| script::with_headers(status, headers, &text)).await;
        let look = client(&server).look(question(Manner::Okta)).await.unwrap();
        assert_eq!((look.status, &look.body), (status, &body));
        assert_eq!(look.challenge, headers == refused);
        assert_eq!(look.is_scim_error(), status == 404);
        assert_eq!(look.media_type == "application/scim+json", headers == scim);
    }
    let server = Script::serve(|_, _| script::Reply::Cut).await;
    let error = client(&server)
        .look(question(Manner::Okta))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
}
