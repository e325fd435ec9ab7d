//! `secret/pattern-invalid`: a pattern of an ExternalSecret cannot be read.

use regex::Regex;

use super::external_secret::{items, specification};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/pattern-invalid",
    severity: Severity::Error,
    pedantic: false,
    summary: "a pattern of an ExternalSecret cannot be read",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
`find.name.regexp` and `rewrite[].regexp.source` are regular expressions as Go has them. One that cannot be read stops the ExternalSecret. Go has no look-ahead and no back-references; a pattern is no glob, either: `*` alone is none.

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
    - find:
        name:
          regexp: \"*-hub\" 
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
    - find:
        name:
          regexp: \".*-hub\" 
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    for entry in items(spec, &["dataFrom"]) {
        let searched = entry.pointer(&["find", "name", "regexp"]);
        let rewritten = items(entry, &["rewrite"]).iter().filter_map(|one| one.pointer(&["regexp", "source"]));
        for pattern in searched.into_iter().chain(rewritten) {
            let Some(text) = pattern.as_str().filter(|text| !is_placeholder(text) && Regex::new(text).is_err()) else {
                continue;
            };
            let Some(label) = project.label(pattern, "") else { continue };
            let finding = report.at(label, format!("`{text}` is no regular expression"));
            if text.starts_with('*') {
                finding.help(format!("did you mean `.{text}`?"));
            } else {
                finding.help("write it as Go's regular expressions are written: https://pkg.go.dev/regexp/syntax");
            }
        }
    }
}
