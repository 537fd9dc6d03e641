//! Lists: paging, records, and what the profile says of them.

use super::*;

const ALL: [&str; 5] = ["1", "2", "3", "4", "5"];

/// A number in the query.
fn number(request: &Received, name: &str) -> Option<usize> {
    request.query(name)?.parse().ok()
}

fn slice(from: usize, size: usize) -> Vec<Value> {
    people(&ALL[from.min(5)..(from + size).min(5)])
}

/// A server that pages in every style, two at a time, and what it was asked.
async fn read(paging: Paging, total: Option<&str>) -> (Roster, Vec<String>) {
    let server = Script::serve(|_, request| {
        let size = number(request, "limit").unwrap_or(5);
        let from = match (number(request, "page"), number(request, "offset")) {
            (Some(page), _) => (page - 1) * 2,
            (_, Some(offset)) => offset,
            _ => request
                .query("after")
                .map_or(0, |at| at[1..].parse().unwrap()),
        };
        let next = (from + size < 5).then(|| format!("c{}", from + size));
        let body = json!({"items": slice(from, size), "count": 5, "next": next});
        let link = match &next {
            Some(next) => {
                format!("Link: </people?kind=all&limit=2&after={next}>; rel=\"next\"\r\n")
            }
            None => String::new(),
        };
        script::with_headers(200, &link, &body.to_string())
    })
    .await;
    let mut shape = shape(&server.address);
    shape.people = list("/people?kind=all", "/items", "");
    shape.people.total = total.map(|total| Pointer::new(total).unwrap());
    let is_paged = paging != Paging::None;
    shape.size_parameter = is_paged.then(|| "limit".to_owned());
    shape.paging = paging;
    let roster = source(shape).read().await.unwrap();
    let asked = server.received();
    let asked = asked.iter().map(|request| {
        let query = request.target.strip_prefix("/people?kind=all");
        query.unwrap().trim_start_matches('&').to_owned()
    });
    (roster, asked.collect())
}

#[tokio::test]
async fn every_paging_style_reads_the_whole_list() {
    let page = || Paging::Page {
        parameter: "page".to_owned(),
        first: 1,
    };
    let offset = || Paging::Offset {
        parameter: "offset".to_owned(),
    };
    let cursor = Paging::Cursor {
        parameter: "after".to_owned(),
        next: Pointer::member("next"),
    };
    let count = Some("/count");
    for (paging, total, asked) in [
        (Paging::None, count, &[""][..]),
        (
            page(),
            count,
            &["limit=2&page=1", "limit=2&page=2", "limit=2&page=3"],
        ),
        (
            page(),
            None,
            &[
                "limit=2&page=1",
                "limit=2&page=2",
                "limit=2&page=3",
                "limit=2&page=4",
            ],
        ),
        (
            offset(),
            count,
            &["limit=2&offset=0", "limit=2&offset=2", "limit=2&offset=4"],
        ),
        (
            cursor,
            count,
            &["limit=2", "limit=2&after=c2", "limit=2&after=c4"],
        ),
        (
            Paging::Link,
            None,
            &["limit=2", "limit=2&after=c2", "limit=2&after=c4"],
        ),
    ] {
        let (roster, got) = read(paging.clone(), total).await;
        assert_eq!(ids(&roster), ALL, "{paging:?}");
        assert_eq!(why(&roster), None, "{paging:?}");
        assert_eq!(got, asked, "{paging:?}");
        let places: Vec<String> = roster.people.iter().map(|p| p.place.to_string()).collect();
        assert_eq!(places[4], "/people:5");
    }
}

/// Reads pages of the same shape until the server has no more.
async fn read_pages(pages: Vec<Value>) -> (Roster, usize) {
    let server = Script::serve(move |number, _| {
        script::json(200, pages.get(number).unwrap_or(&json!({"items": []})))
    })
    .await;
    let mut shape = shape(&server.address);
    shape.people = list("/people", "/items", "");
    shape.people.total = Some(Pointer::member("count"));
    shape.paging = Paging::Page {
        parameter: "page".to_owned(),
        first: 1,
    };
    let roster = source(shape).read().await.unwrap();
    (roster, server.received().len())
}

#[tokio::test]
async fn a_list_that_contradicts_itself_is_partial() {
    let page = |ids: &[&str], count: u32| json!({"items": people(ids), "count": count});
    let mut renamed = person("1");
    renamed["last_name"] = json!("Ng");
    for (pages, read, requests, told) in [
        (
            vec![page(&["1", "2"], 4), page(&["1", "2"], 4)],
            &["1", "2"][..],
            2,
            "/people: page 2 was one that had come before",
        ),
        (
            vec![page(&["1", "2"], 4), page(&["2", "3"], 4)],
            &["1", "2", "3"],
            2,
            "1 came twice, so the list changed while it was read; the server counts 4, but 3 came",
        ),
        (
            vec![page(&["1"], 9)],
            &["1"],
            2,
            "the server counts 9, but 1 came",
        ),
        (
            vec![
                page(&["1", "2"], 3),
                json!({"items": [renamed], "count": 3}),
            ],
            &["2"],
            2,
            "1 came twice with other data, so the list changed while it was read",
        ),
        (
            vec![json!({"items": people(&["1"])})],
            &["1"],
            2,
            "no answer has a number of records at \"/count\"",
        ),
    ] {
        let (roster, asked) = read_pages(pages).await;
        assert_eq!((ids(&roster), asked), (read.to_vec(), requests), "{told}");
        let why = why(&roster).unwrap();
        assert!(why.contains(told), "{told}: {why}");
    }
}

#[tokio::test]
async fn rows_of_one_person_on_two_pages_are_no_contradiction() {
    let row = |group: &str| {
        let mut row = person("1");
        row["access_group_id"] = json!(group);
        row["access_group_name"] = json!(format!("Group {group}"));
        row
    };
    let pages = vec![
        json!({"items": [row("10")], "count": 2}),
        json!({"items": [row("20")], "count": 2}),
    ];
    let (roster, _) = read_pages(pages).await;
    assert_eq!((why(&roster), roster.groups.len()), (None, 2));
    assert_eq!(roster.people[0].groups, [0, 1]);
}

#[tokio::test]
async fn the_secret_follows_no_link_to_another_server() {
    let other = Script::serve(|_, _| script::json(200, json!(people(&["2"])))).await;
    let to = other.address.clone();
    let server = Script::serve(move |_, _| {
        let link = format!("Link: <{to}/people?page=2>; rel=next\r\n");
        script::with_headers(200, &link, &json!(people(&["1"])).to_string())
    })
    .await;
    let mut shape = shape(&server.address);
    shape.paging = Paging::Link;
    let roster = source(shape).read().await.unwrap();
    assert_eq!(ids(&roster), ["1"]);
    let why = why(&roster).unwrap();
    let told = format!(
        "/people: page 1 leads to another server, {}, which must not",
        other.address
    );
    assert!(why.starts_with(&told), "{why}");
    assert!(other.received().is_empty());
}

fn parts(shape: &mut HttpShape) {
    shape.credentials = Some(Part::Apart(list("/ids", "", "campus_id=/who")));
    shape.groups = Some(list(
        "/groups",
        "",
        "access_group_id=/id access_group_name=/name",
    ));
    shape.memberships = Some(Part::Apart(list("/in", "", "access_group_id=/group")));
}

#[tokio::test]
async fn lists_of_their_own_add_to_people() {
    let server = Script::serve(|_, request| {
        let body = match request.target.as_str() {
            "/people" => json!(people(&["1", "02"])),
            "/ids" => json!([
                {"who": "02", "id_type": "Prox", "id_value": "1", "id_status": "ok"},
                {"who": "02"},
            ]),
            "/groups" => json!([{"id": 7, "name": "North"}, {"id": 8, "name": "Empty"}]),
            "/in" => json!([{"campus_id": "02", "group": 7}, {"campus_id": "1"}]),
            other => panic!("{other}"),
        };
        script::json(200, body)
    })
    .await;
    let mut shape = shape(&server.address);
    parts(&mut shape);
    let roster = source(shape).read().await.unwrap();
    // A membership without a group may be any: nothing is taken from that person.
    assert_eq!(ids(&roster), ["02"]);
    assert_eq!(roster.people[0].groups, [0]);
    let names: Vec<&str> = roster
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(names, ["North", "Empty"]);
    assert_eq!((roster.credentials, roster.has_credentials), (2, true));
    assert!(roster.has_id_status);
    let unusable: Vec<String> = roster
        .unusable
        .iter()
        .map(|id| format!("{} {}", id.place, id.code))
        .collect();
    assert_eq!(
        unusable,
        ["/ids:1 id-type-unmapped", "/ids:2 card-unreadable"]
    );
    assert_eq!(roster.unreadable[0].place.to_string(), "/in:2");
    assert_eq!(why(&roster), None);
}

#[tokio::test]
async fn arrays_in_people_add_to_them() {
    let mut first = person("1");
    first["ids"] = json!([{"type": "Prox", "number": "0042"}]);
    first["groups"] = json!([7, "8"]);
    let mut odd = person("2");
    odd["groups"] = json!("7");
    let mut bare = person("3");
    bare["ids"] = json!({});
    let body = json!([first, odd, bare, 7]);
    let nest = |shape: &mut HttpShape| {
        shape.people.fields = fields("");
        shape.credentials = nested("/ids", "id_type=/type id_value=/number");
        shape.memberships = nested("/groups", "access_group_id=");
    };
    let roster = read_from(body, nest).await.unwrap();
    assert_eq!(ids(&roster), ["1", "3"]);
    assert_eq!((roster.credentials, roster.has_id_status), (2, false));
    let mut left_out: Vec<String> = roster
        .unreadable
        .iter()
        .map(|row| format!("{} {}", row.place, row.message))
        .collect();
    left_out.truncate(2);
    assert_eq!(
        left_out,
        [
            "/people:2 The memberships of the person are no array. Correct in_people in the profile.",
            "/people:4 The record is no object. Ask Atrium for one with named members.",
        ]
    );
    // Groups without a name anywhere are left out by name, as those of files are.
    assert!(roster.groups.is_empty());
    assert_eq!(
        roster.unusable[1].message,
        "The credentials of the person are no array. Correct in_people in the profile."
    );
}

#[tokio::test]
async fn values_stay_as_they_are_written() {
    for (written, read) in [
        ("\"0042\"", Some("0042")),
        ("42", Some("42")),
        ("9007199254740991", Some("9007199254740991")),
        ("9007199254740993", None),
        ("42.0", None),
        ("4.2e1", None),
        ("true", None),
        ("\"4.2E+1\"", None),
    ] {
        let body = format!(
            "[{{\"campus_id\": {written}, \"last_name\": \"L\", \"email\": \"e@x\", \"status\": \"A\"}}]"
        );
        let roster = read_from(body, |_| {}).await.unwrap();
        assert_eq!(
            ids(&roster),
            read.into_iter().collect::<Vec<_>>(),
            "{written}"
        );
        assert_eq!(
            roster.unreadable.len(),
            usize::from(read.is_none()),
            "{written}"
        );
    }
}

#[tokio::test]
async fn a_profile_that_does_not_fit_is_told_where() {
    let body = json!([{"id": "1", "name": {"last": "Lee"}, "mail": "a@x", "state": "A"}]);
    let mapped = "campus_id=/id last_name=/name/last email=/mail status=/state";
    let map = |mapped: String| move |shape: &mut HttpShape| shape.people.fields = fields(&mapped);
    let fits = read_from(&body, map(mapped.to_owned())).await.unwrap();
    assert_eq!(ids(&fits), ["1"]);
    for (from, to, told) in [
        (
            "campus_id=/id",
            "campus_id=/ID",
            "campus_id at \"/ID\" (the nearest is \"/id\")",
        ),
        (
            "email=/mail",
            "email=/maill",
            "email at \"/maill\" (the nearest is \"/mail\")",
        ),
        ("status=/state", "", "no record has status at \"/status\""),
        (
            "last_name=/name/last",
            "",
            "last_name at \"/last_name\"; not mapped are: /name;",
        ),
    ] {
        let error = read_from(&body, map(mapped.replace(from, to)))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(told), "{told}: {error}");
        assert!(
            error.to_string().contains("[atrium.http.people]"),
            "{error}"
        );
        assert_eq!(error.exit(), Exit::Usage);
    }
    let nest = |shape: &mut HttpShape| {
        shape.people.fields = fields(mapped);
        shape.memberships = nested("/groups", "access_group_id=");
    };
    let error = read_from(&body, nest).await.unwrap_err();
    let told = "/people /groups: no record has any array at \"/groups\"";
    assert!(error.to_string().starts_with(told), "{error}");
    let vain = read_from(&body, map(format!("{mapped} title=/job")))
        .await
        .unwrap();
    assert_eq!(
        vain.notices,
        ["/people: no record has \"/job\", which the profile maps to title"]
    );
    // Nobody tells nothing; the guards look after emptiness.
    assert!(
        read_from("[]", map(mapped.to_owned()))
            .await
            .unwrap()
            .people
            .is_empty()
    );
}

#[tokio::test]
async fn a_status_of_ids_that_is_mapped_is_never_taken_for_none() {
    let mut one = person("1");
    one["ids"] = json!([{"id_type": "Prox", "id_value": "1"}]);
    for (mapped, has_status) in [("", false), ("id_status=/state", true)] {
        let nest = |shape: &mut HttpShape| shape.credentials = nested("/ids", mapped);
        let roster = read_from(json!([one]), nest).await.unwrap();
        assert_eq!(roster.has_id_status, has_status);
    }
}

#[tokio::test]
async fn filters_know_columns_and_members() {
    let mut staff = person("1");
    staff["Campus-Role"] = json!("Staff");
    let body = json!([staff, person("2")]).to_string();
    let server = Script::serve(move |_, _| script::json(200, &body)).await;
    let filtered = |column: &str| {
        let filter = Filter {
            column: column.to_owned(),
            globs: vec!["st*".to_owned()],
        };
        let shape = shape(&server.address);
        HttpSource::new(
            shape,
            secret(),
            HttpSettings::default(),
            vec![filter],
            Vec::new(),
        )
    };
    let roster = filtered("campus role").unwrap().read().await.unwrap();
    let in_scope: Vec<bool> = roster.people.iter().map(|person| person.in_scope).collect();
    assert_eq!(in_scope, [true, false]);
    let error = filtered("role of campus")
        .unwrap()
        .read()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("filters by \"role of campus\""),
        "{error}"
    );
    assert!(filtered("status").is_err());
}
