//! `kustomize/hash-not-followed`: an object refers to a generated ConfigMap or Secret by a name that kustomize does not complete.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    graph::references_of,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/hash-not-followed",
    severity: Severity::Error,
    pedantic: false,
    summary: "an object refers to a generated ConfigMap or Secret by a name that kustomize does not complete",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Generated ConfigMaps and Secrets get a hash behind their name. kustomize completes references that it knows, in Pods and their like; in custom resources such as HelmReleases it knows none, unless a file in
`configurations` tells it with `nameReference`.

## Bad

```yaml apps/kustomization.yaml
resources:
  - web.yaml
configMapGenerator:
  - name: settings
    namespace: default
    literals:
      - 'values.yaml={colour: blue}'
```

```yaml apps/web.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: ./charts/web
      sourceRef:
        kind: GitRepository
        name: flux-system
        namespace: flux-system
  valuesFrom:
    - kind: ConfigMap
      name: settings
      optional: true
```

```yaml charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
```

## Good

```yaml apps/kustomization.yaml
resources:
  - web.yaml
configMapGenerator:
  - name: settings
    namespace: default
    literals:
      - 'values.yaml={colour: blue}'
    options:
      disableNameSuffixHash: true
```

```yaml apps/web.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: ./charts/web
      sourceRef:
        kind: GitRepository
        name: flux-system
        namespace: flux-system
  valuesFrom:
    - kind: ConfigMap
      name: settings
      optional: true
```

```yaml charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    // An overlay may tell kustomize of more fields.
    if project.unit_of(object).is_none() || project.is_base(object) {
        return;
    }
    for reference in references_of(object) {
        let to = &reference.to;
        if !to.group.is_empty() || !matches!(to.kind.as_str(), "ConfigMap" | "Secret") {
            continue;
        }
        if project.targets(object, to).any(|one| one.id.name == to.name) {
            continue;
        }
        let Some(generated) = project.targets(object, to).find(|one| one.unit == object.unit) else { continue };
        let Some(label) = project.label_at(reference.origin, "kustomize does not complete this name") else { continue };
        let message = format!("the {} `{}` is called `{}` in the cluster", to.kind, to.name, generated.id.name);
        report
            .at(label, message)
            .and(project.label(&generated.value, "generated here, with a hash behind its name"))
            .help("set `disableNameSuffixHash: true` in the generator's `options`, or tell kustomize of the field with `nameReference` in `configurations`")
            .fix(without_hash(project, generated));
    }
}

fn without_hash(project: &Project, generated: &Object) -> Option<Fix> {
    let value = Value::bool(true);
    let changes = project.edit(generated.origin(), |document, route| {
        let key = "disableNameSuffixHash";
        let options = route.clone().key("options");
        document.insert_key(&options, key, &value, Place::Last).or_else(|_| {
            let options = Value::from_iter([(key.into(), value.clone())]);
            document.insert_key(route, "options", &options, Place::Last)
        })
    })?;
    Some(Fix { title: "generate it without a hash".to_owned(), safety: Safety::Unsafe, changes })
}
