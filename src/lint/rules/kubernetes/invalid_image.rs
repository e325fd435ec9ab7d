//! `kubernetes/invalid-image`: the name of an image is not allowed.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/invalid-image",
    severity: Severity::Error,
    pedantic: false,
    summary: "the name of an image is not allowed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The name of an image has no blanks, no scheme, and no upper-case letters outside of its tag. Its Pods stay in `InvalidImageName`.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: https://registry.example.org/web:1.0.0
```

## Good

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for image in pod.containers().filter_map(|container| container.get("image")) {
        let Some(text) = image.as_str().filter(|text| !text.contains(['$', '{', '<']) && !is_blank(text)) else {
            continue;
        };
        let Some(fault) = fault(text) else { continue };
        let Some(label) = project.label(image, fault) else { continue };
        report
            .at(label, format!("`{text}` is not the name of an image"))
            .help("write `registry/repository:tag` or `registry/repository@sha256:…`");
    }
}

/// Whether a text is a word that `images` of a kustomization or a script replaces: `IMAGE_URL`.
fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn fault(text: &str) -> Option<&'static str> {
    let path = text.split('@').next().unwrap_or(text);
    let repository = match path.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => path,
    };
    // The first part is a host if it looks like one; hosts may have upper-case letters.
    let names = match repository.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => repository,
    };
    if text.contains("://") {
        Some("has a scheme")
    } else if text.chars().any(char::is_whitespace) {
        Some("has a blank in it")
    } else if names.chars().any(|c| c.is_ascii_uppercase()) {
        Some("has upper-case letters")
    } else if path.ends_with(':') || path.ends_with('/') {
        Some("ends too early")
    } else {
        None
    }
}
