//! Roles of Vault's Kubernetes logins, as operators in the cluster declare them.
//!
//! Must not know what is wrong with one.

use crate::{project::Object, yaml::Value};

/// The specification of a role: of the Vault config operator, or of Crossplane's provider. `None` for other objects.
pub(super) fn specification(object: &Object) -> Option<&Value> {
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("redhatcop.redhat.io", "KubernetesAuthEngineRole") => object.value.get("spec"),
        ("kubernetes.vault.upbound.io", "AuthBackendRole") => object.value.pointer(&["spec", "forProvider"]),
        _ => None,
    }
}
