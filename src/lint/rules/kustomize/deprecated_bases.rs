//! `kustomize/deprecated-bases`: a kustomization uses `bases`, which `resources` has replaced.

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
    id: "kustomize/deprecated-bases",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a kustomization uses `bases`, which `resources` has replaced",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
Directories stand in `resources` beside the files since kustomize 2.1.
kustomize warns of it, and a later version will not know it. The fix is offered where the result renders to the very same objects.

## Bad

```yaml apps/kustomization.yaml
bases:
  - ../base
```

```yaml base/kustomization.yaml
resources:
  - settings.yaml
```

```yaml base/settings.yaml
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
  - ../base
```

```yaml base/kustomization.yaml
resources:
  - settings.yaml
```

```yaml base/settings.yaml
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
    deprecated::check(project, kustomization, ("bases", "resources"), &[migrate, migrate_to_front], report);
}

fn migrate(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("bases", "resources"), Side::Back, |_| None)
}

fn migrate_to_front(document: &mut DocumentEditor<'_>, root: Node<'_>) -> Result<(), EditError> {
    deprecated::move_items(document, root, ("bases", "resources"), Side::Front, |_| None)
}
