//! What is answered when nothing is wrong.

use super::*;

#[test]
fn everybody_is_listed_at_once_and_empty_fields_are_left_out() {
    let mut bench = Bench::new("");
    let listed = bench.get("/access/v1/access_users");
    let rows = listed["access_members"].as_array().unwrap().clone();
    assert_eq!(rows.len(), bench.campus.command.users().count());
    let kofi = bench.user(KOFI);
    let row = rows.iter().find(|row| row["user_id"] == kofi.id).unwrap();
    assert_eq!(
        *row,
        json!({
            "user_id": kofi.id,
            "external_id": KOFI,
            "email": "family.osei@campus.example",
            "full_name": "Kofi Osei",
            "employee_id": "S1000005",
            "department": "Engineering",
            "has_profile_photo": false,
            "is_visitor": false,
        })
    );
    assert!(rows.iter().all(|row| row["is_visitor"] == false));
    let all = bench.get("/access/v1/access_users?include_visitors=true");
    assert_eq!(
        all["access_members"].as_array().unwrap().len(),
        rows.len() + 1
    );
}

#[test]
fn a_person_is_found_by_each_name_and_shown_with_cards_and_dates() {
    let mut bench = Bench::new("");
    let kofi = bench.user(KOFI);
    for name in [
        format!("user_id={}", kofi.id),
        format!("external_id={KOFI}"),
        "email=Family.Osei@campus.example".to_owned(),
        "employee_id=S1000005".to_owned(),
    ] {
        assert_eq!(
            bench.get(&format!("{USER}?{name}"))["user_id"],
            kofi.id,
            "{name}"
        );
    }
    let shown = bench.get(&format!("{USER}?user_id={}", kofi.id));
    let cards = shown["cards"].as_array().unwrap();
    let known: Vec<_> = cards
        .iter()
        .map(|card| {
            (
                &card["type"],
                &card["facility_code"],
                &card["card_number"],
                &card["active"],
            )
        })
        .map(|(kind, code, number, active)| json!([kind, code, number, active]))
        .collect();
    assert_eq!(
        known,
        [
            json!(["HID", "102", "4711", true]),
            json!(["HID37wFacilityCode", "2040", "4712", false]),
            json!(["HID", "102", "4713", true]),
            json!(["HID37wFacilityCode", "300", "7001", true]),
            json!(["HID", "102", "6002", true]),
        ]
    );
    for card in cards {
        assert_eq!(card["card_number_hex"], Value::Null);
        assert_eq!(card["card_number_base36"], Value::Null);
        assert_eq!(card.as_object().unwrap().len(), 7);
        assert!(!card["card_id"].as_str().unwrap().contains("471"));
    }
    assert_eq!(shown["access_groups"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["end_date"], &shown["entry_code"]),
        (&Value::Null, &Value::Null)
    );

    let ended = bench.get(&format!("{USER}?employee_id=S1000023"));
    assert_eq!(ended["end_date"], "1782777600");
    assert_eq!(
        bench.get(&format!("{USER}?email={DANA}"))["entry_code"],
        "4821"
    );
}

#[test]
fn cards_are_added_switched_and_removed() {
    let mut bench = Bench::new("");
    let kofi = bench.user(KOFI).id;
    let mine = format!("{CARD}?external_id={KOFI}");
    let table = [
        (
            json!({"type": "Standard 26-bit Wiegand", "facility_code": "102", "card_number": "00042"}),
            "HID",
            "42",
        ),
        (
            json!({"type": "DESFire", "card_number_hex": "04A1B2C3D4E5F6"}),
            "DESFire",
            "1303689068602870",
        ),
        (
            json!({"type": "Blackboard 64-bit", "card_number_base36": "zz", "facility_code": null}),
            "Blackboard64",
            "1295",
        ),
        (
            json!({"type": "MiFareClassic4K_CSN", "card_number": "4294967295", "active": true}),
            "MiFareClassic1K_CSN",
            "4294967295",
        ),
    ];
    let mut ids = Vec::new();
    for (body, kind, number) in table {
        let card = bench.ok("POST", &mine, body.clone());
        let expected = body["active"] == true;
        assert_eq!(
            (&card["type"], &card["card_number"], &card["active"]),
            (&json!(kind), &json!(number), &json!(expected)),
            "{body}"
        );
        ids.push(card["card_id"].as_str().unwrap().to_owned());
    }
    let id = &ids[0];
    let on = format!("{CARD}/activate?user_id={kofi}&card_id={id}");
    assert_eq!(bench.ok("PUT", &on, Value::Null)["active"], true);
    assert!(bench.campus.command.card(id).unwrap().active);
    let off = format!("{CARD}/deactivate?user_id={kofi}&card_id={id}");
    assert_eq!(bench.ok("PUT", &off, Value::Null)["active"], false);
    assert!(!bench.campus.command.card(id).unwrap().active);
    let remove = format!("{mine}&card_id={id}");
    assert_eq!(bench.ok("DELETE", &remove, Value::Null), json!({}));
    bench.refused("DELETE", &remove, Value::Null, 404, "Card not found");
    // What was removed may go to somebody else.
    let dana = bench.native(DANA).id;
    bench.ok("POST", &format!("{CARD}?user_id={dana}"), hid("42"));
    bench.refused("POST", &mine, hid("42"), 400, "another user");
}

#[test]
fn dates_are_set_and_taken_back() {
    let mut bench = Bench::new("");
    let route = |name: &str| format!("{USER}/{name}?email=family.osei@campus.example");
    let set = bench.ok("PUT", &route("end_date"), json!({"end_date": "1800000000"}));
    assert_eq!(set["end_date"], "1800000000");
    let set = bench.ok(
        "PUT",
        &route("start_date"),
        json!({"start_date": "1700000000"}),
    );
    assert_eq!(
        (&set["start_date"], &set["end_date"]),
        (&json!("1700000000"), &json!("1800000000"))
    );
    let taken = bench.ok("PUT", &route("end_date"), json!({"end_date": null}));
    assert_eq!(
        (&taken["start_date"], &taken["end_date"]),
        (&json!("1700000000"), &Value::Null)
    );
}

#[test]
fn an_answer_of_200_can_carry_a_failed_add() {
    let mut bench = Bench::new("");
    let group = bench.native_group();
    let route = format!("{GROUP}/user?group_id={group}");
    let kofi = bench.user(KOFI).id;
    let closed = bench.user("atrium:S1000014").id;
    let added = bench.ok("PUT", &route, json!({"external_id": KOFI}));
    assert_eq!(
        (&added["successful_adds"], &added["unsuccessful_adds"]),
        (&json!([kofi]), &json!([]))
    );
    for id in ["00000000-0000-4000-8000-000000000000", closed.as_str()] {
        let added = bench.ok("PUT", &route, json!({"user_id": id}));
        assert_eq!(
            (&added["successful_adds"], &added["unsuccessful_adds"]),
            (&json!([]), &json!([id]))
        );
    }
    assert_eq!(
        bench.get(&format!("{GROUP}?group_id={group}"))["user_ids"],
        json!([kofi])
    );
    bench.ok("DELETE", &format!("{route}&user_id={kofi}"), Value::Null);
    assert_eq!(
        bench.get(&format!("{GROUP}?group_id={group}"))["user_ids"],
        json!([])
    );

    let made = bench.ok("POST", GROUP, json!({"name": "Night shift"}));
    let made = made["group_id"].as_str().unwrap().to_owned();
    let groups = bench.get("/access/v1/access_groups");
    assert_eq!(groups["access_groups"].as_array().unwrap().len(), 5);
    bench.ok("DELETE", &format!("{GROUP}?group_id={made}"), Value::Null);
    let levels = bench.get("/access/v1/door/access_level");
    let levels = levels["access_levels"].as_array().unwrap();
    assert_eq!(levels.len(), 4);
    assert_eq!(levels[0]["access_groups"], json!([group]));
    let id = levels[3]["access_level_id"].as_str().unwrap();
    let route = "/access/v1/door/access_level";
    assert_eq!(bench.get(&format!("{route}/{id}")), levels[3]);
    let (status, _) = bench.send("GET", &format!("{route}/nothing"), &Value::Null);
    assert_eq!(status, 404);
}

#[test]
fn people_made_in_command_can_be_changed_over_core() {
    let mut bench = Bench::new("");
    let fields = json!({
        "external_id": "mine-1", "first_name": "Ada", "last_name": "King",
        "email": "ada.king@elsewhere.example", "phone": "+16508675309", "employee_id": "7",
        "company_name": "Campus", "department": "Physics", "department_id": "P",
        "employee_title": "Dr", "employee_type": "Full-Time", "middle_name": "B.",
    });
    let made = bench.ok("POST", CORE, fields.clone());
    let id = made["user_id"].as_str().unwrap().to_owned();
    for (name, value) in fields.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(made["active"], true);
    let route = format!("{CORE}?external_id=mine-1");
    let changed = bench.ok("PUT", &route, json!({"first_name": "Eva"}));
    assert_eq!(
        (&changed["first_name"], &changed["last_name"]),
        (&json!("Eva"), &json!("King"))
    );
    assert_eq!(
        bench.get(&format!("{USER}?user_id={id}"))["external_id"],
        "mine-1"
    );
    assert_eq!(bench.ok("DELETE", &route, Value::Null), json!({}));
    bench.refused("GET", &route, Value::Null, 404, "User not found");
}
