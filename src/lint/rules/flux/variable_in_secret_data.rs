//! `flux/variable-in-secret-data`: a variable stands inside of base64, where nothing substitutes it.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Severity,
    flux::substitute::{is_disabled, is_variable_name},
    lint::{Check, Report, Rule},
    manifest::sensitive,
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/variable-in-secret-data",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a variable stands inside of base64, where nothing substitutes it",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Variables are substituted in the text of an object. In `data` of a Secret that text is base64, in which the controller does not see `${NAME}`; in `stringData` it does.

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

```yaml apps/login.yaml
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: default
data:
  user: JHtDT0xPVVJ9
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

```yaml apps/login.yaml
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: default
stringData:
  user: ${COLOUR}
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for (unit, ..) in project.substituted() {
        let secrets = project.model().objects_of(unit).iter().filter(|one| one.id.is("", "Secret"));
        // What a generator encodes stands in clear text elsewhere, but reaches the cluster encoded as well.
        for object in secrets.filter(|object| !is_disabled(&object.value)) {
            for (key, value) in object.value.get("data").and_then(Value::as_mapping).into_iter().flatten() {
                let Some(name) = value.as_scalar().and_then(|scalar| variable(&sensitive::decoded(&scalar.text)?))
                else {
                    continue;
                };
                let Some(label) = project.label(value, "").filter(|_| seen.insert(value.origin)) else { continue };
                report
                    .at(label, format!("`${{{name}}}` in `{key}` is not substituted: it is inside of base64"))
                    .help("write the value in clear text under `stringData`");
            }
        }
    }
}

/// The first variable that a text names.
fn variable(text: &str) -> Option<String> {
    text.match_indices("${").find_map(|(at, _)| {
        let rest = text.get(at + 2..)?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let name = rest.get(..end).filter(|name| is_variable_name(name))?;
        let is_escaped = text.get(..at)?.ends_with('$');
        (!is_escaped && rest.get(end..)?.starts_with(['}', ':'])).then(|| name.to_owned())
    })
}
