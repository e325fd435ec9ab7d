//! Hooks, run as `git commit` runs them.
//!
//! Must not know what is committed.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Output,
};

use super::{
    Environment, GitError, GitErrorKind, program,
    repository::{config, setting},
};

/// The hooks of a repository.
pub(super) struct Hooks<'a> {
    directory: PathBuf,
    root: &'a Path,
    environment: &'a Environment,
}

impl<'a> Hooks<'a> {
    /// Finds the directory of the hooks: `core.hooksPath`, relative to the work tree, or `hooks` of the repository.
    pub(super) fn of(
        handle: &git2::Repository,
        root: &'a Path,
        environment: &'a Environment,
    ) -> Result<Self, GitError> {
        let configured = setting(config(handle, environment)?.get_path("core.hooksPath"))?;
        let directory = match configured {
            Some(path) => root.join(path),
            None => handle.commondir().join("hooks"),
        };
        Ok(Self { directory, root, environment })
    }

    /// Runs a hook, if there is one, with `index` as the index that it sees. Returns what it said; an exit code other than 0 is an error that passes it on.
    pub(super) fn run(&self, name: &str, index: &Path, arguments: &[&OsStr]) -> Result<Option<String>, GitError> {
        let path = self.directory.join(name);
        if !path.is_file() {
            return Ok(None);
        }
        if !is_executable(&path) {
            return Ok(Some(format!("the hook {name} was not run: it is not executable")));
        }
        let output = self.start(&path, index, arguments).map_err(|error| {
            GitError::new(GitErrorKind::HookFailed, format!("the hook {name} cannot be run: {error}"))
                .with_hint(format!("look at the first line and the permissions of {}", path.display()))
        })?;
        let words = program::words(&output);
        if output.status.success() {
            return Ok((!words.is_empty()).then_some(words));
        }
        let what = if words.is_empty() { String::new() } else { format!(":\n{words}") };
        let message = format!("the hook {name} failed ({}){what}", output.status);
        Err(GitError::new(GitErrorKind::HookFailed, message)
            .with_hint("nothing was committed; mend what the hook names, or commit the files by hand"))
    }

    fn start(&self, path: &Path, index: &Path, arguments: &[&OsStr]) -> io::Result<Output> {
        let run = |program: &OsStr, first: Option<&Path>| {
            let mut command = self.environment.command(program);
            command.args(first).args(arguments).current_dir(self.root);
            // The editor `:` tells hooks that nobody looks at the message.
            program::run(command.env("GIT_INDEX_FILE", index).env("GIT_EDITOR", ":"), &[])
        };
        match run(path.as_os_str(), None) {
            // A script without a first line that names its interpreter is the shell's.
            Err(error) if error.raw_os_error() == Some(ENOEXEC) => run(OsStr::new("sh"), Some(path)),
            result => result,
        }
    }
}

/// "Exec format error" on all Unix systems.
const ENOEXEC: i32 = 8;

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}
