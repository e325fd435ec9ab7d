//! `flux/force-on`: a Kustomization recreates objects whose fields cannot be changed.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/force-on",
    severity: Severity::Info,
    pedantic: true,
    summary: "a Kustomization recreates objects whose fields cannot be changed",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
With `force: true` the controller deletes and creates anew every object that the cluster refuses to change, a PersistentVolumeClaim with its data among them. The annotation
`kustomize.toolkit.fluxcd.io/force: enabled` does it for single objects.

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
  force: true
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
    let Some(force) = object.value.pointer(&["spec", "force"]).filter(|force| force.as_bool() == Some(true)) else {
        return;
    };
    let Some(label) = project.key_label(force.origin, "") else { return };
    report
        .at(label, format!("{} deletes and creates anew what cannot be changed", object.id))
        .help("annotate the objects that may be recreated with `kustomize.toolkit.fluxcd.io/force: enabled` instead")
        .fix(turn_off(project, force));
}

fn turn_off(project: &Project, force: &Value) -> Option<Fix> {
    let changes = project.without(force.origin)?;
    Some(Fix { title: "remove `force`".to_owned(), safety: Safety::Unsafe, changes })
}
