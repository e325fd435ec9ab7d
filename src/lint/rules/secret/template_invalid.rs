//! `secret/template-invalid`: a template of an ExternalSecret cannot be read.

use super::external_secret::specification;

use crate::{
    diagnostic::Severity,
    gotemplate::{Options, Template},
    graph::external_secret_templates,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/template-invalid",
    severity: Severity::Error,
    pedantic: false,
    summary: "a template of an ExternalSecret cannot be read",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The templates of an ExternalSecret are written in Go's template language. One that cannot be read makes no Secret. Braces that are meant for another program, as those of Helm or of alerts, are written `{{ \"{{\" }}`.

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
        token: \"{{ .token }\"
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
    for template in external_secret_templates(spec) {
        let Some(text) = template.as_scalar().map(|scalar| &scalar.text) else { continue };
        let Err(error) = Template::parse(text, &Options::default()) else { continue };
        // External Secrets has functions of its own.
        if error.message.contains("function") {
            continue;
        }
        let Some(label) = project.label(template, "") else { continue };
        let place = format!("line {}, column {} of the template", error.line, error.column);
        report
            .at(label, format!("{} has a template that cannot be read: {}", object.id, error.message))
            .help(format!("look at {place}"));
    }
}
