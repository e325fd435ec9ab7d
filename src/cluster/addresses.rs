//! The addresses of the repository at hand, as Applications tell them.
//!
//! Where the clusters are known, also by what `ApplicationSets` make for them: many take the address from the labels or annotations of a cluster. Must not know how
//! Applications are rendered.

use super::{
    Options,
    declared::{self, Candidate, Declaration},
};
use crate::{
    argo::{
        Application, Repository,
        application_set::{self, Surroundings},
    },
    diagnostic::Label,
    manifest::ObjectId,
    path::RepoPath,
    source::SourceView,
};

/// Finds the addresses. `known` are those that need no guess.
pub(super) fn find<'u>(
    known: impl IntoIterator<Item = &'u str>,
    candidates: &[Candidate],
    view: &dyn SourceView,
    options: &Options,
) -> Repository {
    let mut applications = declared::applications(candidates);
    if options.inventory.is_some() {
        applications.extend(candidates.iter().flat_map(|candidate| made(candidate, options)));
    }
    Repository::find(known, &applications, view)
}

/// What an ApplicationSet makes without looking into the repository.
fn made(candidate: &Candidate, options: &Options) -> Vec<Application> {
    if !matches!(candidate.declaration, Declaration::ApplicationSet) {
        return Vec::new();
    }
    let around = Surroundings {
        files: &[],
        read: &|_: &RepoPath| None,
        is_this_repository: &|_| false,
        label: &|_, message| Label::file(candidate.path(), message),
        inventory: options.inventory.as_ref(),
        recorded: &options.recorded,
    };
    let made = application_set::expand(&candidate.object.value, &around).applications.into_iter();
    made.filter_map(|one| Application::of(&ObjectId::of_value(&one.value)?, &one.value)).collect()
}
