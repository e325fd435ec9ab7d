//! `kubernetes/probe-port-missing`: a probe asks a port that the container does not name.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/probe-port-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a probe asks a port that the container does not name",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A probe or a hook that names its port must find the name among the ports of the same container; otherwise it always fails, and the container is
restarted or never ready.

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
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /
              port: web
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
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /
              port: http
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for container in pod.containers() {
        let ports = container.get("ports").and_then(Value::as_sequence).unwrap_or_default();
        let names: Vec<&str> = ports.iter().filter_map(|port| port.get("name")?.as_str()).collect();
        let probes =
            ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|field| container.get(field));
        let hooks = ["postStart", "preStop"].into_iter().filter_map(|field| container.pointer(&["lifecycle", field]));
        for handler in probes.chain(hooks) {
            let asked = ["httpGet", "tcpSocket"].into_iter().find_map(|field| handler.pointer(&[field, "port"]));
            let Some(written) = asked else { continue };
            let is_missing = |name: &&str| !names.contains(name) && name.parse::<u16>().is_err() && !name.contains('$');
            let Some(wanted) = written.as_str().filter(is_missing) else { continue };
            let Some(label) = project.label(written, "not a port of the container") else { continue };
            let finding = report.at(
                label,
                format!("a probe of {} asks the port `{wanted}`, which its container does not name", object.id),
            );
            match names.as_slice() {
                [only] => finding.help(format!("did you mean `{only}`?")).fix(project.replacement(
                    written.origin,
                    &Value::string(*only),
                    format!("ask the port `{only}`"),
                    Safety::Unsafe,
                )),
                _ => finding.help("name a port of the same container, or use its number"),
            };
        }
    }
}
