//! `helm/condition-without-value`: a condition that is never false by default.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project, Role},
    yaml::{Document, Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/condition-without-value",
    severity: Severity::Info,
    pedantic: true,
    summary: "the condition of a dependency names a value that the chart does not have",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
A dependency whose condition names a value that does not exist is always used. Where the condition is misspelt, nobody can switch the dependency off.

## Bad

```yaml charts/umbrella/Chart.yaml
apiVersion: v2
name: umbrella
version: 1.0.0
dependencies:
  - name: database
    version: 1.0.0
    repository: https://charts.example.org
    condition: postgres.enabled
```

```yaml charts/umbrella/values.yaml
database:
  enabled: false
```

## Good

```yaml charts/umbrella/Chart.yaml
apiVersion: v2
name: umbrella
version: 1.0.0
dependencies:
  - name: database
    version: 1.0.0
    repository: https://charts.example.org
    condition: database.enabled
```

```yaml charts/umbrella/values.yaml
database:
  enabled: false
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    if file.role != Role::Chart || file.path.file_name() != "Chart.yaml" {
        return;
    }
    let values = file.path.parent().and_then(|folder| folder.join("values.yaml").ok());
    // An unreadable file of values is told elsewhere.
    let values = match values.and_then(|path| project.file(&path)) {
        Some(values) if values.stream().is_none() => return,
        values => values.and_then(root),
    };
    for dependency in root(file).and_then(|root| root.get("dependencies")).into_iter().flat_map(Node::items) {
        let Some(condition) = dependency.get("condition") else { continue };
        let paths: Vec<&str> = condition.text().unwrap_or_default().split(',').map(str::trim).collect();
        let is_there = |path: &&str| {
            let keys: Vec<&str> = path.split('.').collect();
            values.is_some_and(|values| values.at(&keys).is_some())
        };
        if paths.iter().all(|path| path.is_empty()) || paths.iter().any(is_there) {
            continue;
        }
        let label = Label::new(&file.path, condition.span(), "no such value");
        report
            .at(label, format!("`{}` is not in the chart's values, so the dependency is always used", paths.join(", ")))
            .help("add the value with its default, or correct the path");
    }
}

fn root(file: &File) -> Option<Node<'_>> {
    file.stream().into_iter().flat_map(Stream::documents).map(Document::root).next()
}
