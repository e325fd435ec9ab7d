//! `secret/type-unknown`: the type of a Secret is misspelt.

use super::external_secret::secret_type;

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/type-unknown",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the type of a Secret is misspelt",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A type that Kubernetes does not know is kept as it is, and means nothing: a pull secret or a certificate of such a type is not found. Reported is a type that is almost one that exists.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
type: kubernetes.io/dockerconfig.json
stringData:
  .dockerconfigjson: ${PULL}
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: ${PULL}
```
";

const KNOWN: &[&str] = &[
    "Opaque",
    "bootstrap.kubernetes.io/token",
    "kubernetes.io/basic-auth",
    "kubernetes.io/dockercfg",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/service-account-token",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(written) = secret_type(object) else { return };
    let Some(kind) = written.as_str().filter(|kind| !KNOWN.contains(kind) && !is_placeholder(kind)) else { return };
    let wanted = format!("kubernetes.io/{}", kind.rsplit('/').next().unwrap_or(kind).trim_start_matches('.'));
    let same = KNOWN.iter().copied().find(|known| *known == wanted);
    let Some(near) = same.or_else(|| nearest(kind, KNOWN.iter().copied())) else { return };
    let Some(label) = project.label(written, "") else { return };
    let changes = project.edit(written.origin, |document, route| document.replace(route, &Value::string(near)));
    let title = format!("write `{near}`");
    report
        .at(label, format!("Kubernetes knows no type `{kind}`"))
        .help(format!("did you mean `{near}`?"))
        .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
}
