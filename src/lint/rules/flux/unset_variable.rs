//! `flux/unset-variable`: a variable has no value and no default.

use crate::{
    diagnostic::{Diagnostic, Fix, Label, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::Span,
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/unset-variable",
    severity: Severity::Error,
    pedantic: false,
    summary: "a variable has no value and no default",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Project(check),
};

const DOCS: &str = "\
Since Flux 2.9 the controller applies nothing of a Kustomization in which `${NAME}` has no value and no default; before, an empty text took its place (`flux-version` in `treewright.toml` says
which one is meant). Often the text is meant for a shell, not for Flux: then `$${NAME}` keeps it, or the annotation `kustomize.toolkit.fluxcd.io/substitute: disabled` on the object.

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
  colour: ${COLOR}
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
  shade: ${SHADE:=dark}
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    if project.objects().iter().any(sets_variables) {
        return;
    }
    for problem in project.problems_of_clusters(RULE.id) {
        report.known(problem).fix(escape(project, problem));
    }
}

/// Whether an object makes the cluster give variables to Flux Kustomizations when they are created: a webhook made for that, or a policy that changes them.
fn sets_variables(object: &Object) -> bool {
    let names =
        |value: &Value| value.as_scalar().is_some_and(|scalar| scalar.text.to_lowercase().contains("kustomization"));
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        (group::HELM, "HelmRelease") => object.id.name.contains("kustomize-mutating-webhook"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration" | "MutatingAdmissionPolicy") => {
            holds(&object.value, &names)
        }
        ("kyverno.io", "ClusterPolicy" | "Policy") => {
            let rules = object.value.pointer(&["spec", "rules"]).and_then(Value::as_sequence).unwrap_or_default();
            rules
                .iter()
                .any(|rule| rule.get("mutate").is_some() && rule.get("match").is_some_and(|one| holds(one, &names)))
        }
        _ => false,
    }
}

/// Whether a scalar somewhere in a value passes a test.
fn holds(value: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
    match &value.content {
        Content::Scalar(_) => test(value),
        Content::Sequence(items) => items.iter().any(|item| holds(item, test)),
        Content::Mapping(entries) => entries.values().any(|item| holds(item, test)),
    }
}

/// Writes another `$` before the `${`, so that the text stays as it is.
fn escape(project: &Project, problem: &Diagnostic) -> Option<Fix> {
    let Label { path, span, .. } = &problem.primary;
    // Where another name was meant, the text is no shell's.
    let is_misspelt = problem.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
    if is_misspelt || !project.text(path)?.slice(*span).starts_with("${") {
        return None;
    }
    let changes = project.splice(path, Span::at(span.start as usize), "$")?;
    Some(Fix { title: "keep the text as it is, with `$${`".to_owned(), safety: Safety::Unsafe, changes })
}
