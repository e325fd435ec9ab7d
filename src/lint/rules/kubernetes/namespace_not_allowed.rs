//! `kubernetes/namespace-not-allowed`: a namespace on an object that lives outside of namespaces.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/namespace-not-allowed",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a namespace on an object that lives outside of namespaces",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Objects of this kind belong to no namespace. The API drops the one that is written, so it only misleads; some tools refuse it.

## Bad

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
  namespace: storage
provisioner: csi.example.org
```

## Good

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.org
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(namespace) = object.value.pointer(&["metadata", "namespace"]) else { return };
    // Elsewhere a kustomization or a Flux Kustomization has set it, for everything that it takes in.
    let is_written = namespace.origin.file == object.origin().file;
    if !object.id.is_cluster_scoped() || namespace.is_null() || !is_written {
        return;
    }
    let Some(label) = project.label(namespace, "dropped") else { return };
    report
        .at(label, format!("a {} lives outside of namespaces", object.id.kind))
        .help("remove the namespace")
        .fix(project.removal(namespace.origin, "remove the namespace", Safety::Safe));
}
