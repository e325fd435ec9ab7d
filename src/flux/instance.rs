//! The FluxInstance: the operator's way to install Flux, which comes with a source and a Kustomization of the same name.
//!
//! Facts from flux-operator and its chart `flux-instance`. Must not know which objects exist.

use super::{FluxKustomization, SourceRef, group, helm_release, source::text};
use crate::{
    kustomize::{
        merge_keys::MergeKeys,
        patch::{Allow, Patch, apply_json, apply_strategic},
        selector::{Candidate, Selector, SelectorFields},
    },
    manifest::ObjectId,
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value},
};

const CHART: &str = "flux-instance";

/// The Kustomization that a FluxInstance makes from its `sync`, changed by the patches in `spec.kustomize`; `None` for other objects. The instance may also stand
/// in the values of a HelmRelease of the chart that installs one.
pub fn sync_of(id: &ObjectId, value: &Value) -> Option<FluxKustomization> {
    let instance = if id.is(group::OPERATOR, "FluxInstance") {
        value.get("spec")?
    } else if helm_release::is_helm_release(id) && installs_instance(value) {
        value.pointer(&["spec", "values", "instance"])?
    } else {
        return None;
    };
    let sync = instance.get("sync")?;
    let path = sync.get("path")?;
    let namespace = id.namespace.clone().unwrap_or_else(|| "flux-system".into());
    let name = text(sync, &["name"]).unwrap_or_else(|| namespace.clone());
    let source = SourceRef {
        kind: text(sync, &["kind"]).unwrap_or_else(|| "GitRepository".into()),
        group: group::SOURCE.into(),
        name: name.clone(),
        namespace: Some(namespace.clone()),
        origin: sync.origin,
    };
    let made = ObjectId {
        group: group::KUSTOMIZE.into(),
        version: "v1".into(),
        kind: "Kustomization".into(),
        namespace: Some(namespace),
        name,
    };
    let mut object = kustomization(&made, sync);
    for patch in instance.pointer(&["kustomize", "patches"]).and_then(Value::as_sequence).unwrap_or_default() {
        // A patch that cannot be applied keeps the operator from installing anything; what it would change here is not known.
        let _ = apply(&mut object, patch, &made);
    }
    let spec = object.get("spec")?;
    let mut kustomization = FluxKustomization::of_spec(&made, spec, Some(source), path.origin);
    kustomization.makes_source = true;
    Some(kustomization)
}

/// The object that the operator writes.
fn kustomization(id: &ObjectId, sync: &Value) -> Value {
    let string = |text: &str| Value::string(text).at(sync.origin);
    let mapping = |entries: Vec<(&str, Value)>| -> Value {
        let value: Value = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        value.at(sync.origin)
    };
    let path = sync.get("path").cloned().unwrap_or_else(Value::null);
    let namespace = string(id.namespace.as_deref().unwrap_or_default());
    mapping(vec![
        ("apiVersion", string(&id.api_version())),
        ("kind", string(&id.kind)),
        ("metadata", mapping(vec![("name", string(&id.name)), ("namespace", namespace)])),
        ("spec", mapping(vec![("path", path), ("prune", Value::bool(true).at(sync.origin))])),
    ])
}

/// Applies a patch, if it is meant for the object.
fn apply(object: &mut Value, entry: &Value, id: &ObjectId) -> Option<()> {
    let patch = entry.get("patch")?;
    let stream = Stream::parse(SourceText::new(patch.as_scalar()?.text.as_str())).ok()?;
    let documents = stream.documents().map(|document| document.root().to_value(FileId(0)));
    let mut documents = documents.collect::<Result<Vec<Value>, _>>().ok()?;
    for document in &mut documents {
        place(document, patch.origin);
    }
    let target = entry.get("target");
    match Patch::from_documents(documents).ok()? {
        Patch::Json(operations) => {
            if selects(target?, object, id)? {
                apply_json(object, &operations).ok()?;
            }
        }
        Patch::Strategic(documents) => {
            for document in documents {
                let is_meant = match target {
                    Some(target) => selects(target, object, id)?,
                    None => ObjectId::of_value(&document)
                        .is_some_and(|other| (other.group_kind(), &other.name) == (id.group_kind(), &id.name)),
                };
                if is_meant {
                    apply_strategic(object, &document, MergeKeys::built_in(), Allow::default()).ok()?;
                }
            }
        }
    }
    Some(())
}

fn selects(target: &Value, object: &Value, id: &ObjectId) -> Option<bool> {
    let field = |key: &str| target.get(key).and_then(Value::as_str);
    let fields = SelectorFields {
        group: field("group"),
        version: field("version"),
        kind: field("kind"),
        name: field("name"),
        namespace: field("namespace"),
        labels: field("labelSelector"),
        annotations: field("annotationSelector"),
    };
    let namespace = id.namespace.as_deref().unwrap_or_default();
    let candidate = Candidate {
        group: &id.group,
        version: &id.version,
        kind: &id.kind,
        names: &[&id.name],
        namespaces: &[namespace],
        object,
    };
    Some(Selector::new(&fields).ok()?.selects(&candidate))
}

/// Says of all parts of a value that they are written at one place.
fn place(value: &mut Value, origin: Origin) {
    value.origin = origin;
    if let Some(items) = value.as_sequence_mut() {
        for item in items {
            place(item, origin);
        }
    } else if let Some(mapping) = value.as_mapping_mut() {
        for value in mapping.values_mut() {
            place(value, origin);
        }
    }
}

/// Whether a HelmRelease is one of the chart for a FluxInstance, by the name of the chart or of its source.
fn installs_instance(release: &Value) -> bool {
    let name = |keys: &[&str]| release.pointer(keys).and_then(Value::as_str);
    [&["spec", "chart", "spec", "chart"][..], &["spec", "chartRef", "name"]]
        .into_iter()
        .any(|keys| name(keys) == Some(CHART))
}
