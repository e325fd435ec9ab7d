//! `jupyterhub/dummy-authenticator`: a login that asks for nothing.

use super::{hubs, text};

use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/dummy-authenticator",
    severity: Severity::Warning,
    pedantic: true,
    summary: "anybody may log in to JupyterHub under any name",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
The dummy authenticator, which the chart takes where none is chosen, lets everybody in under any name. It is meant for trying things out; with `password` it asks at least for one password that all share.

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
      config:
        JupyterHub:
          authenticator_class: dummy
        Authenticator:
          allow_all: true
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
      config:
        JupyterHub:
          authenticator_class: github
        Authenticator:
          allow_all: true
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete) {
        let class = hub.get(&["hub", "config", "JupyterHub", "authenticator_class"]);
        let is_dummy = class.is_none_or(|class| {
            text(class, &[]).is_some_and(|class| class == "dummy" || class.ends_with("DummyAuthenticator"))
        });
        let has_password = hub.get(&["hub", "config", "DummyAuthenticator", "password"]).is_some();
        if !is_dummy
            || has_password
            || hub.code_mentions("authenticator_class")
            || hub.code_mentions("DummyAuthenticator")
        {
            continue;
        }
        let origin = class.map_or(release.release.origin, |class| class.origin);
        let Some(label) = project.label_within(origin, "asks for no password") else { continue };
        report
            .at(label, "anybody may log in under any name")
            .help("choose an authenticator in `hub.config.JupyterHub.authenticator_class`");
    }
}
