//! The layers over a profile's file: flags, environment, defaults; and the folders that the tool
//! uses.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Exit};

use super::DEFAULT_PROFILE;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of this name, with its dashes.
    Flag(&'static str),
    /// An environment variable of this name.
    Environment(&'static str),
    /// A profile file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u32,
    },
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) => write!(f, "flag {name}"),
            Origin::Environment(name) => write!(f, "environment variable {name}"),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value that several layers can set, with the layer that did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// The same origin with a value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Setting<U> {
        Setting {
            value: make(self.value),
            origin: self.origin,
        }
    }
}

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`: the folder that holds `profiles/`.
    pub config: Option<PathBuf>,
    /// `--profile`: the profile's name.
    pub profile: Option<String>,
    /// `--scim-url`: the SCIM base address.
    pub scim_url: Option<String>,
    /// `--region`: the organization's region, in place of an address.
    pub region: Option<String>,
    /// `--scim-token-file`: where the SCIM token is read; `-` is standard input.
    pub scim_token_file: Option<PathBuf>,
    /// `--api-url`: the address of the REST API.
    pub api_url: Option<String>,
    /// `--api-key-file`: where the API key is read; `-` is standard input.
    pub api_key_file: Option<PathBuf>,
    /// `--state`: the ledger.
    pub state: Option<PathBuf>,
}

/// The layers over the profile's file.
#[derive(Clone)]
pub struct Layers<'a> {
    /// What the command line says.
    pub flags: Flags,
    /// Looks up an environment variable.
    pub environment: &'a dyn Fn(&str) -> Option<OsString>,
}

impl Layers<'_> {
    /// The value of a variable as it is; one that is empty counts as not set.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    /// What flag or environment say about a setting, the flag first; `None` if neither does.
    ///
    /// # Errors
    /// [`Exit::Usage`] if the variable's value is not UTF-8.
    pub fn text(
        &self,
        flag: (&'static str, Option<&String>),
        variable: &'static str,
    ) -> Result<Option<Setting<String>>, Error> {
        if let (name, Some(value)) = flag {
            return Ok(Some(Setting {
                value: value.clone(),
                origin: Origin::Flag(name),
            }));
        }
        self.variable_text(variable)
    }

    /// What the environment says about a setting.
    pub(crate) fn variable_text(
        &self,
        name: &'static str,
    ) -> Result<Option<Setting<String>>, Error> {
        match self.variable(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(Setting {
                value,
                origin: Origin::Environment(name),
            })),
            Some(Err(_)) => Err(Error::message(
                Exit::Usage,
                format!("environment variable {name} is not UTF-8 text"),
            )),
        }
    }

    /// The same for a path.
    pub(crate) fn path(
        &self,
        flag: (&'static str, Option<&PathBuf>),
        variable: &'static str,
    ) -> Option<Setting<PathBuf>> {
        match flag {
            (name, Some(value)) => Some(Setting {
                value: value.clone(),
                origin: Origin::Flag(name),
            }),
            (_, None) => self.variable(variable).map(|value| Setting {
                value: PathBuf::from(value),
                origin: Origin::Environment(variable),
            }),
        }
    }

    /// The profile's name: `--profile`, `ATRIUMCTL_PROFILE`, `default`.
    ///
    /// # Errors
    /// [`Exit::Usage`] if it is no name that a file could have.
    pub fn profile_name(&self) -> Result<Setting<String>, Error> {
        let name = self
            .text(
                ("--profile", self.flags.profile.as_ref()),
                "ATRIUMCTL_PROFILE",
            )?
            .unwrap_or_else(|| Setting {
                value: DEFAULT_PROFILE.to_owned(),
                origin: Origin::Default,
            });
        check_name(&name)?;
        Ok(name)
    }

    /// The folder that holds `profiles/`: `--config`, `ATRIUMCTL_CONFIG`,
    /// `$XDG_CONFIG_HOME/atriumctl`.
    ///
    /// # Errors
    /// [`Exit::Usage`] if there is no home directory.
    pub fn config_dir(&self) -> Result<Setting<PathBuf>, Error> {
        let flag = ("--config", self.flags.config.as_ref());
        match self.path(flag, "ATRIUMCTL_CONFIG") {
            Some(dir) => Ok(dir),
            None => self.base("XDG_CONFIG_HOME", ".config", "--config DIR"),
        }
    }

    /// The folder for what the tool remembers: `$XDG_STATE_HOME/atriumctl`.
    ///
    /// # Errors
    /// [`Exit::Usage`] if there is no home directory.
    pub fn state_dir(&self) -> Result<PathBuf, Error> {
        let base = self.base("XDG_STATE_HOME", ".local/state", "--state PATH")?;
        Ok(base.value)
    }

    /// The ledger of a profile: `--state`, `ATRIUMCTL_STATE`, `NAME.db` in [`Self::state_dir`].
    ///
    /// # Errors
    /// [`Exit::Usage`] if the name is malformed or there is no home directory.
    pub fn state_path(&self, profile: &Setting<String>) -> Result<Setting<PathBuf>, Error> {
        check_name(profile)?;
        let flag = ("--state", self.flags.state.as_ref());
        match self.path(flag, "ATRIUMCTL_STATE") {
            Some(path) => Ok(path),
            None => Ok(Setting {
                value: self.state_dir()?.join(format!("{}.db", profile.value)),
                origin: Origin::Default,
            }),
        }
    }

    /// A folder of the XDG base directory specification, ours in it. A relative value of the
    /// variable is ignored, as the specification says.
    fn base(
        &self,
        variable: &'static str,
        below_home: &str,
        remedy: &str,
    ) -> Result<Setting<PathBuf>, Error> {
        if let Some(dir) = self.variable(variable).map(PathBuf::from)
            && dir.is_absolute()
        {
            return Ok(Setting {
                value: dir.join("atriumctl"),
                origin: Origin::Environment(variable),
            });
        }
        let home = match self.variable("HOME") {
            Some(home) => PathBuf::from(home),
            None => etcetera::home_dir().map_err(|error| {
                Error::new(
                    Exit::Usage,
                    anyhow::Error::new(error).context("there is no home directory"),
                )
                .hint(format!("name the place with {remedy}, or set {variable}"))
            })?,
        };
        Ok(Setting {
            value: home.join(Path::new(below_home)).join("atriumctl"),
            origin: Origin::Default,
        })
    }
}

/// A profile's name is a file's name everywhere: letters, digits, `-`, `_` and `.`, at most 64,
/// no dot first.
pub(super) fn is_name(text: &str) -> bool {
    let fits = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    !text.is_empty() && text.len() <= 64 && fits && !text.starts_with('.')
}

fn check_name(name: &Setting<String>) -> Result<(), Error> {
    let text = &name.value;
    if is_name(text) {
        return Ok(());
    }
    Err(Error::message(
        Exit::Usage,
        format!(
            "`{}` is no profile name (from {})",
            text.escape_debug(),
            name.origin
        ),
    )
    .hint("a profile name has letters, digits, `-`, `_` and `.`, at most 64, and no dot first"))
}
