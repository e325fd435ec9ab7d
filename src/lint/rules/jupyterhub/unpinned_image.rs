//! `jupyterhub/unpinned-image`: an image of users that is not pinned.

use super::{hubs, text};

use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/unpinned-image",
    severity: Severity::Info,
    pedantic: true,
    summary: "the image of the users' servers may change",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Without a tag, or with `latest`, users get another environment on a node that pulls the image later, and nobody can tell which.

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
      image:
        name: quay.io/jupyter/scipy-notebook
        tag: latest
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
      image:
        name: quay.io/jupyter/scipy-notebook
        tag: \"2025-06-01\"
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let image = hub.get(&["singleuser", "image"]);
        let named = image.and_then(|image| Some((image.get("name")?, image.get("tag"))));
        let own = named
            .filter(|(_, tag)| tag.is_none_or(|tag| is_open(text(tag, &[]))))
            .map(|(name, tag)| tag.unwrap_or(name));
        let of_profiles =
            hub.profiles().iter().filter_map(|profile| profile.pointer(&["kubespawner_override", "image"]));
        let of_profiles = of_profiles.filter(|image| text(image, &[]).is_some_and(is_unpinned));
        for value in own.into_iter().chain(of_profiles) {
            let Some(label) = project.label_within(value.origin, "no fixed version") else { continue };
            report.at(label, "the image of the users' servers may change").help("name a tag that stays, or a digest");
        }
    }
}

fn is_open(tag: Option<&str>) -> bool {
    tag.is_none_or(|tag| tag == "latest")
}

/// Whether an image has neither a digest nor a tag that stays.
fn is_unpinned(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or(image);
    !image.contains(['@', '$', '{']) && is_open(last.split_once(':').map(|(_, tag)| tag))
}
