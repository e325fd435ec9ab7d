//! `helm/reference-as-value`: a reference where the chart expects a text.

use super::values::{chart_of, parts};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/reference-as-value",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a reference to a Secret stands where the chart has a plain value",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
`valueFrom` and `secretKeyRef` mean something in the environment of a container. Where the chart's `values.yaml` has a text or a number, the templates print what they get, and the reference is
printed as `map[secretKeyRef:…]`. Some charts take either; this is why the rule runs only when it is asked for.

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
  values:
    password:
      valueFrom:
        secretKeyRef:
          name: hub
          key: password
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"password\": \"\", \"port\": 80, \"env\": {}, \"existing\": null, \"database\": {\"user\": \"hub\"}}}
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

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"password\": \"\", \"port\": 80, \"env\": {}, \"existing\": null, \"database\": {\"user\": \"hub\"}}}
```
";

const REFERENCES: &[&str] = &["valueFrom", "secretKeyRef", "configMapKeyRef"];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let Some(chart) = chart_of(project, release) else { return };
    let mut found = Vec::new();
    for part in parts(&chart, &release.release.values) {
        references(&part.chart.values, part.given, &mut found);
    }
    for (key, value) in found {
        let Some(label) = project.label_under(value.origin, key, "the chart has a plain value here") else { continue };
        let message = format!("chart `{}` would print this reference instead of what it leads to", chart.name());
        report.at(label, message).help("take the value in by `valuesFrom` and `targetPath`, or name the Secret in the value that the chart has for it");
    }
}

/// The references that stand where the chart has a scalar, with their keys.
fn references<'v>(defaults: &Value, given: &'v Value, found: &mut Vec<(&'v str, &'v Value)>) {
    let (Some(defaults), Some(given)) = (defaults.as_mapping(), given.as_mapping()) else { return };
    for (key, value) in given {
        match (defaults.get(key).map(|default| &default.content), &value.content) {
            (Some(Content::Mapping(_)), Content::Mapping(_)) => references(&defaults[key], value, found),
            (Some(Content::Scalar(_)), Content::Mapping(entries))
                if !defaults[key].is_null() && entries.keys().any(|key| REFERENCES.contains(&key.as_str())) =>
            {
                found.push((key, value));
            }
            _ => {}
        }
    }
}
