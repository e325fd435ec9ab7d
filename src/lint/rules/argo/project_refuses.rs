//! `argo/project-refuses`: a source or destination that is not on the lists of the AppProject.

use crate::{
    argo::{AppProject, Application, GROUP},
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project, Unit},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/project-refuses",
    severity: Severity::Error,
    pedantic: false,
    summary: "a project does not allow what an Application asks for",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
An AppProject lists the repositories that its Applications may use and the clusters and namespaces that they may deploy to. Argo CD refuses an Application that asks for anything else.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: platform
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://elsewhere.example.org
    chart: hub
    targetRevision: 1.2.0
```

```yaml argocd/project.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: platform
  namespace: argocd
spec:
  sourceRepos:
    - https://charts.example.org
  destinations:
    - server: https://kubernetes.default.svc
      namespace: default
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: platform
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
```

```yaml argocd/project.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: platform
  namespace: argocd
spec:
  sourceRepos:
    - https://charts.example.org
  destinations:
    - server: https://kubernetes.default.svc
      namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(application) = Application::of(&object.id, &object.value) else { return };
    let is_meant = |other: &&Object| other.id.is(GROUP, "AppProject") && other.id.name == application.project;
    let all: Vec<&Object> = project.objects().iter().filter(is_meant).collect();
    // Several of one name belong to several clusters, and nobody knows which is meant.
    let [found] = all[..] else { return };
    let Some(owner) = AppProject::of(&found.id, &found.value) else { return };
    let sources = application.sources.iter().filter_map(|source| owner.allows_source(source).err());
    let origin = object.value.pointer(&["spec", "destination"]).map_or(application.origin, |written| written.origin);
    let destination = owner.allows_destination(&application.destination, origin).err();
    // An AppProject stands in the namespace of its Argo CD.
    let is_together = |own: &Unit, other: &Unit| own.cluster.is_some() && own.cluster == other.cluster;
    let together =
        project.unit_of(object).zip(project.unit_of(found)).is_some_and(|(one, other)| is_together(one, other));
    let home = found.id.namespace.as_deref().filter(|_| together);
    let place = home.and_then(|home| owner.allows_application(&application, home).err());
    for refusal in sources.chain(destination).chain(place).filter(|refusal| !refusal.reason.contains("{{")) {
        let Some(label) = project.label_at(refusal.origin, "not allowed") else { continue };
        let rule = refusal.rule.and_then(|origin| project.label_at(origin, "this forbids it"));
        let rule = rule.or_else(|| project.object_label(&found.value, "nothing here allows it"));
        report.at(label, refusal.reason).and(rule).help("allow it in the AppProject, or choose another project");
    }
}
