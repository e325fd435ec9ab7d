//! `kustomize/deprecated-vars`: a kustomization uses `vars`, which `replacements` has replaced.

use super::deprecated;
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/deprecated-vars",
    severity: Severity::Info,
    pedantic: true,
    summary: "a kustomization uses `vars`, which `replacements` has replaced",
    docs: DOCS,
    fix: None,
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
`vars` work by text in fields that kustomize knows, and are no longer developed. `replacements` copy a value from field to field; they have to be written by hand.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - web.yaml
vars:
  - name: COLOUR
    objref:
      apiVersion: v1
      kind: ConfigMap
      name: settings
    fieldref:
      fieldPath: data.colour
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
      args:
        - $(COLOUR)
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - web.yaml
replacements:
  - source:
      kind: ConfigMap
      name: settings
      fieldPath: data.colour
    targets:
      - select:
          kind: Pod
        fieldPaths:
          - spec.containers.0.args.0
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
      args:
        - none
```
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    deprecated::check(project, kustomization, ("vars", "replacements"), &[], report);
}
