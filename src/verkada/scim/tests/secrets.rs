//! Tokens and addresses: what is sent where, and what is never shown.

use super::*;

#[tokio::test]
async fn a_refused_token_is_told_and_not_shown() {
    let said = format!("Bearer {TOKEN} is dead");
    for (status, body, code) in [
        (401, json!({"detail": said}), Code::SignInRefused),
        (403, json!({"detail": said}), Code::SignInRefused),
        (400, json!({"detail": said}), Code::RefusedByCommand),
        (500, json!({"detail": said}), Code::Unavailable),
    ] {
        let server = Script::serve(move |_, _| script::json(status, &body)).await;
        let client = client(&server);
        let error = users(&client).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains("•••• is dead"), "{error}");
        let shown = format!("{error} {error:?} {client:?} {:?}", settings());
        assert!(!shown.contains(TOKEN), "{shown}");
        let head = server.received()[0].head.to_ascii_lowercase();
        assert!(head.contains(&format!("authorization: bearer {TOKEN}\r\n")));
        assert!(head.contains("accept: application/scim+json, application/json;q=0.9\r\n"));
    }
}

#[tokio::test]
async fn a_forbidden_write_is_refused_if_the_server_says_why() {
    for (body, code) in [
        (
            json!({"detail": "User is managed, cannot modify"}),
            Code::RefusedByCommand,
        ),
        (json!({"detail": "User is deactivated"}), Code::Frozen),
        (
            json!({"detail": "the domain is not allowed"}),
            Code::EmailOutsideDomains,
        ),
        (json!(""), Code::RefusedByCommand),
    ] {
        let server = Script::serve(move |_, _| script::json(403, &body)).await;
        let error = client(&server)
            .create_user("atrium:007", &ada())
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    let server = Script::serve(|_, _| script::json(403, "")).await;
    let error = client(&server)
        .create_user("atrium:007", &ada())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::SignInRefused);
}

#[test]
fn tokens_that_cannot_be_sent() {
    for token in ["", "Bearer ", "two lines", "two\nlines", "nul\0", "é"] {
        let secret = Secret::new(token, Origin::Environment("ATRIUMCTL_SCIM_TOKEN"));
        let error = ScimClient::new("https://scim.example", secret, settings()).unwrap_err();
        assert!(
            error.to_string().contains("ATRIUMCTL_SCIM_TOKEN"),
            "{error}"
        );
        assert!(!error.to_string().contains("lines"));
    }
}

#[tokio::test]
async fn a_token_pasted_with_its_scheme_is_sent_once() {
    let server = Script::serve(|_, request| page(request, 0, 1)).await;
    let token = Secret::new(&format!("bearer  {TOKEN}"), Origin::Sandbox);
    let client = ScimClient::new(&server.address, token, settings()).unwrap();
    users(&client).await.unwrap();
    let received = server.received();
    assert!(received[0].head.contains(&format!(": Bearer {TOKEN}\r\n")));
    assert!(received[0].target.starts_with("/Users?"));
}

#[tokio::test]
async fn a_redirect_gets_no_token() {
    let other = Script::serve(|_, request| page(request, 0, 1)).await;
    let location = format!("Location: {}/scim/Users\r\n", other.address);
    let server = Script::serve(move |_, _| script::with_headers(302, &location, "")).await;
    let error = users(&client(&server)).await.unwrap_err();
    assert_eq!(error.code(), Code::UnexpectedAnswer);
    assert!(
        error
            .to_string()
            .contains(&format!("a redirect to {}", other.address))
    );
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn ids_stay_in_their_place_in_the_path() {
    let server = Script::serve(|_, _| script::json(404, "")).await;
    let client = client(&server);
    for id in ["a/../b?c#d", "é %41", "...", "a b+c"] {
        assert_eq!(client.user(&id.into()).await.unwrap(), None);
    }
    assert_eq!(
        server.calls(),
        [
            "GET /scim/Users/a%2F..%2Fb%3Fc%23d",
            "GET /scim/Users/%C3%A9%20%2541",
            "GET /scim/Users/...",
            "GET /scim/Users/a%20b%2Bc",
        ]
    );
    for id in ["", ".", ".."] {
        assert!(client.user(&id.into()).await.is_err());
        assert!(client.delete_group(&id.into()).await.is_err());
    }
    assert_eq!(server.calls().len(), 4);
}
