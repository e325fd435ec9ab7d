//! What identifies objects, and the items of their lists: the knowledge of Kubernetes, kustomize, Flux, Argo CD, External Secrets and charts that a merge needs.
//!
//! Kubernetes' own kinds have their merge keys from the table that kustomize embeds. Custom resources declare theirs in schemas that are rarely at hand, so the
//! lists that matter stand here. Must not know how a merge is done.

use crate::{
    kustomize::merge_keys::MergeKeys,
    manifest::ObjectId,
    yaml::{
        Node,
        merge3::{Identity, List, ListIdentity},
    },
};

/// The knowledge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Knowledge;

impl Identity for Knowledge {
    fn document(&self, root: Node<'_>) -> Option<String> {
        // The version is no part of what an object is.
        let id = ObjectId::of_node(root)?;
        let namespace = id.namespace.as_deref().unwrap_or_default();
        Some(format!("{}/{}/{namespace}/{}", id.group, id.kind, id.name))
    }

    fn list(&self, list: List<'_>) -> Option<ListIdentity> {
        let api_version = list.root.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let kind = list.root.get("kind").and_then(Node::text).unwrap_or_default();
        let path: Vec<&str> = list.path.iter().map(String::as_str).collect();
        of_object(kind, &path.join(".")).or_else(|| built_in(api_version, kind, &path)).or_else(|| of_name(&path))
    }
}

fn fields(names: &[&'static str]) -> ListIdentity {
    ListIdentity::Fields(names.iter().map(|name| name.split('.').collect()).collect())
}

/// Kinds, the ways to lists in them, and the fields that tell their items apart; without fields the items are a set.
const OBJECTS: &[(&[&str], &[&str], &[&str])] = &[
    (KUSTOMIZATION, &["resources", "components", "crds", "bases", "configurations", "generators"], &[]),
    (KUSTOMIZATION, &["transformers", "validators", "patchesStrategicMerge"], &[]),
    (KUSTOMIZATION, &["configMapGenerator.*.files", "secretGenerator.*.files"], &[]),
    (KUSTOMIZATION, &["images", "replicas", "configMapGenerator", "secretGenerator", "helmCharts"], &["name"]),
    (KUSTOMIZATION, &["patches", "patchesJson6902", "spec.patches"], PATCH),
    (&["Kustomization"], &["spec.images"], &["name"]),
    (&["Kustomization"], &["spec.healthChecks"], &["kind", "namespace", "name"]),
    (&["Kustomization"], &["spec.postBuild.substituteFrom"], &["kind", "name"]),
    (&["HelmRelease", "Kustomization"], &["spec.dependsOn"], &["namespace", "name"]),
    (&["HelmRelease"], &["spec.valuesFrom"], &["kind", "name", "valuesKey", "targetPath"]),
    (&["HelmRelease"], &["spec.postRenderers.*.kustomize.images"], &["name"]),
    (&["HelmRelease"], &["spec.postRenderers.*.kustomize.patches"], PATCH),
    (&["ExternalSecret"], &["spec.data"], &["secretKey"]),
    (&["ExternalSecret"], &["spec.dataFrom"], &["extract.key", "find.path", "sourceRef.generatorRef.name"]),
    (&["PushSecret"], &["spec.data"], &["match.secretKey", "match.remoteRef.remoteKey"]),
    (&["Application"], &["spec.sources"], &["repoURL", "path", "chart", "ref"]),
    (&["Application"], &["spec.syncPolicy.syncOptions"], &[]),
    (&["Application"], &["spec.ignoreDifferences"], &["group", "kind", "namespace", "name"]),
    (&["AppProject"], &["spec.sourceRepos"], &[]),
    (&["AppProject"], &["spec.destinations"], &["server", "name", "namespace"]),
    (&["AppProject"], &["spec.clusterResourceWhitelist", "spec.namespaceResourceWhitelist"], &["group", "kind"]),
    (&["ServiceMonitor"], &["spec.endpoints"], &["port", "path"]),
    (&["Certificate"], &["spec.dnsNames"], &[]),
    (&["Ingress"], &["spec.rules"], &["host"]),
    (&["Ingress"], &["spec.rules.*.http.paths"], &["path"]),
    (&["Ingress"], &["spec.tls"], &["secretName"]),
];

const KUSTOMIZATION: &[&str] = &["Kustomization", "Component"];

const PATCH: &[&str] =
    &["path", "target.group", "target.kind", "target.namespace", "target.name", "target.labelSelector"];

/// The lists of kinds that no schema at hand describes.
fn of_object(kind: &str, path: &str) -> Option<ListIdentity> {
    let (_, _, names) = OBJECTS.iter().find(|(kinds, paths, _)| kinds.contains(&kind) && paths.contains(&path))?;
    Some(if names.is_empty() { ListIdentity::Content } else { fields(names) })
}

/// The merge key of a built-in kind.
fn built_in(api_version: &str, kind: &str, path: &[&str]) -> Option<ListIdentity> {
    let mut schema = MergeKeys::built_in().schema(api_version, kind)?;
    let mut found = None;
    for step in path.iter().filter(|step| **step != "*") {
        let field = schema.field(step)?;
        found = field.merge;
        schema = field.schema;
    }
    let keys = found?;
    if keys.is_empty() {
        return Some(ListIdentity::Content);
    }
    // The table names one port of a Service by its number and protocol, as the API server does.
    let known = |key: &str| MERGE_KEYS.iter().find(|known| **known == key).copied();
    let names: Option<Vec<&'static str>> = keys.iter().map(|key| known(key)).collect();
    names.map(|names| fields(&names))
}

/// Every key by which the built-in table merges a list.
const MERGE_KEYS: [&str; 11] = [
    "containerPort",
    "devicePath",
    "ip",
    "mountPath",
    "name",
    "port",
    "protocol",
    "topologyKey",
    "type",
    "uid",
    "whenUnsatisfiable",
];

/// Lists of charts' values and of other objects, which their name tells.
fn of_name(path: &[&str]) -> Option<ListIdentity> {
    let name = *path.last()?;
    Some(match name {
        "profileList" => ListIdentity::AnyField(vec!["slug", "display_name"]),
        "extraVolumes" | "extraVolumeMounts" | "initContainers" | "extraContainers" | "containers" | "volumes"
        | "extraEnv" | "env" | "imagePullSecrets" | "services" => ListIdentity::AnyField(vec!["name"]),
        "volumeMounts" => ListIdentity::AnyField(vec!["mountPath", "name"]),
        "allowed_users" | "admin_users" | "allowed_groups" | "admin_groups" | "blocked_users" | "scope" | "scopes"
        | "hosts" | "finalizers" | "accessModes" | "dnsNames" | "nodes" => ListIdentity::Content,
        "tls" => ListIdentity::AnyField(vec!["secretName"]),
        "args" | "command" | "tolerations" => ListIdentity::Order,
        _ => return None,
    })
}
