//! `flux/no-op-post-build`: a Kustomization has `postBuild` without any variable, so nothing is substituted.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/no-op-post-build",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a Kustomization has `postBuild` without any variable, so nothing is substituted",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Without a variable the controller leaves all text as it is: `${NAME}` and `$${NAME}` reach the cluster literally. Since Flux 2.9 `substituteStrategy: Always` makes it substitute nevertheless.

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
    substitute: {}
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
  colour: ${COLOUR}
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is(group::KUSTOMIZE, "Kustomization") {
        return;
    }
    let Some(post_build) = object.value.pointer(&["spec", "postBuild"]) else { return };
    let is_empty = |value: &Value| match &value.content {
        Content::Mapping(entries) => entries.is_empty(),
        Content::Sequence(items) => items.is_empty(),
        Content::Scalar(_) => value.is_null(),
    };
    let variables = ["substitute", "substituteFrom"].iter().filter_map(|key| post_build.get(key));
    if !variables.into_iter().all(is_empty) || post_build.get("substituteStrategy").is_some() {
        return;
    }
    let Some(label) = project.key_label(post_build.origin, "") else { return };
    report
        .at(label, "`postBuild` brings no variable, so nothing is substituted")
        .help("give it variables, or remove it")
        .fix(remove(project, post_build));
}

fn remove(project: &Project, post_build: &Value) -> Option<Fix> {
    let changes = project.edit(post_build.origin, |document, route| document.remove(route))?;
    Some(Fix { title: "remove `postBuild`".to_owned(), safety: Safety::Safe, changes })
}
