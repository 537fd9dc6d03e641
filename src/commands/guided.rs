//! The adapter of the admin port in which a person uses Command's console, step by step, and what
//! comes of it is proven on the wire where that is possible.
//!
//! The names are those of Command's pages
//! (<https://help.verkada.com/command/security/identity-providers/scim-token-management> and
//! <https://help.verkada.com/command/security/identity-providers>).

use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;

use crate::commands::token::connection;
use crate::context::clock;
use crate::error::{Error, Exit};
use crate::net::HttpSettings;
use crate::output::{self, Ui};
use crate::secret::{Origin, Secret};
use crate::verkada::admin::{AdminError, AdminPort, Job, NewToken, ScimState, SsoState, TokenWish};
use crate::verkada::scim::{Manner, Question, ScimClient, ScimError, ScimSettings};

/// Where Command's console is.
pub(super) const CONSOLE: &str = "https://command.verkada.com";

/// How often a token that can't be one may be entered.
const ATTEMPTS: u32 = 3;

/// No token is near this length, in bytes; another file was named by mistake.
const LONGEST: u64 = 16 * 1024;

/// Who has made the token already, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenFile {
    /// In a file.
    Path(PathBuf),
    /// On standard input.
    Stdin,
}

impl From<&PathBuf> for TokenFile {
    fn from(path: &PathBuf) -> Self {
        match path.as_path() == Path::new("-") {
            true => TokenFile::Stdin,
            false => TokenFile::Path(path.clone()),
        }
    }
}

/// The port by hand.
pub(super) struct GuidedPort<'a> {
    /// The terminal.
    pub(super) ui: &'a Ui,
    /// Where a token is tried.
    pub(super) scim_url: String,
    /// Where the token is, if it was made already.
    pub(super) token_file: Option<TokenFile>,
    /// The metadata file's name in the steps.
    pub(super) metadata_file: Option<PathBuf>,
}

impl GuidedPort<'_> {
    fn broken_off(job: Job, error: &Error) -> AdminError {
        AdminError::BrokenOff {
            job,
            why: error.to_string(),
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
        if wanted.map_err(|error| Self::broken_off(job, &error))?
            && open::that_detached(CONSOLE).is_err()
        {
            let told = format!("no browser could be started: open {CONSOLE} yourself");
            self.ui.warning(&told);
        }
        Ok(())
    }

    /// The new token: from the file, or typed at a hidden prompt. It is taken only once Command
    /// has answered to it, if Command can be asked.
    async fn token(&self, job: Job, steps: &[String]) -> Result<Secret, AdminError> {
        if let Some(file) = &self.token_file {
            let token = read(file).map_err(|why| AdminError::BrokenOff { job, why })?;
            return match self.check(&token).await {
                Ok(()) => Ok(token),
                Err(why) => Err(AdminError::BrokenOff { job, why }),
            };
        }
        self.guide(job, steps)?;
        let mut problem = String::new();
        for _ in 0..ATTEMPTS {
            let typed = self
                .ui
                .ask_secret("The new token (what you paste does not show)");
            let typed = typed.map_err(|error| Self::broken_off(job, &error))?;
            let checked = match bare(typed.expose()) {
                Ok(token) => {
                    let token = Secret::new(token, Origin::Prompt);
                    self.check(&token).await.map(|()| token)
                }
                Err(why) => Err(why.to_owned()),
            };
            match checked {
                Ok(token) => return Ok(token),
                Err(why) => {
                    self.ui.warning(&why);
                    problem = why;
                }
            }
        }
        Err(AdminError::BrokenOff { job, why: problem })
    }

    /// Tries a token with the call of Okta's connection test. That Command can't be reached says
    /// nothing against a token.
    async fn check(&self, token: &Secret) -> Result<(), String> {
        let settings = ScimSettings {
            http: HttpSettings {
                max_retries: 2,
                ..HttpSettings::default()
            },
            ..ScimSettings::default()
        };
        let client = ScimClient::new(&self.scim_url, token.clone(), settings)
            .map_err(|error| error.to_string())?;
        let question = Question {
            path: "/Users",
            query: "startIndex=1&count=2",
            manner: Manner::Readable,
        };
        match client.look(question).await {
            Ok(look) if matches!(look.status, 401 | 403) => Err(format!(
                "Command refuses this token ({}): copy it once more, whole; it is shown until the \
                 page is loaded anew",
                look.status
            )),
            Ok(look) => {
                let (exit, words) = connection(&look);
                if exit != Exit::Done {
                    // Nothing against the token: another address may be wrong, or Command be ill.
                    let told = format!("the token could not be tried: {words}");
                    self.ui.warning(&told);
                }
                Ok(())
            }
            Err(error @ ScimError::Setup(_)) => Err(error.to_string()),
            Err(error) => {
                let told = format!("the token could not be tried: {error}");
                self.ui.warning(&told);
                Ok(())
            }
        }
    }
}

/// A token as it was pasted, without what often comes along.
///
/// # Errors
/// What is wrong with it. The token is not repeated.
pub(super) fn bare(text: &str) -> Result<&str, &'static str> {
    let text = text.trim();
    let unquoted = text.trim_matches(['"', '\'', '`', '“', '”', '‘', '’']);
    if unquoted.len() != text.len() {
        return Err("the token has quotes around it: enter it without them");
    }
    let scheme = text.split_at_checked(6).filter(|(word, rest)| {
        word.eq_ignore_ascii_case("bearer") && rest.starts_with(char::is_whitespace)
    });
    if scheme.is_some() || text.eq_ignore_ascii_case("bearer") {
        return Err("the token has `Bearer` in front of it: enter it without that word");
    }
    if text.is_empty() {
        return Err("no token was entered");
    }
    if text.contains(char::is_whitespace) {
        return Err("the token has blanks or line ends in it: copy it once more, on one line");
    }
    // RFC 6750, section 2.1.
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("the token has characters that no token has: copy it once more");
    }
    Ok(text)
}

fn read(file: &TokenFile) -> Result<Secret, String> {
    let mut text = Zeroizing::new(String::new());
    let (name, origin, read) = match file {
        TokenFile::Stdin => {
            let read = std::io::stdin()
                .lock()
                .take(LONGEST)
                .read_to_string(&mut text);
            ("standard input".to_owned(), Origin::StandardInput, read)
        }
        TokenFile::Path(path) => {
            let read = std::fs::File::open(path)
                .and_then(|file| file.take(LONGEST).read_to_string(&mut text));
            (path.display().to_string(), Origin::File(path.clone()), read)
        }
    };
    read.map_err(|error| format!("can't read the token from {name}: {error}"))?;
    match bare(&text) {
        Ok(token) => Ok(Secret::new(token, origin)),
        Err(why) => Err(format!("{name}: {why}")),
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
        match done.map_err(|error| Self::broken_off(job, &error))? {
            true => Ok(()),
            false => Err(AdminError::BrokenOff {
                job,
                why: "you said that it is not done".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_along_with_a_token_has_its_own_message() {
        for (text, expected) in [
            (" abc123 \n", Ok("abc123")),
            ("Bearertoken", Ok("Bearertoken")),
            ("Bearer abc", Err("`Bearer` in front")),
            ("bearer\tabc", Err("`Bearer` in front")),
            ("Bearer", Err("`Bearer` in front")),
            ("\"abc\"", Err("quotes")),
            ("'abc", Err("quotes")),
            ("“abc”", Err("quotes")),
            ("abc def", Err("blanks")),
            ("abc\ndef", Err("blanks")),
            ("", Err("no token")),
            ("äbc", Err("characters")),
            ("a\u{1b}b", Err("characters")),
        ] {
            match (bare(text), expected) {
                (Ok(token), Ok(wanted)) => assert_eq!(token, wanted),
                (Err(why), Err(part)) => assert!(why.contains(part), "{text:?}: {why}"),
                (got, _) => panic!("{text:?}: {got:?}"),
            }
        }
    }
}
