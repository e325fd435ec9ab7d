//! `kustomize/misspelt-file`: a kustomization that kustomize does not find by its name.

use crate::{
    change::ChangeSet,
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{File, Project, Target},
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
    if !file.is_misspelt_kustomization() {
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

fn rename(file: &File, directory: &RepoPath) -> Option<Fix> {
    let wanted = directory.join("kustomization.yaml").ok()?;
    let mut changes = ChangeSet::new();
    changes.write(wanted, file.stream()?.text().as_str());
    changes.remove(file.path.clone());
    Some(Fix { title: "rename it to `kustomization.yaml`".to_owned(), safety: Safety::Safe, changes })
}
