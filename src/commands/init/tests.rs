//! A profile that is written is read back as what was answered, whatever that was; and every key
//! that the reader knows stands in it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::answers::{Answers, Auth, From, Organization};
use super::profile::text;
use super::template::{SECTIONS, Unset};
use crate::config::{self, Layers, Origin, Profile, Setting};
use crate::model::admin_routes::Routes;
use crate::model::card::Format;
use crate::model::card::digits::Radix;
use crate::model::fold::fold;
use crate::model::http_source::Authentication;
use crate::model::id_type::{IdType, Recipe};
use crate::model::roster::COLUMNS;
use crate::model::rules::{
    CardMeaning, Identity, Meaning, Mode, default_id_status, default_person_status,
};
use crate::secret::SecretKind;

fn read(text: &str) -> Profile {
    let name = Setting {
        value: "test".to_owned(),
        origin: Origin::Default,
    };
    let layers = Layers {
        flags: config::Flags::default(),
        environment: &|_| None,
    };
    config::written(&name, "/c/profiles/test.toml".into(), text, &layers)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn plain(atrium: From) -> Answers {
    Answers {
        atrium,
        person_status: Vec::new(),
        id_status: Vec::new(),
        id_types: Vec::new(),
        organization: Organization::Region("eu".to_owned()),
        token_file: None,
        key_file: None,
        email_domains: Vec::new(),
        identity: Identity::default(),
        mode: Mode::default(),
    }
}

fn files() -> From {
    From::Files {
        files: vec!["people.csv".to_owned()],
        columns: BTreeMap::new(),
    }
}

fn http() -> From {
    From::Http {
        url: "https://a.example/api".to_owned(),
        auth: Auth::Bearer,
        path: "/people".to_owned(),
    }
}

#[test]
fn every_key_that_the_reader_knows_stands_in_a_profile() {
    for atrium in [files(), http()] {
        let text = text(&plain(atrium));
        let mut table = String::new();
        let mut there: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            let line = line.trim_start_matches('#');
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|name| name.strip_suffix(']'))
            {
                table = name.to_owned();
            } else if let Some((key, _)) = line.split_once(" = ")
                && !line.starts_with(' ')
            {
                there.push((table.clone(), key.to_owned()));
            }
        }
        let mut known = 0;
        for (table, keys) in config::known_keys() {
            for key in keys.into_iter().flatten() {
                let inner = match table {
                    "" => (*key).to_owned(),
                    table => format!("{table}.{key}"),
                };
                let is_table = there
                    .iter()
                    .any(|(other, _)| *other == inner || other.starts_with(&format!("{inner}.")));
                let is_key = there.contains(&(table.to_owned(), (*key).to_owned()));
                // A probe writes this table whole, and nobody else does.
                let is_probed =
                    inner.starts_with("command.observed") && text.contains("#[command.observed]");
                assert!(
                    is_table || is_key || is_probed,
                    "[{table}] {key} is not in\n{text}"
                );
                known += 1;
            }
        }
        assert!(known > 100, "{known}");
    }
}

/// The profile with the `#` of some lines taken out.
fn uncommented(text: &str, wanted: impl Fn(&str, &str) -> bool) -> String {
    let mut table = "";
    let mut out = String::new();
    for line in text.lines() {
        let bare = line.trim_start_matches('#');
        if let Some(name) = bare
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
        {
            table = name;
        }
        let key = bare.split_once(" = ").map_or("", |(key, _)| key);
        let take = line.starts_with('#') && !key.is_empty() && wanted(table, key);
        out.push_str(if take { bare } else { line });
        out.push('\n');
    }
    out
}

#[test]
fn what_a_comment_calls_the_default_is_the_default() {
    for atrium in [files(), http()] {
        let is_http = matches!(atrium, From::Http { .. });
        let text = text(&plain(atrium));
        let without = read(&text);
        let with = read(&uncommented(&text, |table, key| {
            let mut sections = SECTIONS.iter();
            let section = sections.find(|section| section.header == table);
            let key = section.and_then(|section| section.keys.iter().find(|k| k.name == key));
            let is_default = key.is_some_and(|key| matches!(key.unset, Unset::Default(_)));
            is_default && (is_http || !table.starts_with("atrium.http"))
        }));
        // The shape notes for each field whether the profile names it.
        let values = |profile: &Profile| -> Vec<(String, String)> {
            let all = profile.effective().into_iter();
            all.filter(|setting| !setting.key.contains(".fields."))
                .map(|setting| (setting.key, setting.value))
                .collect()
        };
        assert_eq!(values(&with), values(&without));
        let set = with.effective();
        let set = set
            .iter()
            .filter(|s| matches!(s.origin, Origin::File { .. }));
        assert!(set.count() > 20, "nothing was taken out of its comment");
    }
}

#[test]
fn every_example_can_be_read() {
    let files = text(&plain(files()));
    // What excludes another key, or needs one, is tried with it.
    let with = |taken: &[(&str, &[&str])]| {
        read(&uncommented(&files, |table, key| {
            taken
                .iter()
                .any(|(t, keys)| *t == table && keys.contains(&key))
        }))
    };
    let columns: Vec<&str> = COLUMNS.to_vec();
    let profile = with(&[
        ("atrium.columns", &columns),
        ("atrium.people", &["department"]),
        ("atrium.groups", &["access_group_id", "access_group_name"]),
        (
            "command",
            &["scim_token_file", "api_url", "sso_url", "api_key_file"],
        ),
        ("sync", &["delete_after"]),
    ]);
    assert_eq!(profile.atrium.columns.len(), COLUMNS.len());
    assert_eq!(profile.sync.delete_after_days, Some(180));
    let http = text(&plain(http()));
    let paged = uncommented(&http, |table, key| {
        table == "atrium.http.paging" && ["parameter", "next", "size"].contains(&key)
    });
    let paged = paged.replace("#style = \"none\"", "style = \"cursor\"");
    assert_eq!(
        read(&paged).atrium.http.unwrap().shape.paging.word(),
        "cursor"
    );
    // Tables whose header is a comment, too.
    for (header, keys) in [
        (
            "atrium.id_types.\"TYPE\"",
            &["format", "facility_code", "radix", "slice"][..],
        ),
        ("atrium.access_groups.\"ID\"", &["group_id"]),
        ("credentials.ownership", &["format", "facility_code"]),
        ("command.admin", &["adapter", "url", "secret_file"]),
        ("okta", &["org", "app", "token_file"]),
        ("okta", &["org", "client_id", "key_id", "key_file"]),
    ] {
        let text = files.replace(&format!("#[{header}]"), &format!("[{header}]"));
        let _ = read(&uncommented(&text, |table, key| {
            table == header && keys.contains(&key)
        }));
    }
    let routes = files
        .replace("#[command.admin]", "[command.admin]")
        .replace("#[command.admin.routes]", "[command.admin.routes]");
    let routes = read(&uncommented(&routes, |table, key| {
        table == "command.admin.routes" || table == "command.admin" && key != "secret_file"
    }));
    assert_eq!(routes.command.admin.routes, Routes::default());
    for (header, keys) in [
        ("atrium.http.credentials", &["in_people"][..]),
        ("atrium.http.groups", &["path", "list", "total"]),
        ("atrium.http.memberships", &["path", "list", "total"]),
    ] {
        let text = http.replace(&format!("#[{header}]"), &format!("[{header}]"));
        let _ = read(&uncommented(&text, |table, key| {
            table == header && keys.contains(&key)
        }));
    }
}

/// Texts as people and attackers write them.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[\"\\\\'#=\\[\\]\n\r\t \u{0}\u{1b}\u{7f}\u{85}\u{202e}\u{feff}é한🙂a-z]{1,16}",
        Just("\"\"\"\n[command]\nregion = \"us\"\n#".to_owned()),
        Just("C:\\new\\table\\u0041".to_owned()),
    ]
}

fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let texts = texts.into_iter().filter(|text| {
        let folded = fold(text).into_owned();
        let is_new = !folded.is_empty() && !seen.contains(&folded);
        seen.push(folded);
        is_new
    });
    texts.collect()
}

fn statuses<T: Clone + std::fmt::Debug + 'static>(
    words: &'static [(&'static str, T)],
) -> impl Strategy<Value = Vec<(String, Option<T>)>> {
    let meaning = proptest::option::of((0..words.len()).prop_map(|at| words[at].1.clone()));
    let texts = proptest::collection::vec(hostile(), 0..4).prop_map(distinct);
    (texts, proptest::collection::vec(meaning, 4))
        .prop_map(|(texts, meanings)| texts.into_iter().zip(meanings).collect())
}

fn id_type() -> impl Strategy<Value = Option<IdType>> {
    let recipe = (
        (0..Format::ALL.len()).prop_map(|at| Format::ALL[at]),
        proptest::option::of(0_u32..300),
        hostile().prop_map(|text| text.trim().to_owned()),
        proptest::option::of(Just("2..9".parse().unwrap())),
        (0..3_usize).prop_map(|at| Radix::ALL[at]),
        any::<bool>(),
    );
    let card = recipe.prop_filter_map(
        "no card",
        |(format, code, prefix, slice, radix, reverse)| {
            let recipe = Recipe {
                facility_code: code,
                strip_prefix: prefix,
                slice,
                radix,
                reverse_bytes: reverse,
                ..Recipe::new(format)
            };
            recipe.check().is_ok().then_some(Some(IdType::Card(recipe)))
        },
    );
    prop_oneof![Just(None), Just(Some(IdType::Ignore)), card]
}

fn atrium() -> impl Strategy<Value = From> {
    let columns = proptest::collection::btree_map(
        (0..COLUMNS.len()).prop_map(|at| COLUMNS[at].to_owned()),
        hostile(),
        0..5,
    );
    let columns = columns.prop_map(|columns| {
        let mut taken: Vec<String> = Vec::new();
        let columns = columns.into_iter().filter(|(_, header)| {
            let is_new = !header.trim().is_empty() && !taken.contains(header);
            taken.push(header.clone());
            is_new
        });
        columns.collect::<BTreeMap<_, _>>()
    });
    let files = proptest::collection::btree_set(hostile(), 1..4)
        .prop_map(|files| files.into_iter().collect::<Vec<_>>());
    let auth = prop_oneof![
        Just(Auth::Bearer),
        "[a-z\"\\\\ é]{1,8}".prop_map(Auth::Basic),
        "X-[A-Za-z]{1,8}".prop_map(Auth::Header),
    ];
    prop_oneof![
        (files, columns).prop_map(|(files, columns)| From::Files { files, columns }),
        (auth, "/[a-z\"\\\\?=é]{0,8}").prop_map(|(auth, path)| From::Http {
            url: "https://a.example/api".to_owned(),
            auth,
            path,
        }),
    ]
}

fn answers() -> impl Strategy<Value = Answers> {
    let organization = prop_oneof![
        Just(Organization::Region("au".to_owned())),
        proptest::option::of(Just("https://b.example".to_owned())).prop_map(|api_url| {
            Organization::Addresses {
                scim_url: "https://a.example/scim".to_owned(),
                api_url,
            }
        }),
    ];
    let types = proptest::collection::vec(hostile(), 0..4).prop_map(distinct);
    (
        atrium(),
        statuses(Meaning::WORDS),
        statuses(CardMeaning::WORDS),
        (types, proptest::collection::vec(id_type(), 4)),
        organization,
        proptest::option::of(hostile().prop_filter("a name", |text| text.trim() != "-")),
        proptest::sample::subsequence(vec!["a.example", "b.example", "schöl.example"], 0..3),
        any::<(bool, bool)>(),
    )
        .prop_map(
            |(
                atrium,
                person,
                id,
                (names, types),
                organization,
                file,
                domains,
                (external, observe),
            )| {
                Answers {
                    atrium,
                    person_status: person,
                    id_status: id,
                    id_types: distinct(names.iter().map(|name| name.trim().to_owned()).collect())
                        .into_iter()
                        .zip(types)
                        .collect(),
                    organization,
                    token_file: file.clone(),
                    key_file: file,
                    email_domains: domains.into_iter().map(str::to_owned).collect(),
                    identity: [Identity::Managed, Identity::External][usize::from(external)],
                    mode: [Mode::Write, Mode::Observe][usize::from(observe)],
                }
            },
        )
}

fn mapped<T: Copy>(
    defaults: BTreeMap<String, T>,
    list: &[(String, Option<T>)],
) -> BTreeMap<String, T> {
    let mut map = defaults;
    for (status, meaning) in list {
        if let Some(meaning) = meaning {
            map.insert(fold(status).into_owned(), *meaning);
        }
    }
    map
}

proptest! {
    #[test]
    fn what_was_answered_is_what_is_read(answers in answers()) {
        let profile = read(&text(&answers));
        let Answers {
            atrium, person_status, id_status, id_types, organization, token_file, key_file,
            email_domains, identity, mode,
        } = answers;
        match atrium {
            From::Files { files, columns } => {
                let read: Vec<String> = profile.atrium.files.iter()
                    .map(|file| file.to_str().unwrap().to_owned()).collect();
                prop_assert_eq!(read, files);
                prop_assert_eq!(&profile.atrium.columns, &columns);
                prop_assert!(profile.atrium.http.is_none());
            }
            From::Http { url, auth, path } => {
                let shape = profile.atrium.http.clone().unwrap().shape;
                prop_assert_eq!(shape.url, url);
                prop_assert_eq!(shape.people.path, path);
                prop_assert_eq!(shape.authentication, match auth {
                    Auth::Bearer => Authentication::Bearer,
                    Auth::Basic(user) => Authentication::Basic(user),
                    Auth::Header(name) => Authentication::Header(name),
                });
            }
        }
        prop_assert_eq!(&profile.atrium.person_status, &mapped(default_person_status(), &person_status));
        prop_assert_eq!(&profile.atrium.id_status, &mapped(default_id_status(), &id_status));
        let wanted = id_types.iter()
            .filter_map(|(name, id_type)| Some((name.as_str(), id_type.clone()?)))
            .collect();
        prop_assert_eq!(&profile.atrium.id_types, &wanted);
        let (scim, api) = match organization {
            Organization::Region(_) => (
                "https://scim.prod-ap-syd.verkada.com/scim".to_owned(),
                Some("https://api.au.verkada.com".to_owned()),
            ),
            Organization::Addresses { scim_url, api_url } => (scim_url, api_url),
        };
        prop_assert_eq!(&profile.command.scim_url.value, &scim);
        prop_assert_eq!(profile.command.api_url.clone().map(|url| url.value), api);
        // The reader puts a relative name below the profile's folder.
        for (read, wanted) in [
            (profile.secret_files.get(SecretKind::ScimToken), token_file),
            (profile.secret_files.get(SecretKind::ApiKey), key_file),
        ] {
            let read = read.map(|file| file.value.to_string());
            let beside = |name| std::path::Path::new("/c/profiles").join(name).display().to_string();
            prop_assert_eq!(read, wanted.map(beside));
        }
        prop_assert_eq!(&profile.command.email_domains, &email_domains);
        prop_assert_eq!((profile.sync.identity, profile.sync.mode), (identity, mode));
    }
}
