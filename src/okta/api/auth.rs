//! Signing in to Okta: an SSWS token as it is, or a service app that proves with its private key
//! who it is and is given a token for an hour.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::form_urlencoded;

use super::client::{OktaClient, SCOPES};
use super::error::{ApiError, Fault, of_net};
use crate::net::{Request, Safety};
use crate::secret::Secret;

/// The call for a token.
const TOKEN: &str = "POST /oauth2/v1/token";

/// How long an assertion is good for. An hour is the most that Okta takes; a minute would do but
/// for clocks that differ.
const ASSERTION_SECONDS: i64 = 300;

/// How long a token lasts where Okta does not say, and the most that is believed.
const HOUR: u64 = 3600;

/// How much earlier than it ends a token is renewed.
const EARLY: u64 = 120;

/// How this program gets in.
#[derive(Clone, Debug)]
pub enum Access {
    /// An SSWS token.
    Token(Secret),
    /// A service app with a key pair.
    Service {
        /// The client id of the app.
        client_id: String,
        /// The id of its key in Okta, if there are several.
        key_id: Option<String>,
        /// The private key: PKCS#8 in PEM.
        key: Secret,
    },
}

impl Access {
    /// What it is, in a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            Access::Token(token) => format!("the Okta token from {}", token.origin()),
            Access::Service { client_id, key, .. } => {
                format!(
                    "the service app {client_id} with the key from {}",
                    key.origin()
                )
            }
        }
    }
}

/// What signs assertions.
pub(super) enum Signer {
    Rsa(RsaKeyPair),
    Ecdsa(&'static str, EcdsaKeyPair),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.algorithm())
    }
}

impl Signer {
    /// Reads a private key.
    pub(super) fn new(key: &Secret) -> Result<Self, ApiError> {
        let refuse = |why: &str| {
            let message = format!("the private key for Okta from {} {why}", key.origin());
            Err(ApiError::Setup(message))
        };
        let text = key.expose();
        let (label, body) = match pem(text) {
            Some(found) => found,
            None if text.trim_start().starts_with('{') => {
                return refuse("is a JWK; save it as PEM (Okta offers both when it makes the key)");
            }
            None => return refuse("is no PEM: it starts with -----BEGIN PRIVATE KEY-----"),
        };
        let compact: String = body.split_whitespace().collect();
        let Ok(der) = BASE64_STANDARD.decode(compact) else {
            return refuse("is damaged: its base64 can't be decoded");
        };
        let der = secrecy::zeroize::Zeroizing::new(der);
        let random = SystemRandom::new();
        match label {
            "RSA PRIVATE KEY" => match RsaKeyPair::from_der(&der) {
                Ok(pair) => Ok(Signer::Rsa(pair)),
                Err(error) => refuse(&format!("can't be used: {error}")),
            },
            "PRIVATE KEY" => {
                if let Ok(pair) = RsaKeyPair::from_pkcs8(&der) {
                    return Ok(Signer::Rsa(pair));
                }
                for (name, algorithm) in [
                    ("ES256", &ECDSA_P256_SHA256_FIXED_SIGNING),
                    ("ES384", &ECDSA_P384_SHA384_FIXED_SIGNING),
                ] {
                    if let Ok(pair) = EcdsaKeyPair::from_pkcs8(algorithm, &der, &random) {
                        return Ok(Signer::Ecdsa(name, pair));
                    }
                }
                refuse("is neither RSA of 2048 bits or more nor ECDSA on P-256 or P-384")
            }
            "ENCRYPTED PRIVATE KEY" => refuse(
                "is encrypted; decrypt it (openssl pkcs8 -in FILE -out FILE) and keep it in the keyring",
            ),
            "EC PRIVATE KEY" => refuse(
                "is not PKCS#8; convert it: openssl pkcs8 -topk8 -nocrypt -in FILE -out FILE",
            ),
            _ => refuse("is no private key: it starts with -----BEGIN PRIVATE KEY-----"),
        }
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Signer::Rsa(_) => "RS256",
            Signer::Ecdsa(name, _) => name,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ApiError> {
        let random = SystemRandom::new();
        let failed = |_| ApiError::Setup("the private key for Okta could not sign".to_owned());
        match self {
            Signer::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            Signer::Ecdsa(_, pair) => {
                let signature = pair.sign(&random, message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }

    /// What proves that this is the service app (RFC 7523, section 3; developer.okta.com, Build a
    /// JWT for client authentication).
    pub(super) fn assertion(
        &self,
        client_id: &str,
        key_id: Option<&str>,
        audience: &str,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        let mut id = [0_u8; 16];
        SystemRandom::new()
            .fill(&mut id)
            .map_err(|_| ApiError::Setup("the system gives no random numbers".to_owned()))?;
        let mut header = json!({"alg": self.algorithm(), "typ": "JWT"});
        if let Some(key_id) = key_id {
            header["kid"] = Value::from(key_id);
        }
        let seconds = now.as_second();
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id,
            "iat": seconds, "exp": seconds + ASSERTION_SECONDS,
            "jti": BASE64_URL_SAFE_NO_PAD.encode(id),
        });
        let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.sign(message.as_bytes())?);
        Ok(format!("{message}.{signature}"))
    }
}

/// The label and the body of the first block of PEM (RFC 7468, section 2).
fn pem(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    Some((label, body))
}

/// A token of a service app.
#[derive(Clone)]
struct Token {
    header: HeaderValue,
    ends: Instant,
    number: u64,
}

/// The token in force, and what it may read. Whoever renews it holds the lock.
#[derive(Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Token>,
    made: u64,
    /// The scopes that the app has, once it turned out that it has not all of them.
    granted: Option<BTreeSet<&'static str>>,
    /// The app was refused: it would only be refused again.
    refused: Option<ApiError>,
}

/// The value of the authorization header, and which token it is.
pub(super) struct Signed {
    pub(super) header: HeaderValue,
    pub(super) number: u64,
}

/// The value of a header that no log shows.
pub(super) fn sensitive(text: &str, what: &str) -> Result<HeaderValue, ApiError> {
    match HeaderValue::from_str(text) {
        Ok(mut value) => {
            value.set_sensitive(true);
            Ok(value)
        }
        Err(_) => Err(ApiError::Setup(format!(
            "{what} has characters that a token can't have"
        ))),
    }
}

impl OktaClient {
    /// The authorization for a call that needs `scope`. `refused` is the number of a token that
    /// was answered with 401.
    pub(super) async fn authorization(
        &self,
        ask: &'static str,
        scope: &'static str,
        refused: Option<u64>,
    ) -> Result<Signed, ApiError> {
        let signer = match self.signer() {
            None => {
                return Ok(Signed {
                    header: self.fixed_header(),
                    number: 0,
                });
            }
            Some(signer) => signer,
        };
        let mut state = self.tokens().0.lock().await;
        if let Some(error) = &state.refused {
            return Err(error.clone());
        }
        let current = state.token.clone();
        let is_good = |token: &Token| refused != Some(token.number) && token.ends > Instant::now();
        let token = match current.filter(is_good) {
            Some(token) => token,
            None => match self.new_token(signer, &mut state).await {
                Ok(token) => token,
                Err(error) => {
                    if error.is_fatal() || matches!(error, ApiError::Scope { .. }) {
                        state.refused = Some(error.clone());
                    }
                    return Err(error);
                }
            },
        };
        if state
            .granted
            .as_ref()
            .is_some_and(|granted| !granted.contains(scope))
        {
            return Err(ApiError::Scope {
                ask,
                scope,
                said: "invalid_scope when the token was asked for".to_owned(),
            });
        }
        Ok(Signed {
            header: token.header,
            number: token.number,
        })
    }

    /// A new token for every scope that the app has. Okta refuses the whole request for one scope
    /// that is not granted, so then each is asked for by itself, once.
    async fn new_token(&self, signer: &Signer, state: &mut State) -> Result<Token, ApiError> {
        let number = state.made + 1;
        let wanted: Vec<&'static str> = match &state.granted {
            Some(granted) => granted.iter().copied().collect(),
            None => SCOPES.to_vec(),
        };
        let token = match self.ask_token(signer, &wanted, number).await {
            Err(ApiError::Scope { .. }) if state.granted.is_none() => {
                let mut granted = BTreeSet::new();
                let mut last = None;
                for scope in SCOPES {
                    match self.ask_token(signer, &[scope], number).await {
                        Ok(token) => {
                            granted.insert(*scope);
                            last = Some(token);
                        }
                        Err(ApiError::Scope { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                let token = match (last, granted.len()) {
                    (Some(token), 1) => token,
                    (Some(_), _) => {
                        let all: Vec<&str> = granted.iter().copied().collect();
                        self.ask_token(signer, &all, number).await?
                    }
                    (None, _) => {
                        return Err(ApiError::Scope {
                            ask: TOKEN,
                            scope: SCOPES[0],
                            said: "the service app has none of the scopes for reading".to_owned(),
                        });
                    }
                };
                state.granted = Some(granted);
                token
            }
            other => other?,
        };
        state.made = number;
        state.token = Some(token.clone());
        Ok(token)
    }

    async fn ask_token(
        &self,
        signer: &Signer,
        scopes: &[&str],
        number: u64,
    ) -> Result<Token, ApiError> {
        let Access::Service {
            client_id, key_id, ..
        } = self.access()
        else {
            return Err(ApiError::Setup("there is no service app".to_owned()));
        };
        let url = self.address("/oauth2/v1/token");
        let assertion =
            signer.assertion(client_id, key_id.as_deref(), url.as_str(), Timestamp::now())?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", &scopes.join(" "))
            .append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", &assertion)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let asked = Instant::now();
        let request = Request {
            method: Method::POST,
            url: url.clone(),
            endpoint: TOKEN,
            // A token more is no harm, but an assertion is good only once.
            safety: Safety::Once,
            headers: &headers,
            body: Some(body.into_bytes()),
        };
        let answer = self.http().send(&request).await;
        let answer = answer.map_err(|error| of_net(TOKEN, error))?;
        if answer.status != 200 {
            return Err(self.judge_token(&url, &answer, scopes));
        }
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = value.get("access_token").and_then(Value::as_str);
        let text = text.unwrap_or_default();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiError::Unexpected {
                ask: TOKEN,
                what: "there is no access_token in it".to_owned(),
            });
        }
        let lasts = value.get("expires_in").and_then(Value::as_u64);
        let lasts = lasts.unwrap_or(HOUR).min(HOUR);
        Ok(Token {
            header: sensitive(&format!("Bearer {text}"), "the token that Okta gave")?,
            ends: asked + Duration::from_secs(lasts.saturating_sub(EARLY)),
            number,
        })
    }

    fn judge_token(&self, url: &Url, answer: &crate::net::Answer, scopes: &[&str]) -> ApiError {
        let fault = Fault::read(&answer.body);
        let scope = SCOPES.iter().copied().find(|scope| scopes.contains(scope));
        match (answer.status, fault.code.as_str()) {
            (_, "use_dpop_nonce" | "invalid_dpop_proof") => ApiError::Dpop,
            (_, "invalid_scope") => ApiError::Scope {
                ask: TOKEN,
                scope: scope.unwrap_or(SCOPES[0]),
                said: fault.said,
            },
            (429 | 500..=599 | 408, _) => ApiError::Unavailable {
                ask: TOKEN,
                why: format!("HTTP status {} ({})", answer.status, fault.said),
            },
            (300..=399, _) => self.elsewhere(TOKEN, url, answer),
            (_, "") => ApiError::Unexpected {
                ask: TOKEN,
                what: format!("HTTP status {} with {}", answer.status, fault.said),
            },
            _ => ApiError::SignIn {
                secret: self.access().name(),
                said: fault.said,
            },
        }
    }
}
