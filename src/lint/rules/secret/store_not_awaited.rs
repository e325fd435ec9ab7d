//! `secret/store-not-awaited`: an ExternalSecret that may be applied before its store.

use super::external_secret::{specification, stores};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-not-awaited",
    severity: Severity::Info,
    pedantic: true,
    summary: "nothing makes an ExternalSecret wait for its store",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
On a new cluster Flux applies Kustomizations side by side. One with an ExternalSecret that does not depend on the one with its store fails at first, and its health checks may run out of time before External Secrets looks again.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: stores
  namespace: flux-system
spec:
  interval: 10m
  path: ./stores
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
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

```yaml stores/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
      auth:
        kubernetes:
          mountPath: kubernetes
          role: reader
          serviceAccountRef:
            name: external-secrets
            namespace: default
            audiences:
              - vault
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: external-secrets
  namespace: default
```

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: stores
  namespace: flux-system
spec:
  interval: 10m
  path: ./stores
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  dependsOn:
    - name: stores
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml stores/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
      auth:
        kubernetes:
          mountPath: kubernetes
          role: reader
          serviceAccountRef:
            name: external-secrets
            namespace: default
            audiences:
              - vault
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: external-secrets
  namespace: default
```

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(reference) = specification(object).and_then(|spec| spec.get("secretStoreRef")) else { return };
    let is_flux = |one: &Object| project.unit_of(one).is_some_and(|unit| unit.is_flux() && unit.cluster.is_some());
    let stores = stores(project, object, reference);
    let mut stores = stores.iter().map(|(_, store)| *store).filter(|store| project.may_share_cluster(object, store));
    let Some(store) = stores.next().filter(|store| is_flux(object) && is_flux(store)) else { return };
    if stores.next().is_some() || project.comes_before(store.unit, object.unit) {
        return;
    }
    let name = reference.get("name").unwrap_or(reference);
    let Some(label) = project.label(name, "not waited for") else { return };
    let (Some(unit), Some(first)) = (project.unit_of(object), project.unit_of(store)) else { return };
    report
        .at(label, format!("{} may be applied before {}", object.id, store.id))
        .and(project.object_label(&store.value, format!("`{}` brings it", first.id)))
        .help(format!("let `{}` depend on `{}`", unit.id, first.id));
}
