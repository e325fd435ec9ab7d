//! What is wrong with builds, as far as it is the repository's fault and nobody else says so.
//!
//! A lenient build goes on behind a problem, and then finds fault with what follows from it: a patch has no target because the file with the target is missing.
//! Owns which problems are causes. Must not know rules.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{File, Project, Reference, Role};
use crate::{
    kustomize::{Build, Problem, ProblemKind},
    path::RepoPath,
};

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
            let builds = self.builds();
            let of = |(directory, is_whole): (&&RepoPath, &bool)| self.problems_of(directory, *is_whole);
            let mut problems: Vec<Problem> = builds.par_iter().flat_map_iter(of).collect();
            let is_manifest = |file: &&File| {
                let is_template = file.is_template() && !self.is_applied_plainly(&file.path);
                matches!(file.role, Role::Unclaimed | Role::Resource) && !is_template
            };
            let standing = self.files.iter().filter(is_manifest);
            problems.extend(standing.flat_map(File::refusals));
            problems.retain(|problem| !self.is_told_elsewhere(problem));
            let key = |problem: &Problem| (problem.place.clone(), problem.kind, problem.message.clone());
            problems.sort_by_cached_key(key);
            problems.dedup_by(|a, b| (&a.place, a.kind, &a.message) == (&b.place, b.kind, &b.message));
            problems
        })
    }

    /// The kustomizations that units build, each with whether no controller adds components to it: what they bring is not in its own build.
    fn builds(&self) -> BTreeMap<&RepoPath, bool> {
        let mut builds = BTreeMap::new();
        for unit in self.units() {
            let adds_components = unit.flux.as_ref().is_some_and(|flux| flux.adds_components);
            for directory in &unit.directories {
                let generated = self.generated_in(directory).map_or(&[][..], |generated| &generated.kustomizations);
                let own = self.kustomization(directory).map(|one| &one.directory);
                for directory in own.into_iter().chain(generated) {
                    *builds.entry(directory).or_insert(true) &= !adds_components;
                }
            }
        }
        builds
    }

    fn problems_of(&self, directory: &RepoPath, is_whole: bool) -> Vec<Problem> {
        match self.session.build(directory) {
            Ok(build) => {
                let mut causes = self.causes(&build, is_whole);
                if self.only_patches(directory) {
                    causes.retain(|problem| problem.kind != ProblemKind::PatchWithoutTarget);
                }
                causes
            }
            Err(error) => vec![error.problem().clone()],
        }
    }

    /// Whether a kustomization brings nothing in to be patched: a program such as Helm or Fleet gives it the objects.
    fn only_patches(&self, directory: &RepoPath) -> bool {
        let brings = |reference: &Reference| reference.role == Role::Resource || reference.field.ends_with("enerator");
        self.kustomization(directory).is_some_and(|one| !one.references.iter().any(brings))
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
            // An entry that stands twice is told as that.
            ProblemKind::DuplicateId => self.kustomizations().any(|one| {
                one.repeated().any(|(again, _)| {
                    problem.related.iter().any(|label| label.path == one.path && label.span == again.span)
                })
            }),
            // A directory without a kustomization is told where it is named.
            ProblemKind::NotAKustomization => self.file(&problem.place.path).is_none(),
            _ => false,
        }
    }
}
