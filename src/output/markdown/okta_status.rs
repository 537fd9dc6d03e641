//! What Okta says, for a help desk or a CI job's page.

use super::summary::Summary;
use super::{OF_ONE_REASON, ROWS};
use crate::model::okta::status::OktaStatus;
use crate::output::card::Shown;
use crate::output::okta_status::{day_time, facts, failing_rows, log_words, result};

/// What `okta status` tells.
pub(in crate::output) fn okta_status(status: &OktaStatus, shown: Shown) -> String {
    let mut page = Summary::new(shown);
    let title = match (&status.person, &status.app) {
        (Some(person), _) => format!("atriumctl okta status: {}", person.asked),
        (None, Some(app)) => format!("atriumctl okta status: {}", app.label),
        (None, None) => "atriumctl okta status".to_owned(),
    };
    page.heading(2, &title);
    page.strong(&result(status));
    page.list(&["", ""], &facts(status), ROWS, |(name, value)| {
        vec![(*name).to_owned(), value.clone()]
    });
    if !status.noticed.is_empty() {
        page.heading(3, "Findings");
        page.list(
            &["weight", "code", "what", "detail", "next step"],
            &status.noticed,
            ROWS,
            |noticed| {
                let finding = noticed.finding;
                vec![
                    finding.weight().word().to_owned(),
                    finding.code().to_owned(),
                    finding.meaning().to_owned(),
                    noticed.detail.clone(),
                    finding.remedy().to_owned(),
                ]
            },
        );
    }
    for group in status.failures.iter().flatten() {
        let many = group.failing.len();
        page.heading(3, &format!("Failing: {} ({many})", group.cause.code()));
        page.paragraph(&group.cause.to_string());
        if let crate::model::okta::status::Cause::Known(failure) = &group.cause {
            page.paragraph(&format!("→ {}", failure.first_check()));
        }
        let head = ["who", "last", "times", "Command said"];
        page.list(&head, &group.failing, OF_ONE_REASON, failing_rows);
    }
    if !status.without_id.is_empty() {
        page.heading(3, "Assigned, and never created");
        let head = ["user name", "state", "assigned"];
        page.list(&head, &status.without_id, OF_ONE_REASON, |one| {
            vec![
                one.user_name.to_string(),
                one.state.word().to_owned(),
                one.created.map(day_time).unwrap_or_default(),
            ]
        });
    }
    if !status.gaps.is_empty() {
        page.heading(3, "Not looked at");
        page.list(&["what", "why"], &status.gaps, ROWS, |(name, gap)| {
            vec![(*name).to_owned(), gap.why()]
        });
    }
    if let Some(words) = log_words(status) {
        page.paragraph(&words);
    }
    page.finish()
}
