//! `kubernetes/wildcard-role`: a role with all rights on everything.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/wildcard-role",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a role with all rights on everything",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A rule with `*` for verbs and resources grants what nobody has thought of yet, too.

## Bad

```yaml apps/app.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: default
rules:
  - apiGroups: [\"\"]
    resources: [\"*\"]
    verbs: [\"*\"]
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
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !matches!(object.id.kind.as_str(), "Role" | "ClusterRole") || object.id.group != "rbac.authorization.k8s.io" {
        return;
    }
    for rule in object.value.get("rules").and_then(Value::as_sequence).unwrap_or_default() {
        let is_any = |field: &str| {
            rule.get(field)
                .and_then(Value::as_sequence)
                .is_some_and(|all| all.iter().any(|one| one.as_str() == Some("*")))
        };
        let Some(verbs) = rule.get("verbs").filter(|_| is_any("verbs") && is_any("resources")) else { continue };
        let Some(label) = project.label(verbs, "") else { continue };
        report
            .at(label, format!("{} grants every right on every resource", object.id))
            .help("name the resources and verbs that are needed");
    }
}
