//! Kubernetes' own kinds, from the schemas that `k8s-openapi` carries for schemars.

use k8s_openapi::{
    Resource,
    api::{
        apps::v1::{DaemonSet, Deployment, StatefulSet},
        batch::v1::{CronJob, Job},
        core::v1::{
            ConfigMap, LimitRange, Namespace, PersistentVolumeClaim, ResourceQuota, Secret, Service, ServiceAccount,
        },
        networking::v1::{Ingress, NetworkPolicy},
        rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
        scheduling::v1::PriorityClass,
        storage::v1::StorageClass,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::Kind;

/// The version that the feature in Cargo.toml chooses.
const SOURCE: &str = "Kubernetes 1.37";

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

fn kind<T: JsonSchema + Resource>() -> Kind {
    Kind {
        group: T::GROUP.to_owned(),
        version: T::VERSION.to_owned(),
        kind: T::KIND.to_owned(),
        source: SOURCE.to_owned(),
        schema: schema::<T>(),
    }
}

/// The schema of ObjectMeta with its definitions.
pub fn object_meta() -> Value {
    schema::<ObjectMeta>()
}

pub fn kinds() -> Vec<Kind> {
    macro_rules! all {
        ($($kind:ident),* $(,)?) => { vec![$(kind::<$kind>()),*] };
    }
    all![
        ClusterRole,
        ClusterRoleBinding,
        ConfigMap,
        CronJob,
        DaemonSet,
        Deployment,
        Ingress,
        Job,
        LimitRange,
        Namespace,
        NetworkPolicy,
        PersistentVolumeClaim,
        PriorityClass,
        ResourceQuota,
        Role,
        RoleBinding,
        Secret,
        Service,
        ServiceAccount,
        StatefulSet,
        StorageClass,
    ]
}
