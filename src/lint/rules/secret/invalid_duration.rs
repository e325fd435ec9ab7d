//! `secret/invalid-duration`: a refresh interval that External Secrets cannot read.

use super::external_secret::{GROUP, seconds};

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/invalid-duration",
    severity: Severity::Error,
    pedantic: false,
    summary: "a refresh interval that External Secrets cannot read",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Durations are written as Go writes them: `30m`, `1h`, `24h`, `1h30m`. There are no days and no weeks. The cluster stores such an object, and then the controller can read *none* of that kind any more.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  refreshInterval: 1d
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  refreshInterval: 24h
  dataFrom:
    - extract:
        key: hub
```
";

const FIELDS: [&[&str]; 3] =
    [&["spec", "refreshInterval"], &["spec", "refreshTime"], &["spec", "externalSecretSpec", "refreshInterval"]];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if object.id.group != GROUP {
        return;
    }
    for value in FIELDS.into_iter().filter_map(|field| object.value.pointer(field)) {
        // What is no text is refused by the schema.
        let Some(written) = value.as_str().filter(|text| !is_placeholder(text) && seconds(text).is_none()) else {
            continue;
        };
        let Some(label) = project.label(value, "") else { continue };
        let finding = report.at(label, format!("`{written}` is no duration"));
        let Some(hours) = in_hours(written) else {
            finding.help("write it with `h`, `m` and `s`: `1h`, `30m`");
            continue;
        };
        let changes =
            project.edit(value.origin, |document, route| document.replace(route, &Value::string(hours.clone())));
        let title = format!("write `{hours}`");
        finding.help(format!("there are no days and no weeks: write `{hours}`")).fix(changes.map(|changes| Fix {
            title,
            safety: Safety::Safe,
            changes,
        }));
    }
}

/// A number of days or weeks in hours.
fn in_hours(text: &str) -> Option<String> {
    let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
    let factor: u64 = match unit {
        "d" => 24,
        "w" => 7 * 24,
        _ => return None,
    };
    Some(format!("{}h", number.parse::<u64>().ok()?.checked_mul(factor)?))
}
