//! `flux/interval-short`: an object of Flux is looked at several times a minute.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/interval-short",
    severity: Severity::Info,
    pedantic: true,
    summary: "an object of Flux is looked at several times a minute",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Each interval the controller fetches, renders and compares everything anew. Below a minute that is load without gain: changes in the source start a run at once, and receivers can tell of them.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 30s
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
  interval: 1h30m
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
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.group.ends_with(".fluxcd.io") {
        return;
    }
    let Some(interval) = object.value.pointer(&["spec", "interval"]) else { return };
    let Some(text) = interval.as_str().filter(|text| seconds(text).is_some_and(|seconds| seconds < 60.0)) else {
        return;
    };
    let Some(label) = project.label(interval, "") else { return };
    report
        .at(label, format!("{} is looked at every {text}", object.id))
        .help("a few minutes are enough; a Receiver tells Flux of changes at once");
}

/// The seconds of a duration as Go writes it.
fn seconds(duration: &str) -> Option<f64> {
    let mut rest = duration;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at(digits);
        let end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(end);
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = behind;
    }
    Some(sum)
}
