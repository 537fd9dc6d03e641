//! Tests of what a command works with.

use super::*;
use crate::net::stage::{self, Stage};
use crate::secret::Origin;

#[tokio::test(start_paused = true)]
async fn a_failed_call_of_the_rest_api_ends_with_its_code() {
    let profile = Profile::sandbox(Path::new("/s"), "http://127.0.0.1:1", &[]);
    for (token, list, exit, remedy) in [
        (401, 200, Exit::Authentication, "make a new key"),
        (200, 401, Exit::Authentication, "make a new key"),
        (200, 403, Exit::Authentication, "read and write permission"),
        (200, 503, Exit::Unavailable, "sync again later"),
        (200, 200, Exit::Unavailable, "any proxy between"),
    ] {
        let stage = Stage::new(move |sent| async move {
            match sent.url.path() {
                "/token" => stage::json(token, "{\"token\": \"t\"}"),
                _ => stage::json(list, "{}"),
            }
        });
        let settings = RestSettings {
            http: HttpSettings {
                stage: Some(stage),
                ..http_settings(&profile)
            },
            ..RestSettings::default()
        };
        let key = Secret::new("k", Origin::Sandbox);
        let client = RestClient::new("http://127.0.0.1:1", key, settings).unwrap();
        let error = client.everybody().await.unwrap_err();
        let error = rest_error(error, &profile);
        assert_eq!(error.exit, exit, "{error}");
        assert!(error.hints[0].contains(remedy), "{:?}", error.hints);
        assert_eq!(
            error.hints[1],
            "the API address is http://127.0.0.1:1 (default)"
        );
    }
    let error = rest_client(&profile, Secret::new("", Origin::Sandbox), MINUTE).unwrap_err();
    assert_eq!(error.exit, Exit::Usage);
    let client = rest_client(&profile, Secret::new("k", Origin::Sandbox), MINUTE / 10);
    assert_eq!(
        client.unwrap().unwrap().allowance().span,
        Duration::from_millis(500)
    );
}
