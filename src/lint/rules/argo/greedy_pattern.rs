//! `argo/greedy-pattern`: a pattern of the Git file generator that finds more than it says.

use super::set_spec;
use crate::{
    argo::application_set::unexpected_files,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/greedy-pattern",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a star in the Git file generator finds files in deeper folders",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
In the file generator a star also stands for slashes: `hubs/*/config.json` finds `hubs/green/old/config.json`, too, and an Application is made for it. It is so unless the controller was started with
`applicationsetcontroller.enable.new.git.file.globbing`. Found are patterns for which that makes a difference in this repository now.

## Bad

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions:
    - missingkey=error
  syncPolicy:
    preserveResourcesOnDeletion: true
  generators:
    - git:
        repoURL: https://example.org/fleet.git
        revision: main
        files:
          - path: hubs/*/config.json
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://example.org/fleet.git
        targetRevision: main
        path: apps/{{ .name }}
```

```json hubs/blue/config.json
{\"name\": \"blue\"}
```

```json hubs/green/old/config.json
{\"name\": \"green\"}
```

```yaml apps/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/hub
```

```yaml apps/blue/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-of-blue
  namespace: default
data:
  colour: blue
```

```yaml apps/green/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-of-green
  namespace: default
data:
  colour: green
```

## Good

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions:
    - missingkey=error
  syncPolicy:
    preserveResourcesOnDeletion: true
  generators:
    - git:
        repoURL: https://example.org/fleet.git
        revision: main
        files:
          - path: hubs/*/config.json
          - path: hubs/*/old/config.json
            exclude: true
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://example.org/fleet.git
        targetRevision: main
        path: apps/{{ .name }}
```

```json hubs/blue/config.json
{\"name\": \"blue\"}
```

```json hubs/green/old/config.json
{\"name\": \"green\"}
```

```yaml apps/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/hub
```

```yaml apps/blue/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-of-blue
  namespace: default
data:
  colour: blue
```

```yaml apps/green/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-of-green
  namespace: default
data:
  colour: green
```
";

/// The key of `argocd-cmd-params-cm` that makes a star stop at slashes.
const NEW_GLOBBING: &str = "applicationsetcontroller.enable.new.git.file.globbing";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = set_spec(object) else { return };
    let mut generators = Vec::new();
    collect(spec, 0, &mut generators);
    let is_here = |git: &&Value| {
        let url = git.get("repoURL").and_then(Value::as_str);
        git.get("files").is_some() && url.is_some_and(|url| project.model().is_here(url))
    };
    generators.retain(is_here);
    let mut parameters = project.objects_of_kind(object, "", "ConfigMap");
    if generators.is_empty()
        || parameters.any(|one| one.value.pointer(&["data", NEW_GLOBBING]).and_then(Value::as_str) == Some("true"))
    {
        return;
    }
    let Ok(entries) = project.view().list() else { return };
    let files: Vec<RepoPath> = entries.into_iter().map(|entry| entry.path).collect();
    for (pattern, file) in generators.into_iter().flat_map(|git| unexpected_files(git, &files)) {
        let Some(label) = project.label(pattern, "a star stands for slashes, too") else { continue };
        let written = pattern.as_str().unwrap_or_default();
        report.at(label, format!("the pattern `{written}` also finds `{file}`")).help(
            "leave it out with an entry that has `exclude: true`, or move the file; where it is meant, write `**`",
        );
    }
}

/// The Git generators of a set, those inside of others included.
fn collect<'v>(holder: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    let generators = holder.get("generators").and_then(Value::as_sequence).unwrap_or_default();
    for generator in generators.iter().filter(|_| depth < 4) {
        found.extend(generator.get("git"));
        ["matrix", "merge"]
            .into_iter()
            .filter_map(|kind| generator.get(kind))
            .for_each(|one| collect(one, depth + 1, found));
    }
}
