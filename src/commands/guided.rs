//! The adapter of the admin port in which a person uses Command's console, step by step, and what
//! comes of it is proven on the wire where that is possible.
//!
//! The names are those of Command's pages
//! (<https://help.verkada.com/command/security/identity-providers/scim-token-management> and
//! <https://help.verkada.com/command/security/identity-providers>).

use std::path::PathBuf;

use crate::commands::token::connection;
use crate::config;
use crate::context::clock;
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::output::{self, Ui};
use crate::secret::{Secret, SecretKind};
use crate::verkada::admin::{AdminError, AdminPort, Job, NewToken, ScimState, SsoState, TokenWish};
use crate::verkada::scim::{Manner, Question, ScimClient, ScimError, ScimSettings};

/// Where Command's console is.
pub(super) const CONSOLE: &str = "https://command.verkada.com";

/// How often a token that can't be one may be entered.
const ATTEMPTS: u32 = 3;

/// The port by hand.
pub(super) struct GuidedPort<'a> {
    /// The terminal.
    pub(super) ui: &'a Ui,
    /// Where a token is tried.
    pub(super) scim_url: String,
    /// The token, if it was made already.
    pub(super) made: Option<Secret>,
    /// The metadata file's name in the steps.
    pub(super) metadata_file: Option<PathBuf>,
}

impl GuidedPort<'_> {
    /// A question has no answer: what was done in the console by then is not known.
    fn unanswered(job: Job, error: &Error) -> AdminError {
        match error.exit {
            Exit::Interrupted => AdminError::Interrupted { job },
            _ => AdminError::BrokenOff {
                job,
                why: error.to_string(),
            },
        }
    }

    /// Shows the steps, and opens the console if that is wanted.
    fn guide(&self, job: Job, steps: &[String]) -> Result<(), AdminError> {
        if !self.ui.can_prompt() {
            return Err(AdminError::NeedsTerminal(job));
        }
        output::steps(
            self.ui,
            "In Command's console, as an organization admin:",
            steps,
        );
        let question = format!("Open {CONSOLE} in the browser now?");
        let wanted = self.ui.confirm(&question);
        if wanted.map_err(|error| Self::unanswered(job, &error))?
            && open::that_detached(CONSOLE).is_err()
        {
            let told = format!("no browser could be started: open {CONSOLE} yourself");
            self.ui.warning(&told);
        }
        Ok(())
    }

    /// The new token: the one that was made already, or typed at a hidden prompt. It is taken only
    /// once Command has answered to it, if Command can be asked.
    async fn token(&self, job: Job, steps: &[String]) -> Result<Secret, AdminError> {
        let refused = |why| AdminError::TokenRefused { job, why };
        if let Some(token) = &self.made {
            return match self.check(token).await? {
                None => Ok(token.clone()),
                Some(why) => Err(refused(why)),
            };
        }
        self.guide(job, steps)?;
        let mut attempt = 1;
        loop {
            let typed = self
                .ui
                .ask_secret("The new token (what you paste does not show)");
            let token = typed.map_err(|error| Self::unanswered(job, &error))?;
            let fits = config::check_secret(SecretKind::ScimToken, &token, "what was typed");
            let problem = match fits {
                Ok(()) => match self.check(&token).await? {
                    None => return Ok(token),
                    Some(why) => Error::message(Exit::Authentication, why),
                },
                Err(error) => error,
            };
            if attempt == ATTEMPTS {
                return Err(refused(problem.to_string()));
            }
            attempt += 1;
            self.ui.warning(&problem.to_string());
            for hint in &problem.hints {
                self.ui.hint(hint);
            }
        }
    }

    /// Tries a token with the call of Okta's connection test, and says what is wrong with it. That
    /// Command can't be reached says nothing against a token.
    async fn check(&self, token: &Secret) -> Result<Option<String>, AdminError> {
        let settings = ScimSettings {
            http: HttpSettings {
                max_retries: 2,
                ..HttpSettings::default()
            },
            ..ScimSettings::default()
        };
        let question = Question {
            path: "/Users",
            query: "startIndex=1&count=2",
            manner: Manner::Readable,
        };
        let looked = match ScimClient::new(&self.scim_url, token.clone(), settings) {
            Ok(client) => client.look(question).await,
            Err(error) => Err(error),
        };
        match looked {
            Ok(look) if matches!(look.status, 401 | 403) => Ok(Some(format!(
                "Command refuses this token ({}): copy it once more, whole; it is shown until the \
                 page is loaded anew",
                look.status
            ))),
            Ok(look) => {
                let (exit, words) = connection(&look);
                if exit != Exit::Done {
                    // Nothing against the token: another address may be wrong, or Command be ill.
                    let told = format!("the token could not be tried: {words}");
                    self.ui.warning(&told);
                }
                Ok(None)
            }
            Err(ScimError::Setup(error)) => Err(AdminError::Setup(error)),
            Err(error) => {
                let told = format!("the token could not be tried: {error}");
                self.ui.warning(&told);
                Ok(None)
            }
        }
    }
}

fn sign_in() -> Vec<String> {
    vec![
        format!("Open {CONSOLE} and sign in as an organization admin."),
        "Go to Admin → Login & Access → SCIM Users Provisioning.".to_owned(),
    ]
}

impl AdminPort for GuidedPort<'_> {
    async fn scim(&self) -> Result<Option<ScimState>, AdminError> {
        Ok(None)
    }

    async fn generate_token(&self, wish: &TokenWish) -> Result<NewToken, AdminError> {
        let mut steps = sign_in();
        let domains = wish.domains.join(", ");
        steps.push(format!(
            "Under the email domains choose Add, and add until there are exactly these: {domains}."
        ));
        let invites = if wish.invites { "on" } else { "off" };
        steps.push(format!("Switch Send Email Invites {invites}."));
        steps.push(
            "Adding a domain makes the token; if there is one already, choose Refresh and confirm \
             the warning."
                .to_owned(),
        );
        steps.push(
            "Copy the token. It is shown once, and gone when the page is loaded anew.".to_owned(),
        );
        let token = self.token(Job::GenerateToken, &steps).await?;
        Ok(NewToken {
            token,
            domains: Some(wish.domains.clone()),
            invites: Some(wish.invites),
            made: clock(),
        })
    }

    async fn refresh_token(&self) -> Result<NewToken, AdminError> {
        let mut steps = sign_in();
        steps.push("Choose Refresh beside the token, and confirm the warning.".to_owned());
        steps.push(
            "Copy the token. It is shown once, and gone when the page is loaded anew.".to_owned(),
        );
        let token = self.token(Job::RefreshToken, &steps).await?;
        Ok(NewToken {
            token,
            domains: None,
            invites: None,
            made: clock(),
        })
    }

    async fn sso(&self, _client_id: &str) -> Result<Option<SsoState>, AdminError> {
        Ok(None)
    }

    async fn upload_metadata(&self, client_id: &str, _xml: &[u8]) -> Result<(), AdminError> {
        let job = Job::UploadMetadata;
        let file = match &self.metadata_file {
            Some(path) => path.display().to_string(),
            None => "the file that was checked".to_owned(),
        };
        let steps = [
            format!("Open {CONSOLE} and sign in as an organization admin."),
            "Go to Admin → Login & Access → Single Sign-On (SSO).".to_owned(),
            format!("Choose the pencil beside the configuration with the client id {client_id}."),
            "If it has no email domain yet, choose Add and add it: without one nothing is \
             validated."
                .to_owned(),
            format!("Under Identity Provider XML Metadata choose Upload New XML, and take {file}."),
            "Choose Verify Metadata, then Run Login Test.".to_owned(),
        ];
        self.guide(job, &steps)?;
        let done = self
            .ui
            .confirm("Is it uploaded, and did the login test pass?");
        match done.map_err(|error| Self::unanswered(job, &error))? {
            true => Ok(()),
            false => Err(AdminError::BrokenOff {
                job,
                why: "you said that it is not done".to_owned(),
            }),
        }
    }
}
