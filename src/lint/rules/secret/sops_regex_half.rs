//! `secret/sops-regex-half`: a creation rule of SOPS encrypts data or stringData, but not both.

use regex::Regex;

use super::sops::is_configuration;

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-regex-half",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a creation rule of SOPS encrypts data or stringData, but not both",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
A Secret carries its values in `data` or in `stringData`. A rule whose `encrypted_regex` fits only one of them leaves the other in clear, and nobody notices: the file looks encrypted.

## Bad

```yaml .sops.yaml
creation_rules:
  - path_regex: apps/.*
    encrypted_regex: ^(data)$
    age: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
```

## Good

```yaml .sops.yaml
creation_rules:
  - path_regex: apps/.*
    encrypted_regex: ^(data|stringData)$
    age: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
```
";

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    if !is_configuration(file) {
        return;
    }
    let documents = file.stream().into_iter().flat_map(Stream::documents);
    for rule in documents.filter_map(|document| document.root().get("creation_rules")).flat_map(Node::items) {
        let Some(node) = rule.get("encrypted_regex") else { continue };
        let Some(regex) = node.text().and_then(|text| Regex::new(text).ok()) else { continue };
        let (has, lacks) = match (regex.is_match("data"), regex.is_match("stringData")) {
            (true, false) => ("data", "stringData"),
            (false, true) => ("stringData", "data"),
            _ => continue,
        };
        report
            .at(
                Label::new(&file.path, node.span(), ""),
                format!("this rule encrypts `{has}` of a Secret, but leaves `{lacks}` in clear"),
            )
            .help("write `encrypted_regex: ^(data|stringData)$`");
    }
}
