//! `kubernetes/strategy-conflict`: `rollingUpdate` beside the strategy `Recreate`.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/strategy-conflict",
    severity: Severity::Error,
    pedantic: false,
    summary: "`rollingUpdate` beside the strategy `Recreate`",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a Deployment with the strategy `Recreate` that has parameters of a rolling update. It happens where a patch changes the type and the
base has parameters. The same goes for `OnDelete` of StatefulSets and DaemonSets.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  strategy:
    type: Recreate
    rollingUpdate:
      maxSurge: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```

## Good

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let field = match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("apps", "Deployment") => "strategy",
        ("apps", "StatefulSet" | "DaemonSet") => "updateStrategy",
        _ => return,
    };
    let Some(strategy) = object.value.pointer(&["spec", field]) else { return };
    let (Some(kind), Some(parameters)) = (strategy.get("type"), strategy.get("rollingUpdate")) else { return };
    let Some(name) = kind.as_str().filter(|name| matches!(*name, "Recreate" | "OnDelete")) else { return };
    // A StatefulSet ignores the parameters.
    if parameters.is_null() || object.id.kind == "StatefulSet" {
        return;
    }
    let Some(label) = project.key_label(parameters.origin, "only for `RollingUpdate`") else { return };
    // Elsewhere the parameters may be right for another overlay.
    let is_near = kind.origin.file == parameters.origin.file;
    let fix = || project.removal(parameters.origin, "remove `rollingUpdate`", Safety::Safe);
    report
        .at(label, format!("{} has the strategy `{name}` and parameters of a rolling update", object.id))
        .and(project.label(kind, "the strategy"))
        .help("remove `rollingUpdate`; where a patch sets the type, it must set `rollingUpdate: null`")
        .fix(is_near.then(fix).flatten());
}
