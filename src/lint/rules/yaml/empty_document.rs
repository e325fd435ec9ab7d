//! `yaml/empty-document`: a document that holds nothing.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/empty-document",
    severity: Severity::Info,
    pedantic: true,
    summary: "a document that holds nothing",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::File(check),
};

const DOCS: &str = "\
Nothing reads an empty document; it is the rest of something that was removed, or a `---` too many.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
---
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
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
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  namespace: default
data:
  colour: blue
```
";

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    let Some(stream) = file.stream() else { return };
    let documents: Vec<_> = stream.documents().collect();
    if documents.len() < 2 {
        return;
    }
    for document in documents.iter().filter(|document| document.is_empty()) {
        let text = stream.text().slice(document.span());
        let marker = text.find("---").map_or(0, |at| at + 3);
        let start = document.span().start as usize;
        let label = Label::new(&file.path, Span::new(start, start + marker), "nothing follows");
        // With comments in it a person should decide.
        let is_bare = text.trim() == "---";
        let mut changes = ChangeSet::new();
        let rest = stream.text().as_str().get(start..).unwrap_or_default();
        let end = start + rest.find('\n').map_or(rest.len(), |at| at + 1);
        let edit = changes.edit(&file.path, [TextEdit::new(Span::new(start, end), "")]).ok().filter(|()| is_bare);
        let fix = edit.map(|()| Fix { title: "remove the empty document".to_owned(), safety: Safety::Safe, changes });
        if marker > 0 {
            report.at(label, "a document without content").help("remove it").fix(fix);
        }
    }
}
