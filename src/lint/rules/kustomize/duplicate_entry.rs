//! `kustomize/duplicate-entry`: an entry stands in a list of a kustomization twice.

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    kustomize::ProblemKind,
    lint::{Check, Report, Rule},
    project::{KustomizationFile, Project, Reference},
    yaml::Origin,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/duplicate-entry",
    severity: Severity::Error,
    pedantic: false,
    summary: "an entry stands in a list of a kustomization twice",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
A resource that is listed twice ends the build, because its objects are there already. A component or patch that is listed twice is applied twice.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - ./settings.yaml
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
    // Entries that multiply each other from level to level are told as that.
    if project.build_problems().iter().any(|problem| problem.kind == ProblemKind::TooLarge) {
        return;
    }
    for (again, first) in kustomization.repeated() {
        report
            .at(
                Label::new(&kustomization.path, again.span, "again here"),
                format!("`{}` is listed twice in `{}`", again.text, again.field),
            )
            .and(Label::new(&kustomization.path, first.span, "first here"))
            .help("remove one of the two")
            .fix(remove(project, kustomization, again));
    }
}

fn remove(project: &Project, kustomization: &KustomizationFile, again: &Reference) -> Option<Fix> {
    let origin = Origin { file: project.file(&kustomization.path)?.id()?, offset: again.span.start };
    let changes = project.without(origin)?;
    // With a resource twice nothing is built; what else stands there twice may have been applied twice so far.
    let is_safe = matches!(again.field, "resources" | "bases" | "crds" | "configurations");
    let safety = if is_safe { Safety::Safe } else { Safety::Unsafe };
    Some(Fix { title: "remove this one".to_owned(), safety, changes })
}
