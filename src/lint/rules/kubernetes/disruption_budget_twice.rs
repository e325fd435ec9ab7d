//! `kubernetes/disruption-budget-twice`: a `PodDisruptionBudget` has both of its limits.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/disruption-budget-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "a PodDisruptionBudget has both of its limits",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a budget with `minAvailable` and `maxUnavailable`. It happens where a patch sets the one and the base has the other.

## Bad

```yaml apps/app.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: default
spec:
  minAvailable: 1
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
```

## Good

```yaml apps/app.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: default
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("policy", "PodDisruptionBudget") {
        return;
    }
    let limit = |field: &str| object.value.pointer(&["spec", field]).filter(|value| !value.is_null());
    let (Some(least), Some(most)) = (limit("minAvailable"), limit("maxUnavailable")) else { return };
    let Some(label) = project.key_label(most.origin, "and this") else { return };
    report
        .at(label, format!("{} has both `minAvailable` and `maxUnavailable`", object.id))
        .and(project.key_label(least.origin, "this"))
        .help("keep one of the two; the API refuses the object");
}
