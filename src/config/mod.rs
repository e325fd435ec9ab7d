//! The tool's own configuration, `treewright.toml`.
//!
//! Owns what can be set and how it is read: unknown keys and wrong types are faults with their place. TOML, because Flux and Argo CD read every YAML file below a path. Knows no
//! rule by name: whoever has the rules checks the names.

mod paths;
mod read;
mod table;

use std::collections::BTreeMap;

use smol_str::SmolStr;

pub use paths::Paths;
pub use read::{FILE, load, read};

use crate::{path::RepoPath, text::Span};

/// Everything that can be set. The default is what holds without a file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The version of Flux, such as `2.8`; the newest known if it is not set. It decides how strict substitution is, and which APIs are served.
    pub flux_version: Option<Version>,
    /// The version of Kubernetes, such as `1.34`; the newest known if it is not set.
    pub kubernetes_version: Option<Version>,
    /// Directories that something outside of the repository applies, besides those that are found.
    pub roots: Paths,
    /// What is kept but not applied: nothing there is linted, and nothing refers to it.
    pub archived: Paths,
    /// Objects that are in the cluster but not in the repository.
    pub external: Vec<External>,
    /// Directories with CRDs that are not applied from here.
    pub crds: Vec<RepoPath>,
    /// What Argo CD knows from elsewhere.
    pub argo: Argo,
    /// How the linter works.
    pub lint: Lint,
}

impl Config {
    /// The second number of the version of Kubernetes, if one is set.
    pub fn kubernetes_minor(&self) -> Option<u32> {
        self.kubernetes_version.as_ref()?.0.get(1).copied()
    }
}

/// A version of two or three numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub Vec<u32>);

/// Objects outside of Git. Parts that are not given fit everything; `*` in a name stands for any characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// The kind.
    pub kind: SmolStr,
    /// The namespace.
    pub namespace: Option<SmolStr>,
    /// The name, or a pattern of names.
    pub name: SmolStr,
    /// The keys of a Secret or ConfigMap; all there may be, if they are not given.
    pub keys: Option<Vec<SmolStr>>,
}

impl External {
    /// Whether the object with this kind, namespace and name is meant.
    pub fn fits(&self, kind: &str, namespace: Option<&str>, name: &str) -> bool {
        let same_namespace = match (&self.namespace, namespace) {
            (Some(wanted), Some(namespace)) => wanted == namespace,
            _ => true,
        };
        self.kind == kind && same_namespace && fits(&self.name, name)
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().any(|at| text.get(at..).is_some_and(|tail| fits(rest, tail)))
}

/// What Argo CD knows from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Argo {
    /// A file with the clusters that Argo CD manages.
    pub inventory: Option<RepoPath>,
    /// A file with recorded answers for generators that ask the outside.
    pub recorded: Option<RepoPath>,
    /// URLs under which this repository is known.
    pub repositories: Vec<SmolStr>,
}

/// How the linter works.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// Rules and groups to run; the default set if empty.
    pub select: Vec<Name>,
    /// Rules and groups to run on top of the default set.
    pub extend: Vec<Name>,
    /// Rules and groups to leave out.
    pub ignore: Vec<Name>,
    /// The level from which on findings make the exit code 1.
    pub fail_on: Option<Level>,
    /// A file with findings that are known and not shown.
    pub baseline: Option<RepoPath>,
    /// Levels of rules and groups, from the first to the last: later ones win.
    pub levels: Vec<(Name, Level)>,
    /// What holds for some paths only, from the first to the last.
    pub overrides: Vec<Override>,
    /// Options of single rules: the rule, and its options by name.
    pub options: Vec<(Name, BTreeMap<SmolStr, Setting>)>,
}

/// What holds for some paths only.
#[derive(Clone, Debug)]
pub struct Override {
    /// The paths.
    pub paths: Paths,
    /// Rules and groups to leave out.
    pub ignore: Vec<Name>,
    /// Levels of rules and groups.
    pub levels: Vec<(Name, Level)>,
}

/// The name of a rule or group, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: SmolStr,
    /// Where it is written.
    pub span: Span,
}

/// How much a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is not reported.
    Off,
    /// Worth knowing.
    Info,
    /// Very likely wrong.
    Warning,
    /// Surely wrong.
    Error,
}

/// The value of an option of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A text.
    Text(SmolStr),
    /// A list of texts.
    Texts(Vec<SmolStr>),
}
