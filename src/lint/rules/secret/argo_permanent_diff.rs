//! `secret/argo-permanent-diff`: fields that External Secrets fills in keep an Application out of sync.

use super::external_secret::{items, specification};

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/argo-permanent-diff",
    severity: Severity::Info,
    pedantic: true,
    summary: "fields that External Secrets fills in keep an Application out of sync",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The definition of ExternalSecrets has defaults for `conversionStrategy`, `decodingStrategy` and `metadataPolicy` in every entry. Where Argo CD compares without them, it shows the object as out of sync for ever. Written out, they change nothing in the cluster. With server-side diff nothing needs to be written, so this is told only on demand, and only where Argo CD is used.

## Bad

```yaml argo.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: apps
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example.org/apps.git
    path: apps
    targetRevision: main
  destination:
    server: https://kubernetes.default.svc
    namespace: default
```

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
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml argo.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: apps
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example.org/apps.git
    path: apps
    targetRevision: main
  destination:
    server: https://kubernetes.default.svc
    namespace: default
```

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
  dataFrom:
    - extract:
        key: hub
        conversionStrategy: Default
        decodingStrategy: None
        metadataPolicy: None
```
";

const DEFAULTS: [(&str, &str); 3] =
    [("conversionStrategy", "Default"), ("decodingStrategy", "None"), ("metadataPolicy", "None")];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if project.applications().is_empty() || !project.flux_kustomizations().is_empty() {
        return;
    }
    let Some(spec) = specification(object) else { return };
    let data = items(spec, &["data"]).iter().filter_map(|item| item.get("remoteRef"));
    let from = items(spec, &["dataFrom"]).iter().filter_map(|item| item.get("extract"));
    for entry in data.chain(from) {
        let missing: Vec<(&str, &str)> = DEFAULTS.into_iter().filter(|(field, _)| entry.get(field).is_none()).collect();
        if missing.is_empty() {
            continue;
        }
        let Some(label) = project.key_label(entry.origin, "") else { continue };
        let changes = project.edit(entry.origin, |document, route| {
            missing
                .iter()
                .try_for_each(|(field, value)| document.insert_key(route, field, &Value::string(*value), Place::Last))
        });
        let names: Vec<String> = missing.iter().map(|(field, _)| format!("`{field}`")).collect();
        let title = "write the defaults".to_owned();
        report
            .at(label, format!("this entry leaves {} to their defaults", names.join(", ")))
            .help("write the defaults, or compare with `ServerSideDiff=true`")
            .fix(changes.map(|changes| Fix { title, safety: Safety::Safe, changes }));
    }
}
