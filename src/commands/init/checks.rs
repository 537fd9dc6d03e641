//! What can be tried of a profile before it is saved: the exports, the address, the secrets that
//! are there already, the clock.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap};
use reqwest::{Method, Url};

use super::answers::Answers;
use crate::config::{self, Found, Need, Profile};
use crate::context::{self, Context, MINUTE};
use crate::error::{Error, Exit};
use crate::model::Completeness;
use crate::model::checkup::Verdict;
use crate::model::finding::Severity;
use crate::net::{HttpClient, HttpSettings, Request, Safety};
use crate::output::ProfileCheck;
use crate::secret::SecretKind;
use crate::verkada::scim::{ScimClient, ScimSettings};

/// A clock that is off by more than this makes dates and tokens wrong, in seconds.
const SKEW: i64 = 120;

/// Tries everything that can be tried.
pub(super) async fn run(
    context: &Context<'_>,
    profile: &Profile,
    answers: &Answers,
) -> Vec<ProfileCheck> {
    let mut checks = Vec::new();
    if profile.atrium.http.is_none() {
        checks.push(files(profile));
        checks.extend(undecided(answers));
    }
    checks.extend(reach(profile).await);
    if let Some(found) = secret(context, profile, SecretKind::ScimToken, &mut checks) {
        checks.push(token(profile, found).await);
    }
    if let Some(found) = secret(context, profile, SecretKind::ApiKey, &mut checks) {
        checks.push(key(profile, found).await);
    }
    if profile.atrium.http.is_some()
        && let Some(found) = secret(context, profile, SecretKind::Atrium, &mut checks)
    {
        checks.push(interface(profile, found).await);
    }
    checks
}

/// Looks for a secret where every command does, without asking anybody. What is missing is a check
/// of its own.
fn secret(
    context: &Context<'_>,
    profile: &Profile,
    kind: SecretKind,
    checks: &mut Vec<ProfileCheck>,
) -> Option<Found> {
    let name = &profile.name.value;
    let found = context.with_places(name, &profile.secret_files, |places| {
        config::find_secret(kind, Need::Optional, places, &mut std::io::stdin())
    });
    match found {
        Ok(Some(found)) => return Some(found),
        Ok(None) => checks.push(ProfileCheck {
            name: kind.word(),
            verdict: Verdict::Warning,
            message: match kind {
                SecretKind::ApiKey => "there is no API key, so cards are not covered".to_owned(),
                _ => format!("there is no {} yet", kind.name()),
            },
            remedy: format!(
                "atriumctl auth set {} --profile {name}, or set {}",
                kind.word(),
                kind.variable()
            ),
        }),
        Err(error) => checks.push(failed(kind.word(), &error)),
    }
    None
}

fn hints(error: &Error) -> String {
    error.hints.join("; ")
}

fn fine(name: &'static str, message: String) -> ProfileCheck {
    ProfileCheck {
        name,
        verdict: Verdict::Ok,
        message,
        remedy: String::new(),
    }
}

fn failed(name: &'static str, error: &Error) -> ProfileCheck {
    ProfileCheck {
        name,
        verdict: Verdict::Failure,
        message: error.to_string(),
        remedy: hints(error),
    }
}

/// Whether the exports can be read, whole.
fn files(profile: &Profile) -> ProfileCheck {
    let survey = context::file_source(profile).and_then(|source| {
        let survey = source.check(true);
        survey.map_err(|error| Error::new(error.exit(), error))
    });
    let survey = match survey {
        Ok(survey) => survey,
        Err(error) => return failed("exports", &error),
    };
    let refused = survey.findings.of(Severity::Refused);
    let left_out = survey.findings.of(Severity::LeftOut);
    let first = survey.findings.kept().first();
    let first = first.map_or_else(String::new, |finding| format!(": {finding}"));
    let read = format!(
        "{} people, {} access groups and {} ids can be read",
        survey.people, survey.groups, survey.credentials
    );
    let (verdict, message) = if refused > 0 {
        (
            Verdict::Failure,
            format!("the exports can't be used{first}"),
        )
    } else if left_out > 0 {
        let rows = match left_out {
            1 => "1 row or id is".to_owned(),
            count => format!("{count} rows or ids are"),
        };
        (Verdict::Warning, format!("{read}; {rows} left out{first}"))
    } else {
        return fine("exports", read);
    };
    ProfileCheck {
        name: "exports",
        verdict,
        message,
        remedy: "atriumctl source check names everything".to_owned(),
    }
}

/// What is in the data and was not decided.
fn undecided(answers: &Answers) -> Option<ProfileCheck> {
    fn open<T>(list: &[(String, Option<T>)]) -> impl Iterator<Item = String> + '_ {
        let open = list.iter().filter(|(_, decided)| decided.is_none());
        open.map(|(name, _)| format!("\"{name}\""))
    }
    let lists = [
        ("statuses", open(&answers.person_status).collect::<Vec<_>>()),
        ("id types", open(&answers.id_types).collect()),
        ("card statuses", open(&answers.id_status).collect()),
    ];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
    let told: Vec<String> = lists
        .map(|(what, names)| format!("{what} {}", names.join(", ")))
        .collect();
    (!told.is_empty()).then(|| ProfileCheck {
        name: "meanings",
        verdict: Verdict::Warning,
        message: format!("not decided, so left alone: {}", told.join("; ")),
        remedy:
            "they stand as comments in the profile; or say it with --person-status, --id-type, \
                 --id-status"
                .to_owned(),
    })
}

/// Whether anything answers at the SCIM address, and what time it is there. No secret is sent.
async fn reach(profile: &Profile) -> Vec<ProfileCheck> {
    const NAME: &str = "scim-address";
    let base = &profile.command.scim_url.value;
    let remedy = "look at the region or address, the network and any proxy";
    let check = |verdict, message: String| ProfileCheck {
        name: NAME,
        verdict,
        message,
        remedy: match verdict {
            Verdict::Ok => String::new(),
            _ => remedy.to_owned(),
        },
    };
    let answer = async {
        let url = Url::parse(&format!("{base}/ServiceProviderConfig"))
            .map_err(|error| error.to_string())?;
        let settings = HttpSettings {
            timeout: Duration::from_secs(15),
            max_retries: 1,
            ..HttpSettings::default()
        };
        let client = HttpClient::new(settings).map_err(|error| error.to_string())?;
        let request = Request {
            method: Method::GET,
            url,
            endpoint: "GET /ServiceProviderConfig",
            safety: Safety::Idempotent,
            headers: &HeaderMap::new(),
            body: None,
        };
        client
            .send(&request)
            .await
            .map_err(|error| error.to_string())
    };
    let answer = match answer.await {
        Ok(answer) => answer,
        Err(why) => {
            return vec![check(
                Verdict::Failure,
                format!("{base} does not answer: {why}"),
            )];
        }
    };
    let mut checks = vec![match answer.status {
        200..=299 => check(Verdict::Ok, format!("{base} answers")),
        401 | 403 => check(Verdict::Ok, format!("{base} answers, and asks for a token")),
        status => check(
            Verdict::Warning,
            format!("{base} answers with status {status}, which no SCIM interface should"),
        ),
    }];
    let date = answer.header(&DATE);
    let there = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    if let Some(there) = there {
        let ahead = Timestamp::now().as_second() - there.timestamp().as_second();
        checks.push(clock(ahead));
    }
    checks
}

/// What a clock that is so many seconds ahead of Command's means.
fn clock(ahead: i64) -> ProfileCheck {
    if ahead.abs() <= SKEW {
        return fine("clock", "the clock agrees with Command's".to_owned());
    }
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    ProfileCheck {
        name: "clock",
        verdict: Verdict::Warning,
        message: format!("the clock is {} seconds {side} Command's", ahead.abs()),
        remedy: "set the clock, best by NTP: dates of membership and tokens depend on it"
            .to_owned(),
    }
}

/// Whether the token is taken: by a search for one user.
async fn token(profile: &Profile, found: Found) -> ProfileCheck {
    let origin = found.secret.origin().to_string();
    let settings = ScimSettings {
        http: HttpSettings {
            timeout: Duration::from_secs(15),
            max_retries: 1,
            ..HttpSettings::default()
        },
        ..ScimSettings::default()
    };
    let domain = profile.command.email_domains.first();
    // A name under which nobody is: it is about the answer, not about somebody.
    let nobody = format!(
        "nobody@{}",
        domain.map_or("invalid.example", String::as_str)
    );
    let client = ScimClient::new(&profile.command.scim_url.value, found.secret, settings);
    let asked = match client {
        Ok(client) => client.find_users_by_email(&nobody).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match asked {
        Ok(()) => fine(
            "scim-token",
            format!("the SCIM token (from {origin}) is taken: users can be read"),
        ),
        Err(error) => failed("scim-token", &context::scim_error(error, profile)),
    }
}

/// Whether the API key is taken.
async fn key(profile: &Profile, found: Found) -> ProfileCheck {
    const NAME: &str = "api-key";
    let origin = found.secret.origin().to_string();
    let answer = match context::rest_client(profile, found.secret, MINUTE) {
        Ok(Some(client)) => client.access_groups().await,
        Ok(None) => {
            let error = Error::message(Exit::Usage, "it is not said where the API of the key is");
            return failed(NAME, &error.hint("set --api-url"));
        }
        Err(error) => return failed(NAME, &error),
    };
    match answer {
        Ok(_) => fine(NAME, format!("the API key (from {origin}) is taken")),
        Err(error) => failed(NAME, &context::rest_error(error, profile)),
    }
}

/// Whether Atrium's interface answers as the profile describes it.
async fn interface(profile: &Profile, found: Found) -> ProfileCheck {
    const NAME: &str = "atrium";
    let source = match context::source(profile, Some(found.secret)) {
        Ok(source) => source,
        Err(error) => return failed(NAME, &error),
    };
    let looked = match source.look().await {
        Ok(looked) => looked,
        Err(error) => return failed(NAME, &Error::new(error.exit(), error)),
    };
    let problem = match (&looked.problem, &looked.look.roster.completeness) {
        (Some(problem), _) => problem.to_string(),
        (None, Completeness::Partial(why)) => why.clone(),
        (None, Completeness::Whole) => {
            let people = looked.look.roster.people.len();
            return fine(NAME, format!("{people} people can be read from Atrium"));
        }
    };
    ProfileCheck {
        name: NAME,
        verdict: Verdict::Failure,
        message: problem,
        remedy:
            "the lines of [atrium.http] say where everything is; source test shows what is seen"
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_off_a_little() {
        for (ahead, verdict, word) in [
            (0, Verdict::Ok, "agrees"),
            (120, Verdict::Ok, "agrees"),
            (-121, Verdict::Warning, "121 seconds behind"),
            (4000, Verdict::Warning, "ahead of"),
        ] {
            let check = clock(ahead);
            assert_eq!(check.verdict, verdict, "{ahead}");
            assert!(check.message.contains(word), "{}", check.message);
        }
    }
}
