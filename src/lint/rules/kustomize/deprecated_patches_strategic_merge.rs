//! `kustomize/deprecated-patches-strategic-merge`: a kustomization uses `patchesStrategicMerge`, which `patches` has replaced.

use super::deprecated::{self, Side};
use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project},
    yaml::{
        Node, Value,
        edit::{DocumentEditor, EditError},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/deprecated-patches-strategic-merge",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a kustomization uses `patchesStrategicMerge`, which `patches` has replaced",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
An entry of `patches` with a `path` or a `patch` does the same, and can have a `target` besides.
kustomize warns of it, and a later version will not know it. The fix is offered where the result renders to the very same objects.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patchesStrategicMerge:
  - patch.yaml
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

```yaml apps/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: red
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patches:
  - path: patch.yaml
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

```yaml apps/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: red
```
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    deprecated::check(
        project,
        kustomization,
        ("patchesStrategicMerge", "patches"),
        &[migrate, migrate_to_back],
        report,
    );
}

fn migrate(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("patchesStrategicMerge", "patches"), Side::Front, entry)
}

fn migrate_to_back(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("patchesStrategicMerge", "patches"), Side::Back, entry)
}

/// The entry of `patches` for a path or a patch.
fn entry(item: Node<'_>) -> Option<Value> {
    let text = item.text()?;
    let key = if text.contains('\n') { "patch" } else { "path" };
    Some(Value::from_iter([(key.into(), Value::plain(text))]))
}
