//! `secret/vault-version-conflict`: two stores disagree on the version of one mount of Vault.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::{
    diagnostic::Severity,
    graph::{Store, Vault},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-version-conflict",
    severity: Severity::Error,
    pedantic: false,
    summary: "two stores disagree on the version of one mount of Vault",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
A mount of Vault's key-value engine has one version. The store that names the other one reads paths that do not exist. Without `version` a store means v2.

## Bad

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: other
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v1
```

## Good

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: other
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut known: BTreeMap<(SmolStr, Option<SmolStr>, SmolStr), (Vault, &Object)> = BTreeMap::new();
    for object in project.objects() {
        let Some(vault) = Store::of(&object.id, &object.value).and_then(|store| store.vault) else { continue };
        let Some(mount) = vault.mount.clone().filter(|mount| !is_placeholder(mount) && !is_placeholder(&vault.server))
        else {
            continue;
        };
        let key = (vault.server.clone(), vault.namespace.clone(), mount.clone());
        let (first, other) = known.entry(key).or_insert_with(|| (vault.clone(), object));
        if first.version_2 == vault.version_2 {
            continue;
        }
        let place =
            |one: &Object| one.value.pointer(&["spec", "provider", "vault", "version"]).map(|version| version.origin);
        let version = |vault: &Vault| if vault.version_2 { "v2" } else { "v1" };
        let label = |one: &Object, vault: &Vault| {
            project.label_at(place(one).unwrap_or(vault.origin), format!("{} here", version(vault)))
        };
        let Some(here) = label(object, &vault) else { continue };
        report
            .at(
                here,
                format!(
                    "{} `{}` and {} `{}` disagree on the version of mount `{mount}`",
                    other.id.kind, other.id.name, object.id.kind, object.id.name
                ),
            )
            .and(label(other, first))
            .help("`vault secrets list -detailed` shows the version");
    }
}
