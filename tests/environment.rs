//! A folder of its own with a scrubbed environment, in which tests run the program as a user would.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A temporary home with a work folder `work` in it.
pub struct Environment {
    home: TempDir,
}

/// What a run of the program gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Environment {
    /// An empty work folder, and a Git identity.
    pub fn new() -> Self {
        let environment = Self { home: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(environment.work()).expect("can be made");
        environment.write(
            "../.gitconfig",
            "[user]\n\tname = Tess Ter\n\temail = tess@example.org\n[init]\n\tdefaultBranch = main\n",
        );
        environment
    }

    /// The folder in which programs run.
    pub fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// Writes a file, from the work folder.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }

    /// Reads a file, from the work folder.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.work().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs the program without a terminal.
    pub fn treewright(&self, arguments: &[&str]) -> Run {
        self.run(Command::new(env!("CARGO_BIN_EXE_treewright")).args(arguments).current_dir(self.work()))
    }

    /// Runs the program in another folder, from the work folder.
    pub fn treewright_in(&self, folder: &str, arguments: &[&str]) -> Run {
        let folder = self.work().join(folder);
        self.run(Command::new(env!("CARGO_BIN_EXE_treewright")).args(arguments).current_dir(folder))
    }

    /// Runs git, which must succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let run = self.run(Command::new("git").args(arguments).current_dir(self.work()));
        assert_eq!(run.code, 0, "git {arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// Runs the program where programs are found in one folder alone, from the work folder.
    pub fn treewright_with_path(&self, folder: &str, arguments: &[&str]) -> Run {
        let path = self.work().join(folder).into_os_string();
        let command = &mut Command::new(env!("CARGO_BIN_EXE_treewright"));
        self.run_with_path(command.args(arguments).current_dir(self.work()), path)
    }

    /// Runs the program with variables of its own.
    pub fn treewright_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let command = &mut Command::new(env!("CARGO_BIN_EXE_treewright"));
        self.run_with(variables, command.args(arguments).current_dir(self.work()))
    }

    /// Runs a program in the scrubbed environment.
    pub fn run(&self, command: &mut Command) -> Run {
        self.run_with(&[], command)
    }

    /// Runs a program in the scrubbed environment, with variables of its own.
    pub fn run_with(&self, variables: &[(&str, &str)], command: &mut Command) -> Run {
        self.run_with_all(command, std::env::var_os("PATH").unwrap_or_default(), variables)
    }

    fn run_with_path(&self, command: &mut Command, path: OsString) -> Run {
        self.run_with_all(command, path, &[])
    }

    fn run_with_all(&self, command: &mut Command, path: OsString, variables: &[(&str, &str)]) -> Run {
        let output = command
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
            .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
            .env("COLUMNS", "80")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("the program can be started");
        let text = |bytes: Vec<u8>| self.scrub(&String::from_utf8(bytes).expect("output is UTF-8"));
        Run {
            code: output.status.code().expect("an exit code"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Puts placeholders where output depends on place and time.
    fn scrub(&self, text: &str) -> String {
        let work = self.work().canonicalize().unwrap_or_else(|_| self.work());
        let text =
            text.replace(&work.display().to_string(), "[WORK]").replace(&self.work().display().to_string(), "[WORK]");
        regex::Regex::new(r"\(\d+ ms\)").expect("a pattern").replace_all(&text, "([TIME])").into_owned()
    }

    /// Every file below the work folder, `.git` included, with its content; links by their target.
    pub fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.work())
    }
}

/// A program that a test needs: what a variable names, or what lies on the PATH; `None` where there is none.
pub fn program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The PATH with the program that is tested at its front.
pub fn path_with_treewright() -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_treewright")).parent().expect("a folder").display();
    format!("{bin}:{}", std::env::var("PATH").unwrap_or_default())
}

/// Every file below a folder with its content; links by their target.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("can be walked"));
    let content = |path: &Path| match fs::read_link(path) {
        Ok(target) => target.display().to_string().into_bytes(),
        Err(_) => fs::read(path).expect("can be read"),
    };
    entries
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| (entry.path().strip_prefix(root).expect("below").to_owned(), content(entry.path())))
        .collect()
}
