//! `kubernetes/role-missing`: a `RoleBinding` binds a Role that does not exist.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/role-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a RoleBinding binds a Role that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A binding to a Role that does not exist gives nobody any right, and says nothing about it. It is looked at only where nothing in the namespace,
neither a chart nor a custom resource, could bring the Role.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
  name: readers
subjects:
  - kind: ServiceAccount
    name: web
    namespace: default
```

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
    for reference in project.dangling(object).into_iter().filter(|reference| reference.to.kind == "Role") {
        let Some(label) = project.label_at(reference.origin, "there is none of this name") else { continue };
        let to = &reference.to;
        let finding = report.at(label, format!("{} binds the Role `{}`, which does not exist", object.id, to.name));
        match nearest(&to.name, project.names_beside(object, to)) {
            None => finding.help("add the Role, or name one of the same namespace"),
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                reference.origin,
                &Value::string(near),
                format!("bind `{near}`"),
                Safety::Unsafe,
            )),
        };
    }
}
