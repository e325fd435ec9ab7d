//! `kustomize/deprecated-common-labels`: a kustomization uses `commonLabels`, which `labels` has replaced.

use super::deprecated;
use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project},
    yaml::{
        Node, Origin, Route, Value,
        edit::{DocumentEditor, EditError},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/deprecated-common-labels",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a kustomization uses `commonLabels`, which `labels` has replaced",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
`commonLabels` also changes selectors, which cannot be changed in the cluster. An entry of `labels` does that only with `includeSelectors: true`; without, labels can be added at any time.
kustomize warns of it, and a later version will not know it. The fix is offered where the result renders to the very same objects.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
commonLabels:
  team: colours
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

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
labels:
  - includeSelectors: true
    pairs:
      team: colours
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
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    deprecated::check(project, kustomization, ("commonLabels", "labels"), &[migrate], report);
}

fn migrate(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    let labels = Route::of_keys(&["labels"]);
    let pairs = root
        .get("commonLabels")
        .and_then(|pairs| pairs.to_value(Origin::NONE.file).ok())
        .unwrap_or_else(Value::mapping);
    let entry = Value::from_iter([("includeSelectors".into(), Value::bool(true)), ("pairs".into(), pairs)]);
    if root.get("labels").is_some() {
        document.insert_item(&labels, 0, &entry)?;
        return document.remove(&Route::of_keys(&["commonLabels"]));
    }
    document.rename_key(&Route::of_keys(&["commonLabels"]), "labels")?;
    document.replace(&labels, &Value::sequence(vec![entry]))
}
