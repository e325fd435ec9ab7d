//! `kustomize/deprecated-patches-json6902`: a kustomization uses `patchesJson6902`, which `patches` has replaced.

use super::deprecated::{self, Side};
use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project},
    yaml::{
        Node,
        edit::{DocumentEditor, EditError},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/deprecated-patches-json6902",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a kustomization uses `patchesJson6902`, which `patches` has replaced",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
Entries of `patches` can have the same form.
kustomize warns of it, and a later version will not know it. The fix is offered where the result renders to the very same objects.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patchesJson6902:
  - target:
      version: v1
      kind: ConfigMap
      name: settings
    patch: |
      - op: replace
        path: /data/colour
        value: red
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
patches:
  - target:
      version: v1
      kind: ConfigMap
      name: settings
    patch: |
      - op: replace
        path: /data/colour
        value: red
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
    deprecated::check(project, kustomization, ("patchesJson6902", "patches"), &[migrate, migrate_to_front], report);
}

fn migrate(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("patchesJson6902", "patches"), Side::Back, |_| None)
}

fn migrate_to_front(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("patchesJson6902", "patches"), Side::Front, |_| None)
}
