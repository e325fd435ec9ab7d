//! `argo/missing-key`: Go templates without `missingkey=error`.

use super::{items, set_spec, text};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/missing-key",
    severity: Severity::Warning,
    pedantic: true,
    summary: "an ApplicationSet goes on where a parameter is missing",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A Go template writes `<no value>` where a parameter is missing, and the Application is made with that text in a name or a path. With `goTemplateOptions: [missingkey=error]` the controller stops instead.

## Bad

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  generators:
    - list:
        elements:
          - name: blue
          - name: green
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
```

## Good

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions:
    - missingkey=error
  generators:
    - list:
        elements:
          - name: blue
          - name: green
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = set_spec(object) else { return };
    let Some(go) = spec.get("goTemplate").filter(|go| go.as_bool() == Some(true)) else { return };
    let options = items(spec, &["goTemplateOptions"]);
    if options.iter().any(|option| text(option, &[]).is_some_and(|option| option.starts_with("missingkey="))) {
        return;
    }
    let Some(label) = project.label(go, "without `missingkey=error`") else { return };
    let mut wanted: Vec<Value> = options.to_vec();
    wanted.push(Value::string("missingkey=error"));
    let changes = match spec.get("goTemplateOptions") {
        Some(present) => project.with_value(present.origin, &Value::sequence(wanted)),
        None => project.with_key(spec.origin, "goTemplateOptions", &Value::sequence(wanted)),
    };
    let finding = report.at(label, "missing parameters become `<no value>` in what this ApplicationSet makes");
    let fix = Fix::likely("stop at missing parameters", changes);
    finding.help("add `goTemplateOptions: [missingkey=error]`").fix(fix);
}
