//! Fetching, against a server that also misbehaves.

use super::*;
use crate::net::script::{Reply, Script, with_headers};
use crate::okta::{FetchError, fetch, metadata_url};

async fn fetched(script: &Script) -> Result<Vec<u8>, FetchError> {
    let address = format!("{}/app/exk1/sso/saml/metadata", script.address);
    fetch(&metadata_url(&address).unwrap()).await
}

fn redirect(to: &str) -> Reply {
    with_headers(302, &format!("Location: {to}\r\n"), "")
}

#[test]
fn only_safe_addresses_are_asked() {
    for (address, wanted) in [
        (
            "https://school.okta.com/app/exk1/sso/saml/metadata#top",
            Ok("https://school.okta.com/app/exk1/sso/saml/metadata"),
        ),
        (
            " https://school.okta.com/x?kid=1 ",
            Ok("https://school.okta.com/x?kid=1"),
        ),
        ("http://127.0.0.1:8080/x", Ok("http://127.0.0.1:8080/x")),
        ("http://school.okta.com/x", Err("plain http")),
        ("file:///etc/passwd", Err("is not https")),
        ("ftp://school.okta.com/x", Err("is not https")),
        (
            "https://user:hunter2@school.okta.com/x",
            Err("user name or password"),
        ),
        ("https://", Err("can't be read")),
    ] {
        match (metadata_url(address), wanted) {
            (Ok(url), Ok(wanted)) => assert_eq!(url.as_str(), wanted),
            (Err(error), Err(part)) => {
                let message = error.to_string();
                assert!(message.contains(part), "{address}: {message}");
                assert!(!message.contains("hunter2"), "{message}");
            }
            (got, _) => panic!("{address}: {got:?}"),
        }
    }
}

#[tokio::test]
async fn redirects_are_followed_within_the_host_and_no_secret_is_sent() {
    let script = Script::serve(|number, _| match number {
        0 => redirect("/one"),
        1 => redirect("two?x=1"),
        2 => redirect("/three"),
        _ => with_headers(200, "Content-Type: text/xml\r\n", "<xml/>"),
    })
    .await;
    assert_eq!(fetched(&script).await.unwrap(), b"<xml/>");
    assert_eq!(
        script.calls(),
        [
            "GET /app/exk1/sso/saml/metadata",
            "GET /one",
            "GET /two?x=1",
            "GET /three"
        ]
    );
    for request in script.received() {
        let head = request.head.to_ascii_lowercase();
        assert!(
            !head.contains("authorization:") && !head.contains("cookie:"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn redirects_elsewhere_and_in_circles_are_not_followed() {
    let other = Script::serve(|_, _| with_headers(200, "", "<xml/>")).await;
    let target = format!("{}/x", other.address);
    let script = Script::serve(move |_, _| redirect(&target)).await;
    let error = fetched(&script).await.unwrap_err();
    assert!(matches!(error, FetchError::Elsewhere { .. }), "{error}");
    assert!(other.calls().is_empty());

    let circle = Script::serve(|_, _| redirect("/again")).await;
    let error = fetched(&circle).await.unwrap_err();
    assert!(matches!(error, FetchError::Circle { .. }), "{error}");
    assert_eq!(circle.calls().len(), 4);

    let nowhere = Script::serve(|_, _| with_headers(302, "", "")).await;
    let error = fetched(&nowhere).await.unwrap_err();
    assert!(
        error.to_string().contains("without saying where to"),
        "{error}"
    );
    let script = Script::serve(|_, _| redirect("file:///etc/passwd")).await;
    let error = fetched(&script).await.unwrap_err();
    assert!(
        error.to_string().contains("to a file: address, which"),
        "{error}"
    );
}

#[tokio::test]
async fn failures_say_what_okta_said() {
    let body = r#"{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: exk1"}"#;
    let script = Script::serve(move |_, _| with_headers(404, "", body)).await;
    let error = fetched(&script).await.unwrap_err();
    assert!(
        error.to_string().contains("404: Not found: Resource"),
        "{error}"
    );
    let page = Script::serve(|_, _| with_headers(403, "", "<html>no</html>")).await;
    let error = fetched(&page).await.unwrap_err();
    assert!(error.to_string().ends_with("status 403"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_or_cut_is_refused() {
    let large = Script::serve(|_, _| with_headers(200, "", &"x".repeat(LIMIT + 1))).await;
    let error = fetched(&large).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    let cut = Script::serve(|_, _| {
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<xml".to_vec())
    })
    .await;
    let error = fetched(&cut).await.unwrap_err();
    assert!(matches!(error, FetchError::CutShort { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_keeps_silent_is_given_up() {
    let script = Script::serve(|_, _| Reply::Silence).await;
    tokio::time::pause();
    let error = fetched(&script).await.unwrap_err();
    assert!(
        matches!(error, FetchError::Slow { .. } | FetchError::Net { .. }),
        "{error}"
    );
}
