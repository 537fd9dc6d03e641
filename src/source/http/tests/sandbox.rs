//! The stand-in campus: what it answers is what it exports.

use super::*;
use crate::model::id_type::{IdType, IdTypes};
use crate::model::look::ListLook;
use crate::model::roster::Place;
use crate::model::rules::default_id_status;
use crate::sandbox::{self, Running, Settings};
use crate::source::FileSource;

fn start(dir: &tempfile::TempDir) -> Running {
    let mut settings = Settings::new(dir.path());
    settings.people = 120;
    sandbox::start(&settings).unwrap()
}

/// What a customer would write of the sandbox's shape.
fn shape(running: &Running) -> HttpShape {
    let mut shape = super::shape(&running.atrium_url());
    shape.paging = Paging::Cursor {
        parameter: "cursor".to_owned(),
        next: Pointer::new("/meta/nextCursor").unwrap(),
    };
    shape.size_parameter = Some("limit".to_owned());
    shape.size = 50;
    shape.people = list(
        "/cardholders",
        "/data/cardholders",
        "campus_id=/campusId first_name=/name/first middle_name=/name/middle last_name=/name/last \
         email=/contact/email phone=/contact/phone title=/position/title \
         department=/position/department status=/standing valid_from=/member/from \
         valid_until=/member/until",
    );
    shape.people.total = Some(Pointer::new("/meta/count").unwrap());
    shape.credentials = nested("/ids", "id_type=/kind id_value=/number id_status=/state");
    shape.memberships = nested("/accessGroupIds", "access_group_id=");
    let mut groups = list(
        "/access-groups",
        "/data/accessGroups",
        "access_group_id=/id access_group_name=/label",
    );
    groups.total = Some(Pointer::new("/meta/count").unwrap());
    shape.groups = Some(groups);
    shape
}

/// What each id of the sandbox is: cards of one type, the rest not mapped.
fn id_types() -> IdTypes {
    let profile = crate::config::Profile::sandbox(std::path::Path::new(""), "", &[]);
    let id_types = profile.atrium.id_types;
    assert!(
        id_types
            .iter()
            .any(|(_, id_type)| matches!(id_type, IdType::Card(_)))
    );
    id_types
}

fn over_http(running: &Running, dir: &tempfile::TempDir) -> HttpSource {
    let secret = sandbox::atrium_secret(dir.path()).unwrap();
    let secret = Secret::new(&secret, secret::Origin::Sandbox);
    HttpSource::new(
        shape(running),
        secret,
        HttpSettings::default(),
        Vec::new(),
        Vec::new(),
    )
    .unwrap()
    .with_ids(id_types(), default_id_status())
}

fn from_files(dir: &tempfile::TempDir) -> Roster {
    FileSource {
        files: sandbox::atrium_exports(dir.path()).to_vec(),
        id_types: id_types(),
        id_status: default_id_status(),
        ..FileSource::default()
    }
    .read()
    .unwrap()
}

/// The same without the places.
fn without_places(mut roster: Roster) -> Roster {
    let nowhere = Place {
        file: "".into(),
        line: 0,
    };
    let places = (roster.people.iter_mut().map(|person| &mut person.place))
        .chain(roster.groups.iter_mut().map(|group| &mut group.place))
        .chain(roster.unreadable.iter_mut().map(|row| &mut row.place))
        .chain(roster.unusable.iter_mut().map(|id| &mut id.place));
    for place in places {
        *place = nowhere.clone();
    }
    roster
}

#[tokio::test]
async fn exports_and_interface_of_a_world_give_one_roster() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(&dir);
    let source = over_http(&running, &dir);
    for day in 0..5 {
        let http = source.read().await.unwrap();
        assert_eq!(why(&http), None);
        assert!(http.people.len() > 100 && !http.groups.is_empty());
        assert!(
            http.people
                .iter()
                .any(|person| !person.credentials.is_empty())
        );
        assert_eq!(
            without_places(http),
            without_places(from_files(&dir)),
            "day {day}"
        );
        sandbox::evolve(dir.path(), None).unwrap();
    }
}

#[tokio::test]
async fn a_look_shows_what_stands_for_what() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(&dir);
    let Looked { look, problem } = over_http(&running, &dir).look().await.unwrap();
    assert!(problem.is_none());
    let shown: Vec<(&str, &str, Option<u32>)> = look
        .lists
        .iter()
        .map(|list| (list.holds, list.name.as_str(), list.pages))
        .collect();
    let pages = running.requests()["GET /atrium/api/v1/cardholders"];
    assert!(pages > 2);
    assert_eq!(
        shown,
        [
            (
                "people",
                "/cardholders",
                Some(u32::try_from(pages).unwrap())
            ),
            ("credentials", "/cardholders /ids", None),
            ("memberships", "/cardholders /accessGroupIds", None),
            ("groups", "/access-groups", Some(1)),
        ]
    );
    let people: &ListLook = &look.lists[0];
    assert_eq!(people.records, people.total);
    assert_eq!(people.unmapped, ["/key"]);
    let email = people
        .fields
        .iter()
        .find(|field| field.column == "email")
        .unwrap();
    assert_eq!(
        (email.from.as_str(), email.mapped),
        ("/contact/email", true)
    );
    assert!(email.found > Some(100) && email.found <= people.records);
    assert_eq!(look.paging, Some("cursor"));
}

#[tokio::test]
async fn the_sandbox_refuses_what_it_should() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(&dir);
    let right = Secret::new(
        &sandbox::atrium_secret(dir.path()).unwrap(),
        secret::Origin::Sandbox,
    );
    let wrong = Secret::new("wrong", secret::Origin::Sandbox);
    let with = |change: fn(&mut HttpShape)| {
        let mut shape = shape(&running);
        change(&mut shape);
        shape
    };
    for (shape, secret, exit, told) in [
        (
            with(|_| {}),
            wrong,
            Exit::Authentication,
            "refused the secret from sandbox (401)",
        ),
        (
            with(|shape| shape.people.path = "/people".to_owned()),
            right.clone(),
            Exit::Usage,
            "/people: there is nothing at this path (404)",
        ),
        (
            with(|shape| shape.size = 51),
            right.clone(),
            Exit::Unavailable,
            "limit is a number from 1 to 50",
        ),
        (
            with(|shape| {
                shape.paging = Paging::Offset {
                    parameter: "skip".to_owned(),
                }
            }),
            right,
            Exit::Unavailable,
            "there is no such parameter",
        ),
    ] {
        let source = HttpSource::new(
            shape,
            secret,
            HttpSettings::default(),
            Vec::new(),
            Vec::new(),
        );
        let error = source.unwrap().read().await.unwrap_err();
        assert!(error.to_string().contains(told), "{told}: {error}");
        assert_eq!(error.exit(), exit);
    }
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(&dir);
    let source = over_http(&running, &dir);
    let whole = source.read().await.unwrap();
    let faults = "429=0.2,500=0.1,503=0.1,html=0.1,cut-before=0.1,truncated=0.1,seed=5";
    running.set_faults(faults.parse().unwrap());
    assert_eq!(source.read().await.unwrap(), whole);
    assert!(running.faults_fired().values().sum::<u64>() > 0);
}
