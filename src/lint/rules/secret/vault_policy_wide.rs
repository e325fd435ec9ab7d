//! `secret/vault-policy-wide`: a policy of Vault allows everything.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::Span,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-policy-wide",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a policy of Vault allows everything",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A path that is `*` alone gives every secret in Vault to whoever has the policy, and `sudo` the protected paths as well. A policy for External Secrets needs `read` on the paths that are read: `treewright trace --policy vault` prints them. Looked at are `.hcl` texts in ConfigMaps and the policies of operators for Vault.

## Bad

```yaml apps/policy.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: policies
  namespace: default
data:
  hub.hcl: |
    path \"*\" {
      capabilities = [\"read\"]
    }
```

## Good

```yaml apps/policy.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: policies
  namespace: default
data:
  hub.hcl: |
    path \"kv/data/hub\" {
      capabilities = [\"read\"]
    }
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let data = object.value.get("data").and_then(Value::as_mapping).filter(|_| object.id.is("", "ConfigMap"));
    let files = data.into_iter().flatten().filter(|(key, _)| key.ends_with(".hcl")).map(|(_, value)| value);
    let is_policy = matches!(object.id.kind.as_str(), "Policy" | "VaultPolicy") && !object.id.group.is_empty();
    let fields = [&["spec", "policy"][..], &["spec", "rules"], &["spec", "forProvider", "policy"]];
    let own = fields.into_iter().filter(|_| is_policy).filter_map(|way| object.value.pointer(way));
    for text in files.chain(own) {
        let Some(policy) = text.as_str() else { continue };
        let Some((at, message)) = fault(policy) else { continue };
        let Some(label) = label_in(project, text, policy, at) else { continue };
        report
            .at(label, message)
            .help("name the paths that are needed, with `read` alone; `treewright trace --policy vault` prints them");
    }
}

/// The first path that is too wide, with what is wrong with it.
fn fault(policy: &str) -> Option<(&str, String)> {
    for rule in policy.split("path ").skip(1) {
        let Some((path, body)) = rule.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
            continue;
        };
        let allowed = body.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(inside, _)| inside);
        if allowed.contains("\"deny\"") {
            continue;
        }
        if matches!(path, "*" | "+/*" | "/*") {
            return Some((path, format!("the path `{path}` of this policy means everything in Vault")));
        }
        if allowed.contains("\"sudo\"") && !path.starts_with("sys/") && !path.starts_with("auth/token") {
            return Some((path, format!("this policy allows `sudo` on `{path}`")));
        }
    }
    None
}

/// Labels a path where it stands in the text of a policy.
fn label_in(project: &Project, text: &Value, policy: &str, path: &str) -> Option<Label> {
    let (file, node) = project.node_of(text.origin)?;
    let written = format!("\"{path}\"");
    let at = policy.contains(&written).then(|| node.source().find(&written)).flatten()?;
    let start = node.span().start as usize + at;
    Some(Label::new(file, Span::new(start, start + written.len()), ""))
}
