//! `kustomize/unlisted-file`: objects beside a kustomization that no kustomization takes in.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, KustomizationFile, Project, Role, Target},
    yaml::{
        Document, Route, Value,
        edit::{Editor, Splice},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/unlisted-file",
    severity: Severity::Warning,
    summary: "objects beside a kustomization that nothing takes in",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::File(check),
};

const DOCS: &str = "\
kustomize applies what its `resources` name and nothing else. A file with Kubernetes objects that lies beside a kustomization and is named nowhere was most likely forgotten.
A file that is named in a comment of the kustomization was left out on purpose and is no finding.

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
```

```yaml apps/forgotten.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: forgotten
  namespace: default
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  # - later.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
```

```yaml apps/later.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: later
  namespace: default
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    if file.role != Role::Unclaimed || !file.objects().any(|(id, _)| !id.name.is_empty()) {
        return;
    }
    let Some(kustomization) = file.path.parent().and_then(|directory| project.kustomization(&directory)) else {
        return;
    };
    if project.is_applied(&file.path)
        || is_mentioned(project, kustomization, file)
        || is_meant_by_entry(project, kustomization, file)
    {
        return;
    }
    let name = file.path.file_name();
    let label = resources_label(project, kustomization);
    report
        .at(
            Label::file(&file.path, "no kustomization names this file"),
            format!("`{name}` is not listed in `{}`", kustomization.path),
        )
        .and(label)
        .help(format!("add `{name}` to `resources`, or name it in a comment there if it is left out on purpose"))
        .fix(register(project, kustomization, name));
}

/// Whether a comment of the kustomization names the file, with or without its ending.
fn is_mentioned(project: &Project, kustomization: &KustomizationFile, file: &File) -> bool {
    let Some(stream) = project.file(&kustomization.path).and_then(File::stream) else { return true };
    let name = file.path.file_name();
    stream.comments().iter().any(|&comment| stream.text().slice(comment).contains(name))
}

/// Whether an entry that leads nowhere means the file, which is a finding of its own.
fn is_meant_by_entry(project: &Project, kustomization: &KustomizationFile, file: &File) -> bool {
    kustomization.references.iter().any(|entry| match &entry.target {
        Target::Missing(path) => project.nearest_path(path).as_ref() == Some(&file.path),
        _ => false,
    })
}

fn resources_label(project: &Project, kustomization: &KustomizationFile) -> Option<Label> {
    let root = project.file(&kustomization.path)?.stream()?.documents().next().map(Document::root)?;
    let entry = root.entry("resources")?;
    Some(Label::new(&kustomization.path, entry.key.span(), "it is not among these"))
}

fn register(project: &Project, kustomization: &KustomizationFile, name: &str) -> Option<Fix> {
    let stream = project.file(&kustomization.path)?.stream()?;
    let has_resources = stream.documents().next()?.root().get("resources").is_some();
    let mut editor = Editor::new(stream.clone());
    let mut document = editor.document(0);
    if has_resources {
        document.append_item(&Route::of_keys(&["resources"]), &Value::string(name)).ok()?;
    } else {
        let resources = Value::sequence(vec![Value::string(name)]);
        document.insert_key(&Route::root(), "resources", &resources, crate::yaml::edit::Place::Last).ok()?;
    }
    let splices: Vec<Splice> = editor.finish().splices;
    let mut changes = ChangeSet::new();
    changes.edit(&kustomization.path, splices.into_iter().map(TextEdit::from)).ok()?;
    Some(Fix { title: format!("add `{name}` to `resources`"), safety: Safety::Unsafe, changes })
}
