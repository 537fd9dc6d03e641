//! Who may ask the management API: API tokens, service apps with private keys
//! (<https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/>), scopes,
//! and the rate limits of each path.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::Refusal;
use crate::sandbox::scim::{Answer, Call};

/// The scopes of a tool that only reads.
pub(super) const SCOPES: [&str; 6] = [
    "okta.apps.read",
    "okta.users.read",
    "okta.groups.read",
    "okta.logs.read",
    "okta.schemas.read",
    "okta.profileMappings.read",
];

/// How long an access token lives, and how far ahead an assertion may end, in seconds.
const HOUR: i64 = 3600;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A service app that signs in with a key of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ServiceApp {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) scopes: BTreeSet<String>,
    pub(super) key: Jwk,
}

/// A public key as RFC 7517 writes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Jwk {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<String>,
    pub(super) kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) y: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) e: Option<String>,
}

impl Jwk {
    /// Can signatures be checked with it?
    pub(super) fn is_usable(&self) -> bool {
        match self.kty.as_str() {
            "RSA" => bytes(&self.n).is_some() && bytes(&self.e).is_some(),
            "EC" => self.point().is_some(),
            _ => false,
        }
    }

    /// The uncompressed point of a key on a curve.
    fn point(&self) -> Option<Vec<u8>> {
        let size = match self.crv.as_deref()? {
            "P-256" => 32,
            "P-384" => 48,
            _ => return None,
        };
        let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
        (x.len() == size && y.len() == size).then(|| [&[4], x.as_slice(), y.as_slice()].concat())
    }

    fn verifies(&self, algorithm: &str, message: &[u8], signed: &[u8]) -> bool {
        let rsa = |parameters| {
            let (Some(n), Some(e)) = (bytes(&self.n), bytes(&self.e)) else {
                return false;
            };
            let key = RsaPublicKeyComponents { n, e };
            key.verify(parameters, message, signed).is_ok()
        };
        let curve = |algorithm: &'static signature::EcdsaVerificationAlgorithm, name: &str| {
            self.crv.as_deref() == Some(name)
                && self.point().is_some_and(|point| {
                    let key = UnparsedPublicKey::new(algorithm, point);
                    key.verify(message, signed).is_ok()
                })
        };
        match (self.kty.as_str(), algorithm) {
            ("RSA", "RS256") => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            ("RSA", "RS384") => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            ("RSA", "RS512") => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            ("EC", "ES256") => curve(&signature::ECDSA_P256_SHA256_FIXED, "P-256"),
            ("EC", "ES384") => curve(&signature::ECDSA_P384_SHA384_FIXED, "P-384"),
            _ => false,
        }
    }
}

fn bytes(text: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_deref()?).ok()
}

/// An access token of a service app.
#[derive(Debug, Clone)]
struct Grant {
    scopes: BTreeSet<String>,
    /// Unix seconds.
    until: i64,
}

/// What a running server knows of its callers. None of it is stored.
#[derive(Debug, Default)]
pub(super) struct Door {
    /// The API token of a read-only administrator.
    pub(super) token: String,
    grants: HashMap<String, Grant>,
    /// The `jti` values that were used.
    spent: HashSet<String>,
    /// By bucket: the window, and how many requests it saw.
    seen: HashMap<String, (u128, u64)>,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    ApiToken,
    Service(BTreeSet<String>),
}

impl Caller {
    /// Refuses whoever lacks one of the scopes.
    pub(super) fn check(&self, scopes: &[&str]) -> Result<(), Refusal> {
        let lacks = |scope: &&&str| match self {
            Caller::ApiToken => false,
            Caller::Service(granted) => !granted.contains(**scope),
        };
        match scopes.iter().find(lacks) {
            None => Ok(()),
            Some(_) => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "E0000006",
                "You do not have permission to perform the requested action",
            )),
        }
    }
}

/// How a bucket stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    /// Unix seconds.
    pub(super) reset: i64,
    pub(super) exceeded: bool,
}

impl Door {
    /// Finds out who asks.
    pub(super) fn caller(&self, call: &Call<'_>) -> Result<Caller, Refusal> {
        let sent = call
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '));
        let invalid = || {
            Refusal::new(
                StatusCode::UNAUTHORIZED,
                "E0000011",
                "Invalid token provided",
            )
        };
        match sent {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("SSWS") => {
                match token.trim() == self.token && !self.token.is_empty() {
                    true => Ok(Caller::ApiToken),
                    false => Err(invalid()),
                }
            }
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => {
                let now = Timestamp::now().as_second();
                match self.grants.get(token.trim()) {
                    Some(grant) if grant.until > now => Ok(Caller::Service(grant.scopes.clone())),
                    _ => Err(invalid()),
                }
            }
            _ => Err(invalid()),
        }
    }

    /// Counts a request of a bucket: `api/v1/logs` has room for fewer. An API token has half of
    /// the room.
    pub(super) fn count(&mut self, call: &Call<'_>, caller: &Caller, minute: Duration) -> Rate {
        let bucket = call
            .path
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join("/");
        let whole = match bucket.as_str() {
            "api/v1/logs" => 120,
            _ => 600,
        };
        let limit = match caller {
            Caller::ApiToken => whole / 2,
            Caller::Service(_) => whole,
        };
        let minute = minute.as_millis().max(1);
        let now = u128::try_from(Timestamp::now().as_millisecond()).unwrap_or_default();
        let window = now / minute;
        let (at, used) = self.seen.entry(bucket).or_insert((window, 0));
        if *at != window {
            (*at, *used) = (window, 0);
        }
        *used += 1;
        let end = ((window + 1) * minute).div_ceil(1000);
        Rate {
            limit,
            remaining: limit.saturating_sub(*used),
            reset: i64::try_from(end).unwrap_or(i64::MAX),
            exceeded: *used > limit,
        }
    }

    /// Answers `POST /oauth2/v1/token`.
    pub(super) fn sign_in(
        &mut self,
        clients: &BTreeMap<String, ServiceApp>,
        addresses: &[String],
        call: &Call<'_>,
    ) -> Answer {
        match self.grant(clients, addresses, call) {
            Ok((token, scope)) => answer(
                StatusCode::OK,
                json!({
                    "token_type": "Bearer", "expires_in": HOUR, "access_token": token,
                    "scope": scope,
                }),
            ),
            Err((status, error, description)) => answer(
                status,
                json!({"error": error, "error_description": description}),
            ),
        }
    }

    fn grant(
        &mut self,
        clients: &BTreeMap<String, ServiceApp>,
        addresses: &[String],
        call: &Call<'_>,
    ) -> Result<(String, String), Trouble> {
        let body = String::from_utf8_lossy(call.body);
        let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(bad(
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            ));
        }
        if field("client_assertion_type") != ASSERTION_TYPE {
            return Err(refused(
                "Client authentication failed. Either the client or the client credentials are invalid.",
            ));
        }
        let client = self.check(clients, addresses, field("client_assertion"))?;
        let scopes: BTreeSet<String> = field("scope")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if scopes.is_empty() {
            return Err(bad("invalid_scope", "The scope parameter is missing."));
        }
        if !scopes.is_subset(&client.scopes) {
            return Err(bad(
                "invalid_scope",
                "One or more of the requested scopes are not allowed for this client.",
            ));
        }
        let mut rng = fastrand::Rng::new();
        let token: String = (0..64).map(|_| rng.alphanumeric()).collect();
        let told = scopes.iter().cloned().collect::<Vec<_>>().join(" ");
        let until = Timestamp::now().as_second() + HOUR;
        self.grants.insert(token.clone(), Grant { scopes, until });
        Ok((token, told))
    }

    /// Checks an assertion (RFC 7523), and says whose it is.
    fn check<'a>(
        &mut self,
        clients: &'a BTreeMap<String, ServiceApp>,
        addresses: &[String],
        assertion: &str,
    ) -> Result<&'a ServiceApp, Trouble> {
        let malformed = || refused("The client_assertion is malformed.");
        let mut parts = assertion.split('.');
        let (Some(head), Some(claims), Some(signed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        let message = format!("{head}.{claims}");
        let read = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let (Some(head), Some(claims), Ok(signed)) =
            (read(head), read(claims), URL_SAFE_NO_PAD.decode(signed))
        else {
            return Err(malformed());
        };
        let claim = |name: &str| claims[name].as_str().unwrap_or_default();
        let client = clients
            .get(claim("sub"))
            .filter(|_| claim("sub") == claim("iss"));
        let client = client.ok_or_else(|| {
            refused("The client_assertion's issuer and subject have to be the id of a client.")
        })?;
        let kid = head["kid"].as_str();
        if kid.is_some() && client.key.kid.is_some() && kid != client.key.kid.as_deref() {
            return Err(refused(
                "The client_assertion's `kid` is not a key of this client.",
            ));
        }
        let algorithm = head["alg"].as_str().unwrap_or_default();
        if !client.key.verifies(algorithm, message.as_bytes(), &signed) {
            return Err(refused("The client_assertion signature is invalid."));
        }
        if !addresses.iter().any(|address| address == claim("aud")) {
            return Err(refused(
                "The audience claim for client_assertion must be the endpoint you invoked for the request.",
            ));
        }
        let now = Timestamp::now().as_second();
        match claims["exp"].as_i64() {
            None => return Err(refused("The client_assertion has no integer `exp`.")),
            Some(end) if end <= now => {
                return Err(refused("The client_assertion token is expired."));
            }
            Some(end) if end > now + HOUR => {
                return Err(refused(
                    "The client_assertion token has an expiration too far into the future.",
                ));
            }
            Some(_) => {}
        }
        if let Some(once) = claims["jti"].as_str()
            && !self.spent.insert(format!("{}/{once}", client.id))
        {
            return Err(refused("The client_assertion token was used already."));
        }
        Ok(client)
    }
}

type Trouble = (StatusCode, &'static str, &'static str);

fn bad(error: &'static str, description: &'static str) -> Trouble {
    (StatusCode::BAD_REQUEST, error, description)
}

fn refused(description: &'static str) -> Trouble {
    (StatusCode::UNAUTHORIZED, "invalid_client", description)
}

fn answer(status: StatusCode, body: Value) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: Some(body.into()),
    }
}
