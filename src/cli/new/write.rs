//! From a worked-out instance to files and a commit: linted first, and taken back if the commit fails.
//!
//! Must not know how instances are made.

use std::sync::Arc;

use super::{
    Args,
    place::{self, Place},
};
use crate::{
    blueprint::{Blueprint, New, parameters::Answers},
    change::ChangeSet,
    cli::{
        error::CliError,
        terminal::{self, Terminal},
    },
    diagnostic::{Diagnostic, Severity},
    git::Commit,
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::{Overlay, Plan, SourceView, write},
};

/// Lints the repository as it would be, and refuses what would be found anew.
pub(super) fn refuse_what_lint_would(place: &Place, new: &New, terminal: &Terminal) -> Result<(), CliError> {
    let (project, fresh) = fresh_findings(place, &new.changes)?;
    if fresh.is_empty() {
        return Ok(());
    }
    let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
    terminal::say(report::text(&fresh, &|path| project.text(path), options).trim_end());
    let mut named: Vec<String> = Vec::new();
    for label in fresh.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.secondary)) {
        let Some(text) = project.text(&label.path) else { continue };
        let found = Answers::from_values(new.instance.answers.clone()).behind(text.slice(label.span));
        named.extend(found.into_iter().filter(|name| !named.contains(name)).collect::<Vec<_>>());
    }
    let hint = match named.as_slice() {
        [] => "mend the answers, or report the fault if the blueprint is to blame".to_owned(),
        names => format!("mend the answers; what is shown above comes from `{}`", names.join("`, `")),
    };
    Err(CliError::new("nothing was written: the tree would not lint clean").hint(hint))
}

/// What the linter would find with the changes and does not find without them, from warnings up; and the repository as it would be.
pub(in crate::cli) fn fresh_findings(
    place: &Place,
    changes: &ChangeSet,
) -> Result<(Project, Vec<Diagnostic>), CliError> {
    let before = lint_view(Arc::clone(place.view()))?.1;
    let after = Overlay::new(Arc::clone(place.view()), changes)?;
    let (project, found) = lint_view(Arc::new(after))?;
    let known = |finding: &Diagnostic| {
        before.iter().any(|old| {
            (&old.rule, &old.message, &old.primary.path) == (&finding.rule, &finding.message, &finding.primary.path)
        })
    };
    let fresh = found.into_iter().filter(|finding| finding.severity >= Severity::Warning && !known(finding)).collect();
    Ok((project, fresh))
}

fn lint_view(view: Arc<dyn SourceView>) -> Result<(Project, Vec<Diagnostic>), CliError> {
    // A broken configuration is `lint`'s to report.
    let options = Options::of_view(view.as_ref()).unwrap_or_default();
    let project = Project::open(view)?;
    let findings = lint::lint(&project, &options).findings;
    Ok((project, findings))
}

/// What would be written, as a patch.
pub(super) fn preview(place: &Place, new: &New) -> Result<String, CliError> {
    Ok(report::patch(&Plan::new(&new.changes, place.view().as_ref())?))
}

/// Writes the files, and commits them if that is wanted; gives a line about the commit. If the commit fails nothing stays.
pub(super) fn write(place: Place, new: &New, blueprint: &Blueprint, args: &Args) -> Result<Option<String>, CliError> {
    let plan = Plan::new(&new.changes, place.view().as_ref())?;
    let root = place.root().to_owned();
    let existed = root.is_dir();
    write::apply(&root, &plan)?;
    let result = place.into_repository().and_then(|(repository, made)| {
        let committed = commit(&repository, &plan, new, blueprint, args);
        if committed.is_err() && made {
            place::unmake(&repository);
        }
        committed
    });
    if result.is_err() {
        write::apply(&root, &plan.reversed())?;
        if !existed {
            place::remove_if_empty(&root);
        }
    }
    result
}

fn commit(
    repository: &crate::git::Repository,
    plan: &Plan,
    new: &New,
    blueprint: &Blueprint,
    args: &Args,
) -> Result<Option<String>, CliError> {
    if !args.commit {
        return Ok(None);
    }
    let manifest = &blueprint.manifest;
    let (name, version) = (&manifest.name.name, &manifest.version);
    let paths: Vec<RepoPath> = plan.paths().cloned().collect();
    let trailers = [
        ("Treewright-Instance".to_owned(), new.instance.name.clone()),
        ("Treewright-Blueprint".to_owned(), format!("{name}@{version}")),
    ];
    let message = format!("Add {} from {name} {version}", new.instance.name);
    let request = Commit { message: &message, trailers: &trailers, paths: &paths, branch: args.branch.as_deref() };
    let committed = repository.commit(&request)?;
    for note in &committed.notes {
        terminal::say(note.trim_end());
    }
    let branch = committed.branch.as_deref().unwrap_or("a detached HEAD");
    let id = committed.id.to_string();
    Ok(Some(format!("Committed {} on {branch}: {message}", id.get(..10).unwrap_or(&id))))
}
