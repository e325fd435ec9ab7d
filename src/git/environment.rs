//! The environment variables that decide what Git does.
//!
//! Owns the one place where this floor looks at the process's environment, so that tests can give their own. Must not know what the variables mean.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    process::Command,
};

/// The environment in which a repository is opened, and which hooks and signers see.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The variables if they are not the process's own.
    isolated: Option<BTreeMap<OsString, OsString>>,
}

impl Environment {
    /// The process's own: `GIT_DIR`, `GIT_INDEX_FILE` and the like, the user's and the system's configuration are all honoured.
    pub fn process() -> Self {
        Self::default()
    }

    /// Only these variables, and only the repository's own configuration. Variables that say where the repository lies are not honoured. (libgit2 itself
    /// still reads `core.excludesFile` and `core.autocrlf` from the user's configuration.)
    pub fn isolated<K: Into<OsString>, V: Into<OsString>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { isolated: Some(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()) }
    }

    /// Whether this is not the process's own environment.
    pub(super) fn is_isolated(&self) -> bool {
        self.isolated.is_some()
    }

    /// The value of a variable; `None` if it is unset, empty or not Unicode.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "this is where the git floor reads the environment")]
        let value = match &self.isolated {
            None => std::env::var_os(name),
            Some(variables) => variables.get(OsStr::new(name)).cloned(),
        };
        value.and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty())
    }

    /// A program to be run in this environment.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        #[expect(clippy::disallowed_methods, reason = "this is where the git floor starts hooks and signers")]
        let mut command = Command::new(program);
        if let Some(variables) = &self.isolated {
            command.env_clear().envs(variables);
        }
        command
    }
}
