//! `flux/path-missing`: a Flux Kustomization applies a directory that does not exist.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::FluxKustomization,
    lint::{Check, Report, Rule},
    project::{Project, Unit},
    source::{Entry, EntryKind},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/path-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Flux Kustomization applies a directory that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Unit(check),
};

const DOCS: &str = "\
Without its directory the controller applies nothing, and what it applied before stays as it was. `spec.path` counts from the root of the source, wherever the Kustomization is written.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./app
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let Some(flux) = &unit.flux else { return };
    for problem in unit.problems.iter().filter(|problem| problem.rule == RULE.id) {
        let finding = report.known(problem);
        let Some(meant) = meant(project, flux) else { continue };
        finding.help(format!("did you mean `{meant}`?")).fix(replace(project, flux, &meant));
    }
}

/// The directory beside the missing one whose name is written almost like it.
fn meant(project: &Project, flux: &FluxKustomization) -> Option<String> {
    let parent = flux.path.parent()?;
    let children = project.view().children(&parent).ok()?;
    let directories = children.iter().filter(|child| child.kind == EntryKind::Directory);
    let near = nearest(flux.path.file_name(), directories.map(|Entry { path, .. }| path.file_name()))?;
    Some(format!("./{}", parent.join(near).ok()?))
}

fn replace(project: &Project, flux: &FluxKustomization, meant: &str) -> Option<Fix> {
    flux.spec.get("path")?;
    let changes = project.edit(flux.path_origin, |document, route| document.replace(route, &Value::string(meant)))?;
    Some(Fix { title: format!("apply `{meant}`"), safety: Safety::Unsafe, changes })
}
