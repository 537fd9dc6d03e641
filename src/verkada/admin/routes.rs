//! The adapter of the admin port that asks documented HTTP routes.
//!
//! Command itself publishes no interface for these jobs. The routes are this tool's own, so that a
//! gateway, or a public interface to come, can serve them; the sandbox does. Their paths can be
//! set under `[command.admin.routes]`. Requests carry `Authorization: Bearer SECRET` (RFC 6750)
//! with the secret of an organization admin; bodies are JSON unless something else is said.
//!
//! | method and path | body | answer |
//! |---|---|---|
//! | `GET /admin/v1/scim` | | 200 `{"has_token", "email_domains", "send_invites", "created_at"}`; `created_at` is a time (RFC 3339) or `null` |
//! | `POST /admin/v1/scim/token` | `{"email_domains", "send_invites"}` | 201 `{"token", "email_domains", "send_invites", "created_at"}`; the token before is dead |
//! | `POST /admin/v1/scim/token/refresh` | | 200 the same; 409 if there is no token |
//! | `GET /admin/v1/sso` | | 200 `{"configurations": […]}`, each as in the next row |
//! | `GET /admin/v1/sso/{client_id}` | | 200 `{"client_id", "email_domains", "has_metadata", "uploaded_at", "verified"}` |
//! | `GET /admin/v1/sso/{client_id}/metadata` | | 200 the XML, byte by byte; 404 if there is none |
//! | `PUT /admin/v1/sso/{client_id}/metadata` | the XML | 200 the configuration |
//!
//! A secret that is not known is answered with 401, one of somebody who is no organization admin
//! with 403. The body of an error is `{"message"}`.
//!
//! What makes a token is sent once, unless it certainly did not arrive: a repeat would kill the
//! token that the first try made.

use std::fmt;

use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::{AdminError, AdminPort, Job, NewToken, ScimState, SsoState, TokenWish};
use crate::model::address::base_url;
use crate::model::admin_routes::{CLIENT_ID, Routes};
use crate::model::fold::fold;
use crate::model::report::RequestCount;
use crate::net::{Answer, HttpClient, HttpSettings, NetError, Request, Safety};
use crate::secret::{Origin, Secret};
use crate::verkada::text::{RESERVED, shorten};

/// The longest text of a server that is passed on, in characters.
const LONGEST_DETAIL: usize = 300;

/// The port over HTTP.
pub struct RoutesPort {
    http: HttpClient,
    base: Url,
    routes: Routes,
    secret: Secret,
    headers: HeaderMap,
}

impl fmt::Debug for RoutesPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoutesPort")
            .field("base", &self.base.as_str())
            .field("secret", &self.secret)
            .finish_non_exhaustive()
    }
}

/// One call.
struct Call<'a> {
    job: Job,
    method: Method,
    endpoint: &'static str,
    path: String,
    body: Option<(&'static str, Vec<u8>)>,
    accept: &'a str,
    safety: Safety,
}

impl Call<'_> {
    fn read(job: Job, endpoint: &'static str, path: String) -> Self {
        Call {
            job,
            method: Method::GET,
            endpoint,
            path,
            body: None,
            accept: "application/json",
            safety: Safety::Idempotent,
        }
    }
}

impl RoutesPort {
    /// A client for the routes below `base`. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`AdminError::Setup`] if the address or the secret can't be used.
    pub fn new(
        base: &str,
        routes: Routes,
        secret: Secret,
        http: HttpSettings,
    ) -> Result<Self, AdminError> {
        let base = base_url(base).map_err(|error| AdminError::Setup(error.into()))?;
        let text = secret.expose();
        let is_sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut bearer = match HeaderValue::from_str(&format!("Bearer {text}")) {
            Ok(value) if is_sendable => value,
            _ => {
                let why = format!(
                    "the admin secret from {} is empty or has characters that it can't have",
                    secret.origin()
                );
                return Err(AdminError::Setup(NetError::Setup(why)));
            }
        };
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, bearer);
        Ok(RoutesPort {
            http: HttpClient::new(http).map_err(AdminError::Setup)?,
            base,
            routes,
            secret,
            headers,
        })
    }

    /// How many requests were sent so far, by endpoint.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestCount> {
        self.http.requests()
    }

    /// Sends a call. The answer is one of success.
    async fn call(&self, call: &Call<'_>) -> Result<Answer, AdminError> {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}", call.path));
        let mut headers = self.headers.clone();
        if let Ok(accept) = HeaderValue::from_str(call.accept) {
            headers.insert(ACCEPT, accept);
        }
        if let Some((media_type, _)) = &call.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let request = Request {
            method: call.method.clone(),
            url,
            endpoint: call.endpoint,
            safety: call.safety,
            headers: &headers,
            body: call.body.as_ref().map(|(_, body)| body.clone()),
        };
        let job = call.job;
        let is_read = call.method == Method::GET;
        match self.http.send(&request).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(self.judge(call, &request.url, &answer)),
            Err(error @ (NetError::Lost(_) | NetError::TooLarge { .. })) if !is_read => {
                Err(AdminError::OutcomeUnknown {
                    job,
                    why: error.to_string(),
                })
            }
            Err(error @ NetError::TooLarge { .. }) => Err(AdminError::Unexpected {
                job,
                what: error.to_string(),
            }),
            Err(error @ (NetError::NotSent(_) | NetError::Lost(_))) => {
                Err(AdminError::Unavailable {
                    job,
                    why: error.to_string(),
                })
            }
            Err(error @ (NetError::Address(_) | NetError::Setup(_))) => {
                Err(AdminError::Setup(error))
            }
        }
    }

    /// What an answer that is no success means.
    fn judge(&self, call: &Call<'_>, url: &Url, answer: &Answer) -> AdminError {
        let job = call.job;
        let body = String::from_utf8_lossy(&answer.body);
        let text = body.trim_start_matches('\u{feff}').trim_start();
        let is_page = text.starts_with('<');
        let message = serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|value| value["message"].as_str().map(str::to_owned));
        let detail = match (message, is_page) {
            (Some(message), _) => self.clean(&message),
            (None, true) => String::new(),
            (None, false) => self.clean(text),
        };
        let status = answer.status;
        match status {
            300..=399 => {
                let target = answer.redirect_origin(url).unwrap_or_default();
                let what = format!("{status}, a redirect to {}", self.clean(&target));
                AdminError::Unexpected { job, what }
            }
            408 | 429 | 500..=599 => {
                let why = match detail.as_str() {
                    "" => format!("the server answered {status}"),
                    detail => format!("the server answered {status}: {detail}"),
                };
                // A gateway may answer so for a server that did the work.
                if call.method != Method::GET && !matches!(status, 429 | 501) {
                    AdminError::OutcomeUnknown { job, why }
                } else {
                    AdminError::Unavailable { job, why }
                }
            }
            // A page means that something else than the routes answered.
            _ if is_page => AdminError::Unexpected {
                job,
                what: format!("{status} with a web page"),
            },
            401 => AdminError::SignIn { job, detail },
            403 => AdminError::NotAdmin { job, detail },
            404 => AdminError::NotFound { job, detail },
            409 => AdminError::Conflict { job, detail },
            _ => AdminError::Refused {
                job,
                status,
                detail,
            },
        }
    }

    /// A text of the server, fit to be shown: short, and without our secret.
    fn clean(&self, text: &str) -> String {
        shorten(&text.replace(self.secret.expose(), "••••"), LONGEST_DETAIL)
    }

    fn path_of(&self, template: &str, client_id: &str, job: Job) -> Result<String, AdminError> {
        // Dots alone lead up the path, however they are encoded (WHATWG URL, section 4.1).
        if matches!(client_id, "" | "." | "..") {
            let why = format!("the client id {client_id:?} can't be put into an address");
            return Err(AdminError::BrokenOff { job, why });
        }
        let id = utf8_percent_encode(client_id, RESERVED).to_string();
        Ok(template.replacen(CLIENT_ID, &id, 1))
    }

    /// Sends what makes a token.
    async fn new_token(&self, call: Call<'_>) -> Result<NewToken, AdminError> {
        let answer = self.call(&call).await?;
        // It was made, so whatever can't be read now leaves it open what it is.
        let unknown = |why: &str| AdminError::OutcomeUnknown {
            job: call.job,
            why: why.to_owned(),
        };
        let body: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| unknown("the answer is not JSON, or was cut short"))?;
        let token = body["token"].as_str().unwrap_or_default().trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unknown("the answer holds no token"));
        }
        Ok(NewToken {
            token: Secret::new(token, Origin::Made),
            domains: domains(&body),
            invites: body["send_invites"].as_bool(),
            made: time(&body, "created_at").unwrap_or_else(Timestamp::now),
        })
    }

    fn json(&self, job: Job, answer: &Answer) -> Result<Value, AdminError> {
        let unexpected = |what: String| AdminError::Unexpected { job, what };
        match serde_json::from_slice(&answer.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            Ok(_) => Err(unexpected("JSON of another shape".to_owned())),
            Err(_) => {
                let body = String::from_utf8_lossy(&answer.body);
                Err(unexpected(format!("not JSON: {}", self.clean(&body))))
            }
        }
    }
}

impl AdminPort for RoutesPort {
    async fn scim(&self) -> Result<Option<ScimState>, AdminError> {
        let job = Job::ReadScim;
        let call = Call::read(job, "GET scim (admin)", self.routes.scim.clone());
        let answer = self.call(&call).await?;
        let body = self.json(job, &answer)?;
        let Some(has_token) = body["has_token"].as_bool() else {
            return Err(AdminError::Unexpected {
                job,
                what: "it does not say whether there is a token".to_owned(),
            });
        };
        Ok(Some(ScimState {
            has_token,
            domains: domains(&body).unwrap_or_default(),
            invites: body["send_invites"].as_bool().unwrap_or_default(),
            made: time(&body, "created_at"),
        }))
    }

    async fn generate_token(&self, wish: &TokenWish) -> Result<NewToken, AdminError> {
        let body = json!({ "email_domains": wish.domains, "send_invites": wish.invites });
        self.new_token(Call {
            method: Method::POST,
            body: Some(("application/json", body.to_string().into_bytes())),
            safety: Safety::Once,
            ..Call::read(
                Job::GenerateToken,
                "POST scim/token (admin)",
                self.routes.token.clone(),
            )
        })
        .await
    }

    async fn refresh_token(&self) -> Result<NewToken, AdminError> {
        self.new_token(Call {
            method: Method::POST,
            safety: Safety::Once,
            ..Call::read(
                Job::RefreshToken,
                "POST scim/token/refresh (admin)",
                self.routes.refresh.clone(),
            )
        })
        .await
    }

    async fn sso(&self, client_id: &str) -> Result<Option<SsoState>, AdminError> {
        let job = Job::ReadSso;
        let path = self.path_of(&self.routes.sso, client_id, job)?;
        let call = Call::read(job, "GET sso/{client_id} (admin)", path);
        let answer = self.call(&call).await?;
        let body = self.json(job, &answer)?;
        let named = body["client_id"].as_str();
        if named != Some(client_id) {
            let named = self.clean(named.unwrap_or("nothing"));
            let what = format!("it speaks of client id {named}, not of {client_id}");
            return Err(AdminError::Unexpected { job, what });
        }
        let path = self.path_of(&self.routes.metadata, client_id, job)?;
        let call = Call {
            accept: "application/xml, text/xml;q=0.9",
            ..Call::read(job, "GET sso/{client_id}/metadata (admin)", path)
        };
        let metadata = match self.call(&call).await {
            Ok(answer) => Some(answer.body),
            Err(AdminError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(Some(SsoState {
            client_id: client_id.to_owned(),
            domains: domains(&body).unwrap_or_default(),
            metadata,
            uploaded: time(&body, "uploaded_at"),
            verified: body["verified"].as_bool().unwrap_or_default(),
        }))
    }

    async fn upload_metadata(&self, client_id: &str, xml: &[u8]) -> Result<(), AdminError> {
        let job = Job::UploadMetadata;
        let path = self.path_of(&self.routes.metadata, client_id, job)?;
        let call = Call {
            method: Method::PUT,
            body: Some(("application/xml", xml.to_vec())),
            ..Call::read(job, "PUT sso/{client_id}/metadata (admin)", path)
        };
        self.call(&call).await.map(drop)
    }
}

fn domains(body: &Value) -> Option<Vec<String>> {
    let list = body["email_domains"].as_array()?;
    let texts = list.iter().filter_map(Value::as_str);
    Some(texts.map(|text| fold(text).into_owned()).collect())
}

fn time(body: &Value, name: &str) -> Option<Timestamp> {
    body[name].as_str()?.parse().ok()
}
