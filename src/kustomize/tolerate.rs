//! What becomes of problems, of what is left out, and of what is too much.
//!
//! Must not know what was being done.

use super::{
    INFLATED_BY_HELM, Missing,
    accumulate::Accumulation,
    problem::{Problem, ProblemKind},
    spot::Spot,
};
use crate::{diagnostic::Label, manifest::NotRendered, yaml::Origin};

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
    pub(super) fn charge(&mut self, spot: Spot, weight: usize) -> Result<(), Box<Problem>> {
        self.work.weight = self.work.weight.saturating_add(weight);
        if self.work.weight <= MAX_WEIGHT {
            return Ok(());
        }
        let message = "the kustomization multiplies its objects beyond all measure; it is not built";
        let problem = Problem::new(ProblemKind::TooLarge, self.label(spot, ""), message);
        Err(problem
            .help("look for bases and components that are included again and again, and for huge patches and files"))
    }

    /// Labels a place that the configuration which is at work speaks of.
    pub(super) fn label(&self, spot: Spot, message: impl Into<String>) -> Label {
        self.session.files.mark(spot, message)
    }

    /// Labels the place where a value was written; the kustomization as a whole if it was written nowhere.
    pub(super) fn written_at(&self, origin: Origin, message: &str) -> Label {
        self.session.files.label(origin, &self.kustomization.file, message)
    }

    /// Lists the charts as left out.
    pub(super) fn list_charts(&mut self) {
        for chart in &self.kustomization.charts {
            self.not_rendered(chart.spot, format!("Helm chart {}", chart.text), INFLATED_BY_HELM);
        }
    }

    /// Lists something as left out.
    pub(super) fn not_rendered(&mut self, spot: Spot, what: String, reason: &'static str) {
        let place = self.label(spot, "");
        self.work.not_rendered.push(NotRendered { place, what, reason: reason.into() });
    }
}
