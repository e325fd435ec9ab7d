//! From a declaration to objects: the one place that asks the controllers' floors.
//!
//! Must not know what is declared by the result.

use super::{Ground, Options, declared::Declaration, known::Lookup, own_source::OwnSource, reach::existing};
use crate::{
    diagnostic::Label,
    flux::{FluxKustomization, generate},
    kustomize::{BuildError, Build, Session, is_kustomization_name},
    manifest::{NotRendered, Rendered, RenderedObject},
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
    /// The Applications that an ApplicationSet makes.
    pub(super) made: Vec<RenderedObject>,
}

/// Renders declarations.
#[derive(Clone, Copy)]
pub(super) struct Renderer<'r> {
    pub(super) session: &'r Session,
    pub(super) ground: &'r Ground<'r>,
    pub(super) own: &'r OwnSource<'r>,
    pub(super) options: &'r Options,
}

impl Renderer<'_> {
    /// Renders what a declaration asks for.
    pub(super) fn render(&self, declared: &RenderedObject, declaration: &Declaration, lookup: &Lookup<'_>) -> Applied {
        match declaration {
            Declaration::Flux(one) => self.flux(one, lookup),
            Declaration::Application | Declaration::ApplicationSet => self.argo(declared),
        }
    }

    fn flux(&self, one: &FluxKustomization, _lookup: &Lookup<'_>) -> Applied {
        if !self.own.is_applied_by(one) {
            let source = one.source.as_ref().map_or_else(String::new, |source| format!("{} {}", source.kind, source.name));
            return self.left_out(one.path_origin, format!("`{}` of {source}", one.path), "it is in another repository");
        }
        let Some(directory) = existing(self.session.view(), &one.path) else {
            return self.left_out(one.path_origin, format!("`{}`", one.path), "there is no such directory");
        };
        let mut rendered = Rendered::default();
        if self.ground.kustomizations.contains_key(&directory) {
            self.build(&directory, &mut rendered);
        } else if let Ok(generated) = generate(self.session.view(), &directory, is_kustomization_name) {
            generated.kustomizations.iter().for_each(|directory| self.build(directory, &mut rendered));
            let files = generated.files.iter().filter_map(|path| self.ground.file(path));
            rendered.objects.extend(files.flat_map(|file| file.objects().collect::<Vec<_>>()));
        }
        if let Some((namespace, _)) = &one.target_namespace {
            for object in rendered.objects.iter_mut().filter(|object| !object.id.is_cluster_scoped()) {
                object.id.namespace = Some(namespace.clone());
            }
        }
        Applied { directories: vec![directory], rendered, made: Vec::new() }
    }

    fn argo(&self, declared: &RenderedObject) -> Applied {
        let _ = self.options;
        self.left_out(declared.origin(), declared.id.to_string(), "Argo CD is not followed yet")
    }

    /// Builds a kustomization into a result.
    fn build(&self, directory: &RepoPath, rendered: &mut Rendered) {
        let one = built(self.session, self.session.build(directory));
        rendered.objects.extend(one.objects);
        rendered.not_rendered.extend(one.not_rendered);
        rendered.problems.extend(one.problems);
    }

    fn left_out(&self, origin: Origin, what: String, reason: &'static str) -> Applied {
        let place = self.session.label(origin, "").unwrap_or_else(|| Label::file(&RepoPath::root(), ""));
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
