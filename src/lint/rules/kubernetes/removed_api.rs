//! `kubernetes/removed-api`: an API version that servers no longer know.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{Object, Project},
    text::Span,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/removed-api",
    severity: Severity::Error,
    summary: "an API version that is no longer served",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
An object of an API version that the server no longer knows cannot be applied. The rule knows the versions that Kubernetes removed up to 1.37, and those that Flux, External Secrets
and cert-manager removed. Where the new version takes the same fields, the fix replaces the version; where fields changed, the help says what to look at.

## Bad

```yaml release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2beta1
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chartRef:
    kind: OCIRepository
    name: hub
```

```yaml source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: hub
  namespace: default
spec:
  interval: 1h
  url: oci://registry.example.org/hub
```

## Good

```yaml release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chartRef:
    kind: OCIRepository
    name: hub
```

```yaml source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: hub
  namespace: default
spec:
  interval: 1h
  url: oci://registry.example.org/hub
```
";

/// How far the new version takes what was written for the old one.
#[derive(Clone, Copy)]
enum Shape {
    /// The same fields, but for those named here, which the new version dropped.
    Same(&'static [&'static [&'static str]]),
    /// Fields were renamed or moved.
    Other(&'static str),
    /// There is no successor; this is what to do instead.
    Gone(&'static str),
}

/// Versions of some kinds that are gone.
struct Removed {
    group: &'static str,
    versions: &'static [&'static str],
    kinds: &'static [&'static str],
    /// The API version that took over; empty if none did.
    now: &'static str,
    /// Who no longer serves it, and since when.
    since: &'static str,
    shape: Shape,
}

const SAME: Shape = Shape::Same(&[]);
const HELM_RELEASE: Shape = Shape::Same(&[&["spec", "chart", "spec", "valuesFile"], &["spec", "postRenderers"]]);
const FLUX_KUSTOMIZATION: Shape =
    Shape::Same(&[&["spec", "validation"], &["spec", "patchesStrategicMerge"], &["spec", "patchesJson6902"]]);
const FLUX_SOURCE: Shape =
    Shape::Same(&[&["spec", "gitImplementation"], &["spec", "accessFrom"], &["spec", "valuesFile"]]);
const WORKLOAD: Shape = Shape::Other("`spec.selector` became mandatory and cannot be changed later");
const INGRESS: Shape =
    Shape::Other("backends are written `service.name` and `service.port`, and `pathType` became mandatory");

/// From the deprecation guide of Kubernetes and the release notes of the projects.
const REMOVED: &[Removed] = &[
    Removed {
        group: "extensions",
        versions: &["v1beta1"],
        kinds: &["Deployment", "DaemonSet", "ReplicaSet"],
        now: "apps/v1",
        since: "Kubernetes 1.16",
        shape: WORKLOAD,
    },
    Removed {
        group: "extensions",
        versions: &["v1beta1"],
        kinds: &["NetworkPolicy"],
        now: "networking.k8s.io/v1",
        since: "Kubernetes 1.16",
        shape: SAME,
    },
    Removed {
        group: "extensions",
        versions: &["v1beta1"],
        kinds: &["Ingress"],
        now: "networking.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: INGRESS,
    },
    Removed {
        group: "apps",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"],
        now: "apps/v1",
        since: "Kubernetes 1.16",
        shape: WORKLOAD,
    },
    Removed {
        group: "networking.k8s.io",
        versions: &["v1beta1"],
        kinds: &["Ingress"],
        now: "networking.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: INGRESS,
    },
    Removed {
        group: "networking.k8s.io",
        versions: &["v1beta1"],
        kinds: &["IngressClass"],
        now: "networking.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "admissionregistration.k8s.io",
        versions: &["v1beta1"],
        kinds: &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        now: "admissionregistration.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: Shape::Other("`sideEffects` and `admissionReviewVersions` became mandatory"),
    },
    Removed {
        group: "apiextensions.k8s.io",
        versions: &["v1beta1"],
        kinds: &["CustomResourceDefinition"],
        now: "apiextensions.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: Shape::Other("each version carries its own structural schema"),
    },
    Removed {
        group: "apiregistration.k8s.io",
        versions: &["v1beta1"],
        kinds: &["APIService"],
        now: "apiregistration.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "certificates.k8s.io",
        versions: &["v1beta1"],
        kinds: &["CertificateSigningRequest"],
        now: "certificates.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: Shape::Other("`signerName` became mandatory"),
    },
    Removed {
        group: "coordination.k8s.io",
        versions: &["v1beta1"],
        kinds: &["Lease"],
        now: "coordination.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "rbac.authorization.k8s.io",
        versions: &["v1alpha1", "v1beta1"],
        kinds: &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        now: "rbac.authorization.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "scheduling.k8s.io",
        versions: &["v1alpha1", "v1beta1"],
        kinds: &["PriorityClass"],
        now: "scheduling.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "storage.k8s.io",
        versions: &["v1beta1"],
        kinds: &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        now: "storage.k8s.io/v1",
        since: "Kubernetes 1.22",
        shape: SAME,
    },
    Removed {
        group: "storage.k8s.io",
        versions: &["v1beta1"],
        kinds: &["CSIStorageCapacity"],
        now: "storage.k8s.io/v1",
        since: "Kubernetes 1.27",
        shape: SAME,
    },
    Removed {
        group: "batch",
        versions: &["v1beta1", "v2alpha1"],
        kinds: &["CronJob"],
        now: "batch/v1",
        since: "Kubernetes 1.25",
        shape: SAME,
    },
    Removed {
        group: "discovery.k8s.io",
        versions: &["v1beta1"],
        kinds: &["EndpointSlice"],
        now: "discovery.k8s.io/v1",
        since: "Kubernetes 1.25",
        shape: Shape::Other("`topology` became `nodeName`, `zone` and `deprecatedTopology`"),
    },
    Removed {
        group: "autoscaling",
        versions: &["v2beta1"],
        kinds: &["HorizontalPodAutoscaler"],
        now: "autoscaling/v2",
        since: "Kubernetes 1.25",
        shape: Shape::Other("`targetAverageUtilization` became `target.averageUtilization` with `target.type`"),
    },
    Removed {
        group: "autoscaling",
        versions: &["v2beta2"],
        kinds: &["HorizontalPodAutoscaler"],
        now: "autoscaling/v2",
        since: "Kubernetes 1.26",
        shape: SAME,
    },
    Removed {
        group: "policy",
        versions: &["v1beta1"],
        kinds: &["PodDisruptionBudget"],
        now: "policy/v1",
        since: "Kubernetes 1.25",
        shape: Shape::Other("an empty `selector` now selects every pod of the namespace"),
    },
    Removed {
        group: "policy",
        versions: &["v1beta1"],
        kinds: &["PodSecurityPolicy"],
        now: "",
        since: "Kubernetes 1.25",
        shape: Shape::Gone("use the pod-security.kubernetes.io labels of namespaces"),
    },
    Removed {
        group: "node.k8s.io",
        versions: &["v1alpha1", "v1beta1"],
        kinds: &["RuntimeClass"],
        now: "node.k8s.io/v1",
        since: "Kubernetes 1.25",
        shape: SAME,
    },
    Removed {
        group: "flowcontrol.apiserver.k8s.io",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["FlowSchema", "PriorityLevelConfiguration"],
        now: "flowcontrol.apiserver.k8s.io/v1",
        since: "Kubernetes 1.29",
        shape: Shape::Other("`assuredConcurrencyShares` became `nominalConcurrencyShares`"),
    },
    Removed {
        group: "flowcontrol.apiserver.k8s.io",
        versions: &["v1beta3"],
        kinds: &["FlowSchema", "PriorityLevelConfiguration"],
        now: "flowcontrol.apiserver.k8s.io/v1",
        since: "Kubernetes 1.32",
        shape: SAME,
    },
    Removed {
        group: "helm.toolkit.fluxcd.io",
        versions: &["v2beta1"],
        kinds: &["HelmRelease"],
        now: "helm.toolkit.fluxcd.io/v2",
        since: "Flux 2.7",
        shape: HELM_RELEASE,
    },
    Removed {
        group: "helm.toolkit.fluxcd.io",
        versions: &["v2beta2"],
        kinds: &["HelmRelease"],
        now: "helm.toolkit.fluxcd.io/v2",
        since: "Flux 2.8",
        shape: HELM_RELEASE,
    },
    Removed {
        group: "kustomize.toolkit.fluxcd.io",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["Kustomization"],
        now: "kustomize.toolkit.fluxcd.io/v1",
        since: "Flux 2.8",
        shape: FLUX_KUSTOMIZATION,
    },
    Removed {
        group: "source.toolkit.fluxcd.io",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["Bucket", "GitRepository", "HelmChart", "HelmRepository", "OCIRepository"],
        now: "source.toolkit.fluxcd.io/v1",
        since: "Flux 2.8",
        shape: FLUX_SOURCE,
    },
    Removed {
        group: "notification.toolkit.fluxcd.io",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["Receiver"],
        now: "notification.toolkit.fluxcd.io/v1",
        since: "Flux 2.8",
        shape: SAME,
    },
    Removed {
        group: "notification.toolkit.fluxcd.io",
        versions: &["v1beta1", "v1beta2"],
        kinds: &["Alert", "Provider"],
        now: "notification.toolkit.fluxcd.io/v1beta3",
        since: "Flux 2.8",
        shape: SAME,
    },
    Removed {
        group: "external-secrets.io",
        versions: &["v1beta1"],
        kinds: &["ClusterExternalSecret", "ClusterSecretStore", "ExternalSecret", "SecretStore"],
        now: "external-secrets.io/v1",
        since: "External Secrets 0.17",
        shape: SAME,
    },
    Removed {
        group: "external-secrets.io",
        versions: &["v1alpha1"],
        kinds: &["ClusterSecretStore", "ExternalSecret", "SecretStore"],
        now: "external-secrets.io/v1",
        since: "External Secrets 0.17",
        shape: Shape::Other("`dataFrom` entries are written `extract` or `find`, and templates moved"),
    },
    Removed {
        group: "cert-manager.io",
        versions: &["v1alpha2", "v1alpha3", "v1beta1"],
        kinds: &["Certificate", "CertificateRequest", "ClusterIssuer", "Issuer"],
        now: "cert-manager.io/v1",
        since: "cert-manager 1.6",
        shape: Shape::Other("key fields moved below `privateKey`"),
    },
    Removed {
        group: "certmanager.k8s.io",
        versions: &["v1alpha1"],
        kinds: &["Certificate", "ClusterIssuer", "Issuer"],
        now: "cert-manager.io/v1",
        since: "cert-manager 0.11",
        shape: Shape::Other("solvers moved from Certificates to Issuers"),
    },
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(removed) = find(&object.id) else { return };
    let Some(version) = object.value.get("apiVersion") else { return };
    let old = object.id.api_version();
    let Some(label) = project.label(version, format!("not served since {}", removed.since)) else { return };
    let finding = report.at(label, format!("{} is no longer served as `{old}`", object.id.kind));
    let now = removed.now;
    match removed.shape {
        Shape::Same(dropped) => match dropped.iter().find(|path| object.value.pointer(path).is_some()) {
            Some(path) => {
                let field = path.join(".");
                finding.help(format!("it is `{now}` now; look at `{field}`, which that version may not take"));
            }
            None => {
                finding.help(format!("it is `{now}` now, with the same fields")).fix(replace(project, version, now));
            }
        },
        Shape::Other(what) => {
            finding.help(format!("it is `{now}` now; {what}"));
        }
        Shape::Gone(instead) => {
            finding.help(instead);
        }
    }
}

fn find(id: &ObjectId) -> Option<&'static Removed> {
    let is_meant = |removed: &&Removed| {
        removed.group == id.group
            && removed.versions.contains(&id.version.as_str())
            && removed.kinds.contains(&id.kind.as_str())
    };
    REMOVED.iter().find(is_meant)
}

fn replace(project: &Project, version: &Value, now: &str) -> Option<Fix> {
    let (path, node) = project.node_of(version.origin)?;
    let span = node.span();
    let quote = usize::from(node.source().starts_with(['"', '\'']));
    let span = Span::new(span.start as usize + quote, span.end as usize - quote);
    let mut changes = ChangeSet::new();
    changes.edit(path, [TextEdit::new(span, now)]).ok()?;
    Some(Fix { title: format!("replace the version by `{now}`"), safety: Safety::Safe, changes })
}
