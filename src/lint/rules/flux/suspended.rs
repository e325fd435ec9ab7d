//! `flux/suspended`: an object of Flux is suspended.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/suspended",
    severity: Severity::Info,
    pedantic: true,
    summary: "an object of Flux is suspended",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A suspended object is left alone by its controller: what changes in the repository does not reach the cluster any more. That is meant for an hour, and is easily forgotten for a year.

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
  suspend: true
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
    if !object.id.group.ends_with(".fluxcd.io") {
        return;
    }
    let suspend = object.value.pointer(&["spec", "suspend"]).filter(|suspend| suspend.as_bool() == Some(true));
    let Some((suspend, label)) = suspend.and_then(|suspend| Some((suspend, project.key_label(suspend.origin, "")?)))
    else {
        return;
    };
    report
        .at(label, format!("{} is suspended", object.id))
        .help("take this out once the controller may go on")
        .fix(resume(project, suspend));
}

fn resume(project: &Project, suspend: &Value) -> Option<Fix> {
    let changes = project.without(suspend.origin)?;
    Some(Fix { title: "remove `suspend`".to_owned(), safety: Safety::Unsafe, changes })
}
