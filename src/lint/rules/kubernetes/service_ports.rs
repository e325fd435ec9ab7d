//! `kubernetes/service-ports`: the ports of a Service cannot be told apart.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/service-ports",
    severity: Severity::Error,
    pedantic: false,
    summary: "the ports of a Service cannot be told apart",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Where a Service has several ports, each needs a name of its own, and no two have the same number and protocol. The API refuses the object otherwise.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
    - port: 443
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
    - name: https
      port: 443
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let ports = object.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
    if !object.id.is("", "Service") || ports.len() < 2 {
        return;
    }
    let text = |port: &Value, field: &str| port.get(field).and_then(Value::as_scalar).map(|scalar| scalar.text.clone());
    let number = |port: &Value| Some((text(port, "port")?, text(port, "protocol").unwrap_or_else(|| "TCP".into())));
    for (index, port) in ports.iter().enumerate() {
        let same_name = |other: &&Value| text(other, "name") == text(port, "name");
        let same_number = |other: &&Value| number(other).is_some() && number(other) == number(port);
        if text(port, "name").is_none_or(|name| name.is_empty()) {
            let Some(label) = project.label(port, "has no name") else { continue };
            report
                .at(label, format!("{} has several ports, and one of them has no name", object.id))
                .help("give every port a `name`; the API refuses the object");
        } else if let Some(first) = ports[..index].iter().find(|other| same_name(other) || same_number(other)) {
            let Some(label) = project.label(port, "again here") else { continue };
            report
                .at(label, format!("{} has two ports of the same name, or of the same number and protocol", object.id))
                .and(project.label(first, "first here"))
                .help(
                    "the API refuses the object; a patch that adds an entry instead of changing one is the usual cause",
                );
        }
    }
}
