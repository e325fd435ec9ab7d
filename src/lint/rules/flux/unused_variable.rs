//! `flux/unused-variable`: a variable is set that nothing uses.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Project, Target},
    text::SourceText,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/unused-variable",
    severity: Severity::Info,
    pedantic: true,
    summary: "a variable is set that nothing uses",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Project(check),
};

const DOCS: &str = "\
A variable of `substitute` that no file of the repository names is left over, or the name is written differently where it is used.

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
      SIZE: \"3\"
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

fn check(project: &Project, report: &mut Report<'_>) {
    let inputs = project.kustomizations().flat_map(|one| &one.references).filter_map(|one| match &one.target {
        Target::File(path) if project.file(path).is_none() => project.text(path),
        _ => None,
    });
    let files = project.files().iter().filter_map(|file| project.text(&file.path));
    let texts: Vec<SourceText> = files.chain(inputs).collect();
    for (unit, flux, post_build) in project.substituted() {
        // What lies in another repository cannot be looked at.
        if unit.directories.is_empty() {
            continue;
        }
        for (name, value) in post_build.get("substitute").and_then(Value::as_mapping).into_iter().flatten() {
            if texts.iter().any(|text| uses(text.as_str(), name)) {
                continue;
            }
            let Some(label) = project.key_label(value.origin, "") else { continue };
            report
                .at(label, format!("nothing uses the variable `{name}` of the Kustomization `{}`", flux.id.name))
                .help("remove it, or correct its name")
                .fix(remove(project, name, value));
        }
    }
}

/// Whether a text holds `${name`, and the name ends there.
fn uses(text: &str, name: &str) -> bool {
    text.match_indices("${").any(|(at, _)| {
        let rest = text.get(at + 2..).unwrap_or_default();
        let behind = rest.strip_prefix('#').unwrap_or(rest).strip_prefix(name);
        behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

fn remove(project: &Project, name: &str, value: &Value) -> Option<Fix> {
    let changes = project.without(value.origin)?;
    Some(Fix { title: format!("remove `{name}`"), safety: Safety::Unsafe, changes })
}
