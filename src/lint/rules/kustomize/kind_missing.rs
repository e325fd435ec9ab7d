//! `kustomize/kind-missing`: a kustomization does not say what it is.

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, KustomizationFile, Project},
    yaml::{Document, Node, Origin, Route, Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/kind-missing",
    severity: Severity::Info,
    pedantic: true,
    summary: "a kustomization does not say what it is",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
kustomize takes a file without `apiVersion` and `kind` for a Kustomization of the newest version. Editors and other tools know it only by what it says.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
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

```yaml apps/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - settings.yaml
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

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    let stream = project.file(&kustomization.path).and_then(File::stream);
    let Some(root) = stream.and_then(|stream| stream.documents().next()).map(Document::root) else { return };
    let missing: Vec<&str> = ["apiVersion", "kind"].into_iter().filter(|key| root.get(key).is_none()).collect();
    if missing.is_empty() || !root.is_mapping() {
        return;
    }
    let names: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
    report
        .at(Label::file(&kustomization.path, ""), format!("the kustomization has no {}", names.join(" and no ")))
        .help("begin with `apiVersion: kustomize.config.k8s.io/v1beta1` and `kind: Kustomization`")
        .fix(begin(project, kustomization, root));
}

fn begin(project: &Project, kustomization: &KustomizationFile, root: Node<'_>) -> Option<Fix> {
    let origin = Origin { file: project.file(&kustomization.path)?.id()?, offset: root.span().start };
    let changes = project.edit(origin, |document, _| {
        if root.get("kind").is_none() {
            let place = if root.get("apiVersion").is_some() { Place::After("apiVersion") } else { Place::First };
            document.insert_key(&Route::root(), "kind", &Value::plain("Kustomization"), place)?;
        }
        if root.get("apiVersion").is_none() {
            // A component says so, and has a version of its own.
            let is_component = root.get("kind").and_then(Node::text) == Some("Component");
            let version = if is_component { "v1alpha1" } else { "v1beta1" };
            let value = Value::plain(format!("kustomize.config.k8s.io/{version}"));
            document.insert_key(&Route::root(), "apiVersion", &value, Place::First)?;
        }
        Ok(())
    })?;
    Some(Fix { title: "say what it is".to_owned(), safety: Safety::Safe, changes })
}
