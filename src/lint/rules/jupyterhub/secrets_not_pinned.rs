//! `jupyterhub/secrets-not-pinned`: secrets that change with every sync.

use super::{hubs, text};

use crate::{
    cluster::{ComposedRelease, UnitKind},
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/secrets-not-pinned",
    severity: Severity::Warning,
    pedantic: false,
    summary: "Argo CD makes new secrets for JupyterHub at each sync",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
The chart makes up the cookie secret, the token of the proxy and the key for stored logins, and looks into the cluster to keep them the next time. Argo CD renders charts without looking into a cluster:
each rendering makes up new ones, the Application is never in sync, and each sync logs everybody out. Name a Secret with these keys in `hub.existingSecret`, or tell Argo CD to leave them alone with
`ignoreDifferences`.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://hub.jupyter.org/helm-chart/
    chart: jupyterhub
    targetRevision: 4.2.0
    helm:
      valuesObject:
        hub:
          baseUrl: /hub/
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://hub.jupyter.org/helm-chart/
    chart: jupyterhub
    targetRevision: 4.2.0
    helm:
      valuesObject:
        hub:
          baseUrl: /hub/
  ignoreDifferences:
    - kind: Secret
      name: hub
      jsonPointers:
        - /data
  syncPolicy:
    syncOptions:
      - RespectIgnoreDifferences=true
```
";

/// What the chart makes up: the place, or the older place, in the values.
const MADE_UP: &[(&[&str], &[&str])] = &[
    (&["hub", "config", "JupyterHub", "cookie_secret"], &["hub", "cookieSecret"]),
    (&["hub", "config", "ConfigurableHTTPProxy", "auth_token"], &["proxy", "secretToken"]),
    (&["hub", "config", "CryptKeeper", "keys"], &["hub", "config", "CryptKeeper", "keys"]),
];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let is_argo = project.units().get(release.unit).is_some_and(|unit| unit.kind == UnitKind::Argo);
    let application = project.objects().iter().find(|object| object.id == release.declared);
    let Some(application) = application.filter(|object| is_argo && object.id.kind == "Application") else { return };
    let ignored = application.value.pointer(&["spec", "ignoreDifferences"]).and_then(Value::as_sequence);
    if ignored.is_some_and(|ignored| !ignored.is_empty()) {
        return;
    }
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete && hub.major.is_some_and(|major| major >= 1))
    {
        let missing = |(now, before): &&(&[&str], &[&str])| hub.get(now).is_none() && hub.get(before).is_none();
        let missing: Vec<String> =
            MADE_UP.iter().filter(missing).map(|(now, _)| format!("`{}`", now.join("."))).collect();
        if missing.is_empty() || text(hub.values, &["hub", "existingSecret"]).is_some() {
            continue;
        }
        let Some(label) = project.object_label(&application.value, "rendered without a look into the cluster") else {
            continue;
        };
        report
            .at(label, format!("each rendering makes up {} anew", missing.join(", ")))
            .help("name a Secret with these keys in `hub.existingSecret`");
    }
}
