//! How long a run with many cards takes under Command's limit, in virtual time, and what the plan
//! says of it beforehand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::apply::Cards;
use crate::model::access::{Access as Cardholders, AccessUser};
use crate::model::card::{Card, Format};
use crate::model::directory::RemoteUser;
use crate::model::roster::Credential;
use crate::model::{AccessUserId, Profile};
use crate::net::HttpSettings;
use crate::net::stage::{self, Sent, Stage};
use crate::reconcile::policy::CardPace;
use crate::verkada::rest::{RestClient, RestSettings};

const PEOPLE: u32 = 2_000;

/// Requests that Command takes in a window of five seconds
/// (<https://apidocs.verkada.com/reference/ratelimiting>).
const PER_WINDOW: u32 = 25;

/// Command's REST API with its limit, an answer after 40 to 800 milliseconds, and the cards that it
/// was given, by user.
fn command() -> Stage {
    let started = Instant::now();
    let window = Arc::new(Mutex::new((0, 0)));
    let dice = Arc::new(Mutex::new(fastrand::Rng::with_seed(11)));
    let cards = Arc::new(Mutex::new(HashMap::<String, serde_json::Value>::new()));
    Stage::new(move |sent: Sent| {
        let latency = Duration::from_millis(dice.lock().unwrap().u64(20..400));
        let (window, cards) = (Arc::clone(&window), Arc::clone(&cards));
        async move {
            tokio::time::sleep(latency).await;
            let is_taken = {
                let index = started.elapsed().as_secs() / 5;
                let mut window = window.lock().unwrap();
                if window.0 != index {
                    *window = (index, 0);
                }
                window.1 += 1;
                window.1 <= PER_WINDOW
            };
            tokio::time::sleep(latency).await;
            if !is_taken {
                return stage::json(429, "");
            }
            let user = sent.url.query().and_then(|query| query.split_once('='));
            let user = user.map_or("", |(_, user)| user).to_owned();
            let mut cards = cards.lock().unwrap();
            match (sent.method.as_str(), sent.url.path()) {
                (_, "/token") => stage::json(200, json!({"token": "v2_token"})),
                ("POST", _) => {
                    let mut card: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
                    card["card_id"] = json!(format!("card-{user}"));
                    cards.insert(user, card.clone());
                    stage::json(200, card)
                }
                _ => {
                    let held: Vec<_> = cards.get(&user).into_iter().collect();
                    stage::json(200, json!({"user_id": user, "cards": held}))
                }
            }
        }
    })
}

fn http(stage: Stage) -> HttpSettings {
    HttpSettings {
        stage: Some(stage),
        ..HttpSettings::default()
    }
}

/// Both sides, in step but for a card of each person.
fn sides() -> (Roster, Directory) {
    let people: Vec<Person> = (0..PEOPLE)
        .map(|number| Person {
            groups: Vec::new(),
            credentials: vec![Credential {
                card: Card::new(Format::Hid26, Some(102), u128::from(number)),
                id_type: 0,
                status: 0,
            }],
            ..person(number)
        })
        .collect();
    let users = people.iter().map(|person| RemoteUser {
        id: UserId(person.campus_id.0.clone()),
        external_id: Some(Text::from(format!("atrium:{}", person.campus_id))),
        profile: Profile {
            email: person.email.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            employee_number: person.campus_id.0.clone(),
            ..Profile::default()
        },
        active: Some(true),
        created: None,
    });
    let mut directory = Directory::assemble(users.collect(), Vec::new(), Default::default());
    let users = people.iter().map(|person| AccessUser {
        id: AccessUserId(person.campus_id.0.clone()),
        email: person.email.clone(),
        ..AccessUser::default()
    });
    directory.access = Some(Cardholders {
        users: users.collect(),
        ..Cardholders::default()
    });
    let roster = Roster {
        people,
        has_credentials: true,
        id_types: vec!["Prox".into()],
        id_statuses: vec![Text::default()],
        credentials: u64::from(PEOPLE),
        ..Roster::default()
    };
    (roster, directory)
}

#[tokio::test(start_paused = true)]
async fn two_thousand_cards_take_as_long_as_the_plan_says() {
    let key = Secret::new("key", Origin::Sandbox);
    let settings = RestSettings {
        http: http(command()),
        ..RestSettings::default()
    };
    let access = RestClient::new("http://127.0.0.1:1", key, settings).unwrap();
    let scim = ScimSettings {
        http: http(Stage::new(|_| async { stage::json(500, "") })),
        ..ScimSettings::default()
    };
    let token = Secret::new("token", Origin::Sandbox);
    let client = ScimClient::new("http://127.0.0.1:1/scim", token, scim).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&dir.path().join("ledger.sqlite"), Access::Write).unwrap();
    let mut policy = Policy::new("here", jiff::civil::date(2026, 11, 23), Timestamp::now());
    let allowance = access.allowance();
    policy.card_pace = CardPace {
        requests: allowance.share,
        window: allowance.span,
    };
    policy.read_budget = PEOPLE;
    let (roster, mut directory) = sides();
    let memory = ledger.remember(policy.now).unwrap();

    let started = Instant::now();
    let reads = reconcile::plan(&roster, &directory, &memory, &policy).reads;
    assert_eq!(reads.len(), PEOPLE as usize);
    let mut said = policy.card_pace.seconds(u64::from(PEOPLE));
    let mut reading = tokio::task::JoinSet::new();
    for id in reads {
        let access = access.clone();
        reading.spawn(async move { (access.record(&id).await.unwrap().unwrap(), id) });
    }
    let records = &mut directory.access.as_mut().unwrap().records;
    while let Some(read) = reading.join_next().await {
        let (record, id) = read.unwrap();
        records.insert(id, record);
    }

    let plan = reconcile::plan(&roster, &directory, &memory, &policy);
    assert_eq!(plan.operations.len(), PEOPLE as usize);
    said += plan.cost.card_seconds;
    let id = ledger
        .begin_run(&RunStart {
            started: policy.now,
            organization: "here",
            filter: "",
            people: None,
            digest: &plan.digest,
            allowed: &policy.allowed(),
            rekeyed: &[],
            bookkeeping: &plan.bookkeeping,
            command: "test",
        })
        .unwrap();
    let cards = Cards {
        client: &access,
        roster: &roster,
        directory: &directory,
        memory: &memory,
        policy: &policy,
        patience: Duration::from_secs(60),
    };
    let (_stopper, stop) = tokio::sync::watch::channel(false);
    let run = Run {
        client: &client,
        cards: Some(cards),
        ledger: &mut ledger,
        id,
        concurrency: 8,
        domains_known: true,
        stop,
        progress: &|_, _| {},
        settled: &|_, _, _| {},
        clock: &Timestamp::now,
    };
    let applied = apply(&plan, run).await.unwrap();
    assert!(applied.outcomes.iter().all(Outcome::is_done));
    let mut outcomes = applied.outcomes;
    let check = Check {
        client: &client,
        cards: Some(&access),
        patience: std::time::Duration::ZERO,
        everybody: applied.everybody,
        ledger: &mut ledger,
        id,
        roster: &roster,
        before: directory.clone(),
        policy: &policy,
        concurrency: 8,
        now: policy.now,
    };
    let verification = verify(&plan, &mut outcomes, check).await.unwrap();
    assert_eq!(verification, Verification::InStep);

    let took = started.elapsed().as_secs_f64();
    let said = Duration::from_secs(said).as_secs_f64();
    assert!(
        (took / said - 1.0).abs() < 0.15,
        "{said} s said, {took} s taken"
    );
    // 4,000 requests at 80 % of 300 a minute are 1,000 seconds.
    assert!((950.0..1_150.0).contains(&took), "{took} s");
    let counts = access.requests();
    assert!(counts.iter().all(|count| count.retries == 0), "{counts:?}");
}
