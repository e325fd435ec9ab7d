//! A view before anything of it is rendered, and the way from there to its model.
//!
//! Owns what can be told without rendering (declarations in files, roots among them, who lies in reach of whom) and the order of the rest: the expansion, what is left
//! over, releases, charts. Keeps what was rendered, so that to render more of the same view costs no more than what comes in. Must not know what an object means to
//! its controller.

use std::collections::HashMap;

use super::{
    Ground, Model, Options, Touched, addresses, charts,
    declared::Candidate,
    expand::{self, Expanded, Renderings},
    leftover,
    own_source::OwnSource,
    reach::Reach,
    releases,
    render::Renderer,
    roots::{self, Group},
    touched::Judge,
};
use crate::{
    argo::Repository, helm::Charts, kustomize::Session, manifest::Rendered, path::RepoPath, source::SourceError,
};

/// What is known about the clusters of a view without rendering.
pub struct Survey<'f> {
    session: &'f Session,
    ground: &'f Ground<'f>,
    charts: &'f Charts,
    options: &'f Options,
    candidates: Vec<Candidate>,
    own: OwnSource<'f>,
    repository: Repository,
    reach: Reach,
    groups: Vec<Group>,
    /// All files of the view, sorted.
    files: Vec<RepoPath>,
    /// What was rendered of units so far.
    renderings: Renderings,
    /// What was rendered of directories that no unit applies.
    directories: HashMap<RepoPath, Rendered>,
}

impl<'f> Survey<'f> {
    /// Looks through a view; `charts` are those that releases may ask for. Only a view that cannot be read is an error.
    pub fn of(
        session: &'f Session,
        ground: &'f Ground<'f>,
        charts: &'f Charts,
        options: &'f Options,
    ) -> Result<Self, SourceError> {
        let candidates = Candidate::all(ground);
        let own = OwnSource::of(session.view(), ground, &candidates);
        let remotes = options.remotes.iter().map(String::as_str).chain(own.addresses());
        let repository = addresses::find(remotes, &candidates, session.view(), options);
        let reach = Reach::new(session, ground, &own, &repository, &candidates)?;
        let groups = roots::find(&candidates, &reach);
        let files = session.view().list()?.into_iter().map(|entry| entry.path).collect();
        let (renderings, directories) = Default::default();
        Ok(Self {
            session,
            ground,
            charts,
            options,
            candidates,
            own,
            repository,
            reach,
            groups,
            files,
            renderings,
            directories,
        })
    }

    /// What the clusters are given; of that only what may be touched, where it is said what is.
    pub fn model(&mut self, touched: Option<&Touched>) -> Model {
        let Self { session, ground, charts, options, .. } = *self;
        let judge = touched.map(|touched| Judge::new(touched, ground));
        let judge = judge.as_ref();
        let (files, own, repository) = (self.files.as_slice(), &self.own, &self.repository);
        let renderer = Renderer { session, ground, files, own, repository, charts, options, judge };
        let expansion =
            expand::expand(renderer, &self.reach, &self.candidates, self.groups.clone(), &mut self.renderings);
        let mut model = Model { clusters: expansion.clusters, wanted: expansion.wanted, ..Model::default() };
        let mut templated = Vec::new();
        for Expanded { mut unit, objects, releases } in expansion.units {
            templated.push(releases);
            let first = model.objects.len();
            model.objects.extend(objects);
            unit.objects = first..model.objects.len();
            model.units.push(unit);
        }
        model.generated = self.reach.generated();
        leftover::add(&mut model, session, ground, options, judge, &mut self.directories);
        let (releases, wanted) = releases::compose(&model, templated, session, own, options);
        model.releases = releases;
        model.wanted.extend(wanted);
        model.repository = repository.clone();
        charts::add(&mut model, session, charts, options);
        // The lists have grown by doubling, and are kept for long.
        model.units.shrink_to_fit();
        model.objects.shrink_to_fit();
        model
    }
}
