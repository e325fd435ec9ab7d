//! `kubernetes/secret-type-keys`: a Secret lacks a key that its type demands.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Mapping, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/secret-type-keys",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Secret lacks a key that its type demands",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a Secret of a built-in type without its keys: `tls.crt` and `tls.key` of `kubernetes.io/tls`, `.dockerconfigjson` of
`kubernetes.io/dockerconfigjson`, `ssh-privatekey` of `kubernetes.io/ssh-auth`.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: default
type: kubernetes.io/tls
stringData:
  cert.pem: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
  tls.key: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
sops:
  mac: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
  version: 3.9.0
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: default
type: kubernetes.io/tls
stringData:
  tls.crt: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
  tls.key: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
sops:
  mac: ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]
  version: 3.9.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Secret") {
        return;
    }
    let Some(written) = object.value.get("type") else { return };
    let needed: &[&str] = match written.as_str() {
        Some("kubernetes.io/tls") => &["tls.crt", "tls.key"],
        Some("kubernetes.io/dockerconfigjson") => &[".dockerconfigjson"],
        Some("kubernetes.io/dockercfg") => &[".dockercfg"],
        Some("kubernetes.io/ssh-auth") => &["ssh-privatekey"],
        _ => return,
    };
    // What is filled by a controller is empty in Git.
    let has = |key: &str| ["data", "stringData"].into_iter().any(|field| object.value.pointer(&[field, key]).is_some());
    let is_empty = ["data", "stringData"]
        .into_iter()
        .all(|field| object.value.get(field).and_then(Value::as_mapping).is_none_or(Mapping::is_empty));
    let missing: Vec<&str> = needed.iter().copied().filter(|key| !has(key)).collect();
    let (Some(first), Some(label)) = (missing.first(), project.label(written, "demands it")) else { return };
    if !is_empty {
        report
            .at(
                label,
                format!(
                    "{} is of the type `{}`, but has no key `{first}`",
                    object.id,
                    written.as_str().unwrap_or_default()
                ),
            )
            .help(format!("a Secret of this type has the keys `{}`; the API refuses the object", needed.join("`, `")));
    }
}
