//! Profiles as they are found in the field, right and wrong.

mod addresses;
mod bindings;
mod http;
mod ids;
mod secrets;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::error::Exit;
use crate::model::rules::{EmailChange, GroupsGone, Identity, Limits, Meaning, Mode, OnGuard};
use crate::secret::store::{NoStore, SecretStore};

const SMALL: &str = "[atrium]\nfiles = [\"people.csv\"]\n\n[command]\nregion = \"eu\"\n";

/// A folder with profiles, and an environment that holds only what a test puts there.
struct World {
    dir: tempfile::TempDir,
    environment: HashMap<&'static str, OsString>,
    flags: Flags,
}

impl World {
    fn new(profiles: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("profiles")).unwrap();
        for (name, text) in profiles {
            fs::write(dir.path().join(format!("profiles/{name}.toml")), text).unwrap();
        }
        let environment = HashMap::from([
            ("ATRIUMCTL_CONFIG", dir.path().as_os_str().to_owned()),
            ("HOME", OsString::from("/home/kim")),
        ]);
        World {
            dir,
            environment,
            flags: Flags::default(),
        }
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.environment.insert(name, value.into());
        self
    }

    fn with<T>(&self, act: impl FnOnce(&Layers<'_>) -> T) -> T {
        act(&Layers {
            flags: self.flags.clone(),
            environment: &|name| self.environment.get(name).cloned(),
        })
    }

    fn load(&self) -> Result<Profile, Error> {
        self.with(|layers| load(&layers.profile_name()?, layers))
    }

    /// The error of loading, its path shortened, its hints below.
    fn refused(&self) -> String {
        let error = self.load().unwrap_err();
        assert_eq!(error.exit, Exit::Usage, "{error}");
        let text = format!("{error}\n{}", error.hints.join("\n"));
        text.replace(&self.dir.path().display().to_string(), "DIR")
    }

    fn secrets(&self, stdin: &str) -> Result<Secrets, Error> {
        let profile = self.load().unwrap();
        self.places(&nothing(), None, |places| {
            secrets(&profile, places, &mut stdin.as_bytes())
        })
    }

    /// The places of the profile's secrets, with a store and somebody to ask.
    fn places<T>(
        &self,
        store: &dyn SecretStore,
        ask: Option<Ask<'_>>,
        act: impl FnOnce(&Places<'_>) -> T,
    ) -> T {
        self.with(|layers| {
            let name = layers.profile_name().unwrap();
            act(&Places {
                profile: &name.value,
                files: &secret_files(&name, layers).unwrap(),
                layers,
                store,
                ask,
            })
        })
    }

    fn token(&self, stdin: &str) -> Result<Found, Error> {
        self.secrets(stdin).map(|secrets| secrets.token)
    }

    /// The API key, beside a token that is always there.
    fn key(&self, stdin: &str) -> Result<Option<Found>, Error> {
        self.secrets(stdin).map(|secrets| secrets.key)
    }
}

/// A machine without a keyring.
fn nothing() -> NoStore {
    NoStore {
        why: "this is a test".to_owned(),
    }
}

/// The error for a profile that is [`SMALL`] with more text behind it.
fn refused(more: &str) -> String {
    World::new(&[("default", &format!("{SMALL}{more}"))]).refused()
}

#[test]
fn a_full_profile_is_read() {
    let text = r#"
        [atrium]
        files = ["people.csv", "/srv/memberships.csv"]
        [atrium.columns]
        campus_id = "Campus ID"
        [atrium.person_status]
        "On Leave" = "suspended"
        Active = "suspended"
        [atrium.people]
        department = ["Biology*", "Arts"]
        email = "*@school.example"
        [atrium.groups]
        access_group_name = ["Science*"]
        [command]
        scim_url = "https://scim.school.example/scim/"
        scim_token_file = "token.txt"
        email_domains = ["School.example", "@students.school.example", "school.example"]
        scim_dialect = "put"
        [sync]
        mode = "observe"
        external_id_format = "school:{campus_id}"
        identity = "external"
        email_change = "reprovision"
        absent_runs = 3
        delete_after = "120d"
        groups_gone = "keep"
        protect = ["S1001234", "*@trustees.school.example", "group:12"]
        on_guard = "stop"
        concurrency = 4
        [guards]
        floor = 5
        percent = 2
    "#;
    let world = World::new(&[("default", text)]);
    let profile = world.load().unwrap();
    let folder = world.dir.path().join("profiles");
    assert_eq!(
        profile.atrium.files,
        [
            PathBuf::from("people.csv"),
            PathBuf::from("/srv/memberships.csv")
        ]
    );
    assert_eq!(profile.atrium.base, folder);
    assert_eq!(profile.atrium.columns["campus_id"], "Campus ID");
    assert_eq!(
        profile.atrium.person_status,
        BTreeMap::from([
            ("active".to_owned(), Meaning::Suspended),
            ("inactive".to_owned(), Meaning::Gone),
            ("on leave".to_owned(), Meaning::Suspended),
        ])
    );
    assert_eq!(
        profile.atrium.people.text(),
        r#"department=["Arts", "Biology*"] email=["*@school.example"]"#
    );
    assert_eq!(
        profile.command.scim_url.value,
        "https://scim.school.example/scim"
    );
    assert_eq!(
        profile
            .secret_files
            .get(SecretKind::ScimToken)
            .unwrap()
            .value,
        SecretFile::Path(folder.join("token.txt"))
    );
    assert_eq!(
        profile.command.email_domains,
        ["school.example", "students.school.example"]
    );
    assert_eq!(profile.command.dialect, Some(Dialect::Put));
    assert_eq!(
        profile.sync,
        Sync {
            mode: Mode::Observe,
            external_id_format: "school:{campus_id}".to_owned(),
            identity: Identity::External,
            email_change: EmailChange::Reprovision,
            absent_runs: 3,
            delete_after_days: Some(120),
            groups_gone: GroupsGone::Keep,
            protect: ["S1001234", "*@trustees.school.example", "group:12"]
                .map(str::to_owned)
                .to_vec(),
            on_guard: OnGuard::Stop,
            concurrency: 4,
            ..Sync::default()
        }
    );
    assert_eq!(profile.guards.floor, 5);
    assert_eq!(profile.guards.ceiling, 50);
}

#[test]
fn a_small_profile_takes_the_defaults() {
    let profile = World::new(&[("default", SMALL)]).load().unwrap();
    assert_eq!(profile.sync, Sync::default());
    assert_eq!(profile.guards, Limits::default());
    assert_eq!(
        profile.command.scim_url.value,
        "https://scim.prod2.verkada.com/scim"
    );
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let text = format!("\u{feff}{SMALL}");
    assert!(World::new(&[("default", &text)]).load().is_ok());
}

#[test]
fn unknown_keys_are_named_with_line_and_what_was_meant() {
    assert_eq!(
        refused("\n[sync]\nabsent_run = 2\n"),
        "DIR/profiles/default.toml:8: unknown key `absent_run` in [sync]\n\
         did you mean `absent_runs`?"
    );
    assert_eq!(
        refused("floor = 3\n"),
        "DIR/profiles/default.toml:6: unknown key `floor` in [command]\n\
         `floor` belongs in [guards]"
    );
    assert_eq!(
        refused("[gaurds]\n"),
        "DIR/profiles/default.toml:6: unknown key `gaurds` at the top of the file\n\
         did you mean `guards`?"
    );
    assert_eq!(
        refused("[atrium.people]\nstatus = \"active\"\n"),
        "DIR/profiles/default.toml:7: `atrium.people` can't ask for the status\n\
         a status is mapped, never filtered: say what it means in [atrium.person_status]"
    );
    assert!(refused("zzz = 1\n").contains("keys in [command]: region, scim_url"));
}

#[test]
fn a_secret_in_a_profile_is_refused_and_not_shown() {
    let text = refused("scim_token = \"s3cret\"\n");
    assert!(text.contains("a secret never stands in a profile"));
    assert!(!text.contains("s3cret"));
    assert!(!refused("scim_token = \"s3cret\n").contains("s3cret"));
}

#[test]
fn wrong_values_are_named_with_their_line() {
    let table = [
        (
            "[guards]\nfloor = \"ten\"\n",
            "7: `guards.floor` must be a whole number, not a text",
        ),
        (
            "[guards]\npercent = 101\n",
            "7: `guards.percent` must be between 0 and 100",
        ),
        (
            "[guards]\nfloor = -1\n",
            "7: `guards.floor` must be between 0 and 1000000",
        ),
        (
            "[sync]\nconcurrency = 0\n",
            "7: `sync.concurrency` must be between 1 and 64",
        ),
        (
            "email_domains = \"school.example\"\n",
            "6: `command.email_domains` must be a list of texts",
        ),
        (
            "email_domains = [\n  \"a.example\",\n  7,\n]\n",
            "8: `command.email_domains` must be a text in double quotes, not a whole number",
        ),
        (
            "email_domains = [\"kim@school.example\"]\n",
            "6: `command.email_domains`: \"kim@school.example\" is no domain",
        ),
        (
            "sync = true\n[sync]\n",
            "6: unknown key `sync` in [command]",
        ),
        (
            "[sync]\nmode = \"obsrve\"\n",
            "7: `sync.mode` can't be \"obsrve\"\ndid you mean \"observe\"?",
        ),
        (
            "[sync]\ngroups_gone = \"x\"\n",
            "it is one of: empty, keep, delete",
        ),
        (
            "[sync]\ndelete_after = \"30d\"\n",
            "7: `sync.delete_after` must be 90d at the earliest",
        ),
        (
            "[sync]\ndelete_after = \"soon\"\n",
            "must be a number of days, such as \"90d\"",
        ),
        (
            "[sync]\nexternal_id_format = \"atrium\"\n",
            "7: `sync.external_id_format` must hold {campus_id} once",
        ),
        (
            "[sync]\nexternal_id_format = \"{campus_id}:{campus_id}\"\n",
            "must hold {campus_id} once",
        ),
        (
            "[sync]\nexternal_id_format = \"{campus_id}\"\n",
            "must have something beside {campus_id}",
        ),
        (
            "[sync]\ngroup_external_id_format = \"g:{campus_id}\"\n",
            "must hold {access_group_id} once",
        ),
        (
            "[sync]\nprotect = [\"group:\"]\n",
            "7: `sync.protect` has an entry that names nobody",
        ),
        (
            "[atrium.people]\ndepartment = []\n",
            "7: `atrium.people.department` lets nobody in",
        ),
        (
            "[atrium.person_status]\nLeft = \"gone\"\nleft = \"active\"\n",
            "8: the status \"left\" is empty, or mapped twice",
        ),
        (
            "[atrium.person_status]\nLeft = \"away\"\n",
            "7: `atrium.person_status.Left` can't be \"away\"",
        ),
        (
            "[atrium.columns]\nemail = \"Mail\"\nphone = \"Mail\"\n",
            "8: `atrium.columns.phone` is empty, or names a header that another column has",
        ),
        (
            "scim_token_file = \"-\"\n",
            "6: `command.scim_token_file` must name a file",
        ),
        ("region = \"us\"\n", "6: duplicate key"),
        ("[sync\n", "6: "),
    ];
    for (more, wanted) in table {
        let text = refused(more);
        assert!(text.contains(wanted), "{more}\n{text}");
        assert!(text.starts_with("DIR/profiles/default.toml:"), "{text}");
    }
}

#[test]
fn what_a_profile_must_have_is_asked_for() {
    let no_files = World::new(&[("default", "[command]\nregion = \"us\"\n")]).refused();
    assert!(no_files.contains("names no export"), "{no_files}");
    let no_region = World::new(&[("default", "[atrium]\nfiles = [\"a.csv\"]\n")]).refused();
    assert!(no_region.contains("neither region nor SCIM address"));
    let both = refused("scim_url = \"https://a.example\"\n");
    assert!(both.contains("both set"), "{both}");
}

#[test]
fn a_profile_that_does_not_exist_is_answered_with_those_that_do() {
    let world = World::new(&[("north", SMALL), ("south", SMALL)]).set("ATRIUMCTL_PROFILE", "nort");
    assert_eq!(
        world.refused(),
        "there is no profile `nort` (from environment variable ATRIUMCTL_PROFILE): \
         DIR/profiles/nort.toml does not exist\n\
         profiles that exist: north, south\n\
         --profile sandbox needs no configuration"
    );
    let none = World::new(&[]).refused();
    assert!(none.contains("no profile exists yet"), "{none}");
}

#[test]
fn a_profile_name_is_a_file_name() {
    for name in [
        "../x",
        "a/b",
        ".hidden",
        "a b",
        "ü",
        "\u{1b}[2J",
        &"x".repeat(65),
    ] {
        let world = World::new(&[]).set("ATRIUMCTL_PROFILE", name);
        let text = world.refused();
        assert!(text.contains("no profile name"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}

#[test]
fn folders_follow_the_xdg_specification() {
    let mut world = World::new(&[]);
    world.environment.remove("ATRIUMCTL_CONFIG");
    let dirs = |world: &World| {
        world.with(|layers| {
            let name = layers.profile_name().unwrap();
            (
                layers.config_dir().unwrap().value,
                layers.state_path(&name).unwrap().value,
            )
        })
    };
    assert_eq!(
        dirs(&world),
        (
            PathBuf::from("/home/kim/.config/atriumctl"),
            PathBuf::from("/home/kim/.local/state/atriumctl/default.db")
        )
    );
    world = world
        .set("XDG_CONFIG_HOME", "/etc/xdg")
        .set("XDG_STATE_HOME", "relative/is/ignored");
    assert_eq!(
        dirs(&world),
        (
            PathBuf::from("/etc/xdg/atriumctl"),
            PathBuf::from("/home/kim/.local/state/atriumctl/default.db")
        )
    );
    world = world.set("ATRIUMCTL_STATE", "cache/ledger.db");
    world.flags.config = Some("here".into());
    assert_eq!(
        dirs(&world),
        (PathBuf::from("here"), PathBuf::from("cache/ledger.db"))
    );
}

#[test]
fn every_setting_in_force_is_listed_with_its_origin() {
    let more = "[sync]\nabsent_runs = 2\n[atrium.person_status]\n\"On Leave\" = \"suspended\"\n";
    let world = World::new(&[("default", &format!("{SMALL}{more}"))]);
    let profile = world.load().unwrap();
    let list = profile.effective();
    let of = |key: &str| list.iter().find(|setting| setting.key == key).unwrap();
    assert_eq!(of("profile").value, "default");
    assert_eq!(of("sync.absent_runs").value, "2");
    assert!(
        of("sync.absent_runs")
            .origin
            .to_string()
            .ends_with("default.toml:7")
    );
    assert_eq!(of("sync.mode").origin, Origin::Default);
    assert_eq!(of("atrium.person_status.inactive").origin, Origin::Default);
    assert!(
        of("atrium.person_status.on leave")
            .origin
            .to_string()
            .ends_with("default.toml:9")
    );
    assert!(
        of("command.scim_url")
            .origin
            .to_string()
            .ends_with("default.toml:5")
    );
    let keys: Vec<_> = list.iter().map(|setting| setting.key.as_str()).collect();
    let mut unique = keys.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(keys.len(), unique.len());
}

#[test]
fn the_sandbox_needs_no_file() {
    let profile = Profile::sandbox(Path::new("/s"), "http://127.0.0.1:9/", &["people.csv"]);
    assert_eq!(profile.atrium.files, [PathBuf::from("people.csv")]);
    assert_eq!(profile.atrium.base, Path::new("/s"));
    assert_eq!(profile.command.scim_url.value, "http://127.0.0.1:9/scim");
    let api_url = profile.command.api_url.map(|url| url.value);
    assert_eq!(api_url.as_deref(), Some("http://127.0.0.1:9"));
    assert_eq!(
        profile.command.email_domains,
        ["campus.example", "students.campus.example"]
    );
    let world = World::new(&[]).set("ATRIUMCTL_PROFILE", SANDBOX);
    assert!(world.refused().contains("is built in"));
}

proptest::proptest! {
    /// Whatever stands in a profile, it is read or refused, never a panic.
    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]a-z_=.\"\\n {},0-9é\u{1}]{0,200}") {
        let _ = World::new(&[("default", &text)]).load();
        let _ = World::new(&[("default", &format!("{SMALL}[sync]\n{text}"))]).load();
    }
}
