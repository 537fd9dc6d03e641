//! `[atrium.http]`, right and wrong, and its secret.

use super::*;
use crate::model::http_source::{Authentication, Paging, Part};
use crate::model::roster::COLUMNS;

const SMALL_HTTP: &str = "[atrium.http]\nurl = \"https://a.example/api/\"\n\n\
                          [atrium.http.people]\npath = \"/people\"\n\n[command]\nregion = \"us\"\n";

const FULL: &str = r#"
[atrium.http]
url = "https://a.example/api"
authentication = "basic"
user = "sync"
secret_file = "atrium-secret"
timeout = 30
[atrium.http.paging]
style = "cursor"
parameter = "after"
next = "/meta/next"
size = 50
size_parameter = ""
[atrium.http.people]
path = "/people?kind=all"
list = "/data"
total = "/meta/count"
[atrium.http.people.fields]
campus_id = "/id"
title = "/campus_id"
[atrium.http.credentials]
in_people = "/ids"
fields = { id_value = "/number" }
[atrium.http.groups]
path = "/groups"
[atrium.http.memberships]
path = "/memberships"
list = "/items"
[command]
region = "us"
"#;

fn http(text: &str) -> Http {
    let profile = World::new(&[("default", text)]).load().unwrap();
    profile.atrium.http.unwrap()
}

#[test]
fn what_is_not_said_has_its_default() {
    let Http { shape } = http(SMALL_HTTP);
    assert_eq!(shape.url, "https://a.example/api");
    assert_eq!(shape.authentication, Authentication::Bearer);
    assert_eq!((shape.paging, shape.size_parameter), (Paging::None, None));
    assert_eq!(shape.timeout, 60);
    assert_eq!(shape.people.records.as_str(), "");
    let fields = &shape.people.fields.0;
    assert_eq!(fields.len(), COLUMNS.len());
    for (field, column) in fields.iter().zip(COLUMNS) {
        assert_eq!(field.column, column);
        assert_eq!(field.pointer.as_str(), format!("/{column}"));
        assert!(!field.mapped);
    }
    assert_eq!(
        (shape.credentials, shape.groups, shape.memberships),
        (None, None, None)
    );
    for (style, expected) in [
        (
            "page",
            Paging::Page {
                parameter: "page".to_owned(),
                first: 1,
            },
        ),
        (
            "offset",
            Paging::Offset {
                parameter: "offset".to_owned(),
            },
        ),
        ("link", Paging::Link),
    ] {
        let shape = http(&format!(
            "{SMALL_HTTP}[atrium.http.paging]\nstyle = \"{style}\"\n"
        ))
        .shape;
        assert_eq!(shape.paging, expected);
        assert_eq!(
            (shape.size_parameter.as_deref(), shape.size),
            (Some("limit"), 100)
        );
    }
}

#[test]
fn everything_is_read_and_shown_with_its_line() {
    let world = World::new(&[("default", FULL)]);
    let profile = world.load().unwrap();
    let Http { shape } = profile.atrium.http.clone().unwrap();
    assert_eq!(
        shape.authentication,
        Authentication::Basic("sync".to_owned())
    );
    assert_eq!((shape.size, shape.size_parameter), (50, None));
    assert_eq!(
        (shape.people.path.as_str(), shape.people.name()),
        ("/people?kind=all", "/people")
    );
    let pointer = |column: &str| {
        let fields = shape.people.fields.0.iter();
        let mut field = fields.filter(|field| field.column == column);
        field
            .next()
            .map(|field| (field.pointer.to_string(), field.mapped))
    };
    assert_eq!(pointer("campus_id"), Some(("/id".to_owned(), true)));
    assert_eq!(pointer("title"), Some(("/campus_id".to_owned(), true)));
    assert_eq!(pointer("email"), Some(("/email".to_owned(), false)));
    let Some(Part::Nested { array, fields }) = shape.credentials else {
        panic!("no array");
    };
    let columns: Vec<&str> = fields.0.iter().map(|field| field.column).collect();
    assert_eq!(
        (array.as_str(), columns),
        ("/ids", vec!["id_type", "id_value", "id_status"])
    );
    assert!(
        matches!(shape.memberships, Some(Part::Apart(list)) if list.records.as_str() == "/items")
    );
    let secret = world.dir.path().join("profiles/atrium-secret");
    let file = profile.secret_files.get(SecretKind::Atrium).unwrap();
    assert_eq!(file.value, SecretFile::Path(secret));

    let effective = profile.effective();
    for (key, value, line) in [
        ("atrium.http.url", "https://a.example/api", 3),
        ("atrium.http.user", "sync", 5),
        ("atrium.http.timeout", "30", 7),
        ("atrium.http.paging.next", "/meta/next", 11),
        ("atrium.http.paging.size_parameter", "", 13),
        ("atrium.http.people.fields.campus_id", "/id", 19),
        ("atrium.http.credentials.in_people", "/ids", 22),
        ("atrium.http.credentials.fields.id_value", "/number", 23),
    ] {
        let shown = effective.iter().find(|setting| setting.key == key).unwrap();
        assert_eq!(shown.value, value, "{key}");
        let Origin::File { line: found, .. } = shown.origin else {
            panic!("{key}: {}", shown.origin);
        };
        assert_eq!(found, line, "{key}");
    }
    assert!(
        effective
            .iter()
            .any(|setting| setting.key == "atrium.http.secret_file")
    );
}

/// The small profile with a line in a table, or with another line in place of one.
fn changed(from: &str, to: &str) -> String {
    assert!(SMALL_HTTP.contains(from), "{from}");
    SMALL_HTTP.replacen(from, to, 1)
}

#[test]
fn mistakes_are_named_with_their_line() {
    let url = "url = \"https://a.example/api/\"\n";
    let people = "path = \"/people\"\n";
    let with = |line: &str| changed(url, &format!("{url}{line}\n"));
    let in_people = |line: &str| changed(people, &format!("{people}{line}\n"));
    let paging = |lines: &str| format!("{SMALL_HTTP}[atrium.http.paging]\n{lines}\n");
    let table = |lines: &str| format!("{SMALL_HTTP}{lines}\n");
    for (text, told) in [
        (
            changed(url, ""),
            "default.toml:1: [atrium.http] lacks `url`",
        ),
        (
            changed("https://a", "http://a"),
            "default.toml:2: `atrium.http.url`: plain http is for this machine only",
        ),
        (
            changed("https://", "https://u:hunter2@"),
            "default.toml:2: `atrium.http.url`: the address has an @",
        ),
        (
            changed(people, ""),
            "default.toml:4: [atrium.http.people] lacks `path`",
        ),
        (
            changed("/people\"", "people\""),
            "default.toml:5: `atrium.http.people.path`: \"people\"",
        ),
        (changed("/people\"", "/a b\""), "is no path"),
        (
            with("authentication = \"digest\""),
            "default.toml:3: `atrium.http.authentication` can't",
        ),
        (
            with("authentication = \"basic\""),
            "default.toml:1: [atrium.http] lacks `user`",
        ),
        (
            with("authentication = \"basic\"\nuser = \"a:b\""),
            "default.toml:4: `atrium.http.user` is empty, or has a colon in it",
        ),
        (
            with("user = \"a\""),
            "means something only with authentication = \"basic\"",
        ),
        (
            with("authentication = \"header\""),
            "[atrium.http] lacks `header`",
        ),
        (
            with("authentication = \"header\"\nheader = \"Host\""),
            "default.toml:4: `atrium.http.header`: \"Host\" can't be the name",
        ),
        (
            with("authentication = \"header\"\nheader = \"X Key\""),
            "can't be the name",
        ),
        (
            with("timeout = 0"),
            "default.toml:3: `atrium.http.timeout` must be between 1 and 600",
        ),
        (
            with("password = \"hunter2\""),
            "set ATRIUMCTL_ATRIUM_SECRET, or name a file",
        ),
        (
            with("secret = \"hunter2\""),
            "with secret_file in [atrium.http]",
        ),
        (
            with("secret_file = \"-\""),
            "for standard input: ATRIUMCTL_ATRIUM_SECRET_FILE=-",
        ),
        (paging("style = \"pages\""), "did you mean \"page\"?"),
        (
            paging("style = \"cursor\""),
            "[atrium.http.paging] lacks `next`",
        ),
        (
            paging("style = \"cursor\"\nnext = \"next\""),
            "default.toml:11: `atrium.http.paging.next`: \"next\" is no JSON Pointer: write \"/next\"",
        ),
        (
            paging("style = \"page\"\nfirst = 2"),
            "`atrium.http.paging.first` must be between 0 and 1",
        ),
        (
            paging("style = \"page\"\nparameter = \"a=\""),
            "\"a=\" is no query parameter",
        ),
        (
            paging("style = \"link\"\nparameter = \"a\""),
            "means something only with style page,",
        ),
        (
            paging("size = 10"),
            "means something only with a style other than none",
        ),
        (
            paging("style = \"offset\"\nfirst = 1"),
            "means something only with style = \"page\"",
        ),
        (
            in_people("list = \"a~b\""),
            "default.toml:6: `atrium.http.people.list`: \"a~b\"",
        ),
        (
            in_people("fields = { mail = \"/m\" }"),
            "unknown key `mail` in [atrium.http.people.fields]",
        ),
        (
            in_people("fields = { email = \"/m\", phone = \"/m\" }"),
            "default.toml:6: `atrium.http.people.fields` has \"/m\" for email and for phone",
        ),
        (in_people("in_people = \"/x\""), "unknown key `in_people`"),
        (
            table("[atrium.http.groups]"),
            "default.toml:9: [atrium.http.groups] lacks `path`",
        ),
        (
            table("[atrium.http.credentials]\nin_people = \"/ids\"\npath = \"/ids\""),
            "default.toml:11: `atrium.http.credentials.path` means something only with a list",
        ),
        (
            table("[atrium.http.memberships]\nin_people = \"/g\"\nfields = { campus_id = \"/c\" }"),
            "`atrium.http.memberships.fields.campus_id` means something only with a list",
        ),
        (
            format!("[atrium]\nfiles = [\"p.csv\"]\n{SMALL_HTTP}"),
            "default.toml:2: `atrium.files` and [atrium.http] can't both be there",
        ),
        (
            format!("{SMALL_HTTP}[atrium.columns]\nemail = \"Mail\"\n"),
            "`atrium.columns` and [atrium.http] can't both be there",
        ),
        (
            "[command]\nregion = \"us\"\n".to_owned(),
            "described in [atrium.http]",
        ),
    ] {
        let told_so = World::new(&[("default", &text)]).refused();
        assert!(told_so.contains(told), "{told}: {told_so}\n{text}");
        assert!(!told_so.contains("hunter2"), "{told_so}");
    }
}

#[test]
fn the_secret_is_found_as_the_others_are() {
    let secret = |world: &World, stdin: &str| {
        let profile = world.load().unwrap();
        let found = world.places(&nothing(), None, |places| {
            atrium_secret(&profile, places, &mut stdin.as_bytes())
        });
        found.map(|found| found.map(|found| found.secret.expose().to_owned()))
    };
    let world = || World::new(&[("default", FULL), ("files", SMALL)]);
    let file = world();
    fs::write(
        file.dir.path().join("profiles/atrium-secret"),
        "pass wörd\n",
    )
    .unwrap();
    assert_eq!(secret(&file, "").unwrap().as_deref(), Some("pass wörd"));
    let variable = world().set("ATRIUMCTL_ATRIUM_SECRET", "from the environment");
    assert_eq!(
        secret(&variable, "").unwrap().as_deref(),
        Some("from the environment")
    );
    let stdin = || world().set("ATRIUMCTL_ATRIUM_SECRET_FILE", "-");
    assert_eq!(
        secret(&stdin(), "typed\n").unwrap().as_deref(),
        Some("typed")
    );
    let files = world().set("ATRIUMCTL_PROFILE", "files");
    assert_eq!(secret(&files, "").unwrap(), None);

    let none = World::new(&[("default", SMALL_HTTP)]);
    for (world, stdin, told) in [
        (
            &none,
            "",
            "there is no secret of Atrium for the profile `default`",
        ),
        (&world(), "", "the secret file"),
        (
            &stdin(),
            "two\nlines",
            "standard input holds something that is no secret",
        ),
        (&stdin(), " ", "standard input holds no secret: it is empty"),
    ] {
        let error = secret(world, stdin).unwrap_err();
        assert_eq!(error.exit, Exit::Authentication);
        assert!(error.to_string().contains(told), "{told}: {error}");
        assert!(!format!("{error:?}").contains("lines"));
    }

    let both = stdin().set("ATRIUMCTL_SCIM_TOKEN_FILE", "-");
    let error = both.secrets("x").unwrap_err();
    assert_eq!(error.exit, Exit::Usage);
    let told = "SCIM token and secret of Atrium can't both come from standard input";
    assert_eq!(error.to_string(), told);
    let all = variable
        .set("ATRIUMCTL_SCIM_TOKEN", "t")
        .secrets("")
        .unwrap();
    assert_eq!(all.atrium.unwrap().secret.expose(), "from the environment");
}
