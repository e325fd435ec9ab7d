//! What the charts of HelmReleases bring: their objects join those of the unit that applies the release.
//!
//! Owns the place of these objects in the model. Releases that a chart brings are not followed. Must not know how a chart is rendered.

use rayon::prelude::*;

use super::{ComposedRelease, Model, Options};
use crate::{
    diagnostic::{Label, Severity},
    flux::{helm_release::is_helm_release, post_render},
    helm::{self, Charts, Renderer},
    kustomize::Session,
    manifest::{Rendered, RenderedObject, cluster_scoped_definitions},
};

/// Renders the charts of all HelmReleases of a model, if anybody can, and adds what they give.
pub(super) fn add(model: &mut Model, session: &Session, charts: &Charts, options: &Options) {
    let Some(renderer) = options.helm.renderer.as_deref() else { return };
    let rendered: Vec<Option<Rendered>> = model
        .releases
        .par_iter()
        .map(|release| {
            let unit = model.units.get(release.unit)?;
            let mut objects = model.objects_of(unit).iter();
            let declared = objects.find(|object| is_helm_release(&object.id) && object.id == release.declared)?;
            Some(render(renderer, session, charts, (release, declared), options))
        })
        .collect();
    let before = std::mem::take(&mut model.objects);
    let mut before = before.into_iter();
    let mut rest = model.releases.iter_mut().zip(rendered).peekable();
    for (index, unit) in model.units.iter_mut().enumerate() {
        let first = model.objects.len();
        model.objects.extend(before.by_ref().take(unit.objects.len()));
        while let Some((release, rendered)) = rest.next_if(|(release, _)| release.unit == index) {
            let Some(rendered) = rendered else { continue };
            let from = model.objects.len();
            model.objects.extend(rendered.objects);
            release.objects = from..model.objects.len();
            unit.not_rendered.extend(rendered.not_rendered);
            unit.problems.extend(rendered.problems);
        }
        unit.objects = first..model.objects.len();
    }
}

/// What helm-controller makes of a release: the objects of the chart, then what the release changes about them, in the namespace of the release.
fn render(
    renderer: &dyn Renderer,
    session: &Session,
    charts: &Charts,
    (composed, declared): (&ComposedRelease, &RenderedObject),
    options: &Options,
) -> Rendered {
    if composed.problems.iter().any(|problem| problem.severity == Severity::Error) {
        // The controller stops here.
        return Rendered { problems: composed.problems.clone(), ..Rendered::default() };
    }
    let release = &composed.release;
    let place = session.label(declared.origin(), "").unwrap_or_else(|| Label::file(&declared.path, ""));
    let given = helm::render(Some(renderer), charts, release, &place);
    let mut rendered = post_render(session, declared, given, &options.flux);
    let defined = cluster_scoped_definitions(&rendered.objects);
    for object in &mut rendered.objects {
        let is_defined = defined.iter().any(|(group, kind)| object.id.is(group, kind));
        if object.id.namespace.is_none() && !object.id.is_cluster_scoped() && !is_defined {
            object.set_namespace(release.namespace.as_ref().map(|namespace| (namespace, release.origin)));
        }
    }
    rendered
}
