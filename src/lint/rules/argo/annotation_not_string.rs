//! `argo/annotation-not-string`: a number or boolean where annotations are strings.

use super::annotations;
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Type, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/annotation-not-string",
    severity: Severity::Error,
    pedantic: false,
    summary: "an annotation for Argo CD is not a string",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Annotations are strings. Kubernetes refuses an object with a number or a boolean among them, and Argo CD does not read such a wave.

## Bad

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    argocd.argoproj.io/sync-wave: 2
data:
  colour: blue
```

## Good

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    argocd.argoproj.io/sync-wave: \"2\"
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for (key, value) in annotations(object) {
        let Some(scalar) = value.as_scalar().filter(|scalar| !matches!(scalar.kind, Type::String | Type::Null)) else {
            continue;
        };
        let Some(label) = project.label(value, "not a string") else { continue };
        let changes = project.with_value(value.origin, &Value::string(scalar.text.clone()));
        let finding = report.at(label, format!("`{key}` must be a string"));
        finding.help("put it in quotes").fix(Fix::safe("put it in quotes", changes));
    }
}
