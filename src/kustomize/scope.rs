//! Which kinds are certainly outside of namespaces.
//!
//! The table is the one kustomize 5.5.0 computes from its built-in OpenAPI document (Kubernetes 1.21); kinds that it does not know count as namespaced. Must not know objects.

/// `apiVersion` and kinds without a namespace, sorted by the `apiVersion`.
const CLUSTER_SCOPED: [(&str, &[&str]); 18] = [
    ("admissionregistration.k8s.io/v1", &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
    ("admissionregistration.k8s.io/v1beta1", &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
    ("apiextensions.k8s.io/v1", &["CustomResourceDefinition"]),
    ("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io/v1", &["APIService"]),
    ("apiregistration.k8s.io/v1beta1", &["APIService"]),
    ("certificates.k8s.io/v1", &["CertificateSigningRequest"]),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"]),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io/v1", &["IngressClass"]),
    ("networking.k8s.io/v1beta1", &["IngressClass"]),
    ("node.k8s.io/v1", &["RuntimeClass"]),
    ("node.k8s.io/v1beta1", &["RuntimeClass"]),
    ("policy/v1beta1", &["PodSecurityPolicy"]),
    ("rbac.authorization.k8s.io/v1", &["ClusterRole", "ClusterRoleBinding"]),
    ("rbac.authorization.k8s.io/v1beta1", &["ClusterRole", "ClusterRoleBinding"]),
    ("scheduling.k8s.io/v1", &["PriorityClass"]),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"]),
];

/// The rest of the table, apart because these groups share their kinds.
const STORAGE: [&str; 4] = ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"];
const CORE: [&str; 5] = ["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"];

/// Whether objects of this kind certainly live outside of namespaces.
pub(super) fn is_cluster_scoped(group: &str, version: &str, kind: &str) -> bool {
    match (group, version) {
        ("", "v1") => CORE.contains(&kind),
        ("storage.k8s.io", "v1" | "v1beta1") => STORAGE.contains(&kind),
        _ => CLUSTER_SCOPED.iter().any(|(api_version, kinds)| {
            kinds.contains(&kind) && api_version.split_once('/') == Some((group, version))
        }),
    }
}
