//! What of a file is kept: what the question needs, and no more.

use std::collections::HashMap;

use crate::model::okta::{
    AppUser, AssignedGroup, LogEvent, OktaApp, OktaUser, Outcome, PushMapping, recognise_event,
};

/// What the question is about.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The id of the app, if it is known.
    pub app: Option<String>,
    /// The person: an id, a login, an email address, or the beginning of a name.
    pub who: Option<String>,
}

impl Wanted {
    /// Whether somebody may be the person that was asked for.
    fn is_who(&self, exact: &[&str], names: &[&str]) -> bool {
        let Some(who) = &self.who else {
            return true;
        };
        if exact.iter().any(|text| text.eq_ignore_ascii_case(who)) {
            return true;
        }
        let who = who.to_lowercase();
        !who.contains('@')
            && names
                .iter()
                .any(|name| name.to_lowercase().starts_with(&who))
    }

    fn is_app(&self, id: &str) -> bool {
        match &self.app {
            Some(app) => id.is_empty() || id == app,
            None => true,
        }
    }
}

/// What was kept of files.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Assignments to the app.
    pub assignments: Vec<AppUser>,
    /// Assignments to other apps.
    pub elsewhere: Vec<AppUser>,
    /// Users of the organization.
    pub users: Vec<OktaUser>,
    /// Apps for Verkada.
    pub apps: Vec<OktaApp>,
    /// Pushed groups.
    pub mappings: Vec<PushMapping>,
    /// Groups that assign.
    pub groups: Vec<AssignedGroup>,
    /// Failures, and what else concerns the person.
    pub events: Vec<LogEvent>,
    /// The last thing that went well, for each that it is about.
    good: HashMap<String, LogEvent>,
    /// The kinds of records that were met.
    pub kinds: Vec<super::Kind>,
    /// How many records were read, whether kept or not.
    pub records: u64,
}

impl Kept {
    pub(super) fn meet(&mut self, kind: super::Kind) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    pub(super) fn app_user(&mut self, one: AppUser, wanted: &Wanted) {
        let full = format!("{} {}", one.first_name, one.last_name);
        let exact = [one.id.as_str(), &one.user_name, &one.email];
        if !wanted.is_who(&exact, &[&full, &one.last_name]) {
            return;
        }
        if wanted.is_app(&one.app) {
            self.assignments.push(one);
        } else {
            self.elsewhere.push(one);
        }
    }

    pub(super) fn user(&mut self, user: OktaUser, wanted: &Wanted) {
        let full = format!("{} {}", user.first_name, user.last_name);
        let exact = [user.id.as_str(), &user.login, &user.email];
        // Of everybody, only the assignments matter.
        if wanted.who.is_some() && wanted.is_who(&exact, &[&full, &user.last_name]) {
            self.users.push(user);
        }
    }

    pub(super) fn app(&mut self, app: OktaApp, wanted: &Wanted) {
        if app.is_verkada() || wanted.app.as_deref() == Some(&app.id) {
            self.apps.push(app);
        }
    }

    pub(super) fn event(&mut self, event: LogEvent, wanted: &Wanted) {
        if !event.event_type.starts_with("application.") && !event.legacy.starts_with("app.") {
            return;
        }
        let instance = event.target("AppInstance");
        let is_ours = match (instance, &wanted.app) {
            (Some(target), Some(app)) => target.id == *app,
            (Some(target), None) => {
                let names = format!("{} {}", target.name, target.alternate_id);
                names.to_lowercase().contains("verkada")
            }
            // Some exports leave the app out.
            (None, _) => true,
        };
        if !is_ours {
            return;
        }
        if event.is_good_push() {
            self.good_push(event);
            return;
        }
        let matters = match &wanted.who {
            None => event.result == Outcome::Failure || recognise_event(&event).is_some(),
            Some(who) => {
                event.is_authentication_failure()
                    || event.is_about(who)
                    || event.person().is_some_and(|person| {
                        let exact = [person.id.as_str(), &person.alternate_id];
                        wanted.is_who(&exact, &[&person.name])
                    })
            }
        };
        if matters {
            self.events.push(event);
        }
    }

    fn good_push(&mut self, event: LogEvent) {
        let about = event.person().or_else(|| event.target("UserGroup"));
        let key = about.map_or_else(String::new, |target| {
            if target.id.is_empty() {
                target.alternate_id.to_lowercase().to_string()
            } else {
                target.id.to_string()
            }
        });
        match self.good.get_mut(&key) {
            Some(last) if last.published >= event.published => {}
            Some(last) => *last = event,
            None => {
                self.good.insert(key, event);
            }
        }
    }

    /// Everything that was kept of the log, the newest first.
    #[must_use]
    pub fn take_events(&mut self) -> Vec<LogEvent> {
        let mut events = std::mem::take(&mut self.events);
        events.extend(std::mem::take(&mut self.good).into_values());
        events.sort_by(|a, b| (b.published, &a.id).cmp(&(a.published, &b.id)));
        events
    }
}
