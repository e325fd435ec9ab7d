//! The field specs that kustomize 5.5.0 has built in.
//!
//! Kinds are written `group/Kind@version`, each part but the kind optional. `{pod}` in a path stands for the place of the pod's spec in the kind. The
//! specs of `namespace` are not all: `metadata/namespace` is set in everything that is not known to live outside of namespaces, and `subjects` of role
//! bindings whose name is `default` get the namespace too; the namespace transformer does both by itself. Must not know transformers.

use std::{borrow::Cow, sync::LazyLock};

use super::field_spec::FieldSpec;

/// A kind whose names are referred to, and the fields that refer to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameReference {
    /// The group, version and kind referred to; the path is empty.
    pub target: FieldSpec,
    /// The fields that hold a name of such an object. A path that ends in a mapping or list of mappings (`subjects`, `webhooks/clientConfig/service`)
    /// means its `name` and `namespace`.
    pub referrers: Vec<FieldSpec>,
}

/// Whether a field is created.
#[derive(Clone, Copy, PartialEq)]
enum Create {
    Yes,
    No,
}

/// Paths with the kinds that have them.
type Table = &'static [(&'static str, &'static str, Create)];

use Create::{No, Yes};

macro_rules! specs {
    ($(#[$doc:meta])* $name:ident, $($table:expr),+) => {
        $(#[$doc])*
        pub fn $name() -> &'static [FieldSpec] {
            static SPECS: LazyLock<Vec<FieldSpec>> =
                LazyLock::new(|| [$($table),+].iter().flat_map(|table| expand(table)).collect());
            &SPECS
        }
    };
}

specs!(
    /// Fields that get the name prefix and suffix.
    name_affix, NAME_AFFIX
);
specs!(
    /// Fields that get the namespace, besides those that the module's text names.
    namespace, NAMESPACE
);
specs!(
    /// Fields that get `commonLabels`, and `labels` with `includeSelectors`.
    common_labels, SELECTORS, LABELS
);
specs!(
    /// Fields that get `labels` with `includeTemplates`.
    template_labels, LABELS
);
specs!(
    /// The one field that gets plain `labels`.
    metadata_labels, METADATA_LABELS
);
specs!(
    /// Fields that get `commonAnnotations`.
    common_annotations, ANNOTATIONS
);
specs!(
    /// Fields that hold the reference of an image.
    images, IMAGES
);
specs!(
    /// Fields that hold a number of replicas.
    replicas, REPLICAS
);
specs!(
    /// Fields in which variables are expanded.
    var_references, VAR_REFERENCES
);

/// Fields that hold names of other objects, by the kind of these.
pub fn name_references() -> &'static [NameReference] {
    static REFERENCES: LazyLock<Vec<NameReference>> = LazyLock::new(|| {
        let reference = |&(target, table): &(&'static str, &[(&'static str, &'static str)])| NameReference {
            target: parse_kind(target, "", No),
            referrers: table.iter().flat_map(|&(path, kinds)| expand_row(path, kinds, No)).collect(),
        };
        NAME_REFERENCES.iter().map(reference).collect()
    });
    &REFERENCES
}

fn expand(table: Table) -> impl Iterator<Item = FieldSpec> {
    table.iter().flat_map(|&(path, kinds, create)| expand_row(path, kinds, create))
}

fn expand_row(path: &'static str, kinds: &'static str, create: Create) -> Vec<FieldSpec> {
    if kinds.is_empty() {
        return vec![parse_kind("", path, create)];
    }
    kinds.split(' ').map(|kind| parse_kind(kind, path, create)).collect()
}

fn parse_kind(text: &'static str, path: &'static str, create: Create) -> FieldSpec {
    let (text, version) = text.split_once('@').unwrap_or((text, ""));
    let (group, kind) = text.rsplit_once('/').unwrap_or(("", text));
    let path = match path.strip_prefix("{pod}") {
        Some(rest) => Cow::Owned(format!("{}{rest}", pod_spec(kind))),
        None => Cow::Borrowed(path),
    };
    FieldSpec { group: group.into(), version: version.into(), kind: kind.into(), path, create: create == Yes }
}

/// Where a kind has the spec of its pods.
fn pod_spec(kind: &str) -> &'static str {
    match kind {
        "Pod" => "spec",
        "PodTemplate" => "template/spec",
        "CronJob" => "spec/jobTemplate/spec/template/spec",
        _ => "spec/template/spec",
    }
}

const NAME_AFFIX: Table = &[("metadata/name", "", No)];

const NAMESPACE: Table = &[
    ("metadata/name", "Namespace", Yes),
    ("spec/service/namespace", "apiregistration.k8s.io/APIService", Yes),
    ("spec/conversion/webhook/clientConfig/service/namespace", "apiextensions.k8s.io/CustomResourceDefinition", No),
];

const SELECTORS: Table = &[
    ("spec/selector", "Service@v1 ReplicationController@v1", Yes),
    ("spec/selector/matchLabels", "Deployment ReplicaSet DaemonSet apps/StatefulSet", Yes),
    (
        "{pod}/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
        "apps/Deployment apps/StatefulSet",
        No,
    ),
    (
        "{pod}/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
        "apps/Deployment apps/StatefulSet",
        No,
    ),
    (
        "{pod}/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
        "apps/Deployment apps/StatefulSet",
        No,
    ),
    (
        "{pod}/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
        "apps/Deployment apps/StatefulSet",
        No,
    ),
    ("{pod}/topologySpreadConstraints/labelSelector/matchLabels", "apps/Deployment apps/StatefulSet", No),
    ("spec/selector/matchLabels", "batch/Job policy/PodDisruptionBudget", No),
    ("spec/jobTemplate/spec/selector/matchLabels", "batch/CronJob", No),
    ("spec/podSelector/matchLabels", "networking.k8s.io/NetworkPolicy", No),
    ("spec/ingress/from/podSelector/matchLabels", "networking.k8s.io/NetworkPolicy", No),
    ("spec/egress/to/podSelector/matchLabels", "networking.k8s.io/NetworkPolicy", No),
];

const METADATA_LABELS: Table = &[("metadata/labels", "", Yes)];

const LABELS: Table = &[
    ("metadata/labels", "", Yes),
    (
        "spec/template/metadata/labels",
        "ReplicationController@v1 Deployment ReplicaSet DaemonSet apps/StatefulSet batch/Job",
        Yes,
    ),
    ("spec/volumeClaimTemplates[]/metadata/labels", "apps/StatefulSet", Yes),
    ("spec/jobTemplate/metadata/labels", "batch/CronJob", Yes),
    ("spec/jobTemplate/spec/template/metadata/labels", "batch/CronJob", Yes),
];

const ANNOTATIONS: Table = &[
    ("metadata/annotations", "", Yes),
    (
        "spec/template/metadata/annotations",
        "ReplicationController@v1 Deployment ReplicaSet DaemonSet StatefulSet batch/Job",
        Yes,
    ),
    ("spec/jobTemplate/metadata/annotations", "batch/CronJob", Yes),
    ("spec/jobTemplate/spec/template/metadata/annotations", "batch/CronJob", Yes),
];

const IMAGES: Table = &[
    ("spec/containers[]/image", "", Yes),
    ("spec/initContainers[]/image", "", Yes),
    ("spec/template/spec/containers[]/image", "", Yes),
    ("spec/template/spec/initContainers[]/image", "", Yes),
];

const REPLICAS: Table = &[("spec/replicas", "Deployment ReplicationController ReplicaSet StatefulSet", Yes)];

const VAR_WORKLOADS: &str = "CronJob DaemonSet Deployment Job Pod ReplicaSet StatefulSet";

const VAR_REFERENCES: Table = &[
    ("{pod}/containers/args", VAR_WORKLOADS, No),
    ("{pod}/containers/command", VAR_WORKLOADS, No),
    ("{pod}/containers/env/value", VAR_WORKLOADS, No),
    ("{pod}/containers/volumeMounts/mountPath", VAR_WORKLOADS, No),
    ("{pod}/initContainers/args", VAR_WORKLOADS, No),
    ("{pod}/initContainers/command", VAR_WORKLOADS, No),
    ("{pod}/initContainers/env/value", VAR_WORKLOADS, No),
    ("{pod}/initContainers/volumeMounts/mountPath", VAR_WORKLOADS, No),
    ("{pod}/volumes/nfs/server", "DaemonSet Deployment Job Pod ReplicaSet", No),
    // Upstream leaves out a `spec` here, so it never matches; kept because the table is the fact.
    ("spec/jobTemplate/spec/template/volumes/nfs/server", "CronJob", No),
    ("spec/volumeClaimTemplates/spec/nfs/server", "StatefulSet", No),
    ("spec/nfs/server", "PersistentVolume", No),
    ("spec/template/metadata/annotations", "Deployment", No),
    ("spec/rules/host", "Ingress", No),
    ("spec/tls/hosts", "Ingress", No),
    ("spec/tls/secretName", "Ingress", No),
    ("spec/ports/port", "Service", No),
    ("spec/ports/targetPort", "Service", No),
    ("metadata/labels", "", No),
    ("metadata/annotations", "", No),
];

/// The kinds in which names of ConfigMaps and Secrets are followed.
const MOUNTERS: &str = "Pod@v1 PodTemplate Deployment ReplicaSet DaemonSet StatefulSet Job CronJob";

/// The kinds in which other names of a pod's spec are followed.
const WORKLOADS: &str = "Pod StatefulSet Deployment ReplicationController CronJob Job DaemonSet";

const ROLE_BINDINGS: &str = "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding";

const WEBHOOKS: &str = "admissionregistration.k8s.io/ValidatingWebhookConfiguration admissionregistration.k8s.io/MutatingWebhookConfiguration";

/// Per kind referred to: paths and the kinds that have them.
type ReferenceTable = &'static [(&'static str, &'static [(&'static str, &'static str)])];

const SCALE_TARGET: &[(&str, &str)] = &[("spec/scaleTargetRef/name", "HorizontalPodAutoscaler")];

const NAME_REFERENCES: ReferenceTable = &[
    ("Deployment", SCALE_TARGET),
    ("ReplicationController", SCALE_TARGET),
    ("ReplicaSet", SCALE_TARGET),
    ("StatefulSet", SCALE_TARGET),
    (
        "ConfigMap@v1",
        &[
            ("{pod}/volumes/configMap/name", MOUNTERS),
            ("{pod}/containers/env/valueFrom/configMapKeyRef/name", MOUNTERS),
            ("{pod}/initContainers/env/valueFrom/configMapKeyRef/name", MOUNTERS),
            ("{pod}/containers/envFrom/configMapRef/name", MOUNTERS),
            ("{pod}/initContainers/envFrom/configMapRef/name", MOUNTERS),
            ("{pod}/volumes/projected/sources/configMap/name", MOUNTERS),
            ("spec/configSource/configMap", "Node"),
            ("rules/resourceNames", "Role ClusterRole"),
            (r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap", "Ingress"),
        ],
    ),
    (
        "Secret@v1",
        &[
            ("{pod}/volumes/secret/secretName", MOUNTERS),
            ("{pod}/containers/env/valueFrom/secretKeyRef/name", MOUNTERS),
            ("{pod}/initContainers/env/valueFrom/secretKeyRef/name", MOUNTERS),
            ("{pod}/containers/envFrom/secretRef/name", MOUNTERS),
            ("{pod}/initContainers/envFrom/secretRef/name", MOUNTERS),
            ("{pod}/imagePullSecrets/name", MOUNTERS),
            ("{pod}/volumes/projected/sources/secret/name", MOUNTERS),
            ("spec/tls/secretName", "Ingress"),
            (r"metadata/annotations/ingress.kubernetes.io\/auth-secret", "Ingress"),
            (r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret", "Ingress"),
            (r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret", "Ingress"),
            ("imagePullSecrets/name", "ServiceAccount"),
            ("parameters/secretName", "StorageClass"),
            ("parameters/adminSecretName", "StorageClass"),
            ("parameters/userSecretName", "StorageClass"),
            ("parameters/secretRef", "StorageClass"),
            ("rules/resourceNames", "Role ClusterRole"),
            ("{pod}/containers/env/valueFrom/secretKeyRef/name", "serving.knative.dev/Service@v1"),
            ("spec/azureFile/secretName", "PersistentVolume"),
        ],
    ),
    (
        "Service@v1",
        &[
            ("spec/serviceName", "apps/StatefulSet"),
            ("spec/rules/http/paths/backend/serviceName", "Ingress"),
            ("spec/backend/serviceName", "Ingress"),
            ("spec/rules/http/paths/backend/service/name", "Ingress"),
            ("spec/defaultBackend/service/name", "Ingress"),
            ("spec/service/name", "apiregistration.k8s.io/APIService"),
            ("webhooks/clientConfig/service", WEBHOOKS),
        ],
    ),
    ("rbac.authorization.k8s.io/Role", &[("roleRef/name", "rbac.authorization.k8s.io/RoleBinding")]),
    ("rbac.authorization.k8s.io/ClusterRole", &[("roleRef/name", ROLE_BINDINGS)]),
    ("ServiceAccount@v1", &[("subjects", ROLE_BINDINGS), ("{pod}/serviceAccountName", WORKLOADS)]),
    ("PersistentVolumeClaim@v1", &[("{pod}/volumes/persistentVolumeClaim/claimName", WORKLOADS)]),
    ("PersistentVolume@v1", &[("spec/volumeName", "PersistentVolumeClaim"), ("rules/resourceNames", "ClusterRole")]),
    (
        "storage.k8s.io/StorageClass@v1",
        &[
            ("spec/storageClassName", "PersistentVolume PersistentVolumeClaim"),
            ("spec/volumeClaimTemplates/spec/storageClassName", "StatefulSet"),
        ],
    ),
    ("scheduling.k8s.io/PriorityClass@v1", &[("{pod}/priorityClassName", WORKLOADS)]),
    // The version in the group is upstream's slip, so it never matches; kept because the table is the fact.
    ("networking.k8s.io/v1/IngressClass@v1", &[("spec/ingressClassName", "Ingress")]),
    (
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
        &[("spec/policyName", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding")],
    ),
];
