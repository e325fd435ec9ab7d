//! `argo/sync-wave`: Argo CD takes a wave that is no number for 0.

use super::{annotations, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/sync-wave",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a sync wave is not a number",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A wave is a whole number, negative ones included. Argo CD passes over anything else without a word, and the object goes with wave 0.

## Bad

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    argocd.argoproj.io/sync-wave: first
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
    argocd.argoproj.io/sync-wave: \"-1\"
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for (key, value) in annotations(object) {
        let wave = text(value, &[]).unwrap_or_default();
        if !key.ends_with("/sync-wave") || wave.parse::<i64>().is_ok() || wave.contains(['{', '$']) {
            continue;
        }
        let Some(label) = project.label(value, "not a number") else { continue };
        let finding = report.at(label, format!("`{wave}` is not a number, so the object goes with wave 0"));
        finding.help("write a whole number in quotes, such as \"-1\"");
    }
}
