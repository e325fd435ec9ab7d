//! What helm-controller makes of the objects of a chart: `spec.postRenderers`, then `spec.commonMetadata`.
//!
//! Facts from helm-controller's `postrender`. The labels that name the owner are left out: every object has them. Must not know how charts are rendered.

use std::sync::Arc;

use super::{FluxOptions, helm_release, render::add_metadata};
use crate::{
    diagnostic::Label,
    kustomize::Session,
    manifest::{NotRendered, Rendered, RenderedObject},
    yaml::Value,
};

/// The annotation of Helm's hooks.
const HOOK: &str = "helm.sh/hook";

/// Runs the post renderers of a HelmRelease over what its chart gave. Where that is nothing they are listed as not rendered; where one fails, so does the release.
pub fn post_render(
    session: &Session,
    release: &RenderedObject,
    mut rendered: Rendered,
    options: &FluxOptions,
) -> Rendered {
    let renderers = helm_release::post_renderers(&release.value);
    if rendered.objects.is_empty() {
        let first = renderers.first().filter(|_| !rendered.not_rendered.is_empty());
        rendered.not_rendered.extend(first.map(|first| NotRendered {
            place: session.label(first.origin, "").unwrap_or_else(|| Label::file(&release.path, "")),
            what: format!("the post renderers of {}", release.id),
            reason: "they change what the chart gives".into(),
        }));
        return rendered;
    }
    let spares_hooks = helm_release::spares_hooks(&release.value, options);
    let is_spared =
        |object: &RenderedObject| spares_hooks && object.value.pointer(&["metadata", "annotations", HOOK]).is_some();
    let (spared, mut objects): (Vec<_>, Vec<_>) = rendered.objects.drain(..).partition(is_spared);
    for renderer in renderers {
        let given = objects.iter().map(|object| Value::clone(&object.value));
        match session.transform(given, &kustomization(renderer), release.origin().file) {
            Ok(build) => {
                let made = session.rendered(&build);
                rendered.problems.extend(made.problems);
                objects = made.objects;
            }
            Err(error) => {
                rendered.problems.push(error.problem().diagnostic());
                return rendered;
            }
        }
    }
    if let Some(metadata) = release.value.pointer(&["spec", "commonMetadata"]) {
        for object in &mut objects {
            add_metadata(Arc::make_mut(&mut object.value), metadata);
        }
    }
    rendered.objects = objects.into_iter().chain(spared).collect();
    rendered
}

/// The kustomization that one post renderer stands for. It keeps the order of the objects.
fn kustomization(renderer: &Value) -> Value {
    let fields = ["patches", "patchesStrategicMerge", "patchesJson6902", "images"];
    let given = fields.iter().filter_map(|field| Some(((*field).into(), renderer.get(field)?.clone())));
    let order: Value = [("order".into(), Value::string("fifo").at(renderer.origin))].into_iter().collect();
    let order = ("sortOptions".into(), order.at(renderer.origin));
    given.chain([order]).collect::<Value>().at(renderer.origin)
}
