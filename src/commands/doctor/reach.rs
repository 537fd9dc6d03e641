//! Whether each host answers: name, connection, time; what stands between; and what time it says
//! it is. The requests carry no secret.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};
use reqwest::{Method, Url};

use crate::config::{Profile, Setting};
use crate::context::Context;
use crate::model::checkup::{Area, Check, Fault};
use crate::net::{HttpClient, HttpSettings, NetError, Request, Safety};
use crate::output;

/// How long a name may take to be found, and a connection to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long the answer may take.
pub(super) const ANSWER: Duration = Duration::from_secs(15);

/// An answer that takes longer is slow.
const SLOW: Duration = Duration::from_secs(3);

/// A clock that is off by no more than this is as good as right.
const CLOCK_NEAR: SignedDuration = SignedDuration::from_secs(30);

/// By more than this, first and last days are judged wrongly and signed tokens are refused.
const CLOCK_FAR: SignedDuration = SignedDuration::from_mins(5);

/// What was seen.
pub(super) struct Reached {
    hosts: Vec<Host>,
    /// Proxy variables that are set, without their values, which may hold passwords.
    proxies: Vec<&'static str>,
}

/// A host.
struct Host {
    code: &'static str,
    /// What is there.
    names: Vec<&'static str>,
    /// Scheme, name and port.
    origin: String,
    is_secured: bool,
    is_commands: bool,
    outcome: Result<Answer, String>,
}

#[derive(Clone, Copy)]
struct Answer {
    status: u16,
    took: Duration,
    /// By how much this machine's clock is ahead.
    ahead: Option<SignedDuration>,
}

/// The variables that lead requests through a proxy.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// What Okta says of an organization to everybody, without any right
/// (<https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/>).
const OKTA_METADATA: &str = "/.well-known/okta-organization";

/// Asks each host once.
pub(super) async fn gather(context: &Context<'_>, profile: &Profile) -> Reached {
    let set = |name: &&'static str| context.layers.variable(name).is_some();
    let proxies: Vec<&'static str> = PROXIES.iter().copied().filter(set).collect();
    let is_proxied = proxies
        .iter()
        .any(|name| !name.eq_ignore_ascii_case("NO_PROXY"));
    let command = &profile.command;
    let api = command.api_url.as_ref().map(|url| url.value.as_str());
    let atrium = profile
        .atrium
        .http
        .as_ref()
        .map(|http| http.shape.url.as_str());
    let okta = profile.okta.org.as_ref();
    let okta = okta.map(|org| format!("{}{OKTA_METADATA}", org.value.trim_end_matches('/')));
    let addresses = [
        (
            "scim-host",
            "SCIM",
            Some(command.scim_url.value.as_str()),
            true,
        ),
        ("api-host", "API", api, true),
        ("atrium-host", "Atrium", atrium, false),
        ("okta-host", "Okta", okta.as_deref(), false),
    ];
    let mut hosts: Vec<Host> = Vec::new();
    for (code, name, address, is_commands) in addresses {
        let Some(url) = address.and_then(|address| Url::parse(address).ok()) else {
            continue;
        };
        let origin = url.origin().ascii_serialization();
        if let Some(host) = hosts.iter_mut().find(|host| host.origin == origin) {
            host.names.push(name);
            continue;
        }
        let is_secured = url.scheme() == "https";
        hosts.push(Host {
            code,
            names: vec![name],
            is_secured,
            is_commands,
            outcome: ask(&url, is_secured && is_proxied).await,
            origin,
        });
    }
    Reached { hosts, proxies }
}

/// How many requests were sent to Command.
pub(super) fn sent(reached: &Reached) -> u64 {
    reached.hosts.iter().filter(|host| host.is_commands).count() as u64
}

async fn ask(url: &Url, is_proxied: bool) -> Result<Answer, String> {
    if !is_proxied {
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_or_known_default().unwrap_or(443);
        let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((host, port))).await;
        match found {
            Err(_) => return Err(format!("the name {host} was not found in time")),
            Ok(Err(error)) => return Err(format!("the name {host} was not found: {error}")),
            Ok(Ok(_)) => {}
        }
    }
    let client = HttpClient::new(HttpSettings {
        timeout: ANSWER,
        connect_timeout: CONNECT,
        max_retries: 0,
        max_body: 1 << 20,
        ..HttpSettings::default()
    });
    let client = client.map_err(|error| error.to_string())?;
    let headers = HeaderMap::new();
    let request = Request {
        method: Method::GET,
        url: url.clone(),
        endpoint: "GET",
        safety: Safety::Idempotent,
        headers: &headers,
        body: None,
    };
    let since = Instant::now();
    match client.send(&request).await {
        Ok(answer) => {
            let date = answer.header(&DATE);
            let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
            Ok(Answer {
                status: answer.status,
                took: since.elapsed(),
                ahead: date.map(|date| Timestamp::now().duration_since(date.timestamp())),
            })
        }
        // It answered, and more than anybody needs.
        Err(NetError::TooLarge { .. }) => Ok(Answer {
            status: 200,
            took: since.elapsed(),
            ahead: None,
        }),
        Err(error) => Err(error.to_string()),
    }
}

/// Judges what was seen.
pub(super) fn judge(reached: &Reached) -> Vec<Check> {
    let mut checks: Vec<Check> = reached.hosts.iter().map(host).collect();
    let proxies = reached.proxies.join(", ");
    checks.push(if proxies.is_empty() {
        Check::ok(Area::Reach, "proxy", "no proxy variable is set")
    } else {
        let evidence = format!("in force for https: {proxies}");
        Check::ok(Area::Reach, "proxy", evidence)
    });
    let ahead = reached.hosts.iter().filter(|host| host.is_commands);
    let ahead = ahead
        .filter_map(|host| host.outcome.as_ref().ok()?.ahead)
        .next();
    checks.push(clock(ahead));
    checks
}

fn host(host: &Host) -> Check {
    let names = host.names.join(" and ");
    let origin = &host.origin;
    let answer = match &host.outcome {
        Ok(answer) => answer,
        Err(why) => {
            let evidence = format!("{names}: {origin} can't be reached: {why}");
            if host.code == "okta-host" {
                // No sync needs it.
                let check = Check::warning(Area::Reach, host.code, evidence);
                return check.remedy(remedy(why));
            }
            let check = Check::failure(Area::Reach, host.code, Fault::Unreachable, evidence);
            return check.remedy(remedy(why));
        }
    };
    let secured = match host.is_secured {
        true => "over TLS",
        false => "on this machine, without TLS",
    };
    let evidence = format!("{names}: {origin} answers {secured}");
    let details = [format!(
        "answered {} after {} ms",
        answer.status,
        answer.took.as_millis()
    )];
    if answer.status >= 500 {
        let evidence = format!("{names}: {origin} answers {}", answer.status);
        let remedy = "try again later; if it stays so, ask whoever runs the host";
        return Check::warning(Area::Reach, host.code, evidence).remedy(remedy);
    }
    if answer.took > SLOW {
        let evidence = format!("{evidence}, after {} seconds", answer.took.as_secs());
        let remedy = "look at the network and at proxies between; syncs will be slow";
        return Check::warning(Area::Reach, host.code, evidence).remedy(remedy);
    }
    Check::ok(Area::Reach, host.code, evidence).details(details)
}

/// What to do where something other than the interface that was asked answers, or nothing at all.
pub(super) fn check_address(name: &str, address: &Setting<String>) -> String {
    let Setting { value, origin } = address;
    format!(
        "check the {name} address, {value} ({origin}), and the network between; if both are as they \
         should be, try again later"
    )
}

fn remedy(why: &str) -> &'static str {
    let why = why.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if says(&["certificate", "unknownissuer", "handshake", "tls"]) {
        "look whether something between reads TLS (its certificate authority must be known to this \
         machine), and at this machine's clock"
    } else if says(&["name", "dns", "lookup"]) {
        "check the host in the address for a typing error, and this machine's name servers"
    } else if says(&["proxy"]) {
        "check HTTPS_PROXY and NO_PROXY"
    } else {
        "check the address, the network, and that the firewall lets this machine out; behind a \
         proxy set HTTPS_PROXY"
    }
}

fn clock(ahead: Option<SignedDuration>) -> Check {
    let Some(ahead) = ahead else {
        return Check::not_looked(Area::Reach, "clock", "no answer said what time it is");
    };
    let off = ahead.abs();
    if off <= CLOCK_NEAR {
        return Check::ok(
            Area::Reach,
            "clock",
            "this machine's clock agrees with Command's",
        );
    }
    let direction = if ahead.is_negative() {
        "behind"
    } else {
        "ahead of"
    };
    let off_text = output::duration(off.unsigned_abs().as_secs());
    let evidence = format!("this machine's clock is {off_text} {direction} Command's");
    let remedy = "set the clock: people's first and last days are judged by it";
    if off > CLOCK_FAR {
        let check = Check::failure(Area::Reach, "clock", Fault::Other, evidence);
        return check.remedy(remedy);
    }
    Check::warning(Area::Reach, "clock", evidence).remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_how_far_it_is_off() {
        for (seconds, state) in [
            (0, "ok"),
            (30, "ok"),
            (-30, "ok"),
            (31, "warning"),
            (-300, "warning"),
            (301, "failure"),
            (-86_400, "failure"),
        ] {
            let check = clock(Some(SignedDuration::from_secs(seconds)));
            assert_eq!(check.state.word(), state, "{seconds}");
        }
        assert_eq!(clock(None).state.word(), "not-looked-at");
        let check = clock(Some(SignedDuration::from_secs(-600)));
        assert!(check.evidence.contains("10 minutes behind"), "{check:?}");
    }

    #[test]
    fn each_way_of_not_answering_has_its_remedy() {
        for (why, word) in [
            ("the name h was not found: x", "typing error"),
            (
                "no connection: invalid peer certificate: UnknownIssuer",
                "certificate authority",
            ),
            ("no connection: connection refused", "firewall"),
            ("no connection: proxy refused", "HTTPS_PROXY and"),
        ] {
            assert!(remedy(why).contains(word), "{why}: {}", remedy(why));
        }
    }

    #[test]
    fn a_host_is_judged_by_its_answer() {
        let seen = |outcome| Host {
            code: "scim-host",
            names: vec!["SCIM", "API"],
            origin: "https://h".to_owned(),
            is_secured: true,
            is_commands: true,
            outcome,
        };
        let answer = |status, seconds| {
            Ok(Answer {
                status,
                took: Duration::from_secs(seconds),
                ahead: None,
            })
        };
        for (outcome, state) in [
            (answer(401, 0), "ok"),
            (answer(404, 1), "ok"),
            (answer(503, 0), "warning"),
            (answer(200, 9), "warning"),
            (Err("no connection".to_owned()), "failure"),
        ] {
            let check = host(&seen(outcome));
            assert_eq!(check.state.word(), state, "{check:?}");
            assert!(check.evidence.starts_with("SCIM and API: https://h"));
        }
        // Without Okta every sync works.
        let okta = Host {
            code: "okta-host",
            ..seen(Err("no connection".to_owned()))
        };
        assert_eq!(host(&okta).state.word(), "warning");
    }
}
