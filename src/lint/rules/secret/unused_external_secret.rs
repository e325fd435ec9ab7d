//! `secret/unused-external-secret`: nothing in the repository names the Secret that an ExternalSecret makes.

use super::external_secret::target;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::{ObjectId, sensitive::is_placeholder},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/unused-external-secret",
    severity: Severity::Info,
    pedantic: true,
    summary: "nothing in the repository names the Secret that an ExternalSecret makes",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
It costs requests to the store and keeps a secret in the cluster that nobody reads. A chart or a program may take it by a name that is put together elsewhere, so this is told only on demand.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: forgotten
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: remembered
  dataFrom:
    - extract:
        key: hub
---
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      envFrom:
        - secretRef:
            name: remembered
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some((name, written)) =
        target(object).filter(|(name, _)| object.id.kind == "ExternalSecret" && !is_placeholder(name))
    else {
        return;
    };
    // Who reads a Secret of the controllers' own kinds finds it by a label.
    let labels = object.value.pointer(&["spec", "target", "template", "metadata", "labels"]);
    if labels.is_some() {
        return;
    }
    // What stands before a dash may be put together elsewhere: `${APP}-secret`, `{{ .Release.Name }}-secret`.
    let composed = name.match_indices('-').map(|(at, _)| format!("}}{}", &name[at..]));
    let forms: Vec<String> = composed.chain([name.to_string()]).collect();
    let is_named = project.files().iter().filter_map(|file| Some((file, file.stream()?))).any(|(file, stream)| {
        stream.documents().any(|document| {
            let text = stream.text().slice(document.span());
            let is_own = file.path == object.path
                && ObjectId::of_node(document.root())
                    .is_some_and(|id| id.kind == object.id.kind && id.name == object.id.name);
            !is_own && forms.iter().any(|form| text.contains(form.as_str()))
        })
    });
    if is_named {
        return;
    }
    let label = written.and_then(|name| project.label(name, "")).or_else(|| project.object_label(&object.value, ""));
    let Some(label) = label else { return };
    report
        .at(label, format!("nothing in this repository names Secret `{name}`"))
        .help("remove the ExternalSecret, or silence this finding with a comment that says who reads the Secret");
}
