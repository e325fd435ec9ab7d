//! `flux/renovate-source`: a HelmRepository that Renovate does not connect with its releases.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::{group, helm_release},
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{Object, Project},
    yaml::{Node, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/renovate-source",
    severity: Severity::Info,
    pedantic: true,
    summary: "Renovate cannot tell which HelmRepository a HelmRelease means",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Renovate reads files one by one and does not build kustomizations. It connects a HelmRelease with its HelmRepository by kind, name and namespace, so the HelmRepository must say its namespace itself, and
the HelmRelease must say its own, or that of its source. Otherwise the chart is never updated. The rule looks only into repositories that have a configuration for Renovate.

## Bad

```json renovate.json
{}
```

```yaml apps/kustomization.yaml
namespace: default
resources:
  - hub.yaml
```

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
spec:
  interval: 1h
  url: https://charts.example.org
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
```

## Good

```json renovate.json
{}
```

```yaml apps/kustomization.yaml
namespace: default
resources:
  - hub.yaml
```

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
```
";

/// Where Renovate looks for its configuration.
const CONFIGURATIONS: &[&str] = &[
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_source = object.id.is(group::SOURCE, "HelmRepository");
    let is_release = helm_release::is_helm_release(&object.id) && takes_repository(&object.value);
    if !(is_source || is_release) || !is_used(project) {
        return;
    }
    // What Renovate reads is the file, not what a kustomization makes of it.
    let Some((_, root)) = project.node_of(object.origin()) else { return };
    let text = |keys: &[&str]| root.at(keys).and_then(Node::text);
    let is_whole = text(&["kind"]) == Some(&object.id.kind) && text(&["metadata", "name"]).is_some();
    let is_said = text(&["metadata", "namespace"]).is_some()
        || !is_source && text(&["spec", "chart", "spec", "sourceRef", "namespace"]).is_some();
    let (Some(namespace), Some(metadata), false, true) =
        (&object.id.namespace, object.value.get("metadata"), is_said, is_whole)
    else {
        return;
    };
    let Some(label) = project.object_label(&object.value, "no namespace in this file") else { return };
    let changes = project.with_key(metadata.origin, "namespace", &Value::string(namespace.clone()));
    report
        .at(label, format!("Renovate does not know the namespace of {} `{}`", object.id.kind, object.id.name))
        .help(format!("say `namespace: {namespace}` in the file"))
        .fix(Fix::safe(format!("say `namespace: {namespace}`"), changes));
}

fn takes_repository(release: &Value) -> bool {
    release.pointer(&["spec", "chart", "spec", "sourceRef", "kind"]).and_then(Value::as_str) == Some("HelmRepository")
}

fn is_used(project: &Project) -> bool {
    CONFIGURATIONS.iter().any(|path| {
        let path = RepoPath::new(path).ok();
        path.is_some_and(|path| project.view().kind(&path).is_ok_and(|kind| kind.is_some()))
    })
}
