//! `kubernetes/restart-policy`: a restart policy that this kind cannot have.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/restart-policy",
    severity: Severity::Error,
    pedantic: false,
    summary: "a restart policy that this kind cannot have",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The Pods of Deployments, StatefulSets and DaemonSets always restart; those of Jobs and CronJobs never do with `Always`, which is the default. The API
refuses the object otherwise.

## Bad

```yaml apps/app.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: backup
  namespace: default
spec:
  template:
    spec:
      restartPolicy: Always
      containers:
        - name: backup
          image: registry.example.org/backup:1.0.0
```

## Good

```yaml apps/app.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: backup
  namespace: default
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: backup
          image: registry.example.org/backup:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    let written = pod.spec.get("restartPolicy").filter(|policy| !policy.is_null());
    let policy = written.map_or(Some("Always"), Value::as_str);
    let (is_wrong, right) = match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("batch", _) => (policy == Some("Always"), "OnFailure"),
        ("apps", _) => (matches!(policy, Some("OnFailure" | "Never")), "Always"),
        _ => return,
    };
    let label = match written {
        Some(written) => project.label(written, "not for this kind"),
        None => project.key_label(pod.spec.origin, "has no `restartPolicy`"),
    };
    let Some(label) = label.filter(|_| is_wrong) else { return };
    let title = format!("set `restartPolicy: {right}`");
    let value = Value::string(right);
    let fix = match written {
        Some(written) => project.replacement(written.origin, &value, title, Safety::Unsafe),
        None => project.addition(pod.spec.origin, ("restartPolicy", &value), title, Safety::Unsafe),
    };
    let message = format!("the Pods of {} cannot have the restart policy `{}`", object.id, policy.unwrap_or_default());
    report.at(label, message).help(format!("use `{right}`; the API refuses the object")).fix(fix);
}
