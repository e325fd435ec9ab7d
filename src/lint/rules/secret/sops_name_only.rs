//! `secret/sops-name-only`: a file is called as if SOPS had encrypted it, but it is in clear.

use super::sops::is_configuration;

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{File, Project, Role},
    yaml::{Document, Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sops-name-only",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a file is called as if SOPS had encrypted it, but it is in clear",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
By its name, everybody takes the file for encrypted: `.sops.yaml` at its end says so. Secrets in clear are reported at the value; here it is about files that hold anything else, so nobody puts a secret there.

## Bad

```yaml apps/hub.sops.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: default
data:
  host: hub.example.org
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: default
data:
  host: hub.example.org
```
";

fn check(_: &Project, file: &File, report: &mut Report<'_>) {
    let name = file.path.file_name();
    let is_called = [".sops.yaml", ".sops.yml", ".enc.yaml", ".enc.yml"]
        .iter()
        .any(|end| name.len() > end.len() && name.ends_with(end));
    if !is_called || is_configuration(file) || file.role == Role::Kustomization {
        return;
    }
    let documents =
        || file.stream().into_iter().flat_map(Stream::documents).map(Document::root).filter(|root| root.is_mapping());
    let is_encrypted = |root: Node<'_>| root.get("sops").is_some();
    let is_empty = documents().next().is_none();
    let is_secret = |root: Node<'_>| ObjectId::of_node(root).is_some_and(|id| id.kind.ends_with("Secret"));
    let holds_template = file.stream().is_some_and(|stream| stream.text().as_str().contains("{{"));
    if is_empty || holds_template || documents().any(|root| is_encrypted(root) || is_secret(root)) {
        return;
    }
    report
        .at(Label::file(&file.path, ""), "this file is called as if it were encrypted, but it is in clear")
        .help("encrypt it with `sops --encrypt --in-place`, or take `sops` out of its name");
}
