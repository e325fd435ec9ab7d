//! `yaml/trailing-space`: blanks at the end of a line.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    text::Span,
    yaml::{Stream, Style},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/trailing-space",
    severity: Severity::Info,
    pedantic: true,
    summary: "blanks at the end of a line",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::File(check),
};

const DOCS: &str = "\
They cannot be seen, disturb every comparison, and in front of a line break inside of a text they change the style in which tools print it. Lines of
texts of several lines are left alone: there the blanks belong to the text.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
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
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let kept = content.trim_end_matches([' ', '\t']);
        let span = Span::new(start + kept.len(), start + content.len());
        start += line.len();
        if span.is_empty() || is_in_text(stream, span) {
            continue;
        }
        let mut changes = ChangeSet::new();
        let fix = changes.edit(&file.path, [TextEdit::new(span, "")]).ok();
        let fix = fix.map(|()| Fix { title: "remove the blanks".to_owned(), safety: Safety::Safe, changes });
        report.at(Label::new(&file.path, span, ""), "blanks at the end of the line").help("remove them").fix(fix);
    }
}

/// Whether a scalar of several lines holds the bytes, or may end with them.
fn is_in_text(stream: &Stream, span: Span) -> bool {
    let node = stream.innermost(span.start);
    node.is_some_and(|node| {
        let is_block = matches!(node.style(), Some(Style::Literal | Style::Folded));
        node.text().is_some() && (node.source().contains('\n') || is_block)
    })
}
