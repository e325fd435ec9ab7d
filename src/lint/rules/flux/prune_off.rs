//! `flux/prune-off`: a Kustomization leaves behind what leaves the repository.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/prune-off",
    severity: Severity::Info,
    pedantic: true,
    summary: "a Kustomization leaves behind what leaves the repository",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
With `prune: false` objects that are removed from the repository stay in the cluster, and nothing shows them any more.

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
  prune: false
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
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
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is(group::KUSTOMIZE, "Kustomization") {
        return;
    }
    let Some(prune) = object.value.pointer(&["spec", "prune"]).filter(|prune| prune.as_bool() == Some(false)) else {
        return;
    };
    let Some(label) = project.label(prune, "") else { return };
    report
        .at(label, format!("what leaves {} in the repository stays in the cluster", object.id))
        .help("set `prune: true`; single objects are kept by the annotation `kustomize.toolkit.fluxcd.io/prune: disabled`")
        .fix(turn_on(project, prune));
}

fn turn_on(project: &Project, prune: &Value) -> Option<Fix> {
    let changes = project.edit(prune.origin, |document, route| document.replace(route, &Value::bool(true)))?;
    Some(Fix { title: "set `prune: true`".to_owned(), safety: Safety::Unsafe, changes })
}
