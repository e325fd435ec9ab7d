//! `secret/target-not-known`: a template of an ExternalSecret writes into a part of the Secret that it may not.

use super::external_secret::{items, specification};

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/target-not-known",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a template of an ExternalSecret writes into a part of the Secret that it may not",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`templateFrom[].target` is `Data`, `Annotations` or `Labels`. Anything else is refused where a Secret is made.

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
  target:
    template:
      templateFrom:
        - target: Annotation
          literal: \"owner: {{ .owner }}\"
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
  target:
    template:
      templateFrom:
        - target: Annotations
          literal: \"owner: {{ .owner }}\"
  dataFrom:
    - extract:
        key: hub
```
";

const KNOWN: [&str; 3] = ["Data", "Annotations", "Labels"];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object).filter(|spec| spec.pointer(&["target", "manifest"]).is_none()) else {
        return;
    };
    for value in items(spec, &["target", "template", "templateFrom"]).iter().filter_map(|one| one.get("target")) {
        let Some(written) = value.as_str().filter(|text| !text.is_empty() && !is_placeholder(text)) else { continue };
        if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(written)) {
            continue;
        }
        let Some(label) = project.label(value, "") else { continue };
        let finding = report.at(label, format!("a template cannot write into `{written}`"));
        let Some(near) = nearest(written, KNOWN) else {
            finding.help("write `Data`, `Annotations` or `Labels`");
            continue;
        };
        let changes = project.edit(value.origin, |document, route| document.replace(route, &Value::string(near)));
        let title = format!("write `{near}`");
        finding.help(format!("did you mean `{near}`?")).fix(changes.map(|changes| Fix {
            title,
            safety: Safety::Unsafe,
            changes,
        }));
    }
}
