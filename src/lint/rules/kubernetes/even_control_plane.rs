//! `kubernetes/even-control-plane`: a control plane with an even number of machines.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/even-control-plane",
    severity: Severity::Error,
    pedantic: false,
    summary: "a control plane has an even number of machines",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
etcd needs more than half of its members: four machines stand no more failures than three. Cluster API refuses an even number where etcd runs on the machines of the control plane.

## Bad

```yaml clusters/production.yaml
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: KubeadmControlPlane
metadata:
  name: production
  namespace: default
spec:
  replicas: 4
  version: v1.34.1
  machineTemplate:
    spec:
      infrastructureRef:
        apiGroup: infrastructure.cluster.x-k8s.io
        kind: OpenStackMachineTemplate
        name: production
```

## Good

```yaml clusters/production.yaml
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: KubeadmControlPlane
metadata:
  name: production
  namespace: default
spec:
  replicas: 3
  version: v1.34.1
  machineTemplate:
    spec:
      infrastructureRef:
        apiGroup: infrastructure.cluster.x-k8s.io
        kind: OpenStackMachineTemplate
        name: production
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("controlplane.cluster.x-k8s.io", "KubeadmControlPlane") {
        return;
    }
    let etcd = ["spec", "kubeadmConfigSpec", "clusterConfiguration", "etcd", "external"];
    let Some(replicas) = object.value.pointer(&["spec", "replicas"]) else { return };
    let count: Option<u32> = replicas.as_scalar().and_then(|scalar| scalar.text.parse().ok());
    let Some(count) = count.filter(|count| count % 2 == 0) else { return };
    if object.value.pointer(&etcd).is_some_and(|etcd: &Value| !etcd.is_null()) {
        return;
    }
    let Some(label) = project.label(replicas, "an even number") else { return };
    report
        .at(label, format!("{} has {count} machines; Cluster API refuses an even number", object.id))
        .help("take one machine more or fewer, or an etcd of its own");
}
