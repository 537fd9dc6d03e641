//! Each switch of the personality that REST has.

use super::*;

#[test]
fn deactivated_users_cards_are_frozen() {
    for (personality, refused, applied) in [
        ("", true, false),
        ("frozen-ignored", false, false),
        ("frozen-accepted", false, true),
    ] {
        let mut bench = Bench::new(personality);
        let kofi = bench.user(KOFI);
        bench.deactivate(KOFI);
        let card = bench.card(&kofi, 4711);
        let mine = format!("user_id={}", kofi.id);
        let writes = [
            ("POST", format!("{CARD}?{mine}"), hid("1")),
            (
                "PUT",
                format!("{CARD}/deactivate?{mine}&card_id={card}"),
                Value::Null,
            ),
            (
                "PUT",
                format!("{USER}/end_date?{mine}"),
                json!({"end_date": "5"}),
            ),
            (
                "DELETE",
                format!("{CARD}?{mine}&card_id={card}"),
                Value::Null,
            ),
        ];
        for (method, target, body) in writes {
            if refused {
                bench.refused(method, &target, body, 400, "User is deactivated");
                continue;
            }
            let before = bench.fingerprint();
            bench.ok(method, &target, body);
            assert_eq!(
                bench.fingerprint() != before,
                applied,
                "{personality} {method} {target}"
            );
        }
    }
}

#[test]
fn with_other_ids_nobody_is_found_by_the_scim_id() {
    let mut bench = Bench::new("rest-ids-differ");
    let kofi = bench.user(KOFI).id;
    let shown = bench.get(&format!("{USER}?external_id={KOFI}"));
    let id = shown["user_id"].as_str().unwrap().to_owned();
    assert_ne!(id, kofi);
    bench.refused(
        "GET",
        &format!("{USER}?user_id={kofi}"),
        Value::Null,
        404,
        "User not found",
    );
    bench.ok("POST", &format!("{CARD}?user_id={id}"), hid("1"));
    let rows = bench.get("/access/v1/access_users");
    let rows = rows["access_members"].as_array().unwrap().clone();
    assert!(rows.iter().any(|row| row["user_id"] == *id));
    assert!(rows.iter().all(|row| row["user_id"] != *kofi));
    let group = bench.synced_group();
    let members = bench.get(&format!("{GROUP}?group_id={group}"))["user_ids"].clone();
    assert!(members.as_array().unwrap().contains(&json!(id)));
}

#[test]
fn hidden_external_ids_are_neither_shown_nor_found() {
    let mut bench = Bench::new("rest-external-id-hidden");
    let kofi = bench.user(KOFI).id;
    bench.refused(
        "GET",
        &format!("{USER}?external_id={KOFI}"),
        Value::Null,
        404,
        "User",
    );
    assert_eq!(
        bench.get(&format!("{USER}?user_id={kofi}"))["external_id"],
        Value::Null
    );
    assert_eq!(
        bench.get(&format!("{CORE}?user_id={kofi}"))["external_id"],
        Value::Null
    );
    let rows = bench.get("/access/v1/access_users");
    assert!(!rows.to_string().contains("external_id"));
}

#[test]
fn with_rest_late_a_new_user_takes_some_requests_to_appear() {
    let mut bench = Bench::new("rest-late");
    let headers: HeaderMap = [
        ("authorization", format!("Bearer {}", bench.campus.token)),
        ("content-type", "application/scim+json".to_owned()),
    ]
    .iter()
    .map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    })
    .collect();
    let call = Call {
        method: &Method::POST,
        path: &["Users".to_owned()],
        query: &[],
        headers: &headers,
        body: br#"{"userName": "late@campus.example"}"#,
    };
    let made = scim::answer(&mut bench.campus, &call);
    let id = made.body.unwrap().json().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let route = format!("{USER}?user_id={id}");
    bench.refused("GET", &route, Value::Null, 404, "User not found");
    for _ in 0..4 {
        let rows = bench.get("/access/v1/access_users");
        assert!(!rows.to_string().contains(&id));
    }
    assert_eq!(bench.get(&route)["user_id"], *id);
}

#[test]
fn normalised_cards_say_the_same_in_other_words() {
    let mut plain = Bench::new("");
    let mut normalised = Bench::new("cards-normalised");
    let route = format!("{USER}?external_id={KOFI}");
    let cards = |bench: &mut Bench| bench.get(&route)["cards"].as_array().unwrap().clone();
    let (plain, normalised) = (cards(&mut plain), cards(&mut normalised));
    assert_eq!(plain.len(), normalised.len());
    let mut forms = std::collections::BTreeSet::new();
    for (plain, normalised) in plain.iter().zip(&normalised) {
        let number: u64 = plain["card_number"].as_str().unwrap().parse().unwrap();
        let read = match (
            normalised["card_number"].as_str(),
            normalised["card_number_hex"].as_str(),
        ) {
            (Some(decimal), None) => {
                assert_ne!(decimal, plain["card_number"]);
                forms.insert("zeros");
                decimal.parse().ok()
            }
            (None, Some(hex)) => {
                forms.insert("hex");
                u64::from_str_radix(hex, 16).ok()
            }
            both => panic!("{both:?}"),
        };
        assert_eq!(read, Some(number));
        assert_ne!(plain["type"], normalised["type"]);
        assert_ne!(plain["facility_code"], normalised["facility_code"]);
    }
    assert_eq!(forms.len(), 2, "{forms:?}");
}

#[test]
fn cards_of_managed_users_can_be_refused() {
    let mut bench = Bench::new("cards-on-managed-refused");
    let kofi = bench.user(KOFI);
    let mine = format!("user_id={}", kofi.id);
    let card = bench.card(&kofi, 4711);
    for (method, target, body) in [
        ("POST", format!("{CARD}?{mine}"), hid("1")),
        (
            "DELETE",
            format!("{CARD}?{mine}&card_id={card}"),
            Value::Null,
        ),
        (
            "PUT",
            format!("{CARD}/activate?{mine}&card_id={card}"),
            Value::Null,
        ),
        (
            "PUT",
            format!("{CARD}/deactivate?{mine}&card_id={card}"),
            Value::Null,
        ),
    ] {
        bench.refused(method, &target, body, 400, "User is managed, cannot modify");
    }
    let dana = bench.native(DANA).id;
    bench.ok("POST", &format!("{CARD}?user_id={dana}"), hid("1"));
}

#[test]
fn with_rest_nulls_whatever_may_be_missing_is() {
    let mut bench = Bench::new("rest-nulls");
    let rows = bench.get("/access/v1/access_users");
    for row in rows["access_members"].as_array().unwrap() {
        assert!(row["user_id"].is_string());
        assert_eq!(row["full_name"], Value::Null);
        assert!(row.get("is_visitor").is_none());
    }
    let ended = bench.get(&format!("{USER}?employee_id=S1000023"));
    assert_eq!(ended["end_date"], 1_782_777_600_u64);
    assert!(ended.get("start_date").is_none());
    assert_eq!(ended["license_plates"], Value::Null);
    let card = &ended["cards"][0];
    assert_eq!(
        (&card["card_number"], &card["facility_code"]),
        (&json!(4723), &json!(102))
    );
    assert!(card.get("card_number_hex").is_none());
    let bare = bench.get(&format!("{USER}?email=kiosk@campus.example"));
    assert_eq!(bare["cards"], Value::Null);
}

#[test]
fn an_empty_list_can_be_answered_with_400() {
    for (personality, status) in [("", 200), ("rest-empty-is-400", 400)] {
        let mut bench = Bench::new(personality);
        let groups: Vec<String> = bench
            .campus
            .command
            .groups()
            .map(|g| g.id.clone())
            .collect();
        let drops = groups.into_iter().map(Change::DropGroup).collect();
        bench.campus.write(drops).unwrap();
        for list in ["/access/v1/access_groups", "/access/v1/door/access_level"] {
            assert_eq!(
                bench.send("GET", list, &Value::Null).0,
                status,
                "{personality} {list}"
            );
        }
        assert_eq!(
            bench.send("GET", "/access/v1/access_users", &Value::Null).0,
            200
        );
    }
}

#[test]
fn with_card_delete_late_a_removed_card_is_shown_for_some_requests() {
    let mut bench = Bench::new("card-delete-late");
    let kofi = bench.user(KOFI);
    let card = bench.card(&kofi, 4711);
    let remove = format!("{CARD}?user_id={}&card_id={card}", kofi.id);
    bench.ok("DELETE", &remove, Value::Null);
    assert!(bench.campus.command.card(&card).is_none());
    bench.refused("DELETE", &remove, Value::Null, 404, "Card not found");
    let route = format!("{USER}?user_id={}", kofi.id);
    let shown: Vec<bool> = (0..6)
        .map(|_| bench.get(&route).to_string().contains(&card))
        .collect();
    assert_eq!(shown, [true, true, true, true, false, false]);
}
