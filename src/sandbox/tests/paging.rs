//! Lists led on by cursors, and pages that are not as they should be.

use std::collections::BTreeSet;

use super::*;

/// The ids of a page.
fn ids(page: &Value) -> Vec<String> {
    let items = page["Resources"].as_array().unwrap();
    let ids = items.iter().map(|item| item["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// Makes three pages of ten out of the few users of a new world.
fn fill(world: &World) {
    for number in 0..15 {
        world.user(&format!("filler{number}"));
    }
}

/// Follows a list from its first page. Returns how many pages there were, and how the last
/// request ended if it was refused.
fn follow(world: &World, first: &str) -> (usize, BTreeSet<String>, Option<String>) {
    let mut route = first.to_owned();
    let (mut pages, mut seen) = (0, BTreeSet::new());
    loop {
        let reply = world.scim("GET", &route, Value::Null);
        if reply.status != 200 {
            assert_eq!(reply.status, 400);
            let kind = reply.body["scimType"].as_str().unwrap().to_owned();
            return (pages, seen, Some(kind));
        }
        pages += 1;
        seen.extend(ids(&reply.body));
        match reply.body["nextCursor"].as_str() {
            Some(cursor) => route = format!("/Users?count=100&cursor={cursor}"),
            None => return (pages, seen, None),
        }
    }
}

#[test]
fn cursors_lead_through_the_whole_list_where_they_are_offered() {
    let expired = || Some("expiredCursor".to_owned());
    for (personality, first, is_whole, end) in [
        ("cursor-paging", "/Users", true, None),
        ("cursor-paging", "/Users?startIndex=1", true, None),
        ("cursor-paging", "/Users?cursor=", true, None),
        ("cursor-on-request", "/Users?cursor=", true, None),
        ("cursor-on-request", "/Users", false, None),
        ("cursor-expires", "/Users", false, expired()),
        ("", "/Users?cursor=", true, None),
    ] {
        let world = World::new(personality);
        fill(&world);
        let (pages, seen, ended) = follow(&world, first);
        assert_eq!(ended, end, "{personality} {first}");
        let total = world.get("/Users?count=0")["totalResults"]
            .as_u64()
            .unwrap();
        assert_eq!(
            seen.len() as u64 == total,
            is_whole,
            "{personality} {first}: {pages}"
        );
        if end.is_some() {
            assert_eq!(pages, 2);
            let (_, seen, ended) = follow(&world, first);
            assert_eq!((seen.len() as u64, ended), (total, None), "the second time");
        }
        if !personality.is_empty() {
            let beyond = world.scim("GET", "/Users?startIndex=11", Value::Null);
            refused(&beyond, 400, "invalidValue");
            let unknown = world.scim("GET", "/Users?cursor=x", Value::Null);
            refused(&unknown, 400, "invalidCursor");
        }
    }
}

#[test]
fn a_page_can_have_the_content_of_another() {
    let faults = Faults::default().with(Fault::DuplicatePage, 1.0);
    let world = World::with("small-pages", faults);
    let first = world.get("/Users?count=10");
    assert_eq!(ids(&first).len(), 10);
    assert_eq!(
        world.get("/Users?count=10"),
        first,
        "there is no other page"
    );
    let groups = world.get("/Groups?startIndex=2&count=10");
    assert_ne!(groups, first, "that is another list");
    let fired = || status(world.path()).unwrap().faults_fired[&Fault::DuplicatePage];
    assert_eq!(fired(), 0);
    assert_eq!(world.get("/Users?startIndex=11&count=10"), first);
    assert_eq!(fired(), 1);
    // What was remembered is old after a write.
    world.user("new");
    assert_ne!(world.get("/Users?startIndex=11&count=10"), first);
    assert_eq!(fired(), 1);
}

#[test]
fn a_page_can_be_too_short_or_be_counted_too_low() {
    let faults = Faults::default().with(Fault::ShrinkingPage, 1.0);
    let world = World::with("small-pages", faults);
    fill(&world);
    let (mut short, mut low) = (0, 0);
    for _ in 0..30 {
        let page = world.get("/Users?startIndex=11&count=10");
        let (came, total) = (ids(&page).len(), page["totalResults"].as_u64().unwrap());
        match came {
            9 => short += 1,
            _ => low += 1,
        }
        assert_eq!(page["itemsPerPage"], 10);
        assert!(total > 20);
    }
    assert!(short > 5 && low > 5, "{short} {low}");
    let fired = || status(world.path()).unwrap().faults_fired[&Fault::ShrinkingPage];
    assert_eq!(fired(), 30);
    world.find("userName eq \"nobody@campus.example\"");
    assert_eq!(fired(), 30, "nothing to leave out");
}

#[test]
fn a_token_dies_for_a_while_over_scim_only() {
    let faults = "token-dies=0.05,seed=3".parse().unwrap();
    let world = World::with("", faults);
    let statuses: Vec<u16> = (0..200)
        .map(|_| world.scim("GET", "/Groups?count=0", Value::Null).status)
        .collect();
    let dead = statuses.iter().filter(|status| **status == 401).count();
    let times = status(world.path()).unwrap().faults_fired[&Fault::TokenDies] as usize;
    assert!(times >= 2 && dead >= 2 * times, "{times}, {dead}");
    assert!(statuses.iter().all(|status| [200, 401].contains(status)));
    let stretches = statuses.windows(2).filter(|pair| pair == &[200, 401]);
    assert!((1..=times).contains(&stretches.count()));
    let dead = World::with("", Faults::default().with(Fault::TokenDies, 1.0));
    dead.log_in();
}

#[test]
fn latency_delays_and_changes_nothing() {
    let world = World::with("", Faults::default().with(Fault::Latency, 1.0));
    let id = world.user("slow");
    assert_eq!(world.get(&format!("/Users/{id}"))["id"], id);
    let fired = status(world.path()).unwrap().faults_fired[&Fault::Latency];
    assert_eq!(fired, 2);
}
