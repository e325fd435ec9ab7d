//! `kustomize/misspelt-file`: a kustomization that kustomize overlooks because of its name.

use crate::{
    change::ChangeSet,
    diagnostic::{Fix, Label, Safety, Severity},
    kustomize::misspelt_kustomization_name,
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{KustomizationFile, Project, Target},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/misspelt-file",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization file has a name that kustomize does not know",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Project(check),
};

const DOCS: &str = "\
kustomize knows three names: `kustomization.yaml`, `kustomization.yml` and `Kustomization`. A file with another name is overlooked: a build of its directory fails,
and Flux takes the directory for one without a kustomization and applies every YAML file in it, the misspelt one included.

## Bad

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/kustomization.yaml
resources:
  - podinfo
```

```yaml apps/podinfo/kustomisation.yaml
resources:
  - settings.yaml
```

```yaml apps/podinfo/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml apps/kustomization.yaml
resources:
  - podinfo
```

```yaml apps/podinfo/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/podinfo/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    for kustomization in project.misspelt_kustomizations() {
        let name = kustomization.path.file_name();
        let Some(right) = misspelt_kustomization_name(name) else { continue };
        let message = format!("kustomize does not know the name `{name}` and overlooks this kustomization");
        let finding = report
            .at(Label::file(&kustomization.path, ""), message)
            .help(format!(
                "call it `{right}`; kustomize knows `kustomization.yaml`, `kustomization.yml` and `Kustomization`"
            ))
            .fix(rename(project, kustomization, right));
        expectations(project, &kustomization.directory).into_iter().fold(finding, crate::lint::rule::Finding::and);
    }
}

/// The places that expect a kustomization in a directory.
fn expectations(project: &Project, directory: &RepoPath) -> Vec<Label> {
    let leads_here = |target: &Target| matches!(target, Target::Directory(path) if path == directory);
    let mut labels: Vec<Label> = project
        .kustomizations()
        .flat_map(|one| one.references.iter().map(move |reference| (one, reference)))
        .filter(|(_, reference)| leads_here(&reference.target))
        .map(|(one, reference)| Label::new(&one.path, reference.span, "a kustomization is expected there"))
        .collect();
    let flux = project.flux_kustomizations().iter().filter(|one| one.path == *directory);
    labels.extend(flux.filter_map(|one| project.label_at(one.path_origin, "Flux looks for a kustomization there")));
    labels
}

fn rename(project: &Project, kustomization: &KustomizationFile, name: &str) -> Option<Fix> {
    let text = project.text(&kustomization.path)?;
    let path = kustomization.directory.join(name).ok()?;
    let mut changes = ChangeSet::new();
    changes.remove(kustomization.path.clone());
    changes.write(path, text.as_str());
    Some(Fix { title: format!("call it `{name}`"), safety: Safety::Safe, changes })
}
