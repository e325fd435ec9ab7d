//! `immutable-field`: a field changes that the API server lets nobody change.
//!
//! Facts from the validation of Kubernetes' own kinds.

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen},
};
use crate::{
    manifest::ObjectId,
    project::Object,
    yaml::{Origin, Value},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "immutable-field",
    summary: "a selector or another field changes that cannot be changed",
    why: "The API server refuses the change, unless the object is deleted and made again.",
    check: Check::Object(check),
};

/// Fields that cannot be changed, by API group and kind.
const FIELDS: &[(&str, &[&str], &[&str])] = &[
    ("apps", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], &["spec.selector"]),
    ("apps", &["StatefulSet"], &["spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"]),
    ("batch", &["Job"], &["spec.template", "spec.selector", "spec.completionMode"]),
    (
        "",
        &["PersistentVolumeClaim"],
        &[
            "spec.accessModes",
            "spec.selector",
            "spec.storageClassName",
            "spec.volumeMode",
            "spec.dataSource",
            "spec.dataSourceRef",
        ],
    ),
    (
        "",
        &["PersistentVolume"],
        &["spec.csi", "spec.nfs", "spec.hostPath", "spec.local", "spec.volumeMode", "spec.nodeAffinity"],
    ),
    ("", &["Secret"], &["type"]),
    ("rbac.authorization.k8s.io", &["ClusterRoleBinding", "RoleBinding"], &["roleRef"]),
    ("storage.k8s.io", &["StorageClass"], &["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"]),
    ("networking.k8s.io", &["IngressClass"], &["spec.controller"]),
    ("scheduling.k8s.io", &["PriorityClass"], &["value", "preemptionPolicy"]),
    (
        "apiextensions.k8s.io",
        &["CustomResourceDefinition"],
        &["spec.group", "spec.scope", "spec.names.kind", "spec.names.plural"],
    ),
];

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some((before, after)) = seen.kept() else { return };
    let mut changed = Vec::new();
    for field in fields(&after.id) {
        let keys: Vec<&str> = field.split('.').collect();
        let (old, new) = (before.value.pointer(&keys), after.value.pointer(&keys));
        // Some fields get a value of the cluster's where nobody writes one: to write it then changes nothing.
        let is_filled_in = old.is_none()
            && matches!(field, "spec.storageClassName" | "spec.volumeMode" | "type" | "spec.podManagementPolicy");
        if old != new && !is_filled_in {
            changed.push((field, new.or(old).map_or_else(|| after.origin(), |value| value.origin), new.is_some()));
        }
    }
    if is_frozen(before)
        && ["data", "stringData", "binaryData"].iter().any(|key| before.value.get(key) != after.value.get(key))
    {
        changed.push(("data", after.origin(), true));
    }
    if shrinks(before, after) {
        changed.push(("spec.resources.requests.storage, which would shrink", after.origin(), true));
    }
    for (field, origin, is_after) in changed {
        report(seen, found, after, field, if is_after { origin } else { after.origin() });
    }
}

fn report(seen: &Seen<'_, '_>, found: &mut Found<'_>, after: &Object, field: &str, origin: Origin) {
    let flux = seen.whole.comparison.new_unit(Some(after.unit)).and_then(|unit| unit.flux.as_ref());
    let flag = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or_default();
    let annotation = |key: &str| after.value.pointer(&["metadata", "annotations", key]).and_then(Value::as_str);
    let is_forced = flux.is_some_and(|flux| flag(flux.spec.get("force")))
        || annotation("kustomize.toolkit.fluxcd.io/force") == Some("enabled")
        || annotation("argocd.argoproj.io/sync-options").is_some_and(|options| options.contains("Force=true"));
    if is_forced {
        let message = format!("{} would be deleted and made again, because {field} changes", after.id);
        found.after(Level::Warning, after, origin, message);
    } else {
        found.after(Level::Error, after, origin, format!("{} cannot change {field}", after.id));
    }
}

fn fields(id: &ObjectId) -> impl Iterator<Item = &'static str> {
    let rows = FIELDS.iter().filter(|(group, kinds, _)| id.group == *group && kinds.contains(&id.kind.as_str()));
    rows.flat_map(|(_, _, fields)| fields.iter().copied())
}

/// Whether a ConfigMap or Secret says of itself that it never changes.
fn is_frozen(object: &Object) -> bool {
    matches!(object.id.kind.as_str(), "ConfigMap" | "Secret")
        && object.id.group.is_empty()
        && object.value.get("immutable").and_then(Value::as_bool).unwrap_or_default()
}

/// Whether a claim asks for less than before.
fn shrinks(before: &Object, after: &Object) -> bool {
    let size = |object: &Object| {
        let size = object.value.pointer(&["spec", "resources", "requests", "storage"])?.as_scalar()?;
        crate::manifest::quantity(&size.text)
    };
    after.id.is("", "PersistentVolumeClaim")
        && matches!((size(before), size(after)), (Some(before), Some(after)) if after < before)
}
