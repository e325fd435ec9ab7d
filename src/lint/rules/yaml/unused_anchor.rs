//! `yaml/unused-anchor`: an anchor that nothing repeats.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/unused-anchor",
    severity: Severity::Info,
    pedantic: true,
    summary: "an anchor that nothing repeats",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::File(check),
};

const DOCS: &str = "\
An anchor without an alias does nothing; it is left over from a copy or a change. In a file of several documents an anchor counts only in its own.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: &colour blue
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
    let used: Vec<_> = stream.nodes().filter(|node| node.is_alias()).map(|node| node.follow().id()).collect();
    for node in stream.nodes() {
        let Some(name) = node.anchor().filter(|_| !used.contains(&node.id())) else { continue };
        let outer = node.outer_span();
        let before = stream.text().slice(Span::new(outer.start as usize, node.span().start as usize));
        let Some(at) = before.find(&format!("&{name}")) else { continue };
        let start = outer.start as usize + at;
        let span = Span::new(start, start + name.len() + 1);
        // Only where a value on the same line follows can the anchor go without moving anything.
        let is_simple = before.trim() == format!("&{name}") && before.ends_with(' ') && !before.contains('\n');
        let mut changes = ChangeSet::new();
        let gone = Span::new(start, node.span().start as usize);
        let edit = changes.edit(&file.path, [TextEdit::new(gone, "")]).ok().filter(|()| is_simple);
        let fix = edit.map(|()| Fix { title: format!("remove `&{name}`"), safety: Safety::Safe, changes });
        report
            .at(Label::new(&file.path, span, ""), format!("nothing repeats the anchor `{name}`"))
            .help("remove it")
            .fix(fix);
    }
}
