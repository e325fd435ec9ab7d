//! Git repositories: reading, status, and commits that touch only what they are told to.
//!
//! Repositories are made by the code under test; the system's `git`, where there is one, says whether they are what they should be.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use treewright::{
    git::{Blob, Commit, Committed, Environment, FileMode, FileState, GitError, GitErrorKind, Head, Repository},
    path::RepoPath,
};

/// A repository in a temporary directory that sees nothing of the machine's configuration.
pub struct Sandbox {
    directory: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl Sandbox {
    /// An empty repository whose commits have an author.
    pub fn new() -> Self {
        let mut sandbox = Self::without_identity();
        for role in ["AUTHOR", "COMMITTER"] {
            sandbox.variables.insert(format!("GIT_{role}_NAME"), "Ada".to_owned());
            sandbox.variables.insert(format!("GIT_{role}_EMAIL"), "ada@example.org".to_owned());
            sandbox.variables.insert(format!("GIT_{role}_DATE"), "2025-01-31T12:00:00+01:00".to_owned());
        }
        sandbox
    }

    fn without_identity() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut variables = BTreeMap::new();
        variables.insert("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        variables.insert("HOME".to_owned(), directory.path().display().to_string());
        let sandbox = Self { directory, variables };
        Repository::init(sandbox.root(), &sandbox.environment()).unwrap();
        sandbox
    }

    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    pub fn environment(&self) -> Environment {
        Environment::isolated(self.variables.clone())
    }

    pub fn repository(&self) -> Repository {
        Repository::discover(self.root(), &self.environment()).unwrap()
    }

    pub fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn configure(&self, lines: &str) {
        let path = self.root().join(".git/config");
        let config = fs::read_to_string(&path).unwrap() + lines;
        fs::write(path, config).unwrap();
    }

    fn hook(&self, name: &str, script: &str) {
        self.write(&format!(".git/hooks/{name}"), &format!("#!/bin/sh\n{script}\n"));
        make_executable(&self.root().join(".git/hooks").join(name));
    }

    pub fn commit(&self, message: &str, paths: &[&str]) -> Result<Committed, GitError> {
        self.commit_on(message, paths, None)
    }

    fn commit_on(&self, message: &str, paths: &[&str], branch: Option<&str>) -> Result<Committed, GitError> {
        let paths: Vec<_> = paths.iter().map(|path| at(path)).collect();
        self.repository().commit(&Commit { message, trailers: &[], paths: &paths, branch })
    }

    fn refused(&self, message: &str, paths: &[&str]) -> GitError {
        let before = self.visible_state();
        let error = self.commit(message, paths).unwrap_err();
        assert_eq!(self.visible_state(), before, "a refused commit changed the repository");
        error
    }

    /// HEAD, all references, the index and the work tree: whatever a refused commit must not touch.
    fn visible_state(&self) -> BTreeMap<String, Vec<u8>> {
        let mut state = BTreeMap::new();
        let mut open = vec![self.root().to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
                let name = entry.path().strip_prefix(self.root()).unwrap().display().to_string();
                let scratch = name.starts_with(".git/objects") || name == ".git/COMMIT_EDITMSG";
                if entry.path().is_dir() && !scratch {
                    open.push(entry.path());
                } else if !scratch {
                    state.insert(name, fs::read(entry.path()).unwrap());
                }
            }
        }
        state
    }

    /// Runs the system's git; `None` where there is none.
    pub fn git(&self, arguments: &[&str]) -> Option<String> {
        let output = self.try_git(arguments)?;
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap())
    }

    fn try_git(&self, arguments: &[&str]) -> Option<Output> {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.root()).env_clear().envs(&self.variables);
        let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").output();
        if output.is_err() {
            eprintln!("skipped: git is not installed");
        }
        output.ok()
    }

    /// What git says is staged, changed and untracked; compared only where git is installed.
    fn assert_git_status(&self, expected: &str) {
        if let Some(status) = self.git(&["status", "--porcelain", "--no-renames"]) {
            assert_eq!(status, expected);
        }
        if let Some(output) = self.git(&["fsck", "--strict", "--no-dangling"]) {
            assert_eq!(output, "");
        }
    }

    fn message(&self) -> String {
        let id = self.repository().head().unwrap().commit().unwrap();
        match self.repository().blob(id, 1 << 20).unwrap() {
            Blob::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
            Blob::TooLarge(_) => panic!("a huge commit"),
        }
    }

    fn paths_of(&self, revision: &str) -> Vec<String> {
        let repository = self.repository();
        let revision = repository.resolve(revision).unwrap();
        let entries = repository.revision_entries(&revision).unwrap().entries;
        entries.iter().map(|entry| entry.path.as_str().to_owned()).collect()
    }

    fn content_of(&self, revision: &str, path: &str) -> String {
        let repository = self.repository();
        let revision = repository.resolve(revision).unwrap();
        let entries = repository.revision_entries(&revision).unwrap().entries;
        let entry = entries.iter().find(|entry| entry.path == at(path)).unwrap();
        match repository.blob(entry.id, 1 << 20).unwrap() {
            Blob::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
            Blob::TooLarge(_) => panic!("a huge file"),
        }
    }
}

pub fn at(path: &str) -> RepoPath {
    RepoPath::new(path).unwrap()
}

pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn outside_of_a_repository_the_error_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let error = Repository::discover(directory.path(), &Environment::isolated([("HOME", "/")])).err().unwrap();
    assert_eq!(error.kind, GitErrorKind::NotARepository);
    assert_eq!(error.message, format!("`{}` is not in a Git repository", directory.path().display()));
    assert!(error.hint.unwrap().contains("git init"));
}

#[test]
fn a_new_repository_is_found_from_below_and_is_on_main() {
    let sandbox = Sandbox::new();
    sandbox.write("a/b/c.yaml", "");
    let repository = Repository::discover(&sandbox.root().join("a/b"), &sandbox.environment()).unwrap();
    assert_eq!(repository.root(), sandbox.root().canonicalize().unwrap());
    assert_eq!(repository.head().unwrap(), Head::Unborn { name: "main".to_owned() });
    assert_eq!(repository.current_branch().unwrap().as_deref(), Some("main"));
    let again = Repository::init(sandbox.root(), &sandbox.environment()).err().unwrap();
    assert_eq!(again.kind, GitErrorKind::AlreadyARepository);
    let error = repository.resolve("HEAD").unwrap_err();
    assert_eq!(error.kind, GitErrorKind::BadRevision);
}

#[test]
fn a_repository_of_somebody_else_is_refused() {
    let sandbox = Sandbox::new();
    for path in [sandbox.root().to_path_buf(), sandbox.root().join(".git")] {
        if std::os::unix::fs::chown(path, Some(65_534), None).is_err() {
            eprintln!("skipped: only root can give files away");
            return;
        }
    }
    match Repository::discover(sandbox.root(), &sandbox.environment()) {
        Err(error) => {
            assert_eq!(error.kind, GitErrorKind::Unsafe);
            assert!(error.hint.unwrap().contains("safe.directory"));
        }
        Ok(_) => eprintln!("skipped: this user trusts every repository"),
    }
}

#[test]
fn the_first_commit_and_its_trailers() {
    let sandbox = Sandbox::new();
    sandbox.write("apps/hub.yaml", "kind: A\n");
    sandbox.write("other.yaml", "kind: B\n");
    let trailers = [("Treewright-Blueprint".to_owned(), "hub@1.0.0".to_owned())];
    let repository = sandbox.repository();
    let made = repository
        .commit(&Commit {
            message: "Add the hub  \n\n\n\nIn two lines,\nno more.\n",
            trailers: &trailers,
            paths: &[at("apps/hub.yaml")],
            branch: None,
        })
        .unwrap();
    assert_eq!(repository.head().unwrap(), Head::Branch { name: "main".to_owned(), commit: made.id });
    assert_eq!(made.branch.as_deref(), Some("main"));
    assert_eq!(made.notes, Vec::<String>::new());
    assert_eq!(sandbox.paths_of("HEAD"), ["apps/hub.yaml"]);
    let text = sandbox.message();
    let (header, message) = text.split_once("\n\n").unwrap();
    assert_eq!(message, "Add the hub\n\nIn two lines,\nno more.\n\nTreewright-Blueprint: hub@1.0.0\n");
    assert!(header.contains("author Ada <ada@example.org> 1738321200 +0100\n"), "{header}");
    sandbox.assert_git_status("?? other.yaml\n");
    assert_eq!(repository.status().unwrap(), [(at("other.yaml"), FileState::Untracked)]);
}

#[test]
fn a_commit_leaves_alone_whatever_else_is_staged_or_changed() {
    let sandbox = Sandbox::new();
    for path in ["a", "b", "c", "gone", "staged-gone"] {
        sandbox.write(path, "1\n");
    }
    sandbox.commit("first", &["a", "b", "c", "gone", "staged-gone"]).unwrap();
    if sandbox.git(&["--version"]).is_none() {
        return;
    }
    sandbox.write("a", "2\n");
    sandbox.write("b", "2\n");
    sandbox.git(&["add", "b"]).unwrap();
    sandbox.write("b", "3\n");
    sandbox.write("new-staged", "1\n");
    sandbox.git(&["add", "new-staged"]).unwrap();
    sandbox.git(&["rm", "-q", "staged-gone"]).unwrap();
    sandbox.write("c", "2\n");
    fs::remove_file(sandbox.root().join("gone")).unwrap();
    sandbox.write("fresh/x", "1\n");
    sandbox.commit("second", &["a", "gone", "fresh/x"]).unwrap();

    sandbox.assert_git_status("MM b\n M c\nA  new-staged\nD  staged-gone\n");
    assert_eq!(
        sandbox.git(&["show", "--name-status", "--no-renames", "--format="]).unwrap(),
        "M\ta\nA\tfresh/x\nD\tgone\n"
    );
    assert_eq!(sandbox.git(&["show", ":b"]).unwrap(), "2\n");
    assert_eq!(sandbox.content_of("HEAD", "b"), "1\n");
    let changed = |staged, modified| FileState::Changed { staged, modified };
    let asked = ["a", "b", "c", "new-staged", "staged-gone", "nowhere"].map(at);
    assert_eq!(
        sandbox.repository().status_of(&asked).unwrap(),
        [
            FileState::Clean,
            changed(true, true),
            changed(false, true),
            changed(true, false),
            changed(true, false),
            FileState::Absent
        ]
    );
}

#[test]
fn a_staged_version_of_a_committed_file_gives_way_to_the_one_on_disk() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    if sandbox.git(&["add", "a"]).is_none() {
        return;
    }
    sandbox.write("a", "3\n");
    sandbox.commit("second", &["a"]).unwrap();
    assert_eq!(sandbox.content_of("HEAD", "a"), "3\n");
    sandbox.assert_git_status("");
}

#[test]
fn modes_and_links_are_committed_as_git_stores_them() {
    let sandbox = Sandbox::new();
    sandbox.write("run.sh", "true\n");
    make_executable(&sandbox.root().join("run.sh"));
    std::os::unix::fs::symlink("run.sh", sandbox.root().join("link")).unwrap();
    std::os::unix::fs::symlink("/etc", sandbox.root().join("far")).unwrap();
    sandbox.commit("links", &["run.sh", "link", "far"]).unwrap();
    let repository = sandbox.repository();
    for listing in [
        repository.revision_entries(&repository.resolve("main").unwrap()).unwrap(),
        repository.index_entries().unwrap(),
    ] {
        let modes: Vec<_> = listing.entries.iter().map(|entry| (entry.path.as_str(), entry.mode)).collect();
        let link = FileMode::Symlink;
        assert_eq!(modes, [("far", link), ("link", link), ("run.sh", FileMode::Executable)]);
    }
    assert_eq!(sandbox.content_of("HEAD", "far"), "/etc");
    assert_eq!(repository.blob(repository.index_entries().unwrap().entries[0].id, 3).unwrap(), Blob::TooLarge(4));
    sandbox.assert_git_status("");
}

#[test]
fn revisions_are_found_by_every_name() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let first = sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    let second = sandbox.commit("second", &["a"]).unwrap();
    let repository = sandbox.repository();
    let commit = |name: &str| repository.resolve(name).unwrap().commit.unwrap();
    for name in ["main", "HEAD", "refs/heads/main", &second.id.to_string()[..9]] {
        assert_eq!(commit(name), second.id, "{name}");
    }
    for name in ["HEAD~1", "main^"] {
        assert_eq!(commit(name), first.id, "{name}");
    }
    assert_eq!(repository.resolve("HEAD^{tree}").unwrap().commit, None);
    for name in ["nowhere", "HEAD~7", "a..b", "HEAD:a", ""] {
        assert_eq!(repository.resolve(name).unwrap_err().kind, GitErrorKind::BadRevision, "{name}");
    }
}

#[test]
fn a_new_branch_is_made_and_switched_to() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let first = sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    let second = sandbox.commit_on("second", &["a"], Some("add/hub")).unwrap();
    let repository = sandbox.repository();
    assert_eq!(repository.head().unwrap(), Head::Branch { name: "add/hub".to_owned(), commit: second.id });
    assert_eq!(repository.resolve("main").unwrap().commit, Some(first.id));
    sandbox.assert_git_status("");

    sandbox.write("a", "3\n");
    let refused = |branch| sandbox.commit_on("third", &["a"], Some(branch)).unwrap_err().kind;
    assert_eq!(refused("main"), GitErrorKind::BranchExists);
    assert_eq!(refused("no..name"), GitErrorKind::BadBranchName);
    assert_eq!(refused("-x"), GitErrorKind::BadBranchName);
    assert_eq!(refused("main/below"), GitErrorKind::Failed);
    repository.create_branch("aside").unwrap();
    assert_eq!(repository.resolve("aside").unwrap().commit, Some(second.id));
    assert_eq!(repository.create_branch("aside").unwrap_err().kind, GitErrorKind::BranchExists);
    assert_eq!(repository.current_branch().unwrap().as_deref(), Some("add/hub"));
}

#[test]
fn an_unborn_head_can_start_with_a_new_branch() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let made = sandbox.commit_on("first", &["a"], Some("start")).unwrap();
    let head = sandbox.repository().head().unwrap();
    assert_eq!(head, Head::Branch { name: "start".to_owned(), commit: made.id });
    assert_eq!(sandbox.repository().resolve("main").unwrap_err().kind, GitErrorKind::BadRevision);
    sandbox.assert_git_status("");
}

#[test]
fn a_detached_head_moves_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let first = sandbox.commit("first", &["a"]).unwrap();
    fs::write(sandbox.root().join(".git/HEAD"), format!("{}\n", first.id)).unwrap();
    sandbox.write("a", "2\n");
    let second = sandbox.commit("second", &["a"]).unwrap();
    assert_eq!(second.branch, None);
    assert_eq!(sandbox.repository().head().unwrap(), Head::Detached { commit: second.id });
    assert_eq!(sandbox.repository().resolve("main").unwrap().commit, Some(first.id));
    sandbox.assert_git_status("");
    sandbox.write("a", "3\n");
    let third = sandbox.commit_on("third", &["a"], Some("away")).unwrap();
    assert_eq!(sandbox.repository().head().unwrap(), Head::Branch { name: "away".to_owned(), commit: third.id });
}

#[test]
fn what_cannot_be_committed_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    assert_eq!(sandbox.refused("none", &[]).kind, GitErrorKind::NothingToCommit);
    sandbox.commit("first", &["a"]).unwrap();
    assert_eq!(sandbox.refused("same", &["a"]).kind, GitErrorKind::NothingToCommit);
    sandbox.write("a", "2\n");
    sandbox.write("d/x", "1\n");
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write("x.log", "1\n");
    assert_eq!(
        sandbox.refused("missing", &["a", "nowhere"]).message,
        "cannot commit `nowhere`: there is no such file and Git knows none"
    );
    assert_eq!(sandbox.refused("directory", &["a", "d"]).message, "cannot commit `d`: it is a directory");
    let ignored = sandbox.refused("ignored", &["a", "x.log"]);
    assert_eq!(
        (ignored.kind, ignored.hint.as_deref()),
        (GitErrorKind::BadPath, Some("`git check-ignore -v x.log` names the rule"))
    );
    assert_eq!(sandbox.refused(" \n", &["a"]).kind, GitErrorKind::EmptyMessage);
    assert_eq!(sandbox.repository().status_of(&[at("x.log")]).unwrap(), [FileState::Ignored]);
}

#[test]
fn a_locked_index_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    sandbox.write(".git/index.lock", "");
    let error = sandbox.refused("first", &["a"]);
    assert_eq!(error.kind, GitErrorKind::Locked);
    assert!(error.message.contains("index.lock"), "{error}");
    fs::remove_file(sandbox.root().join(".git/index.lock")).unwrap();
    sandbox.commit("first", &["a"]).unwrap();
    assert!(!sandbox.root().join(".git/index.lock").exists());
}

#[test]
fn a_head_that_moves_meanwhile_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let first = sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    let second = sandbox.commit("second", &["a"]).unwrap();
    sandbox.write("a", "3\n");
    let index = fs::read(sandbox.root().join(".git/index")).unwrap();

    sandbox.hook("commit-msg", &format!("echo {} > .git/refs/heads/main", first.id));
    assert_eq!(sandbox.commit("third", &["a"]).unwrap_err().kind, GitErrorKind::HeadMoved);
    assert_eq!(sandbox.repository().head().unwrap().commit(), Some(first.id));
    assert_eq!(fs::read(sandbox.root().join(".git/index")).unwrap(), index);

    sandbox.hook("commit-msg", &format!("echo {} > .git/refs/heads/main; echo {0} > .git/HEAD", second.id));
    assert_eq!(sandbox.commit("third", &["a"]).unwrap_err().kind, GitErrorKind::HeadMoved);
    assert_eq!(sandbox.repository().head().unwrap(), Head::Detached { commit: second.id });
}

#[test]
fn a_branch_that_is_born_meanwhile_is_refused() {
    let sandbox = Sandbox::new();
    let other = Sandbox::new();
    other.write("a", "1\n");
    let id = other.commit("other", &["a"]).unwrap().id;
    sandbox.write("a", "1\n");
    let script = format!("cp -r '{}'/.git/objects .git/; echo {id} > .git/refs/heads/main", other.root().display());
    sandbox.hook("pre-commit", &script);
    assert_eq!(sandbox.commit("first", &["a"]).unwrap_err().kind, GitErrorKind::HeadMoved);
    assert_eq!(sandbox.repository().head().unwrap().commit(), Some(id));
}

#[test]
fn the_middle_of_a_merge_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let first = sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    sandbox.write(".git/MERGE_HEAD", &format!("{}\n", first.id));
    let error = sandbox.refused("second", &["a"]);
    assert_eq!(error.kind, GitErrorKind::InProgress);
    assert_eq!(error.hint.as_deref(), Some("end it first: `git merge --continue` or `git merge --abort`"));
}

#[test]
fn a_conflicted_index_is_an_error_that_names_the_files() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    sandbox.commit("base", &["a"]).unwrap();
    sandbox.repository().create_branch("theirs").unwrap();
    sandbox.write("a", "ours\n");
    sandbox.commit("ours", &["a"]).unwrap();
    if sandbox.git(&["switch", "-q", "theirs"]).is_none() {
        return;
    }
    sandbox.write("a", "theirs\n");
    sandbox.commit("theirs", &["a"]).unwrap();
    assert!(!sandbox.try_git(&["merge", "main"]).unwrap().status.success());
    fs::remove_file(sandbox.root().join(".git/MERGE_HEAD")).unwrap();
    let repository = sandbox.repository();
    let error = repository.index_entries().unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (GitErrorKind::Conflicted, "the index holds merge conflicts: `a`")
    );
    assert_eq!(repository.tracked().unwrap(), [at("a")]);
    assert_eq!(repository.status().unwrap(), [(at("a"), FileState::Conflicted)]);
    assert_eq!(sandbox.refused("x", &["a"]).kind, GitErrorKind::Conflicted);
}

#[test]
fn without_an_identity_the_error_gives_the_two_commands() {
    let mut sandbox = Sandbox::without_identity();
    sandbox.write("a", "1\n");
    let error = sandbox.refused("first", &["a"]);
    assert_eq!(error.kind, GitErrorKind::NoIdentity);
    let hint = error.hint.unwrap();
    assert!(hint.contains("git config --global user.name") && hint.contains("git config --global user.email"));
    sandbox.configure("[user]\n\tname = Config\n\temail = config@example.org\n[author]\n\tname = Writer\n");
    sandbox.variables.insert("GIT_COMMITTER_EMAIL".to_owned(), "env@example.org".to_owned());
    sandbox.commit("first", &["a"]).unwrap();
    let text = sandbox.message();
    assert!(text.contains("\nauthor Writer <config@example.org> "), "{text}");
    assert!(text.contains("\ncommitter Config <env@example.org> "), "{text}");
    sandbox.variables.insert("GIT_AUTHOR_DATE".to_owned(), "noon".to_owned());
    assert_eq!(sandbox.refused("x", &["a"]).kind, GitErrorKind::BadDate);
}

#[test]
fn hooks_run_in_order_and_see_what_git_shows_them() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    let log = sandbox.root().join(".git/log");
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"] {
        let script = format!(
            "echo \"{name} $# $(basename \"$PWD\") ${{1##*/}} $2 index=$(test -s \"$GIT_INDEX_FILE\" && echo yes)\" >> {}",
            log.display()
        );
        sandbox.hook(name, &script);
    }
    sandbox.commit("first", &["a"]).unwrap();
    let here = sandbox.root().file_name().unwrap().to_str().unwrap();
    let expected = format!(
        "pre-commit 0 {here}   index=yes\nprepare-commit-msg 2 {here} COMMIT_EDITMSG message index=yes\n\
         commit-msg 1 {here} COMMIT_EDITMSG  index=yes\npost-commit 0 {here}   index=yes\n"
    );
    assert_eq!(fs::read_to_string(log).unwrap(), expected);
}

#[test]
fn a_failing_hook_refuses_the_commit_in_its_own_words() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "1\n");
    sandbox.commit("first", &["a"]).unwrap();
    sandbox.write("a", "2\n");
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
        sandbox.hook(name, "echo seen; echo 'a: not nice' >&2; exit 3");
        let error = sandbox.refused("second", &["a"]);
        assert_eq!(error.kind, GitErrorKind::HookFailed);
        let expected = format!("the hook {name} failed (exit status: 3):\nseen\na: not nice");
        assert_eq!(error.message, expected);
        fs::remove_file(sandbox.root().join(".git/hooks").join(name)).unwrap();
    }
    sandbox.hook("post-commit", "echo late; exit 1");
    let made = sandbox.commit("second", &["a"]).unwrap();
    assert_eq!(made.notes, ["the hook post-commit failed (exit status: 1):\nlate"]);
    sandbox.assert_git_status("");
}

#[test]
fn hooks_can_be_elsewhere_and_may_lack_a_first_line_or_the_executable_bit() {
    let sandbox = Sandbox::new();
    sandbox.configure("[core]\n\thooksPath = tools/hooks\n");
    sandbox.hook("pre-commit", "exit 1");
    sandbox.write("tools/hooks/commit-msg", "echo From the hook > \"$1\"; echo said\n");
    make_executable(&sandbox.root().join("tools/hooks/commit-msg"));
    sandbox.write("tools/hooks/pre-commit", "exit 1\n");
    sandbox.write("a", "1\n");
    let made = sandbox.commit("first", &["a"]).unwrap();
    assert_eq!(made.notes, ["the hook pre-commit was not run: it is not executable", "said"]);
    assert!(sandbox.message().ends_with("\n\nFrom the hook\n"));
}

#[test]
fn what_a_hook_adds_is_committed() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "unformatted\n");
    if sandbox.git(&["--version"]).is_none() {
        return;
    }
    sandbox.hook("pre-commit", "git diff --cached --name-only; echo formatted > a; git add a");
    let made = sandbox.commit("first", &["a"]).unwrap();
    assert_eq!(made.notes, ["a"]);
    assert_eq!(sandbox.content_of("HEAD", "a"), "formatted\n");
    sandbox.assert_git_status("");
}

#[test]
fn signing_asks_the_configured_program() {
    let sandbox = Sandbox::new();
    let signer = sandbox.root().join(".git/signer");
    let script = "#!/bin/sh\necho \"$@\" > .git/arguments\ncat > .git/signed\n\
                  echo '[GNUPG:] SIG_CREATED D' >&2\nprintf -- '-----BEGIN FAKE-----\\nabc\\n-----END FAKE-----\\n'\n";
    sandbox.write(".git/signer", &script.replace(".git/", &format!("{}/.git/", sandbox.root().display())));
    make_executable(&signer);
    sandbox.configure(&format!("[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = {}\n", signer.display()));
    sandbox.write("a", "1\n");
    sandbox.commit("first", &["a"]).unwrap();
    let read = |name: &str| fs::read_to_string(sandbox.root().join(".git").join(name)).unwrap();
    assert_eq!(read("arguments"), "--status-fd=2 -bsau Ada <ada@example.org>\n");
    let text = sandbox.message();
    let signature = "gpgsig -----BEGIN FAKE-----\n abc\n -----END FAKE-----\n";
    assert!(text.contains(signature), "{text}");
    assert_eq!(text.replace(signature, ""), read("signed"));
    sandbox.assert_git_status("");

    sandbox.configure("[user]\n\tsigningkey = ABCD\n");
    sandbox.write("a", "2\n");
    sandbox.commit("second", &["a"]).unwrap();
    assert_eq!(read("arguments"), "--status-fd=2 -bsau ABCD\n");

    sandbox.write("a", "3\n");
    sandbox.write(".git/signer", "#!/bin/sh\necho 'no secret key' >&2\nexit 2\n");
    let error = sandbox.refused("third", &["a"]);
    assert_eq!(error.kind, GitErrorKind::SigningFailed);
    assert!(error.message.ends_with("could not sign the commit: exit status: 2\nno secret key"), "{error}");
}

#[test]
fn an_ssh_key_signs_so_that_git_can_verify() {
    let sandbox = Sandbox::new();
    let key = sandbox.root().join(".git/key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: ssh-keygen is not installed");
        return;
    }
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    sandbox.write(".git/allowed", &format!("ada@example.org {public}"));
    let allowed = sandbox.root().join(".git/allowed");
    sandbox.configure(&format!(
        "[commit]\n\tgpgsign = true\n[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {}\n[gpg \"ssh\"]\n\tallowedSignersFile = {}\n",
        key.display(),
        allowed.display()
    ));
    sandbox.write("a", "1\n");
    sandbox.commit("first", &["a"]).unwrap();
    assert!(sandbox.message().contains("\ngpgsig -----BEGIN SSH SIGNATURE-----\n "));
    if let Some(output) = sandbox.try_git(&["verify-commit", "HEAD"]) {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && words.contains("Good \"git\" signature for ada@example.org"), "{words}");
    }
}

#[test]
fn line_ends_are_stored_as_configured() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitattributes", "*.yaml text eol=crlf\n");
    sandbox.write("a.yaml", "a: 1\r\n");
    sandbox.commit("first", &[".gitattributes", "a.yaml"]).unwrap();
    assert_eq!(sandbox.content_of("HEAD", "a.yaml"), "a: 1\n");
    sandbox.assert_git_status("");
}
