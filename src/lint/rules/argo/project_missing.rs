//! `argo/project-missing`: `project` names no AppProject.

use super::{application_spec, text};
use crate::{
    argo::GROUP,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/project-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an Application belongs to a project that the repository does not hold",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD refuses an Application whose project does not exist. The rule speaks only where a project with almost the same name stands in the repository.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: platfrom
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
```

```yaml argocd/project.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: platform
  namespace: argocd
spec:
  sourceRepos:
    - https://charts.example.org
  destinations:
    - server: https://kubernetes.default.svc
      namespace: default
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: platform
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
```

```yaml argocd/project.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: platform
  namespace: argocd
spec:
  sourceRepos:
    - https://charts.example.org
  destinations:
    - server: https://kubernetes.default.svc
      namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object) else { return };
    let (Some(name), Some(written)) = (text(spec, &["project"]), spec.get("project")) else { return };
    let projects = || project.objects().iter().filter(|other| other.id.is(GROUP, "AppProject"));
    if name == "default" || name.contains("{{") || projects().any(|other| other.id.name == name) {
        return;
    }
    let Some(near) = nearest(name, projects().map(|other| other.id.name.as_str())) else { return };
    let Some(label) = project.label(written, "no such project") else { return };
    let changes = project.with_value(written.origin, &Value::string(near));
    let finding = report.at(label, format!("there is no AppProject `{name}`"));
    finding.help(format!("did you mean `{near}`?")).fix(Fix::likely(format!("write `{near}`"), changes));
}
