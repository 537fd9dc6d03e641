//! Worlds: seeds, days, hands, faults, restarts, and who serves a folder.

use super::*;

#[test]
fn a_restart_loses_nothing() {
    let mut world = World::new("");
    let id = world.user("kept");
    let group = world.group("Kept", &[&id]);
    world.deactivate(&id);
    let gone = world.user("gone");
    world.scim("DELETE", &format!("/Users/{gone}"), Value::Null);
    let strip = |mut list: Value| {
        let text = list["Resources"].take().to_string();
        let port = text
            .find("127.0.0.1:")
            .map(|at| text[at..].split('/').next().unwrap().to_owned())
            .unwrap();
        text.replace(&port, "host")
    };
    let before = (strip(world.get("/Users")), strip(world.get("/Groups")));
    world.restart();
    assert_eq!(
        (strip(world.get("/Users")), strip(world.get("/Groups"))),
        before
    );
    assert_eq!(world.member_ids(&group), [id]);
    assert_ne!(world.user("new"), gone, "ids are not given twice");
}

#[test]
fn faults_fire_as_told_and_are_counted() {
    let mut world = World::with("", Faults::default().with(Fault::CutBefore, 1.0));
    let body = json!({"userName": "cut@campus.example"});
    assert!(world.try_scim("POST", "/Users", &body).is_err());
    let set = |world: &World, faults: Faults| {
        let faults = serde_json::to_vec(&faults).unwrap();
        assert_eq!(
            world
                .send("PUT", "/sandbox/faults", &[], &faults)
                .unwrap()
                .status,
            200
        );
    };
    let fired = |world: &World, fault: Fault| status(world.path()).unwrap().faults_fired[&fault];
    assert_eq!(fired(&world, Fault::CutBefore), 1);

    set(&world, Faults::default().with(Fault::CutAfter, 1.0));
    assert!(world.try_scim("POST", "/Users", &body).is_err());
    assert_eq!(fired(&world, Fault::CutAfter), 1);
    set(&world, Faults::default());
    refused(&world.scim("POST", "/Users", body), 409, "uniqueness");

    set(&world, Faults::default().with(Fault::Truncated, 1.0));
    let body = json!({"userName": "half@campus.example"});
    let half = world.try_scim("POST", "/Users", &body);
    assert!(half.is_err() || half.is_ok_and(|reply| reply.status == 201 && reply.body.is_null()));
    set(&world, Faults::default().with(Fault::Html, 1.0));
    let page = world.scim("GET", "/Users", Value::Null);
    assert_eq!(page.status, 502);
    assert!(page.head.contains("text/html"));
    set(&world, Faults::default());
    refused(&world.scim("POST", "/Users", body), 409, "uniqueness");

    set(&world, "429=1,seed=5".parse().unwrap());
    let with_header = (0..20).filter(|_| {
        let reply = world.scim("GET", "/Users", Value::Null);
        assert_eq!(reply.status, 429);
        reply.head.contains("retry-after: 1")
    });
    assert!((1..20).contains(&with_header.count()));
    set(&world, "500=0.5,503=0.5".parse().unwrap());
    let reply = world.scim("GET", "/Users", Value::Null);
    assert!([500, 503].contains(&reply.status));
    set(&world, Faults::default());
    world.restart();
    world.get("/Users");
}

#[test]
fn requests_are_counted_by_endpoint() {
    let world = World::new("");
    let id = world.user("x");
    world.get(&format!("/Users/{id}"));
    world.get("/Users");
    world.get("/Users?startIndex=2");
    let counts = world
        .send("GET", "/sandbox/requests", &[], b"")
        .unwrap()
        .body;
    assert_eq!(
        counts,
        json!({"POST /Users": 1, "GET /Users/{id}": 1, "GET /Users": 2})
    );
    world
        .send("POST", "/sandbox/requests/reset", &[], b"")
        .unwrap();
    assert_eq!(
        world
            .send("GET", "/sandbox/requests", &[], b"")
            .unwrap()
            .body,
        json!({})
    );
}

fn exports(dir: &Path) -> [String; 3] {
    atrium_exports(dir).map(|path| std::fs::read_to_string(path).unwrap())
}

/// The exports without the barcodes, which change every day.
fn lasting(exports: &[String; 3]) -> Vec<&str> {
    let lines = exports.iter().flat_map(|export| export.lines());
    lines.filter(|line| !line.contains(",Wallet,")).collect()
}

#[test]
fn the_same_seed_makes_the_same_campus() {
    let make = |seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path());
        settings.seed = seed;
        let status = reset(&settings).unwrap();
        assert_eq!((status.people, status.groups, status.day), (300, 14, 0));
        assert_eq!(status.command.native_groups, 3);
        (exports(dir.path()), dir)
    };
    let (one, dir) = make(7);
    assert_eq!(one, make(7).0);
    assert_ne!(one, make(8).0);

    let mut reader = csv::Reader::from_path(&atrium_exports(dir.path())[0]).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ids: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(ids.len(), 300);
    assert!(
        ids.iter().filter(|id| id.starts_with('0')).count() > 5,
        "leading zeros"
    );
    assert!(one[0].contains("\r\n") && one[0].contains("\"Parr, Jr.\""));
    let statuses: std::collections::BTreeSet<&str> = rows.iter().map(|row| &row[8]).collect();
    assert_eq!(statuses, ["Active", "Inactive", "Sabbatical"].into());

    // Days repeat, too, and every event can be played alone.
    let evolved = |events: Option<&[Event]>| {
        let (_, dir) = make(7);
        let told = [
            evolve(dir.path(), events).unwrap(),
            evolve(dir.path(), events).unwrap(),
        ];
        assert_eq!(status(dir.path()).unwrap().day, 2);
        (told, exports(dir.path()))
    };
    assert_eq!(evolved(None), evolved(None));
    for event in Event::ALL {
        assert_eq!(event.name().parse::<Event>().unwrap(), event);
        let (told, after) = evolved(Some(&[event]));
        assert_eq!(told[0].len(), 1, "{event:?}");
        // Nobody of ours who is ordinary is in Command before the first sync.
        let by_hand = event.name().contains("by-hand") || event == Event::LocalExtraCard;
        let played = !told[0][0].contains("nobody was there");
        assert_eq!(played, !by_hand, "{told:?}");
        let changes_what_lasts = !by_hand && event != Event::RotatedBarcodes;
        assert_eq!(
            lasting(&after) != lasting(&one),
            changes_what_lasts,
            "{event:?} {told:?}"
        );
        assert_ne!(after[2], one[2], "barcodes rotate");
    }
}

#[test]
fn days_and_hands_reach_a_served_world() {
    let world = World::new("");
    let before = exports(world.path());
    let told = evolve(world.path(), Some(&[Event::AbsentLeaver])).unwrap();
    assert!(told[0].contains("no longer in Atrium"), "{told:?}");
    assert_eq!(
        exports(world.path())[0].lines().count(),
        before[0].lines().count() - 1
    );

    let id = world.user("x");
    let new = exports(world.path())[0]
        .lines()
        .next_back()
        .unwrap()
        .to_owned();
    let campus_id = new.split(',').next().unwrap();
    let body =
        json!({"userName": "ordinary@campus.example", "externalId": format!("atrium:{campus_id}")});
    let ordinary = world.scim("POST", "/Users", body).body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = evolve(world.path(), Some(&[Event::ClosedByHand])).unwrap();
    assert!(told[0].contains(campus_id), "{told:?}");
    assert_eq!(world.get(&format!("/Users/{ordinary}"))["active"], false);

    let email = || "x@campus.example".to_owned();
    hand(world.path(), &Hand::DeactivateUser(email())).unwrap();
    assert_eq!(world.get(&format!("/Users/{id}"))["active"], false);
    hand(world.path(), &Hand::ReactivateUser(id.clone())).unwrap();
    hand(world.path(), &Hand::DeleteUser(id.clone())).unwrap();
    assert_eq!(
        world
            .scim("GET", &format!("/Users/{id}"), Value::Null)
            .status,
        404
    );
    let add = Hand::AddUser {
        email: email(),
        first_name: "X".into(),
        last_name: "Y".into(),
    };
    hand(world.path(), &add).unwrap();
    refused(
        &world.scim("POST", "/Users", json!({"userName": email()})),
        409,
        "uniqueness",
    );
    hand(
        world.path(),
        &Hand::AddGroup {
            name: "Hand-made".into(),
        },
    )
    .unwrap();
    refused(
        &world.scim("POST", "/Groups", json!({"displayName": "hand-made"})),
        409,
        "uniqueness",
    );
    hand(world.path(), &Hand::DeleteGroup("Hand-made".into())).unwrap();
    world.group("Hand-made", &[]);
    let error = hand(world.path(), &Hand::DeleteUser("nobody".into())).unwrap_err();
    assert!(error.to_string().contains("no user nobody"), "{error}");
}

#[test]
fn a_folder_is_served_once() {
    let mut world = World::new("small-pages");
    let url = world.running.as_ref().unwrap().base_url();
    let settings = Settings::new(world.path());
    assert!(matches!(start(&settings), Err(SandboxError::AlreadyServed { url: at }) if at == url));
    assert!(matches!(
        reset(&settings),
        Err(SandboxError::AlreadyServed { .. })
    ));
    assert_eq!(status(world.path()).unwrap().url, Some(url));
    world.restart();
    assert_eq!(
        status(world.path()).unwrap().personality.names(),
        ["small-pages"],
        "it is stored"
    );
    set_personality(world.path(), &Personality::default()).unwrap();
    assert_eq!(
        world.get("/ServiceProviderConfig")["filter"]["maxResults"],
        100
    );
    world.running = None;
    assert_eq!(
        status(world.path()).unwrap().personality,
        Personality::default()
    );
    assert_eq!(status(world.path()).unwrap().url, None);
    assert!(matches!(
        status(&world.path().join("none")),
        Err(SandboxError::World(_))
    ));
}

#[test]
fn a_token_that_is_made_again_is_of_its_own_moment() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::new(folder.path());
    let made = || Store::open(folder.path()).unwrap().scim().unwrap().made;
    for is_served in [false, true] {
        reset(&settings).unwrap();
        assert_eq!(made(), None);
        let old = scim_token(folder.path()).unwrap();
        let running = is_served.then(|| start(&settings).unwrap());
        let new = refresh_token(folder.path()).unwrap();
        drop(running);
        assert_ne!(new, old);
        assert!(made().is_some(), "{is_served}");
    }
}
