//! `jupyterhub/user-twice`: a user who is listed twice.

use super::{hubs, text};

use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/user-twice",
    severity: Severity::Info,
    pedantic: true,
    summary: "a user stands in one list twice",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Release(check),
};

const DOCS: &str = "\
JupyterHub writes names in small letters before it compares them, so two spellings are one user.

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
        Authenticator:
          admin_users:
            - ada
            - Ada
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
            - grace
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let lists = hub.classes().filter_map(|(_, options)| options.as_mapping()).flatten();
        let lists = lists.filter(|(key, _)| matches!(key.as_str(), "admin_users" | "allowed_users" | "blocked_users"));
        for (key, users) in lists.filter_map(|(key, users)| Some((key, users.as_sequence()?))) {
            let mut known: Vec<(String, &Value)> = Vec::new();
            for user in users {
                let Some(name) = text(user, &[]).map(str::to_lowercase) else { continue };
                let Some((_, first)) = known.iter().find(|(other, _)| *other == name) else {
                    known.push((name, user));
                    continue;
                };
                let Some(label) = project.label_within(user.origin, "again here") else { continue };
                report
                    .at(label, format!("`{name}` stands in `{key}` twice"))
                    .and(project.label_within(first.origin, "first here"))
                    .fix(Fix::safe("remove it here", project.without(user.origin)));
            }
        }
    }
}
