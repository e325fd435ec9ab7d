//! `yaml/duplicate-key`: a key that stands twice in one mapping.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/duplicate-key",
    severity: Severity::Error,
    pedantic: false,
    summary: "a key stands twice in one mapping",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
YAML forbids a key to stand twice in one mapping. Some parsers take the last value, others the first; kustomize and Flux refuse the file, and
nothing below it is applied any more.

## Bad

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: red
  colour: blue
```

## Good

```yaml apps/settings.yaml
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
    for duplicate in stream.duplicate_keys() {
        let key = stream.text().slice(duplicate.again).trim_matches(['"', '\'']);
        report
            .at(
                Label::new(&file.path, duplicate.again, "again here"),
                format!("the key `{key}` stands twice in this mapping"),
            )
            .and(Label::new(&file.path, duplicate.first, "first here"))
            .help(if file.objects().next().is_some() {
                "remove one of the two; kustomize and Flux refuse the whole file"
            } else {
                "remove one of the two; the last one counts, or the whole file is refused"
            });
    }
}
