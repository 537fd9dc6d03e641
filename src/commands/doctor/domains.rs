//! The email domains of the SCIM token, and who in Atrium has an address outside of them.

use std::collections::BTreeMap;

use crate::context::{DomainsFrom, TokenDomains};
use crate::model::checkup::{Area, Check};
use crate::model::domain::is_among;
use crate::model::fold::email_domain;
use crate::model::roster::Roster;

/// How many domains are named.
const NAMED: usize = 5;

/// Says what the token is for, and who has an address outside of it.
pub(super) fn judge(roster: Option<&Roster>, known: Option<&TokenDomains>) -> Vec<Check> {
    let Some(known) = known else {
        let why = "the email domains of the SCIM token are not known";
        let remedy = "name them in email_domains under [command], as Command shows them under \
                      Admin > Login & Access > SCIM Users Provisioning";
        return vec![Check::not_looked(Area::Domains, "token-domains", why).remedy(remedy)];
    };
    let from = match known.from {
        DomainsFrom::Profile => "as the profile says",
        DomainsFrom::Ledger => "as the ledger knows",
        DomainsFrom::Command => "as Command's administration says",
    };
    let stated = format!("the SCIM token is for {} ({from})", known.list.join(", "));
    let stated = Check::ok(Area::Domains, "token-domains", stated);
    let Some(roster) = roster else {
        let why = "Atrium could not be read";
        return vec![stated, Check::not_looked(Area::Domains, "people", why)];
    };
    vec![stated, outside(roster, &known.list)]
}

fn outside(roster: &Roster, domains: &[String]) -> Check {
    let mut outside: BTreeMap<String, u64> = BTreeMap::new();
    for person in roster.people.iter().filter(|person| person.in_scope) {
        let Some(domain) = email_domain(&person.email) else {
            continue;
        };
        if !is_among(&domain, domains) {
            *outside.entry(domain.into_owned()).or_default() += 1;
        }
    }
    let people: u64 = outside.values().sum();
    if people == 0 {
        let evidence = "everybody's address is in one of them";
        return Check::ok(Area::Domains, "people", evidence);
    }
    let mut counts: Vec<(String, u64)> = outside.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let named = counts
        .iter()
        .take(NAMED)
        .map(|(domain, many)| format!("{many} in {domain}"));
    let named: Vec<String> = named.collect();
    let more = match counts.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {more} domains more"),
    };
    let who = match people {
        1 => "1 person is outside".to_owned(),
        many => format!("{many} people are outside"),
    };
    let evidence = format!("{who}: {}{more}", named.join(", "));
    let remedy = "atriumctl token domains names the command for a token with every domain; making \
                  it kills the token in force, Okta's too";
    let details = counts
        .iter()
        .map(|(domain, many)| format!("{domain}: {many}"));
    Check::warning(Area::Domains, "people", evidence)
        .remedy(remedy)
        .details(details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CampusId;
    use crate::model::roster::{Person, Place};

    #[test]
    fn a_domain_counts_in_either_form_and_its_source_is_named() {
        let empty = || "".into();
        let person = |email: &str| Person {
            campus_id: CampusId::from("1"),
            first_name: empty(),
            middle_name: empty(),
            last_name: empty(),
            email: email.into(),
            phone: empty(),
            title: empty(),
            department: empty(),
            status: empty(),
            valid_from: None,
            valid_until: None,
            groups: Vec::new(),
            credentials: Vec::new(),
            in_scope: true,
            place: Place {
                file: "p.csv".into(),
                line: 2,
            },
        };
        let roster = Roster {
            people: vec![
                person("a@xn--mnchen-3ya.example"),
                person("b@School.example"),
                person("nobody"),
            ],
            ..Roster::default()
        };
        let known = |list: &[&str]| TokenDomains {
            list: list.iter().map(|text| (*text).to_owned()).collect(),
            from: DomainsFrom::Ledger,
        };
        let both = judge(
            Some(&roster),
            Some(&known(&["münchen.example", "school.example"])),
        );
        assert_eq!(both[1].state.word(), "ok", "{both:?}");
        assert!(both[0].evidence.contains("as the ledger knows"));
        let one = judge(Some(&roster), Some(&known(&["school.example"])));
        assert_eq!(one[1].details, ["xn--mnchen-3ya.example: 1"]);
        assert!(one[1].remedy.starts_with("atriumctl token domains"));
        let none = judge(Some(&roster), None);
        assert_eq!(none[0].state.word(), "not-looked-at");
        let unread = judge(None, Some(&known(&["school.example"])));
        assert_eq!(unread[1].state.word(), "not-looked-at");
    }
}
