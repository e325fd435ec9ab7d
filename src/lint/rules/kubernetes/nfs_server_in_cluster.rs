//! `kubernetes/nfs-server-in-cluster`: an NFS volume is served by a name that only Pods can resolve.

use crate::{
    diagnostic::Severity,
    graph::{PodTemplate, pod_template},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/nfs-server-in-cluster",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an NFS volume is served by a name that only Pods can resolve",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The kubelet mounts NFS volumes from the node, which does not ask the DNS of the cluster: a name such as `nfs.storage.svc.cluster.local` is unknown
there.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes:
    - ReadWriteOnce
  storageClassName: manual
  nfs:
    server: nfs.storage.svc.cluster.local
    path: /data
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes:
    - ReadWriteOnce
  storageClassName: manual
  nfs:
    server: 192.0.2.10
    path: /data
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let own = object.value.pointer(&["spec", "nfs", "server"]).filter(|_| object.id.is("", "PersistentVolume"));
    let pod = pod_template(&object.id, &object.value);
    let of_pod = pod.iter().flat_map(PodTemplate::volumes).filter_map(|volume| volume.pointer(&["nfs", "server"]));
    for server in of_pod.chain(own) {
        let Some(name) =
            server.as_str().filter(|name| name.rsplit('.').next() == Some("svc") || name.ends_with(".cluster.local"))
        else {
            continue;
        };
        let Some(label) = project.label(server, "unknown to the node") else { continue };
        report
            .at(label, format!("{} mounts NFS from `{name}`, which only Pods can resolve", object.id))
            .help("use the address of the Service, fixed by its `clusterIP`, or a name that the nodes know");
    }
}
