//! `argo/source-override`: a file that changes the options of an Application beside it.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/source-override",
    severity: Severity::Info,
    pedantic: true,
    summary: "a file in the directory of an Application changes its options",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
Argo CD merges `.argocd-source.yaml` and `.argocd-source-<application>.yaml` of the directory into the options of the source: what the Application says is not what is applied. The image updater writes such files, and so does
`argocd app set`; a reader of the Application does not see them.

## Bad

```yaml apps/hub/.argocd-source.yaml
kustomize:
  images:
    - example.org/hub:1.2.0
```

```yaml apps/hub/kustomization.yaml
resources:
  - settings.yaml
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

## Good

```yaml apps/hub/kustomization.yaml
resources:
  - settings.yaml
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
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    let name = file.path.file_name();
    let of_one = || name.strip_prefix(".argocd-source-").and_then(|rest| rest.strip_suffix(".yaml"));
    let is_override = name == ".argocd-source.yaml" || of_one().is_some();
    let directory = file.path.parent().filter(|_| is_override);
    let Some(directory) = directory else { return };
    let takes = |path: Option<&str>| {
        path.is_some_and(|path| path.trim_matches('/').trim_start_matches("./") == directory.as_str())
    };
    let mut readers = project.objects().iter().filter(|object| {
        let sources = super::application_spec(object).map(super::sources).unwrap_or_default();
        sources.into_iter().any(|source| takes(super::text(source, &["path"])))
    });
    let Some(reader) = readers.next() else { return };
    report
        .at(Label::file(&file.path, "merged into the source"), format!("this file changes what {} says", reader.id))
        .and(project.object_label(&reader.value, "changed from there"))
        .help("write the options into the Application, or keep in mind that they are here");
}
