//! Applications: what they deploy from where to where, and how they are synced.
//!
//! From `types.go` of Argo CD's API. Must not know how sources are rendered.

use smol_str::SmolStr;

use super::{
    GROUP, Source,
    read::{Text, annotation, flag, items, plain, plains, text, texts},
};
use crate::{
    manifest::ObjectId,
    yaml::{Origin, Value},
};

/// An Application.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its identity.
    pub id: ObjectId,
    /// Where it is written.
    pub origin: Origin,
    /// The `AppProject` it belongs to; `default` if none is written.
    pub project: SmolStr,
    /// Where `spec.project` is written, or the object if it is not.
    pub project_origin: Origin,
    /// Where it deploys to.
    pub destination: Destination,
    /// What it deploys: `spec.sources`, or `spec.source` where there are none.
    pub sources: Vec<Source>,
    /// Whether the sources stand in `spec.sources`, without which `ref` means nothing.
    pub has_several_sources: bool,
    /// How it is synced.
    pub sync_policy: SyncPolicy,
    /// Differences that do not count.
    pub ignore_differences: Vec<IgnoredDifference>,
    /// Its own wave in the sync of the Application that applies it.
    pub wave: i64,
    /// `metadata.finalizers`, each with its place.
    pub finalizers: Vec<(SmolStr, Origin)>,
}

/// `spec.destination`.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// The URL of the cluster.
    pub server: Option<(SmolStr, Origin)>,
    /// The name of the cluster.
    pub name: Option<(SmolStr, Origin)>,
    /// The namespace for objects that name none.
    pub namespace: Option<(SmolStr, Origin)>,
}

impl Destination {
    /// The namespace without its place.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_ref().map(|(namespace, _)| namespace.as_str())
    }
}

/// `spec.syncPolicy`.
#[derive(Clone, Debug, Default)]
pub struct SyncPolicy {
    /// Whether and how Argo CD syncs by itself.
    pub automated: Option<Automated>,
    /// `syncOptions`, such as `ServerSideApply=true`, each with its place.
    pub options: Vec<(SmolStr, Origin)>,
    /// Labels and annotations of the namespace that `CreateNamespace=true` makes.
    pub managed_namespace_metadata: Option<Value>,
}

/// `spec.syncPolicy.automated`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Automated {
    /// Whether objects that are gone from Git are deleted.
    pub prune: bool,
    /// Whether changes in the cluster are undone.
    pub self_heal: bool,
    /// Whether everything may be pruned.
    pub allow_empty: bool,
}

impl SyncPolicy {
    /// The value of a sync option: `true` for `CreateNamespace=true`. Of several, one that says `true` wins, as Argo CD only looks for it.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut values =
            self.options.iter().filter_map(|(option, _)| option.split_once('=').filter(|(key, _)| *key == name));
        let first = values.clone().next()?.1;
        Some(values.find(|(_, value)| *value == "true").map_or(first, |(_, value)| value))
    }

    /// Whether Argo CD makes the destination's namespace.
    pub fn creates_namespace(&self) -> bool {
        self.option("CreateNamespace") == Some("true")
    }

    /// Whether objects are applied on the server's side.
    pub fn applies_server_side(&self) -> bool {
        self.option("ServerSideApply") == Some("true")
    }
}

/// An entry of `spec.ignoreDifferences`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredDifference {
    /// The API group.
    pub group: SmolStr,
    /// The kind.
    pub kind: SmolStr,
    /// The name; all if none is written.
    pub name: Option<SmolStr>,
    /// The namespace; all if none is written.
    pub namespace: Option<SmolStr>,
    /// JSON pointers to what is ignored.
    pub json_pointers: Vec<SmolStr>,
    /// jq paths to what is ignored.
    pub jq_path_expressions: Vec<SmolStr>,
    /// Managers whose fields are ignored.
    pub managed_fields_managers: Vec<SmolStr>,
    /// Where the entry is written.
    pub origin: Origin,
}

/// The `spec` of an Application, or of those that an ApplicationSet makes as far as its template says; `None` for other objects.
pub fn application_spec<'v>(id: &ObjectId, value: &'v Value) -> Option<&'v Value> {
    if id.is(GROUP, "Application") {
        return value.get("spec");
    }
    value.pointer(&["spec", "template", "spec"]).filter(|_| id.is(GROUP, "ApplicationSet"))
}

/// The sources that count in the `spec` of an Application: `sources`, or `source` where there are none.
pub fn sources(spec: &Value) -> Vec<&Value> {
    match items(spec, "sources") {
        [] => spec.get("source").into_iter().collect(),
        several => several.iter().collect(),
    }
}

impl Application {
    /// Reads an Application; `None` for other objects and for those without `spec`.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !id.is(GROUP, "Application") {
            return None;
        }
        let spec = value.get("spec").filter(|spec| spec.as_mapping().is_some())?;
        let (project, project_origin) = text(spec, "project").unwrap_or_else(|| ("default".into(), value.origin));
        let metadata = value.get("metadata");
        Some(Self {
            id: id.clone(),
            origin: value.origin,
            project,
            project_origin,
            destination: destination(spec),
            sources: sources(spec).into_iter().map(Source::of).collect(),
            has_several_sources: !items(spec, "sources").is_empty(),
            sync_policy: spec.get("syncPolicy").map(sync_policy).unwrap_or_default(),
            ignore_differences: items(spec, "ignoreDifferences").iter().map(ignored).collect(),
            wave: annotation(value, "argocd.argoproj.io/sync-wave")
                .and_then(|wave| wave.parse().ok())
                .unwrap_or_default(),
            finalizers: metadata.map(|metadata| texts(metadata, "finalizers")).unwrap_or_default(),
        })
    }

    /// The name under which Argo CD knows the Application: in a namespace other than the controller's own it goes in front.
    pub fn instance_name(&self, controller_namespace: &str) -> String {
        match &self.id.namespace {
            Some(namespace) if namespace != controller_namespace => format!("{namespace}_{}", self.id.name),
            _ => self.id.name.to_string(),
        }
    }

    /// Whether deleting the Application deletes what it deploys.
    pub fn deletes_resources(&self) -> bool {
        self.finalizers.iter().any(|(name, _)| name.starts_with("resources-finalizer.argocd.argoproj.io"))
    }
}

fn destination(spec: &Value) -> Destination {
    let field = |name: &str| -> Option<Text> { text(spec.get("destination")?, name) };
    Destination { server: field("server"), name: field("name"), namespace: field("namespace") }
}

fn sync_policy(policy: &Value) -> SyncPolicy {
    let automated = policy.get("automated").filter(|automated| automated.as_mapping().is_some()).filter(|automated| {
        // `enabled: false` switches it off without taking the rest away.
        automated.get("enabled").and_then(Value::as_bool).unwrap_or(true)
    });
    SyncPolicy {
        automated: automated.map(|automated| Automated {
            prune: flag(automated, "prune"),
            self_heal: flag(automated, "selfHeal"),
            allow_empty: flag(automated, "allowEmpty"),
        }),
        options: texts(policy, "syncOptions"),
        managed_namespace_metadata: policy.get("managedNamespaceMetadata").cloned(),
    }
}

fn ignored(entry: &Value) -> IgnoredDifference {
    IgnoredDifference {
        group: plain(entry, "group").unwrap_or_default(),
        kind: plain(entry, "kind").unwrap_or_default(),
        name: plain(entry, "name"),
        namespace: plain(entry, "namespace"),
        json_pointers: plains(entry, "jsonPointers"),
        jq_path_expressions: plains(entry, "jqPathExpressions"),
        managed_fields_managers: plains(entry, "managedFieldsManagers"),
        origin: entry.origin,
    }
}
