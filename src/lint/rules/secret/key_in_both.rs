//! `secret/key-in-both`: a key of a Secret stands in data and in stringData.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/key-in-both",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a key of a Secret stands in data and in stringData",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
What is in `stringData` takes the place of what is in `data`; the other value never reaches the cluster.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  username: aHVi
stringData:
  username: ${USERNAME}
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
stringData:
  username: ${USERNAME}
```
";

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is not general enough in its lifetimes"
)]
fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Secret") {
        return;
    }
    let (Some(data), Some(strings)) = (object.value.get("data"), object.value.get("stringData")) else { return };
    for (key, value) in data.as_mapping().into_iter().flatten() {
        let Some(winner) = strings.get(key) else { continue };
        let Some(label) = project.key_label(value.origin, "this value is lost") else { continue };
        let changes = project.edit(value.origin, |document, route| document.remove(route));
        let title = format!("remove `{key}` from `data`");
        report
            .at(label, format!("`{key}` of Secret `{}` stands in `data` and in `stringData`", object.id.name))
            .and(project.key_label(winner.origin, "this value is used"))
            .help("remove one of the two")
            .fix(changes.map(|changes| Fix { title, safety: Safety::Safe, changes }));
    }
}
