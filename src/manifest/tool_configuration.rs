//! Files that look like Kubernetes objects and configure a program instead.
//!
//! From the documentation of the programs. Must not know files.

use super::ObjectId;

/// API groups of which nothing is ever sent to a cluster, sorted.
const GROUPS: &[&str] = &[
    "apiserver.config.k8s.io",
    "audit.k8s.io",
    "backstage.io",
    "builtin",
    "chainsaw.kyverno.io",
    "cli.kyverno.io",
    "client.authentication.k8s.io",
    "config.kubernetes.io",
    "credentialprovider.kubelet.k8s.io",
    "ctlptl.dev",
    "eksctl.io",
    "fn.kpt.dev",
    "k0sctl.k0sproject.io",
    "k3d.io",
    "kind.x-k8s.io",
    "kpt.dev",
    "kube-controller-manager.config.k8s.io",
    "kube-proxy.config.k8s.io",
    "kube-scheduler.config.k8s.io",
    "kubeadm.k8s.io",
    "kubelet.config.k8s.io",
    "kustomize.config.k8s.io",
    "kuttl.dev",
    "pod-security.admission.config.k8s.io",
    "skaffold",
    "test.kyverno.io",
    "viaduct.ai",
];

/// Kinds of the core group that are no objects.
const CORE_KINDS: &[&str] = &["Config", "List"];

impl ObjectId {
    /// Whether this is the configuration of a program (`kubectl`, `kubeadm`, `kind`, `kustomize` …) that has the form of a Kubernetes object.
    pub fn is_tool_configuration(&self) -> bool {
        GROUPS.binary_search(&self.group.as_str()).is_ok()
            || (self.group.is_empty() && (CORE_KINDS.contains(&self.kind.as_str()) || !self.version.starts_with('v')))
    }
}
