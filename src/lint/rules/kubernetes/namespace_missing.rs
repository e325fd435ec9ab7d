//! `kubernetes/namespace-missing`: objects in a namespace that nothing creates.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::{Label, Severity},
    flux::{group, helm_release},
    lint::{Check, Report, Rule},
    manifest::is_provided_namespace,
    path::RepoPath,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/namespace-missing",
    severity: Severity::Error,
    summary: "objects in a namespace that nothing in the repository creates",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Neither Flux nor Argo CD makes a namespace because an object wants to live in it (Argo CD does with `CreateNamespace=true`, for one namespace). The apply fails until somebody
makes it by hand, and fails again on the next cluster.

The rule speaks only in repositories that a Flux Kustomization or an Argo CD Application reconciles, and once for each namespace.

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
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: web
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

```yaml apps/namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: web
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: web
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let units: BTreeSet<&RepoPath> = project.reconciled_units().collect();
    if units.is_empty() {
        return;
    }
    let created = created(project);
    let mut missing: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    let applied =
        project.objects().iter().filter(|object| object.unit.as_ref().is_some_and(|unit| units.contains(unit)));
    for object in applied.filter(|object| !object.id.is_cluster_scoped()) {
        let Some(namespace) = object.id.namespace.as_deref() else { continue };
        if !created.contains(namespace) && !namespace.contains('$') && !is_provided_namespace(namespace) {
            missing.entry(namespace).or_default().push(object);
        }
    }
    for (namespace, objects) in missing {
        let places = objects.iter().filter_map(|object| Some((namespace_label(project, object)?, object)));
        let Some((label, first)) = places.min_by(|a, b| a.0.cmp(&b.0)) else { continue };
        let others = match objects.len() {
            1 => String::new(),
            2 => " (and 1 more object)".to_owned(),
            count => format!(" (and {} more objects)", count - 1),
        };
        report
            .at(label, format!("nothing creates namespace `{namespace}`, which {}{others} needs", first.id))
            .help(format!("add a Namespace `{namespace}` to what is applied"));
    }
}

/// Where the namespace of an object is written: in the object, or in the kustomization that sets it.
fn namespace_label(project: &Project, object: &Object) -> Option<Label> {
    let namespace = object.value.pointer(&["metadata", "namespace"]);
    let label = namespace.and_then(|namespace| project.label(namespace, "this namespace"));
    label.or_else(|| project.object_label(&object.value, "this object"))
}

/// The namespaces that something in the repository makes, or that come with what reconciles it.
fn created(project: &Project) -> BTreeSet<String> {
    let mut created: BTreeSet<String> = ["flux-system", "argocd", "openshift-gitops"].map(str::to_owned).into();
    for object in project.objects() {
        let text =
            |keys: &[&str]| object.value.pointer(keys).and_then(Value::as_scalar).map(|scalar| scalar.text.to_string());
        match (object.id.group.as_str(), object.id.kind.as_str()) {
            ("", "Namespace") | ("project.openshift.io", "Project" | "ProjectRequest") => {
                created.insert(object.id.name.to_string());
            }
            (group::HELM, "HelmRelease") if helm_release::creates_namespace(&object.value) => {
                created.extend(
                    text(&["spec", "targetNamespace"])
                        .or_else(|| object.id.namespace.as_ref().map(ToString::to_string)),
                );
            }
            ("argoproj.io", "Application") if makes_destination(object.value.get("spec")) => {
                created.extend(text(&["spec", "destination", "namespace"]));
            }
            ("argoproj.io", "ApplicationSet")
                if makes_destination(object.value.pointer(&["spec", "template", "spec"])) =>
            {
                created.extend(text(&["spec", "template", "spec", "destination", "namespace"]));
            }
            _ => {}
        }
    }
    created
}

/// Whether an Application's sync options make its destination namespace.
fn makes_destination(spec: Option<&Value>) -> bool {
    let options = spec.and_then(|spec| spec.pointer(&["syncPolicy", "syncOptions"])).and_then(Value::as_sequence);
    options.unwrap_or_default().iter().any(|option| option.as_str() == Some("CreateNamespace=true"))
}
