//! `[command.admin]`: how the jobs are done that only an organization admin can do.

use crate::error::{Error, Exit};
use crate::model::address::base_url;
use crate::model::admin_routes::{CLIENT_ID, Routes};

use super::document::{At, Document};
use super::layers::{Origin, Setting};

/// The table of the section.
const ADMIN: &str = "command.admin";

/// The table of the paths in it.
const PATHS: &str = "command.admin.routes";

/// The keys of that table.
pub(super) const ROUTES: &[&str] = &["scim", "token", "refresh", "sso", "metadata"];

/// Who does the jobs of an organization admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adapter {
    /// A person in Command's console, step by step, and the outcome is proven on the wire.
    #[default]
    Guided,
    /// Documented HTTP routes, which a gateway or the sandbox serves.
    Routes,
}

impl Adapter {
    /// The words of a profile.
    pub const WORDS: &[(&'static str, Adapter)] =
        &[("guided", Adapter::Guided), ("routes", Adapter::Routes)];

    /// The word of a profile.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Adapter::Guided => "guided",
            Adapter::Routes => "routes",
        }
    }
}

/// `[command.admin]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admin {
    /// Who does it.
    pub adapter: Adapter,
    /// Where the routes are, without a slash at the end; set with [`Adapter::Routes`].
    pub url: Option<Setting<String>>,
    /// Their paths below it.
    pub routes: Routes,
}

impl Admin {
    /// The one of the stand-in campus, which serves the routes.
    pub(super) fn sandbox(url: &str) -> Self {
        Admin {
            adapter: Adapter::Routes,
            url: Some(Setting {
                value: url.to_owned(),
                origin: Origin::Default,
            }),
            routes: Routes::default(),
        }
    }

    /// Every key of the section with its value, as the profile spells them.
    pub(super) fn spelled(&self) -> Vec<(String, String)> {
        let mut all = vec![(format!("{ADMIN}.adapter"), self.adapter.word().to_owned())];
        if let Some(url) = &self.url {
            all.push((format!("{ADMIN}.url"), url.value.clone()));
            let paths = self.routes.named();
            let path = |(key, path): (&str, &str)| (format!("{PATHS}.{key}"), path.to_owned());
            all.extend(paths.map(path));
        }
        all
    }
}

/// Reads the section.
pub(super) fn admin(document: &Document<'_>) -> Result<Admin, Error> {
    let adapter = document.word(ADMIN, "adapter", Adapter::WORDS, Adapter::default())?;
    let url = document.text(ADMIN, "url")?;
    let mut routes = Routes::default();
    let mut first_path = None;
    for (key, place) in [
        ("scim", &mut routes.scim),
        ("token", &mut routes.token),
        ("refresh", &mut routes.refresh),
        ("sso", &mut routes.sso),
        ("metadata", &mut routes.metadata),
    ] {
        if let Some(At { value, line }) = document.text(PATHS, key)? {
            *place = path(document, key, value, line)?;
            first_path.get_or_insert(line);
        }
    }
    let url = match (adapter, url) {
        (Adapter::Routes, None) => {
            return Err(document
                .fault(
                    document.line("command.admin.adapter"),
                    "`command.admin.url` is missing: it is not said where the routes are",
                )
                .hint("url = \"https://HOST\" under [command.admin]; live Command serves none: adapter = \"guided\""));
        }
        (Adapter::Routes, Some(At { value, line })) => {
            let base = base_url(&value).map_err(|error| {
                document
                    .fault(line, format_args!("`command.admin.url`: {error}"))
                    .hint("an address looks like https://gateway.school.example")
            })?;
            Some(Setting {
                value: base.as_str().trim_end_matches('/').to_owned(),
                origin: Origin::File {
                    path: document.path().clone(),
                    line,
                },
            })
        }
        (Adapter::Guided, None) => None,
        (Adapter::Guided, Some(At { line, .. })) => {
            first_path.get_or_insert(line);
            None
        }
    };
    match (adapter, first_path) {
        (Adapter::Guided, Some(line)) => Err(document
            .fault(
                line,
                "routes are named, but the adapter is \"guided\", which asks none",
            )
            .hint("adapter = \"routes\" under [command.admin]")),
        _ => Ok(Admin {
            adapter,
            url,
            routes,
        }),
    }
}

/// A path, which begins with a slash and has a client id exactly where one belongs.
fn path(document: &Document<'_>, key: &str, value: String, line: u32) -> Result<String, Error> {
    let wanted = usize::from(matches!(key, "sso" | "metadata"));
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '?' | '#');
    let rest = value.replacen(CLIENT_ID, "", wanted);
    let problem = if !value.starts_with('/') || value.contains(odd) {
        "must be a path that begins with /, without ? or #"
    } else if value.matches(CLIENT_ID).count() != wanted || rest.contains(['{', '}']) {
        match wanted {
            0 => "must not have braces",
            _ => "must have {client_id} once, and no other braces",
        }
    } else {
        return Ok(value);
    };
    let default = Routes::default();
    let default = default.named().into_iter().find(|(name, _)| *name == key);
    let default = default.map_or("", |(_, path)| path);
    Err(Error::message(
        Exit::Usage,
        format!(
            "{}:{line}: `{PATHS}.{key}` {problem}",
            document.path().display()
        ),
    )
    .hint(format!("the default is \"{default}\"")))
}
