//! What several rules ask of an ExternalSecret, whether it stands alone or inside of a ClusterExternalSecret.
//!
//! Must not know rules.

use smol_str::SmolStr;

use crate::{
    diagnostic::Label,
    graph::{DataKind, Reference, Store},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The API group of External Secrets.
pub(super) const GROUP: &str = "external-secrets.io";

/// The specification, if the object is an ExternalSecret or holds one.
pub(super) fn specification(object: &Object) -> Option<&Value> {
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        (GROUP, "ExternalSecret") => object.value.get("spec"),
        (GROUP, "ClusterExternalSecret") => object.value.pointer(&["spec", "externalSecretSpec"]),
        _ => None,
    }
}

/// The items of a list below a value; none if there is no such list.
pub(super) fn items<'v>(value: &'v Value, keys: &[&str]) -> &'v [Value] {
    value.pointer(keys).and_then(Value::as_sequence).unwrap_or_default()
}

/// The text of a scalar below a value, of whatever type; `None` if it is empty.
pub(super) fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    value.pointer(keys)?.as_scalar().map(|scalar| scalar.text.as_str()).filter(|text| !text.is_empty())
}

/// What one entry reads from a store: the key as it is written, and the entry itself.
pub(super) fn remote_keys(spec: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let data = items(spec, &["data"]).iter().filter_map(|item| Some((item.pointer(&["remoteRef", "key"])?, item)));
    let from = items(spec, &["dataFrom"]).iter().filter_map(|item| Some((item.pointer(&["extract", "key"])?, item)));
    data.chain(from)
}

/// The reference to the store that an entry reads from: its own, else that of the whole.
pub(super) fn store_reference<'v>(spec: &'v Value, entry: &'v Value) -> Option<&'v Value> {
    entry.pointer(&["sourceRef", "storeRef"]).or_else(|| spec.get("secretStoreRef"))
}

/// The stores of the repository that a reference may mean, with their objects.
pub(super) fn stores<'p>(project: &'p Project, object: &Object, reference: &Value) -> Vec<(Store, &'p Object)> {
    let kind = text(reference, &["kind"]).unwrap_or("SecretStore");
    let Some(name) = text(reference, &["name"]).filter(|name| !is_placeholder(name)) else { return Vec::new() };
    let reachable = |one: &Object| {
        one.id.is_cluster_scoped()
            || one.id.namespace.is_none()
            || object.id.namespace.is_none()
            || one.id.namespace == object.id.namespace
    };
    let all = project.objects().iter().filter(|one| one.id.is(GROUP, kind) && one.id.name == name && reachable(one));
    all.filter_map(|one| Some((Store::of(&one.id, &one.value)?, one))).collect()
}

/// The name of the Secret that is made, and where it is written, if it is.
pub(super) fn target(object: &Object) -> Option<(SmolStr, Option<&Value>)> {
    let spec = specification(object)?;
    let written = spec.pointer(&["target", "name"]).filter(|name| !name.is_null());
    let name = written.and_then(Value::as_scalar).map(|name| name.text.clone());
    let other = text(&object.value, &["spec", "externalSecretName"]).map(SmolStr::from);
    Some((name.or(other).unwrap_or_else(|| object.id.name.clone()), written))
}

/// Whether External Secrets owns the Secret that it makes.
pub(super) fn is_owner(spec: &Value) -> bool {
    matches!(text(spec, &["target", "creationPolicy"]), None | Some("Owner" | "Orphan"))
}

/// A duration as Go reads it, in seconds; `None` if it is none.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text == "0" {
        return Some(0.0);
    }
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let units = [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
        let (unit, factor) = units.into_iter().find(|(unit, _)| {
            let behind = rest.strip_prefix(unit);
            behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphabetic()))
        })?;
        sum += number * factor;
        rest = rest.strip_prefix(unit)?;
    }
    (!text.is_empty()).then_some(sum)
}

/// Where the type of the Secret stands that an object is, or makes.
pub(super) fn secret_type(object: &Object) -> Option<&Value> {
    let value = match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("", "Secret") => object.value.get("type"),
        ("bitnami.com", "SealedSecret") => object.value.pointer(&["spec", "template", "type"]),
        _ => specification(object)?.pointer(&["target", "template", "type"]),
    };
    value.filter(|value| !value.is_null())
}

/// The kind that a reference asks for, if it leads to a Secret or ConfigMap of a known namespace that nothing in the repository makes and that must be there.
pub(super) fn unmade(project: &Project, object: &Object, reference: &Reference) -> Option<DataKind> {
    let kind = DataKind::of(&reference.to.kind).filter(|_| reference.to.group.is_empty())?;
    let (name, namespace) = (reference.to.name.as_str(), reference.to.namespace.as_deref()?);
    // Flux's own references, and what cert-manager fills, have rules and makers of their own.
    let is_other = matches!(object.id.group.as_str(), "helm.toolkit.fluxcd.io" | "kustomize.toolkit.fluxcd.io");
    let is_made_by_reader = reference.field.ends_with("privateKeySecretRef") || object.id.kind == "Certificate";
    if reference.optional || is_other || is_made_by_reader || is_placeholder(name) || is_placeholder(namespace) {
        return None;
    }
    // Every namespace has these, and a service account makes its own.
    if matches!(name, "kube-root-ca.crt" | "openshift-service-ca.crt") || object.id.kind == "ServiceAccount" {
        return None;
    }
    // Flux's bootstrap makes the Secret of its own source.
    let is_bootstrapped = object.id.kind == "GitRepository" && object.id.name == name;
    let is_missing = project.producers().find(kind, name, Some(namespace)).is_empty();
    let is_external = project.is_external(&reference.to.kind, Some(namespace), name);
    (is_missing && !is_bootstrapped && !is_external && is_all_known(project, object, name)).then_some(kind)
}

/// Whether everything beside and above an object that could make something was read: no remote part, no missing file, no broken file that names it.
fn is_all_known(project: &Project, object: &Object, name: &str) -> bool {
    let near = |label: &Label| label.path.parent().is_some_and(|directory| object.path.is_under(&directory));
    let is_complete = project.unit_of(object).is_none_or(|unit| {
        !unit.not_rendered.iter().any(|part| near(&part.place)) && !unit.problems.iter().any(|one| near(&one.primary))
    });
    let broken = project.files().iter().filter(|file| file.stream().is_none());
    let named = |path| project.text(path).is_some_and(|text| text.as_str().contains(name));
    is_complete && !broken.into_iter().any(|file| named(&file.path))
}
