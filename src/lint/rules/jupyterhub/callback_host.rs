//! `jupyterhub/callback-host`: `oauth_callback_url` and `ingress.hosts` disagree.

use super::{hubs, text};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/callback-host",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the callback of a login leads to a host that the hub does not serve",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
The identity provider sends people back to the host of the callback. Where the Ingress of the hub serves other hosts only, they never arrive.

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
        GitHubOAuthenticator:
          allowed_organizations:
            - example
          oauth_callback_url: https://hub.example.com/hub/oauth_callback
    ingress:
      enabled: true
      hosts:
        - hub.example.org
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
          oauth_callback_url: https://hub.example.org/hub/oauth_callback
    ingress:
      enabled: true
      hosts:
        - hub.example.org
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let hosts = hub.get(&["ingress", "hosts"]).and_then(Value::as_sequence).unwrap_or_default();
        let names: Vec<&str> = hosts.iter().filter_map(|host| text(host, &[])).collect();
        let is_on = hub.get(&["ingress", "enabled"]).and_then(Value::as_bool) == Some(true);
        if !is_on || names.is_empty() || names.iter().any(|name| name.contains(['*', '$', '{', '<'])) {
            continue;
        }
        for (_, options) in hub.classes() {
            let (Some(url), Some(value)) = (text(options, &["oauth_callback_url"]), options.get("oauth_callback_url"))
            else {
                continue;
            };
            let Some((_, rest)) = url.split_once("://") else { continue };
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            if host.contains(['$', '{', '<']) || names.iter().any(|name| name.eq_ignore_ascii_case(host)) {
                continue;
            }
            let Some(label) = project.label_within(value.origin, "this host") else { continue };
            let message = format!("the callback leads to `{host}`, which the Ingress does not serve");
            let served = hosts.first().and_then(|host| project.label_within(host.origin, "served"));
            report.at(label, message).and(served).help("use the same host in both places");
        }
    }
}
