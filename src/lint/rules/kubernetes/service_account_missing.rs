//! `kubernetes/service-account-missing`: Pods run under a ServiceAccount that does not exist.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/service-account-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "Pods run under a ServiceAccount that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Pods whose ServiceAccount does not exist are never created. It is looked at only where nothing in the namespace, neither a chart nor a custom
resource, could bring it; the account `default` is always there.

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
      serviceAccountName: weeb
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: default
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
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in project.dangling(object).into_iter().filter(|reference| {
        reference.to.kind == "ServiceAccount"
            && reference.to.name != "default"
            && object.id.group != "rbac.authorization.k8s.io"
    }) {
        let Some(label) = project.label_at(reference.origin, "there is none of this name") else { continue };
        let to = &reference.to;
        let finding =
            report.at(label, format!("{} uses the ServiceAccount `{}`, which does not exist", object.id, to.name));
        match nearest(&to.name, project.names_beside(object, to)) {
            None => finding.help("add the ServiceAccount, or name one of the same namespace"),
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                reference.origin,
                &Value::string(near),
                format!("use `{near}`"),
                Safety::Unsafe,
            )),
        };
    }
}
