//! `secret/trailing-newline`: a value of a Secret ends with a line break.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::{decoded, is_placeholder},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/trailing-newline",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a value of a Secret ends with a line break",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`echo secret | base64` encodes the line break as well, and a block scalar with `|` ends with one. Most programs take it as part of the value: the login fails although the value looks right. Values of several lines, such as keys and configurations, are left alone.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  username: aHViCg==
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
data:
  username: aHVi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Secret") {
        return;
    }
    for field in ["data", "stringData"] {
        for (key, value) in object.value.get(field).and_then(Value::as_mapping).into_iter().flatten() {
            let Some(written) = value.as_str().filter(|text| !is_placeholder(text)) else { continue };
            let text = if field == "data" { decoded(written) } else { Some(written.to_owned()) };
            let Some(text) = text.filter(|text| is_line(text) && !is_file(key)) else { continue };
            let Some(label) = project.label(value, "").map(Label::redacted) else { continue };
            let line = text.trim_end_matches(['\n', '\r']);
            let short = if field == "data" { STANDARD.encode(line) } else { line.to_owned() };
            let changes = project.edit(value.origin, |document, route| document.replace(route, &Value::string(short)));
            let title = "remove the line break".to_owned();
            report
                .at(label, format!("`{key}` of Secret `{}` ends with a line break", object.id.name))
                .help("encode it with `printf %s` or `base64` without the line break; write `|-` in `stringData`")
                .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
        }
    }
}

/// Whether a text is one line of readable text with its end.
fn is_line(text: &str) -> bool {
    let line = text.strip_suffix('\n').map(|line| line.trim_end_matches('\r'));
    line.is_some_and(|line| !line.is_empty() && line.chars().all(|c| c.is_ascii_graphic() || c == ' '))
}

/// Whether a key is the name of a file, in which lines end.
fn is_file(key: &str) -> bool {
    const FILES: &[&str] = &["auth", "htpasswd", "known_hosts", "users", "config"];
    key.contains('.') || FILES.contains(&key) || key.starts_with("ssh")
}
