//! Fixes: applied pass after pass until none is left, never leaving the repository worse.
//!
//! A fix may uncover another finding, and two fixes may touch the same bytes: the second then waits for the next pass. Everything happens in views laid over
//! each other; nothing is written here. Must not know how findings are shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    change::ChangeSet,
    diagnostic::{Diagnostic, Safety, Severity},
    kustomize::Streams,
    lint::{self, Options, Outcome},
    path::RepoPath,
    project::Project,
    source::{Overlay, SourceError, SourceView},
};

/// The most passes; fixes that still find each other new work after so many go in circles.
const MAX_PASSES: usize = 10;

/// What fixing gave.
pub struct Fixed {
    /// All changes, against the view that was given.
    pub changes: ChangeSet,
    /// What was done, as `(rule, title)`, with how often.
    pub applied: BTreeMap<(String, String), usize>,
    /// The project as it would be.
    pub project: Project,
    /// What is still found in it.
    pub outcome: Outcome,
}

/// Applies fixes up to a grade to the findings that `wanted` chooses, until none is left. A pass after which the repository has more errors than before is
/// taken back, and fixing ends there.
pub fn converge(
    view: &Arc<dyn SourceView>,
    options: &Options,
    grade: Safety,
    wanted: impl Fn(&Diagnostic) -> bool,
) -> Result<Fixed, SourceError> {
    let mut current = Arc::clone(view);
    let streams = Arc::new(Streams::default());
    let mut project = Project::open_again(Arc::clone(&current), &options.known, &streams)?;
    let mut outcome = lint::lint(&project, options);
    let mut touched: BTreeSet<RepoPath> = BTreeSet::new();
    let mut applied = BTreeMap::new();
    for _ in 0..MAX_PASSES {
        let (changes, titles) = one_pass(&outcome.findings, grade, &wanted);
        if changes.is_empty() {
            break;
        }
        let next: Arc<dyn SourceView> = Arc::new(Overlay::new(Arc::clone(&current), &changes)?);
        let next_project = Project::open_again(Arc::clone(&next), &options.known, &streams)?;
        let next_outcome = lint::lint(&next_project, options);
        if errors(&next_outcome) > errors(&outcome) {
            break;
        }
        touched.extend(changes.files().map(|(path, _)| path.clone()));
        for title in titles {
            *applied.entry(title).or_default() += 1;
        }
        (current, project, outcome) = (next, next_project, next_outcome);
    }
    let changes = difference(view.as_ref(), current.as_ref(), &touched)?;
    Ok(Fixed { changes, applied, project, outcome })
}

type Titles = Vec<(String, String)>;

/// The fixes that go together, in the order of their findings.
fn one_pass(findings: &[Diagnostic], grade: Safety, wanted: &impl Fn(&Diagnostic) -> bool) -> (ChangeSet, Titles) {
    let mut changes = ChangeSet::new();
    let mut titles = Vec::new();
    for finding in findings.iter().filter(|finding| wanted(finding)) {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= grade) else { continue };
        if changes.merge(&fix.changes).is_ok() {
            titles.push((finding.rule.to_string(), fix.title.clone()));
        }
    }
    (changes, titles)
}

fn errors(outcome: &Outcome) -> usize {
    outcome.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// What leads from one view to another, for the files that may differ.
fn difference(
    before: &dyn SourceView,
    after: &dyn SourceView,
    touched: &BTreeSet<RepoPath>,
) -> Result<ChangeSet, SourceError> {
    let mut changes = ChangeSet::new();
    for path in touched {
        match (before.read(path)?, after.read(path)?) {
            (old, Some(new)) if old.as_ref() != Some(&new) => changes.write(path.clone(), new),
            (Some(_), None) => changes.remove(path.clone()),
            _ => {}
        }
    }
    Ok(changes)
}
