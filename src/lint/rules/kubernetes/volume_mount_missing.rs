//! `kubernetes/volume-mount-missing`: a container mounts a volume that its Pod does not have.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/volume-mount-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a container mounts a volume that its Pod does not have",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a Pod in which a container mounts a volume that is not declared.

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
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
          volumeMounts:
            - name: datta
              mountPath: /data
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
        - name: data
          emptyDir: {}
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
          volumeMounts:
            - name: data
              mountPath: /data
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    let volumes: Vec<&str> = pod.volumes().chain(claims(&object.value)).filter_map(name).collect();
    for container in pod.containers() {
        let mounts =
            ["volumeMounts", "volumeDevices"].into_iter().filter_map(|field| container.get(field)?.as_sequence());
        for written in mounts.flatten().filter_map(|mount| mount.get("name")) {
            let Some(wanted) = written.as_str().filter(|wanted| !volumes.contains(wanted)) else { continue };
            let Some(label) = project.label(written, "mounted here") else { continue };
            let finding = report.at(label, format!("{} has no volume `{wanted}`", object.id));
            match nearest(wanted, volumes.iter().copied()) {
                None => finding.help("declare the volume, or remove the mount; the API refuses the object"),
                Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                    written.origin,
                    &Value::string(near),
                    format!("mount `{near}`"),
                    Safety::Unsafe,
                )),
            };
        }
    }
}

/// The volumes that a StatefulSet asks for.
fn claims(value: &Value) -> impl Iterator<Item = &Value> {
    let claims = value.pointer(&["spec", "volumeClaimTemplates"]).and_then(Value::as_sequence);
    claims.into_iter().flatten().filter_map(|claim| claim.get("metadata"))
}

fn name(value: &Value) -> Option<&str> {
    value.get("name")?.as_str()
}
