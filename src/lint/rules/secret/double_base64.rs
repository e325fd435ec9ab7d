//! `secret/double-base64`: a value in the data of a Secret is base64 twice.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::{decoded, is_placeholder},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/double-base64",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a value in the data of a Secret is base64 twice",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
What is in `data` is decoded once. If the result is base64 again, who reads the Secret gets that, and not what was meant. It happens when an encoded value is encoded by a tool that encodes by itself.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  username: YUhSMGNITTZMeTlvZFdJdVpYaGhiWEJzWlM1dmNtYz0=
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  username: aHR0cHM6Ly9odWIuZXhhbXBsZS5vcmc=
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Secret") {
        return;
    }
    for (key, value) in object.value.get("data").and_then(Value::as_mapping).into_iter().flatten() {
        let Some(once) = value.as_str().filter(|text| !is_placeholder(text)).and_then(decoded) else { continue };
        if !is_text_in_base64(&once) {
            continue;
        }
        let Some(label) = project.label(value, "").map(Label::redacted) else { continue };
        report
            .at(label, format!("`{key}` of Secret `{}` is encoded twice", object.id.name))
            .help("encode the value once; if the program wants base64 itself, silence this finding with a comment that says so");
    }
}

/// Whether a text is readable text in base64. Random bytes are hardly ever readable, and neither is a word that only looks like base64.
fn is_text_in_base64(text: &str) -> bool {
    let text = text.trim();
    let readable = |text: &str| text.chars().all(|c| c.is_ascii_graphic() || matches!(c, ' ' | '\n' | '\r' | '\t'));
    text.len() >= 12 && decoded(text).is_some_and(|inner| readable(&inner))
}
