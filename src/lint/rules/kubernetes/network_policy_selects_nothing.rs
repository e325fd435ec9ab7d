//! `kubernetes/network-policy-selects-nothing`: a `NetworkPolicy` selects no Pods.

use crate::{
    diagnostic::Severity,
    graph::Selector,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/network-policy-selects-nothing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a NetworkPolicy selects no Pods",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A policy whose selector finds no Pods protects nothing. It is looked at only where nothing in the namespace, neither a chart nor a custom resource,
could bring the Pods.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: default
spec:
  podSelector:
    matchLabels:
      app: website
  policyTypes:
    - Ingress
```

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
---
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
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("networking.k8s.io", "NetworkPolicy")
        || !project.knows_namespace(object, object.id.namespace.as_deref())
    {
        return;
    }
    let Some(written) = object.value.pointer(&["spec", "podSelector"]) else { return };
    let selector = Selector::of(written);
    if selector.is_empty() || project.selected(object, selector).next().is_some() {
        return;
    }
    let Some(label) = project.key_label(written.origin, "no Pods have these labels") else { return };
    let near = project.pods_beside(object).find(|(other, _)| other.id.name == object.id.name);
    let near = near.or_else(|| project.pods_beside(object).next());
    report
        .at(label, format!("{} applies to no Pods of this repository", object.id))
        .and(near.and_then(|(other, _)| project.object_label(&other.value, "its Pods have other labels")))
        .help("give the selector labels that Pods of the same namespace have");
}
