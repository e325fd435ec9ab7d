//! What is wrong with builds, as far as it is the repository's fault and nobody else says so.
//!
//! A lenient build goes on behind a problem, and then finds fault with what follows from it: a patch has no target because the file with the target is missing.
//! Owns which problems are causes. Must not know rules.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{File, Project, Role, Unit};
use crate::kustomize::{Build, Problem, ProblemKind};

/// The order in which a build does what can fail. What fails later may follow from what failed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Loading,
    Generating,
    Changing,
    Replacing,
    Referring,
    Printing,
}

impl Stage {
    fn of(kind: ProblemKind) -> Self {
        use ProblemKind as Kind;
        match kind {
            Kind::NotAKustomization
            | Kind::InvalidKustomization
            | Kind::UnparsableFile
            | Kind::NotAnObject
            | Kind::MissingFile
            | Kind::OutsideRoot
            | Kind::Cycle
            | Kind::DuplicateId
            | Kind::TooLarge => Self::Loading,
            Kind::GeneratorFails => Self::Generating,
            Kind::PatchFails | Kind::PatchWithoutTarget | Kind::TransformerFails => Self::Changing,
            Kind::ReplacementFails => Self::Replacing,
            Kind::VariableFails | Kind::AmbiguousReference => Self::Referring,
            Kind::Unprintable => Self::Printing,
        }
    }
}

impl Project {
    /// The problems of all builds, and of objects that no build takes in, each once, sorted by place. Left out is what may only follow from another problem or
    /// from something that is not rendered, and what the text of a file or the paths of a kustomization show alone.
    pub fn build_problems(&self) -> &[Problem] {
        self.build_problems.get_or_init(|| {
            let mut problems: Vec<Problem> =
                self.units.par_iter().flat_map_iter(|unit| self.problems_of(unit)).collect();
            let standing = self.files.iter().filter(|file| matches!(file.role, Role::Unclaimed | Role::Resource));
            problems.extend(standing.flat_map(File::refusals));
            problems.retain(|problem| !self.is_told_elsewhere(problem));
            let key = |problem: &Problem| (problem.place.clone(), problem.kind, problem.message.clone());
            problems.sort_by_cached_key(key);
            problems.dedup_by(|a, b| (&a.place, a.kind, &a.message) == (&b.place, b.kind, &b.message));
            problems
        })
    }

    fn problems_of(&self, unit: &Unit) -> Vec<Problem> {
        let mut problems = Vec::new();
        // What the components bring is not in this build.
        let is_whole = unit.owners(&self.flux).iter().all(|owner| !owner.adds_components);
        for build in &unit.builds {
            match build {
                Ok(build) => problems.extend(self.causes(build, is_whole)),
                Err(error) => problems.push(error.problem().clone()),
            }
        }
        problems
    }

    /// The problems of a build that follow from nothing else; `is_whole` if a controller adds nothing to it.
    fn causes(&self, build: &Build, is_whole: bool) -> Vec<Problem> {
        let unprintable = build.unprintable();
        let unprintable = unprintable.iter().map(|one| one.problem(&self.session));
        let all: Vec<Problem> = build.problems.iter().cloned().chain(unprintable).collect();
        let first = all.iter().map(|problem| Stage::of(problem.kind)).min();
        let is_whole = is_whole && build.not_rendered.is_empty();
        let reached = if is_whole { first.unwrap_or(Stage::Loading) } else { Stage::Loading };
        // What cannot be printed stands there as it is, whatever else is missing.
        let is_cause = |problem: &Problem| {
            let stage = Stage::of(problem.kind);
            stage <= reached || stage == Stage::Printing
        };
        all.into_iter().filter(is_cause).collect()
    }

    /// Whether a rule that looks at single files tells the problem.
    fn is_told_elsewhere(&self, problem: &Problem) -> bool {
        match problem.kind {
            ProblemKind::UnparsableFile => self.file(&problem.place.path).is_some_and(|file| {
                let duplicates = file.stream().map(crate::yaml::Stream::duplicate_keys).unwrap_or_default();
                let repeated: BTreeSet<_> = duplicates.iter().map(|duplicate| duplicate.again).collect();
                file.fault().is_some_and(|fault| fault.place.span == problem.place.span)
                    || repeated.contains(&problem.place.span)
            }),
            // A directory without a kustomization is told where it is named.
            ProblemKind::NotAKustomization => self.file(&problem.place.path).is_none(),
            _ => false,
        }
    }
}
