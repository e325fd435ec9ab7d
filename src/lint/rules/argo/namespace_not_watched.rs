//! `argo/namespace-not-watched`: an Application in a namespace that Argo CD does not look at.

use crate::{
    argo::{GROUP, namespace_fits},
    diagnostic::Severity,
    helm::ChartSource,
    lint::{Check, Report, Rule},
    project::{Object, Project, Unit},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/namespace-not-watched",
    severity: Severity::Error,
    pedantic: false,
    summary: "Argo CD does not look at the namespace of an Application",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD takes Applications from its own namespace, and from others only as far as `application.namespaces` in `argocd-cmd-params-cm` (`configs.params` of the chart, `sourceNamespaces` of an `ArgoCD`) names them.
An Application elsewhere just stays there. It is looked at only where the repository shows how the Argo CD of the cluster is set up.

## Bad

```yaml argocd/root.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: root
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps
```

```yaml apps/argocd.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cmd-params-cm
  namespace: argocd
data:
  application.namespaces: team-*
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: teams
  namespace: argocd
spec:
  sourceNamespaces:
    - \"*\"
  sourceRepos:
    - \"*\"
  destinations:
    - server: \"*\"
      namespace: \"*\"
---
apiVersion: v1
kind: Namespace
metadata:
  name: research
```

```yaml apps/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: research
spec:
  project: teams
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: hub
```

```yaml hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml argocd/root.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: root
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps
```

```yaml apps/argocd.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cmd-params-cm
  namespace: argocd
data:
  application.namespaces: team-*
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: teams
  namespace: argocd
spec:
  sourceNamespaces:
    - \"*\"
  sourceRepos:
    - \"*\"
  destinations:
    - server: \"*\"
      namespace: \"*\"
---
apiVersion: v1
kind: Namespace
metadata:
  name: team-research
```

```yaml apps/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: team-research
spec:
  project: teams
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: hub
```

```yaml hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

/// An Argo CD that the repository sets up.
struct Installed {
    namespace: String,
    /// The patterns of the other namespaces that it looks at.
    others: Vec<String>,
}

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(unit) = project.unit_of(object).filter(|_| object.id.is(GROUP, "Application")) else { return };
    let Some(namespace) = object.id.namespace.as_deref().filter(|_| unit.cluster.is_some()) else { return };
    let Some(installed) = installed(project, unit).filter(|all| !all.is_empty()) else { return };
    let looks = |one: &Installed| {
        one.namespace == namespace || one.others.iter().any(|pattern| namespace_fits(pattern, namespace))
    };
    if installed.iter().any(looks) {
        return;
    }
    let place = object.value.pointer(&["metadata", "namespace"]);
    let label = place.and_then(|place| project.label(place, "not looked at"));
    let Some(label) = label.or_else(|| project.object_label(&object.value, "not looked at")) else { return };
    let own: Vec<String> = installed.iter().map(|one| format!("`{}`", one.namespace)).collect();
    let others =
        if installed.iter().all(|one| one.others.is_empty()) { " alone" } else { " and the namespaces it is told of" };
    report.at(label, format!("Argo CD does not look at {}", object.id)).help(format!(
        "it takes Applications from {}{others}; move it, or name its namespace in `application.namespaces`",
        own.join(", ")
    ));
}

/// Every Argo CD in the cluster of a unit; `None` where the repository does not tell all about one of them.
fn installed(project: &Project, unit: &Unit) -> Option<Vec<Installed>> {
    let is_beside = |other: &Unit| other.cluster == unit.cluster && other.destination == unit.destination;
    let mut all = Vec::new();
    for object in project.objects().iter().filter(|one| project.unit_of(one).is_some_and(is_beside)) {
        let others = if object.id.is("", "ConfigMap") && object.id.name == "argocd-cmd-params-cm" {
            listed(object.value.pointer(&["data", "application.namespaces"]))
        } else if object.id.is(GROUP, "ArgoCD") {
            let names = object.value.pointer(&["spec", "sourceNamespaces"]).and_then(Value::as_sequence);
            names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        } else {
            continue;
        };
        all.push(Installed { namespace: object.id.namespace.as_ref()?.to_string(), others });
    }
    for one in &project.model().releases {
        let is_meant = matches!(&one.release.chart, Some(ChartSource::Repository { name, .. }) if name == "argo-cd")
            || matches!(&one.release.chart, Some(ChartSource::Oci { url, .. }) if url.ends_with("/argo-cd"));
        if !is_meant || project.units().get(one.unit).is_none_or(|other| other.cluster != unit.cluster) {
            continue;
        }
        if !one.release.unknown.is_empty() {
            return None;
        }
        let others = listed(one.release.values.pointer(&["configs", "params", "application.namespaces"]));
        all.push(Installed { namespace: one.release.namespace.as_ref()?.to_string(), others });
    }
    Some(all)
}

/// The patterns of a list that is written with commas.
fn listed(value: Option<&Value>) -> Vec<String> {
    let text = value.and_then(Value::as_scalar).map_or("", |scalar| scalar.text.as_str());
    text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}
