//! `kustomize/misspelt-file`: a kustomization that kustomize does not find by its name.

use crate::{
    change::ChangeSet,
    diagnostic::{Fix, Label, Safety, Severity},
    kustomize::is_kustomization_name,
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{File, Project, Target},
    text::nearest,
    yaml::{Document, Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/misspelt-file",
    severity: Severity::Error,
    summary: "a kustomization has a file name that kustomize does not look for",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::File(check),
};

const DOCS: &str = "\
kustomize looks for `kustomization.yaml`, `kustomization.yml` and `Kustomization`, and for nothing else. A directory whose file is called
`kustomisation.yaml` has no kustomization: a build that names it fails, and Flux applies every YAML file below it instead, the misspelt one included.

## Bad

```yaml apps/kustomization.yaml
resources:
  - web
```

```yaml apps/web/kustomisation.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - settings.yaml
```

```yaml apps/web/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
```

## Good

```yaml apps/kustomization.yaml
resources:
  - web
```

```yaml apps/web/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - settings.yaml
```

```yaml apps/web/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    if !is_misspelt(file) {
        return;
    }
    let Some(directory) = file.path.parent() else { return };
    if project.kustomization(&directory).is_some() {
        return;
    }
    let name = file.path.file_name();
    let finding = report
        .at(
            Label::file(&file.path, "kustomize does not look for this name"),
            format!("`{name}` is not read by kustomize"),
        )
        .help("the names it looks for are `kustomization.yaml`, `kustomization.yml` and `Kustomization`")
        .fix(rename(file, &directory));
    let entries = project.kustomizations().flat_map(|one| one.references.iter().map(move |entry| (one, entry)));
    for (kustomization, entry) in
        entries.filter(|(_, entry)| entry.target == Target::Directory(directory.clone())).take(1)
    {
        finding.and(Label::new(&kustomization.path, entry.span, "this entry needs it"));
        return;
    }
}

/// Whether a file is meant to be the kustomization of its directory but has the wrong name.
pub(in crate::lint::rules) fn is_misspelt(file: &File) -> bool {
    let name = file.path.file_name();
    let resembles = name != "kustomizeconfig.yaml"
        && (nearest(name, ["kustomization.yaml", "kustomization.yml"]).is_some()
            || name.starts_with("kustomization.yaml."));
    !is_kustomization_name(name) && resembles && file.stream().is_some_and(is_kustomization)
}

/// Whether the content is that of a kustomization: it says so, or it says nothing else and lists resources.
fn is_kustomization(stream: &Stream) -> bool {
    let Some(root) = stream.documents().next().map(Document::root) else { return false };
    let text = |key: &str| root.get(key).and_then(Node::text);
    match (text("apiVersion"), text("kind")) {
        (Some(version), _) => version.starts_with("kustomize.config.k8s.io/"),
        (None, Some(kind)) => matches!(kind, "Kustomization" | "Component"),
        (None, None) => root.get("resources").or_else(|| root.get("components")).is_some_and(Node::is_sequence),
    }
}

fn rename(file: &File, directory: &RepoPath) -> Option<Fix> {
    let wanted = directory.join("kustomization.yaml").ok()?;
    let mut changes = ChangeSet::new();
    changes.write(wanted, file.stream()?.text().as_str());
    changes.remove(file.path.clone());
    Some(Fix { title: "rename it to `kustomization.yaml`".to_owned(), safety: Safety::Safe, changes })
}
