//! `kubernetes/default-account-bound`: rights for the ServiceAccount `default`.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/default-account-bound",
    severity: Severity::Warning,
    pedantic: true,
    summary: "rights for the ServiceAccount `default`",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Every Pod that names no account runs under `default`; rights that are bound to it are rights of all of them.

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
    name: default
    namespace: default
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
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: default
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
        let name = subject.get("name").filter(|name| is_account && name.as_str() == Some("default"));
        let Some(label) = name.and_then(|name| project.label(name, "")) else { continue };
        report
            .at(label, format!("{} gives rights to the ServiceAccount `default`", object.id))
            .help("make an account for the Pods that need the rights");
    }
}
