//! `argo/two-tools`: Argo CD chooses a tool by itself.

use crate::{
    argo::Application,
    diagnostic::{Label, Severity},
    helm::CHART_FILE,
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/two-tools",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a directory holds a chart and a kustomization, and the Application does not say which counts",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD finds out by the files in a directory how to render it. Where both a `Chart.yaml` and a kustomization lie, it takes one of them and passes over the other, which is hardly meant. Options of a tool, even empty ones, decide it.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: charts/hub
```

```yaml charts/hub/Chart.yaml
apiVersion: v2
name: hub
version: 1.0.0
```

```yaml charts/hub/values.yaml
replicas: 1
```

```yaml charts/hub/kustomization.yaml
resources:
  - settings.yaml
```

```yaml charts/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: charts/hub
    kustomize: {}
```

```yaml charts/hub/Chart.yaml
apiVersion: v2
name: hub
version: 1.0.0
```

```yaml charts/hub/values.yaml
replicas: 1
```

```yaml charts/hub/kustomization.yaml
resources:
  - settings.yaml
```

```yaml charts/hub/settings.yaml
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
    let Some(application) = Application::of(&object.id, &object.value) else { return };
    for source in application.sources.iter().filter(|source| source.tools.is_empty() && source.chart.is_none()) {
        let Some((path, origin)) = &source.path else { continue };
        let Ok(directory) = RepoPath::new(path) else { continue };
        let chart = directory.join(CHART_FILE).ok().and_then(|path| project.file(&path));
        let (Some(chart), Some(kustomization)) = (chart, project.kustomization(&directory)) else { continue };
        let Some(label) = project.label_at(*origin, "rendered by one of them") else { continue };
        let finding = report.at(label, format!("`{directory}` holds both a chart and a kustomization"));
        let finding = finding
            .and(Label::file(&chart.path, "the chart"))
            .and(Label::file(&kustomization.path, "the kustomization"));
        finding.help("say which is meant with `helm: {}` or `kustomize: {}` in the source");
    }
}
