//! What makes an object that object: group, version, kind, namespace, name.
//!
//! Must not know files.

use std::fmt;

use smol_str::SmolStr;

use crate::yaml::{Node, Value};

/// A kind in its API group, whatever the version.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupKind {
    /// The API group; empty for the core group.
    pub group: SmolStr,
    /// The kind.
    pub kind: SmolStr,
}

/// The identity of one object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    /// The API group; empty for the core group.
    pub group: SmolStr,
    /// The version in the group.
    pub version: SmolStr,
    /// The kind.
    pub kind: SmolStr,
    /// The namespace, if one is written.
    pub namespace: Option<SmolStr>,
    /// The name; empty if there is none (`generateName`, lists, kustomizations).
    pub name: SmolStr,
}

impl ObjectId {
    /// Reads the identity of a document; `None` if it has no `apiVersion` or no `kind`, so is no Kubernetes object.
    pub fn of_node(root: Node<'_>) -> Option<Self> {
        let text = |keys: &[&str]| root.at(keys).and_then(Node::text);
        Self::from_parts(
            text(&["apiVersion"])?,
            text(&["kind"])?,
            text(&["metadata", "namespace"]),
            text(&["metadata", "name"]),
        )
    }

    /// Reads the identity of an owned value, in the same way.
    pub fn of_value(value: &Value) -> Option<Self> {
        let text = |keys: &[&str]| value.pointer(keys)?.as_scalar().map(|scalar| scalar.text.as_str());
        Self::from_parts(
            text(&["apiVersion"])?,
            text(&["kind"])?,
            text(&["metadata", "namespace"]),
            text(&["metadata", "name"]),
        )
    }

    fn from_parts(api_version: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> Option<Self> {
        if api_version.is_empty() || kind.is_empty() {
            return None;
        }
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Some(Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
            namespace: namespace.filter(|namespace| !namespace.is_empty()).map(SmolStr::from),
            name: name.unwrap_or_default().into(),
        })
    }

    /// Whether the object is of this group and kind, in any version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// Group and kind.
    pub fn group_kind(&self) -> GroupKind {
        GroupKind { group: self.group.clone(), kind: self.kind.clone() }
    }

    /// `apiVersion` as it is written.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_string() } else { format!("{}/{}", self.group, self.version) }
    }
}

impl fmt::Display for ObjectId {
    /// Writes `Kind namespace/name`, the way people name an object.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}
