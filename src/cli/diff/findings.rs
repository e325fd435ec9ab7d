//! The findings of the linter that a change brings, and those that it takes away.
//!
//! Must not know how they are shown.

use std::collections::BTreeSet;

use crate::{
    cli::error::CliError,
    diagnostic::{Diagnostic, Severity},
    diff::{Finding, FindingsChange, Level, Place},
    lint::{self, Options},
    project::Project,
};

/// Lints both sides as the configuration of the version after the change says, and tells findings apart by their fingerprints.
pub(super) fn change(base: &Project, head: &Project) -> Result<FindingsChange, CliError> {
    let refused = |fault: Box<Diagnostic>| CliError::new(format!("{}: {}", fault.primary.path, fault.message));
    let options = Options::of_view(head.view()).map_err(refused)?;
    let (old, new) = rayon::join(|| found(base, &options, true), || found(head, &options, false));
    let prints =
        |all: &[(String, Finding)]| -> BTreeSet<String> { all.iter().map(|(print, _)| print.clone()).collect() };
    let (known, left) = (prints(&old), prints(&new));
    let without = |all: Vec<(String, Finding)>, others: &BTreeSet<String>| {
        all.into_iter().filter(|(print, _)| !others.contains(print)).map(|(_, finding)| finding).collect()
    };
    Ok(FindingsChange { new: without(new, &known), resolved: without(old, &left) })
}

fn found(project: &Project, options: &Options, before: bool) -> Vec<(String, Finding)> {
    let findings = lint::lint(project, options).findings;
    let prints = lint::fingerprints(&findings, &|path| project.text(path));
    prints.into_iter().zip(findings.iter().map(|finding| finding_of(project, finding, before))).collect()
}

fn finding_of(project: &Project, finding: &Diagnostic, before: bool) -> Finding {
    let label = &finding.primary;
    let line = project.text(&label.path).map_or(1, |text| text.position(label.span.start).line);
    Finding {
        rule: finding.rule.to_string(),
        level: match finding.severity {
            Severity::Info => Level::Info,
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        },
        message: finding.message.clone(),
        place: Some(Place { path: label.path.to_string(), line, before }),
    }
}
