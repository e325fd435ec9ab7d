//! `kubernetes/policy-type-missing`: a `NetworkPolicy` has rules for a direction that it does not govern.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/policy-type-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a NetworkPolicy has rules for a direction that it does not govern",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Rules count only for the directions in `policyTypes`. Without that list they count for `Ingress`, and for `Egress` where there are such rules.

## Bad

```yaml apps/app.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: default
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  egress:
    - to:
        - podSelector: {}
```

## Good

```yaml apps/app.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: default
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
    - Egress
  egress:
    - to:
        - podSelector: {}
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("networking.k8s.io", "NetworkPolicy") {
        return;
    }
    let Some(types) = object.value.pointer(&["spec", "policyTypes"]) else { return };
    let named: Vec<&str> = types.as_sequence().unwrap_or_default().iter().filter_map(Value::as_str).collect();
    for (field, name) in [("ingress", "Ingress"), ("egress", "Egress")] {
        let rules = object.value.pointer(&["spec", field]);
        let Some(rules) = rules.filter(|rules| rules.as_sequence().is_some_and(|rules| !rules.is_empty())) else {
            continue;
        };
        if named.is_empty() || named.contains(&name) {
            continue;
        }
        let Some(label) = project.key_label(rules.origin, "these rules do not count") else { continue };
        let value = Value::string(name);
        let changes = project.edit(types.origin, |document, route| document.append_item(route, &value));
        let title = format!("govern `{name}`");
        report
            .at(label, format!("{} has rules for `{field}`, but does not govern it", object.id))
            .and(project.key_label(types.origin, format!("`{name}` is not listed")))
            .help(format!("add `{name}` to `policyTypes`, or remove the rules"))
            .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
    }
}
