//! `kubernetes/host-path`: Pods that use directories of their node.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/host-path",
    severity: Severity::Warning,
    pedantic: true,
    summary: "Pods that use directories of their node",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A `hostPath` ties a Pod to its node and opens the node to it; the socket of the container runtime gives away the node as a whole.

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
        - name: socket
          hostPath:
            path: /var/run/docker.sock
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
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
        - name: socket
          emptyDir: {}
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for volume in pod.volumes() {
        let Some(path) = volume.pointer(&["hostPath", "path"]) else { continue };
        let Some(text) = path.as_str() else { continue };
        let is_socket = ["docker.sock", "containerd.sock", "crio.sock"].iter().any(|name| text.ends_with(name));
        let note = if is_socket { "whoever has this socket has the node" } else { "a directory of the node" };
        let Some(label) = project.label(path, note) else { continue };
        report
            .at(label, format!("{} uses `{text}` of its node", object.id))
            .help("use a volume of the cluster instead");
    }
}
