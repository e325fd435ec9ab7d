//! `flux/definitions-from-own-chart`: objects whose kind comes with a chart that waits for them.

use crate::{
    diagnostic::Severity,
    flux::helm_release,
    lint::{Check, Report, Rule},
    manifest::RenderedObject,
    project::{Project, Unit},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/definitions-from-own-chart",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a Kustomization holds objects of a kind that only a chart in it defines",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
Before it applies anything, kustomize-controller asks the API server about every object. An object of a kind that is not defined yet fails, and with it the whole Kustomization, the HelmRelease that would
define the kind included. On a running cluster nobody notices; a new one never gets there. The rule knows what some widely used charts define, and speaks only where no other Kustomization of the cluster
brings the chart or the definitions.

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

```yaml apps/cert-manager.yaml
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
  name: cert-manager
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: cert-manager
      version: v1.18.2
      sourceRef:
        kind: HelmRepository
        name: charts
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: letsencrypt
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef:
      name: letsencrypt
    solvers:
      - http01:
          ingress:
            ingressClassName: nginx
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
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: issuers
  namespace: flux-system
spec:
  interval: 10m
  path: ./issuers
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  dependsOn:
    - name: apps
```

```yaml apps/cert-manager.yaml
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
  name: cert-manager
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: cert-manager
      version: v1.18.2
      sourceRef:
        kind: HelmRepository
        name: charts
```

```yaml issuers/letsencrypt.yaml
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: letsencrypt
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef:
      name: letsencrypt
    solvers:
      - http01:
          ingress:
            ingressClassName: nginx
```
";

/// Charts, and the groups whose kinds they define.
const CHARTS: &[(&str, &[&str])] = &[
    ("cert-manager", &["cert-manager.io", "acme.cert-manager.io"]),
    ("external-secrets", &["external-secrets.io", "generators.external-secrets.io"]),
    ("gatekeeper", &["templates.gatekeeper.sh", "constraints.gatekeeper.sh"]),
    ("keda", &["keda.sh"]),
    ("kube-prometheus-stack", &["monitoring.coreos.com"]),
    ("kyverno", &["kyverno.io"]),
    ("metallb", &["metallb.io"]),
    ("rook-ceph", &["ceph.rook.io"]),
    ("sealed-secrets", &["bitnami.com"]),
    ("traefik", &["traefik.io"]),
    ("velero", &["velero.io"]),
];

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    if !unit.is_flux() || unit.flux.is_none() {
        return;
    }
    let own = project.model().objects_of(unit);
    for (release, groups) in own.iter().filter_map(|object| Some((object, defined(object)?))) {
        let elsewhere =
            project.units().iter().filter(|other| other.cluster == unit.cluster && !std::ptr::eq(*other, unit));
        let mut elsewhere = elsewhere.flat_map(|other| project.model().objects_of(other));
        let is_brought = |object: &RenderedObject| defined(object) == Some(groups) || defines(object, groups);
        if elsewhere.any(is_brought) || own.iter().any(|object| defines(object, groups)) {
            continue;
        }
        let Some(first) = own.iter().find(|object| groups.contains(&object.id.group.as_str())) else { continue };
        let Some(label) = project.object_label(&first.value, "not defined on a new cluster") else { continue };
        let kind = &first.id.kind;
        report
            .at(
                label,
                format!("the kind {kind} is defined by a chart that Flux installs only together with this object"),
            )
            .and(project.object_label(&release.value, "this chart defines it"))
            .help("move the objects to a Kustomization that depends on this one");
    }
}

/// The groups that the chart of a release defines kinds of.
fn defined(object: &RenderedObject) -> Option<&'static [&'static str]> {
    let chart = object.value.pointer(&["spec", "chart", "spec", "chart"]).and_then(Value::as_str);
    let chart = chart.filter(|_| helm_release::is_helm_release(&object.id))?;
    CHARTS.iter().find(|(name, _)| *name == chart).map(|(_, groups)| *groups)
}

/// Whether an object is the definition of a kind of these groups.
fn defines(object: &RenderedObject, groups: &[&str]) -> bool {
    let group = object.value.pointer(&["spec", "group"]).and_then(Value::as_str);
    object.id.kind == "CustomResourceDefinition" && group.is_some_and(|group| groups.contains(&group))
}
