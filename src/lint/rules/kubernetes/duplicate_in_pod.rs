//! `kubernetes/duplicate-in-pod`: a Pod has two containers, volumes, mounts or ports of one name.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};
use std::collections::BTreeMap;

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/duplicate-in-pod",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Pod has two containers, volumes, mounts or ports of one name",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Names of containers and of volumes are unique in a Pod, names of ports and paths of mounts in a container. The API refuses the object otherwise; a
patch that was meant to change an entry and adds one instead is the usual cause.

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
      volumes:
        - name: data
          emptyDir: {}
        - name: cache
          emptyDir: {}
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
          volumeMounts:
            - name: data
              mountPath: /data
            - name: cache
              mountPath: /data
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
      volumes:
        - name: data
          emptyDir: {}
        - name: cache
          emptyDir: {}
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
          volumeMounts:
            - name: data
              mountPath: /data
            - name: cache
              mountPath: /cache
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    twice(project, object, ("container", pod.containers().filter_map(|one| one.get("name"))), report);
    twice(project, object, ("volume", pod.volumes().filter_map(|one| one.get("name"))), report);
    for container in pod.containers() {
        let listed = |field: &str| container.get(field).and_then(Value::as_sequence).unwrap_or_default().iter();
        twice(project, object, ("port", listed("ports").filter_map(|one| one.get("name"))), report);
        twice(project, object, ("mount at", listed("volumeMounts").filter_map(|one| one.get("mountPath"))), report);
    }
}

fn twice<'v>(
    project: &Project,
    object: &Object,
    (what, values): (&str, impl Iterator<Item = &'v Value>),
    report: &mut Report<'_>,
) {
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    for value in values {
        let Some(text) = value.as_str() else { continue };
        match seen.get(text) {
            None => {
                seen.insert(text, value);
            }
            Some(first) => {
                let Some(label) = project.label(value, "again here") else { continue };
                report
                    .at(label, format!("{} has the {what} `{text}` twice", object.id))
                    .and(project.label(first, "first here"))
                    .help("remove one of the two, or give it another name; the API refuses the object");
            }
        }
    }
}
