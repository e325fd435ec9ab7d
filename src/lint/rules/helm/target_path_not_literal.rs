//! `helm/target-path-not-literal`: a secret that `--set` could misread.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/target-path-not-literal",
    severity: Severity::Info,
    pedantic: true,
    summary: "a secret for a target path is read as `--set` reads it",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
What stands under a target path is read as Helm's `--set` reads it: a comma, a bracket, a brace or a backslash in a password ends the release or loses a part of it, and a password of digits becomes a
number. With `literal: true` it is taken as it is. Flux knows `literal` since version 2.9; before that, quotes inside of the value do the same.

## Bad

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: secret
      version: v2
      auth:
        kubernetes:
          mountPath: kubernetes
          role: hub
          serviceAccountRef:
            name: external-secrets
            namespace: external-secrets
---
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
  data:
    - secretKey: password
      remoteRef:
        key: hub
        property: password
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  valuesFrom:
    - kind: Secret
      name: hub
      valuesKey: password
      targetPath: hub.password
```

## Good

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: secret
      version: v2
      auth:
        kubernetes:
          mountPath: kubernetes
          role: hub
          serviceAccountRef:
            name: external-secrets
            namespace: external-secrets
---
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
  data:
    - secretKey: password
      remoteRef:
        key: hub
        property: password
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  valuesFrom:
    - kind: Secret
      name: hub
      valuesKey: password
      targetPath: hub.password
      literal: true
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    let entries = object.value.pointer(&["spec", "valuesFrom"]).and_then(Value::as_sequence).unwrap_or_default();
    for entry in entries {
        let is = |key: &str, text: &str| entry.get(key).and_then(Value::as_str) == Some(text);
        let path = entry.get("targetPath").filter(|path| path.as_str().is_some_and(|path| !path.is_empty()));
        let (Some(path), true, None) = (path, is("kind", "Secret"), entry.get("literal")) else { continue };
        let Some(label) = project.label(path, "read as `--set` reads it") else { continue };
        let changes = project.with_key(entry.origin, "literal", &Value::bool(true));
        report
            .at(label, "a secret with a comma, a brace or only digits would not arrive as it is")
            .help("add `literal: true`")
            .fix(Fix::likely("add `literal: true`", changes));
    }
}
