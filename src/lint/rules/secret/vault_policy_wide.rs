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
    for (text, policy) in policies(object) {
        let Some((at, message)) = fault(policy) else { continue };
        let Some(label) = label_in(project, text, policy, at) else { continue };
        report
            .at(label, message)
            .help("name the paths that are needed, with `read` alone; `treewright trace --policy vault` prints them");
    }
}

/// The policies that an object holds.
pub(super) fn policies(object: &Object) -> impl Iterator<Item = (&Value, &str)> {
    let data = object.value.get("data").and_then(Value::as_mapping).filter(|_| object.id.is("", "ConfigMap"));
    let files = data.into_iter().flatten().filter(|(key, _)| key.ends_with(".hcl")).map(|(_, value)| value);
    let is_policy = matches!(object.id.kind.as_str(), "Policy" | "VaultPolicy") && !object.id.group.is_empty();
    let fields = [&["spec", "policy"][..], &["spec", "rules"], &["spec", "forProvider", "policy"]];
    let own = fields.into_iter().filter(move |_| is_policy).filter_map(|way| object.value.pointer(way));
    files.chain(own).filter_map(|text| Some((text, text.as_str()?)))
}

/// The paths of a policy, each with the text of what is allowed there. What is denied is left out.
pub(super) fn allowed(policy: &str) -> impl Iterator<Item = (&str, &str)> {
    let rules = policy.split("path ").skip(1).filter_map(|rule| {
        let (path, body) = rule.trim_start().strip_prefix('"')?.split_once('"')?;
        let inside = body.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(inside, _)| inside);
        Some((path, inside))
    });
    rules.filter(|(_, inside)| !inside.contains("\"deny\""))
}

/// The first path that is too wide, with what is wrong with it.
fn fault(policy: &str) -> Option<(&str, String)> {
    allowed(policy).find_map(|(path, inside)| {
        if matches!(path, "*" | "+/*" | "/*") {
            return Some((path, format!("the path `{path}` of this policy means everything in Vault")));
        }
        let is_protected = path.starts_with("sys/") || path.starts_with("auth/token");
        let has_sudo = inside.contains("\"sudo\"") && !is_protected;
        has_sudo.then(|| (path, format!("this policy allows `sudo` on `{path}`")))
    })
}

/// Labels a path where it stands in the text of a policy.
pub(super) fn label_in(project: &Project, text: &Value, policy: &str, path: &str) -> Option<Label> {
    let (file, node) = project.node_of(text.origin)?;
    let written = format!("\"{path}\"");
    let at = policy.contains(&written).then(|| node.source().find(&written)).flatten()?;
    let start = node.span().start as usize + at;
    Some(Label::new(file, Span::new(start, start + written.len()), ""))
}
