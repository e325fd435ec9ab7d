//! `secret/sops-mac-missing`: a file that SOPS has encrypted has lost its seal.

use super::sops::is_section;

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-mac-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a file that SOPS has encrypted has lost its seal",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
`sops.mac` proves that nobody changed the file. Without it SOPS refuses to decrypt, and Flux takes the file as not encrypted at all: it applies the encrypted texts as they are. Mostly the `sops` section was edited by hand, or a merge went wrong.

## Bad

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
  encrypted_regex: ^(data|stringData)$
  version: 3.9.0
```

## Good

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

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    for document in file.stream().into_iter().flat_map(Stream::documents) {
        let Some(entry) = document.root().entry("sops").filter(|entry| is_section(entry.value)) else { continue };
        let mac = entry.value.get("mac").and_then(Node::text).unwrap_or_default();
        if mac.is_empty() {
            report
                .at(
                    Label::new(&file.path, entry.key.span(), "`mac` is missing here"),
                    "the seal of SOPS is missing: nothing can be decrypted",
                )
                .help("take the file from before the seal was lost, or encrypt it anew with `sops --encrypt`");
        }
    }
}
