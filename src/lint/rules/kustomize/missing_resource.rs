//! `kustomize/missing-resource`: an entry of a kustomization that leads nowhere.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{KustomizationFile, Project, Reference, Role, Target},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/missing-resource",
    severity: Severity::Error,
    summary: "a kustomization names a file or directory that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
One entry that leads nowhere makes the whole build fail: nothing of the kustomization is applied any more, nor of those that include it. The same holds for a
directory without a kustomization file.

## Bad

```yaml apps/kustomization.yaml
resources:
  - setings.yaml
```

## Good

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
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    for entry in &kustomization.references {
        match &entry.target {
            Target::Missing(path) => missing(project, kustomization, entry, path, report),
            Target::Directory(directory) if entry.role == Role::Resource => {
                if project.kustomization(directory).is_none() && !has_misspelt(project, directory) {
                    report
                        .at(
                            Label::new(&kustomization.path, entry.span, "this directory has no kustomization file"),
                            format!("`{}` is a directory without a kustomization", entry.text),
                        )
                        .help("kustomize takes in a directory only through its `kustomization.yaml`; make one, or list the files");
                }
            }
            _ => {}
        }
    }
}

/// Whether the directory has a kustomization under a wrong name, which is a finding of its own.
fn has_misspelt(project: &Project, directory: &RepoPath) -> bool {
    project
        .files()
        .iter()
        .any(|file| file.path.parent().as_ref() == Some(directory) && file.is_misspelt_kustomization())
}

fn missing(
    project: &Project,
    kustomization: &KustomizationFile,
    entry: &Reference,
    path: &RepoPath,
    report: &mut Report<'_>,
) {
    let near = project.nearest_path(path);
    let finding = report.at(
        Label::new(&kustomization.path, entry.span, "there is no such file or directory"),
        format!("`{}`, named in `{}`, does not exist", entry.text, entry.field),
    );
    match near.map(|near| near.relative_to(&kustomization.directory)) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(replace(kustomization, entry, &near)),
        None => finding.help(format!("it would be `{path}`; add it, or remove the entry")),
    };
}

fn replace(kustomization: &KustomizationFile, entry: &Reference, near: &str) -> Option<Fix> {
    // A generator's entry may be `key=path`, and quotes are part of the span: only plain entries are rewritten.
    if entry.span.len() != entry.text.len() || entry.text.contains('=') {
        return None;
    }
    let mut changes = ChangeSet::new();
    changes.edit(&kustomization.path, [TextEdit::new(entry.span, near)]).ok()?;
    Some(Fix { title: format!("replace it by `{near}`"), safety: Safety::Unsafe, changes })
}
