//! Access groups that a profile binds to a group of Command by hand.

use super::*;

fn profile(more: &str) -> World {
    World::new(&[("default", &format!("{SMALL}{more}"))])
}

#[test]
fn access_groups_are_bound_by_their_id() {
    let world = profile(
        "[atrium.access_groups.\"12\"]\ngroup_id = \" g1 \"\n\
         [atrium.access_groups]\n\"1.2\" = { group_id = \"g2\" }\n",
    );
    let profile = world.load().unwrap();
    let bindings: Vec<_> = profile.atrium.bindings.iter().collect();
    assert_eq!(
        bindings,
        [(&"1.2".into(), &"g2".into()), (&"12".into(), &"g1".into())]
    );
    let effective = profile.effective();
    let shown = effective
        .iter()
        .find(|setting| setting.key == "atrium.access_groups.12.group_id")
        .unwrap();
    assert_eq!(shown.value, "g1");
    assert!(
        shown.origin.to_string().contains("default.toml"),
        "{}",
        shown.origin
    );
}

#[test]
fn a_binding_that_makes_no_sense_is_refused_with_its_line() {
    for (more, expected) in [
        (
            "[atrium.access_groups.\"12\"]\n",
            ":6: the access group \"12\" is bound to no group",
        ),
        (
            "[atrium.access_groups.\"12\"]\ngroup_id = \" \"\n",
            "is bound to no group",
        ),
        (
            "[atrium.access_groups.\"12\"]\ngroup = \"g\"\n",
            ":7: unknown key `group` in [atrium.access_groups.\"12\"]",
        ),
        (
            "[atrium.access_groups]\n12 = \"g\"\n",
            "must be a table, written [atrium.access_groups.\"12\"]",
        ),
        (
            "[atrium.access_groups]\n1 = { group_id = \"g\" }\n2 = { group_id = \"g\" }\n",
            ":8: the access groups \"1\" and \"2\" are bound to one group",
        ),
    ] {
        let refused = profile(more).refused();
        assert!(refused.contains(expected), "{more}: {refused}");
    }
}
