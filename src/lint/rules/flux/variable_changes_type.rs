//! `flux/variable-changes-type`: a variable turns a string into a number or a boolean.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::RenderedObject,
    project::Project,
    yaml::{Content, Type, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/variable-changes-type",
    severity: Severity::Error,
    pedantic: false,
    summary: "a variable turns a string into a number or a boolean",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
The controller substitutes in the printed object, without the quotes of the file, and reads it again: `\"${SIZE}\"` becomes the number 3. Where the cluster wants a string (data of ConfigMaps, labels, annotations,
environment variables) it refuses the object. Put quotes into the text with a variable: `QUOTE: '\"'` and `${QUOTE}${SIZE}${QUOTE}`.

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
      SIZE: \"3\"
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  size: \"${SIZE}\"
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
      QUOTE: '\"'
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  size: ${QUOTE}${SIZE}${QUOTE}
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for (unit, ..) in project.substituted() {
        for object in project.model().objects_of(unit) {
            for (key, value) in strings(object) {
                let kind = match value.as_scalar().map(|scalar| scalar.kind) {
                    Some(Type::Int | Type::Float) => "a number",
                    Some(Type::Bool) => "a boolean",
                    _ => continue,
                };
                let is_substituted =
                    project.node_of(value.origin).is_some_and(|(_, node)| node.source().contains("${"));
                if !is_substituted || !seen.insert(value.origin) {
                    continue;
                }
                let Some(label) = project.label(value, "") else { continue };
                report
                    .at(
                        label,
                        format!(
                            "after substitution `{key}` of {} is {kind}, where the cluster wants a string",
                            object.id
                        ),
                    )
                    .help("put quotes into the text with a variable: `QUOTE: '\"'` and `${QUOTE}${NAME}${QUOTE}`");
            }
        }
    }
}

/// The values of an object that must be strings, each with its key.
fn strings(object: &RenderedObject) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    let mut mappings =
        vec![object.value.pointer(&["metadata", "labels"]), object.value.pointer(&["metadata", "annotations"])];
    if object.id.is("", "ConfigMap") {
        mappings.push(object.value.get("data"));
    }
    if object.id.is("", "Secret") {
        mappings.push(object.value.get("stringData"));
    }
    for mapping in mappings.into_iter().flatten().filter_map(Value::as_mapping) {
        found.extend(mapping.iter().map(|(key, value)| (key.to_string(), value)));
    }
    if matches!(object.id.group.as_str(), "" | "apps" | "batch") {
        environment(&object.value, &mut found);
    }
    found
}

/// The values of environment variables, wherever containers stand.
fn environment<'v>(value: &'v Value, found: &mut Vec<(String, &'v Value)>) {
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| environment(item, found)),
        Content::Mapping(entries) => {
            for variable in entries.get("env").and_then(Value::as_sequence).unwrap_or_default() {
                if let Some((name, value)) = variable.get("name").and_then(Value::as_str).zip(variable.get("value")) {
                    found.push((name.to_owned(), value));
                }
            }
            entries.values().for_each(|inner| environment(inner, found));
        }
    }
}
