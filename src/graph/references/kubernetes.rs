//! Kubernetes itself, and the Gateway API.
//!
//! Must not know other projects.

use super::{
    super::reference::{Field, Key, Place, Table, To},
    CONFIG_MAP, CORE, SECRET, SERVICE, SERVICE_ACCOUNT,
};

const fn to(at: &'static str, to: To, name: &'static str) -> Field {
    Field::new(at, to, name)
}

const KEY: Key = Key::Field("key");
const CLAIM: To = To::Kind(CORE, "PersistentVolumeClaim");
const STORAGE_CLASS: To = To::Kind("storage.k8s.io", "StorageClass");
const GATEWAY: &str = "gateway.networking.k8s.io";

/// What a Pod names, in everything that makes Pods.
pub(super) const PODS: Table = Table {
    title: "Pods",
    places: &[
        Place { group: CORE, kinds: &["Pod"], at: "spec" },
        Place { group: CORE, kinds: &["PodTemplate"], at: "template.spec" },
        Place { group: CORE, kinds: &["ReplicationController"], at: "spec.template.spec" },
        Place {
            group: "apps",
            kinds: &["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"],
            at: "spec.template.spec",
        },
        Place { group: "extensions", kinds: &["Deployment", "DaemonSet", "ReplicaSet"], at: "spec.template.spec" },
        Place { group: "batch", kinds: &["Job"], at: "spec.template.spec" },
        Place { group: "batch", kinds: &["CronJob"], at: "spec.jobTemplate.spec.template.spec" },
        Place { group: "argoproj.io", kinds: &["Rollout"], at: "spec.template.spec" },
        Place { group: "serving.knative.dev", kinds: &["Service", "Configuration"], at: "spec.template.spec" },
    ],
    fields: &[
        to("initContainers[].env[].valueFrom.secretKeyRef", SECRET, "name").key(KEY),
        to("initContainers[].env[].valueFrom.configMapKeyRef", CONFIG_MAP, "name").key(KEY),
        to("initContainers[].envFrom[].secretRef", SECRET, "name"),
        to("initContainers[].envFrom[].configMapRef", CONFIG_MAP, "name"),
        to("containers[].env[].valueFrom.secretKeyRef", SECRET, "name").key(KEY),
        to("containers[].env[].valueFrom.configMapKeyRef", CONFIG_MAP, "name").key(KEY),
        to("containers[].envFrom[].secretRef", SECRET, "name"),
        to("containers[].envFrom[].configMapRef", CONFIG_MAP, "name"),
        to("volumes[].secret", SECRET, "secretName"),
        to("volumes[].configMap", CONFIG_MAP, "name"),
        to("volumes[].projected.sources[].secret", SECRET, "name"),
        to("volumes[].projected.sources[].configMap", CONFIG_MAP, "name"),
        to("volumes[].csi.nodePublishSecretRef", SECRET, "name"),
        to("volumes[].cephfs.secretRef", SECRET, "name"),
        to("volumes[].rbd.secretRef", SECRET, "name"),
        to("volumes[].iscsi.secretRef", SECRET, "name"),
        to("volumes[].azureFile", SECRET, "secretName"),
        to("volumes[].persistentVolumeClaim", CLAIM, "claimName"),
        to("volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName", STORAGE_CLASS, ""),
        to("imagePullSecrets[]", SECRET, "name"),
        to("serviceAccountName", SERVICE_ACCOUNT, ""),
        to("priorityClassName", To::Kind("scheduling.k8s.io", "PriorityClass"), ""),
        to("runtimeClassName", To::Kind("node.k8s.io", "RuntimeClass"), ""),
    ],
};

/// The volumes that a StatefulSet asks for.
pub(super) const CLAIM_TEMPLATES: Table = Table {
    title: "StatefulSets",
    places: &[Place { group: "apps", kinds: &["StatefulSet"], at: "spec" }],
    fields: &[to("serviceName", SERVICE, ""), to("volumeClaimTemplates[].spec.storageClassName", STORAGE_CLASS, "")],
};

pub(super) const SERVICE_ACCOUNTS: Table = Table {
    title: "ServiceAccounts",
    places: &[Place { group: CORE, kinds: &["ServiceAccount"], at: "" }],
    fields: &[to("secrets[]", SECRET, "name"), to("imagePullSecrets[]", SECRET, "name")],
};

pub(super) const ROLE_BINDINGS: Table = Table {
    title: "RoleBindings and ClusterRoleBindings",
    places: &[Place { group: "rbac.authorization.k8s.io", kinds: &["RoleBinding", "ClusterRoleBinding"], at: "" }],
    fields: &[
        to("roleRef", To::Written("rbac.authorization.k8s.io", ""), "name"),
        to("subjects[]", To::If(CORE, "ServiceAccount"), "name").namespace("namespace"),
    ],
};

pub(super) const AUTOSCALERS: Table = Table {
    title: "Autoscalers",
    places: &[
        Place { group: "autoscaling", kinds: &["HorizontalPodAutoscaler"], at: "spec.scaleTargetRef" },
        Place { group: "autoscaling.k8s.io", kinds: &["VerticalPodAutoscaler"], at: "spec.targetRef" },
        Place { group: "keda.sh", kinds: &["ScaledObject"], at: "spec.scaleTargetRef" },
    ],
    fields: &[to("", To::Written("apps", "Deployment"), "name")],
};

pub(super) const VOLUMES: Table = Table {
    title: "PersistentVolumes and PersistentVolumeClaims",
    places: &[Place { group: CORE, kinds: &["PersistentVolume", "PersistentVolumeClaim"], at: "spec" }],
    fields: &[
        to("storageClassName", STORAGE_CLASS, ""),
        to("volumeName", To::Kind(CORE, "PersistentVolume"), ""),
        to("claimRef", CLAIM, "name").namespace("namespace"),
        to("csi.nodePublishSecretRef", SECRET, "name").namespace("namespace"),
        to("csi.nodeStageSecretRef", SECRET, "name").namespace("namespace"),
        to("csi.controllerExpandSecretRef", SECRET, "name").namespace("namespace"),
        to("csi.controllerPublishSecretRef", SECRET, "name").namespace("namespace"),
        to("cephfs.secretRef", SECRET, "name").namespace("namespace"),
        to("azureFile", SECRET, "secretName").namespace("secretNamespace"),
    ],
};

/// Only names of Secrets without templates lead anywhere; `${pvc.namespace}` does not.
pub(super) const STORAGE_CLASSES: Table = Table {
    title: "StorageClasses",
    places: &[Place { group: "storage.k8s.io", kinds: &["StorageClass"], at: "parameters" }],
    fields: &[
        to("", SECRET, "csi\\.storage\\.k8s\\.io/provisioner-secret-name")
            .namespace("csi\\.storage\\.k8s\\.io/provisioner-secret-namespace"),
        to("", SECRET, "csi\\.storage\\.k8s\\.io/controller-expand-secret-name")
            .namespace("csi\\.storage\\.k8s\\.io/controller-expand-secret-namespace"),
        to("", SECRET, "csi\\.storage\\.k8s\\.io/node-stage-secret-name")
            .namespace("csi\\.storage\\.k8s\\.io/node-stage-secret-namespace"),
    ],
};

pub(super) const INGRESSES: Table = Table {
    title: "Ingresses",
    places: &[Place { group: "networking.k8s.io", kinds: &["Ingress"], at: "" }],
    fields: &[
        to("spec.tls[]", SECRET, "secretName"),
        to("spec.ingressClassName", To::Kind("networking.k8s.io", "IngressClass"), ""),
        to("spec.defaultBackend.service", SERVICE, "name"),
        to("spec.rules[].http.paths[].backend.service", SERVICE, "name"),
        to("spec.rules[].http.paths[].backend.resource", To::Written(CORE, ""), "name"),
        to("metadata.annotations.nginx\\.ingress\\.kubernetes\\.io/auth-secret", SECRET, ""),
    ],
};

pub(super) const GATEWAYS: Table = Table {
    title: "Gateways",
    places: &[Place { group: GATEWAY, kinds: &["Gateway"], at: "spec" }],
    fields: &[
        to("gatewayClassName", To::Kind(GATEWAY, "GatewayClass"), ""),
        to("listeners[].tls.certificateRefs[]", To::Written(CORE, "Secret"), "name").namespace("namespace"),
    ],
};

pub(super) const ROUTES: Table = Table {
    title: "Routes of the Gateway API",
    places: &[Place {
        group: GATEWAY,
        kinds: &["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
        at: "spec",
    }],
    fields: &[
        to("parentRefs[]", To::Written(GATEWAY, "Gateway"), "name").namespace("namespace"),
        to("rules[].backendRefs[]", To::Written(CORE, "Service"), "name").namespace("namespace"),
    ],
};

pub(super) const ISSUER_ANNOTATIONS: Table = Table {
    title: "Annotations of cert-manager",
    places: &[
        Place { group: "networking.k8s.io", kinds: &["Ingress"], at: "metadata.annotations" },
        Place { group: GATEWAY, kinds: &["Gateway"], at: "metadata.annotations" },
    ],
    fields: &[
        to("cert-manager\\.io/cluster-issuer", To::Kind("cert-manager.io", "ClusterIssuer"), ""),
        to("cert-manager\\.io/issuer", To::Kind("cert-manager.io", "Issuer"), ""),
    ],
};
