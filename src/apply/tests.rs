//! What the check afterwards says, against a stand-in Command over loopback.

mod pace;

use jiff::Timestamp;
use tempfile::TempDir;

use super::{Check, Run, apply, verify};
use crate::ledger::{Access, Ledger, RunStart};
use crate::model::directory::Directory;
use crate::model::plan::Plan;
use crate::model::reason::Code;
use crate::model::report::{Outcome, Verification};
use crate::model::roster::{AccessGroup, Person, Place, Roster};
use crate::model::{AccessGroupId, CampusId, Text, UserId};
use crate::reconcile::{self, policy::Policy};
use crate::sandbox::{self, Running, Settings};
use crate::secret::{Origin, Secret};
use crate::verkada::scim::{ScimClient, ScimSettings, UserChanges};

/// A campus with a stand-in Command and a ledger.
struct Campus {
    _dir: TempDir,
    _command: Running,
    client: ScimClient,
    ledger: Ledger,
    roster: Roster,
    policy: Policy,
}

fn place() -> Place {
    Place {
        file: "people.csv".into(),
        line: 2,
    }
}

fn person(number: u32) -> Person {
    Person {
        campus_id: CampusId(Text::from(format!("Z{number:02}"))),
        first_name: "Zoe".into(),
        middle_name: Text::default(),
        last_name: Text::from(format!("Zed{number}")),
        email: Text::from(format!("zed{number}@{}", sandbox::email_domains()[0])),
        phone: Text::default(),
        title: Text::default(),
        department: Text::default(),
        status: "active".into(),
        valid_from: None,
        valid_until: None,
        groups: vec![0],
        credentials: Vec::new(),
        in_scope: true,
        place: place(),
    }
}

impl Campus {
    fn new(people: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path().join("sandbox"));
        settings.people = 1;
        let command = sandbox::start(&settings).unwrap();
        let token = sandbox::scim_token(&settings.dir).unwrap();
        let token = Secret::new(&token, Origin::Sandbox);
        let client = ScimClient::new(&command.scim_url(), token, ScimSettings::default()).unwrap();
        let ledger = Ledger::open(&dir.path().join("ledger.sqlite"), Access::Write).unwrap();
        let now = Timestamp::now();
        let group = AccessGroup {
            id: AccessGroupId::from("zed"),
            name: "Zed's".into(),
            in_scope: true,
            place: place(),
        };
        Campus {
            _dir: dir,
            _command: command,
            client,
            ledger,
            roster: Roster {
                people: (0..people).map(person).collect(),
                groups: vec![group],
                ..Roster::default()
            },
            policy: Policy::new("sandbox", jiff::civil::date(2026, 11, 23), now),
        }
    }

    async fn directory(&self) -> Directory {
        self.client.directory(&|_, _| {}).await.unwrap()
    }

    async fn user(&self, campus_id: &str) -> UserId {
        let external_id = format!("atrium:{campus_id}");
        let users = self.directory().await.users;
        let user = users
            .into_iter()
            .find(|user| user.external_id.as_deref() == Some(external_id.as_str()));
        user.unwrap().id
    }

    /// Plans and applies; `meanwhile` says whom somebody else opens or closes before the check.
    async fn sync(
        &mut self,
        meanwhile: Option<(&str, bool)>,
    ) -> (Plan, Vec<Outcome>, Verification) {
        let memory = self.ledger.remember(self.policy.now).unwrap();
        let before = self.directory().await;
        let plan = reconcile::plan(&self.roster, &before, &memory, &self.policy);
        assert!(plan.stops.is_empty(), "{:?}", plan.stops);
        let id = self
            .ledger
            .begin_run(&RunStart {
                started: self.policy.now,
                organization: "sandbox",
                filter: "",
                people: None,
                digest: &plan.digest,
                allowed: &self.policy.allowed(),
                rekeyed: &[],
                bookkeeping: &plan.bookkeeping,
                command: "test",
            })
            .unwrap();
        let (_stopper, stop) = tokio::sync::watch::channel(false);
        let run = Run {
            client: &self.client,
            cards: None,
            ledger: &mut self.ledger,
            id,
            concurrency: 4,
            domains_known: false,
            stop,
            progress: &|_, _| {},
            settled: &|_, _, _| {},
            clock: &Timestamp::now,
        };
        let mut outcomes = apply(&plan, run).await.unwrap().outcomes;
        if let Some((campus_id, active)) = meanwhile {
            let user = self.user(campus_id).await;
            let changes = UserChanges {
                fields: Vec::new(),
                active: Some(active),
            };
            self.client.update_user(&user, &changes).await.unwrap();
        }
        let check = Check {
            client: &self.client,
            cards: None,
            patience: std::time::Duration::ZERO,
            everybody: None,
            ledger: &mut self.ledger,
            id,
            roster: &self.roster,
            before,
            policy: &self.policy,
            concurrency: 4,
            now: self.policy.now,
        };
        let verification = verify(&plan, &mut outcomes, check).await.unwrap();
        (plan, outcomes, verification)
    }
}

#[tokio::test]
async fn a_leaver_who_is_open_again_is_not_hidden_by_a_guard() {
    let mut campus = Campus::new(12);
    campus.sync(None).await;
    // As many as a day allows, with those of the first sync, which took the stand-in's own people
    // for gone: one more, counted with these, would be held.
    let memory = campus.ledger.remember(campus.policy.now).unwrap();
    let left = 10 - memory.recent.people as usize;
    for person in &mut campus.roster.people[..left] {
        person.status = "inactive".into();
    }
    let (plan, _, verification) = campus.sync(Some(("Z00", true))).await;
    assert!(plan.held.is_empty(), "{:?}", plan.tripped);
    assert!(
        matches!(verification, Verification::Remaining { .. }),
        "{verification:?}"
    );
}

#[tokio::test]
async fn a_reactivation_that_does_not_stay_is_not_in_step() {
    let mut campus = Campus::new(3);
    campus.sync(None).await;
    campus.roster.people[0].status = "inactive".into();
    campus.sync(None).await;
    campus.roster.people[0].status = "active".into();
    let (plan, outcomes, _) = campus.sync(Some(("Z00", false))).await;
    assert_eq!(plan.operations.len(), 1, "{:?}", plan.operations);
    assert!(
        matches!(
            outcomes[0],
            Outcome::Failed {
                code: Code::DoesNotStick,
                ..
            }
        ),
        "{outcomes:?}"
    );
}
