//! `secret/sops-rule-unreachable`: a creation rule of SOPS is never reached.

use super::sops::{first_line, is_configuration};

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-rule-unreachable",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a creation rule of SOPS is never reached",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
SOPS takes the first rule that fits a file. A rule without `path_regex` fits all files, so the rules behind it never count: files are encrypted for the wrong keys, or with the wrong parts in clear.

## Bad

```yaml .sops.yaml
creation_rules:
  - age: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
  - path_regex: apps/.*
    age: age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm
```

## Good

```yaml .sops.yaml
creation_rules:
  - path_regex: apps/.*
    age: age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm
  - age: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw
```
";

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    if !is_configuration(file) {
        return;
    }
    for document in file.stream().into_iter().flat_map(Stream::documents) {
        let rules: Vec<Node<'_>> = document.root().get("creation_rules").into_iter().flat_map(Node::items).collect();
        let fits_all = |rule: &Node<'_>| {
            rule.is_mapping()
                && rule.get("path_regex").and_then(Node::text).is_none_or(|regex| regex.is_empty() || regex == ".*")
        };
        let Some(first) = rules.iter().position(fits_all) else { continue };
        let Some(next) = rules.get(first + 1) else { continue };
        report
            .at(Label::new(&file.path, first_line(*next), "never reached"), "this creation rule is never reached")
            .and(Label::new(&file.path, first_line(rules[first]), "this one fits all files"))
            .help("put the rule that fits all files last");
    }
}
