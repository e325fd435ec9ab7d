//! `kubernetes/common-name-too-long`: the common name of a certificate is longer than 64 characters.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/common-name-too-long",
    severity: Severity::Error,
    pedantic: false,
    summary: "the common name of a certificate is longer than 64 characters",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
X.509 limits a common name to 64 characters; cert-manager refuses the Certificate. Host names belong into `dnsNames`, which have no such limit.

## Bad

```yaml apps/app.yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
  namespace: default
spec:
  secretName: web-tls
  commonName: notebooks-of-the-department-for-spectroscopy.research.example.org
  dnsNames:
    - notebooks-of-the-department-for-spectroscopy.research.example.org
  issuerRef:
    kind: ClusterIssuer
    name: letsencrypt
```

## Good

```yaml apps/app.yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
  namespace: default
spec:
  secretName: web-tls
  commonName: web.example.org
  dnsNames:
    - notebooks-of-the-department-for-spectroscopy.research.example.org
  issuerRef:
    kind: ClusterIssuer
    name: letsencrypt
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("cert-manager.io", "Certificate") {
        return;
    }
    let Some(name) = object.value.pointer(&["spec", "commonName"]) else { return };
    let Some(length) = name.as_str().filter(|name| !name.contains('$')).map(|name| name.chars().count()) else {
        return;
    };
    let Some(label) = project.label(name, format!("{length} characters")).filter(|_| length > 64) else { return };
    report
        .at(label, format!("the common name of {} is longer than 64 characters", object.id))
        .help("shorten it, or leave it out: `dnsNames` are enough");
}
