//! Lists by cursor, and lists that are read a second time.

use super::*;

/// A server of 25 users that sends ten at once, and what it does with a request for a page: its
/// way of paging, given the request and how many requests came before.
type Paging = fn(&Received, usize) -> Reply;

/// What the server says of itself.
type Config = fn() -> Reply;

/// What is tried, the server's part, and what is expected.
type Case<T> = (&'static str, Paging, Config, T);

const TOTAL: u64 = 25;

fn start_index(request: &Received) -> u64 {
    let text = request.query("startIndex").unwrap_or("1");
    text.parse().unwrap()
}

fn ten_from(start: u64) -> Vec<Value> {
    (start..=TOTAL).take(10).map(resource).collect()
}

/// The page that a cursor stands for, with the next cursor.
fn by_cursor(request: &Received) -> Reply {
    let cursor = request.query("cursor").unwrap_or_default();
    let start: u64 = match cursor {
        "" => 1,
        cursor => cursor.trim_start_matches('c').parse().unwrap(),
    };
    let mut page = json!({"Resources": ten_from(start)});
    if start + 10 <= TOTAL {
        page["nextCursor"] = json!(format!("c{}", start + 10));
    }
    script::json(200, page)
}

fn by_index(request: &Received) -> Reply {
    list(TOTAL, ten_from(start_index(request)))
}

fn refused(status: u16, scim_type: &str) -> Reply {
    script::json(
        status,
        json!({"status": status.to_string(), "scimType": scim_type}),
    )
}

fn claims_cursors() -> Reply {
    script::json(200, json!({"pagination": {"cursor": true, "index": true}}))
}

/// Reads the list twice. Returns the queries that came, without counts, and why the lists were
/// partial.
async fn read_twice(paging: Paging, config: Config) -> (Vec<String>, Vec<Option<String>>) {
    let server = Script::serve(move |number, request| {
        if request.target.ends_with("/ServiceProviderConfig") {
            return config();
        }
        paging(request, number)
    })
    .await;
    let client = client_with(
        &server,
        ScimSettings {
            page_size: 10,
            ..settings()
        },
    );
    let mut ends = Vec::new();
    for _ in 0..2 {
        let listing = users(&client).await.unwrap();
        let distinct: std::collections::BTreeSet<&str> =
            listing.items.iter().map(|user| user.id.as_str()).collect();
        assert_eq!(distinct.len(), listing.items.len());
        ends.push(match listing.completeness {
            Completeness::Whole => {
                assert_eq!(listing.items.len() as u64, TOTAL);
                None
            }
            Completeness::Partial(why) => Some(why),
        });
    }
    let calls = server.calls().into_iter().map(|call| {
        let call = call
            .trim_start_matches("GET /scim/")
            .replace("count=10", "");
        call.trim_end_matches('&')
            .trim_start_matches("Users?")
            .to_owned()
    });
    (calls.collect(), ends)
}

#[tokio::test]
async fn a_list_is_read_in_the_way_that_the_server_has() {
    let nothing = || script::json(404, "");
    let cases: [Case<&str>; 4] = [
        (
            "cursors that the first page announces",
            |request, _| by_cursor(request),
            nothing,
            "|cursor=c11|cursor=c21||cursor=c11|cursor=c21",
        ),
        (
            "an index is refused: cursors are asked for, also the next time",
            |request, _| match (request.query("cursor"), start_index(request)) {
                (Some(_), _) => by_cursor(request),
                (None, 1) => by_index(request),
                _ => refused(501, ""),
            },
            nothing,
            "|startIndex=11|startIndex=21|cursor=|cursor=c11|cursor=c21|cursor=|cursor=c11|cursor=c21",
        ),
        (
            "an index leads nowhere, and there are said to be cursors",
            |request, _| match request.query("cursor") {
                Some(_) => by_cursor(request),
                None => list(TOTAL, ten_from(1)),
            },
            claims_cursors,
            "|startIndex=11|startIndex=21|ServiceProviderConfig|cursor=|cursor=c11|cursor=c21|cursor=|cursor=c11|cursor=c21",
        ),
        (
            "a cursor that expired once",
            |request, number| match (request.query("cursor"), number) {
                (Some("c21"), 2) => refused(400, "expiredCursor"),
                _ => by_cursor(request),
            },
            nothing,
            "|cursor=c11|cursor=c21||cursor=c11|cursor=c21||cursor=c11|cursor=c21",
        ),
    ];
    for (what, paging, config, expected) in cases {
        let (calls, ends) = read_twice(paging, config).await;
        assert_eq!(ends, [None, None], "{what}");
        // Pages that are asked for ahead come in any order, and may not come at all.
        let is_sure = |call: &&str| !call.starts_with("startIndex");
        let calls: Vec<&str> = calls.iter().map(String::as_str).filter(is_sure).collect();
        let expected: Vec<&str> = expected.split('|').filter(is_sure).collect();
        assert_eq!(calls, expected, "{what}");
    }
}

#[tokio::test]
async fn what_stays_contradictory_is_partial() {
    let nothing = || script::json(404, "");
    let cases: [Case<(&str, usize)>; 5] = [
        (
            "cursors that always expire",
            |request, _| match request.query("cursor") {
                Some("c21") => refused(400, "ExpiredCursor"),
                _ => by_cursor(request),
            },
            nothing,
            (
                "after page 2 the server's cursor was refused: GET /Users: refused (400, ExpiredCursor)",
                12,
            ),
        ),
        (
            "cursors that are unknown",
            |request, _| match request.query("cursor") {
                Some(_) => refused(400, "invalidCursor"),
                _ => by_cursor(request),
            },
            nothing,
            ("after page 1 the server's cursor was refused", 8),
        ),
        (
            "neither way leads on, whatever is claimed",
            |_, _| list(TOTAL, ten_from(1)),
            claims_cursors,
            ("page 2 was one that had come before", 0),
        ),
        (
            "cursors that are claimed are refused",
            |request, _| match request.query("cursor") {
                Some(_) => refused(400, "invalidValue"),
                None => list(TOTAL, ten_from(1)),
            },
            claims_cursors,
            ("page 2 was one that had come before", 0),
        ),
        (
            "a page that never comes whole",
            |request, _| match start_index(request) {
                1 => list(TOTAL, ten_from(1).into_iter().skip(1)),
                _ => by_index(request),
            },
            nothing,
            ("the server counts 25, but 24 came", 0),
        ),
    ];
    for (what, paging, config, (why, sent)) in cases {
        let (calls, ends) = read_twice(paging, config).await;
        for end in ends {
            assert!(end.as_deref().unwrap().contains(why), "{what}: {end:?}");
        }
        if sent > 0 {
            assert_eq!(calls.len(), sent, "{what}: {calls:?}");
        }
        let configs = calls.iter().filter(|call| call.ends_with("Config"));
        assert!(configs.count() <= 1, "{what}");
    }
}

#[tokio::test]
async fn what_went_wrong_once_is_read_again() {
    let nothing = || script::json(404, "");
    let cases: [(&str, Paging); 3] = [
        ("a page with another's content", |request, number| {
            match (start_index(request), number) {
                (11, 0..=2) => list(TOTAL, ten_from(1)),
                _ => by_index(request),
            }
        }),
        ("an item that is missing", |request, number| match number {
            0 => list(TOTAL, ten_from(1).into_iter().skip(1)),
            _ => by_index(request),
        }),
        ("a count that fell", |request, number| {
            match (start_index(request), number) {
                (21, 0..=2) => list(TOTAL - 1, ten_from(22)),
                _ => by_index(request),
            }
        }),
    ];
    for (what, paging) in cases {
        let (calls, ends) = read_twice(paging, nothing).await;
        assert_eq!(ends, [None, None], "{what}: {calls:?}");
    }
}

#[tokio::test]
async fn a_refused_list_stays_refused() {
    let server = Script::serve(|_, _| refused(400, "tooMany")).await;
    let error = users(&client(&server)).await.unwrap_err();
    assert_eq!(error.code(), Code::RefusedByCommand);
    let calls = server.calls();
    assert_eq!(
        calls,
        [
            "GET /scim/Users?count=100",
            "GET /scim/Users?cursor=&count=100"
        ]
    );
    // A filter is refused for what it is.
    let server = Script::serve(|_, _| refused(400, "invalidFilter")).await;
    let found = client(&server)
        .find_users_by_email("a@campus.example")
        .await;
    assert_eq!(found.unwrap_err().code(), Code::RefusedByCommand);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_token_that_dies_half_way_ends_the_reading() {
    let server = Script::serve(|_, request| match start_index(request) {
        1 => by_index(request),
        _ => script::json(401, json!({"detail": "expired"})),
    })
    .await;
    let error = users(&client(&server)).await.unwrap_err();
    assert_eq!(error.code(), Code::SignInRefused);
}

#[tokio::test]
async fn a_search_that_comes_without_what_it_counts_is_no_answer() {
    let server = Script::serve(|_, _| list(1, [])).await;
    let client = client(&server);
    let error = client
        .find_users_by_email("a@campus.example")
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    assert_eq!(
        error.to_string(),
        "GET /Users: the server counts 1, but 0 came"
    );
    assert!(client.find_groups_by_name("G").await.is_err());
}
