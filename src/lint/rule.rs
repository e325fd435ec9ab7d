//! What a rule is.
//!
//! Must not know any particular rule, nor the order in which rules run.

use crate::{
    cluster::ComposedRelease,
    diagnostic::{Diagnostic, Fix, Label, Safety, Severity},
    kustomize::{Problem, ProblemKind},
    project::{File, KustomizationFile, Object, Project, Unit},
};

/// One rule. Each stands in a file of its own under `lint/rules/<group>/`, whose path is the rule's id.
pub struct Rule {
    /// `group/kebab-case`.
    pub id: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// Whether it runs only when it is asked for: what it finds is opinion, or sure only where people want it.
    pub pedantic: bool,
    /// What it finds, in one line without a final full stop.
    pub summary: &'static str,
    /// The rule's page in Markdown: why it matters, then the sections `## Bad` and `## Good`. Fenced blocks in these carry the path of a file behind the
    /// language (```` ```yaml apps/kustomization.yaml ````) and together make up a repository; the tests lint both.
    pub docs: &'static str,
    /// How far the fixes it offers can be trusted; `None` if it offers none.
    pub fix: Option<Safety>,
    /// What it looks at.
    pub check: Check,
}

/// What a rule looks at; the engine walks, the rule listens.
pub enum Check {
    /// Each YAML file, those that are not valid YAML included.
    File(fn(&Project, &File, &mut Report<'_>)),
    /// Each kustomization file.
    Kustomization(fn(&Project, &KustomizationFile, &mut Report<'_>)),
    /// Each unit.
    Unit(fn(&Project, &Unit, &mut Report<'_>)),
    /// Each problem of this kind that a build has; the engine reports it as it is.
    Build(ProblemKind),
    /// Each problem that expanding the clusters, rendering their units and composing their releases names with the rule's id; the engine reports it as it is.
    Reported,
    /// Each release that a cluster is asked for, with its values.
    Release(fn(&Project, &ComposedRelease, &mut Report<'_>)),
    /// Each object that reaches a cluster.
    Object(fn(&Project, &Object, &mut Report<'_>)),
    /// The repository as a whole.
    Project(fn(&Project, &mut Report<'_>)),
    /// Nothing: the engine itself reports it, about its own work.
    Engine,
}

/// Takes the findings of one rule.
pub struct Report<'r> {
    rule: &'static Rule,
    findings: &'r mut Vec<Diagnostic>,
}

impl<'r> Report<'r> {
    pub(super) fn new(rule: &'static Rule, findings: &'r mut Vec<Diagnostic>) -> Self {
        Self { rule, findings }
    }

    /// Reports a finding at its primary place.
    pub fn at(&mut self, label: Label, message: impl Into<String>) -> Finding<'_> {
        self.findings.push(Diagnostic::new(self.rule.id, self.rule.severity, message, label));
        let last = self.findings.len() - 1;
        Finding { diagnostic: &mut self.findings[last] }
    }
}

impl Report<'_> {
    /// Reports what the cluster model has found, as bad as that says it is.
    pub fn known(&mut self, problem: &Diagnostic) -> Finding<'_> {
        self.findings.push(Diagnostic { rule: self.rule.id.into(), ..problem.clone() });
        let last = self.findings.len() - 1;
        Finding { diagnostic: &mut self.findings[last] }
    }

    /// Reports a problem of a build.
    pub fn problem(&mut self, problem: &Problem) {
        let (rule, severity) = (self.rule.id.into(), self.rule.severity);
        self.findings.push(Diagnostic { rule, severity, ..problem.diagnostic() });
    }
}

/// A finding that was reported and can be told more about.
pub struct Finding<'f> {
    diagnostic: &'f mut Diagnostic,
}

#[expect(clippy::return_self_not_must_use, reason = "the finding is reported already; more can be told, but need not")]
impl Finding<'_> {
    /// Adds another place, if there is one.
    pub fn and(self, label: impl Into<Option<Label>>) -> Self {
        self.diagnostic.secondary.extend(label.into());
        self
    }

    /// Says what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Offers a mend, if there is one.
    pub fn fix(self, fix: impl Into<Option<Fix>>) -> Self {
        if let Some(fix) = fix.into() {
            self.diagnostic.fix = Some(fix);
        }
        self
    }

    /// Makes this finding less or more severe than the rule's others.
    pub fn severity(self, severity: Severity) -> Self {
        self.diagnostic.severity = severity;
        self
    }
}
