//! `[command.admin]`: the adapter of the admin port, and its routes.

use super::*;

fn with(section: &str) -> World {
    World::new(&[("default", &format!("{SMALL}{section}"))])
}

#[test]
fn live_command_is_guided_and_a_gateway_has_routes() {
    let admin = with("").load().unwrap().command.admin;
    assert_eq!((admin.adapter, admin.url), (Adapter::Guided, None));
    let section = "[command.admin]\nadapter = \"routes\"\nurl = \"https://gate.example/x/\"\n\
                   [command.admin.routes]\nscim = \"/scim-state\"\nsso = \"/one/{client_id}\"\n";
    let profile = with(section).load().unwrap();
    let admin = &profile.command.admin;
    assert_eq!(admin.adapter, Adapter::Routes);
    assert_eq!(admin.url.as_ref().unwrap().value, "https://gate.example/x");
    assert_eq!(admin.routes.scim, "/scim-state");
    assert_eq!(admin.routes.sso, "/one/{client_id}");
    assert_eq!(admin.routes.refresh, "/admin/v1/scim/token/refresh");
    let shown = profile.effective();
    let value = |key: &str| shown.iter().find(|setting| setting.key == key).unwrap();
    assert_eq!(value("command.admin.adapter").value, "routes");
    assert_eq!(value("command.admin.url").value, "https://gate.example/x");
    let scim = value("command.admin.routes.scim");
    assert!(
        scim.origin.to_string().ends_with("default.toml:10"),
        "{}",
        scim.origin
    );
}

#[test]
fn what_does_not_fit_is_named_with_its_line() {
    let routes = "[command.admin]\nadapter = \"routes\"\nurl = \"https://gate.example\"\n\
                  [command.admin.routes]\n";
    for (section, told) in [
        (
            "[command.admin]\nadapter = \"routes\"\n".to_owned(),
            "DIR/profiles/default.toml:7: `command.admin.url` is missing",
        ),
        (
            "[command.admin]\nadapter = \"routes\"\nurl = \"http://gate.example\"\n".to_owned(),
            "default.toml:8: `command.admin.url`: plain http is for this machine only",
        ),
        (
            "[command.admin]\nurl = \"https://gate.example\"\n".to_owned(),
            "default.toml:7: routes are named, but the adapter is \"guided\"",
        ),
        (
            "[command.admin.routes]\nscim = \"/x\"\n".to_owned(),
            "default.toml:7: routes are named",
        ),
        ("[command.admin]\nadapter = \"magic\"\n".to_owned(), "magic"),
        (
            format!("{routes}scim = \"x\"\n"),
            "default.toml:10: `command.admin.routes.scim` must be a path",
        ),
        (
            format!("{routes}scim = \"/x?y\"\n"),
            "without ? or #\nthe default is \"/admin/v1/scim\"",
        ),
        (
            format!("{routes}scim = \"/{{client_id}}\"\n"),
            "must not have braces",
        ),
        (
            format!("{routes}sso = \"/sso\"\n"),
            "must have {client_id} once",
        ),
        (
            format!("{routes}metadata = \"/{{client_id}}/{{client_id}}\"\n"),
            "must have {client_id} once",
        ),
        (
            format!("{routes}tokens = \"/x\"\n"),
            "did you mean `token`?",
        ),
    ] {
        let refused = with(&section).refused();
        assert!(refused.contains(told), "{section}: {refused}");
    }
}
