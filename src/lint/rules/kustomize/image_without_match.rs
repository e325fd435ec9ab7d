//! `kustomize/image-without-match`: an entry of `images` changes no image.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, KustomizationFile, Project},
    text::nearest,
    yaml::{Document, Node},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/image-without-match",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an entry of `images` changes no image",
    docs: DOCS,
    fix: None,
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
`images` changes containers whose image has this very name, registry and path included. An entry without such a container does nothing: the image is called otherwise, or set by a chart.

## Bad

```yaml apps/kustomization.yaml
resources:
  - web.yaml
images:
  - name: web
    newTag: 1.28.0
```

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: registry.example.org/web:1.27.0
```

## Good

```yaml apps/kustomization.yaml
resources:
  - web.yaml
images:
  - name: registry.example.org/web
    newTag: 1.28.0
```

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: registry.example.org/web:1.27.0
```
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    let stream = project.file(&kustomization.path).and_then(File::stream);
    let Some(root) = stream.and_then(|stream| stream.documents().next()).map(Document::root) else { return };
    let entries = || root.get("images").into_iter().flat_map(Node::items);
    if kustomization.is_component || entries().next().is_none() {
        return;
    }
    let Some(images) = project.images(&kustomization.directory) else { return };
    let has = |name: &str| images.iter().any(|image| repository(image) == name);
    for entry in entries() {
        let text = |key: &str| entry.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        let Some((name, node)) = text("name").zip(entry.get("name")) else { continue };
        let is_pattern = name.contains(['*', '(', '[', '$', '^', '|', '+', '\\']);
        if is_pattern || has(name) || text("newName").is_some_and(has) {
            continue;
        }
        let help = match nearest(name, images.iter().map(|image| repository(image))) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove the entry, or correct its name".to_owned(),
        };
        report
            .at(Label::new(&kustomization.path, node.span(), ""), format!("no container has the image `{name}`"))
            .help(help);
    }
}

/// An image without its tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(image, _)| image);
    let name = image.rfind('/').map_or(0, |at| at + 1);
    image.get(name..).and_then(|rest| rest.find(':')).map_or(image, |at| &image[..name + at])
}
