//! Finding, making and opening a repository; its HEAD, its branches, its configuration.
//!
//! Must not know what is committed.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, Once, PoisonError},
};

use super::{Environment, GitError, GitErrorKind, ObjectId};

/// A repository with a work tree. Can be shared between threads: each call takes a libgit2 handle of its own.
pub struct Repository {
    root: PathBuf,
    git_dir: PathBuf,
    environment: Environment,
    /// Handles that are not in use. libgit2's handles may not be used by two threads at once, and opening one reads several files.
    idle: Mutex<Vec<git2::Repository>>,
}

/// What HEAD points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A branch that has commits.
    Branch {
        /// Its short name.
        name: String,
        /// Its newest commit.
        commit: ObjectId,
    },
    /// A branch without any commit, as after `git init`.
    Unborn {
        /// Its short name.
        name: String,
    },
    /// A commit, on no branch.
    Detached {
        /// The commit.
        commit: ObjectId,
    },
}

impl Head {
    /// The commit that HEAD leads to, if there is one.
    pub fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::Branch { commit, .. } | Self::Detached { commit } => Some(*commit),
            Self::Unborn { .. } => None,
        }
    }
}

impl Repository {
    /// Finds the repository that holds a directory, as `git` run there would.
    pub fn discover(directory: &Path, environment: &Environment) -> Result<Self, GitError> {
        let handle = open(directory, environment).map_err(|error| not_opened(directory, &error))?;
        Self::of_handle(handle, environment)
    }

    /// Makes an empty repository in a directory, on the branch `init.defaultBranch`, or `main`.
    pub fn init(directory: &Path, environment: &Environment) -> Result<Self, GitError> {
        let configured = || git2::Config::open_default().ok()?.get_string("init.defaultBranch").ok();
        let branch = (!environment.is_isolated()).then(configured).flatten().unwrap_or_else(|| "main".to_owned());
        let mut options = git2::RepositoryInitOptions::new();
        options.no_reinit(true).mkpath(true).initial_head(&branch);
        let handle = git2::Repository::init_opts(directory, &options).map_err(|error| match error.code() {
            git2::ErrorCode::Exists => GitError::new(
                GitErrorKind::AlreadyARepository,
                format!("`{}` is a Git repository already", directory.display()),
            ),
            _ => error.into(),
        })?;
        Self::of_handle(handle, environment)
    }

    fn of_handle(handle: git2::Repository, environment: &Environment) -> Result<Self, GitError> {
        let git_dir = tidy(handle.path());
        let Some(root) = handle.workdir().map(tidy) else {
            return Err(GitError::new(
                GitErrorKind::Bare,
                format!("the repository `{}` has no work tree", git_dir.display()),
            )
            .with_hint("run the command in a clone of it"));
        };
        Ok(Self { root, git_dir, environment: environment.clone(), idle: Mutex::new(vec![handle]) })
    }

    /// The top directory of the work tree, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory of this work tree's own Git files (HEAD, the index), absolute.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The environment it was opened in.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Does something with a libgit2 handle that no other thread uses meanwhile.
    pub(super) fn with<T>(&self, work: impl FnOnce(&git2::Repository) -> Result<T, GitError>) -> Result<T, GitError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => open(&self.root, &self.environment)?,
        };
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    /// What HEAD points to.
    pub fn head(&self) -> Result<Head, GitError> {
        self.with(head)
    }

    /// The short name of the current branch; `None` if HEAD is detached.
    pub fn current_branch(&self) -> Result<Option<String>, GitError> {
        Ok(match self.head()? {
            Head::Branch { name, .. } | Head::Unborn { name } => Some(name),
            Head::Detached { .. } => None,
        })
    }

    /// The addresses of the remotes, in the order of their names.
    pub fn remotes(&self) -> Result<Vec<String>, GitError> {
        self.with(|handle| {
            let names = handle.remotes()?;
            let names = names.iter().filter_map(|name| name.ok().flatten());
            let urls = names.filter_map(|name| Some(handle.find_remote(name).ok()?.url().ok()?.to_owned()));
            Ok(urls.collect())
        })
    }

    /// Makes a branch at HEAD without switching to it.
    pub fn create_branch(&self, name: &str) -> Result<(), GitError> {
        self.with(|handle| {
            check_new_branch(handle, name)?;
            let Some(commit) = head(handle)?.commit() else {
                return Err(GitError::new(GitErrorKind::BadRevision, "there is no commit yet to make a branch of"));
            };
            handle.branch(name, &handle.find_commit(commit.0)?, false)?;
            Ok(())
        })
    }
}

/// Opens the repository that holds a directory.
pub(super) fn open(directory: &Path, environment: &Environment) -> Result<git2::Repository, git2::Error> {
    // As Git does, which leaves the hashes of what it reads to `git fsck`: hashing takes longer than inflating.
    static UNHASHED: Once = Once::new();
    UNHASHED.call_once(|| git2::opts::strict_hash_verification(false));
    let mut flags = git2::RepositoryOpenFlags::empty();
    if !environment.is_isolated() {
        // Honours GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_CEILING_DIRECTORIES, GIT_CONFIG_GLOBAL and so on, as inside a hook.
        flags |= git2::RepositoryOpenFlags::FROM_ENV;
    }
    git2::Repository::open_ext(directory, flags, std::iter::empty::<&std::ffi::OsStr>())
}

fn not_opened(directory: &Path, error: &git2::Error) -> GitError {
    match error.code() {
        git2::ErrorCode::NotFound => {
            GitError::new(GitErrorKind::NotARepository, format!("`{}` is not in a Git repository", directory.display()))
                .with_hint("run `git init` there, or name a directory inside of a repository")
        }
        git2::ErrorCode::Owner => super::error::unsafe_owner(error.message()),
        _ => GitError::new(
            GitErrorKind::Failed,
            format!("cannot open the Git repository of `{}`: {}", directory.display(), error.message()),
        ),
    }
}

/// libgit2 ends directories with a slash; paths are compared without.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

/// The repository's configuration, with the user's and the system's unless the environment is isolated.
pub(super) fn config(handle: &git2::Repository, environment: &Environment) -> Result<git2::Config, GitError> {
    let config = handle.config()?;
    if environment.is_isolated() {
        return Ok(config.open_level(git2::ConfigLevel::Local)?);
    }
    Ok(config)
}

/// A configuration value; `None` if it is not set.
pub(super) fn setting<T>(value: Result<T, git2::Error>) -> Result<Option<T>, GitError> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(GitError::new(GitErrorKind::BadConfig, format!("Git configuration: {}", error.message()))),
    }
}

/// What HEAD points to.
pub(super) fn head(handle: &git2::Repository) -> Result<Head, GitError> {
    let reference = handle.find_reference("HEAD")?;
    let Some(target) = reference.symbolic_target()? else {
        let Some(commit) = reference.target() else {
            return Err(GitError::new(GitErrorKind::Failed, "HEAD points to nothing"));
        };
        return Ok(Head::Detached { commit: ObjectId(commit) });
    };
    let name = target.strip_prefix("refs/heads/").unwrap_or(target).to_owned();
    match handle.refname_to_id(target) {
        Ok(commit) => Ok(Head::Branch { name, commit: ObjectId(commit) }),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(Head::Unborn { name }),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a name that cannot be a branch's or is one already.
pub(super) fn check_new_branch(handle: &git2::Repository, name: &str) -> Result<(), GitError> {
    if !git2::Branch::name_is_valid(name)? {
        return Err(GitError::new(GitErrorKind::BadBranchName, format!("`{name}` cannot be the name of a branch"))
            .with_hint("use letters, digits, `-`, `_`, `.` and `/`"));
    }
    if handle.find_branch(name, git2::BranchType::Local).is_ok() {
        return Err(GitError::new(GitErrorKind::BranchExists, format!("the branch `{name}` exists already"))
            .with_hint(format!("choose another name, or switch to it first: git switch {name}")));
    }
    Ok(())
}
