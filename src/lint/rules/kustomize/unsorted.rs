//! `kustomize/unsorted`: the resources of a kustomization are not in order.

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, KustomizationFile, Project},
    yaml::{Document, Node, Origin, Route, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/unsorted",
    severity: Severity::Info,
    pedantic: true,
    summary: "the resources of a kustomization are not in order",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
In a sorted list a file is found at once, and two people who add one each do not meet at its end. The order is that of the characters.

## Bad

```yaml apps/kustomization.yaml
resources:
  - web.yaml
  - settings.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: registry.example.org/web:1.27.0
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - web.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: registry.example.org/web:1.27.0
```
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    let stream = project.file(&kustomization.path).and_then(File::stream);
    let Some(root) = stream.and_then(|stream| stream.documents().next()).map(Document::root) else { return };
    let items: Vec<Node<'_>> = root.get("resources").into_iter().flat_map(Node::items).collect();
    let texts: Vec<&str> = items.iter().filter_map(|item| item.text()).collect();
    let Some(at) = texts.windows(2).position(|pair| matches!(pair, [one, next] if one > next)) else { return };
    let (Some(before), Some(item), Some(text)) = (texts.get(at), items.get(at + 1), texts.get(at + 1)) else { return };
    report
        .at(Label::new(&kustomization.path, item.span(), ""), format!("`{text}` stands behind `{before}`"))
        .help("sort the list")
        .fix(sort(project, kustomization, root, texts.clone()));
}

fn sort(project: &Project, kustomization: &KustomizationFile, root: Node<'_>, mut texts: Vec<&str>) -> Option<Fix> {
    let list = root.get("resources")?;
    if list.items().len() != texts.len() || list.source().contains('#') {
        return None;
    }
    texts.sort_unstable();
    let origin = Origin { file: project.file(&kustomization.path)?.id()?, offset: root.span().start };
    let changes = project.edit(origin, |document, _| {
        texts.iter().enumerate().try_for_each(|(index, text)| {
            document.replace(&Route::of_keys(&["resources"]).index(index), &Value::plain(*text))
        })
    })?;
    Some(Fix { title: "sort the list".to_owned(), safety: Safety::Unsafe, changes })
}
