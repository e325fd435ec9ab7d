//! `secret/template-name-missing`: a template of an ExternalSecret takes a name that none of its entries gives.

use smol_str::SmolStr;

use super::external_secret::specification;

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Label, Safety, Severity},
    graph::template_gaps,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::{Span, nearest},
    yaml::Node,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/template-name-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a template of an ExternalSecret takes a name that none of its entries gives",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A template sees the values that `data` and `dataFrom` give, under the names that they have there, and nothing else. With a name that none of them gives, the ExternalSecret fails and no Secret is made. Nothing is said where `dataFrom` gives names that only the store knows.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    template:
      data:
        values.yaml: |
          token: \"{{ .tokn }}\"
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    template:
      data:
        values.yaml: |
          token: \"{{ .token }}\"
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let gaps = template_gaps(spec);
    for (name, origin) in &gaps.missing {
        let Some((path, node)) = project.node_of(*origin) else { continue };
        let spans = spans_of(node, name);
        let Some(first) = spans.first() else { continue };
        let message = format!("the template takes `.{name}`, which no entry of {} gives", object.id);
        let finding = report.at(Label::new(path, *first, ""), message);
        match nearest(name, gaps.given.iter().map(SmolStr::as_str)) {
            Some(near) => {
                let mut changes = ChangeSet::new();
                let edits = spans.iter().map(|span| TextEdit::new(*span, format!(".{near}")));
                let changes = changes.edit(path, edits).is_ok().then_some(changes);
                let title = format!("take `.{near}`");
                finding.help(format!("did you mean `.{near}`?")).fix(changes.map(|changes| Fix {
                    title,
                    safety: Safety::Unsafe,
                    changes,
                }));
            }
            None => {
                finding.help(format!("add an entry with `secretKey: {name}`, or correct the name in the template"));
            }
        }
    }
}

/// Where the text of a template takes a name with a dot before it.
fn spans_of(node: Node<'_>, name: &str) -> Vec<Span> {
    let (source, start) = (node.source(), node.span().start as usize);
    let wanted = format!(".{name}");
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let found = source.match_indices(&wanted).filter(|(at, _)| {
        let before = source[..*at].chars().next_back();
        let behind = source[at + wanted.len()..].chars().next();
        !before.is_some_and(|c| is_name(c) || c == ')') && !behind.is_some_and(is_name)
    });
    found.map(|(at, _)| Span::new(start + at, start + at + wanted.len())).collect()
}
