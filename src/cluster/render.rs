//! From a declaration to objects: the one place that asks the controllers' floors.
//!
//! Must not know what is declared by the result.

use super::{Options, declared::Declaration, known::Lookup, own_source::OwnSource, reach::existing};
use crate::{
    diagnostic::Label,
    flux::{self, FluxKustomization},
    kustomize::{Build, BuildError, Session},
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

    fn flux(&self, one: &FluxKustomization, lookup: &Lookup<'_>) -> Applied {
        if !self.own.is_applied_by(one) {
            let source =
                one.source.as_ref().map_or_else(String::new, |source| format!(" of {} {}", source.kind, source.name));
            return self.left_out(one.path_origin, format!("`{}`{source}", one.path), "it is in another repository");
        }
        let directory = existing(self.session.view(), &one.path);
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
        Applied { directories: directory.into_iter().collect(), rendered, made: Vec::new() }
    }

    fn argo(&self, declared: &RenderedObject) -> Applied {
        self.left_out(declared.origin(), declared.id.to_string(), "Argo CD is not followed yet")
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
