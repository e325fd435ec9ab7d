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
ServiceAccounts live in namespaces; the API refuses a binding that does not say in which, also a RoleBinding, which has a namespace of its own.

## Bad

```yaml apps/app.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: default
rules:
  - apiGroups: [\"\"]
    resources: [pods]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
  namespace: default
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
subjects:
  - kind: ServiceAccount
    name: web
```

## Good

```yaml apps/app.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: default
rules:
  - apiGroups: [\"\"]
    resources: [pods]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
  namespace: default
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
subjects:
  - kind: ServiceAccount
    name: web
    namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if object.id.group != "rbac.authorization.k8s.io" {
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
        // The namespace that is written, not one that a kustomization sets: that one would be right elsewhere only.
        let own =
            object.value.pointer(&["metadata", "namespace"]).filter(|own| own.origin.file == object.origin().file);
        let fix = own.and_then(|own| {
            let title = "add the namespace of the binding";
            project.addition(subject.origin, ("namespace", own), title, Safety::Unsafe)
        });
        report
            .at(label, format!("{} does not say in which namespace its ServiceAccount `{name}` is", object.id))
            .help("add `namespace` to the subject; the API refuses the object")
            .fix(fix);
    }
}
