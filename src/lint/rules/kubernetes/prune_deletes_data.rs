//! `kubernetes/prune-deletes-data`: a claim that pruning would delete with its data.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/prune-deletes-data",
    severity: Severity::Info,
    pedantic: true,
    summary: "a claim that pruning would delete with its data",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Where Flux or Argo CD prunes, a PersistentVolumeClaim that vanishes from Git is deleted, and with most StorageClasses its data too.

## Bad

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: ssh://git@git.example.org/team/fleet.git
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/production
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/web
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: mail
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/mail
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/web/claim.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
```

```yaml apps/mail/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: mail
  namespace: default
data:
  colour: blue
```

## Good

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: ssh://git@git.example.org/team/fleet.git
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/production
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/web
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: mail
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/mail
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/web/claim.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
  annotations:
    kustomize.toolkit.fluxcd.io/prune: disabled
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
```

```yaml apps/mail/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: mail
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let annotation = |name: &str| object.value.pointer(&["metadata", "annotations", name]).and_then(Value::as_str);
    let is_kept = annotation("kustomize.toolkit.fluxcd.io/prune") == Some("disabled")
        || annotation("argocd.argoproj.io/sync-options").is_some_and(|options| options.contains("Prune=false"))
        || annotation("helm.sh/resource-policy") == Some("keep");
    let is_pruned = project.unit_of(object).is_some_and(|unit| unit.flux.as_ref().is_some_and(|flux| flux.prune));
    if !object.id.is("", "PersistentVolumeClaim") || is_kept || !is_pruned {
        return;
    }
    let Some(label) = project.object_label(&object.value, "deleted when it vanishes from Git") else { return };
    let unit = project.unit_of(object);
    report
        .at(label, format!("pruning would delete {} and its data", object.id))
        .and(unit.and_then(|unit| project.label_at(unit.origin, "prunes")))
        .help("annotate it with `kustomize.toolkit.fluxcd.io/prune: disabled`");
}
