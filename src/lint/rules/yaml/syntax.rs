//! `yaml/syntax`: a file that is not YAML.

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Finding, Report, Rule},
    project::{File, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/syntax",
    severity: Severity::Error,
    pedantic: false,
    summary: "a file is not valid YAML",
    docs: DOCS,
    fix: None,
    check: Check::File(check),
};

const DOCS: &str = "\
Nothing can read the file: kustomize refuses the build, Flux and Argo CD stop applying everything that is built with it. The message names the cause where it can
be told: a key dedented to the dash of its list item, a tab, an unclosed quote, a colon inside of a value, a merge conflict.

Templates that nothing takes in as they are, and files that git-crypt has encrypted, are not YAML yet and not reported.

## Bad

```yaml apps/externalsecret.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: database
  namespace: default
spec:
  data:
    - secretKey: password
    remoteRef:
      key: database
```

## Good

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    if let Some(cause) = &file.unreadable {
        report.at(Label::file(&file.path, ""), format!("the file cannot be read: {cause}"));
    }
    let Some(fault) = file.fault() else { return };
    if file.is_template() && !project.is_applied_plainly(&file.path) {
        return;
    }
    let finding = report.at(fault.place.clone(), fault.message.clone());
    let finding = fault.help.iter().fold(finding, Finding::help);
    fault.related.iter().fold(finding, |finding, label| finding.and(label.clone()));
}
