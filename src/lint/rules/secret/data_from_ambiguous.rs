//! `secret/data-from-ambiguous`: an entry of dataFrom reads several things at once, or none.

use super::external_secret::{items, specification};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/data-from-ambiguous",
    severity: Severity::Error,
    pedantic: false,
    summary: "an entry of dataFrom reads several things at once, or none",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
An entry of `dataFrom` is one of three: `extract` reads one entry of the store, `find` searches for several, and `sourceRef.generatorRef` makes a value up. The webhook of External Secrets refuses an entry with none of them, and one with several.

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
  dataFrom:
    - extract:
        key: hub
      find:
        name:
          regexp: ^hub
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
  dataFrom:
    - extract:
        key: hub
    - find:
        name:
          regexp: ^hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    for entry in items(spec, &["dataFrom"]) {
        let ways: [(&str, &[&str]); 3] = [
            ("extract", &["extract"]),
            ("find", &["find"]),
            ("sourceRef.generatorRef", &["sourceRef", "generatorRef"]),
        ];
        let found: Vec<(&str, &Value)> =
            ways.iter().filter_map(|(name, way)| Some((*name, entry.pointer(way)?))).collect();
        match found.as_slice() {
            [_] => {}
            [] => {
                let Some(label) = project.label(entry, "") else { continue };
                report
                    .at(label, "this entry of `dataFrom` reads nothing")
                    .help("add `extract`, `find` or `sourceRef.generatorRef`");
            }
            [(first, one), .., (last, other)] => {
                let Some(label) = project.key_label(other.origin, "and this") else { continue };
                report
                    .at(label, format!("one entry of `dataFrom` has both `{first}` and `{last}`"))
                    .and(project.key_label(one.origin, "this"))
                    .help("make two entries of it");
            }
        }
    }
}
