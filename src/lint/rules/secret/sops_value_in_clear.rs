//! `secret/sops-value-in-clear`: a value in a file that SOPS has encrypted is not encrypted.

use super::sops::{Scope, first_line, is_section};

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Entry, Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-value-in-clear",
    severity: Severity::Error,
    pedantic: false,
    summary: "a value in a file that SOPS has encrypted is not encrypted",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
By the rules that stand in the file itself, this value must be encrypted. It was added or changed by hand, without `sops`: decryption fails for the whole file, and the value is in the history of the repository.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
stringData:
  token: ENC[AES256_GCM,data:Tr7o=,iv:1=,tag:k=,type:str]
  host: hub.example.org
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
        let Some(section) = document.root().get("sops").filter(|section| is_section(*section)) else { continue };
        let Some(scope) = Scope::of(section) else { continue };
        let mut clear = Vec::new();
        for entry in document.root().entries().filter(|entry| entry.key.text() != Some("sops")) {
            collect(&scope, entry, false, &mut clear);
        }
        for (key, node) in clear.into_iter().take(1) {
            let label = Label::new(&file.path, first_line(node), "not encrypted").redacted();
            report
                .at(label, format!("`{key}` stands in clear in a file that SOPS has encrypted"))
                .help("replace the secret, for it stays in the history; then change the file with `sops edit`, or encrypt it anew");
        }
    }
}

/// Collects the values that must be encrypted and are not.
fn collect<'n>(scope: &Scope, entry: Entry<'n>, fits: bool, clear: &mut Vec<(String, Node<'n>)>) {
    let key = entry.key.text().unwrap_or_default();
    let fits = fits || scope.fits(key);
    let inside = scope.encrypts(fits);
    if entry.value.text().is_some() {
        add(inside, key, entry.value, clear);
    }
    for inner in entry.value.entries() {
        collect(scope, inner, fits, clear);
    }
    for item in entry.value.items() {
        add(inside, key, item, clear);
        for inner in item.entries() {
            collect(scope, inner, fits, clear);
        }
    }
}

fn add<'n>(inside: bool, key: &str, node: Node<'n>, clear: &mut Vec<(String, Node<'n>)>) {
    let Some(text) = node.text().filter(|_| inside && !node.is_alias() && !node.is_null()) else { return };
    if !text.is_empty() && !text.starts_with("ENC[") {
        clear.push((key.to_owned(), node));
    }
}
