//! `secret/store-plain-http`: a store is asked over http.

use super::external_secret::GROUP;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-plain-http",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a store is asked over http",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The credentials of the store and every secret that is read go over the network in clear. Addresses inside of the cluster are left alone.

## Bad

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: http://vault.prod.example.org:8200
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
      server: https://vault.prod.example.org:8200
```
";

const ADDRESSES: &[&[&str]] = &[
    &["vault", "server"],
    &["onepassword", "connectHost"],
    &["infisical", "hostAPI"],
    &["gitlab", "url"],
    &["conjur", "url"],
    &["akeyless", "akeylessGWApiURL"],
    &["passbolt", "host"],
    &["secretserver", "serverURL"],
    &["webhook", "url"],
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(provider) = object.value.pointer(&["spec", "provider"]).filter(|_| object.id.group == GROUP) else {
        return;
    };
    for value in ADDRESSES.iter().filter_map(|way| provider.pointer(way)) {
        let Some(rest) = value.as_str().and_then(|address| address.strip_prefix("http://")) else { continue };
        let Some(label) = project.label(value, "").filter(|_| !is_near(rest)) else { continue };
        report
            .at(label, format!("{} `{}` is asked over http", object.id.kind, object.id.name))
            .help("use https; `caBundle` or `caProvider` names an authority of your own");
    }
}

/// Whether an address leads into the cluster itself, or is not known yet.
fn is_near(rest: &str) -> bool {
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    !host.contains('.')
        || is_placeholder(rest)
        || host.starts_with("127.")
        || [".svc", ".cluster.local", ".internal", ".local"].iter().any(|end| host.ends_with(end))
        || host.split('.').count() == 2
}
