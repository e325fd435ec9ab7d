//! `kubernetes/duplicate-environment-variable`: a container sets an environment variable twice.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/duplicate-environment-variable",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a container sets an environment variable twice",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Of two entries with one name only the last counts; server-side apply, which Flux uses, may refuse the object or drop one of the two.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
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
          env:
            - name: LEVEL
              value: debug
            - name: LEVEL
              value: info
```

## Good

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
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
          env:
            - name: LEVEL
              value: info
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for container in pod.containers() {
        let entries = container.get("env").and_then(Value::as_sequence).unwrap_or_default();
        let names: Vec<&Value> = entries.iter().filter_map(|entry| entry.get("name")).collect();
        for (index, name) in names.iter().enumerate() {
            let Some(first) = names[..index].iter().find(|other| other == &name) else { continue };
            let (Some(text), Some(label)) = (name.as_str(), project.label(name, "again here")) else { continue };
            report
                .at(label, format!("{} sets the environment variable `{text}` twice", object.id))
                .and(project.label(first, "first here; this value is lost"))
                .help("remove one of the two");
        }
    }
}
