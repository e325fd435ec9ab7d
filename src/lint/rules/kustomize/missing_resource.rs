//! `kustomize/missing-resource`: an entry of a kustomization that leads to nothing.

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
    pedantic: false,
    summary: "an entry of a kustomization leads to nothing",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
Every path in a kustomization must exist: a file, or, for resources, bases and components, a directory with a kustomization of its own. One that does not ends the
build, and nothing of the kustomization is applied any more. Paths to other repositories and URLs are not looked at.

## Bad

```yaml apps/kustomization.yaml
resources:
  - setings.yaml
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
    for reference in &kustomization.references {
        match &reference.target {
            Target::Missing(_) if !is_made_elsewhere(reference) => missing(project, kustomization, reference, report),
            Target::Directory(directory) if reference.role == Role::Resource => {
                without_kustomization(project, kustomization, reference, directory, report);
            }
            _ => {}
        }
    }
}

/// Whether the file may be there when the build runs although the repository does not hold it.
fn is_made_elsewhere(reference: &Reference) -> bool {
    let text = reference.text.as_str();
    // Charts bring their values files along; `${` and `{{` are filled in before the build.
    matches!(reference.field, "helmCharts" | "helmChartInflationGenerator")
        || text.contains("${")
        || text.contains("{{")
}

fn missing(project: &Project, kustomization: &KustomizationFile, reference: &Reference, report: &mut Report<'_>) {
    let label = Label::new(&kustomization.path, reference.span, format!("named in `{}`", reference.field));
    let text = path_text(reference);
    let finding = report.at(label, format!("`{text}` does not exist"));
    let Some(meant) = project.meant(kustomization, reference) else {
        finding.help("add the file, or remove the entry");
        return;
    };
    let written = as_written(text, &meant.relative_to(&kustomization.directory));
    finding.help(format!("did you mean `{written}`?")).fix(replace(kustomization, reference, text, &written));
}

/// The path of an entry without the key that a generator's entry may give it.
fn path_text(reference: &Reference) -> &str {
    let key = reference.text.split_once('=').filter(|_| reference.field.ends_with("Generator"));
    key.map_or(reference.text.as_str(), |(_, path)| path)
}

/// A relative path with `./` before it if the wrong one has it.
fn as_written(wrong: &str, path: &str) -> String {
    if wrong.starts_with("./") && !path.starts_with('.') { format!("./{path}") } else { path.to_owned() }
}

fn replace(kustomization: &KustomizationFile, reference: &Reference, wrong: &str, right: &str) -> Option<Fix> {
    let needs_quotes = right.contains([':', '#', '\'', '"', '\\']) || right.starts_with(['*', '&', '!', '%', '@', '`']);
    // Only where the entry is written plainly, its text is its bytes.
    if needs_quotes || reference.span.len() != reference.text.len() {
        return None;
    }
    let start = reference.span.end as usize - wrong.len();
    let span = crate::text::Span::new(start, reference.span.end as usize);
    let mut changes = ChangeSet::new();
    changes.edit(&kustomization.path, [TextEdit::new(span, right)]).ok()?;
    Some(Fix { title: format!("name `{right}`"), safety: Safety::Unsafe, changes })
}

/// Reports a directory that is listed as a resource and holds no kustomization, unless it holds a misspelt one, which is reported itself.
fn without_kustomization(
    project: &Project,
    kustomization: &KustomizationFile,
    reference: &Reference,
    directory: &RepoPath,
    report: &mut Report<'_>,
) {
    if project.misspelt_kustomization(directory).is_some() || holds_kustomization(project, directory) {
        return;
    }
    let label = Label::new(&kustomization.path, reference.span, format!("named in `{}`", reference.field));
    report
        .at(label, format!("the directory `{}` holds no kustomization file", reference.text))
        .help("add a `kustomization.yaml` there that lists its files, or list the files here");
}

/// Whether a file with a kustomization's name lies in a directory, whatever it holds.
fn holds_kustomization(project: &Project, directory: &RepoPath) -> bool {
    let is_one = |name| directory.join(name).is_ok_and(|path| project.file(&path).is_some());
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].into_iter().any(is_one)
}
