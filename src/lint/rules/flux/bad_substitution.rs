//! `flux/bad-substitution`: a `${…}` is not what the controller can read.

use crate::{
    diagnostic::{Diagnostic, Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/bad-substitution",
    severity: Severity::Error,
    pedantic: false,
    summary: "a `${…}` is not what the controller can read",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Project(check),
};

const DOCS: &str = "\
The controller knows a part of what a shell knows: `${NAME}`, `${NAME:=default}`, and a few operators on texts. Arrays, defaults without a colon and braces that are not closed end the build. Where the
text is meant for a shell, `$${` keeps it.

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
  postBuild:
    substitute:
      COLOUR: blue
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  run.sh: echo ${COLOURS[@]}
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
  postBuild:
    substitute:
      COLOUR: blue
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  run.sh: echo $${COLOURS[@]}
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    for problem in project.problems_of_clusters(RULE.id) {
        report.known(problem).fix(escape(project, problem));
    }
}

/// Writes another `$` before the `${`, so that the text stays as it is.
fn escape(project: &Project, problem: &Diagnostic) -> Option<Fix> {
    let Label { path, span, .. } = &problem.primary;
    if !project.text(path)?.slice(*span).starts_with("${") {
        return None;
    }
    let changes = project.splice(path, Span::at(span.start as usize), "$")?;
    Some(Fix { title: "keep the text as it is, with `$${`".to_owned(), safety: Safety::Unsafe, changes })
}
