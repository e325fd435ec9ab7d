//! `stateful-deletion`: something that holds data would be deleted.

use super::{
    super::Level,
    Check, Hazard,
    fate::{self, Fate},
    seen::{Found, Seen},
};
use crate::manifest::ObjectId;

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "stateful-deletion",
    summary: "a volume, StatefulSet, Namespace, definition of custom resources or database goes away",
    why: "What it holds is lost with it, and bringing the manifest back does not bring the data back.",
    check: Check::Object(check),
};

/// Kinds that hold data, by API group.
const KINDS: &[(&str, &[&str])] = &[
    ("", &["Namespace", "PersistentVolume", "PersistentVolumeClaim"]),
    ("acid.zalan.do", &["postgresql"]),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apps", &["StatefulSet"]),
    ("ceph.rook.io", &["CephBlockPool", "CephCluster", "CephFilesystem", "CephObjectStore"]),
    ("k8s.mariadb.com", &["MariaDB"]),
    ("kafka.strimzi.io", &["Kafka", "KafkaNodePool", "KafkaTopic"]),
    ("longhorn.io", &["Volume"]),
    ("minio.min.io", &["Tenant"]),
    ("postgres-operator.crunchydata.com", &["PostgresCluster"]),
    ("postgresql.cnpg.io", &["Cluster", "Database"]),
    ("project.openshift.io", &["Project"]),
];

/// Whether objects of this kind hold data.
pub(super) fn is_stateful(id: &ObjectId) -> bool {
    KINDS.iter().any(|(group, kinds)| id.group == *group && kinds.contains(&id.kind.as_str()))
}

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some(object) = seen.gone().filter(|object| is_stateful(&object.id)) else { return };
    let with_it = match object.id.kind.as_str() {
        "Namespace" | "Project" => ", and everything in it",
        "CustomResourceDefinition" => ", and every object of its kind",
        _ => "",
    };
    match fate::of(seen, object) {
        Fate::Deleted => {
            found.before(Level::Error, object, object.origin(), format!("{} would be deleted{with_it}", object.id));
        }
        Fate::Unknown => found.before(
            Level::Warning,
            object,
            object.origin(),
            format!("{} is gone: whoever applies this may delete it{with_it}", object.id),
        ),
        Fate::Left | Fate::Kept => {}
    }
}
