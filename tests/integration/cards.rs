//! Stories of cards: what an administrator does about them, and what they find when they look.

use std::fs;
use std::time::{Duration, Instant};

use atriumctl::sandbox::{self, Event, Hand};
use serde_json::{Value, json};

use crate::environment::{Environment, Ran};
use crate::proxy::{self, Answer, Asked};
use crate::watched::{Campus, Named, World};

/// A campus that was synced.
fn synced(personality: &[&str]) -> Campus {
    let mut campus = Campus::new(45, 1, personality);
    assert_eq!(campus.sync().code, 0);
    campus
}

/// The campus id that a sentence of the sandbox names.
fn who(sentence: &str) -> String {
    let (_, rest) = sentence.split_once('(').unwrap();
    rest.split(')').next().unwrap().to_owned()
}

/// The codes of what a document leaves alone, with whose it is.
fn left_alone(document: &Value) -> Vec<(String, String)> {
    let left = document["left_alone"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pair = |left: &Value| (text(&left["code"]), text(&left["subject"]["campus_id"]));
    left.into_iter().flatten().map(pair).collect()
}

#[track_caller]
fn leaves(document: &Value, code: &str, campus_id: &str) {
    let all = left_alone(document);
    let wanted = (code.to_owned(), campus_id.to_owned());
    assert!(all.contains(&wanted), "{wanted:?}: {all:?}");
}

/// Somebody with exactly one card, which opens doors, and the card's id and number.
fn somebody(world: &World) -> (String, String, String) {
    let found = world.cards.iter().find(|(_, card)| {
        let id = world.campus_id(&card.user);
        id.starts_with("S1001") && card.active && world.cards_of(id).len() == 1
    });
    let (id, card) = found.unwrap();
    let holder = world.campus_id(&card.user).to_owned();
    (holder, id.clone(), card.number.to_string())
}

#[test]
fn a_first_sync_brings_the_cards_in_and_says_what_it_left_alone() {
    let environment = Environment::new();
    let ran = environment.sync_sandbox(0);
    for code in [
        "card-closed-in-command",
        "card-held-elsewhere",
        "card-owner-unknown",
        "card-shared",
        "card-unreadable",
        "id-status-unmapped",
        "id-type-unmapped",
    ] {
        assert!(ran.stdout.contains(code), "{code}: {ran}");
    }
    // Written out by hand: what is a Prox card in Atrium is one of 26 bits in Command.
    let world = World::read(&environment.sandbox_dir());
    let here = |id: &str| {
        let mut users = world.users.values();
        users.any(|user| user.active() && user.employee_number() == id)
    };
    let mut seen = 0;
    for (id, value) in prox(&environment) {
        if here(&id) {
            let held = world.cards_of(&id).into_iter().any(|card| {
                (&*card.kind, card.facility_code, card.active) == ("HID", Some(102), true)
                    && card.number == value
            });
            assert!(held, "{id} {value}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// Ordinary people's Prox cards that are in use in Atrium: campus id and number.
fn prox(environment: &Environment) -> Vec<(String, u128)> {
    let [_, _, credentials] = sandbox::atrium_exports(&environment.sandbox_dir());
    let credentials = fs::read_to_string(credentials).unwrap();
    let cards = credentials.lines().filter_map(|line| {
        let [id, "Prox", value, "Active"] = line.split(',').collect::<Vec<_>>()[..] else {
            return None;
        };
        // Those before are special cases.
        let ordinary = id.starts_with("S1001");
        ordinary.then(|| (id.to_owned(), value.parse().unwrap()))
    });
    cards.collect()
}

/// At two in the morning: one person, what Atrium took away and nothing else, with the ledger or
/// without.
#[test]
fn a_lost_card_is_dead_after_a_handful_of_requests() {
    for with_ledger in [true, false] {
        let mut campus = synced(&[]);
        let told = campus.happen(&[Event::LostCard, Event::NewCard]);
        let who = who(&told[0]);
        if !with_ledger {
            campus.environment.forget_ledger("sandbox");
        }
        let before = campus.world();
        campus.running.reset_requests();
        let ran = campus.sync_with(&["--only", &who, "--revoke-only"], &Named::default());
        assert_eq!(ran.code, 0, "{ran}");
        let (had, has) = (
            before.cards_of(&who).len(),
            campus.world().cards_of(&who).len(),
        );
        assert_eq!(has, had - 1, "{told:?}: {ran}");
        assert_eq!(campus.world().cards.len(), before.cards.len() - 1);
        let requests = campus.running.requests();
        let rest: u64 = requests
            .iter()
            .filter(|(endpoint, _)| endpoint.contains("/access/v1/"))
            .map(|(_, count)| count)
            .sum();
        // The list, the card's holder, the removal, and the holder once more.
        assert_eq!(rest, 4, "{requests:?}");
    }
}

#[test]
fn a_card_that_was_switched_off_by_hand_stays_off_until_it_is_reopened() {
    let mut campus = synced(&[]);
    let (who, card, number) = somebody(&campus.world());
    campus.hand(&Hand::SwitchCardOff {
        who: who.clone(),
        card: number,
    });
    assert_eq!(campus.sync().code, 0);
    assert!(!campus.world().cards[&card].active);
    let (code, plan) = campus.plan();
    assert_eq!(code, 0);
    leaves(&plan, "card-closed-in-command", &who);

    campus.may_reopen(&card);
    let ran = campus.sync_with(&["--reopen", &who], &Named::default());
    assert_eq!(ran.code, 0, "{ran}");
    assert!(campus.world().cards[&card].active);
    assert_eq!(campus.left(), "");
}

#[test]
fn a_card_that_was_added_by_hand_is_kept_and_listed() {
    let mut campus = synced(&[]);
    let (who, ..) = somebody(&campus.world());
    campus.hand(&Hand::AddCard {
        who: who.clone(),
        kind: "HID".to_owned(),
        facility_code: Some(210),
        number: 77,
    });
    assert_eq!(campus.sync().code, 0);
    assert_eq!(campus.world().cards_of(&who).len(), 2);
    leaves(&campus.plan().1, "local-card", &who);
    // Nor does it go with --claim-cards: it is known not to be ours.
    let ran = campus.sync_with(&["--claim-cards"], &Named::default());
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(campus.world().cards_of(&who).len(), 2);
}

#[test]
fn cards_of_unknown_owner_stay_until_they_are_claimed() {
    let mut campus = synced(&[]);
    leaves(&campus.plan().1, "card-owner-unknown", "S1000005");
    leaves(&campus.plan().1, "card-held-elsewhere", "0042817");
    let unknown = |campus: &Campus| {
        let world = campus.world();
        let cards = world.cards_of("S1000005").into_iter();
        cards.filter(|card| card.by_hand).count()
    };
    assert_eq!(unknown(&campus), 2);
    let ran = campus.sync_with(&["--claim-cards"], &Named::default());
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(unknown(&campus), 0);
    // What was held there goes to whoever has it in Atrium.
    let world = campus.world();
    let mut cards = world.cards_of("0042817").into_iter();
    assert!(cards.any(|card| card.number == 6002));
    assert_eq!(campus.left(), "");
}

// ---------------------------------------------------------------- profiles of one's own

/// A profile with the sandbox's exports and its Command, and more lines.
fn profile(campus: &Campus, rest: &str) {
    let scim_url = campus.running.scim_url();
    let [people, memberships, credentials] =
        sandbox::atrium_exports(&campus.environment.sandbox_dir()).map(|path| json!(path));
    campus.environment.profile(
        "own",
        &format!(
            "atrium.files = [{people}, {memberships}, {credentials}]\n\
             command.scim_url = \"{scim_url}\"\n\
             command.scim_token_file = \"../../sandbox/scim-token\"\n\
             command.email_domains = [\"campus.example\", \"students.campus.example\"]\n\
             sync.verify = \"all\"\n\
             {rest}\n\
             [atrium.id_types]\n\
             Prox = {{ format = \"HID\", facility_code = 102 }}\n\
             Wallet = {{ format = \"ignore\" }}\n"
        ),
    );
}

/// The line of a profile that names the API.
fn api(campus: &Campus, key: &str) -> String {
    let url = campus.running.rest_url();
    format!("command.api_url = \"{url}\"\ncommand.api_key_file = \"../../sandbox/{key}\"")
}

fn own(campus: &Campus, arguments: &[&str]) -> Ran {
    let all = [arguments, &["--profile", "own"]].concat();
    campus.environment.run(&all)
}

#[test]
fn ownership_holds_its_removals_in_its_first_run() {
    let campus = Campus::new(0, 1, &[]);
    let api = api(&campus, "api-key");
    profile(&campus, &api);
    let _ = own(&campus, &["sync", "--yes"]).expect(0);
    let ownership = "credentials.ownership = { format = [\"HID37wFacilityCode\"] }";
    profile(&campus, &format!("{api}\n{ownership}"));
    let cards = campus.world().cards;
    let ran = own(&campus, &["sync", "--yes"]).expect(6);
    assert!(ran.stdout.contains("ownership-first-run"), "{ran}");
    assert_eq!(campus.world().cards, cards);
    let ran = own(&campus, &["sync", "--yes"]).expect(0);
    assert!(campus.world().cards.len() < cards.len(), "{ran}");
}

#[test]
fn without_an_api_key_cards_are_not_covered_which_is_said_once() {
    let campus = Campus::new(30, 1, &[]);
    profile(&campus, "");
    let before = campus.world();
    let ran = own(&campus, &["sync", "--yes"]).expect(0);
    assert_eq!(ran.stdout.matches("Not covered").count(), 1, "{ran}");
    let world = campus.world();
    assert_eq!(world.cards, before.cards);
    let mut with = Campus::new(30, 1, &[]);
    assert_eq!(with.sync().code, 0);
    assert_eq!(world.users.len(), with.world().users.len());
    assert_eq!(world.members.len(), with.world().members.len());
    let _ = own(&campus, &["diff", "--exit-code"]).expect(0);
}

#[test]
fn a_key_that_does_not_open_ends_with_4_before_anything_is_written() {
    let campus = Campus::new(0, 1, &[]);
    let old = sandbox::api_key(&campus.environment.sandbox_dir()).unwrap();
    sandbox::replace_api_key(&campus.environment.sandbox_dir()).unwrap();
    campus.environment.write("sandbox/dead", old);
    let before = campus.world();
    for (key, words) in [
        ("api-key-no-access-control", "Access Control"),
        ("dead", "API key"),
        ("api-key-none", "api-key-none"),
    ] {
        profile(&campus, &api(&campus, key));
        let ran = own(&campus, &["sync", "--yes"]).expect(4);
        assert!(ran.stderr.contains(words), "{ran}");
        assert!(ran.stderr.contains("hint:"), "{ran}");
        assert_eq!(campus.world(), before, "{key}");
    }
}

#[test]
fn a_key_that_may_only_read_ends_with_4_and_everything_else_is_done() {
    let campus = Campus::new(0, 1, &[]);
    profile(&campus, &api(&campus, "api-key-read-only"));
    let before = campus.world();
    let ran = own(&campus, &["sync", "--yes"]).expect(4);
    assert!(ran.stdout.contains("api-key-scope"), "{ran}");
    let world = campus.world();
    assert_eq!(world.cards, before.cards);
    assert!(world.users.len() > before.users.len());
}

#[test]
fn an_address_where_nobody_answers_ends_with_7_before_anything_is_written() {
    let campus = Campus::new(0, 1, &[]);
    let key = "command.api_key_file = \"../../sandbox/api-key\"";
    profile(
        &campus,
        &format!("command.api_url = \"http://127.0.0.1:9\"\n{key}"),
    );
    let before = campus.world();
    let ran = own(&campus, &["sync", "--yes"]).expect(7);
    assert!(ran.stderr.contains("http://127.0.0.1:PORT"), "{ran}");
    assert_eq!(campus.world(), before);
}

// ---------------------------------------------------------------- answers that mislead

/// Lets the tool meet a server before the sandbox that changes answers.
fn misled(campus: &Campus, change: impl Fn(&Asked, Answer) -> Answer + Send + Clone + 'static) {
    let url = proxy::between(&campus.running.base_url(), change);
    fs::write(campus.environment.path("sandbox/address"), url).unwrap();
}

const LIST: &str = "/access/v1/access_users";

/// Changes the list of everybody.
fn with_rows(
    change: impl Fn(&mut Vec<Value>) + Clone,
) -> impl Fn(&Asked, Answer) -> Answer + Clone {
    move |asked, mut answer| {
        if asked.target == LIST {
            let mut list: Value = serde_json::from_str(&answer.body).unwrap();
            change(list["access_members"].as_array_mut().unwrap());
            answer.body = list.to_string();
        }
        answer
    }
}

#[test]
fn a_user_who_never_appears_in_the_list_is_left_for_the_next_run() {
    let mut campus = Campus::new(45, 1, &[]);
    let (who, _) = prox(&campus.environment).swap_remove(0);
    let hidden = who.clone();
    misled(
        &campus,
        with_rows(move |rows| rows.retain(|row| row["employee_id"] != *hidden)),
    );
    let start = Instant::now();
    let ran = campus.sync();
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(ran.code, 5, "{ran}");
    assert!(campus.not_done().contains("not-yet-in-access"), "{ran}");
    assert_eq!(campus.world().cards_of(&who).len(), 0);
    leaves(&campus.plan().1, "not-yet-in-access", &who);
}

#[test]
fn of_two_rows_with_one_address_neither_gets_a_card() {
    let mut campus = Campus::new(45, 1, &["rest-ids-differ"]);
    let (who, _) = prox(&campus.environment).swap_remove(0);
    let doubled = who.clone();
    misled(
        &campus,
        with_rows(move |rows| {
            let twin = rows.iter().find(|row| row["employee_id"] == *doubled);
            if let Some(mut twin) = twin.cloned() {
                twin["user_id"] = json!("another");
                rows.push(twin);
            }
        }),
    );
    campus.sync_past_guards();
    assert_eq!(campus.world().cards_of(&who).len(), 0);
    leaves(&campus.plan().1, "access-ambiguous", &who);
}

#[test]
fn what_is_said_of_another_person_is_not_believed() {
    let mut campus = synced(&[]);
    let (who, card, _) = somebody(&campus.world());
    let user = campus.world().cards[&card].user.clone();
    misled(&campus, move |asked, mut answer| {
        if asked.target.contains(&user) && asked.target.starts_with("/access/v1/access_users/user")
        {
            let mut information: Value = serde_json::from_str(&answer.body).unwrap();
            information["user_id"] = json!("somebody-else");
            answer.body = information.to_string();
        }
        answer
    });
    let before = campus.world();
    let ran = campus.sync();
    assert_eq!(ran.code, 7, "{ran}");
    leaves(&campus.document, "cards-unreadable", &who);
    assert_eq!(campus.world(), before);
}
