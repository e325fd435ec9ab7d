//! `helm/values-from-key-missing`: a HelmRelease reads a key that the Secret or ConfigMap does not have.

use smol_str::SmolStr;

use crate::{
    config::ExternalKeys,
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release::{self, ValuesFrom},
    graph::{DataKind, Keys, Produced},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    text::nearest,
    yaml::{Origin, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/values-from-key-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a HelmRelease reads a key that the Secret or ConfigMap does not have",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The controller does not install or upgrade a release while a key of its `valuesFrom` is missing. Without `valuesKey` it reads the key `values.yaml`.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: notebooks
spec:
  url: https://charts.example.org
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: notebooks
spec:
  provider:
    vault:
      server: https://vault.example.org
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: notebooks
spec:
  secretStoreRef:
    kind: SecretStore
    name: vault
  data:
    - secretKey: CLIENT_ID
      remoteRef:
        key: hub
        property: client-id
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: notebooks
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
      valuesKey: CLIENT-ID
      targetPath: auth.client_id
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: notebooks
spec:
  url: https://charts.example.org
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub-values
  namespace: notebooks
data:
  values.yaml: |
    replicas: 1
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: notebooks
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
    - kind: ConfigMap
      name: hub-values
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    for entry in helm_release::values_from(&object.value) {
        let Some(kind) = DataKind::of(&entry.kind) else { continue };
        if entry.optional || is_placeholder(&entry.name) || is_placeholder(&entry.key) {
            continue;
        }
        let namespace = object.id.namespace.as_deref();
        let external = project.external_keys(&entry.kind, namespace, &entry.name);
        if external.as_ref().is_some_and(|external| external.may_have(&entry.key)) {
            continue;
        }
        let made = project.producers().find(kind, &entry.name, namespace);
        if let (true, Some(ExternalKeys::Known(keys))) = (made.is_empty(), &external) {
            not_outside(project, object, &entry, keys, report);
        }
        if let Some(keys) = all_keys(&made).filter(|keys| keys.iter().all(|(key, ..)| **key != entry.key)) {
            missing(project, object, &entry, &keys, report);
        }
    }
}

/// All keys of all that the name may mean, with their places and makers; `None` if there is no such object, or one whose keys nobody can tell.
fn all_keys<'p>(made: &[&'p Produced]) -> Option<Vec<(&'p SmolStr, Origin, &'p Produced)>> {
    if made.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for one in made {
        let Keys::Known(keys) = &one.keys else { return None };
        all.extend(keys.iter().map(|(key, origin)| (key, *origin, *one)));
    }
    Some(all)
}

/// What is made elsewhere does not have the key, as the configuration says.
fn not_outside(project: &Project, object: &Object, entry: &ValuesFrom, keys: &[&SmolStr], report: &mut Report<'_>) {
    let place = entry.key_origin.unwrap_or(entry.name_origin);
    let Some(label) = project.label_at(place, format!("{} reads the key `{}`", object.id, entry.key)) else { return };
    let message = format!("{} `{}`, which is made elsewhere, has no key `{}`", entry.kind, entry.name, entry.key);
    let finding = report.at(label, message);
    if let Some(near) = nearest(&entry.key, keys.iter().map(|key| key.as_str())) {
        let fix = entry.key_origin.and_then(|origin| replace(project, origin, near));
        finding.help(format!("did you mean `{near}`?")).fix(fix);
        return;
    }
    let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    finding.help(format!("under `external` in treewright.toml its keys are {}", names.join(", ")));
}

fn missing(
    project: &Project,
    object: &Object,
    entry: &ValuesFrom,
    keys: &[(&SmolStr, Origin, &Produced)],
    report: &mut Report<'_>,
) {
    let reads = match entry.key_origin {
        Some(_) => format!("{} reads this key", object.id),
        None => format!("{} reads the key `{}` of this, as no `valuesKey` names another", object.id, entry.key),
    };
    let Some(label) = project.label_at(entry.key_origin.unwrap_or(entry.name_origin), reads) else { return };
    let message = format!("no object in this repository puts `{}` into {} `{}`", entry.key, entry.kind, entry.name);
    let finding = report.at(label, message);
    let near = nearest(&entry.key, keys.iter().map(|(key, ..)| key.as_str()));
    let only = keys.first().filter(|_| keys.len() == 1).map(|(key, ..)| key.as_str());
    let Some(near) = near.or(only) else {
        let names: Vec<String> = keys.iter().map(|(key, ..)| format!("`{key}`")).collect();
        finding.help(match names.as_slice() {
            [] => "the object has no keys at all".to_owned(),
            names => format!("its keys are {}", names.join(", ")),
        });
        return;
    };
    let written = keys.iter().find(|(key, ..)| key.as_str() == near);
    let place = written.and_then(|&(key, origin, made)| key_place(project, key, origin, made));
    let fix = entry.key_origin.and_then(|origin| replace(project, origin, near));
    finding.and(place).help(format!("did you mean `{near}`?")).fix(fix);
}

/// Labels where a key is written: the `secretKey` of an ExternalSecret is a value, all others are keys.
fn key_place(project: &Project, key: &str, origin: Origin, made: &Produced) -> Option<crate::diagnostic::Label> {
    let (_, node) = project.node_of(origin)?;
    if node.text() == Some(key) {
        let message = format!("the {} that makes the {:?} writes `{key}`", made.by.kind, made.kind);
        return project.label_at(origin, message);
    }
    project.key_label(origin, format!("{} has `{key}`", made.by))
}

fn replace(project: &Project, origin: Origin, name: &str) -> Option<Fix> {
    let changes = project.edit(origin, |document, route| document.replace(route, &Value::string(name)))?;
    Some(Fix { title: format!("read `{name}`"), safety: Safety::Unsafe, changes })
}
