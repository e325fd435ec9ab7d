//! `secret/pull-secret-type`: a pull secret has a type that the kubelet does not use.

use super::external_secret::{is_owner, secret_type, specification};

use crate::{
    diagnostic::Severity,
    graph::{DataKind, references},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/pull-secret-type",
    severity: Severity::Error,
    pedantic: false,
    summary: "a pull secret has a type that the kubelet does not use",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The kubelet reads the credentials of a registry only from Secrets of the types `kubernetes.io/dockerconfigjson` and `kubernetes.io/dockercfg`. Without a type a Secret is `Opaque`: the image is pulled without credentials, and mostly not at all.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  imagePullSecrets:
    - name: registry
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: registry
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  data:
    - secretKey: .dockerconfigjson
      remoteRef:
        key: registry
        property: config
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  imagePullSecrets:
    - name: registry
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: registry
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    template:
      type: kubernetes.io/dockerconfigjson
  data:
    - secretKey: .dockerconfigjson
      remoteRef:
        key: registry
        property: config
```
";

const TYPES: [&str; 2] = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in references(&object.id, &object.value).iter().filter(|one| one.field.contains("imagePullSecrets["))
    {
        let namespace = reference.to.namespace.as_deref();
        let made = project.producers().find(DataKind::Secret, &reference.to.name, namespace);
        let makers: Vec<&Object> = project
            .objects()
            .iter()
            .filter(|one| made.iter().any(|made| made.origin == one.origin() && made.by == one.id))
            .collect();
        let [maker] = makers.as_slice() else { continue };
        let written = secret_type(maker);
        let kind = written.map_or(Some("Opaque"), Value::as_str).filter(|kind| !is_placeholder(kind));
        let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) else { continue };
        if !can_have_type(maker) {
            continue;
        }
        let Some(label) = project.label_at(reference.origin, format!("{} pulls images with it", object.id)) else {
            continue;
        };
        let there = written.and_then(|written| project.label(written, "its type"));
        report
            .at(
                label,
                format!(
                    "Secret `{}` has the type `{kind}`, which the kubelet does not use to pull images",
                    reference.to.name
                ),
            )
            .and(there.or_else(|| project.object_label(&maker.value, "it is made without a type")))
            .help("set the type `kubernetes.io/dockerconfigjson`");
    }
}

/// Whether the type of what an object makes is written in it.
fn can_have_type(maker: &Object) -> bool {
    match maker.id.kind.as_str() {
        "Secret" | "SealedSecret" => true,
        "ExternalSecret" | "ClusterExternalSecret" => specification(maker).is_some_and(is_owner),
        _ => false,
    }
}
