//! `kubernetes/invalid-port-name`: the name of a port is not allowed.

use crate::{
    diagnostic::Severity,
    graph::{PodTemplate, pod_template},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    schema::is_dns_label,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/invalid-port-name",
    severity: Severity::Error,
    pedantic: false,
    summary: "the name of a port is not allowed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The name of a container port has at most 15 lower-case letters, digits and single dashes, with a letter among them; that of a Service port is a DNS
label. The API refuses the object otherwise.

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
            - name: administration-http
              containerPort: 8080
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
            - name: admin-http
              containerPort: 8080
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let pod = pod_template(&object.id, &object.value);
    for name in pod.iter().flat_map(PodTemplate::ports).filter_map(|port| port.get("name")) {
        judge(
            project,
            object,
            name,
            (is_port_name, "at most 15 lower-case letters, digits and single dashes, with a letter among them"),
            report,
        );
    }
    let ports = object.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
    for name in ports.iter().filter_map(|port| port.get("name")).filter(|_| object.id.is("", "Service")) {
        judge(project, object, name, (is_dns_label, "at most 63 lower-case letters, digits and dashes"), report);
    }
}

fn judge(
    project: &Project,
    object: &Object,
    name: &Value,
    (is_right, rule): (fn(&str) -> bool, &str),
    report: &mut Report<'_>,
) {
    let Some(text) = name.as_str().filter(|text| !text.is_empty() && !text.contains('$') && !is_right(text)) else {
        return;
    };
    let Some(label) = project.label(name, "not a name of a port") else { return };
    report
        .at(label, format!("{} calls a port `{text}`, which the API refuses", object.id))
        .help(format!("a name of {rule}"));
}

/// RFC 6335, section 5.1.
fn is_port_name(text: &str) -> bool {
    is_dns_label(text) && text.len() <= 15 && !text.contains("--") && text.bytes().any(|byte| byte.is_ascii_lowercase())
}
