//! `jupyterhub/callback-url`: `oauth_callback_url` with another path than the hub serves.

use super::{hubs, text};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/callback-url",
    severity: Severity::Error,
    pedantic: false,
    summary: "the callback of a login does not lead to the hub",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
The identity provider sends people back to `<address of the hub>/hub/oauth_callback`. With any other path they end at an error after they logged in.

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
          oauth_callback_url: https://hub.example.org/oauth_callback
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
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        for (_, options) in hub.classes() {
            let (Some(url), Some(value)) = (text(options, &["oauth_callback_url"]), options.get("oauth_callback_url"))
            else {
                continue;
            };
            if url.contains(['$', '{', '<']) || url.trim_end_matches('/').ends_with("/hub/oauth_callback") {
                continue;
            }
            let Some(label) = project.label_within(value.origin, "not a page of the hub") else { continue };
            let finding = report.at(label, "the callback does not end in `hub/oauth_callback`");
            finding.help(
                "write the address of the hub, then `/hub/oauth_callback`, as it is registered with the provider",
            );
        }
    }
}
