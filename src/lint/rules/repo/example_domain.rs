//! `repo/example-domain`: an address that leads nowhere.

use super::live::{label_and_text, live_values};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Type,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/example-domain",
    severity: Severity::Info,
    pedantic: true,
    summary: "an address of an example reaches a cluster",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
`example.com`, `example.org` and `example.net` are set aside for documentation, as is everything below `.example`. A live value with one of them was hardly meant so.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  contact: hub@example.com
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  contact: hub@jupyter.org
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut found = Vec::new();
    live_values(project, &mut |value| {
        let is_text =
            value.as_scalar().is_some_and(|scalar| scalar.kind == Type::String && names_example(&scalar.text));
        found.extend(is_text.then(|| label_and_text(project, value)).flatten());
    });
    for (label, _) in found {
        report.at(label, "this address is one for examples").help("write the address that is meant");
    }
}

/// Whether a text of one line names a host that is set aside for examples.
fn names_example(text: &str) -> bool {
    let hosts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    let is_example = |host: &str| {
        ["example.com", "example.org", "example.net"]
            .iter()
            .any(|name| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.')))
            || host.ends_with(".example")
    };
    !text.trim_end().contains('\n') && hosts.map(|host| host.trim_matches('.')).any(is_example)
}
