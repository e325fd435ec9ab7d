//! What becomes of problems, of what is left out, and of what is too much.
//!
//! Must not know what was being done.

use super::{
    Missing,
    accumulate::Accumulation,
    problem::{Problem, ProblemKind},
};
use crate::{diagnostic::Label, manifest::NotRendered, text::Span};

/// The most that a kustomization may amount to, in the measure of [`weight`](crate::yaml::Value::weight). 100,000 small objects have half of it; small kustomizations that
/// include each other several times on each level would have no end without it.
const MAX_WEIGHT: usize = 4_000_000;

impl Accumulation<'_> {
    /// Ends the build at a problem, or keeps the problem and goes on, as the options say.
    pub(super) fn tolerate(&mut self, result: Result<(), Box<Problem>>) -> Result<(), Box<Problem>> {
        match result {
            Err(problem)
                if self.session.options.missing == Missing::Collect && problem.kind != ProblemKind::TooLarge =>
            {
                self.work.problems.push(*problem);
                Ok(())
            }
            result => result,
        }
    }

    /// Takes note of what the entry at `span` brings in or makes. Ends the build where it becomes too much, whatever is tolerated else.
    pub(super) fn charge(&mut self, span: Span, weight: usize) -> Result<(), Box<Problem>> {
        self.work.weight = self.work.weight.saturating_add(weight);
        if self.work.weight <= MAX_WEIGHT {
            return Ok(());
        }
        let message = "the kustomization multiplies its objects beyond all measure; it is not built";
        let problem = Problem::new(ProblemKind::TooLarge, self.label(span, ""), message);
        Err(problem
            .help("look for bases and components that are included again and again, and for huge patches and files"))
    }

    /// Labels a place in the file of the configuration that is at work.
    pub(super) fn label(&self, span: Span, message: impl Into<String>) -> Label {
        Label::new(&self.file.path, span, message)
    }

    /// Lists the charts as left out.
    pub(super) fn list_charts(&mut self) {
        for chart in &self.kustomization.charts {
            self.not_rendered(chart.span, format!("Helm chart {}", chart.text), "it would have to be inflated by helm");
        }
    }

    /// Lists something as left out.
    pub(super) fn not_rendered(&mut self, span: Span, what: String, reason: &'static str) {
        let place = self.label(span, "");
        self.work.not_rendered.push(NotRendered { place, what, reason: reason.into() });
    }
}
