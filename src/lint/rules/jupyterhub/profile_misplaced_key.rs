//! `jupyterhub/profile-misplaced-key`: an override in the wrong place.

use super::{Hub, hubs};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/profile-misplaced-key",
    severity: Severity::Error,
    pedantic: false,
    summary: "a profile has an option of KubeSpawner outside of `kubespawner_override`",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
A profile has a name, a description, options, and `kubespawner_override`. An option of KubeSpawner beside these is passed over, so the server starts without it.

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
        - display_name: Large
          mem_limit: 8G
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
        - display_name: Large
          kubespawner_override:
            mem_limit: 8G
```
";

/// Options that people set for single profiles.
const OPTIONS: &[&str] = &[
    "cmd",
    "cpu_guarantee",
    "cpu_limit",
    "default_url",
    "environment",
    "extra_containers",
    "extra_labels",
    "extra_resource_guarantees",
    "extra_resource_limits",
    "image",
    "image_pull_policy",
    "init_containers",
    "lifecycle_hooks",
    "mem_guarantee",
    "mem_limit",
    "node_affinity_required",
    "node_selector",
    "start_timeout",
    "storage_capacity",
    "tolerations",
    "volume_mounts",
    "volumes",
];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for profile in hubs(project, release).iter().flat_map(Hub::profiles) {
        for (key, value) in profile.as_mapping().into_iter().flatten() {
            if !OPTIONS.contains(&key.as_str()) {
                continue;
            }
            let Some(label) = project.label_under(value.origin, key, "passed over") else { continue };
            let finding = report.at(label, format!("`{key}` counts only inside of `kubespawner_override`"));
            finding.help("move it into `kubespawner_override`");
        }
    }
}
