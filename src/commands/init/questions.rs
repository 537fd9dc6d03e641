//! The questions of `init`: what the flags do not say is asked where somebody can be asked, and
//! missing otherwise.

mod atrium;
mod data;

use std::collections::BTreeSet;

use super::Args;
use super::answers::{Answers, From, Organization};
use super::look::Look;
use crate::config::{Layers, check_stated};
use crate::error::{Error, Exit};
use crate::model::address::base_url;
use crate::model::fold::fold;
use crate::model::region::Region;
use crate::model::rules::{Identity, Mode};

/// Somebody who can be asked.
pub(super) trait Ask {
    /// A text; `initial` can be taken or changed.
    fn text(&self, question: &str, initial: &str) -> Result<String, Error>;
    /// A text; `default` is the answer to a mere Enter.
    fn text_or(&self, question: &str, default: &str) -> Result<String, Error>;
    /// One of a list, by its position.
    fn choice(&self, question: &str, choices: &[String], default: usize) -> Result<usize, Error>;
    /// Yes or no.
    fn yes(&self, question: &str, default: bool) -> Result<bool, Error>;
    /// Says something between two questions.
    fn say(&self, text: &str);
}

/// The parts of a profile that can be answered anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Atrium,
    Data,
    Organization,
    Domains,
    Identity,
    Mode,
}

impl Part {
    pub(super) const ALL: [Part; 6] = [
        Part::Atrium,
        Part::Data,
        Part::Organization,
        Part::Domains,
        Part::Identity,
        Part::Mode,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Part::Atrium => "where Atrium is read from, and which column is which",
            Part::Data => "what statuses and card types mean",
            Part::Organization => "where Command is",
            Part::Domains => "the email domains",
            Part::Identity => "who makes the users",
            Part::Mode => "whether a sync writes",
        }
    }
}

/// Asks, or takes what the flags say.
pub(super) struct Questions<'a> {
    pub(super) args: &'a Args,
    pub(super) layers: &'a Layers<'a>,
    /// Who is asked; `None` if nobody can be.
    pub(super) ask: Option<&'a dyn Ask>,
    /// What was last seen of the exports.
    pub(super) seen: Look,
}

impl Questions<'_> {
    /// All of it, one after the other.
    pub(super) fn all(&mut self) -> Result<Answers, Error> {
        let flags = &self.layers.flags;
        let in_profile = |file: &Option<std::path::PathBuf>| match file {
            // Standard input is there for one run only.
            Some(file) if file.as_os_str() != "-" => atrium::absolute(file).map(Some),
            _ => Ok(None),
        };
        let mut answers = Answers {
            atrium: From::Files {
                files: Vec::new(),
                columns: self.args.column.iter().cloned().collect(),
            },
            person_status: Vec::new(),
            id_status: Vec::new(),
            id_types: Vec::new(),
            organization: Organization::Region(String::new()),
            token_file: in_profile(&flags.scim_token_file)?,
            key_file: in_profile(&flags.api_key_file)?,
            email_domains: Vec::new(),
            identity: Identity::default(),
            mode: Mode::default(),
        };
        for part in Part::ALL {
            self.part(part, &mut answers, false)?;
        }
        Ok(answers)
    }

    /// One part. `again`: it was answered, and is to be answered otherwise.
    pub(super) fn part(
        &mut self,
        part: Part,
        answers: &mut Answers,
        again: bool,
    ) -> Result<(), Error> {
        match part {
            Part::Atrium => {
                self.atrium(answers, again)?;
                // Other files hold other statuses and types.
                if again {
                    self.data(answers, true)?;
                }
                Ok(())
            }
            Part::Data => self.data(answers, again),
            Part::Organization => self.organization(answers, again),
            Part::Domains => self.domains(answers, again),
            Part::Identity => self.identity(answers, again),
            Part::Mode => self.mode(answers, again),
        }
    }

    fn organization(&self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        let flags = &self.layers.flags;
        if !again {
            check_stated(self.layers)?;
            let region = self
                .layers
                .text(("--region", flags.region.as_ref()), "ATRIUMCTL_REGION")?;
            let scim_url = self.layers.text(
                ("--scim-url", flags.scim_url.as_ref()),
                "ATRIUMCTL_SCIM_URL",
            )?;
            let api_url = self
                .layers
                .text(("--api-url", flags.api_url.as_ref()), "ATRIUMCTL_API_URL")?;
            match (scim_url, region) {
                (Some(url), _) => {
                    answers.organization = Organization::Addresses {
                        scim_url: url.value,
                        api_url: api_url.map(|url| url.value),
                    };
                    return Ok(());
                }
                (None, Some(region)) => {
                    answers.organization = Organization::Region(region.value);
                    return Ok(());
                }
                (None, None) => {}
            }
        }
        let Some(ask) = self.ask else {
            return Err(missing("it is not said where Command is", "--region us")
                .hint("or an address of its own: --scim-url https://…, and --api-url https://…"));
        };
        let named = [Region::Us, Region::Eu, Region::Au];
        let choices = [
            "us: United States",
            "eu: European Union",
            "au: Australia",
            "another address (a proxy, a rehearsal, GovCloud)",
        ]
        .map(str::to_owned);
        let at = ask.choice("In which region is the organization?", &choices, 0)?;
        if let Some(region) = named.get(at) {
            answers.organization = Organization::Region(region.name().to_owned());
            return Ok(());
        }
        let (scim, api) = match &answers.organization {
            Organization::Addresses { scim_url, api_url } => {
                (scim_url.clone(), api_url.clone().unwrap_or_default())
            }
            Organization::Region(_) => (String::new(), String::new()),
        };
        let scim_url = address(
            ask,
            "SCIM address (Command shows it beside the token)",
            &scim,
            false,
        )?;
        let api_url = address(
            ask,
            "Address of the public API (empty: none, so no cards)",
            &api,
            true,
        )?;
        answers.organization = Organization::Addresses {
            scim_url,
            api_url: Some(api_url).filter(|url| !url.is_empty()),
        };
        Ok(())
    }

    fn domains(&self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        let given = &self.args.email_domain;
        if !again && !given.is_empty() {
            let told = |why| Error::message(Exit::Usage, format!("--email-domain: {why}"));
            check_domains(given).map_err(told)?;
            answers.email_domains = once(given);
            return Ok(());
        }
        let Some(ask) = self.ask else {
            return Ok(());
        };
        if !self.seen.domains.is_empty() {
            let most = self.seen.domains.iter().take(8);
            let list: Vec<String> = most
                .map(|(domain, count)| format!("{domain} ({count})"))
                .collect();
            ask.say(&format!(
                "Domains of the addresses in the exports: {}",
                list.join(", ")
            ));
        }
        loop {
            let initial = answers.email_domains.join(" ");
            let text = ask.text(
                "Email domains of the SCIM token (empty: found out)",
                &initial,
            )?;
            let words = text.split([' ', ',']).filter(|word| !word.is_empty());
            let list: Vec<String> = words.map(str::to_owned).collect();
            match check_domains(&list) {
                Ok(()) => {
                    answers.email_domains = once(&list);
                    return Ok(());
                }
                Err(why) => ask.say(&why),
            }
        }
    }

    fn identity(&self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        if let (Some(identity), false) = (self.args.identity, again) {
            answers.identity = identity.into();
            return Ok(());
        }
        let Some(ask) = self.ask else { return Ok(()) };
        let choices = [
            "atriumctl, from Atrium",
            "Okta or another SCIM client: atriumctl only brings cards and access groups",
        ]
        .map(str::to_owned);
        let default = usize::from(answers.identity == Identity::External);
        let at = ask.choice("Who makes the users in Command?", &choices, default)?;
        answers.identity = [Identity::Managed, Identity::External][at.min(1)];
        Ok(())
    }

    fn mode(&self, answers: &mut Answers, again: bool) -> Result<(), Error> {
        if let (Some(mode), false) = (self.args.mode, again) {
            answers.mode = mode.into();
            return Ok(());
        }
        let Some(ask) = self.ask else { return Ok(()) };
        ask.say(
            "Where Verkada's own Atrium integration is switched on, atriumctl only observes: \
             everything works except writing.",
        );
        let observes = ask.yes(
            "Is Verkada's own integration switched on for this organization?",
            answers.mode == Mode::Observe,
        )?;
        answers.mode = if observes { Mode::Observe } else { Mode::Write };
        Ok(())
    }
}

/// The error for something that a flag must say where nobody can be asked.
fn missing(what: &str, flag: &str) -> Error {
    Error::message(Exit::Usage, format!("{what}, and nobody can be asked here"))
        .hint(format!("say it with {flag}"))
}

/// Asks for an address until it is one.
fn address(ask: &dyn Ask, question: &str, initial: &str, or_none: bool) -> Result<String, Error> {
    loop {
        let text = ask.text(question, initial)?.trim().to_owned();
        if text.is_empty() && or_none {
            return Ok(text);
        }
        match base_url(&text) {
            Ok(_) => return Ok(text),
            Err(why) => ask.say(&why.to_string()),
        }
    }
}

/// Each domain once, however it is written.
fn once(domains: &[String]) -> Vec<String> {
    let bare = |domain: &str| fold(domain.trim().trim_start_matches('@')).into_owned();
    let mut seen = BTreeSet::new();
    let new = domains.iter().filter(|domain| seen.insert(bare(domain)));
    new.cloned().collect()
}

/// Refuses what is no domain, as the profile's reader would.
fn check_domains(domains: &[String]) -> Result<(), String> {
    for domain in domains {
        let bare = domain.trim().trim_start_matches('@');
        let odd = |c: char| !(c.is_alphanumeric() || c == '-' || c == '.');
        if bare.contains(odd) || bare.split('.').any(str::is_empty) {
            return Err(format!(
                "{domain:?} is no domain: it is what stands behind the @, such as school.example"
            ));
        }
    }
    Ok(())
}
