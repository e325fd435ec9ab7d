//! `repo/placeholder`: a value that somebody meant to fill in.

use super::live::{is_placeholder, label_and_text, live_values};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Type,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/placeholder",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a placeholder was never filled in",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
A value such as `FIXME`, `CHANGE_ME` or `<your-email>` reaches a cluster. The rule looks at whole values in what Flux and Argo CD apply, and at the values that charts get, after everything that
could replace them; at no part of a longer text, and not where something else wins.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  contact: CHANGE_ME
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  contact: hub@example.org
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut found = Vec::new();
    live_values(project, &mut |value| {
        let is_text =
            value.as_scalar().is_some_and(|scalar| scalar.kind == Type::String && is_placeholder(&scalar.text));
        found.extend(is_text.then(|| label_and_text(project, value)).flatten());
    });
    for (label, text) in found {
        report.at(label, format!("the placeholder `{text}` was never filled in")).help("fill it in, or remove it");
    }
}
