//! `secret/sops-recipient-missing`: a file is not encrypted for everybody whom the creation rules name.

use super::sops::{first_line, is_section, rule_for};

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-recipient-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a file is not encrypted for everybody whom the creation rules name",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
Keys were added to `.sops.yaml` after the file was encrypted. Whoever holds only the new key, a new cluster or a colleague, cannot decrypt it. `sops updatekeys` adds them.

## Bad

```yaml .sops.yaml
creation_rules:
  - path_regex: apps/.*
    encrypted_regex: ^(data|stringData)$
    age: >-
      age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw,
      age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm
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

## Good

```yaml .sops.yaml
creation_rules:
  - path_regex: apps/.*
    encrypted_regex: ^(data|stringData)$
    age: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
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

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    for document in file.stream().into_iter().flat_map(Stream::documents) {
        let Some(section) = document.root().get("sops").filter(|section| is_section(*section)) else { continue };
        let Some((configuration, rule)) = rule_for(project, &file.path) else { continue };
        let Some(age) = rule.get("age").filter(|_| rule.get("key_groups").is_none()) else { continue };
        let wanted: Vec<&str> = keys(age);
        let given: Vec<&str> = section
            .get("age")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|one| one.get("recipient")?.text())
            .collect();
        // A file that is not encrypted with age follows no such rule.
        let Some(missing) = wanted.iter().find(|key| !given.contains(key)).filter(|_| !given.is_empty()) else {
            continue;
        };
        let Some(entry) = section.entry("age") else { continue };
        let short: String = missing.chars().take(12).collect();
        report
            .at(
                Label::new(&file.path, entry.key.span(), ""),
                format!("this file is not encrypted for `{short}…`, which the creation rule names"),
            )
            .and(Label::new(&configuration.path, first_line(age), "the rule for this file"))
            .help(format!("run `sops updatekeys {}`", file.path));
    }
}

fn keys(age: Node<'_>) -> Vec<&str> {
    let texts = age.text().into_iter().chain(age.items().filter_map(Node::text));
    texts.flat_map(|text| text.split(',')).map(str::trim).filter(|key| key.starts_with("age1")).collect()
}
