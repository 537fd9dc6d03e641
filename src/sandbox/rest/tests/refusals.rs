//! Each rule of strictness, one row each.

use super::*;

/// Method, target, body, status, and a part of the message.
const REFUSALS: &str = r#"
# One person, named once.
GET | {USER} |  | 400 | Exactly one
GET | {USER}?user_id={id}&email=x |  | 400 | Exactly one
GET | {USER}?user_id= |  | 400 | Exactly one
GET | {USER}?userid={id} |  | 400 | Unknown query
GET | {USER}?user_id={id}&user_id={id} |  | 400 | twice
GET | {USER}?user_id=nobody |  | 404 | User not found
GET | {USER}?external_id=nobody |  | 404 | User not found
GET | /access/v1/access_users?page_size=5 |  | 400 | Unknown query
GET | /access/v1/access_users?include_visitors=1 |  | 400 | include_visitors
# Credentials take two of the names only.
POST | {CARD}?email=x | {"type": "HID", "facility_code": "102", "card_number": "1"} | 400 | Unknown query
POST | {CARD} | {"type": "HID", "facility_code": "102", "card_number": "1"} | 400 | Exactly one
POST | {CARD}?user_id=nobody | {"type": "HID", "facility_code": "102", "card_number": "1"} | 404 | User not found
# A card's body.
POST | {CARD}?user_id={id} |  | 400 | JSON object
POST | {CARD}?user_id={id} | [] | 400 | JSON object
POST | {CARD}?user_id={id} | {"card_number": "1"} | 400 | type is required
POST | {CARD}?user_id={id} | {"type": "HID 99", "card_number": "1"} | 400 | Unknown type
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102"} | 400 | Exactly one
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "1", "card_number_hex": "1"} | 400 | Exactly one
POST | {CARD}?user_id={id} | {"type": "HID", "card_number": "1"} | 400 | facility_code is required
POST | {CARD}?user_id={id} | {"type": "HID37wFacilityCode", "card_number": "1"} | 400 | facility_code is required
POST | {CARD}?user_id={id} | {"type": "HID34", "card_number": "1"} | 400 | facility_code is required
POST | {CARD}?user_id={id} | {"type": "HID Corporate 1000-35", "card_number": "1"} | 400 | facility_code is required
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "256", "card_number": "1"} | 400 | out of range
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": 102, "card_number": "1"} | 400 | has to be a string
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "x", "card_number": "1"} | 400 | decimal
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": 1} | 400 | has to be a string
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "70000"} | 400 | out of range
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "1x"} | 400 | base 10
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": ""} | 400 | base 10
POST | {CARD}?user_id={id} | {"type": "DESFire", "card_number_hex": "0x12"} | 400 | base 16
POST | {CARD}?user_id={id} | {"type": "DESFire", "card_number_base36": "-"} | 400 | base 36
POST | {CARD}?user_id={id} | {"type": "DESFire", "card_number": "1", "active": "true"} | 400 | active
POST | {CARD}?user_id={id} | {"type": "DESFire", "cardNumber": "1"} | 400 | Unknown field cardNumber
# A card has one holder.
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "4711"} | 409 | already exists
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "0004711"} | 409 | already exists
POST | {CARD}?user_id={id} | {"type": "HID", "facility_code": "102", "card_number": "6001"} | 400 | another user
# A card is named with its holder.
DELETE | {CARD}?user_id={id} |  | 400 | card_id is required
DELETE | {CARD}?user_id={id}&card_id=none |  | 404 | Card not found
DELETE | {CARD}?user_id={id}&card_id={card_of_dana} |  | 404 | Card not found
PUT | {CARD}/activate?user_id={id}&card_id=none |  | 404 | Card not found
PUT | {CARD}/deactivate?card_id={card} |  | 400 | Exactly one
# Dates are strings of seconds.
PUT | {USER}/end_date?user_id={id} | {"end_date": 5} | 400 | has to be a string
PUT | {USER}/end_date?user_id={id} | {"end_date": "2026-01-01"} | 400 | Unix seconds
PUT | {USER}/end_date?user_id={id} | {} | 400 | end_date is required
PUT | {USER}/end_date?user_id={id} | {"start_date": "5"} | 400 | Unknown field
PUT | {USER}/start_date?user_id={id} | {"start_date": "-5"} | 400 | Unix seconds
# Groups.
GET | {GROUP} |  | 400 | group_id is required
GET | {GROUP}?group_id=none |  | 404 | Access group not found
PUT | {GROUP}/user?group_id={synced} | {"user_id": "{id}"} | 400 | managed, cannot modify
DELETE | {GROUP}/user?group_id={synced}&user_id={id} |  | 400 | managed, cannot modify
DELETE | {GROUP}?group_id={synced} |  | 400 | managed, cannot modify
PUT | {GROUP}/user?group_id={native} | {} | 400 | Exactly one
PUT | {GROUP}/user?group_id={native} | {"user_id": "{id}", "external_id": "x"} | 400 | Exactly one
PUT | {GROUP}/user?group_id={native} | {"external_id": "nobody"} | 404 | User not found
DELETE | {GROUP}/user?group_id={native}&user_id={id} |  | 404 | Member not found
POST | {GROUP} | {"name": "security desk"} | 400 | unique
POST | {GROUP} | {"name": " "} | 400 | name is required
# Core users.
GET | {CORE} |  | 400 | Exactly one
GET | {CORE}?email={DANA} |  | 400 | Unknown query
PUT | {CORE}?user_id={id} | {"first_name": "X"} | 400 | User is managed, cannot modify
DELETE | {CORE}?user_id={id} |  | 400 | User is managed, cannot modify
PUT | {CORE}?user_id={dana} | {"firstName": "X"} | 400 | Unknown field firstName
PUT | {CORE}?user_id={dana} | {"first_name": 5} | 400 | has to be a string
PUT | {CORE}?user_id={dana} | {"phone": "650-555-0100"} | 400 | phone
PUT | {CORE}?user_id={dana} | {"email": "Security.Desk@campus.example"} | 400 | email already exists
PUT | {CORE}?user_id={dana} | {"external_id": "{KOFI}"} | 400 | external_id already exists
POST | {CORE} | {"employee_id": "5"} | 400 | is required
POST | {CORE} | {"email": "{DANA}"} | 400 | email already exists
"#;

#[test]
fn requests_that_break_a_rule_are_refused_and_change_nothing() {
    let mut bench = Bench::new("");
    let kofi = bench.user(KOFI);
    let dana = bench.native(DANA);
    let names = [
        ("{USER}", USER.to_owned()),
        ("{CARD}", CARD.to_owned()),
        ("{GROUP}", GROUP.to_owned()),
        ("{CORE}", CORE.to_owned()),
        ("{KOFI}", KOFI.to_owned()),
        ("{DANA}", DANA.to_owned()),
        ("{card}", bench.card(&kofi, 4711)),
        ("{card_of_dana}", bench.card(&dana, 6001)),
        ("{native}", bench.native_group()),
        ("{synced}", bench.synced_group()),
        ("{id}", kofi.id),
        ("{dana}", dana.id),
    ];
    let rows = REFUSALS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for row in rows {
        let row = names.iter().fold(row.to_owned(), |row, (name, value)| {
            row.replace(name, value)
        });
        let fields: Vec<&str> = row.split('|').map(str::trim).collect();
        let [method, target, body, status, message] = fields[..] else {
            panic!("{row}");
        };
        let body = match body {
            "" => Value::Null,
            body => serde_json::from_str(body).unwrap(),
        };
        bench.refused(method, target, body, status.parse().unwrap(), message);
    }
    let token = bench.token.clone();
    let plain = [
        ("x-verkada-auth", token.as_str()),
        ("content-type", "text/plain"),
    ];
    let mine = format!("{CARD}?external_id={KOFI}");
    let body = hid("1").to_string();
    assert_eq!(bench.raw("POST", &mine, &plain, body.as_bytes()).0, 400);
}

#[test]
fn who_may_ask_what() {
    let mut bench = Bench::new("");
    let users = "/access/v1/access_users";
    let (status, body) = bench.raw("POST", "/token", &[], b"");
    assert_eq!(
        (status, &body["message"]),
        (401, &json!("API key is missing"))
    );
    let (status, _) = bench.raw("POST", "/token", &[("x-api-key", "guessed")], b"");
    assert_eq!(status, 401);
    let (status, _) = bench.raw("GET", "/token", &[], b"");
    assert_eq!(status, 405);
    let (status, body) = bench.raw("GET", users, &[], b"");
    assert_eq!(
        (status, &body["message"]),
        (401, &json!("API token is missing"))
    );
    let key = api_key(bench.dir.path()).unwrap();
    for headers in [
        [("x-verkada-auth", "v2_guessed")],
        [("x-verkada-auth", key.as_str())],
        [("authorization", bench.token.clone().as_str())],
        [("x-api-key", key.as_str())],
    ] {
        assert_eq!(bench.raw("GET", users, &headers, b"").0, 401, "{headers:?}");
    }

    let kofi = bench.user(KOFI).id;
    let end_date = format!("{USER}/end_date?user_id={kofi}");
    let core = format!("{CORE}?user_id={kofi}");
    let date = json!({"end_date": "1"});
    bench.token = bench.log_in(KeyScope::ReadOnly);
    bench.get(users);
    bench.get(&core);
    bench.refused("PUT", &end_date, date.clone(), 403, "permission");
    bench.refused(
        "POST",
        CORE,
        json!({"email": "n@x.example"}),
        403,
        "permission",
    );
    bench.token = bench.log_in(KeyScope::NoAccessControl);
    bench.refused("GET", users, Value::Null, 403, "permission");
    bench.refused("PUT", &end_date, date, 403, "permission");
    bench.get(&core);

    bench.token = bench.log_in(KeyScope::Full);
    bench.now += Duration::from_secs(30 * 60 - 2);
    bench.get(users);
    bench.refused("GET", users, Value::Null, 401, "Token expired");
}

#[test]
fn the_limit_holds_for_all_calls_together() {
    let mut bench = Bench::new("");
    bench.now = Duration::from_secs(100);
    let key = api_key(bench.dir.path()).unwrap();
    let ask = |bench: &mut Bench, nth: u32| match nth % 3 {
        0 => bench.raw("POST", "/token", &[("x-api-key", &key)], b"").0,
        1 => bench.raw("GET", "/access/v1/access_groups", &[], b"").0,
        _ => bench.raw("GET", "/nowhere", &[], b"").0,
    };
    let passed = (0..25).filter(|nth| ask(&mut bench, *nth) != 429).count();
    assert_eq!(passed, 25);
    assert_eq!(ask(&mut bench, 0), 429);
    bench.now += Duration::from_millis(4_999);
    assert_eq!(ask(&mut bench, 0), 429);
    bench.now += Duration::from_millis(1);
    assert_eq!(ask(&mut bench, 0), 200);
}

#[test]
fn unknown_paths_and_wrong_methods_are_told_apart() {
    let mut bench = Bench::new("");
    let table = [
        ("GET", "/access/v1/acess_users", 404),
        ("GET", "/access/v2/access_users", 404),
        ("GET", "/core/v1/users", 404),
        ("GET", "/anything", 404),
        ("POST", "/access/v1/access_users", 405),
        ("PATCH", CORE, 405),
        ("PUT", CARD, 405),
        ("GET", CARD, 405),
        ("GET", "/access/v1/credentials/card/activate", 405),
    ];
    for (method, target, status) in table {
        bench.refused(method, target, Value::Null, status, "");
    }
}
