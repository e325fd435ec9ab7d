//! `jupyterhub/metadata-server-ambiguous`: the metadata server of the cloud is both allowed and blocked.

use super::hubs;
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/metadata-server-ambiguous",
    severity: Severity::Error,
    pedantic: false,
    summary: "the chart of JupyterHub refuses to both block and allow the metadata server of the cloud",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
`singleuser.cloudMetadata.blockWithIptables`, which is on unless it is turned off, blocks the metadata server; `singleuser.networkPolicy.egressAllowRules.cloudMetadataServer` allows it. With both the chart fails, since its version 3.

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
        GitHubOAuthenticator:
          allowed_organizations:
            - example
    singleuser:
      networkPolicy:
        egressAllowRules:
          cloudMetadataServer: true
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
        GitHubOAuthenticator:
          allowed_organizations:
            - example
    singleuser:
      networkPolicy:
        egressAllowRules:
          cloudMetadataServer: true
      cloudMetadata:
        blockWithIptables: false
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete && hub.major.is_some_and(|major| major >= 3))
    {
        let is_on = |keys: &[&str]| hub.get(keys).is_none_or(|value| value.as_bool() == Some(true));
        let allowed = hub.get(&["singleuser", "networkPolicy", "egressAllowRules", "cloudMetadataServer"]);
        let Some(allowed) = allowed.filter(|value| value.as_bool() == Some(true)) else { continue };
        if !is_on(&["singleuser", "cloudMetadata", "blockWithIptables"])
            || !is_on(&["singleuser", "networkPolicy", "enabled"])
        {
            continue;
        }
        let blocked = hub.get(&["singleuser", "cloudMetadata", "blockWithIptables"]);
        let Some(label) = project.label_under(allowed.origin, "cloudMetadataServer", "allowed") else { continue };
        let blocked = blocked.map(|value: &Value| value.origin);
        report
            .at(label, "the chart refuses to both block and allow the metadata server of the cloud")
            .and(blocked.and_then(|origin| project.label_under(origin, "blockWithIptables", "blocked")))
            .help("set `singleuser.cloudMetadata.blockWithIptables` to false, or leave the rule out");
    }
}
