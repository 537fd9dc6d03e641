//! Signing in, and answers that are no list.

use super::*;

/// What a server answers.
type Rule = Box<dyn Fn() -> Reply + Send + Sync>;

/// Signs in and returns the head of the request.
async fn head(authentication: Authentication) -> String {
    let server = Script::serve(|_, _| script::json(200, json!(people(&["1"])))).await;
    let mut shape = shape(&server.address);
    shape.authentication = authentication;
    let source = source(shape);
    assert_eq!(ids(&source.read().await.unwrap()), ["1"]);
    let count = &source.requests()[0];
    assert_eq!(
        (count.endpoint.as_str(), count.sent),
        ("GET people (Atrium)", 1)
    );
    server.received()[0].head.clone()
}

#[tokio::test]
async fn each_way_of_signing_in_sends_its_header() {
    for (authentication, expected) in [
        (
            Authentication::Bearer,
            "authorization: Bearer s3cret-of-atrium\r\n",
        ),
        // "sync:s3cret-of-atrium" (RFC 4648, section 4)
        (
            Authentication::Basic("sync".to_owned()),
            "authorization: Basic c3luYzpzM2NyZXQtb2YtYXRyaXVt\r\n",
        ),
        (
            Authentication::Header("X-Api-Key".to_owned()),
            "x-api-key: s3cret-of-atrium\r\n",
        ),
    ] {
        let head = head(authentication).await;
        assert!(head.contains(expected), "{head}");
        assert!(head.contains("accept: application/json\r\n"), "{head}");
    }
}

#[tokio::test]
async fn a_secret_that_no_header_can_have_is_refused_without_being_shown() {
    let secret = Secret::new(
        "li\nne",
        secret::Origin::Environment("ATRIUMCTL_ATRIUM_SECRET"),
    );
    let shape = shape("http://127.0.0.1:1");
    let source = HttpSource::new(
        shape,
        secret,
        HttpSettings::default(),
        Vec::new(),
        Vec::new(),
    );
    let Err(error) = source else {
        panic!("it was taken");
    };
    assert_eq!(error.exit(), Exit::Authentication);
    assert_eq!(
        error.to_string(),
        "the secret of Atrium (from environment variable ATRIUMCTL_ATRIUM_SECRET) has characters \
         that a header can't have; write it anew"
    );
}

#[tokio::test]
async fn answers_that_are_no_list_are_told_apart() {
    const FORM: &str = "<html><title>Welcome</title><form><input type=\"password\"></form>";
    let html =
        |status, body: &str| script::with_headers(status, "Content-Type: text/html\r\n", body);
    let redirect = |to: &str| script::with_headers(302, &format!("Location: {to}\r\n"), "");
    let usage = Exit::Usage;
    let sign_in = Exit::Authentication;
    let gone = Exit::Unavailable;
    let rules: Vec<(Rule, Exit, &str)> = vec![
        (
            Box::new(|| script::json(401, SECRET)),
            sign_in,
            "/people: Atrium refused the secret from environment variable ATRIUMCTL_ATRIUM_SECRET \
             (401); in Atrium, check that the login is enabled",
        ),
        (
            Box::new(|| script::json(403, "")),
            sign_in,
            "(403); in Atrium, check",
        ),
        (
            Box::new(move || html(200, FORM)),
            sign_in,
            "the web page \"Welcome\" (200) came",
        ),
        (
            Box::new(move || html(200, "<TITLE>\n Change your Password</title>")),
            sign_in,
            "\"Change your Password\" (200) came, and no data",
        ),
        (
            Box::new(move || redirect("https://id.example/SSO?x=s3cret-of-atrium")),
            sign_in,
            "a redirect (302) to https://id.example came",
        ),
        (
            Box::new(move || redirect("/elsewhere")),
            gone,
            "no JSON: a redirect (302) to http://127.0.0.1",
        ),
        (
            Box::new(|| script::json(404, "")),
            usage,
            "/people: there is nothing at this path (404)",
        ),
        (Box::new(|| script::json(405, "")), usage, "(405)"),
        (
            Box::new(|| script::json(400, "page\nis s3cret-of-atrium")),
            gone,
            "/people: refused (400): page is ••••; compare",
        ),
        (
            Box::new(|| script::json(503, "")),
            gone,
            "/people: the server answered 503; try again",
        ),
        (Box::new(|| Reply::Cut), gone, "/people: no answer"),
        (
            Box::new(|| script::json(200, "")),
            gone,
            "is no JSON: 200 with an empty body",
        ),
        (
            Box::new(|| script::json(204, "")),
            gone,
            "is no JSON: 204 with an empty body",
        ),
        (
            Box::new(|| script::json(200, "[{\"a\":")),
            gone,
            "6 bytes of JSON that was cut short",
        ),
        (
            Box::new(|| script::json(200, "[{'a'")),
            gone,
            "faulty at line 1, column 3",
        ),
        (
            Box::new(|| script::json(200, "OK s3cret-of-atrium")),
            gone,
            "200 with the text \"OK ••••\"",
        ),
        (
            Box::new(move || html(200, "<title>Status</title>")),
            gone,
            "is no JSON: the web page \"Status\" (200)",
        ),
        (
            Box::new(move || html(400, "<p>")),
            gone,
            "is no JSON: a web page (400)",
        ),
        (
            Box::new(|| script::json(200, "x".repeat(20_001))),
            gone,
            "larger than 20000 bytes, so ask for fewer records",
        ),
        (
            Box::new(|| script::json(200, "{\"data\": []}")),
            usage,
            "no array at \"\", but an object with data; correct `list`",
        ),
        (
            Box::new(|| script::json(200, "7")),
            usage,
            "but a single value",
        ),
        (Box::new(|| script::json(200, "null")), usage, "but null"),
    ];
    for (rule, exit, told) in rules {
        let server = Script::serve(move |_, _| rule()).await;
        let source = source(shape(&server.address));
        let error = source.read().await.unwrap_err();
        assert!(error.to_string().contains(told), "{told}: {error}");
        assert_eq!(error.exit(), exit, "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    }
}

#[tokio::test]
async fn what_passes_is_asked_for_again() {
    let server = Script::serve(|number, _| match number {
        0 => script::with_headers(429, "Retry-After: 0\r\n", ""),
        1 => script::json(503, ""),
        2 => script::json(200, "[{\"campus"),
        _ => script::json(200, format!("\u{feff}{}", json!(people(&["1"])))),
    })
    .await;
    let source = source(shape(&server.address));
    assert_eq!(ids(&source.read().await.unwrap()), ["1"]);
    assert_eq!(server.received().len(), 4);
    let count = &source.requests()[0];
    assert_eq!((count.sent, count.retries), (4, 2));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = Script::serve(|_, _| Reply::Silence).await;
    let http = HttpSettings {
        timeout: std::time::Duration::from_millis(20),
        max_retries: 0,
        ..HttpSettings::default()
    };
    let shape = shape(&server.address);
    let source = HttpSource::new(shape, secret(), http, Vec::new(), Vec::new()).unwrap();
    let error = source.read().await.unwrap_err();
    assert!(
        error.to_string().contains("the time limit passed"),
        "{error}"
    );
    assert_eq!(error.exit(), Exit::Unavailable);
}
