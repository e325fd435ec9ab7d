//! From a declaration to objects: the one place that asks the controllers' floors.
//!
//! Must not know what is declared by the result.

use std::{borrow::Cow, sync::Arc};

use super::{
    Ground, Options, declared::Declaration, known::Lookup, own_source::OwnSource, reach::existing, touched::Judge,
};
use crate::{
    argo::{
        self, Application, ArgoOptions, Repository, Templated,
        application_set::{self, Inventory, Surroundings},
    },
    diagnostic::Label,
    flux::{self, FluxKustomization, Whence},
    helm::{self, Charts, Release},
    kustomize::{Build, BuildError, Session},
    manifest::{NotRendered, ObjectId, Rendered, RenderedObject},
    path::RepoPath,
    yaml::Origin,
};

/// What a controller makes of one declaration.
#[derive(Clone, Debug, Default)]
pub(super) struct Applied {
    /// The directories of this repository that it applies.
    pub(super) directories: Vec<RepoPath>,
    /// What it applies.
    pub(super) rendered: Rendered,
    /// The releases that it asks for by itself, as an Application with a chart does.
    pub(super) releases: Vec<Templated>,
    /// The Applications that an ApplicationSet makes.
    pub(super) made: Vec<RenderedObject>,
    /// Whether it was not rendered, because it is surely the same in the view that this one is compared with.
    pub(super) left_out: bool,
}

/// Renders declarations.
#[derive(Clone, Copy)]
pub(super) struct Renderer<'r> {
    pub(super) session: &'r Session,
    pub(super) ground: &'r Ground<'r>,
    /// All files of the view, sorted.
    pub(super) files: &'r [RepoPath],
    pub(super) own: &'r OwnSource<'r>,
    pub(super) repository: &'r Repository,
    pub(super) charts: &'r Charts,
    pub(super) options: &'r Options,
    /// Says what may be left out.
    pub(super) judge: Option<&'r Judge<'r>>,
}

impl Renderer<'_> {
    /// Renders what a declaration asks for.
    pub(super) fn render(&self, declared: &RenderedObject, declaration: &Declaration, lookup: &Lookup<'_>) -> Applied {
        match declaration {
            Declaration::Flux(one) => self.flux(one, lookup),
            Declaration::Application(one) => self.argo(one, lookup),
            Declaration::ApplicationSet => self.application_set(declared, lookup),
            Declaration::ResourceSet => self.resource_set(declared, lookup),
        }
    }

    /// The directory of a Flux Kustomization that is surely the same in the view that this one is compared with.
    pub(super) fn surely_same(
        &self,
        declared: &RenderedObject,
        declaration: &Declaration,
        lookup: &Lookup<'_>,
    ) -> Option<RepoPath> {
        let (Some(judge), Declaration::Flux(one)) = (self.judge, declaration) else { return None };
        if one.makes_source || one.adds_components || !matches!(flux::whence(one, lookup), Whence::Itself) {
            return None;
        }
        let directory = existing(self.session.view(), &self.own.path_here(self.session.view(), one)?)?;
        let id = declaration.unit_id(&declared.id);
        judge.may_leave_out(&id, Some(&declared.value), &directory).then_some(directory)
    }

    fn flux(&self, one: &FluxKustomization, lookup: &Lookup<'_>) -> Applied {
        let path = match flux::whence(one, lookup) {
            Whence::Itself => self.own.path_here(self.session.view(), one),
            Whence::Copy(path) => return self.copied(one, &path, lookup),
            Whence::Elsewhere(reason) => return self.left_out(one.path_origin, format!("`{}`", one.path), reason),
        };
        let Some(path) = path else {
            let source =
                one.source.as_ref().map_or_else(String::new, |source| format!(" of {} {}", source.kind, source.name));
            return self.left_out(one.path_origin, format!("`{}`{source}", one.path), "it is in another repository");
        };
        let directory = existing(self.session.view(), &path);
        if directory.is_none() && !self.own.is_certain(one) {
            return self.left_out(one.path_origin, format!("`{}`", one.path), "this repository has no such directory");
        }
        let mut one = one.clone();
        one.path = directory.clone().unwrap_or(one.path);
        let mut rendered = flux::render(self.session, &one, lookup, &self.options.flux);
        if rendered.objects.is_empty() && !rendered.problems.is_empty() {
            // The controller stops here. What it would have applied is still worth knowing, with its variables as they are written.
            one.spec.as_mapping_mut().and_then(|spec| spec.shift_remove("postBuild"));
            let plain = flux::render(self.session, &one, lookup, &self.options.flux);
            rendered.objects = plain.objects;
        }
        if rendered.objects.is_empty() && rendered.not_rendered.is_empty() && rendered.problems.is_empty() {
            let mut nothing = self.left_out(
                one.path_origin,
                format!("`{}`", one.path),
                "the source leaves all of it out of its artifact",
            );
            let is_here = |directory: &&RepoPath| {
                self.ground.files_below(directory).next().is_some() && !self.asks_for_nothing(directory)
            };
            nothing.directories.extend(directory.as_ref().filter(is_here).cloned());
            if !nothing.directories.is_empty() {
                return nothing;
            }
        }
        Applied { directories: directory.into_iter().collect(), rendered, ..Applied::default() }
    }

    /// Whether the kustomization of a directory is a sound one that lists nothing yet.
    fn asks_for_nothing(&self, directory: &RepoPath) -> bool {
        let built = built(self.session, self.session.build(directory));
        built.objects.is_empty() && built.problems.is_empty() && built.not_rendered.is_empty()
    }

    /// A directory of the artifact that is a copy of one here.
    fn copied(&self, one: &FluxKustomization, path: &RepoPath, lookup: &Lookup<'_>) -> Applied {
        let rendered = flux::render(self.session, one, lookup, &self.options.flux);
        let directory = existing(self.session.view(), path);
        Applied { directories: directory.into_iter().collect(), rendered, ..Applied::default() }
    }

    fn argo(&self, application: &Application, lookup: &Lookup<'_>) -> Applied {
        let helm = self.options.helm.renderer.as_deref();
        let template = |release: &Release| {
            let place = self.place(release.origin, application.origin);
            helm::render(helm, self.charts, release, &place)
        };
        let options = ArgoOptions {
            repository: self.repository.clone(),
            build_options: lookup.build_options(&application.id),
            charts: helm.is_some().then_some(&template),
            ..ArgoOptions::default()
        };
        let output = argo::render(self.session, self.session.view(), application, &options);
        let mut rendered = output.rendered;
        if rendered.objects.is_empty() && !rendered.problems.is_empty() {
            // As with Flux: what the other sources would have brought.
            for directory in &output.directories {
                rendered.objects.extend(
                    self.session.build(directory).iter().flat_map(|build| self.session.rendered(build).objects),
                );
            }
        }
        Applied { directories: output.directories, rendered, releases: output.releases, ..Applied::default() }
    }

    /// The Applications that an ApplicationSet makes, which stand where it stands and lie in its namespace.
    fn application_set(&self, declared: &RenderedObject, lookup: &Lookup<'_>) -> Applied {
        let secrets = if self.options.inventory.is_none() { lookup.cluster_secrets() } else { Vec::new() };
        let of_secrets = Inventory::of_secrets(secrets.iter().map(|secret| &*secret.value));
        let read = |path: &RepoPath| String::from_utf8(self.session.view().read_file(path).ok()??).ok();
        let around = Surroundings {
            files: self.files,
            read: &read,
            is_this_repository: &|url| self.repository.is_here(url),
            label: &|origin, message| self.label(origin, declared, message),
            inventory: self.options.inventory.as_ref().or(of_secrets.as_ref()),
            recorded: &self.options.recorded,
        };
        let expansion = application_set::expand(&declared.value, &around);
        let made = expansion.applications.into_iter().filter_map(|one| {
            let mut id = ObjectId::of_value(&one.value)?;
            id.namespace = id.namespace.or_else(|| declared.id.namespace.clone());
            Some(RenderedObject { id, value: Arc::new(one.value), path: declared.path.clone(), name_before_hash: None })
        });
        let made = made.collect();
        let (not_rendered, problems) = (expansion.not_expanded, expansion.problems);
        Applied { made, rendered: Rendered { objects: Vec::new(), not_rendered, problems }, ..Applied::default() }
    }

    fn resource_set(&self, declared: &RenderedObject, lookup: &Lookup<'_>) -> Applied {
        let providers = lookup.providers();
        let providers: Vec<&RenderedObject> = providers.iter().collect();
        Applied { rendered: flux::expand_resource_set(self.session, declared, &providers), ..Applied::default() }
    }

    fn label(&self, origin: Origin, declared: &RenderedObject, message: &str) -> Label {
        let label = self.session.label(origin, message).or_else(|| self.session.label(declared.origin(), message));
        label.unwrap_or_else(|| Label::file(&declared.path, message))
    }

    fn place(&self, origin: Origin, otherwise: Origin) -> Label {
        let label = self.session.label(origin, "").or_else(|| self.session.label(otherwise, ""));
        label.unwrap_or_else(|| Label::file(&RepoPath::root(), ""))
    }

    fn left_out(&self, origin: Origin, what: String, reason: impl Into<Cow<'static, str>>) -> Applied {
        let place = self.place(origin, origin);
        let not_rendered = vec![NotRendered { place, what, reason: reason.into() }];
        Applied { rendered: Rendered { not_rendered, ..Rendered::default() }, ..Applied::default() }
    }
}

/// The result of a build as every renderer hands it on.
pub(super) fn built(session: &Session, build: Result<Build, BuildError>) -> Rendered {
    match build {
        Ok(build) => session.rendered(&build),
        Err(error) => Rendered { problems: vec![error.problem().diagnostic()], ..Rendered::default() },
    }
}
