//! `argo/set-deletes`: a set without a policy for deletion.

use super::{set_spec, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/set-deletes",
    severity: Severity::Info,
    pedantic: true,
    summary: "an ApplicationSet deletes what its Applications deployed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
When an element leaves the generators, or a generator finds nothing because of a mistake, the controller deletes the Applications, and with them everything they deployed. `syncPolicy.preserveResourcesOnDeletion`, or an `applicationsSync` of `create-update` or `create-only`, keeps the objects.

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
  generators:
    - list:
        elements:
          - name: blue
          - name: green
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
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
  generators:
    - list:
        elements:
          - name: blue
          - name: green
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
  syncPolicy:
    preserveResourcesOnDeletion: true
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = set_spec(object) else { return };
    let keeps = spec.pointer(&["syncPolicy", "preserveResourcesOnDeletion"]).is_some();
    let policy = text(spec, &["syncPolicy", "applicationsSync"]).is_some_and(|policy| policy != "sync");
    if keeps || policy {
        return;
    }
    let Some(label) = project.object_label(&object.value, "has no policy for deletion") else { return };
    let finding = report.at(label, "an element that is gone from the generators takes its deployment with it");
    finding.help("decide, and say so with `syncPolicy.preserveResourcesOnDeletion` or `syncPolicy.applicationsSync`");
}
