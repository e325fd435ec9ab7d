//! The walk over a project: calls every rule with everything it looks at, in parallel, and puts the findings in one order.
//!
//! Must not know any particular rule, but for the one that says that a rule failed.

use std::{
    any::Any,
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rayon::prelude::*;

use super::{
    catalogue::RULES,
    options::Options,
    precedence,
    rule::{Check, Report, Rule},
    rules::repo::rule_failed,
    suppress,
};
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Diagnostic, Label},
    path::RepoPath,
    project::{Object, Project, Unit},
};

/// What linting found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The findings in total order: path, place, rule, message.
    pub findings: Vec<Diagnostic>,
    /// The findings that comments silence, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// How many findings the baseline knows.
    pub known: usize,
}

/// A finding that a comment silences.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Diagnostic,
    /// What the comment says behind the rules; may be empty.
    pub reason: String,
}

/// Lints a project.
pub fn lint(project: &Project, options: &Options) -> Outcome {
    let rules: Vec<&'static Rule> = RULES.iter().copied().filter(|rule| options.runs(rule)).collect();
    // Worked out before the rules run: a thread that waits for it inside of a rule would take up another rule that asks for it, too, and wait for itself.
    project.build_problems();
    let aside = if options.config.archived.is_empty() { project.set_aside() } else { BTreeSet::new() };
    let is_aside = |path: &RepoPath| aside.iter().any(|folder| path.is_under(folder));
    let reached = Reached::of(project, &is_aside);
    let mut findings: Vec<Diagnostic> = rules.par_iter().flat_map(|rule| run(project, &reached, rule)).collect();
    findings.retain(|finding| !is_aside(&finding.primary.path));
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    // A base that several overlays include is seen once for each of them.
    findings.dedup_by(|a, b| a.sort_key() == b.sort_key());
    precedence::settle(&mut findings);
    findings.retain_mut(|finding| {
        let severity = options.severity(finding);
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    });
    let mut outcome = suppress::apply(project, findings, |rule| options.runs(rule));
    if let Some((path, text, baseline)) = &options.baseline {
        let texts = |path: &RepoPath| project.text(path);
        outcome.known = baseline.apply(&mut outcome, &texts, (path, text), |rule| options.runs(rule));
    }
    outcome
}

/// What reaches a cluster, as far as can be told: the same for every rule.
struct Reached<'p> {
    units: Vec<&'p Unit>,
    releases: Vec<&'p ComposedRelease>,
    objects: Vec<&'p Object>,
}

impl<'p> Reached<'p> {
    fn of(project: &'p Project, is_aside: &dyn Fn(&RepoPath) -> bool) -> Self {
        // A unit that is declared in a folder set aside applies nothing, wherever it leads.
        let is_meant = |unit: &Unit| !project.place_of(unit.origin).is_some_and(|(path, _)| is_aside(&path));
        let meant: Vec<bool> = project.units().iter().map(is_meant).collect();
        let is_meant = |unit: usize| meant.get(unit).is_none_or(|meant| *meant);
        let units = project.units().iter().enumerate().filter(|(index, _)| is_meant(*index)).map(|(_, unit)| unit);
        let releases = project.model().releases.iter().filter(|release| is_meant(release.unit));
        let objects = project.objects().iter().filter(|object| is_meant(object.unit));
        Self {
            units: units.filter(|unit| project.is_reached(unit)).collect(),
            releases: releases.filter(|release| project.is_released(release)).collect(),
            objects: objects.filter(|object| project.reaches(object)).collect(),
        }
    }
}

/// Calls one rule with everything it looks at.
fn run(project: &Project, reached: &Reached<'_>, rule: &'static Rule) -> Vec<Diagnostic> {
    match rule.check {
        Check::File(check) => {
            each(rule, project.files(), |file, report| check(project, file, report), |file| file.path.clone())
        }
        Check::Kustomization(check) => {
            let all: Vec<_> = project.kustomizations().collect();
            each(rule, &all, |one, report| check(project, one, report), |one| one.path.clone())
        }
        Check::Unit(check) => {
            each(rule, &reached.units, |unit, report| check(project, unit, report), |unit| unit.directory())
        }
        Check::Build(kind) => {
            let all: Vec<_> = project.build_problems().iter().filter(|problem| problem.kind == kind).collect();
            each(rule, &all, |problem, report| report.problem(problem), |problem| problem.place.path.clone())
        }
        Check::Reported => {
            let all: Vec<_> = project.problems_of_clusters(rule.id).collect();
            let known = |problem: &&Diagnostic, report: &mut Report<'_>| {
                report.known(problem);
            };
            each(rule, &all, known, |problem| problem.primary.path.clone())
        }
        Check::Release(check) => {
            let place =
                |one: &&ComposedRelease| project.units().get(one.unit).map_or_else(RepoPath::root, Unit::directory);
            each(rule, &reached.releases, |release, report| check(project, release, report), place)
        }
        Check::Object(check) => {
            each(rule, &reached.objects, |object, report| check(project, object, report), |object| object.path.clone())
        }
        Check::Project(check) => {
            let mut findings = guarded(rule, &RepoPath::root(), |report| check(project, report));
            if !findings.is_empty() {
                let unreached = project.unreached_files();
                findings.retain(|finding| !unreached.contains(&finding.primary.path));
            }
            findings
        }
        Check::Engine => Vec::new(),
    }
}

fn each<T: Sync>(
    rule: &'static Rule,
    items: &[T],
    check: impl Fn(&T, &mut Report<'_>) + Sync,
    place: impl Fn(&T) -> RepoPath + Sync,
) -> Vec<Diagnostic> {
    items.par_iter().flat_map_iter(|item| guarded(rule, &place(item), |report| check(item, report))).collect()
}

/// Calls a check so that a panic in it becomes a finding instead of the end of the run.
fn guarded(rule: &'static Rule, place: &RepoPath, check: impl FnOnce(&mut Report<'_>)) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| check(&mut Report::new(rule, &mut findings))));
    if let Err(panic) = outcome {
        let message = format!("the rule `{}` failed here: {}", rule.id, panic_message(panic.as_ref()));
        let finding =
            Diagnostic::new(rule_failed::RULE.id, rule_failed::RULE.severity, message, Label::file(place, ""))
                .with_help("this is a fault of treewright, not of the file; everything else was checked");
        findings.push(finding);
    }
    findings
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked")
}
