//! `jupyterhub/existing-secret-key`: a key of `hub.existingSecret` that the hub does not read.

use super::{holds, hubs, text};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    graph::{DataKind, Keys},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/existing-secret-key",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the hub reads no such key of `hub.existingSecret`",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Of the Secret that `hub.existingSecret` names, the hub reads `values.yaml`, `hub.config.JupyterHub.cookie_secret`, `hub.config.CryptKeeper.keys`, `hub.db.password` and `hub.services.<name>.apiToken`. Any other configuration has
to stand in `values.yaml`, which is merged over the values of the chart; the token of the proxy can only be given as a value, because hub and proxy take it from the Secret that the chart makes.

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
      existingSecret: hub-secrets
      config:
        JupyterHub:
          authenticator_class: github
        GitHubOAuthenticator:
          allowed_organizations:
            - example
```

```yaml apps/secret.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub-secrets
  namespace: default
spec:
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub-secrets
  data:
    - secretKey: hub.config.JupyterHub.cookie_secret
      remoteRef:
        key: hub
        property: cookie
    - secretKey: hub.config.GitHubOAuthenticator.client_secret
      remoteRef:
        key: hub
        property: client
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
      existingSecret: hub-secrets
      config:
        JupyterHub:
          authenticator_class: github
        GitHubOAuthenticator:
          allowed_organizations:
            - example
```

```yaml apps/secret.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub-secrets
  namespace: default
spec:
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub-secrets
  data:
    - secretKey: hub.config.JupyterHub.cookie_secret
      remoteRef:
        key: hub
        property: cookie
    - secretKey: values.yaml
      remoteRef:
        key: hub
        property: values
```
";

/// The keys that the hub reads, from `z2jh.py` and the configuration of the chart.
const READ: &[&str] =
    &["hub.config.CryptKeeper.keys", "hub.config.JupyterHub.cookie_secret", "hub.db.password", "values.yaml"];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.major.is_some_and(|major| major >= 1)) {
        let Some(name) = text(hub.values, &["hub", "existingSecret"]) else { continue };
        let made = project.producers().find(DataKind::Secret, name, release.release.namespace.as_deref());
        for one in made {
            let Keys::Known(keys) = &one.keys else { continue };
            for (key, origin) in keys.iter().filter(|(key, _)| !is_read(key)) {
                // Something else may take the key from the Secret: a variable of the hub's environment, for instance.
                if !key.starts_with("hub.") && !key.starts_with("proxy.") || holds(hub.values, key) {
                    continue;
                }
                let Some(label) = project.label_at(*origin, "not read") else { continue };
                let named = hub.get(&["hub", "existingSecret"]);
                let named = named.and_then(|named| project.label_under(named.origin, "existingSecret", "named here"));
                report
                    .at(label, format!("the hub does not read `{key}` of its Secret `{name}`"))
                    .and(named)
                    .help(help(key));
            }
        }
    }
}

fn is_read(key: &str) -> bool {
    let service = key.strip_prefix("hub.services.").and_then(|rest| rest.strip_suffix(".apiToken"));
    READ.contains(&key) || service.is_some_and(|name| !name.is_empty())
}

fn help(key: &str) -> &'static str {
    if key.ends_with("auth_token") || key.ends_with("secretToken") {
        "give the token as the value `proxy.secretToken`: hub and proxy read it only from the Secret that the chart makes"
    } else {
        "write it into the key `values.yaml` of the Secret, as it would stand in the values of the chart"
    }
}
