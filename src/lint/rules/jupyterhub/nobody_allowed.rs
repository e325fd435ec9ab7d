//! `jupyterhub/nobody-allowed`: an authenticator without any rule that allows somebody.

use super::{hubs, text};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/nobody-allowed",
    severity: Severity::Error,
    pedantic: false,
    summary: "nobody may log in to JupyterHub",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Since JupyterHub 5, which comes with version 4 of the chart, nobody may log in unless the configuration allows it: by `allow_all`, `allowed_users`, `admin_users`, or a rule of the authenticator such as `allowed_organizations`.

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
          authenticator_class: github
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
        GitHubOAuthenticator:
          allowed_organizations:
            - example
        JupyterHub:
          authenticator_class: github
```
";

/// Authenticators that allow nobody by themselves.
const STRICT: &[&str] = &[
    "auth0",
    "azuread",
    "bitbucket",
    "cilogon",
    "generic-oauth",
    "github",
    "gitlab",
    "globus",
    "google",
    "okpy",
    "openshift",
];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete && hub.major.is_some_and(|major| major >= 4))
    {
        let Some(class) = hub.get(&["hub", "config", "JupyterHub", "authenticator_class"]) else { continue };
        if !text(class, &[]).is_some_and(|name| STRICT.contains(&name)) {
            continue;
        }
        let mut options =
            hub.classes().filter_map(|(_, options)| options.as_mapping()).flat_map(|options| options.keys());
        let is_rule = |key: &str| key.starts_with("allow") || key.starts_with("admin_");
        if options.any(|key| is_rule(key)) || hub.code_mentions("allow") || hub.code_mentions("admin_") {
            continue;
        }
        let Some(label) = project.label_within(class.origin, "allows nobody by itself") else { continue };
        let finding = report.at(label, "no rule allows anybody to log in");
        finding.help(
            "add `allowed_users`, a rule of the authenticator, or `allow_all: true` to its class in `hub.config`",
        );
    }
}
