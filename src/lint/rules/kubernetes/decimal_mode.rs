//! `kubernetes/decimal-mode`: a file mode without its leading zero.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Type, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/decimal-mode",
    severity: Severity::Error,
    pedantic: false,
    summary: "a file mode without its leading zero",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
File modes are numbers like any other: `644` is not `0644`, but `01204`. The API refuses modes above `0777`, and takes others for something that
nobody meant.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      volumes:
        - name: settings
          configMap:
            name: settings
            defaultMode: 644
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      volumes:
        - name: settings
          configMap:
            name: settings
            defaultMode: 0644
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for volume in pod.volumes() {
        let source =
            ["configMap", "secret", "projected", "downwardAPI"].into_iter().find_map(|field| volume.get(field));
        let items = source.and_then(|source| source.get("items")).and_then(Value::as_sequence).unwrap_or_default();
        let modes = items.iter().filter_map(|item| item.get("mode"));
        for mode in modes.chain(source.and_then(|source| source.get("defaultMode"))) {
            let Some(text) =
                mode.as_scalar().filter(|scalar| scalar.kind == Type::Int).map(|scalar| scalar.text.as_str())
            else {
                continue;
            };
            let looks_octal =
                text.len() == 3 && text.starts_with(['4', '5', '6', '7']) && text.bytes().all(|byte| byte < b'8');
            // These are modes such as 0640 in decimal, as objects of a cluster show them.
            let is_decimal = matches!(text, "416" | "420" | "432" | "436" | "438" | "493" | "504" | "511");
            let Some(label) = project.label(mode, format!("not `0{text}`")).filter(|_| looks_octal && !is_decimal)
            else {
                continue;
            };
            report
                .at(label, format!("the mode `{text}` in {} is a decimal number", object.id))
                .help(format!("write `0{text}` if that is what is meant"))
                .fix(project.replacement(
                    mode.origin,
                    &Value::plain(format!("0{text}")),
                    format!("write `0{text}`"),
                    Safety::Unsafe,
                ));
        }
    }
}
