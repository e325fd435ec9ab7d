//! `jupyterhub/profile-override-key`: camel case in `kubespawner_override`.

use super::{Hub, hubs};
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/profile-override-key",
    severity: Severity::Error,
    pedantic: false,
    summary: "the override of a profile sets an option that KubeSpawner does not have",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Release(check),
};

const DOCS: &str = "\
The keys of `kubespawner_override` are options of KubeSpawner, which are written with underscores: `cpu_limit`, not `cpuLimit`. One with capitals is set without a word, and nobody reads it.

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
          kubespawner_override:
            memLimit: 8G
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

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for profile in hubs(project, release).iter().flat_map(Hub::profiles) {
        let overrides = profile.get("kubespawner_override").and_then(Value::as_mapping);
        for (key, value) in overrides.into_iter().flatten().filter(|(key, _)| key.contains(char::is_uppercase)) {
            let Some(label) = project.label_under(value.origin, key, "nobody reads this") else { continue };
            let wanted = snake_case(key);
            let fix = Fix::likely(format!("write `{wanted}`"), project.with_key_renamed(value.origin, key, &wanted));
            let finding = report.at(label, format!("KubeSpawner has no option `{key}`"));
            finding.help(format!("did you mean `{wanted}`?")).fix(fix);
        }
    }
}

fn snake_case(key: &str) -> String {
    let mut out = String::new();
    for c in key.chars() {
        if c.is_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
