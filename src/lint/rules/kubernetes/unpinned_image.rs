//! `kubernetes/unpinned-image`: an image whose content may change.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/unpinned-image",
    severity: Severity::Warning,
    pedantic: true,
    summary: "an image whose content may change",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without a tag, or with one such as `latest`, nobody can say which program runs, and a restart may bring another one.

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
          image: registry.example.org/web:latest
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
        let Some(text) = image.as_str().filter(|text| !text.is_empty() && !text.contains(['$', '@', '{'])) else {
            continue;
        };
        let tag = text.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
        let is_moving =
            tag.is_none_or(|tag| matches!(tag, "latest" | "main" | "master" | "edge" | "nightly" | "stable" | "dev"));
        let Some(label) =
            project.label(image, if tag.is_some() { "this tag moves" } else { "no tag" }).filter(|_| is_moving)
        else {
            continue;
        };
        report.at(label, format!("the image `{text}` is not pinned")).help("name a version, or a digest");
    }
}
