//! API versions that are not served any more, and what took their place.
//!
//! Facts from the deprecation guide of Kubernetes and (since 1.34) from its schemas, the release notes of Flux and of External Secrets, and the upgrade guides of cert-manager. Keyed by group, version *and*
//! kind: one group drops its kinds at different times. Must not know files.

use super::ObjectId;
use Shape::{Different, Same, SameIf, SameUnless};

/// Whether an object of the old version is one of the new version, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Only `apiVersion` differs.
    Same,
    /// Only `apiVersion` differs, unless one of these fields is used, which are gone or mean something else. `*` stands for each item of a list.
    SameUnless(&'static [&'static [&'static str]]),
    /// Only `apiVersion` differs if this field is given.
    SameIf(&'static [&'static str]),
    /// Fields are renamed, required or gone.
    Different,
}

/// One kind in a version that is not served any more.
#[derive(Clone, Copy, Debug)]
pub struct RemovedApi {
    /// `group/version`.
    pub api_version: &'static str,
    /// The kinds; all kinds of the group if empty.
    pub kinds: &'static [&'static str],
    /// The release that stopped to serve it.
    pub since: &'static str,
    /// The `apiVersion` to use; `None` if there is no successor.
    pub successor: Option<&'static str>,
    /// How the successor differs.
    pub shape: Shape,
}

impl RemovedApi {
    /// The second number of the version of Kubernetes that stopped to serve it; `None` if another project did.
    pub fn kubernetes_minor(&self) -> Option<u32> {
        self.since.strip_prefix("Kubernetes 1.")?.parse().ok()
    }

    /// Whether the successor was served for years beside the old version. `external-secrets.io/v1` came with 0.16, and 0.17 dropped `v1beta1`.
    pub fn has_long_overlap(&self) -> bool {
        !self.since.starts_with("External Secrets")
    }
}

/// What is known of an object's API version, if it is not served any more.
pub fn removed_api(id: &ObjectId) -> Option<&'static RemovedApi> {
    let api_version = id.api_version();
    REMOVED
        .iter()
        .find(|api| api.api_version == api_version && (api.kinds.is_empty() || api.kinds.contains(&id.kind.as_str())))
}

const fn api(
    api_version: &'static str,
    kinds: &'static [&'static str],
    since: &'static str,
    successor: &'static str,
    shape: Shape,
) -> RemovedApi {
    RemovedApi { api_version, kinds, since, successor: Some(successor), shape }
}

const fn gone(api_version: &'static str, kinds: &'static [&'static str], since: &'static str) -> RemovedApi {
    RemovedApi { api_version, kinds, since, successor: None, shape: Different }
}

const SELECTOR: &[&str] = &["spec", "selector"];
const SELECTOR_LABELS: &[&str] = &["spec", "selector", "matchLabels"];
const ROLLBACK: &[&[&str]] = &[&["spec", "rollbackTo"]];
/// Fields that `kustomize.toolkit.fluxcd.io/v1` does not have.
const OLD_KUSTOMIZATION: &[&[&str]] =
    &[&["spec", "validation"], &["spec", "patchesStrategicMerge"], &["spec", "patchesJson6902"]];
/// Fields that `source.toolkit.fluxcd.io/v1` does not have.
const OLD_SOURCE: &[&[&str]] = &[&["spec", "gitImplementation"], &["spec", "accessFrom"], &["spec", "valuesFile"]];
/// Fields that `helm.toolkit.fluxcd.io/v2` does not have.
const OLD_RELEASE: &[&[&str]] = &[
    &["spec", "chart", "spec", "valuesFile"],
    &["spec", "postRenderers", "*", "kustomize", "patchesStrategicMerge"],
    &["spec", "postRenderers", "*", "kustomize", "patchesJson6902"],
];
/// Fields that `image.toolkit.fluxcd.io/v1` does not have, or whose template language changed.
const OLD_IMAGE: &[&[&str]] = &[&["spec", "git", "commit", "messageTemplate"], &["spec", "accessFrom"]];
/// Fields of a Certificate that were renamed before `cert-manager.io/v1`.
const OLD_CERTIFICATE: &[&[&str]] = &[
    &["spec", "emailSANs"],
    &["spec", "uriSANs"],
    &["spec", "organization"],
    &["spec", "keyAlgorithm"],
    &["spec", "keySize"],
    &["spec", "keyEncoding"],
];
const STORES: &[&str] = &["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"];
const RBAC: &[&str] = &["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];
const WORKLOADS: &[&str] = &["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"];
const REVIEWS: &[&str] =
    &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const POLICIES: &[&str] = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const DEVICES: &[&str] = &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];
const FLOW: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];

#[rustfmt::skip]
static REMOVED: &[RemovedApi] = &[
    // Kubernetes
    api("extensions/v1beta1", &["DaemonSet", "ReplicaSet"], "Kubernetes 1.16", "apps/v1", SameIf(SELECTOR)),
    api("extensions/v1beta1", &["Deployment"], "Kubernetes 1.16", "apps/v1", SameIf(SELECTOR)),
    api("extensions/v1beta1", &["NetworkPolicy"], "Kubernetes 1.16", "networking.k8s.io/v1", Same),
    gone("extensions/v1beta1", &["PodSecurityPolicy"], "Kubernetes 1.16"),
    api("extensions/v1beta1", &["Ingress"], "Kubernetes 1.22", "networking.k8s.io/v1", Different),
    api("apps/v1beta1", WORKLOADS, "Kubernetes 1.16", "apps/v1", SameIf(SELECTOR)),
    api("apps/v1beta2", WORKLOADS, "Kubernetes 1.16", "apps/v1", SameUnless(ROLLBACK)),
    gone("settings.k8s.io/v1alpha1", &["PodPreset"], "Kubernetes 1.20"),
    api("batch/v2alpha1", &["CronJob"], "Kubernetes 1.21", "batch/v1", Same),
    api("admissionregistration.k8s.io/v1beta1", WEBHOOKS, "Kubernetes 1.22", "admissionregistration.k8s.io/v1", Different),
    api("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], "Kubernetes 1.22", "apiextensions.k8s.io/v1", Different),
    api("apiregistration.k8s.io/v1beta1", &["APIService"], "Kubernetes 1.22", "apiregistration.k8s.io/v1", Same),
    api("authentication.k8s.io/v1beta1", &["TokenReview"], "Kubernetes 1.22", "authentication.k8s.io/v1", Same),
    api("authorization.k8s.io/v1beta1", REVIEWS, "Kubernetes 1.22", "authorization.k8s.io/v1", Different),
    api("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "Kubernetes 1.22", "certificates.k8s.io/v1", Different),
    api("coordination.k8s.io/v1beta1", &["Lease"], "Kubernetes 1.22", "coordination.k8s.io/v1", Same),
    api("networking.k8s.io/v1beta1", &["Ingress"], "Kubernetes 1.22", "networking.k8s.io/v1", Different),
    api("networking.k8s.io/v1beta1", &["IngressClass"], "Kubernetes 1.22", "networking.k8s.io/v1", Same),
    api("rbac.authorization.k8s.io/v1alpha1", RBAC, "Kubernetes 1.22", "rbac.authorization.k8s.io/v1", Different),
    api("rbac.authorization.k8s.io/v1beta1", RBAC, "Kubernetes 1.22", "rbac.authorization.k8s.io/v1", Same),
    api("scheduling.k8s.io/v1alpha1", &["PriorityClass"], "Kubernetes 1.22", "scheduling.k8s.io/v1", Same),
    api("scheduling.k8s.io/v1beta1", &["PriorityClass"], "Kubernetes 1.22", "scheduling.k8s.io/v1", Same),
    api("storage.k8s.io/v1beta1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "Kubernetes 1.22", "storage.k8s.io/v1", Same),
    api("batch/v1beta1", &["CronJob"], "Kubernetes 1.25", "batch/v1", Same),
    api("discovery.k8s.io/v1beta1", &["EndpointSlice"], "Kubernetes 1.25", "discovery.k8s.io/v1", Different),
    api("events.k8s.io/v1beta1", &["Event"], "Kubernetes 1.25", "events.k8s.io/v1", Different),
    api("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], "Kubernetes 1.25", "autoscaling/v2", Different),
    api("policy/v1beta1", &["PodDisruptionBudget"], "Kubernetes 1.25", "policy/v1", SameIf(SELECTOR_LABELS)),
    gone("policy/v1beta1", &["PodSecurityPolicy"], "Kubernetes 1.25"),
    api("node.k8s.io/v1beta1", &["RuntimeClass"], "Kubernetes 1.25", "node.k8s.io/v1", Same),
    api("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], "Kubernetes 1.26", "autoscaling/v2", Same),
    api("flowcontrol.apiserver.k8s.io/v1beta1", FLOW, "Kubernetes 1.26", "flowcontrol.apiserver.k8s.io/v1", Different),
    api("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], "Kubernetes 1.27", "storage.k8s.io/v1", Same),
    api("flowcontrol.apiserver.k8s.io/v1beta2", FLOW, "Kubernetes 1.29", "flowcontrol.apiserver.k8s.io/v1", Different),
    api("flowcontrol.apiserver.k8s.io/v1beta3", FLOW, "Kubernetes 1.32", "flowcontrol.apiserver.k8s.io/v1", Same),
    api("admissionregistration.k8s.io/v1beta1", POLICIES, "Kubernetes 1.34", "admissionregistration.k8s.io/v1", Same),
    api("resource.k8s.io/v1alpha3", DEVICES, "Kubernetes 1.34", "resource.k8s.io/v1", Different),
    api("certificates.k8s.io/v1alpha1", &["PodCertificateRequest"], "Kubernetes 1.35", "certificates.k8s.io/v1beta1", Different),
    api("storage.k8s.io/v1alpha1", &["VolumeAttributesClass"], "Kubernetes 1.35", "storage.k8s.io/v1", Same),
    api("storagemigration.k8s.io/v1alpha1", &["StorageVersionMigration"], "Kubernetes 1.35", "storagemigration.k8s.io/v1beta1", Different),
    api("scheduling.k8s.io/v1alpha1", &["Workload"], "Kubernetes 1.36", "scheduling.k8s.io/v1alpha2", Different),
    api("scheduling.k8s.io/v1alpha2", &["PodGroup", "Workload"], "Kubernetes 1.37", "scheduling.k8s.io/v1beta1", Different),
    api("certificates.k8s.io/v1alpha1", &["ClusterTrustBundle"], "Kubernetes 1.37", "certificates.k8s.io/v1", Same),
    api("networking.k8s.io/v1beta1", &["IPAddress", "ServiceCIDR"], "Kubernetes 1.37", "networking.k8s.io/v1", Same),
    api("storage.k8s.io/v1beta1", &["VolumeAttributesClass"], "Kubernetes 1.37", "storage.k8s.io/v1", Same),
    // Flux
    api("helm.toolkit.fluxcd.io/v2beta1", &["HelmRelease"], "Flux 2.7", "helm.toolkit.fluxcd.io/v2", SameUnless(OLD_RELEASE)),
    api("helm.toolkit.fluxcd.io/v2beta2", &["HelmRelease"], "Flux 2.8", "helm.toolkit.fluxcd.io/v2", SameUnless(OLD_RELEASE)),
    api("kustomize.toolkit.fluxcd.io/v1beta1", &["Kustomization"], "Flux 2.7", "kustomize.toolkit.fluxcd.io/v1", SameUnless(OLD_KUSTOMIZATION)),
    api("kustomize.toolkit.fluxcd.io/v1beta2", &["Kustomization"], "Flux 2.8", "kustomize.toolkit.fluxcd.io/v1", SameUnless(OLD_KUSTOMIZATION)),
    api("source.toolkit.fluxcd.io/v1beta1", &[], "Flux 2.7", "source.toolkit.fluxcd.io/v1", SameUnless(OLD_SOURCE)),
    api("source.toolkit.fluxcd.io/v1beta2", &[], "Flux 2.8", "source.toolkit.fluxcd.io/v1", SameUnless(OLD_SOURCE)),
    api("notification.toolkit.fluxcd.io/v1beta1", &["Alert", "Provider"], "Flux 2.8", "notification.toolkit.fluxcd.io/v1beta3", Same),
    api("notification.toolkit.fluxcd.io/v1beta2", &["Alert", "Provider"], "Flux 2.8", "notification.toolkit.fluxcd.io/v1beta3", Same),
    api("notification.toolkit.fluxcd.io/v1beta1", &["Receiver"], "Flux 2.8", "notification.toolkit.fluxcd.io/v1", Same),
    api("notification.toolkit.fluxcd.io/v1beta2", &["Receiver"], "Flux 2.8", "notification.toolkit.fluxcd.io/v1", Same),
    api("image.toolkit.fluxcd.io/v1alpha1", &[], "Flux 2.7", "image.toolkit.fluxcd.io/v1", Different),
    api("image.toolkit.fluxcd.io/v1alpha2", &[], "Flux 2.7", "image.toolkit.fluxcd.io/v1", Different),
    api("image.toolkit.fluxcd.io/v1beta1", &[], "Flux 2.7", "image.toolkit.fluxcd.io/v1", SameUnless(OLD_IMAGE)),
    api("image.toolkit.fluxcd.io/v1beta2", &[], "Flux 2.9", "image.toolkit.fluxcd.io/v1", SameUnless(OLD_IMAGE)),
    // External Secrets
    api("external-secrets.io/v1alpha1", STORES, "External Secrets 0.17", "external-secrets.io/v1", Different),
    api("external-secrets.io/v1beta1", STORES, "External Secrets 0.17", "external-secrets.io/v1", Same),
    // cert-manager
    api("certmanager.k8s.io/v1alpha1", &[], "cert-manager 0.11", "cert-manager.io/v1", Different),
    api("cert-manager.io/v1alpha2", &["Issuer", "ClusterIssuer"], "cert-manager 1.6", "cert-manager.io/v1", Same),
    api("cert-manager.io/v1alpha3", &["Issuer", "ClusterIssuer"], "cert-manager 1.6", "cert-manager.io/v1", Same),
    api("cert-manager.io/v1alpha2", &[], "cert-manager 1.6", "cert-manager.io/v1", SameUnless(OLD_CERTIFICATE)),
    api("cert-manager.io/v1alpha3", &[], "cert-manager 1.6", "cert-manager.io/v1", SameUnless(OLD_CERTIFICATE)),
    api("cert-manager.io/v1beta1", &[], "cert-manager 1.6", "cert-manager.io/v1", Same),
];
