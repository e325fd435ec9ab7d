//! `secret/key-missing`: a key of a Secret or ConfigMap is read that nothing writes.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::external_secret::{is_owner, specification, target};

use crate::{
    diagnostic::{Fix, Safety, Severity},
    graph::{DataKind, Keys, Reference, references},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    text::nearest,
    yaml::{Origin, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/key-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a key of a Secret or ConfigMap is read that nothing writes",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The Secret or ConfigMap is made in this repository, and what makes it does not write this key: the container does not start, or the controller reports an error. Nothing is said where the keys are not known, as with `dataFrom` of an ExternalSecret.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: hub
              key: tokn
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: hub
              key: token
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in references(&object.id, &object.value) {
        if !reference.optional && !is_placeholder(&reference.to.name) && !is_read_elsewhere(object, &reference) {
            look_up(project, object, &reference, report);
        }
    }
}

/// Whether other rules look at the reference: the values of a HelmRelease.
fn is_read_elsewhere(object: &Object, reference: &Reference) -> bool {
    object.id.kind == "HelmRelease" && reference.field.contains("valuesFrom")
}

fn look_up(project: &Project, object: &Object, reference: &Reference, report: &mut Report<'_>) {
    let (Some(kind), Some(namespace)) = (DataKind::of(&reference.to.kind), reference.to.namespace.as_deref()) else {
        return;
    };
    let wanted = match (&reference.key, reference.key_origin) {
        // OpenShift puts its own authority into the token Secrets of ServiceAccounts.
        (Some(key), _) if key == "service-ca.crt" => return,
        (Some(key), Some(_)) if !is_placeholder(key) => key.as_str(),
        (None, _) if is_certificate(object, reference) => "tls.crt",
        _ => return,
    };
    let made = project.producers().find(kind, &reference.to.name, Some(namespace));
    let mut keys: Vec<(&SmolStr, Origin)> = Vec::new();
    for one in &made {
        let Keys::Known(known) = &one.keys else { return };
        keys.extend(known.iter().map(|(key, origin)| (key, *origin)));
    }
    let external = project.external_keys(&reference.to.kind, Some(namespace), &reference.to.name);
    if external.is_some_and(|external| external.may_have(wanted)) {
        return;
    }
    // A Secret without any key is filled by somebody else.
    if keys.is_empty() || keys.iter().any(|(key, _)| key.as_str() == wanted) || is_merged_into(project, reference) {
        return;
    }
    let place = reference.key_origin.unwrap_or(reference.origin);
    let Some(label) = project.label_at(place, format!("{} reads it", object.id)) else { return };
    let message =
        format!("nothing in this repository writes `{wanted}` into {} `{}`", reference.to.kind, reference.to.name);
    let near = nearest(wanted, keys.iter().map(|(key, _)| key.as_str()));
    let found = near.and_then(|near| keys.iter().find(|(key, _)| key.as_str() == near));
    let maker = made.first().and_then(|one| project.label_at(one.origin, format!("{} makes it", one.by)));
    let written = found.and_then(|(key, origin)| project.key_label(*origin, format!("this writes `{key}`")));
    let finding = report.at(label, message).and(written.or(maker));
    match near {
        Some(near) => {
            let changes = reference.key_origin.and_then(|origin| {
                project.edit(origin, |document, route| document.replace(route, &Value::string(near)))
            });
            let title = format!("read `{near}`");
            finding.help(format!("did you mean `{near}`?")).fix(changes.map(|changes| Fix {
                title,
                safety: Safety::Unsafe,
                changes,
            }));
        }
        None => {
            finding.help(format!("write the key, or read one of those that are there: {}", list(&keys)));
        }
    }
}

/// Whether the Secret must be that of a certificate.
fn is_certificate(object: &Object, reference: &Reference) -> bool {
    object.id.kind == "Ingress" && reference.field.contains("tls[")
}

/// Whether an ExternalSecret adds keys to the object.
fn is_merged_into(project: &Project, reference: &Reference) -> bool {
    project.objects().iter().any(|object| {
        specification(object).is_some_and(|spec| !is_owner(spec))
            && target(object).is_some_and(|(name, _)| name == reference.to.name)
    })
}

fn list(keys: &[(&SmolStr, Origin)]) -> String {
    let names: BTreeSet<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
    let mut text = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        text.push_str(", …");
    }
    text
}
