//! `secret/sops-metadata-encrypted`: kind, apiVersion or name of an object are encrypted.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project, Role},
    yaml::Stream,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-metadata-encrypted",
    severity: Severity::Error,
    pedantic: false,
    summary: "kind, apiVersion or name of an object are encrypted",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
Controllers must know what an object is before they decrypt it: Flux decrypts after it has built the kustomization. Encrypt only the data: `encrypted_regex: ^(data|stringData)$` in the rules of `.sops.yaml`.

## Bad

```yaml apps/kustomization.yaml
resources:
  - hub.yaml
```

```yaml apps/hub.yaml
apiVersion: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
kind: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
metadata:
  name: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
  namespace: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
stringData:
  token: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
sops:
  age:
    - recipient: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
      enc: |
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==
        -----END AGE ENCRYPTED FILE-----
  lastmodified: \"2026-01-01T00:00:00Z\"
  mac: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
  unencrypted_suffix: _unencrypted
  version: 3.9.0
```

## Good

```yaml apps/kustomization.yaml
resources:
  - hub.yaml
```

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
stringData:
  token: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
sops:
  age:
    - recipient: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
      enc: |
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==
        -----END AGE ENCRYPTED FILE-----
  lastmodified: \"2026-01-01T00:00:00Z\"
  mac: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
  encrypted_regex: ^(data|stringData)$
  version: 3.9.0
```
";

const FIELDS: [&[&str]; 4] = [&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    if !matches!(file.role, Role::Resource | Role::Unclaimed) {
        return;
    }
    for document in file.stream().into_iter().flat_map(Stream::documents) {
        let root = document.root();
        let found = FIELDS.into_iter().filter_map(|way| Some((way, root.at(way)?)));
        let is_object = root.get("kind").is_some() && root.get("metadata").is_some();
        let encrypted = found.into_iter().find(|(_, node)| node.text().is_some_and(|text| text.starts_with("ENC[")));
        let Some((way, node)) = encrypted.filter(|_| is_object && root.get("sops").is_some()) else { continue };
        // What nothing takes in is decrypted by hand.
        if file.role == Role::Unclaimed && !project.is_applied_plainly(&file.path) {
            continue;
        }
        report
            .at(Label::new(&file.path, node.span(), ""), format!("`{}` is encrypted: no controller can tell what this object is", way.join(".")))
            .help("encrypt only the data: `encrypted_regex: ^(data|stringData)$` in `.sops.yaml`, then encrypt the file anew");
    }
}
