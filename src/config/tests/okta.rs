//! The organization in Okta.

use super::*;

fn profile(more: &str) -> World {
    World::new(&[("default", &format!("{SMALL}[okta]\n{more}"))])
}

#[test]
fn organization_app_and_service_app_are_read() {
    let world = profile(
        "org = \"https://school.okta.com/\"\napp = \" Verkada Command \"\n\
         client_id = \"0oa1\"\nkey_id = \"k-1_x\"\n",
    );
    let profile = world.load().unwrap();
    let okta = &profile.okta;
    assert_eq!(okta.org.as_ref().unwrap().value, "https://school.okta.com");
    assert_eq!(okta.app.as_deref(), Some("Verkada Command"));
    assert_eq!(okta.client_id.as_deref(), Some("0oa1"));
    let shown = profile.effective();
    for (key, value) in [
        ("okta.org", "https://school.okta.com"),
        ("okta.app", "Verkada Command"),
        ("okta.key_id", "k-1_x"),
    ] {
        let setting = shown.iter().find(|setting| setting.key == key).unwrap();
        assert_eq!(setting.value, value);
        assert!(setting.origin.to_string().contains("default.toml"));
    }
    assert_eq!(
        World::new(&[("default", SMALL)]).load().unwrap().okta,
        Okta::default()
    );
}

#[test]
fn what_is_no_organization_or_app_is_refused_with_what_to_write() {
    for (more, told) in [
        (
            "org = \"https://school-admin.okta.com\"\n",
            "write https://school.okta.com",
        ),
        (
            "org = \"https://school-admin.oktapreview.com/\"\n",
            "write https://school.oktapreview.com",
        ),
        (
            "org = \"https://school.okta.com/api/v1\"\n",
            "ends after the host: https://school.okta.com",
        ),
        ("org = \"http://school.okta.com\"\n", "plain http"),
        ("org = \"school.okta.com\"\n", "no scheme"),
        ("app = \" \"\n", "is no app"),
        ("client_id = \"a b\"\n", "no such id"),
        ("key_id = \"\"\n", "no such id"),
    ] {
        let error = profile(more).load().unwrap_err();
        assert!(error.to_string().contains(told), "{more}: {error}");
        assert_eq!(error.exit, Exit::Usage);
    }
}
