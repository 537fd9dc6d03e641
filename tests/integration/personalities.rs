//! Everything that Command's public pages leave open, one switch at a time and several together:
//! under each a sync converges, or refuses safely and says why.

use std::collections::BTreeSet;

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use atriumctl::sandbox::{Personality, Switch};

use crate::watched::Campus;

/// Combinations of switches.
const COMBINATIONS: u32 = 200;
/// Mostly the runs wait, so more of them at once than there are processors.
const WORKERS: usize = 6;

/// How a sync may end under a switch besides 0. (6 is a guard's, which small worlds trip, and is
/// followed by a run that allows it.)
pub fn besides_done(switch: Switch) -> &'static [i32] {
    match switch {
        // Addresses and names of what can't be seen are refused as taken, once; then left alone.
        Switch::NativesHidden => &[5],
        // A value that comes back as another one is written once, named, then left alone.
        Switch::NormalisedValues => &[5],
        // The list never ends: nothing is known to be missing, so nothing is made.
        Switch::PagesForEver => &[7],
        // Cards are refused as the managed user's, once each; then left alone.
        Switch::CardsOnManagedRefused => &[5],
        // Members beyond the cap were added, can't be read back, and are not added again.
        Switch::MembersCapped => &[5],
        Switch::ExternalIdHidden
        | Switch::NativesOverScim
        | Switch::NativeEmailAdopts
        | Switch::DeleteKeepsEmail
        | Switch::UsernameAccepted
        | Switch::UsernameRefused
        | Switch::FrozenIgnored
        | Switch::FrozenAccepted
        | Switch::MembersHidden
        | Switch::MembersBare
        | Switch::ListsUnpaged
        | Switch::SmallPages
        | Switch::LateVisibility
        | Switch::NoDiscovery
        | Switch::PutOnly
        | Switch::GroupsWithoutExternalId
        | Switch::ActiveMissing
        | Switch::NumbersAsStrings
        | Switch::FlatEnterprise
        | Switch::FilterUnsupported
        | Switch::RestIdsDiffer
        | Switch::RestExternalIdHidden
        | Switch::RestLate
        | Switch::RestNulls
        | Switch::RestEmptyIs400
        | Switch::CardsNormalised
        | Switch::CardDeleteLate
        | Switch::CursorPaging
        | Switch::CursorOnRequest
        | Switch::CursorExpires
        | Switch::Etags
        | Switch::EtagsRequired
        | Switch::DiscoveryWrong
        | Switch::ScimGroupsByHand
        | Switch::DomainsUnenforced => &[],
    }
}

/// A first sync and two days with one each. Returns how each sync ended.
fn live(people: u32, seed: u64, switches: &[Switch]) -> Vec<i32> {
    let names: Vec<&str> = switches.iter().map(|switch| switch.name()).collect();
    let besides: BTreeSet<i32> = switches
        .iter()
        .flat_map(|switch| besides_done(*switch))
        .copied()
        .collect();
    let mut campus = Campus::new(people, seed, &names);
    if switches.contains(&Switch::ExternalIdHidden) {
        // The one group of an earlier client looks like a native one; if Atrium renames it, it is
        // made anew. No client can tell.
        campus
            .tolerated
            .insert("group's external id atrium-group:119".to_owned());
    }
    let mut codes = Vec::new();
    for day in 0..3 {
        if day > 0 {
            campus.evolve(1);
        }
        let mut code = campus.sync_past_guards();
        if code == 5 && switches.contains(&Switch::RestLate) {
            // Whoever did not appear in time gets the cards in the next run.
            code = campus.sync_past_guards();
        }
        let told = format!("{names:?}, seed {seed}, day {day}: exit {code}");
        let shown = campus.not_done();
        // Nobody can tell that a card stays because its holder is closed.
        let unseen = [Switch::ActiveMissing, Switch::FrozenIgnored];
        let unseen = unseen.iter().all(|switch| switches.contains(switch));
        let allowed = code == 0 || besides.contains(&code) || (unseen && code == 5);
        assert!(allowed, "{told}{shown}");
        codes.push(code);
        let left = campus.left();
        if switches.contains(&Switch::PagesForEver) {
            // Only what Atrium states as closed is done.
            let (code, plan) = campus.plan();
            assert_eq!(code, 7, "{told}: {left}");
            let operations = plan["operations"].as_array().unwrap();
            let refused = switches.contains(&Switch::CardsOnManagedRefused);
            assert!(operations.is_empty() || refused, "{told}: {left}");
            let held = plan["held"].as_array().unwrap();
            assert!(held.iter().all(|held| held["code"] == "target-incomplete"));
        } else if switches.contains(&Switch::CardsOnManagedRefused) {
            // So many refusals in a row end the trying; the next run tries some more.
            let (_, plan) = campus.plan();
            let mut operations = plan["operations"].as_array().unwrap().iter();
            let is_card = |operation: &serde_json::Value| operation["subject"]["kind"] == "card";
            assert!(operations.all(is_card), "{told}{shown}\nleft: {left}");
        } else {
            assert!(left.is_empty(), "{told}{shown}\nleft: {left}");
        }
    }
    codes
}

/// Does something for each item, several at once.
fn side_by_side<T: Send>(items: impl Iterator<Item = T> + Send, test: impl Fn(T) + Sync) {
    let items = Mutex::new(items);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let item = items.lock().unwrap().next();
                    match item {
                        Some(item) => test(item),
                        None => return,
                    }
                }
            });
        }
    });
}

#[test]
fn every_switch_alone_converges_or_refuses() {
    side_by_side(Switch::ALL.iter(), |switch| {
        let codes = live(60, 1, &[*switch]);
        match switch {
            Switch::PagesForEver => assert_eq!(codes, [7, 7, 7]),
            Switch::NativesHidden | Switch::CardsOnManagedRefused => assert_eq!(codes[0], 5),
            _ => assert_ne!(codes[2], 7, "{}", switch.name()),
        }
    });
}

#[test]
fn combinations_of_switches_converge_or_refuse() {
    let mut rng = fastrand::Rng::with_seed(24);
    let combinations = std::iter::from_fn(move || {
        loop {
            let count = rng.usize(2..=4);
            let switches = rng.choose_multiple(Switch::ALL.iter().copied(), count);
            let names = switches.iter().map(|switch| switch.name());
            // A native user that can't be seen and is adopted by the server can't be spared by any
            // client.
            let adopts_unseen = [Switch::NativesHidden, Switch::NativeEmailAdopts]
                .iter()
                .all(|switch| switches.contains(switch));
            if Personality::from_names(names).is_ok() && !adopts_unseen {
                return Some((rng.u64(..1000), switches));
            }
        }
    });
    side_by_side(
        combinations.take(COMBINATIONS as usize),
        |(seed, switches)| {
            live(40, seed, &switches);
        },
    );
}

/// Groups of more than a hundred members, on servers that show at most a hundred of them.
#[test]
fn members_beyond_a_cap_are_neither_lost_nor_added_for_ever() {
    for switches in [
        &["members-capped"][..],
        &["members-capped", "members-hidden"],
        // Writing such a group whole would remove those who can't be read.
        &["members-capped", "put-only"],
    ] {
        let minute = Duration::from_millis(100);
        let mut campus = Campus::paced(700, 1, switches, minute);
        for day in 0..3 {
            if day > 0 {
                campus.evolve(1);
            }
            let code = campus.sync_past_guards();
            let told = format!("{switches:?}, day {day}: exit {code}");
            assert!([0, 5].contains(&code), "{told}{}", campus.not_done());
            // Who is seen changes with every addition, so what was seen before is added again,
            // and found stuck: once each.
            for _ in 0..2 {
                campus.sync_past_guards();
            }
            let left = campus.left();
            if switches.contains(&"put-only") {
                let operations = campus.document["operations"].as_array().unwrap();
                let refused = |operation: &serde_json::Value| {
                    operation["outcome"]["code"] == "members-capped"
                };
                assert!(operations.iter().all(refused), "{told}: {left}");
            } else {
                assert!(left.is_empty(), "{told}: {left}");
            }
        }
    }
}

/// Without a ledger and with less to see, nobody is doubled and nothing is opened or taken away.
#[test]
fn a_lost_ledger_is_rebuilt_from_what_can_be_seen() {
    for switches in [
        &["external-id-hidden"][..],
        &["external-id-hidden", "flat-enterprise"],
        &["groups-without-external-id"],
        &["members-hidden", "natives-hidden"],
        &["active-missing"],
    ] {
        let mut campus = Campus::new(60, 1, switches);
        campus.sync_past_guards();
        campus.evolve(1);
        campus.sync_past_guards();
        let before = campus.world();
        campus.environment.forget_ledger("sandbox");
        let left = campus.left();
        if switches == ["active-missing"] {
            // Nobody can tell who is closed already: leavers are closed once more.
            campus.sync_past_guards();
            assert_eq!(campus.world().inactive(), before.inactive(), "{left}");
        } else if switches.contains(&"natives-hidden") {
            // What was refused as taken is asked once more.
            assert_eq!(campus.sync_past_guards(), 5, "{left}");
        } else {
            assert!(left.is_empty(), "{switches:?}: {left}");
            assert_eq!(campus.sync().code, 0);
        }
        let after = campus.world();
        let ids = |world: &crate::watched::World| world.users.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(&before), ids(&after), "{switches:?}");
        assert_eq!(before.members, after.members, "{switches:?}");
        assert!(campus.left().is_empty(), "{}", campus.left());
    }
}
