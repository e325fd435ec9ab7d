//! `flux/depends-on-missing`: a dependsOn entry names nothing that is declared.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::{Dependency, group},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::{Origin, Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/depends-on-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a dependsOn entry names nothing that is declared",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A Kustomization or HelmRelease with a `dependsOn` entry that does not exist waits for ever. An entry means an object of the same kind, in the same namespace unless it names another.

## Bad

```yaml clusters/production/flux-system/gotk-sync.yaml
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
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  dependsOn:
    - name: infrastrukture
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

```yaml clusters/production/infrastructure.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: infrastructure
  namespace: flux-system
spec:
  interval: 10m
  path: ./infrastructure
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml infrastructure/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  colour: blue
```

## Good

```yaml clusters/production/flux-system/gotk-sync.yaml
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
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  dependsOn:
    - name: infrastructure
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

```yaml clusters/production/infrastructure.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: infrastructure
  namespace: flux-system
spec:
  interval: 10m
  path: ./infrastructure
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml infrastructure/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_dependent = object.id.is(group::KUSTOMIZE, "Kustomization") || object.id.is(group::HELM, "HelmRelease");
    if !is_dependent || project.unit_of(object).is_none() || !project.is_all_of_flux_known() {
        return;
    }
    let Some(spec) = object.value.get("spec") else { return };
    for dependency in Dependency::all(&object.id, spec) {
        if !is_open(&dependency.name) && !is_open(&dependency.namespace) {
            look_up(project, object, &dependency, report);
        }
    }
}

/// Whether the name is only known later.
fn is_open(name: &str) -> bool {
    name.contains("${") || name.contains("<<")
}

fn look_up(project: &Project, object: &Object, dependency: &Dependency, report: &mut Report<'_>) {
    let kind = &object.id.kind;
    let of_kind: Vec<&Object> =
        project.objects().iter().filter(|one| one.id.group_kind() == object.id.group_kind()).collect();
    let is_near = |one: &&&Object| {
        let namespace = one.id.namespace.as_ref();
        dependency.namespace.is_empty() || namespace.is_none_or(|name| *name == dependency.namespace || is_open(name))
    };
    let is_named = |one: &&Object| one.id.name == dependency.name;
    let is_made = project.flux_kustomizations().iter().any(|one| one.makes_source && one.id.name == dependency.name);
    if of_kind.iter().filter(is_near).any(&is_named) || is_made || is_of_other_kind(project, dependency) {
        return;
    }
    let Some(label) = project.label_at(dependency.origin, "") else { return };
    let Dependency { namespace, name, .. } = dependency;
    let place = if namespace.is_empty() { String::new() } else { format!(" in namespace `{namespace}`") };
    let finding = report.at(label, format!("no {kind} `{name}`{place} is declared in this repository"));
    if let Some(elsewhere) = of_kind.iter().find(|one| is_named(one)) {
        let there = elsewhere.id.namespace.clone().unwrap_or_default();
        finding
            .and(project.object_label(&elsewhere.value, format!("declared in namespace `{there}`")))
            .help(format!("set `namespace: {there}`"))
            .fix(name_namespace(project, dependency.origin, &there));
        return;
    }
    match nearest(name, of_kind.iter().filter(is_near).map(|one| one.id.name.as_str())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(rename(project, dependency.origin, near)),
        None => finding.help(format!("declare the {kind}, or remove the entry")),
    };
}

/// Whether something of the other kind has the name, which is told as that.
fn is_of_other_kind(project: &Project, dependency: &Dependency) -> bool {
    project.objects().iter().any(|one| {
        let is_flux = one.id.is(group::KUSTOMIZE, "Kustomization") || one.id.is(group::HELM, "HelmRelease");
        is_flux
            && one.id.name == dependency.name
            && one.id.namespace.as_ref().is_none_or(|namespace| *namespace == dependency.namespace)
    })
}

fn name_namespace(project: &Project, name: Origin, namespace: &str) -> Option<Fix> {
    let value = Value::plain(namespace);
    let changes = project.edit(name, |document, route| {
        let entry = route.parent().unwrap_or_else(|| route.clone());
        let namespace = entry.clone().key("namespace");
        match document.replace(&namespace, &value) {
            Ok(()) => Ok(()),
            Err(_) => document.insert_key(&entry, "namespace", &value, Place::After("name")),
        }
    })?;
    Some(Fix { title: format!("set `namespace: {namespace}`"), safety: Safety::Unsafe, changes })
}

fn rename(project: &Project, name: Origin, near: &str) -> Option<Fix> {
    project.replacement(name, &Value::plain(near), format!("depend on `{near}`"), Safety::Unsafe)
}
