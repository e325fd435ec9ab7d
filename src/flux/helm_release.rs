//! HelmReleases: where a release takes its chart and its values from.
//!
//! Facts from helm-controller. Must not know which objects exist.

use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;

use super::{Dependency, FluxOptions, SourceRef, group, source::text};
use crate::{
    manifest::ObjectId,
    yaml::{Origin, Value},
};

/// The key that is read where `valuesKey` is not given.
pub const DEFAULT_VALUES_KEY: &str = "values.yaml";

/// One entry of `spec.valuesFrom`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesFrom {
    /// `Secret` or `ConfigMap`.
    pub kind: SmolStr,
    /// The name of the object, in the release's own namespace.
    pub name: SmolStr,
    /// Where the name is written.
    pub name_origin: Origin,
    /// The key that is read.
    pub key: SmolStr,
    /// Where the key is written, if it is.
    pub key_origin: Option<Origin>,
    /// The path in the values that the key's content is set at; without it the content is a whole values document.
    pub target_path: Option<SmolStr>,
    /// Where the target path is written.
    pub target_origin: Option<Origin>,
    /// Whether a missing object or key is tolerated. The controller tolerates both, although the documentation speaks of the object only.
    pub optional: bool,
    /// Whether the value at a target path is taken as it is.
    pub literal: bool,
}

/// Whether an object is a HelmRelease.
pub fn is_helm_release(id: &ObjectId) -> bool {
    id.is(group::HELM, "HelmRelease")
}

/// The entries of `spec.valuesFrom`, in order; entries without kind or name are left out.
pub fn values_from(release: &Value) -> Vec<ValuesFrom> {
    let entries = release.pointer(&["spec", "valuesFrom"]).and_then(Value::as_sequence).unwrap_or_default();
    entries.iter().filter_map(read_values_from).collect()
}

fn read_values_from(entry: &Value) -> Option<ValuesFrom> {
    let scalar = |key: &str| Some((entry.get(key)?.as_scalar()?.text.clone(), entry.get(key)?.origin));
    let (name, name_origin) = scalar("name")?;
    let key = scalar("valuesKey").filter(|(key, _)| !key.is_empty());
    let target = scalar("targetPath").filter(|(path, _)| !path.is_empty());
    Some(ValuesFrom {
        kind: scalar("kind")?.0,
        name,
        name_origin,
        key: key.as_ref().map_or_else(|| DEFAULT_VALUES_KEY.into(), |(key, _)| key.clone()),
        key_origin: key.map(|(_, origin)| origin),
        target_path: target.as_ref().map(|(path, _)| path.clone()),
        target_origin: target.map(|(_, origin)| origin),
        optional: entry.get("optional").and_then(Value::as_bool).unwrap_or_default(),
        literal: entry.get("literal").and_then(Value::as_bool).unwrap_or_default(),
    })
}

/// The source of the release's chart: `spec.chart.spec.sourceRef`, or `spec.chartRef`.
pub fn chart_source(release: &Value) -> Option<SourceRef> {
    let inline = release.pointer(&["spec", "chart", "spec", "sourceRef"]);
    SourceRef::of(inline.or_else(|| release.pointer(&["spec", "chartRef"]))?)
}

/// `spec.values`, the values written in the release itself.
pub fn inline_values(release: &Value) -> Option<&Value> {
    release.pointer(&["spec", "values"]).filter(|values| values.as_mapping().is_some())
}

/// The name of the Helm release: `spec.releaseName`, or the name of the object behind its target namespace; shortened with a hash where Helm takes no more.
pub fn release_name(id: &ObjectId, release: &Value) -> SmolStr {
    let composed = || match text(release, &["spec", "targetNamespace"]) {
        Some(namespace) => format!("{namespace}-{}", id.name).into(),
        None => id.name.clone(),
    };
    shorten(text(release, &["spec", "releaseName"]).unwrap_or_else(composed))
}

/// Helm takes 53 characters.
fn shorten(name: SmolStr) -> SmolStr {
    if name.len() <= 53 {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let kept = name.get(..40).unwrap_or(&name);
    format!("{kept}-{hash}").into()
}

/// The namespace that the chart is installed in: `spec.targetNamespace`, or that of the object.
pub fn release_namespace(id: &ObjectId, release: &Value) -> Option<SmolStr> {
    text(release, &["spec", "targetNamespace"]).or_else(|| id.namespace.clone())
}

/// The namespace that Helm keeps its records in: `spec.storageNamespace`, or that of the object.
pub fn storage_namespace(id: &ObjectId, release: &Value) -> Option<SmolStr> {
    text(release, &["spec", "storageNamespace"]).or_else(|| id.namespace.clone())
}

/// The HelmReleases that must be ready before this one.
pub fn depends_on(id: &ObjectId, release: &Value) -> Vec<Dependency> {
    release.get("spec").map(|spec| Dependency::all(id, spec)).unwrap_or_default()
}

/// Whether the controller was told to leave the release alone.
pub fn is_suspended(release: &Value) -> bool {
    release.pointer(&["spec", "suspend"]).and_then(Value::as_bool).unwrap_or_default()
}

/// What changes the objects of the chart after it is rendered: for each entry of `spec.postRenderers` the `kustomize` part, which has `patches` and `images` as
/// a kustomization does.
pub fn post_renderers(release: &Value) -> Vec<&Value> {
    let entries = release.pointer(&["spec", "postRenderers"]).and_then(Value::as_sequence).unwrap_or_default();
    entries.iter().filter_map(|entry| entry.get("kustomize")).collect()
}

/// Whether hooks are left as the chart gives them: asked for with `spec.postRenderStrategy: nohooks`, and the only way before helm-controller 1.6.
pub fn spares_hooks(release: &Value, options: &FluxOptions) -> bool {
    match text(release, &["spec", "postRenderStrategy"]) {
        Some(strategy) if options.version.renders_hooks() => strategy == "nohooks",
        _ => !options.version.renders_hooks(),
    }
}
