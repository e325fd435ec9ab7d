//! One object on its way through a build: its value, who it is, who it was, and where it came from.
//!
//! Owns identity as kustomize understands it: group, version, kind, name and namespace, now and before each renaming. What kustomize writes into
//! internal annotations is kept in fields here, so that the object itself stays what the cluster would see. Must not know files or transformers.

use std::{fmt, sync::Arc};

use smol_str::SmolStr;

use super::{in_flow::InFlow, merge_keys::MergeKeys, spot::Spot};
use crate::yaml::{Content, Mapping, Origin, Type, Value};

/// The namespace that kustomize gives to objects that cannot be in one.
const NO_NAMESPACE: &str = "_non_namespaceable_";

/// Group, version and kind of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gvk {
    /// The API group; empty for the core group.
    pub group: SmolStr,
    /// The version.
    pub version: SmolStr,
    /// The kind.
    pub kind: SmolStr,
}

impl Gvk {
    /// Reads `apiVersion` and `kind`.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// Whether `apiVersion` and `kind` read as this type.
    fn is_written(&self, api_version: &str, kind: &str) -> bool {
        self.kind == kind && api_version.split_once('/').unwrap_or(("", api_version)) == (&*self.group, &*self.version)
    }

    /// Whether objects of this kind certainly live outside of namespaces.
    pub fn is_cluster_scoped(&self) -> bool {
        MergeKeys::built_in().is_cluster_scoped(&self.group, &self.version, &self.kind).unwrap_or_default()
    }
}

impl fmt::Display for Gvk {
    /// `kind.version.group`, as kustomize prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &SmolStr, missing: &str| if text.is_empty() { missing.into() } else { text.clone() };
        write!(f, "{}.{}.{}", or(&self.kind, "[noKind]"), or(&self.version, "[noVer]"), or(&self.group, "[noGrp]"))
    }
}

/// What an object is called now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceId {
    /// Its type.
    pub gvk: Gvk,
    /// `metadata.name`.
    pub name: SmolStr,
    /// `metadata.namespace`; empty if it has none.
    pub namespace: SmolStr,
    /// Whether the type certainly lives outside of namespaces; looked up once.
    cluster_scoped: bool,
}

impl ResourceId {
    fn of(value: &Value, keys: &MergeKeys) -> Self {
        let gvk = Gvk::new(scalar_text(value.get("apiVersion")), scalar_text(value.get("kind")));
        let (name, namespace) = written_name(value);
        let cluster_scoped = keys.is_cluster_scoped(&gvk.group, &gvk.version, &gvk.kind).unwrap_or_default();
        Self { gvk, name: name.into(), namespace: namespace.into(), cluster_scoped }
    }

    /// Reads the identity anew after a change. Most changes leave most of it as it was.
    fn refresh(&mut self, value: &Value, schema: Option<&Arc<MergeKeys>>) {
        if !self.gvk.is_written(scalar_text(value.get("apiVersion")), scalar_text(value.get("kind"))) {
            *self = Self::of(value, schema.map_or(MergeKeys::built_in(), AsRef::as_ref));
            return;
        }
        let (name, namespace) = written_name(value);
        if self.name != name {
            self.name = name.into();
        }
        if self.namespace != namespace {
            self.namespace = namespace.into();
        }
    }

    /// Whether the object certainly lives outside of namespaces.
    pub fn is_cluster_scoped(&self) -> bool {
        self.cluster_scoped
    }

    /// The namespace for comparisons: `default` if none is given, and a name that no namespace can have for objects outside of namespaces.
    pub fn effective_namespace(&self) -> &str {
        effective_namespace(&self.namespace, self.cluster_scoped)
    }

    /// Whether both name the same object: the same type and name, and the same effective namespace.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk && self.effective_namespace() == other.effective_namespace()
    }
}

impl fmt::Display for ResourceId {
    /// `kind.version.group/name.namespace`, as kustomize prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &SmolStr, missing: &str| if text.is_empty() { missing.into() } else { text.clone() };
        write!(f, "{}/{}.{}", self.gvk, or(&self.name, "[noName]"), or(&self.namespace, "[noNs]"))
    }
}

/// Name and namespace in the metadata of an object; empty where there is none.
fn written_name(value: &Value) -> (&str, &str) {
    let metadata = value.get("metadata");
    let field = |key| metadata.and_then(|metadata| metadata.get(key)).filter(|value| !value.is_null());
    (scalar_text(field("name")), scalar_text(field("namespace")))
}

fn effective_namespace(namespace: &str, cluster_scoped: bool) -> &str {
    match namespace {
        _ if cluster_scoped => NO_NAMESPACE,
        "" => "default",
        namespace => namespace,
    }
}

/// What an object was called before a transformer renamed it. Group and version are those it has now: kustomize does not remember old ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousId {
    /// The kind it had.
    pub kind: SmolStr,
    /// The name it had.
    pub name: SmolStr,
    /// The effective namespace it had.
    pub namespace: SmolStr,
}

/// How a generated object meets one that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Nothing was said; the object must be new.
    #[default]
    Unspecified,
    /// The object must be new.
    Create,
    /// The data replaces those of an existing object.
    Replace,
    /// The data is merged over those of an existing object.
    Merge,
}

/// Where an object came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// It was written in a file.
    Document {
        /// Where the object starts.
        origin: Origin,
        /// The number of its document in the file, from 0.
        index: u32,
    },
    /// A generator in a kustomization made it.
    Generated {
        /// Where the generator's entry stands.
        origin: Origin,
    },
}

impl Provenance {
    /// The place to point at.
    pub fn origin(self) -> Origin {
        match self {
            Self::Document { origin, .. } | Self::Generated { origin } => origin,
        }
    }
}

/// One object of a build.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Shared with the file and with the bases that hold the same object, until it is changed.
    value: Arc<Value>,
    id: ResourceId,
    previous: Vec<PreviousId>,
    pub(super) prefixes: Vec<SmolStr>,
    pub(super) suffixes: Vec<SmolStr>,
    pub(super) behavior: Behavior,
    pub(super) needs_hash: bool,
    /// The variables that take their values from it.
    pub(super) variables: Vec<SmolStr>,
    provenance: Provenance,
    /// The first key that was no string when the object was read.
    pub(super) odd_key: Option<Spot>,
    /// The scalars of its document that become strings in the end.
    pub(super) in_flow: Option<Arc<InFlow>>,
    /// What tells which kinds live outside of namespaces, if it is not the built-in schema.
    schema: Option<Arc<MergeKeys>>,
}

impl Resource {
    pub(super) fn new(value: Value, provenance: Provenance) -> Self {
        let id = ResourceId::of(&value, MergeKeys::built_in());
        let mut resource = Self {
            value: Arc::new(value),
            id,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::default(),
            needs_hash: false,
            variables: Vec::new(),
            provenance,
            odd_key: None,
            in_flow: None,
            schema: None,
        };
        resource.needs_hash = resource.annotation("internal.config.kubernetes.io/needsHashSuffix") == Some("enabled");
        resource
    }

    /// The object.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object, shared.
    pub fn shared_value(&self) -> Arc<Value> {
        Arc::clone(&self.value)
    }

    /// What it is called.
    pub fn id(&self) -> &ResourceId {
        &self.id
    }

    /// What it was called before, oldest first.
    pub fn previous_ids(&self) -> &[PreviousId] {
        &self.previous
    }

    /// Where it came from.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// Name and effective namespace under which it was first loaded.
    pub(super) fn original_name(&self) -> &SmolStr {
        self.previous.first().map_or(&self.id.name, |previous| &previous.name)
    }

    pub(super) fn original_kind(&self) -> &SmolStr {
        self.previous.first().map_or(&self.id.gvk.kind, |previous| &previous.kind)
    }

    pub(super) fn original_namespace(&self) -> &str {
        self.previous.first().map_or_else(|| self.id.effective_namespace(), |previous| &previous.namespace)
    }

    /// The type under which it was first loaded.
    pub(super) fn original_gvk(&self) -> Gvk {
        Gvk { kind: self.original_kind().clone(), ..self.id.gvk.clone() }
    }

    /// Whether it is or ever was the object that `id` names.
    pub(super) fn was(&self, id: &ResourceId) -> bool {
        let same_before = |previous: &PreviousId| {
            previous.name == id.name
                && previous.kind == id.gvk.kind
                && self.id.gvk.group == id.gvk.group
                && self.id.gvk.version == id.gvk.version
                && previous.namespace == id.effective_namespace()
        };
        self.id.is_same(id) || self.previous.iter().any(same_before)
    }

    /// Whether kustomize has put annotations of its own on the object by now.
    pub(super) fn has_build_annotations(&self) -> bool {
        !self.previous.is_empty() || self.needs_hash || self.behavior != Behavior::Unspecified
    }

    /// Remembers what it is called now, before something renames it.
    pub(super) fn remember_id(&mut self) {
        self.previous.push(PreviousId {
            kind: self.id.gvk.kind.clone(),
            name: self.id.name.clone(),
            namespace: self.id.effective_namespace().into(),
        });
    }

    /// Lets another schema tell which kinds live outside of namespaces.
    pub(super) fn set_schema(&mut self, schema: &Arc<MergeKeys>) {
        self.schema = Some(Arc::clone(schema));
        self.id = ResourceId::of(&self.value, schema);
    }

    /// Changes the object. The identity is read anew afterwards.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&mut Value) -> T) -> T {
        let result = change(Arc::make_mut(&mut self.value));
        self.id.refresh(&self.value, self.schema.as_ref());
        result
    }

    /// Takes the object out while its references are mended; the identity stays.
    pub(super) fn detach(&mut self) -> Value {
        Arc::unwrap_or_clone(std::mem::replace(&mut self.value, Arc::new(Value::null())))
    }

    /// Puts the object back.
    pub(super) fn attach(&mut self, value: Value) {
        self.value = Arc::new(value);
        self.id.refresh(&self.value, self.schema.as_ref());
    }

    /// Takes over identity, labels and annotations of the object that this generated one merges into or replaces.
    pub(super) fn take_identity_of(&mut self, old: &Self) {
        self.behavior = old.behavior;
        self.needs_hash &= old.needs_hash;
        self.previous.clone_from(&old.previous);
        self.prefixes.clone_from(&old.prefixes);
        self.suffixes.clone_from(&old.suffixes);
        self.variables.clone_from(&old.variables);
        let metadata = old.value.get("metadata");
        self.change(|value| {
            let Some(own) = value.get_mut("metadata").and_then(Value::as_mapping_mut) else { return };
            for key in ["labels", "annotations"] {
                merge_strings(own, key, metadata.and_then(|metadata| metadata.get(key)));
            }
            for key in ["name", "namespace"] {
                match metadata.and_then(|metadata| metadata.get(key)) {
                    Some(value) => own.insert(key.into(), value.clone()),
                    None => own.shift_remove(key),
                };
            }
        });
    }

    /// Merges the strings below `key` of another object under its own.
    pub(super) fn merge_data(&mut self, key: &str, old: &Self) {
        self.change(|value| {
            if let Some(own) = value.as_mapping_mut() {
                merge_strings(own, key, old.value.get(key));
            }
        });
    }

    /// The text of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        let value = self.value.pointer(&["metadata", "annotations"])?.get(key)?;
        Some(scalar_text(Some(value)))
    }

    /// Whether nothing is left of it.
    pub(super) fn is_empty(&self) -> bool {
        is_empty(&self.value)
    }
}

/// Whether kustomize takes a value for nothing: null, `{}` or `[]`.
pub(super) fn is_empty(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(scalar) => scalar.kind == Type::Null,
        Content::Sequence(items) => items.is_empty(),
        Content::Mapping(mapping) => mapping.is_empty(),
    }
}

/// The text of a scalar, whatever its type; empty for anything else.
pub(super) fn scalar_text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_scalar).map_or("", |scalar| scalar.text.as_str())
}

/// Lays the mapping `key` of `own` over `old`; all values become strings, and an empty result disappears.
fn merge_strings(own: &mut Mapping, key: &str, old: Option<&Value>) {
    let strings = |value: Option<&Value>| -> Vec<(SmolStr, Value)> {
        let entries = value.and_then(Value::as_mapping).into_iter().flatten();
        let text = |value: &Value| if value.is_null() { "" } else { scalar_text(Some(value)) }.to_owned();
        entries.map(|(key, value)| (key.clone(), Value::string(text(value)).at(value.origin))).collect()
    };
    let mut merged = strings(old);
    merged.extend(strings(own.get(key)));
    if merged.is_empty() {
        own.shift_remove(key);
    } else {
        let origin = own.get(key).map_or(Origin::NONE, |value| value.origin);
        own.insert(key.into(), merged.into_iter().collect::<Value>().at(origin));
    }
}
