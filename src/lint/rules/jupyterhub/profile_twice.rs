//! `jupyterhub/profile-twice`: two entries of `profileList` with one slug or display name.

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
    id: "jupyterhub/profile-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "two profiles of JupyterHub share a name",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
A profile is chosen by its slug, which is made from the display name where none is written. Of two profiles with one slug only one can be chosen.

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
    singleuser:
      profileList:
        - display_name: Small
          slug: notebook
        - display_name: Large
          slug: notebook
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
    singleuser:
      profileList:
        - display_name: Small
          slug: small
        - display_name: Large
          slug: large
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let named = hub.profiles().iter().filter_map(|profile| {
            let key = if text(profile, &["slug"]).is_some() { "slug" } else { "display_name" };
            Some((key, text(profile, &[key])?, profile.get(key)?))
        });
        let named: Vec<(&str, &str, &Value)> = named.collect();
        for (index, (key, name, value)) in named.iter().enumerate() {
            let Some((_, _, first)) = named[..index].iter().find(|(other, known, _)| (other, known) == (key, name))
            else {
                continue;
            };
            let Some(label) = project.label_within(value.origin, "again here") else { continue };
            let what = if *key == "slug" { "slug" } else { "display name" };
            let finding = report.at(label, format!("two profiles share the {what} `{name}`"));
            finding
                .and(project.label_within(first.origin, "first here"))
                .help(format!("give each profile a {what} of its own"));
        }
    }
}
