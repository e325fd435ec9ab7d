//! `jupyterhub/extra-config`: code that Python refuses.

use super::{hubs, python};

use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    text::Span,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/extra-config",
    severity: Severity::Error,
    pedantic: false,
    summary: "code in `hub.extraConfig` is not Python",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Each entry of `hub.extraConfig` is run as Python when the hub starts, and one that cannot be read keeps it from starting. The rule looks at what can be told for sure: strings and brackets that are not
closed, indentation that fits no block, a block that is missing after a colon. Code with templates or variables in it is left alone.

## Bad

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: jupyterhub
  namespace: default
spec:
  interval: 1h
  url: https://hub.jupyter.org/helm-chart/
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: jupyterhub
      version: 4.2.0
      sourceRef:
        kind: HelmRepository
        name: jupyterhub
  values:
    hub:
      extraConfig:
        spawner: |
          def start(spawner):
          spawner.mem_limit = \"1G\"
          c.KubeSpawner.pre_spawn_hook = start
```

## Good

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: jupyterhub
  namespace: default
spec:
  interval: 1h
  url: https://hub.jupyter.org/helm-chart/
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: jupyterhub
      version: 4.2.0
      sourceRef:
        kind: HelmRepository
        name: jupyterhub
  values:
    hub:
      extraConfig:
        spawner: |
          def start(spawner):
              spawner.mem_limit = \"1G\"
          c.KubeSpawner.pre_spawn_hook = start
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let entries = hub.get(&["hub", "extraConfig"]).and_then(Value::as_mapping);
        for (name, value) in entries.into_iter().flatten() {
            let Some(code) = value.as_str() else { continue };
            let Some(fault) = python::fault(code) else { continue };
            let line = code.get(..fault.at).unwrap_or(code).matches('\n').count() + 1;
            let Some(label) = project.label_in_text(value, Span::at(fault.at), fault.message) else { continue };
            report
                .at(label, format!("line {line} of `{name}` is not Python: {}", fault.message))
                .help("the hub does not start with it");
        }
    }
}
