//! `argo/values-and-values-object`: `values` beside `valuesObject` is never read.

use super::{application_spec, is_patched, sources, text};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/values-and-values-object",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a source has both `helm.values` and `helm.valuesObject`",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Where `valuesObject` is given, Argo CD does not look at `values`.

## Bad

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
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
    helm:
      values: |
        replicas: 2
      valuesObject:
        replicas: 3
```

## Good

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
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
    helm:
      valuesObject:
        replicas: 3
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    for helm in sources(spec).into_iter().filter_map(|source| source.get("helm")) {
        let Some(values) = helm.get("values").filter(|_| text(helm, &["values"]).is_some()) else { continue };
        let Some(wins) = helm.get("valuesObject").filter(|wins| !wins.is_null()) else { continue };
        let Some(label) = project.key_label(values.origin, "never read") else { continue };
        let fix = Fix::safe("remove `values`", project.without(values.origin));
        let finding = report.at(label, "`values` is ignored, because there is `valuesObject`");
        finding
            .and(project.key_label(wins.origin, "this counts"))
            .help("move what is still meant into `valuesObject`")
            .fix(fix);
    }
}
