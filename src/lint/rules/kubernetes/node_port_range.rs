//! `kubernetes/node-port-range`: a node port outside of the usual range.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/node-port-range",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a node port outside of the usual range",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Clusters give out node ports from 30000 to 32767, unless `--service-node-port-range` of the API server says otherwise; the API refuses all others.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  type: NodePort
  ports:
    - name: http
      port: 80
      nodePort: 8080
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  type: NodePort
  ports:
    - name: http
      port: 80
      nodePort: 30080
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let ports = object.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
    for port in ports.iter().filter_map(|port| port.get("nodePort")).filter(|_| object.id.is("", "Service")) {
        let number = port.as_scalar().and_then(|scalar| scalar.text.parse::<u32>().ok());
        let Some(number) = number.filter(|number| *number != 0 && !(30_000..=32_767).contains(number)) else {
            continue;
        };
        let Some(label) = project.label(port, "not between 30000 and 32767") else { continue };
        report
            .at(label, format!("the node port `{number}` of {} is outside of the usual range", object.id))
            .help("choose one between 30000 and 32767, or leave `nodePort` out and let the cluster choose");
    }
}
