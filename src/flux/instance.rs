//! The FluxInstance: the operator's way to install Flux, which comes with a source and a Kustomization of the same name.
//!
//! Facts from flux-operator and its chart `flux-instance`. Must not know which objects exist.

use super::{FluxKustomization, SourceRef, group, helm_release};
use crate::{manifest::ObjectId, yaml::Value};

const CHART: &str = "flux-instance";

/// The Kustomization that a FluxInstance makes from its `sync`; `None` for other objects. The instance may also stand in the values of a HelmRelease of the chart that installs one.
pub fn sync_of(id: &ObjectId, value: &Value) -> Option<FluxKustomization> {
    let sync = if id.is(group::OPERATOR, "FluxInstance") {
        value.pointer(&["spec", "sync"])?
    } else if helm_release::is_helm_release(id) && installs_instance(value) {
        value.pointer(&["spec", "values", "instance", "sync"])?
    } else {
        return None;
    };
    let text = |key: &str| sync.get(key)?.as_scalar().map(|scalar| scalar.text.clone()).filter(|text| !text.is_empty());
    let path = sync.get("path")?;
    let namespace = id.namespace.clone().unwrap_or_else(|| "flux-system".into());
    let source = SourceRef {
        kind: text("kind").unwrap_or_else(|| "GitRepository".into()),
        group: group::SOURCE.into(),
        name: text("name").unwrap_or_else(|| namespace.clone()),
        namespace: Some(namespace),
        origin: sync.origin,
    };
    let mut kustomization = FluxKustomization::of_spec(id, &spec(sync), Some(source), path.origin);
    kustomization.makes_source = true;
    Some(kustomization)
}

/// The `spec` that the operator writes.
fn spec(sync: &Value) -> Value {
    let mut spec = Value::from_iter([("prune".into(), Value::bool(true).at(sync.origin))]).at(sync.origin);
    if let (Some(spec), Some(path)) = (spec.as_mapping_mut(), sync.get("path")) {
        spec.insert("path".into(), path.clone());
    }
    spec
}

/// Whether a HelmRelease is one of the chart for a FluxInstance, by the name of the chart or of its source.
fn installs_instance(release: &Value) -> bool {
    let name = |keys: &[&str]| release.pointer(keys).and_then(Value::as_str);
    [&["spec", "chart", "spec", "chart"][..], &["spec", "chartRef", "name"]]
        .into_iter()
        .any(|keys| name(keys) == Some(CHART))
}
