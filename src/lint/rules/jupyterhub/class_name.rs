//! `jupyterhub/class-name`: `hub.config` has a class that JupyterHub does not have.

use super::hubs;
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/class-name",
    severity: Severity::Error,
    pedantic: false,
    summary: "a class in `hub.config` starts with a small letter",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Release(check),
};

const DOCS: &str = "\
The keys of `hub.config` are names of Python classes, such as `JupyterHub` and `GitHubOAuthenticator`. JupyterHub passes over one that is spelt with a small first letter, and everything below it.

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
        authenticator:
          admin_users:
            - ada
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
        Authenticator:
          admin_users:
            - ada
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        for (name, options) in hub.classes().filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_lowercase())) {
            let wanted = match name.to_ascii_lowercase().as_str() {
                "jupyterhub" => "JupyterHub".to_owned(),
                "kubespawner" => "KubeSpawner".to_owned(),
                _ => name[..1].to_ascii_uppercase() + &name[1..],
            };
            let Some(label) = project.label_under(options.origin, name, "passed over") else { continue };
            let fix = Fix::likely(format!("write `{wanted}`"), project.with_key_renamed(options.origin, name, &wanted));
            let finding = report.at(label, format!("`{name}` is no class of JupyterHub"));
            finding.help(format!("did you mean `{wanted}`?")).fix(fix);
        }
    }
}
