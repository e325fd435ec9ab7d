//! What can go wrong in a build, with the place to look at.
//!
//! Messages keep the substance of kustomize's own. Must not know how problems are shown; [`Problem::diagnostic`] is the way to that.

use std::{borrow::Cow, fmt};

use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
};

/// The kinds of problems, so that callers need not read messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The directory holds no kustomization file, or several, or is none.
    NotAKustomization,
    /// The kustomization file does not say what kustomize understands.
    InvalidKustomization,
    /// A file is not YAML, or not the YAML that kustomize accepts.
    UnparsableFile,
    /// A document is no Kubernetes object.
    NotAnObject,
    /// Something that is named does not exist.
    MissingFile,
    /// A file lies outside of the directory of the kustomization that names it.
    OutsideRoot,
    /// Kustomizations include each other in a circle.
    Cycle,
    /// Two objects have the same identity.
    DuplicateId,
    /// A patch has no object to change, or cannot be applied.
    PatchFails,
    /// A patch names a target that does not exist.
    PatchWithoutTarget,
    /// A generator has bad or missing input.
    GeneratorFails,
    /// A transformer cannot do its work on an object.
    TransformerFails,
    /// A replacement has no source or target, or cannot be done.
    ReplacementFails,
    /// A variable has no value, or two.
    VariableFails,
    /// A name could refer to several objects.
    AmbiguousReference,
    /// The kustomization multiplies its objects beyond what is built.
    TooLarge,
    /// A rendered object holds a value that cannot be printed.
    Unprintable,
}

impl ProblemKind {
    /// The id under which the problem is reported.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotAKustomization => "kustomize/not-a-kustomization",
            Self::InvalidKustomization => "kustomize/invalid-kustomization",
            Self::UnparsableFile => "kustomize/unparsable-file",
            Self::NotAnObject => "kustomize/not-an-object",
            Self::MissingFile => "kustomize/missing-resource",
            Self::OutsideRoot => "kustomize/outside-root",
            Self::Cycle => "kustomize/cycle",
            Self::DuplicateId => "kustomize/duplicate-id",
            Self::PatchFails => "kustomize/patch-fails",
            Self::PatchWithoutTarget => "kustomize/patch-without-target",
            Self::GeneratorFails => "kustomize/generator-fails",
            Self::TransformerFails => "kustomize/transformer-fails",
            Self::ReplacementFails => "kustomize/replacement-fails",
            Self::VariableFails => "kustomize/variable-fails",
            Self::AmbiguousReference => "kustomize/ambiguous-reference",
            Self::TooLarge => "kustomize/too-large",
            Self::Unprintable => "kustomize/unprintable",
        }
    }
}

/// One problem of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub kind: ProblemKind,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
    /// The place to look at first.
    pub place: Label,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The entries that led to the kustomization at fault, from the one that was built downward; empty if that is at fault itself.
    pub chain: Vec<Label>,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, place: Label, message: impl Into<String>) -> Box<Self> {
        let message = message.into();
        Box::new(Self { kind, message, place, related: Vec::new(), help: None, chain: Vec::new() })
    }

    pub(super) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self: Box<Self>, label: Label) -> Box<Self> {
        self.related.push(label);
        self
    }

    /// The problem as a finding, the chain of inclusions as further places.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(Cow::Borrowed(self.kind.id()), Severity::Error, &*self.message, self.place.clone());
        diagnostic.secondary.extend(self.related.iter().chain(self.chain.iter().rev()).cloned());
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }

    fn key(&self) -> (&Label, ProblemKind, &str) {
        (&self.place, self.kind, &self.message)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.path, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

/// Puts problems in order and drops those that the same place causes twice, as a base does that several overlays include.
pub(super) fn tidy(problems: &mut Vec<Problem>) {
    problems.sort_by(|a, b| a.key().cmp(&b.key()));
    problems.dedup_by(|a, b| a.key() == b.key());
}

/// Why nothing was built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BuildError(pub Box<Problem>);

impl BuildError {
    /// The problem that ended the build.
    pub fn problem(&self) -> &Problem {
        &self.0
    }

    /// The kustomization files that led to the problem, from the one that was built downward.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        self.0.chain.iter().map(|label| &label.path).chain(std::iter::once(&self.0.place.path))
    }
}
