//! `token domains`: the email domains of Atrium's people, and which of them the token is not for.

use std::collections::BTreeMap;

use super::status::{ask_port, attempt, note, words};
use crate::commands::interrupt::Interrupt;
use crate::config::{Need, Profile};
use crate::context::{Context, TokenDomains, runtime, token_domains};
use crate::error::{Error, Exit};
use crate::ledger::{Access, Ledger};
use crate::model::Completeness;
use crate::model::domain::{Domain, is_among};
use crate::model::fold::{email_domain, same_folded};
use crate::model::roster::{Person, Roster};
use crate::model::rules::Meaning;
use crate::output::{self, DomainRow, DomainsReport, Outsider};
use crate::secret::SecretKind;
use crate::source::Source;

/// Runs the command.
pub(super) fn run(context: &Context<'_>) -> Result<Exit, Error> {
    let ui = &context.ui;
    let reach = context.reach()?;
    let atrium = context.atrium()?;
    let token = context
        .secret(SecretKind::ScimToken, Need::Optional)?
        .map(|found| found.secret);
    let ledger = Ledger::open(&reach.state, Access::ReadOnly)?;
    let (roster, command, tried) = runtime()?.block_on(async {
        let interrupt = Interrupt::listen();
        let reading = async {
            let roster = match &atrium.source {
                Source::Http(source) => source.read().await,
                Source::Files(source) => source.read(),
            };
            let roster = roster.map_err(|error| Error::new(error.exit(), error))?;
            let command = ask_port(context, &reach).await;
            // Command tells the domains of the token in force, which need not be this one.
            let tried = match (&command, &token) {
                (Some(_), Some(token)) => Some(attempt(&reach, token).await?.exit),
                _ => None,
            };
            Ok((roster, command, tried))
        };
        interrupt.droppable(reading).await
    })?;
    for notice in &roster.notices {
        ui.warning(notice);
    }
    let fingerprint = token.map(|token| token.fingerprint()).unwrap_or_default();
    let noted = ledger.token(&fingerprint)?;
    let in_force = command.filter(|state| state.has_token && tried == Some(Exit::Done));
    if tried == Some(Exit::Authentication) {
        ui.warning(
            "Command refuses the token that is here, so what Command says of domains is about \
             another one",
        );
    }
    let known = token_domains(
        &reach.profile,
        noted.as_ref(),
        in_force.as_ref().map(|state| state.domains.clone()),
    );
    let invites = in_force.as_ref().map(|state| state.invites);
    let invites = invites.or(noted.as_ref().and_then(|token| token.invites));
    if let Some(state) = &in_force {
        drop(ledger);
        note(&reach, &fingerprint, noted, state);
    }
    let survey = survey(&roster, &reach.profile, known.as_ref());
    let remedy = remedy(known.as_ref(), invites, &survey.rows).map(|remedy| ui.command(&remedy));
    let mut exit = Exit::Done;
    if let Completeness::Partial(why) = &roster.completeness {
        ui.warning(&format!(
            "Atrium was not read whole, so there may be more: {why}"
        ));
        exit = Exit::Unavailable;
    }
    output::token_domains(
        ui,
        &DomainsReport {
            profile: &reach.profile.name.value,
            known: known.as_ref().map(|known| known.list.as_slice()),
            from: known.as_ref().map(|known| words(known.from)),
            rows: &survey.rows,
            outside: &survey.outside,
            without: survey.without,
            remedy: remedy.as_deref(),
        },
    )?;
    Ok(exit)
}

/// What Atrium's people have for addresses.
#[derive(Debug, Default, PartialEq)]
struct Survey {
    /// Each domain, the one with the most people first.
    rows: Vec<DomainRow>,
    /// Who is outside the token's domains.
    outside: Vec<Outsider>,
    /// How many people have no address, or one that can't be read.
    without: u64,
}

/// Counts the people whom a sync would have in Command: in scope, and not stated to be gone.
fn survey(roster: &Roster, profile: &Profile, known: Option<&TokenDomains>) -> Survey {
    let mut survey = Survey::default();
    let mut domains: BTreeMap<String, u64> = BTreeMap::new();
    let allowed = |domain: &str| known.map(|known| is_among(domain, &known.list));
    for person in roster
        .people
        .iter()
        .filter(|person| counts(person, profile))
    {
        let Some(domain) = email_domain(&person.email) else {
            survey.without += 1;
            continue;
        };
        *domains.entry(domain.clone().into_owned()).or_default() += 1;
        if allowed(&domain) == Some(false) {
            survey.outside.push(Outsider {
                campus_id: person.campus_id.0.clone(),
                name: person.display_name(),
                email: person.email.clone(),
            });
        }
    }
    let rows = domains.into_iter().map(|(domain, people)| DomainRow {
        allowed: allowed(&domain),
        domain,
        people,
        in_atrium: true,
    });
    survey.rows = rows.collect();
    let unused = known.into_iter().flat_map(|known| &known.list);
    let unused = unused.filter(|domain| {
        let mut rows = survey.rows.iter();
        !rows.any(|row| is_among(&row.domain, std::slice::from_ref(domain)))
    });
    let unused: Vec<DomainRow> = unused
        .map(|domain| DomainRow {
            domain: domain.clone(),
            people: 0,
            allowed: Some(true),
            in_atrium: false,
        })
        .collect();
    survey.rows.extend(unused);
    survey.rows.sort_by(|a, b| {
        b.people
            .cmp(&a.people)
            .then_with(|| a.domain.cmp(&b.domain))
    });
    survey
}

/// Whether a sync would have this person in Command.
fn counts(person: &Person, profile: &Profile) -> bool {
    let mut statuses = profile.atrium.person_status.iter();
    let meaning = statuses.find(|(word, _)| same_folded(word, &person.status));
    person.in_scope && meaning.is_none_or(|(_, meaning)| *meaning != Meaning::Gone)
}

/// The command that makes a token for what there is and what is missing; `None` if nothing is
/// missing, or if what the token is for is not known and Atrium has nobody.
fn remedy(
    known: Option<&TokenDomains>,
    invites: Option<bool>,
    rows: &[DomainRow],
) -> Option<String> {
    let missing = rows.iter().filter(|row| row.allowed != Some(true));
    // What Atrium's exports have behind the @ need not be a domain, nor fit for a shell.
    let missing = missing.filter_map(|row| Domain::parse(&row.domain).ok());
    let missing: Vec<String> = missing.map(|domain| domain.ascii().to_owned()).collect();
    if missing.is_empty() {
        return None;
    }
    let mut command = "atriumctl token generate".to_owned();
    let old = known
        .into_iter()
        .flat_map(|known| known.list.iter().cloned());
    for domain in old.chain(missing) {
        command.push_str(&format!(" --domain {domain}"));
    }
    // Nobody is to be invited by a command that was only meant to add a domain.
    if invites == Some(false) {
        command.push_str(" --no-invites");
    }
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::DomainsFrom;

    fn row(domain: &str, allowed: Option<bool>) -> DomainRow {
        DomainRow {
            domain: domain.to_owned(),
            people: 1,
            allowed,
            in_atrium: true,
        }
    }

    #[test]
    fn the_remedy_names_what_there_is_and_what_is_missing() {
        let known = TokenDomains {
            list: vec!["a.edu".to_owned()],
            from: DomainsFrom::Ledger,
        };
        let rows = [
            row("a.edu", Some(true)),
            row("münchen.example", Some(false)),
            row("x;rm -rf", Some(false)),
        ];
        assert_eq!(
            remedy(Some(&known), None, &rows).unwrap(),
            "atriumctl token generate --domain a.edu --domain xn--mnchen-3ya.example"
        );
        assert_eq!(remedy(Some(&known), None, &rows[..1]), None);
        assert_eq!(remedy(Some(&known), None, &rows[2..]), None);
        assert_eq!(
            remedy(None, Some(false), &[row("b.edu", None)]).unwrap(),
            "atriumctl token generate --domain b.edu --no-invites"
        );
        assert!(is_among(
            "xn--mnchen-3ya.example",
            &["münchen.example".to_owned()]
        ));
        assert!(!is_among("a.edu", &["b.a.edu".to_owned()]));
    }
}
