//! `flux/cross-namespace`: a reference that `--no-cross-namespace-refs` refuses.

use crate::{
    cluster::UnitKind,
    diagnostic::Severity,
    flux::{SourceRef, group, helm_release},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/cross-namespace",
    severity: Severity::Error,
    pedantic: false,
    summary: "an object refers to a source of another namespace, which the controllers are told to refuse",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
With `--no-cross-namespace-refs`, or a FluxInstance with `cluster.multitenant: true`, the controllers refuse every reference to a source in another namespace: neither the Kustomization nor the HelmRelease becomes ready.

## Bad

```yaml clusters/production/flux.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata:
  name: flux
  namespace: flux-system
spec:
  distribution:
    version: 2.x
    registry: ghcr.io/fluxcd
  cluster:
    multitenant: true
  sync:
    kind: GitRepository
    url: https://git.example.org/fleet.git
    ref: refs/heads/main
    path: clusters/production
```

```yaml clusters/production/apps.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: team
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: team
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
        namespace: default
```

## Good

```yaml clusters/production/flux.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata:
  name: flux
  namespace: flux-system
spec:
  distribution:
    version: 2.x
    registry: ghcr.io/fluxcd
  cluster:
    multitenant: true
  sync:
    kind: GitRepository
    url: https://git.example.org/fleet.git
    ref: refs/heads/main
    path: clusters/production
```

```yaml clusters/production/apps.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: team
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: team
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: team
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
        namespace: team
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_kustomization = object.id.is(group::KUSTOMIZE, "Kustomization");
    let source = if helm_release::is_helm_release(&object.id) {
        helm_release::chart_source(&object.value)
    } else if is_kustomization {
        object.value.pointer(&["spec", "sourceRef"]).and_then(SourceRef::of)
    } else {
        None
    };
    let Some(SourceRef { kind, name, namespace: Some(namespace), origin, .. }) = source else { return };
    let Some(own) = object.id.namespace.as_ref().filter(|own| **own != namespace) else { return };
    let controller = if is_kustomization { "kustomize-controller" } else { "helm-controller" };
    if [own, &namespace].iter().any(|name| name.contains(['$', '{', '<'])) {
        return;
    }
    let is_flux = project.unit_of(object).is_some_and(|unit| unit.kind == UnitKind::Flux);
    let lock = project.objects().iter().find(|one| {
        is_flux
            && project.unit_of(one).map(|unit| unit.cluster) == project.unit_of(object).map(|unit| unit.cluster)
            && locks(&one.id, &one.value, controller)
    });
    let (Some(lock), Some(label)) = (lock, project.label_at(origin, format!("in namespace `{namespace}`"))) else {
        return;
    };
    report
        .at(
            label,
            format!(
                "{controller} refuses this: {} is in namespace `{own}`, the {kind} `{name}` in `{namespace}`",
                object.id.kind
            ),
        )
        .and(project.object_label(&lock.value, "references across namespaces are refused by this"))
        .help(format!("declare the {kind} in namespace `{own}`"));
}

/// Whether an object makes a controller refuse references across namespaces.
fn locks(id: &ObjectId, value: &Value, controller: &str) -> bool {
    if id.is(group::OPERATOR, "FluxInstance") {
        return value.pointer(&["spec", "cluster", "multitenant"]).and_then(Value::as_bool) == Some(true);
    }
    let containers = value.pointer(&["spec", "template", "spec", "containers"]).and_then(Value::as_sequence);
    id.is("apps", "Deployment")
        && id.name == controller
        && containers.into_iter().flatten().filter_map(|one| one.get("args")?.as_sequence()).flatten().any(|argument| {
            matches!(argument.as_str(), Some("--no-cross-namespace-refs" | "--no-cross-namespace-refs=true"))
        })
}
