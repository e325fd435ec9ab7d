//! `argo/hook`: a misspelt `argocd.argoproj.io/hook` or `hook-delete-policy`.

use super::{annotations, text};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/hook",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a hook names a phase or policy that Argo CD does not know",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD passes over words it does not know in `argocd.argoproj.io/hook` and `argocd.argoproj.io/hook-delete-policy`: the object is not run in any phase, or stays when it should go. Phases are PreSync, Sync, PostSync, SyncFail, PreDelete, PostDelete and Skip; policies are HookSucceeded, HookFailed and BeforeHookCreation.

## Bad

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    argocd.argoproj.io/hook: Presync
data:
  colour: blue
```

## Good

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    argocd.argoproj.io/hook: PreSync
data:
  colour: blue
```
";

const PHASES: &[&str] = &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"];
const POLICIES: &[&str] = &["HookSucceeded", "HookFailed", "BeforeHookCreation"];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for (key, value) in annotations(object) {
        let known = match key.rsplit('/').next() {
            Some("hook") => PHASES,
            Some("hook-delete-policy") => POLICIES,
            _ => continue,
        };
        let written = text(value, &[]).unwrap_or_default();
        if written.contains(['{', '$']) {
            continue;
        }
        let words = || written.split(',').map(str::trim);
        for word in words().filter(|word| !word.is_empty() && !known.contains(word)) {
            let Some(label) = project.label(value, "not known") else { continue };
            let near = nearest(word, known.iter().copied());
            let fixed: Vec<&str> = words().map(|one| if one == word { near.unwrap_or(one) } else { one }).collect();
            let changes = near.and_then(|_| project.with_value(value.origin, &Value::string(fixed.join(","))));
            let help = near
                .map_or_else(|| format!("use one of {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            let finding = report.at(label, format!("Argo CD knows no `{word}` for `{key}`"));
            finding.help(help).fix(Fix::likely("correct the word", changes));
        }
    }
}
