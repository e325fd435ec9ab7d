//! `secret/type-keys-missing`: a Secret lacks a key that its type asks for.

use super::external_secret::secret_type;

use crate::{
    diagnostic::Severity,
    graph::{DataKind, Keys},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/type-keys-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Secret lacks a key that its type asks for",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A Secret of a type such as `kubernetes.io/tls` must have the keys of that type: the API server refuses it otherwise, and an ExternalSecret or SealedSecret that would make it fails. Nothing is said where only the store knows the keys.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    template:
      type: kubernetes.io/tls
  data:
    - secretKey: tls.crt
      remoteRef:
        key: hub
        property: cert
    - secretKey: tls.pem
      remoteRef:
        key: hub
        property: key
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    template:
      type: kubernetes.io/tls
  data:
    - secretKey: tls.crt
      remoteRef:
        key: hub
        property: cert
    - secretKey: tls.key
      remoteRef:
        key: hub
        property: key
```
";

/// The types with the keys that the API server asks for: all of the first, one of the second.
const TYPES: &[(&str, &[&str], &[&str])] = &[
    ("kubernetes.io/tls", &["tls.crt", "tls.key"], &[]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"], &[]),
    ("kubernetes.io/dockercfg", &[".dockercfg"], &[]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"], &[]),
    ("kubernetes.io/basic-auth", &[], &["username", "password"]),
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(written) = secret_type(object) else { return };
    let Some(kind) = written.as_str() else { return };
    // flux-operator copies the data of another Secret.
    if object.value.pointer(&["metadata", "annotations", "fluxcd.controlplane.io/copyFrom"]).is_some() {
        return;
    }
    let Some((_, all, any)) = TYPES.iter().find(|(name, ..)| *name == kind) else { return };
    for made in object.produced().into_iter().filter(|made| made.kind == DataKind::Secret) {
        let Keys::Known(keys) = &made.keys else { continue };
        let has = |wanted: &&str| keys.iter().any(|(key, _)| key == wanted);
        let missing: Vec<&str> = all.iter().copied().filter(|key| !has(key)).collect();
        let message = match missing.first() {
            Some(key) => format!("Secret `{}` has the type `{kind}`, but no key `{key}`", made.name),
            None if any.is_empty() || any.iter().any(has) => continue,
            None => format!(
                "Secret `{}` has the type `{kind}`, but neither of the keys `{}`",
                made.name,
                any.join("` and `")
            ),
        };
        let Some(label) = project.label(written, "") else { continue };
        let wanted = missing.first().copied().unwrap_or_default();
        let near = nearest(wanted, keys.iter().map(|(key, _)| key.as_str()));
        let place = near.and_then(|near| keys.iter().find(|(key, _)| key == near)).map(|(_, origin)| *origin);
        let finding =
            report.at(label, message).and(place.and_then(|origin| project.key_label(origin, "probably this one")));
        finding.help(
            near.map_or_else(
                || "add the key, or take another type".to_owned(),
                |near| format!("rename the key `{near}`"),
            ),
        );
        return;
    }
}
