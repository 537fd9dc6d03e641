//! A service app: its key, its assertion, its token and the scopes that it lacks.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair,
    UnparsedPublicKey,
};

use super::*;
use crate::okta::api::auth::Signer;

const RSA_KEY: &str = include_str!("../../../../tests/fixtures/okta/test-key-rsa.pem");

fn service(key: &str) -> Access {
    Access::Service {
        client_id: "0oaservice".to_owned(),
        key_id: Some("kid-1".to_owned()),
        key: secret(key),
    }
}

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(der)
    )
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

#[test]
fn an_assertion_is_signed_by_the_key_and_says_what_okta_wants() {
    let url = "https://school.okta.com/oauth2/v1/token";
    let curve =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        curve.as_ref(),
        &SystemRandom::new(),
    )
    .unwrap();
    let rsa: String = RSA_KEY
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let rsa = RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(rsa).unwrap()).unwrap();
    let cases: [(String, &str, &dyn signature::VerificationAlgorithm, Vec<u8>); 2] = [
        (
            pem(curve.as_ref()),
            "ES256",
            &signature::ECDSA_P256_SHA256_FIXED,
            pair.public_key().as_ref().to_vec(),
        ),
        (
            RSA_KEY.to_owned(),
            "RS256",
            &signature::RSA_PKCS1_2048_8192_SHA256,
            rsa.public_key().as_ref().to_vec(),
        ),
    ];
    for (key, algorithm, verifier, public) in cases {
        let signer = Signer::new(&secret(&key)).unwrap();
        let jwt = signer
            .assertion("0oaservice", Some("kid-1"), url, now())
            .unwrap();
        let again = signer
            .assertion("0oaservice", Some("kid-1"), url, now())
            .unwrap();
        let parts: Vec<&str> = jwt.split('.').collect();
        let header: Value = serde_json::from_slice(&decoded(parts[0])).unwrap();
        assert_eq!(
            header,
            json!({"alg": algorithm, "kid": "kid-1", "typ": "JWT"})
        );
        let claims = |jwt: &str| -> Value {
            serde_json::from_slice(&decoded(jwt.split('.').nth(1).unwrap())).unwrap()
        };
        let (first, second) = (claims(&jwt), claims(&again));
        assert_ne!(first["jti"], second["jti"]);
        assert_eq!(first["aud"], url);
        assert_eq!(
            (&first["iss"], &first["sub"]),
            (&json!("0oaservice"), &json!("0oaservice"))
        );
        let (issued, ends) = (
            first["iat"].as_i64().unwrap(),
            first["exp"].as_i64().unwrap(),
        );
        assert_eq!(issued, now().as_second());
        assert!(ends > issued && ends - issued <= 3600);
        let message = format!("{}.{}", parts[0], parts[1]);
        let public = UnparsedPublicKey::new(verifier, public);
        public
            .verify(message.as_bytes(), &decoded(parts[2]))
            .unwrap();
        assert!(public.verify(b"another", &decoded(parts[2])).is_err());
    }
}

#[test]
fn a_key_that_cant_be_used_is_named_and_never_shown() {
    for (key, said) in [
        ("", "is no PEM"),
        ("0123456789sensitive", "is no PEM"),
        ("{\"kty\":\"RSA\",\"d\":\"sensitive\"}", "is a JWK"),
        (
            "-----BEGIN PRIVATE KEY-----\n!!sensitive!!\n-----END PRIVATE KEY-----",
            "base64",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nc2Vuc2l0aXZl\n-----END PRIVATE KEY-----",
            "neither RSA",
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2Vu\n-----END ENCRYPTED PRIVATE KEY-----",
            "is encrypted",
        ),
        (
            "-----BEGIN EC PRIVATE KEY-----\nc2Vu\n-----END EC PRIVATE KEY-----",
            "openssl pkcs8",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nc2Vu\n-----END CERTIFICATE-----",
            "no private key",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nc2Vu\n-----END RSA PRIVATE KEY-----",
            "can't be used",
        ),
    ] {
        let error = Signer::new(&secret(key)).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
        let text = format!("{error} {error:?}");
        assert!(text.contains(said), "{key}: {text}");
        assert!(
            !text.contains("sensitive") && !text.contains("c2Vu"),
            "{text}"
        );
    }
    for token in ["", "SSWS 00abc", "a\nb"] {
        let token = Access::Token(secret(token));
        assert!(
            OktaClient::new("https://school.okta.com", token, OktaSettings::default()).is_err()
        );
    }
    for org in [
        "http://school.okta.com",
        "https://a@school.okta.com",
        "school.okta.com",
        "",
    ] {
        let token = Access::Token(secret("t"));
        assert!(
            OktaClient::new(org, token, OktaSettings::default()).is_err(),
            "{org}"
        );
    }
}

fn form(sent: &Sent) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&sent.body)
        .into_owned()
        .collect()
}

fn asked_scope(sent: &Sent) -> String {
    let form = form(sent);
    form.iter()
        .find(|(name, _)| name == "scope")
        .unwrap()
        .1
        .clone()
}

#[tokio::test(start_paused = true)]
async fn a_service_app_asks_once_for_its_token_and_anew_when_it_ends_or_is_refused() {
    let (client, log) = staged(service(RSA_KEY), |number, sent| {
        if sent.url.path() == "/oauth2/v1/token" {
            return ok(
                json!({"access_token": format!("at{number}"), "expires_in": 3600, "token_type": "Bearer"}),
            );
        }
        // The token that was given first dies half-way.
        let is_first = sent.headers["authorization"] == "Bearer at0";
        if is_first && sent.url.path().ends_with("/groups") {
            return fault(401, "E0000011");
        }
        healthy(sent)
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    assert_eq!(facts.gaps(), []);
    let asked = |log: &Log| {
        paths(log)
            .iter()
            .filter(|path| path.contains("/token"))
            .count()
    };
    assert_eq!(asked(&log), 2);
    {
        let log = log.lock().unwrap();
        assert_eq!(log[0].method, "POST");
        let form = form(&log[0]);
        let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "grant_type",
                "scope",
                "client_assertion_type",
                "client_assertion"
            ]
        );
        assert_eq!(
            asked_scope(&log[0]),
            "okta.apps.read okta.users.read okta.groups.read okta.logs.read"
        );
        assert!(log.iter().skip(1).all(|sent| {
            sent.headers.get("authorization").is_none()
                || sent.headers["authorization"]
                    .to_str()
                    .unwrap()
                    .starts_with("Bearer at")
        }));
    }
    gather(&client, &question(None)).await.unwrap();
    assert_eq!(asked(&log), 2);
    tokio::time::advance(std::time::Duration::from_secs(3500)).await;
    gather(&client, &question(None)).await.unwrap();
    assert_eq!(asked(&log), 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_app_that_lacks_a_scope_reads_what_it_may() {
    let (client, log) = staged(service(RSA_KEY), |_, sent| {
        if sent.url.path() != "/oauth2/v1/token" {
            return healthy(sent);
        }
        if asked_scope(sent).contains("logs") {
            return answer(
                400,
                json!({"error": "invalid_scope", "error_description": "x"}),
                &[],
            );
        }
        ok(json!({"access_token": "at", "expires_in": 3600}))
    });
    let facts = gather(&client, &question(None)).await.unwrap();
    let gaps = facts.gaps();
    assert!(
        matches!(
            gaps[..],
            [(
                "log",
                Gap::Scope {
                    scope: "okta.logs.read",
                    ..
                }
            )]
        ),
        "{gaps:?}"
    );
    // Together, each of four, and the three together; the log was not asked in vain.
    let paths = paths(&log);
    assert_eq!(
        paths.iter().filter(|path| path.contains("token")).count(),
        6
    );
    assert!(!paths.contains(&"/api/v1/logs".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_the_token_endpoint_refuses_is_told_plainly() {
    for (refusal, exit, words) in [
        (
            json!({"error": "use_dpop_nonce"}),
            Exit::Authentication,
            "DPoP",
        ),
        (
            json!({"error": "invalid_client", "error_description": "kid"}),
            Exit::Authentication,
            "invalid_client: kid",
        ),
        (
            json!({"errorCode": "E0000004", "errorSummary": "no"}),
            Exit::Authentication,
            "E0000004",
        ),
        (
            json!({"error": "invalid_scope"}),
            Exit::Authentication,
            "none of the scopes",
        ),
    ] {
        let (client, _) = staged(service(RSA_KEY), move |_, _| answer(400, &refusal, &[]));
        let error = gather(&client, &question(None)).await.unwrap_err();
        assert_eq!(error.exit(), exit);
        assert!(error.to_string().contains(words), "{error}");
    }
}
