//! `yaml/carriage-return`: lines that end as they do on Windows.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/carriage-return",
    severity: Severity::Info,
    pedantic: true,
    summary: "lines that end as they do on Windows",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::File(check),
};

const DOCS: &str = "\
Kubernetes and its tools read such files, but scripts in ConfigMaps keep the carriage returns of some printers, and every comparison with a file of
the other kind differs in all lines.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings\r
  namespace: default
data:
  colour: blue
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    let Some(stream) = file.stream() else { return };
    let text = stream.text().as_str();
    let places: Vec<usize> = text.match_indices("\r\n").map(|(at, _)| at).collect();
    let Some(&first) = places.first() else { return };
    let mut changes = ChangeSet::new();
    let edits = places.iter().map(|&at| TextEdit::new(Span::new(at, at + 1), ""));
    let fix = changes.edit(&file.path, edits).ok();
    let fix = fix.map(|()| Fix { title: "end lines with a line feed alone".to_owned(), safety: Safety::Safe, changes });
    let lines = if places.len() == 1 { "1 line".to_owned() } else { format!("{} lines", places.len()) };
    report
        .at(
            Label::new(&file.path, Span::at(first), "the first one"),
            format!("{lines} of the file end with a carriage return"),
        )
        .help("end lines with a line feed alone")
        .fix(fix);
}
