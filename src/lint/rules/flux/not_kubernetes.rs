//! `flux/not-kubernetes`: YAML that is no Kubernetes object where Flux applies every file.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    path::RepoPath,
    project::{File, Project, Unit},
    text::Span,
    yaml::Node,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/not-kubernetes",
    severity: Severity::Error,
    pedantic: false,
    summary: "a YAML file that is no Kubernetes object lies where Flux applies every file",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
Where a Flux Kustomization points to a directory without a kustomization file, the controller generates one that lists every YAML file in it and below. One file that is no
Kubernetes object (Helm values, the settings of a program) ends the build, and nothing of the directory is applied any more.

## Bad

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

```yaml apps/values.yaml
replicaCount: 2
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

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
configMapGenerator:
  - name: podinfo-values
    namespace: default
    files:
      - values.yaml
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

```yaml apps/values.yaml
replicaCount: 2
```
";

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let (true, Some(generated)) = (unit.is_flux(), project.generated_in(&unit.directory())) else { return };
    for path in &generated.files {
        let Some(file) = project.file(path) else { continue };
        if is_beside_misspelt(project, path) {
            continue;
        }
        let Some((span, what)) = first_fault(file) else { continue };
        // The directory stays out of the message: a file below two of them is one finding.
        let message = format!("{what}, but Flux applies every YAML file here");
        let finding = report.at(Label::new(path, span, "the build of the directory ends here"), message).help(
            "the directory has no kustomization file: add one that lists what is to be applied, or move this file away",
        );
        let directory = unit.directory();
        project.flux_kustomizations_of(&directory).fold(finding, |finding, one| {
            finding.and(project.label_at(one.path_origin, format!("{} applies all of it", one.id)))
        });
    }
}

/// Whether a kustomization with a wrong name lies in the directory of the file or above: then that name is the fault.
fn is_beside_misspelt(project: &Project, path: &RepoPath) -> bool {
    project.misspelt_kustomizations().any(|one| path.is_under(&one.directory))
}

/// The first line of the first document that is no object, and what is wrong with it.
fn first_fault(file: &File) -> Option<(Span, &'static str)> {
    let documents = file.stream()?.documents().map(crate::yaml::Document::root);
    documents.filter(|root| !root.is_null()).find_map(|root| Some((first_line(root), fault(root)?)))
}

fn fault(root: Node<'_>) -> Option<&'static str> {
    if root.is_sequence() && root.items().all(|item| ObjectId::of_node(item).is_some()) {
        return None;
    }
    let has = |keys: &[&str]| root.at(keys).and_then(Node::text).is_some_and(|text| !text.is_empty());
    let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"));
    match (has(&["apiVersion"]), has(&["kind"])) {
        (true, true) if is_list || has(&["metadata", "name"]) || has(&["metadata", "generateName"]) => None,
        (true, true) => Some("this object has no name"),
        (false, true) => Some("this is no Kubernetes object: it has no `apiVersion`"),
        (true, false) => Some("this is no Kubernetes object: it has no `kind`"),
        (false, false) => Some("this is no Kubernetes object"),
    }
}

fn first_line(root: Node<'_>) -> Span {
    let span = root.span();
    let length = root.source().lines().next().map_or(0, |line| line.trim_end().len());
    Span::new(span.start as usize, span.start as usize + length)
}
