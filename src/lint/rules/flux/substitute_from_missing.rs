//! `flux/substitute-from-missing`: variables are to come from an object that is called otherwise.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project, Unit},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/substitute-from-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "variables are to come from an object that is called otherwise",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Unit(check),
};

const DOCS: &str = "\
The controller reads the objects of `substituteFrom` in the namespace of the Kustomization, and applies nothing as long as one is missing, unless its entry says `optional: true`. The rule speaks up where the
repository has an object of another kind or almost the same name; one that is made by hand is nobody's fault.

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
  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: cluster-settings
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: ${COLOUR:=red}
```

```yaml clusters/production/variables.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-setings
  namespace: flux-system
data:
  COLOUR: blue
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
  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: cluster-settings
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: ${COLOUR:=red}
```

```yaml clusters/production/variables.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-settings
  namespace: flux-system
data:
  COLOUR: blue
```
";

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let Some(flux) = &unit.flux else { return };
    let entries = flux.spec.get("postBuild").and_then(|one| one.get("substituteFrom")).and_then(Value::as_sequence);
    for entry in entries.unwrap_or_default() {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let (Some(kind), Some(name)) = (text("kind"), text("name")) else { continue };
        let is_optional = entry.get("optional").and_then(Value::as_bool).unwrap_or_default();
        let is_external = project.is_external(kind, Some(flux.namespace()), name);
        if !is_optional && !is_external && !name.contains("${") {
            look_up(project, flux.namespace(), kind, (name, entry), report);
        }
    }
}

/// A ConfigMap or Secret that the repository brings into the cluster: kind, namespace, name.
type Made = (String, Option<String>, String);

fn look_up(project: &Project, namespace: &str, kind: &str, (name, entry): (&str, &Value), report: &mut Report<'_>) {
    let made: Vec<Made> = project
        .objects()
        .iter()
        .flat_map(Object::produced)
        .map(|one| (format!("{:?}", one.kind), one.namespace.as_ref().map(ToString::to_string), one.name.to_string()))
        .collect();
    let is_here = |one: &&Made| one.0 == kind && one.1.as_ref().is_none_or(|other| other == namespace);
    if namespace.is_empty() || made.iter().filter(is_here).any(|one| one.2 == name) {
        return;
    }
    let Some(written) = entry.get("name") else { return };
    let Some(label) = project.label(written, "") else { return };
    let of_other_kind = made.iter().find(|one| one.2 == name && one.0 != kind && one.1.as_deref() == Some(namespace));
    let near = nearest(name, made.iter().filter(is_here).map(|one| one.2.as_str()));
    let message = format!("variables are to come from the {kind} `{namespace}/{name}`, which nothing makes");
    if let Some((other, ..)) = of_other_kind {
        report.at(label, message).help(format!("`{name}` is a {other}"));
    } else if let Some(near) = near {
        report.at(label, message).help(format!("did you mean `{near}`?")).fix(rename(project, written, near));
    }
}

fn rename(project: &Project, name: &Value, near: &str) -> Option<Fix> {
    let changes = project.edit(name.origin, |document, route| document.replace(route, &Value::plain(near)))?;
    Some(Fix { title: format!("take them from `{near}`"), safety: Safety::Unsafe, changes })
}
