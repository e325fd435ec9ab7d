//! `flux/timeout-missing`: a Kustomization waits without a timeout of its own.

use crate::{
    diagnostic::Severity,
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/timeout-missing",
    severity: Severity::Info,
    pedantic: true,
    summary: "a Kustomization waits without a timeout of its own",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without `timeout` a Kustomization that waits for its objects does so for as long as its `interval`, which may be an hour: so long nobody hears that something failed.

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
  wait: true
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
  wait: true
  timeout: 5m
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
    let Some(spec) = object.value.get("spec").filter(|_| object.id.is(group::KUSTOMIZE, "Kustomization")) else {
        return;
    };
    let wait = spec.get("wait").filter(|wait| wait.as_bool() == Some(true));
    let checks = || spec.get("healthChecks").filter(|checks| checks.as_sequence().is_some_and(|all| !all.is_empty()));
    let Some(waits) = wait.or_else(checks).filter(|_| spec.get("timeout").is_none()) else { return };
    let Some(label) = project.key_label(waits.origin, "waits because of this") else { return };
    let interval = spec.get("interval").and_then(Value::as_str).unwrap_or_default();
    report
        .at(label, format!("the Kustomization waits for its whole interval, `{interval}`, before it reports a failure"))
        .help("set `timeout`, such as `5m`");
}
