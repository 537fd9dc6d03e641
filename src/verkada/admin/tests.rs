//! The routes against scripted answers.

use reqwest::header::ACCEPT;

use super::routes::RoutesPort;
use super::{AdminError, AdminPort as _, Job, ScimState, TokenWish};
use crate::model::admin_routes::Routes;
use crate::net::HttpSettings;
use crate::net::script::{self, Received, Reply, Script};
use crate::secret::{Origin, Secret};

const SECRET: &str = "an-admins-secret";

fn port(address: &str) -> RoutesPort {
    port_with(address, Routes::default())
}

fn port_with(address: &str, routes: Routes) -> RoutesPort {
    let settings = HttpSettings {
        max_retries: 2,
        ..HttpSettings::default()
    };
    let secret = Secret::new(SECRET, Origin::Prompt);
    RoutesPort::new(address, routes, secret, settings).unwrap()
}

fn wish() -> TokenWish {
    TokenWish {
        domains: vec!["a.edu".to_owned(), "b.edu".to_owned()],
        invites: false,
    }
}

fn made() -> String {
    serde_json::json!({
        "token": "t0ken", "email_domains": ["A.edu", "b.edu"], "send_invites": false,
        "created_at": "2026-08-03T10:00:00Z",
    })
    .to_string()
}

fn header<'a>(received: &'a Received, name: &str) -> Option<&'a str> {
    let mut lines = received.head.lines();
    lines.find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

#[tokio::test]
async fn a_token_is_made_with_one_request() {
    let server = Script::serve(|_, _| script::json(201, made())).await;
    let new = port(&server.address).generate_token(&wish()).await.unwrap();
    assert_eq!(new.token.expose(), "t0ken");
    assert_eq!(new.domains.unwrap(), ["a.edu", "b.edu"]);
    assert_eq!(new.invites, Some(false));
    assert_eq!(new.made.to_string(), "2026-08-03T10:00:00Z");
    let received = server.received().remove(0);
    assert!(received.is("POST", "/admin/v1/scim/token"));
    let bearer = format!("Bearer {SECRET}");
    assert_eq!(header(&received, "authorization"), Some(bearer.as_str()));
    let body: serde_json::Value = serde_json::from_str(&received.body).unwrap();
    let sent = serde_json::json!({"email_domains": ["a.edu", "b.edu"], "send_invites": false});
    assert_eq!(body, sent);

    let server = Script::serve(|_, _| script::json(200, r#"{"token": "t"}"#)).await;
    let new = port(&server.address).refresh_token().await.unwrap();
    assert_eq!((new.domains, new.invites), (None, None));
    assert_eq!(server.calls(), ["POST /admin/v1/scim/token/refresh"]);
}

#[tokio::test]
async fn what_makes_a_token_is_sent_again_only_if_it_did_not_arrive() {
    let lost = |reply: fn() -> Reply| async move {
        let server = Script::serve(move |_, _| reply()).await;
        let error = port(&server.address).refresh_token().await.unwrap_err();
        (error, server.calls().len())
    };
    for reply in [
        (|| Reply::Cut) as fn() -> Reply,
        || script::json(500, r#"{"message": "oops"}"#),
        || script::json(502, "<html>"),
        || script::json(200, r#"{"token": ""#),
        || script::json(200, r#"{"token": ""}"#),
        || script::json(200, r#"{"token": "two words"}"#),
        || script::json(201, "<html>"),
        || Reply::Bytes(b"HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{\"token\"".to_vec()),
    ] {
        let (error, sent) = lost(reply).await;
        assert!(error.may_have_made_a_token(), "{error:?}");
        assert_eq!(sent, 1, "{error}");
    }
    // Turned away is not carried out.
    let server = Script::serve(|number, _| match number {
        0 => script::with_headers(429, "Retry-After: 0\r\n", ""),
        _ => script::json(200, made()),
    })
    .await;
    assert!(port(&server.address).refresh_token().await.is_ok());
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let job = Job::GenerateToken;
    let detail = || "no •••• here".to_owned();
    for (status, expected) in [
        (
            401,
            AdminError::SignIn {
                job,
                detail: detail(),
            },
        ),
        (
            403,
            AdminError::NotAdmin {
                job,
                detail: detail(),
            },
        ),
        (
            404,
            AdminError::NotFound {
                job,
                detail: detail(),
            },
        ),
        (
            409,
            AdminError::Conflict {
                job,
                detail: detail(),
            },
        ),
        (
            400,
            AdminError::Refused {
                job,
                status: 400,
                detail: detail(),
            },
        ),
    ] {
        let server = Script::serve(move |_, _| {
            let message = format!("no {SECRET} here");
            script::json(status, serde_json::json!({ "message": message }))
        })
        .await;
        let error = port(&server.address).generate_token(&wish()).await;
        let error = error.unwrap_err();
        assert!(!error.may_have_made_a_token());
        assert_eq!(error, expected);
        assert_eq!(server.calls().len(), 1);
    }
    for (reply, words) in [
        (
            (|| script::json(404, "<!DOCTYPE html>")) as fn() -> Reply,
            "404 with a web page",
        ),
        (
            || script::with_headers(302, "Location: https://elsewhere.example/x?y=z\r\n", ""),
            "302, a redirect to https://elsewhere.example",
        ),
    ] {
        let server = Script::serve(move |_, _| reply()).await;
        let error = port(&server.address).scim().await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("y=z"), "{error}");
    }
}

#[tokio::test]
async fn the_set_up_is_read() {
    let body = r#"{"has_token": true, "email_domains": ["A.edu"], "send_invites": true,
                   "created_at": null}"#;
    let server = Script::serve(move |number, _| match number {
        0 => script::json(503, ""),
        _ => script::json(200, body),
    })
    .await;
    let state = port(&server.address).scim().await.unwrap().unwrap();
    let expected = ScimState {
        has_token: true,
        domains: vec!["a.edu".to_owned()],
        invites: true,
        made: None,
    };
    assert_eq!(state, expected);
    assert_eq!(server.calls(), ["GET /admin/v1/scim"; 2]);
    for body in ["[]", "{}", "nothing", r#"{"has_token": 1}"#] {
        let server = Script::serve(move |_, _| script::json(200, body)).await;
        let error = port(&server.address).scim().await.unwrap_err();
        assert!(matches!(error, AdminError::Unexpected { .. }), "{error}");
    }
}

#[tokio::test]
async fn metadata_is_read_and_uploaded_byte_by_byte() {
    let xml = "<md:EntityDescriptor/>\r\n";
    let server = Script::serve(move |_, request| {
        let one = "/base/sso/school%2F1";
        if request.is("GET", one) {
            let body = r#"{"client_id": "school/1", "email_domains": ["a.edu"],
                           "has_metadata": true, "uploaded_at": null, "verified": true}"#;
            script::json(200, body)
        } else if request.is("GET", "/base/sso/school%2F1/xml") {
            script::with_headers(200, "Content-Type: application/xml\r\n", xml)
        } else if request.is("PUT", "/base/sso/school%2F1/xml") {
            script::json(200, "{}")
        } else {
            script::json(404, r#"{"message": "no such configuration"}"#)
        }
    })
    .await;
    let routes = Routes {
        sso: "/sso/{client_id}".to_owned(),
        metadata: "/sso/{client_id}/xml".to_owned(),
        ..Routes::default()
    };
    let port = port_with(&format!("{}/base", server.address), routes);
    let state = port.sso("school/1").await.unwrap().unwrap();
    assert_eq!(state.metadata.as_deref(), Some(xml.as_bytes()));
    assert!(state.verified);
    port.upload_metadata("school/1", xml.as_bytes())
        .await
        .unwrap();
    let put = server.received().pop().unwrap();
    assert_eq!(put.body, xml);
    assert_eq!(header(&put, "content-type"), Some("application/xml"));
    assert!(header(&put, ACCEPT.as_str()).is_some());
    let error = port.sso("other").await.unwrap_err().to_string();
    assert!(error.contains("no such configuration"), "{error}");
    assert!(port.sso("..").await.is_err());
}

#[test]
fn what_can_not_be_sent_is_refused_and_no_secret_is_shown() {
    let new = |address: &str, secret: &str| {
        let secret = Secret::new(secret, Origin::Prompt);
        RoutesPort::new(address, Routes::default(), secret, HttpSettings::default())
    };
    for (address, secret) in [
        ("http://gateway.example", "s"),
        ("https://u:p@gateway.example", "s"),
        ("https://gateway.example", ""),
        ("https://gateway.example", "two words"),
    ] {
        let error = new(address, secret).unwrap_err();
        assert!(matches!(error, AdminError::Setup(_)), "{error}");
    }
    let port = new("https://gateway.example", SECRET).unwrap();
    assert!(!format!("{port:?}").contains(SECRET));
}
