//! Where an organization is: addresses and regions, and which layer has the say.

use super::*;
use crate::model::region::Region;

#[test]
fn flags_stand_over_environment_over_file() {
    let mut world = World::new(&[("default", SMALL)]);
    let origin = |world: &World| world.load().unwrap().command.scim_url;
    assert_eq!(
        origin(&world).origin.to_string(),
        format!("{}/profiles/default.toml:5", world.dir.path().display())
    );
    // A region in the environment beats an address in the file, and the other way round.
    world = world.set("ATRIUMCTL_REGION", "AU");
    assert_eq!(
        origin(&world),
        Setting {
            value: Region::Au.scim_base().unwrap().to_owned(),
            origin: Origin::Environment("ATRIUMCTL_REGION"),
        }
    );
    world.flags.scim_url = Some("http://127.0.0.1:8080/scim".to_owned());
    assert_eq!(
        origin(&world),
        Setting {
            value: "http://127.0.0.1:8080/scim".to_owned(),
            origin: Origin::Flag("--scim-url"),
        }
    );
    // An empty variable is one that is not set.
    world.flags.scim_url = None;
    world = world.set("ATRIUMCTL_REGION", "");
    assert!(matches!(origin(&world).origin, Origin::File { .. }));
}

#[test]
fn a_region_stands_for_its_address() {
    for region in Region::ALL {
        let mut world = World::new(&[("default", SMALL)]);
        world.flags.region = Some(region.name().to_owned());
        let Some(base) = region.scim_base() else {
            let text = world.refused();
            assert!(text.starts_with("flag --region: the SCIM address of GovCloud"));
            assert!(text.contains("set it as scim_url"), "{text}");
            continue;
        };
        assert_eq!(world.load().unwrap().command.scim_url.value, base);
        // It is one that could stand in a profile.
        world.flags.scim_url = world.flags.region.take().map(|_| base.to_owned());
        assert_eq!(world.load().unwrap().command.scim_url.value, base);
    }
    let mut world = World::new(&[("default", SMALL)]);
    world.flags.region = Some("mars\u{7}".to_owned());
    let text = world.refused();
    assert!(text.starts_with("flag --region: there is no region \"mars\\u{7}\""));
}

#[test]
fn addresses_that_would_leak_the_token_are_refused() {
    for url in [
        "http://scim.example/scim",
        "http://127.0.0.1.example/scim",
        "https://kim:s3cret@scim.example",
        "https://scim.example/?a=b",
        "ftp://scim.example",
        "scim.example",
        "",
    ] {
        let mut world = World::new(&[("default", SMALL)]);
        world.flags.scim_url = Some(url.to_owned());
        let text = world.refused();
        assert!(text.starts_with("flag --scim-url: "), "{text}");
        assert!(!text.contains("s3cret"));
    }
    for url in [
        "http://localhost:1/scim",
        "http://[::1]:1",
        "https://a.example",
    ] {
        let mut world = World::new(&[("default", SMALL)]);
        world.flags.scim_url = Some(url.to_owned());
        assert_eq!(world.load().unwrap().command.scim_url.value, url);
    }
}

#[test]
fn the_api_is_where_the_highest_layer_says() {
    let api = |world: &World| {
        let url = world.load().unwrap().command.api_url;
        url.map(|url| (url.value, url.origin.to_string()))
    };
    let expected = |value: &str, origin: &str| Some((value.to_owned(), origin.to_owned()));
    let mut world = World::new(&[("default", SMALL)]);
    let file = format!("{}/profiles/default.toml:5", world.dir.path().display());
    assert_eq!(api(&world), expected("https://api.eu.verkada.com", &file));
    // An address beside a region is the API's own.
    let more = "api_url = \"https://gateway.school.example/verkada/\"\n";
    let beside = World::new(&[("default", &format!("{SMALL}{more}"))]);
    assert_eq!(
        api(&beside).unwrap().0,
        "https://gateway.school.example/verkada"
    );
    world = world.set("ATRIUMCTL_REGION", "au");
    assert_eq!(
        api(&world),
        expected(
            "https://api.au.verkada.com",
            "environment variable ATRIUMCTL_REGION"
        )
    );
    // A SCIM address that was written out is of another organization than the regions below it.
    world.flags.scim_url = Some("http://127.0.0.1:8080/scim".to_owned());
    assert_eq!(api(&world), None);
    world = world.set("ATRIUMCTL_API_URL", "http://127.0.0.1:8080");
    assert_eq!(
        api(&world),
        expected(
            "http://127.0.0.1:8080",
            "environment variable ATRIUMCTL_API_URL"
        )
    );
    world.flags.api_url = Some("https://api.example".to_owned());
    assert_eq!(
        api(&world),
        expected("https://api.example", "flag --api-url")
    );
    world.flags.api_url = Some("http://api.example".to_owned());
    let text = world.refused();
    assert!(
        text.starts_with("flag --api-url: plain http is for this machine only"),
        "{text}"
    );
}

#[test]
fn the_share_of_the_limit_has_its_bounds() {
    let command = World::new(&[("default", SMALL)]).load().unwrap().command;
    assert_eq!(
        (command.api_share, command.api_requests_a_minute),
        (80, 300)
    );
    let set = format!("{SMALL}api_share = 50\napi_requests_a_minute = 600\n");
    let profile = World::new(&[("default", &set)]).load().unwrap();
    let command = &profile.command;
    assert_eq!(
        (command.api_share, command.api_requests_a_minute),
        (50, 600)
    );
    let share = profile.effective().into_iter();
    let share = share.filter(|setting| setting.key == "command.api_share");
    let share: Vec<_> = share.map(|share| share.origin.to_string()).collect();
    assert!(share[0].ends_with("default.toml:6"), "{share:?}");
    for (more, wanted) in [
        (
            "api_share = 0\n",
            "`command.api_share` must be between 1 and 100",
        ),
        (
            "api_share = 101\n",
            "`command.api_share` must be between 1 and 100",
        ),
        (
            "api_requests_a_minute = 0\n",
            "`command.api_requests_a_minute` must be between 1 and 100000",
        ),
        (
            "api_key_file = \"-\"\n",
            "`command.api_key_file` must name a file",
        ),
        ("api_key = \"s3cret\"\n", "name a file with api_key_file"),
    ] {
        let text = refused(more);
        assert!(text.contains(wanted), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
