//! `secret/entry-unused`: an entry of an ExternalSecret is read and thrown away.

use super::external_secret::specification;

use crate::{
    diagnostic::{Fix, Safety, Severity},
    graph::template_gaps,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Node, Origin},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/entry-unused",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an entry of an ExternalSecret is read and thrown away",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A template with `data` or `templateFrom` takes the place of what was read: only the keys of the template are in the Secret. An entry that no template takes is read for nothing, and its key is missing where somebody expects it. `mergePolicy: Merge` keeps the entries beside the keys of the template.

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
    template:
      data:
        values.yaml: |
          token: \"{{ .token }}\"
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
    - secretKey: cookie
      remoteRef:
        key: hub
        property: cookie
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
    template:
      mergePolicy: Merge
      data:
        values.yaml: |
          token: \"{{ .token }}\"
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
    - secretKey: cookie
      remoteRef:
        key: hub
        property: cookie
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let gaps = template_gaps(spec);
    // Where a template takes a name that is not there, that is the fault.
    for (name, origin) in gaps.unused.into_iter().filter(|_| gaps.missing.is_empty()) {
        let Some(label) = project.label_at(origin, "not in the Secret") else { continue };
        let template = spec.pointer(&["target", "template"]);
        report
            .at(label, format!("{} reads `{name}`, but no template takes it", object.id))
            .and(
                template
                    .and_then(|template| project.key_label(template.origin, "only what this writes is in the Secret")),
            )
            .help("take it in a template, set `mergePolicy: Merge` in the template, or remove the entry")
            .fix(remove(project, origin, &name));
    }
}

fn remove(project: &Project, key: Origin, name: &str) -> Option<Fix> {
    let (_, node) = project.node_of(key)?;
    let changes = project.edit(key, |document, _| {
        let entry = node.parent().map(Node::route).unwrap_or_default();
        document.remove(&entry)
    })?;
    Some(Fix { title: format!("remove the entry `{name}`"), safety: Safety::Unsafe, changes })
}
