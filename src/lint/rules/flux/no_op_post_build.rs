//! `flux/no-op-post-build`: `postBuild` brings no variable, and what is applied has variables in it.

use crate::{
    diagnostic::Severity,
    flux::substitute::{is_disabled, is_variable_name},
    lint::{Check, Report, Rule},
    project::{Project, Unit},
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/no-op-post-build",
    severity: Severity::Warning,
    pedantic: false,
    summary: "`postBuild` brings no variable, and what is applied has variables in it",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
Without a variable the controller leaves all text as it is: `${NAME}` and `$${NAME}` reach the cluster literally, and defaults do not count. Since Flux 2.9 `substituteStrategy: Always` makes it substitute
nevertheless.

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
  colour: ${COLOUR:=blue}
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

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let post_build = unit.flux.as_ref().and_then(|flux| flux.spec.get("postBuild"));
    let Some(post_build) = post_build.filter(|one| one.get("substituteStrategy").is_none()) else { return };
    let is_empty = |value: &Value| match &value.content {
        Content::Mapping(entries) => entries.is_empty(),
        Content::Sequence(items) => items.is_empty(),
        Content::Scalar(_) => value.is_null(),
    };
    if !["substitute", "substituteFrom"].iter().filter_map(|key| post_build.get(key)).all(is_empty) {
        return;
    }
    let mut objects = project.model().objects_of(unit).iter().filter(|object| !is_disabled(&object.value));
    let Some(text) = objects.find_map(|object| with_variable(&object.value)) else { return };
    let Some(label) = project.key_label(post_build.origin, "") else { return };
    report
        .at(label, "`postBuild` brings no variable, so nothing is substituted")
        .and(project.label(text, "this reaches the cluster as it stands"))
        .help("give it variables, or write `substituteStrategy: Always`");
}

/// The first text of one line in a value that names a variable; longer texts may be scripts.
fn with_variable(value: &Value) -> Option<&Value> {
    match &value.content {
        Content::Scalar(scalar) if !scalar.text.contains('\n') => {
            let names = scalar.text.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next());
            names.into_iter().any(is_variable_name).then_some(value)
        }
        Content::Scalar(_) => None,
        Content::Sequence(items) => items.iter().find_map(with_variable),
        Content::Mapping(entries) => entries.values().find_map(with_variable),
    }
}
