//! Which kinds live outside of namespaces.
//!
//! From the API references of Kubernetes and of the projects named below. Kinds that are not listed count as namespaced, as most custom resources are.

use smol_str::SmolStr;

use super::{ObjectId, RenderedObject};

/// Cluster-scoped kinds by API group, sorted.
const CLUSTER_SCOPED: &[(&str, &[&str])] = &[
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("cert-manager.io", &["ClusterIssuer"]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    (
        "cilium.io",
        &[
            "CiliumBGPClusterConfig",
            "CiliumClusterwideNetworkPolicy",
            "CiliumL2AnnouncementPolicy",
            "CiliumLoadBalancerIPPool",
        ],
    ),
    (
        "config.openshift.io",
        &[
            "APIServer",
            "Authentication",
            "ClusterOperator",
            "Console",
            "IdentityProvider",
            "Image",
            "Ingress",
            "OAuth",
            "Proxy",
            "Scheduler",
        ],
    ),
    ("external-secrets.io", &["ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("gateway.networking.k8s.io", &["GatewayClass"]),
    ("generators.external-secrets.io", &["ClusterGenerator"]),
    ("kyverno.io", &["ClusterCleanupPolicy", "ClusterPolicy"]),
    ("machineconfiguration.openshift.io", &["KubeletConfig", "MachineConfig", "MachineConfigPool"]),
    ("networking.k8s.io", &["IPAddress", "IngressClass", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    ("nvidia.com", &["ClusterPolicy", "NVIDIADriver"]),
    ("operator.openshift.io", &["Console", "IngressController", "Network"]),
    ("policy", &["PodSecurityPolicy"]),
    ("project.openshift.io", &["Project"]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("resource.k8s.io", &["DeviceClass", "ResourceSlice"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("security.openshift.io", &["SecurityContextConstraints"]),
    ("snapshot.storage.k8s.io", &["VolumeSnapshotClass", "VolumeSnapshotContent"]),
    ("storage.k8s.io", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"]),
    ("user.openshift.io", &["Group", "Identity", "User"]),
];

/// Whether objects of this kind live outside of namespaces.
pub fn is_cluster_scoped(group: &str, kind: &str) -> bool {
    CLUSTER_SCOPED
        .binary_search_by(|(known, _)| known.cmp(&group))
        .is_ok_and(|index| CLUSTER_SCOPED[index].1.contains(&kind))
}

impl ObjectId {
    /// Whether the object lives outside of namespaces.
    pub fn is_cluster_scoped(&self) -> bool {
        is_cluster_scoped(&self.group, &self.kind)
    }
}

/// Group and kind of the cluster-scoped resources that are defined among some objects.
pub fn cluster_scoped_definitions(objects: &[RenderedObject]) -> Vec<(SmolStr, SmolStr)> {
    let definitions = objects.iter().filter(|object| object.id.is("apiextensions.k8s.io", "CustomResourceDefinition"));
    let text = |object: &RenderedObject, keys: &[&str]| object.value.pointer(keys)?.as_str().map(SmolStr::from);
    definitions
        .filter(|object| text(object, &["spec", "scope"]).as_deref() == Some("Cluster"))
        .filter_map(|object| Some((text(object, &["spec", "group"])?, text(object, &["spec", "names", "kind"])?)))
        .collect()
}

/// Whether every cluster has this namespace without anybody's manifest.
pub fn is_provided_namespace(name: &str) -> bool {
    matches!(name, "default" | "kube-system" | "kube-public" | "kube-node-lease")
}
