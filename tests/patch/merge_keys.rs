//! The table of merge keys and scopes.

use treewright::kustomize::merge_keys::{Field, MergeKeys, Text};

fn field(api_version: &str, kind: &str, path: &[&str]) -> Option<Field<'static>> {
    let (last, parents) = path.split_last()?;
    let mut schema = MergeKeys::built_in().schema(api_version, kind)?;
    for parent in parents {
        schema = schema.field(parent)?.schema;
    }
    schema.field(last)
}

fn texts(keys: &[Text]) -> Vec<&str> {
    keys.iter().map(AsRef::as_ref).collect()
}

#[test]
fn lists_have_the_keys_that_kubernetes_gives_them() {
    let pod = ["spec", "template", "spec"];
    let keys = |kind, path: &[&str]| {
        field("apps/v1", kind, &[&pod[..], path].concat()).and_then(|field| field.merge.map(texts))
    };
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
        assert_eq!(keys(kind, &["containers"]), Some(vec!["name"]), "{kind}");
        assert_eq!(keys(kind, &["containers", "ports"]), Some(vec!["containerPort", "protocol"]), "{kind}");
        assert_eq!(keys(kind, &["containers", "volumeMounts"]), Some(vec!["mountPath"]), "{kind}");
        assert_eq!(keys(kind, &["hostAliases"]), Some(vec!["ip"]), "{kind}");
        assert_eq!(keys(kind, &["tolerations"]), None, "{kind}");
        assert_eq!(keys(kind, &["containers", "args"]), None, "{kind}");
    }
    let service = field("v1", "Service", &["spec", "ports"]).and_then(|field| field.merge.map(texts));
    assert_eq!(service, Some(vec!["port", "protocol"]));
    let finalizers = field("v1", "ConfigMap", &["metadata", "finalizers"]).and_then(|field| field.merge.map(texts));
    assert_eq!(finalizers, Some(vec![]));
    assert!(MergeKeys::built_in().schema("example.org/v1", "Widget").is_none());
    assert!(MergeKeys::built_in().schema("v1", "Deployment").is_none());
}

#[test]
fn scopes_are_known_for_the_kinds_of_the_table_only() {
    let scope = |group, version, kind| MergeKeys::built_in().is_cluster_scoped(group, version, kind);
    assert_eq!(scope("", "v1", "Namespace"), Some(true));
    assert_eq!(scope("rbac.authorization.k8s.io", "v1", "ClusterRole"), Some(true));
    assert_eq!(scope("apps", "v1", "Deployment"), Some(false));
    assert_eq!(scope("", "v1", "Deployment"), None);
    assert_eq!(scope("example.org", "v1", "Widget"), None);
}
