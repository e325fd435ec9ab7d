//! `secret/cluster-store-namespace`: a ClusterSecretStore does not say in which namespace its credentials are.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::external_secret::GROUP;

use crate::{
    diagnostic::{Fix, Safety, Severity},
    graph::{DataKind, references},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Route, Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/cluster-store-namespace",
    severity: Severity::Error,
    pedantic: false,
    summary: "a ClusterSecretStore does not say in which namespace its credentials are",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A ClusterSecretStore is in no namespace, so a reference to a Secret must name one. Providers such as 1Password, GitLab, Doppler and IBM refuse the store otherwise. Vault, AWS and others then look in the namespace of each ExternalSecret, which can be meant: there nothing is said.

## Bad

```yaml apps/passwords.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: passwords
spec:
  provider:
    onepassword:
      connectHost: http://connect.passwords.svc:8080
      vaults:
        hub: 1
      auth:
        secretRef:
          connectTokenSecretRef:
            name: connect
            key: token
```

## Good

```yaml apps/passwords.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: passwords
spec:
  provider:
    onepassword:
      connectHost: http://connect.passwords.svc:8080
      vaults:
        hub: 1
      auth:
        secretRef:
          connectTokenSecretRef:
            name: connect
            namespace: passwords
            key: token
```
";

/// The providers that insist on a namespace. From their validation in external-secrets.
const STRICT: &[&str] = &[
    "akeyless",
    "barbican",
    "chef",
    "doppler",
    "dvls",
    "gitlab",
    "ibm",
    "keepersecurity",
    "onboardbase",
    "onepassword",
    "onepasswordSDK",
    "oracle",
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is(GROUP, "ClusterSecretStore") {
        return;
    }
    let provider = object.value.pointer(&["spec", "provider"]).and_then(Value::as_mapping);
    let Some(provider) = provider.and_then(|all| all.keys().next()).filter(|name| STRICT.contains(&name.as_str()))
    else {
        return;
    };
    for reference in references(&object.id, &object.value) {
        if reference.to.namespace.is_some() || !reference.field.contains(provider.as_str()) {
            continue;
        }
        let Some(label) = project.label_at(reference.origin, "in which namespace?") else { continue };
        let message = format!(
            "ClusterSecretStore `{}` names {} `{}` without a namespace",
            object.id.name, reference.to.kind, reference.to.name
        );
        let finding = report.at(label, message);
        let homes: BTreeSet<SmolStr> = project
            .producers()
            .find(DataKind::Secret, &reference.to.name, None)
            .into_iter()
            .filter_map(|one| one.namespace.clone())
            .collect();
        let home = homes.iter().next().filter(|_| homes.len() == 1 && reference.to.kind == "Secret");
        let Some(home) = home else {
            finding.help("add `namespace`");
            continue;
        };
        let changes = project.edit(reference.origin, |document, route| {
            let parent: Route = route.steps().iter().take(route.steps().len().saturating_sub(1)).cloned().collect();
            document.insert_key(&parent, "namespace", &Value::string(home.clone()), Place::After("name"))
        });
        let title = format!("add `namespace: {home}`");
        finding.help(format!("add `namespace: {home}`, where the Secret is made")).fix(changes.map(|changes| Fix {
            title,
            safety: Safety::Unsafe,
            changes,
        }));
    }
}
