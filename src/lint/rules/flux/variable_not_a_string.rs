//! `flux/variable-not-a-string`: a variable is given as a number or a boolean.

use crate::{
    diagnostic::{Diagnostic, Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/variable-not-a-string",
    severity: Severity::Error,
    pedantic: false,
    summary: "a variable is given as a number or a boolean",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Project(check),
};

const DOCS: &str = "\
Values of variables are strings. The cluster refuses a Kustomization with a number or a boolean there, so it needs quotes.

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
      SIZE: 3
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  size: ${SIZE}
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
      SIZE: \"3\"
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  size: a${SIZE}
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    for problem in project.problems_of_clusters(RULE.id) {
        report.known(problem).fix(quote(project, problem));
    }
}

fn quote(project: &Project, problem: &Diagnostic) -> Option<Fix> {
    let text = project.text(&problem.primary.path)?.slice(problem.primary.span).to_owned();
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    let changes = project.splice(&problem.primary.path, problem.primary.span, &format!("\"{text}\""))?;
    is_plain.then(|| Fix { title: "put it in quotes".to_owned(), safety: Safety::Safe, changes })
}
