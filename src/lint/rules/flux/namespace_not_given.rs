//! `flux/namespace-not-given`: a namespaced object that nobody puts into a namespace.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{Project, Unit},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/namespace-not-given",
    severity: Severity::Error,
    pedantic: false,
    summary: "an object of a Flux Kustomization has no namespace",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
kubectl puts such an object into the namespace of its context. kustomize-controller has none: it stops with \"namespace not specified\", and nothing of the Kustomization is applied. A namespace can come from the object itself, from
`namespace` in a kustomization, or from `targetNamespace`. The rule speaks of kinds that surely live in namespaces.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  colour: blue
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  targetNamespace: default
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  colour: blue
```
";

/// Kinds that live in namespaces, by their groups.
const NAMESPACED: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "ConfigMap",
            "Endpoints",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
    ),
    ("apps", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
    ("autoscaling", &["HorizontalPodAutoscaler"]),
    ("batch", &["CronJob", "Job"]),
    ("cert-manager.io", &["Certificate", "Issuer"]),
    ("external-secrets.io", &["ExternalSecret", "PushSecret", "SecretStore"]),
    ("gateway.networking.k8s.io", &["Gateway", "GRPCRoute", "HTTPRoute"]),
    ("helm.toolkit.fluxcd.io", &["HelmRelease"]),
    ("kustomize.toolkit.fluxcd.io", &["Kustomization"]),
    ("monitoring.coreos.com", &["PodMonitor", "PrometheusRule", "ServiceMonitor"]),
    ("networking.k8s.io", &["Ingress", "NetworkPolicy"]),
    ("policy", &["PodDisruptionBudget"]),
    ("rbac.authorization.k8s.io", &["Role", "RoleBinding"]),
    ("source.toolkit.fluxcd.io", &["Bucket", "GitRepository", "HelmChart", "HelmRepository", "OCIRepository"]),
];

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let Some(flux) = unit.flux.as_ref().filter(|_| unit.is_flux() && unit.problems.is_empty()) else { return };
    if flux.target_namespace.is_some() {
        return;
    }
    for object in project.model().objects_of(unit).iter().filter(|object| is_left_open(&object.id)) {
        let Some(label) = project.object_label(&object.value, "in no namespace") else { continue };
        let applied = project.label_at(flux.path_origin, format!("{} applies it", flux.id));
        report
            .at(label, format!("{} `{}` has no namespace, and Flux applies nothing beside it", object.id.kind, object.id.name))
            .and(applied)
            .help("set `metadata.namespace`, `namespace` in the kustomization, or `targetNamespace` in the Flux Kustomization");
    }
}

fn is_left_open(id: &ObjectId) -> bool {
    id.namespace.is_none()
        && NAMESPACED.iter().any(|(group, kinds)| *group == id.group && kinds.contains(&id.kind.as_str()))
}
