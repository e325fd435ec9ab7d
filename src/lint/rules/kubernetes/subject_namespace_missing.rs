//! `kubernetes/subject-namespace-missing`: a subject of a binding is a ServiceAccount without a namespace.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/subject-namespace-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a subject of a binding is a ServiceAccount without a namespace",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
ServiceAccounts live in namespaces; the API refuses a ClusterRoleBinding that does not say in which. In a RoleBinding the namespace may be left out: its own counts.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: default
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: reader
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: ServiceAccount
    name: web
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: default
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: reader
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
  - kind: ServiceAccount
    name: web
    namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("rbac.authorization.k8s.io", "ClusterRoleBinding") {
        return;
    }
    for subject in object.value.get("subjects").and_then(Value::as_sequence).unwrap_or_default() {
        let is_account = subject.get("kind").and_then(Value::as_str) == Some("ServiceAccount");
        let namespace =
            subject.get("namespace").and_then(Value::as_scalar).is_some_and(|scalar| !scalar.text.is_empty());
        let Some(label) = project.label(subject, "has no `namespace`").filter(|_| is_account && !namespace) else {
            continue;
        };
        let name = subject.get("name").and_then(Value::as_str).unwrap_or_default();
        let fix = only_namespace(project, name).and_then(|namespace| {
            let title = "add the namespace of the ServiceAccount of this name";
            project.addition(subject.origin, ("namespace", namespace), title, Safety::Unsafe)
        });
        report
            .at(label, format!("{} does not say in which namespace its ServiceAccount `{name}` is", object.id))
            .help("add `namespace` to the subject; the API refuses the object")
            .fix(fix);
    }
}

/// The namespace in which all objects of the kind `ServiceAccount` with a name are.
fn only_namespace<'p>(project: &'p Project, name: &str) -> Option<&'p Value> {
    let accounts = project.objects().iter().filter(|object| object.id.is("", "ServiceAccount"));
    let mut namespaces = accounts
        .filter(|object| object.id.name == name)
        .map(|object| object.value.pointer(&["metadata", "namespace"]).filter(|value| value.as_str().is_some()));
    let first = namespaces.next()??;
    namespaces.all(|other| other.and_then(Value::as_str) == first.as_str()).then_some(first)
}
