//! `kubernetes/removed-provisioner`: a `StorageClass` or a volume of a driver that Kubernetes does not have any more.

use crate::{
    diagnostic::Severity,
    graph::{PodTemplate, pod_template},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/removed-provisioner",
    severity: Severity::Error,
    pedantic: false,
    summary: "a StorageClass or a volume of a driver that Kubernetes does not have any more",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Kubernetes has removed the drivers of Glusterfs (1.26), Ceph RBD and CephFS (1.31), and of Flocker, Quobyte, StorageOS and ScaleIO (1.22 to 1.25),
without anything in their place: volumes need a CSI driver.

## Bad

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: kubernetes.io/rbd
```

## Good

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: rbd.csi.ceph.com
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let gone: &[(&str, &str, &str)] = &[
        ("kubernetes.io/glusterfs", "glusterfs", "1.26"),
        ("kubernetes.io/rbd", "rbd", "1.31"),
        ("kubernetes.io/cephfs", "cephfs", "1.31"),
        ("kubernetes.io/quobyte", "quobyte", "1.25"),
        ("kubernetes.io/storageos", "storageos", "1.25"),
        ("kubernetes.io/flocker", "flocker", "1.25"),
        ("kubernetes.io/scaleio", "scaleIO", "1.22"),
    ];
    let provisioner = object.value.get("provisioner").filter(|_| object.id.is("storage.k8s.io", "StorageClass"));
    let by_name = provisioner.and_then(|value| {
        let name = value.as_str()?;
        gone.iter().find(|(known, _, _)| *known == name).map(|(_, _, since)| (value, *since))
    });
    let pod = pod_template(&object.id, &object.value);
    let own = object.value.get("spec").filter(|_| object.id.is("", "PersistentVolume"));
    let volumes = pod.iter().flat_map(PodTemplate::volumes).chain(own);
    let of_volumes =
        volumes.filter_map(|volume| gone.iter().find_map(|(_, field, since)| Some((volume.get(field)?, *since))));
    for (value, since) in of_volumes.chain(by_name) {
        let label = if value.as_scalar().is_some() {
            project.label(value, "removed")
        } else {
            project.key_label(value.origin, "removed")
        };
        let Some(label) = label else { continue };
        report
            .at(label, format!("{} needs a driver that Kubernetes {since} has removed", object.id))
            .help("use a CSI driver");
    }
}
