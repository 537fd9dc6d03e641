//! Cards in the world: what a campus has, what a day and a hand do to them, and that nothing of it
//! is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const KOFI: &str = "S1000005";

/// The rows of the credentials' export: campus id, type, value, status.
fn credentials(dir: &Path) -> Vec<[String; 4]> {
    let [_, _, path] = atrium_exports(dir);
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    assert_eq!(
        header,
        ["campus_id", "id_type", "id_value", "id_status"][..]
    );
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| [0, 1, 2, 3].map(|at| row[at].to_owned()))
        .collect()
}

fn new_world(people: u32) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(dir.path());
    settings.people = people;
    reset(&settings).unwrap();
    dir
}

#[test]
fn a_campus_has_cards_of_every_type_and_trouble() {
    let dir = new_world(300);
    let rows = credentials(dir.path());
    assert!((420..480).contains(&rows.len()), "{}", rows.len());
    let types: BTreeSet<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(
        types,
        [
            "Blackboard",
            "Corporate",
            "DESFire",
            "Fob",
            "MIFARE CSN",
            "Prox",
            "Wallet",
            "iClass"
        ]
        .into()
    );
    let statuses: BTreeSet<&str> = rows.iter().map(|row| row[3].as_str()).collect();
    assert_eq!(
        statuses,
        ["Active", "Damaged", "Lost", "On hold", "Returned", "Stolen"].into()
    );
    let has = |row: [&str; 4]| rows.iter().any(|known| *known == row);
    for row in [
        ["S1000019", "Prox", "70000", "Active"],
        ["S1000020", "Blackboard", "1.23457E+11", "Active"],
        ["S1000020", "Prox", "", "Active"],
        ["S1000021", "Prox", "12A34", "Active"],
        ["0042817", "Prox", "00000417", "Active"],
        [KOFI, "Prox", "4713", "Lost"],
    ] {
        assert!(has(row), "{row:?}");
    }
    let mut holders: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for [who, id_type, value, _] in &rows {
        let card = (id_type.as_str(), value.trim_start_matches('0'));
        holders.entry(card).or_default().insert(who);
    }
    let shared: Vec<_> = holders.iter().filter(|(_, who)| who.len() > 1).collect();
    assert_eq!(
        shared,
        [(&("Prox", "5001"), &BTreeSet::from(["S1000018", "S1000019"]))],
        "numbers are unique but for one"
    );
    let mut held: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &rows {
        *held.entry(&row[0]).or_default() += 1;
    }
    assert!(held.len() < 300, "some have none");
    assert!(held.values().any(|held| *held == 2) && held.values().any(|held| *held == 3));

    let status = status(dir.path()).unwrap();
    assert_eq!(status.cards as usize, rows.len());
    assert_eq!(
        (status.command.cards, status.command.cards_by_hand),
        (10, 5)
    );
    assert_eq!((status.minute_ms, status.rest_url), (3_000, None));
}

/// Everything that the world holds, but the barcodes' and secrets' luck.
fn whole(dir: &Path) -> String {
    let db = rusqlite::Connection::open(dir.join("world.db")).unwrap();
    let mut text = String::new();
    for table in [
        "person",
        "access",
        "atrium_id",
        "command_user",
        "command_card",
        "command_access",
    ] {
        let mut select = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = select.column_count();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                text.push_str(&format!("{:?} ", row.get_ref(column).unwrap()));
            }
            text.push('\n');
        }
    }
    text
}

/// Makes users of ours of the first ordinary people, each with a card.
fn with_ordinary_users(world: &World) -> Vec<String> {
    let people = std::fs::read_to_string(&atrium_exports(world.path())[0]).unwrap();
    let ids = people.lines().skip(30).take(3);
    let ids: Vec<String> = ids
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect();
    for (id, number) in ids.iter().zip(901..) {
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let user = json!({
            "userName": format!("{id}@campus.example"),
            "externalId": format!("atrium:{id}"),
            extension: {"employeeNumber": id},
        });
        assert_eq!(world.scim("POST", "/Users", user).status, 201);
        add_card(world, id, number);
    }
    ids
}

fn add_card(world: &World, who: &str, number: u64) {
    let add = Hand::AddCard {
        who: who.to_owned(),
        kind: "HID".to_owned(),
        facility_code: Some(102),
        number,
    };
    hand(world.path(), &add).unwrap();
}

#[test]
fn every_event_with_cards_does_the_same_in_the_same_world() {
    let events = &Event::ALL[Event::ALL
        .iter()
        .position(|e| *e == Event::LostCard)
        .unwrap()..];
    let live = || {
        let world = World::new("");
        let ids = with_ordinary_users(&world);
        let before = credentials(world.path());
        let told = evolve(world.path(), Some(events)).unwrap();
        let after = credentials(world.path());
        (told, whole(world.path()), ids, [before, after])
    };
    let once = live();
    assert_eq!(once, live());
    let (told, _, ids, [before, after]) = once;
    assert_eq!(told.len(), events.len());
    let values: BTreeSet<String> = [&before, &after]
        .into_iter()
        .flatten()
        .map(|row| row[2].clone())
        .collect();
    for sentence in &told {
        assert!(!sentence.contains("nobody"), "{sentence}");
        let named = sentence.contains("(S1") || sentence.contains("(00");
        assert!(named || sentence.contains("barcodes"), "{sentence}");
        let mut words = sentence.split([' ', '(', ')']);
        assert!(
            !words.any(|word| !word.is_empty() && values.contains(word)),
            "{sentence}"
        );
    }
    let by_hand = &told[told.len() - 3..];
    for sentence in by_hand {
        assert!(sentence.ends_with("by hand in Command"), "{sentence}");
        assert!(ids.iter().any(|id| sentence.contains(id)), "{sentence}");
    }
}

#[test]
fn a_day_changes_the_cards_that_it_names() {
    let row_of = |rows: &[[String; 4]], sentence: &str| -> Option<[String; 4]> {
        let who = sentence.split(['(', ')']).nth(1)?;
        let ending = sentence.split("card ending ").nth(1)?;
        let ending = ending.split(' ').next()?;
        let mut rows = rows.iter();
        rows.find(|row| row[0] == who && row[2].ends_with(ending))
            .cloned()
    };
    let dir = new_world(300);
    let before = credentials(dir.path());
    let events = [Event::LostCard, Event::StolenCard, Event::CardReturned];
    let told = evolve(dir.path(), Some(&events)).unwrap();
    let after = credentials(dir.path());
    for (sentence, status) in told.iter().zip([Some("Lost"), Some("Stolen"), None]) {
        let card = row_of(&before, sentence).unwrap();
        assert_eq!(card[3], "Active", "{sentence}");
        let now = row_of(&after, sentence);
        assert_eq!(
            now.map(|row| row[3].clone()).as_deref(),
            status,
            "{sentence}"
        );
    }
    let changed = |one: &[[String; 4]], other: &[[String; 4]]| {
        let lasting = |rows: &[[String; 4]]| -> BTreeSet<[String; 4]> {
            let lasting = rows.iter().filter(|row| row[1] != "Wallet");
            lasting.cloned().collect()
        };
        let (one, other) = (lasting(one), lasting(other));
        (
            one.difference(&other).cloned().collect::<Vec<_>>(),
            other.difference(&one).cloned().collect::<Vec<_>>(),
        )
    };
    for event in [Event::MovedCard, Event::ReplacedCard, Event::NewCard] {
        let before = credentials(dir.path());
        evolve(dir.path(), Some(&[event])).unwrap();
        let (gone, new) = changed(&before, &credentials(dir.path()));
        match (event, gone.as_slice(), new.as_slice()) {
            (Event::MovedCard, [gone], [new]) => {
                assert_ne!(gone[0], new[0]);
                assert_eq!(gone[1..], new[1..]);
            }
            (Event::ReplacedCard, [gone], [new]) => {
                assert_eq!(gone[..2], new[..2]);
                assert_ne!(gone[2], new[2]);
            }
            // It may be a barcode, which is left out here.
            (Event::NewCard, [], [] | [_]) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn hands_reach_cards_and_dates_and_restarts_lose_none() {
    let mut world = World::new("");
    let token = world.log_in();
    let route = format!("/access/v1/access_users/user?employee_id={KOFI}");
    let shown = |world: &World, token: &str| {
        let reply = world.try_rest(token, "GET", &route, &Value::Null).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(reply.head.contains("content-type: application/json"));
        reply.body
    };
    let active = |shown: &Value| -> Vec<(String, bool)> {
        let cards = shown["cards"].as_array().unwrap().iter();
        cards
            .map(|card| {
                let number = card["card_number"].as_str().unwrap();
                (number.to_owned(), card["active"] == true)
            })
            .collect()
    };
    let who = || KOFI.to_owned();
    let card = |number: u32| number.to_string();
    let did = |hand: &Hand| super::super::hand(world.path(), hand).unwrap();
    let off = did(&Hand::SwitchCardOff {
        who: who(),
        card: card(4711),
    });
    assert_eq!(
        off,
        "the HID card ending 11 of Kofi Osei was switched off by hand in Command"
    );
    did(&Hand::SwitchCardOn {
        who: "family.osei@campus.example".to_owned(),
        card: card(4712),
    });
    did(&Hand::RemoveCard {
        who: who(),
        card: card(4713),
    });
    did(&Hand::SetEndDate {
        who: who(),
        end_date: Some(5),
    });
    add_card(&world, KOFI, 4799);
    let now = shown(&world, &token);
    assert_eq!(
        active(&now),
        [
            ("4711", false),
            ("4712", true),
            ("7001", true),
            ("6002", true),
            ("4799", true)
        ]
        .map(|(number, active)| (number.to_owned(), active))
    );
    assert_eq!(now["end_date"], "5");
    let twice = Hand::AddCard {
        who: "dana.whitfield@campus.example".to_owned(),
        kind: "HID".to_owned(),
        facility_code: Some(102),
        number: 4799,
    };
    let error = super::super::hand(world.path(), &twice).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Kofi Osei has the HID card ending 99")
    );
    let typo = Hand::AddCard {
        who: who(),
        kind: "HDI".to_owned(),
        facility_code: None,
        number: 1,
    };
    let error = super::super::hand(world.path(), &typo).unwrap_err();
    assert!(
        error.to_string().contains("the nearest is `HID`"),
        "{error}"
    );

    world.restart();
    let stale = world.try_rest(&token, "GET", &route, &Value::Null).unwrap();
    assert_eq!(stale.status, 401, "tokens live as long as the server");
    let token = world.log_in();
    assert_eq!(shown(&world, &token), now);
    // A deleted user's cards go, too.
    hand(world.path(), &Hand::DeleteUser(who())).unwrap();
    let before = status(world.path()).unwrap().command.cards;
    world.restart();
    assert_eq!(status(world.path()).unwrap().command.cards, before);
    add_card(&world, "dana.whitfield@campus.example", 4799);
}

#[test]
fn rest_has_faults_and_counts_of_its_own() {
    let world = World::new("");
    let token = world.log_in();
    let running = world.running.as_ref().unwrap();
    assert_eq!(running.rest_url(), running.base_url());
    running.reset_requests();
    let kofi = "/access/v1/access_users/user?employee_id=S1000005";
    let card = "/access/v1/credentials/card?external_id=atrium:S1000005";
    let body = |number: &str| json!({"type": "DESFire", "card_number": number});
    let send =
        |method: &str, route: &str, body: &Value| world.try_rest(&token, method, route, body);
    let stored = |number: &str| {
        let shown = send("GET", kofi, &Value::Null).unwrap().body;
        shown["cards"]
            .to_string()
            .contains(&format!("\"{number}\""))
    };

    running.set_faults(Faults::default().with(Fault::CutBefore, 1.0));
    assert!(send("POST", card, &body("81")).is_err());
    running.set_faults(Faults::default().with(Fault::CutAfter, 1.0));
    assert!(send("POST", card, &body("82")).is_err());
    running.set_faults(Faults::default().with(Fault::Truncated, 1.0));
    let half = send("POST", card, &body("83"));
    assert!(half.is_err() || half.is_ok_and(|reply| reply.body.is_null()));
    for (fault, status) in [
        (Fault::TooManyRequests, 429),
        (Fault::Internal, 500),
        (Fault::Unavailable, 503),
        (Fault::Html, 502),
    ] {
        running.set_faults(Faults::default().with(fault, 1.0));
        let reply = send("POST", card, &body("84")).unwrap();
        assert_eq!(reply.status, status, "{fault:?}");
        assert!(!reply.head.contains("retry-after"), "{fault:?}");
        assert_eq!(reply.body.get("message").is_some(), fault != Fault::Html);
    }
    running.set_faults(Faults::default());
    let there = ["81", "82", "83", "84"].map(stored);
    assert_eq!(there, [false, true, true, false]);
    assert_eq!(
        running.requests(),
        [
            ("GET /access/v1/access_users/user".to_owned(), 4),
            ("POST /access/v1/credentials/card".to_owned(), 7),
        ]
        .into()
    );
}

#[test]
fn keys_are_private_and_can_be_killed() {
    let world = World::new("");
    let token = world.log_in();
    let old = api_key(world.path()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(world.path().join("api-key")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let groups = "/access/v1/access_groups";
    let get = |token: &str| world.try_rest(token, "GET", groups, &Value::Null).unwrap();
    assert_eq!(get(&token).status, 200);
    let new = replace_api_key(world.path()).unwrap();
    assert_ne!(old, new);
    assert_eq!(get(&token).status, 401);
    let headers = [("x-api-key", old.as_str())];
    let reply = world.send("POST", "/token", &headers, b"").unwrap();
    assert_eq!(reply.status, 401);
    assert_eq!(get(&world.log_in()).status, 200);
    let secrets: BTreeSet<String> = KeyScope::ALL
        .into_iter()
        .map(|scope| api_key_with(world.path(), scope).unwrap())
        .collect();
    assert_eq!(secrets.len(), 3);
}

#[test]
fn the_minute_is_that_of_whoever_serves() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(dir.path());
    settings.people = 0;
    settings.minute = Duration::from_millis(50);
    let running = start(&settings).unwrap();
    assert_eq!(minute(dir.path()).unwrap(), settings.minute);
    let status = status(dir.path()).unwrap();
    assert_eq!(
        (status.minute_ms, status.rest_url),
        (50, Some(running.rest_url()))
    );
    running.stop();
    assert_eq!(minute(dir.path()).unwrap(), settings.minute);
    settings.minute = Duration::ZERO;
    assert!(start(&settings).is_err());
}

#[test]
fn a_world_of_an_older_version_is_to_be_reset() {
    let dir = new_world(0);
    let db = rusqlite::Connection::open(dir.path().join("world.db")).unwrap();
    let old = "UPDATE meta SET value = '1' WHERE key = 'layout'";
    db.execute(old, []).unwrap();
    drop(db);
    let error = status(dir.path()).unwrap_err().to_string();
    assert!(error.contains("atriumctl sandbox reset"), "{error}");
    let mut settings = Settings::new(dir.path());
    settings.people = 0;
    reset(&settings).unwrap();
    status(dir.path()).unwrap();
}

#[test]
fn the_limit_is_met_over_http_and_does_not_say_how_long_to_wait() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(dir.path());
    settings.people = 0;
    settings.minute = Duration::from_secs(600);
    let world = World {
        running: Some(start(&settings).unwrap()),
        token: scim_token(dir.path()).unwrap(),
        dir,
    };
    let get = |token: &str| {
        let route = "/access/v1/access_groups";
        world.try_rest(token, "GET", route, &Value::Null).unwrap()
    };
    let token = world.log_in();
    assert!((0..24).all(|_| get(&token).status == 200));
    let refused = get(&token);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body["data"], Value::Null);
    assert!(!refused.head.contains("retry-after"));
    assert_eq!(
        world.get("/Users?count=0")["itemsPerPage"],
        0,
        "SCIM is not limited"
    );
}
