//! `flux/not-kubernetes`: YAML that is no Kubernetes object where Flux takes every YAML file for one.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{File, Project, Unit, UnitKind},
    text::Span,
    yaml::Document,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/not-kubernetes",
    severity: Severity::Error,
    summary: "YAML that is no Kubernetes object where Flux applies every YAML file",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
Where a Flux Kustomization points to a directory without a kustomization file, kustomize-controller generates one that lists every `.yaml` and `.yml` file below it.
A single file that is no Kubernetes object, such as the values of a Helm chart, makes that build fail, and nothing of the directory is applied any more.

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

```yaml apps/web/values.yaml
replicas: 3
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

```yaml apps/web/kustomization.yaml
configMapGenerator:
  - name: values
    namespace: default
    files:
      - values.yaml
```

```yaml apps/web/values.yaml
replicas: 3
```
";

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let (Some(generated), UnitKind::Flux(owners)) = (&unit.generated, &unit.kind) else { return };
    let owner = owners.first().and_then(|&owner| project.flux_kustomizations().get(owner));
    let Some(owner) = owner else { return };
    for file in generated.files.iter().filter_map(|path| project.file(path)) {
        if let Some(span) = stranger(file) {
            // The directory stays out of the message: a file below two units is one finding.
            let message = format!("`{}` is no Kubernetes object, and Flux applies every YAML file here", file.path);
            report
                .at(Label::new(&file.path, span, "no `apiVersion` and `kind` here"), message)
                .and(project.label_at(
                    owner.path_origin,
                    format!("{} points there, and there is no kustomization.yaml", owner.id),
                ))
                .help(
                    "put a kustomization.yaml that lists the manifests into the directory, or move the file elsewhere",
                );
        }
    }
}

/// The first line of the first document that is no object.
fn stranger(file: &File) -> Option<Span> {
    let stream = file.stream()?;
    let root = stream
        .documents()
        .filter(|document| !document.is_empty())
        .map(Document::root)
        .find(|root| ObjectId::of_node(*root).is_none())?;
    let start = root.span().start as usize;
    let text = stream.text().as_str().get(start..)?;
    Some(Span::new(start, start + text.find(['\n', '\r']).unwrap_or(text.len())))
}
