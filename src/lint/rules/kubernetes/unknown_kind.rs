//! `kubernetes/unknown-kind`: an object of a kind that no schema describes.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::removed_api,
    project::{Object, Project},
    text::nearest,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/unknown-kind",
    severity: Severity::Warning,
    pedantic: true,
    summary: "no schema describes the kind of an object",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
An object whose kind is unknown cannot be checked: it may be misspelt, its version may not be served, or its CustomResourceDefinition is not in the repository. `treewright schema add`
keeps the definition for everybody; `crds` in `treewright.toml` names folders that hold definitions.

## Bad

```yaml apps/claim.yaml
apiVersion: v1
kind: PersistentVolumClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
```

## Good

```yaml apps/claim.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let (id, catalogue) = (&object.id, project.schemas_of(object));
    let is_known = catalogue.lookup(&id.group, &id.version, &id.kind).is_some()
        || catalogue.fault(&id.group, &id.version, &id.kind).is_some();
    if is_known || removed_api(id).is_some() {
        return;
    }
    let Some(kind) = object.value.get("kind") else { return };
    let Some(label) = project.label(kind, "") else { return };
    let versions: Vec<&str> = catalogue.versions(&id.group, &id.kind).collect();
    let help = if versions.is_empty() {
        let near = nearest(&id.kind, catalogue.kinds(&id.group));
        near.map_or_else(
            || "`treewright schema add` takes its CustomResourceDefinition".to_owned(),
            |near| format!("did you mean `{near}`?"),
        )
    } else {
        let written: Vec<String> = versions.iter().map(|version| format!("`{version}`")).collect();
        format!("there are schemas for {}", written.join(", "))
    };
    report.at(label, format!("no schema describes {} of `{}`", id.kind, id.api_version())).help(help);
}
