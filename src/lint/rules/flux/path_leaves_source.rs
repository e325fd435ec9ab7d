//! `flux/path-leaves-source`: a path leads out of the source, and is cut off at its root.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::{FluxKustomization, group},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/path-leaves-source",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a path leads out of the source, and is cut off at its root",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`spec.path` counts from the root of the source, not from the file it is written in, and the controller does not let it lead out: `../apps` means `./apps`.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ../../apps
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
    let Some(flux) = FluxKustomization::of(&object.id, &object.value) else { return };
    let Some(path) = flux.spec.get("path").and_then(Value::as_str).filter(|path| leaves(path)) else { return };
    let Some(label) = project.label_at(flux.path_origin, "counts from the root of the source") else { return };
    let meant = if flux.path.is_root() { "./".to_owned() } else { format!("./{}", flux.path) };
    report
        .at(label, format!("`{path}` leads out of the source; the controller reads it as `{meant}`"))
        .help(format!("write `{meant}` if that is meant"))
        .fix(replace(project, &flux, &meant));
}

/// Whether there are more steps up than down anywhere on the way.
fn leaves(path: &str) -> bool {
    let mut depth = 0;
    path.split('/').any(|part| {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        depth < 0
    })
}

fn replace(project: &Project, flux: &FluxKustomization, meant: &str) -> Option<Fix> {
    let changes = project.edit(flux.path_origin, |document, route| document.replace(route, &Value::plain(meant)))?;
    Some(Fix { title: format!("write `{meant}`"), safety: Safety::Safe, changes })
}
