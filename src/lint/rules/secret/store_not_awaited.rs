//! `secret/store-not-awaited`: an ExternalSecret that may be applied before its store.

use super::external_secret::{specification, stores};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Project, Unit},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-not-awaited",
    severity: Severity::Info,
    pedantic: true,
    summary: "nothing makes an ExternalSecret wait for its store",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
On a new cluster Flux applies Kustomizations side by side. One with an ExternalSecret that does not depend on the one with its store fails at first, and its health checks may run out of time before External Secrets looks again. It is told once for each Kustomization.

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

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let Some(own) = project.units().iter().position(|one| std::ptr::eq(one, unit)) else { return };
    if !unit.is_flux() || unit.cluster.is_none() {
        return;
    }
    let mut told = Vec::new();
    for object in project.objects().iter().filter(|object| object.unit == own) {
        let Some(reference) = specification(object).and_then(|spec| spec.get("secretStoreRef")) else { continue };
        let all = stores(project, object, reference);
        let mut near = all.iter().map(|(_, store)| *store).filter(|store| project.may_share_cluster(object, store));
        let (Some(store), None) = (near.next(), near.next()) else { continue };
        let first = project.unit_of(store).filter(|first| first.is_flux() && first.cluster == unit.cluster);
        let Some(first) = first.filter(|_| !told.contains(&store.unit) && !project.comes_before(store.unit, own))
        else {
            continue;
        };
        let name = reference.get("name").unwrap_or(reference);
        let Some(label) = project.label(name, "not waited for") else { continue };
        told.push(store.unit);
        report
            .at(label, format!("{} may be applied before {}", object.id, store.id))
            .and(project.object_label(&store.value, format!("`{}` brings it", first.id)))
            .help(format!("let `{}` depend on `{}`", unit.id, first.id));
    }
}
