//! `helm/release-twice`: two objects that fight over one Helm release.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::{
    cluster::{ComposedRelease, UnitKind},
    diagnostic::{Label, Severity},
    flux::helm_release,
    helm::ChartSource,
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::Project,
    yaml::Origin,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/release-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "two HelmReleases install one release",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Helm keeps a release by its name in a namespace. Two HelmReleases with the same release name and the same storage namespace upgrade the same release in turn, each to its own chart and
values, for ever. So do two Applications that render a chart under one name into one namespace: each takes over the objects of the other.

## Bad

```yaml apps/hubs.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub-old
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  releaseName: hub
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub-new
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 2.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  releaseName: hub
```

## Good

```yaml apps/hubs.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub-old
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub-new
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 2.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  releaseName: hub
```
";

/// What keeps releases apart: who runs them, where, the namespace and the name; of Applications the chart as well, since only objects of one chart meet.
type Identity = (Option<usize>, Option<SmolStr>, Option<SmolStr>, SmolStr, Option<SmolStr>);

fn check(project: &Project, report: &mut Report<'_>) {
    let mut known: BTreeMap<Identity, (ObjectId, Origin)> = BTreeMap::new();
    for release in &project.model().releases {
        let Some(identity) = identity(project, release) else { continue };
        let origin = release.release.origin;
        let Some((first, place)) = known.get(&identity) else {
            known.insert(identity, (release.declared.clone(), origin));
            continue;
        };
        // One object that two units apply, or one Application with several charts, is told elsewhere or no fault.
        if *first == release.declared || (first.kind == release.declared.kind && *place == origin) {
            continue;
        }
        let Some(label) = named(project, &release.declared, origin, "again here") else { continue };
        let message = format!("two objects install the release `{}`", release.release.name);
        report
            .at(label, message)
            .and(named(project, first, *place, "first here"))
            .help("give each a name of its own, or remove one");
    }
}

fn identity(project: &Project, release: &ComposedRelease) -> Option<Identity> {
    let unit = project.units().get(release.unit)?;
    let (name, cluster) = (release.release.name.clone(), unit.cluster);
    if name.contains(['$', '{']) {
        return None;
    }
    if unit.kind == UnitKind::Argo && release.declared.kind == "Application" {
        let chart = match release.release.chart.as_ref()? {
            ChartSource::Repository { name, .. } => name.clone(),
            ChartSource::Oci { url, .. } => url.clone(),
            ChartSource::Folder(_) | ChartSource::Elsewhere { .. } => return None,
        };
        return Some((cluster, unit.destination.clone(), release.release.namespace.clone(), name, Some(chart)));
    }
    // What belongs to no cluster may be meant for several.
    let is_one_place = cluster.is_some() || !project.is_applied_here();
    let object = project.objects().iter().find(|one| one.unit == release.unit && one.id == release.declared)?;
    let storage = helm_release::storage_namespace(&object.id, &object.value);
    let unit = if cluster.is_some() { None } else { Some(unit.id.to_string().into()) };
    is_one_place.then_some((cluster, unit, storage, name, None))
}

fn named(project: &Project, id: &ObjectId, origin: Origin, message: &str) -> Option<Label> {
    let object = project.objects().iter().find(|one| one.id == *id && one.origin() == origin);
    object.and_then(|one| project.object_label(&one.value, message)).or_else(|| project.label_at(origin, message))
}
