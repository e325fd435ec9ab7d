//! `new`: a rendered instance put into a repository, as one set of changes.
//!
//! Owns what is refused: a name that is taken, files that are somebody else's, files with changes that are not committed, places behind symbolic links. Writes
//! nothing; the caller may lay the changes over its view and look before it writes them. Must not know Git, nor terminals.

use std::collections::BTreeSet;

use super::{
    BASE, Blueprint, Instance, LockError, Locked, Locks, LocksError, Problems, RegisterError, Registration,
    clusters::of_cluster,
    parameters::{Answers, Facts},
    placement, render_for,
};
use crate::{
    change::ChangeSet,
    path::RepoPath,
    source::{Plan, SourceError, SourceView},
    text::SourceText,
};

/// What is wanted.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The repository.
    pub view: &'a dyn SourceView,
    /// The blueprint.
    pub blueprint: &'a Blueprint,
    /// The answers.
    pub answers: &'a Answers,
    /// Name, engine and directory of the instance.
    pub facts: &'a Facts,
    /// The clusters that it is for; none for a repository that does not tell clusters apart.
    pub clusters: &'a [String],
    /// Whether a file has changes that are not committed; such a file is not edited.
    pub is_dirty: &'a dyn Fn(&RepoPath) -> bool,
}

/// What `new` would write.
#[derive(Clone, Debug)]
pub struct New {
    /// The instance.
    pub instance: Instance,
    /// Everything that changes: the instance's files, the kustomizations that name it, the lock.
    pub changes: ChangeSet,
    /// The files of the instance, from the root of the repository, sorted.
    pub written: Vec<RepoPath>,
    /// The kustomizations that were made or got an entry, from the instance upward.
    pub registered: Vec<Registration>,
}

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name is no name for an instance.
    #[error("`{0}` is no name for an instance")]
    Name(String),
    /// The lock file cannot be used.
    #[error("{path}: {error}")]
    Lock {
        /// The lock file.
        path: RepoPath,
        /// Why.
        error: LockError,
        /// Its text.
        text: SourceText,
    },
    /// There is an instance of this name.
    #[error("there is an instance `{name}` already, in {path}")]
    Taken {
        /// The name.
        name: String,
        /// Where it is.
        path: RepoPath,
    },
    /// The blueprint gives no tree for the answers.
    #[error("{0}")]
    Refused(Problems),
    /// There is no such cluster.
    #[error("there is no cluster `{name}`: {overlay} has no kustomization")]
    Cluster {
        /// The name.
        name: String,
        /// The directory that it would have.
        overlay: RepoPath,
        /// Those that have one.
        known: Vec<String>,
    },
    /// Something lies where the instance would be.
    #[error("{path} is there already, and no instance of this name wrote it")]
    Foreign {
        /// The file.
        path: RepoPath,
    },
    /// A file that would be edited has changes that are not committed.
    #[error("{path} has changes that are not committed, and would get more")]
    Dirty {
        /// The file.
        path: RepoPath,
    },
    /// The instance cannot be registered.
    #[error("{0}")]
    Register(RegisterError),
    /// A place cannot be written, or not be read.
    #[error("{0}")]
    Place(SourceError),
}

impl NewError {
    /// The way out, in half a sentence.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Name(_) => {
                "use lower case letters, digits and `-`, at most 63, a letter or digit first and last".to_owned()
            }
            Self::Lock { error, .. } => error.hint().to_owned(),
            Self::Taken { name, .. } => {
                format!("take another name, or bring `{name}` up to date with: treewright update {name}")
            }
            Self::Foreign { path } => {
                let directory = path.parent().unwrap_or_else(RepoPath::root);
                format!("choose another directory with --path, or move what is in `{directory}` away")
            }
            Self::Dirty { path } => format!("commit or stash the changes first: git stash push -- {path}"),
            Self::Register(RegisterError::Outside { root, .. }) => {
                format!("choose a directory below `{root}` with --path")
            }
            Self::Register(RegisterError::Unusable { path, .. }) => format!("mend {path} first"),
            Self::Place(SourceError::Unappliable { .. } | SourceError::LinkEscapes { .. }) => {
                "choose another directory with --path".to_owned()
            }
            Self::Cluster { known, .. } if known.is_empty() => {
                "leave --cluster out where the clusters of a repository have no directories of their own".to_owned()
            }
            Self::Cluster { known, .. } => format!("the clusters here: {}", known.join(", ")),
            Self::Refused(_) | Self::Register(RegisterError::Source(_)) | Self::Place(_) => return None,
        })
    }
}

impl From<SourceError> for NewError {
    fn from(error: SourceError) -> Self {
        Self::Place(error)
    }
}

impl From<LocksError> for NewError {
    fn from(error: LocksError) -> Self {
        match error {
            LocksError::Lock { path, error, text } => Self::Lock { path, error, text },
            LocksError::Source(error) => Self::Place(error),
        }
    }
}

impl From<RegisterError> for NewError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Source(error) => Self::Place(error),
            error => Self::Register(error),
        }
    }
}

/// Works out what to write for a new instance.
pub fn new(order: Order<'_>) -> Result<New, NewError> {
    let Order { view, facts, is_dirty, .. } = order;
    if !is_name(&facts.instance) {
        return Err(NewError::Name(facts.instance.clone()));
    }
    if let Some(present) = Locks::read(view)?.instances.get(&facts.instance) {
        return Err(NewError::Taken { name: facts.instance.clone(), path: present.path.clone() });
    }
    let instance = instance(order)?;
    let layout = instance.layout();
    for (_, directory) in layout.directories() {
        if let Some(path) = first_file(view, &directory)? {
            return Err(NewError::Foreign { path });
        }
    }
    let mut changes = ChangeSet::new();
    for (path, text) in &instance.files {
        changes.write(layout.place(path), text.as_bytes());
    }
    let written = changes.files().map(|(path, _)| path.clone()).collect();
    let registered = layout.register(view)?;
    for registration in &registered {
        match &registration.edits {
            None => changes.write(registration.path.clone(), registration.text.as_bytes()),
            Some(_) if is_dirty(&registration.path) => {
                return Err(NewError::Dirty { path: registration.path.clone() });
            }
            Some(edits) => {
                // A file is registered in once, so its edits cannot overlap others.
                let _ = changes.edit(&registration.path, edits.iter().cloned());
            }
        }
    }
    changes.write(Locked::path_in(&instance.path), Locked::of(&instance, order.blueprint).print());
    // Refuses what could not be written: below a file, below or onto a symbolic link.
    Plan::new(&changes, view)?;
    Ok(New { instance, changes, written, registered })
}

/// Renders the instance: for one cluster into its overlay, for several with what they share in `base`.
fn instance(order: Order<'_>) -> Result<Instance, NewError> {
    let Order { view, blueprint, answers, facts, clusters, .. } = order;
    let rendered = match clusters {
        [cluster] => answers.check_clusters(clusters).and_then(|()| of_cluster(blueprint, answers, facts, cluster)),
        _ => render_for(blueprint, answers, facts, clusters, &BTreeSet::new()),
    };
    let instance = rendered.map_err(NewError::Refused)?;
    let root = if clusters.len() == 1 { instance.root.parent() } else { Some(instance.root.clone()) };
    let root = root.unwrap_or_else(RepoPath::root);
    if let Some(path) = facts.path.as_ref().filter(|path| !clusters.is_empty() && !path.is_under(&root)) {
        return Err(NewError::Register(RegisterError::Outside { path: path.clone(), root }));
    }
    for cluster in clusters {
        let overlay = root.join(cluster).unwrap_or_else(|_| root.clone());
        if !placement::is_kustomization(view, &overlay)? {
            let mut known = placement::overlays(view, &root)?;
            known.retain(|name| name != BASE);
            return Err(NewError::Cluster { name: cluster.clone(), overlay, known });
        }
    }
    Ok(instance)
}

/// Whether a name can be that of an instance: it becomes a directory and part of names in the cluster.
fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=63).contains(&name.len())
        && name.chars().all(|c| inner(c) || c == '-')
        && name.starts_with(inner)
        && name.ends_with(inner)
}

/// The first file at or below a path.
fn first_file(view: &dyn SourceView, path: &RepoPath) -> Result<Option<RepoPath>, SourceError> {
    let mut pending = vec![path.clone()];
    match view.kind(path)? {
        Some(kind) if kind != crate::source::EntryKind::Directory => return Ok(Some(path.clone())),
        _ => {}
    }
    while let Some(directory) = pending.pop() {
        for entry in view.children(&directory)? {
            if entry.kind != crate::source::EntryKind::Directory {
                return Ok(Some(entry.path));
            }
            pending.push(entry.path);
        }
    }
    Ok(None)
}
