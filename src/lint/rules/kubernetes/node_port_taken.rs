//! `kubernetes/node-port-taken`: two Services want the same node port.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/node-port-taken",
    severity: Severity::Error,
    pedantic: false,
    summary: "two Services want the same node port",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A port of the nodes belongs to one Service; the API refuses the second that asks for it. Services that are applied to different clusters are not
compared.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: first
  namespace: default
spec:
  type: NodePort
  ports:
    - name: http
      port: 80
      nodePort: 30080
---
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

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: v1
kind: Service
metadata:
  name: first
  namespace: default
spec:
  type: NodePort
  ports:
    - name: http
      port: 80
      nodePort: 30080
---
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
      nodePort: 30081
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Service") {
        return;
    }
    for (port, key) in node_ports(object) {
        let others = project.objects_of_kind(object, "", "Service").filter(|other| is_before(project, other, object));
        let taken = others.filter(|other| other.id.name != object.id.name || other.id.namespace != object.id.namespace);
        let taken =
            taken.flat_map(|other| node_ports(other).into_iter().map(move |(value, found)| (other, value, found)));
        let Some((other, first, _)) = taken.into_iter().find(|(_, _, found)| *found == key) else { continue };
        let Some(label) = project.label(port, "taken") else { continue };
        report
            .at(label, format!("{} and {} want the same node port `{}`", object.id, other.id, key.0))
            .and(project.label(first, format!("{} has it", other.id)))
            .help("choose another, or leave `nodePort` out and let the cluster choose");
    }
}

/// Whether the first of two objects is listed before the second, and surely in the same cluster: one of a known cluster, or of the same unit.
fn is_before(project: &Project, one: &Object, other: &Object) -> bool {
    let cluster = |object: &Object| project.unit_of(object).and_then(|unit| unit.cluster);
    let is_same_cluster = cluster(one).is_some() && cluster(one) == cluster(other);
    let is_same_unit = one.unit == other.unit && project.unit_of(one).is_some();
    (is_same_cluster || is_same_unit) && (one.unit, one.origin()) < (other.unit, other.origin())
}

/// The node ports of a Service, each with its protocol.
fn node_ports(object: &Object) -> Vec<(&Value, (&str, &str))> {
    let ports = object.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
    let one = |port| -> Option<(&Value, (&str, &str))> {
        let value = Value::get(port, "nodePort")?;
        let number = value.as_scalar()?.text.as_str();
        let protocol = port.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
        (number != "0").then_some((value, (number, protocol)))
    };
    ports.iter().filter_map(one).collect()
}
