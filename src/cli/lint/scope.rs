//! Which findings a run is about: those below the paths that were named, and those that a change brings.
//!
//! Must not know how findings are shown.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    cli::error::CliError,
    diagnostic::Diagnostic,
    git::{GitErrorKind, Repository},
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    source::{GitView, Memory, SourceView, changed},
};

/// What a run is about.
pub(super) struct Scope {
    /// Files and folders; everything if there is none.
    paths: Vec<RepoPath>,
    change: Option<Change>,
}

/// What happened since a revision.
struct Change {
    /// The files that changed.
    files: BTreeSet<RepoPath>,
    /// The fingerprints of what was found before.
    before: BTreeSet<String>,
}

impl Scope {
    /// Paths, which must exist in the view: one that names nothing is a mistake in the call, not a clean result.
    pub(super) fn new(view: &dyn SourceView, paths: Vec<RepoPath>) -> Result<Self, CliError> {
        for path in &paths {
            if view.resolve(path)?.is_none() {
                return Err(CliError::new(format!("there is no file or folder `{path}`")));
            }
        }
        Ok(Self { paths, change: None })
    }

    /// Narrows to what a change brings: findings with a place in a changed file, and such as were not there before.
    pub(super) fn since(
        mut self,
        repository: &Arc<Repository>,
        revision: &str,
        view: &dyn SourceView,
        options: &Options,
    ) -> Result<Self, CliError> {
        let before: Arc<dyn SourceView> = match repository.resolve(revision) {
            Ok(revision) => Arc::new(GitView::revision(Arc::clone(repository), &revision)?),
            // Before the first commit there was nothing.
            Err(error) if revision == "HEAD" && error.kind == GitErrorKind::BadRevision => Arc::new(Memory::new()),
            Err(error) => return Err(error.into()),
        };
        let files = changed(before.as_ref(), view)?.into_iter().collect();
        let project = Project::open_with(before, &options.known)?;
        let found = lint::lint(&project, &Options { baseline: None, ..options.clone() }).findings;
        let before = lint::fingerprints(&found, &|path| project.text(path)).into_iter().collect();
        self.change = Some(Change { files, before });
        Ok(self)
    }

    /// Whether a finding lies in what the run is about, whatever was found before.
    pub(super) fn touches(&self, finding: &Diagnostic) -> bool {
        let labels = || std::iter::once(&finding.primary).chain(&finding.secondary);
        let is_changed = |change: &Change| labels().any(|label| change.files.contains(&label.path));
        self.names(finding) && self.change.as_ref().is_none_or(is_changed)
    }

    /// The findings that the run is about.
    pub(super) fn choose(&self, findings: Vec<Diagnostic>, project: &Project) -> Vec<Diagnostic> {
        let Some(change) = &self.change else {
            return findings.into_iter().filter(|finding| self.names(finding)).collect();
        };
        let fingerprints = lint::fingerprints(&findings, &|path| project.text(path));
        let is_new = |fingerprint: &String| !change.before.contains(fingerprint);
        let with = findings.into_iter().zip(fingerprints);
        with.filter(|(finding, one)| self.touches(finding) || (self.names(finding) && is_new(one)))
            .map(|(finding, _)| finding)
            .collect()
    }

    fn names(&self, finding: &Diagnostic) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|path| finding.primary.path.is_under(path))
    }
}
