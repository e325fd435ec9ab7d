//! References to sources: `sourceRef` and `chartRef`.
//!
//! Must not know which objects exist.

use smol_str::SmolStr;

use super::group;
use crate::yaml::{Origin, Value};

/// A reference from a Flux object to a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRef {
    /// The kind, such as `HelmRepository`.
    pub kind: SmolStr,
    /// The API group of the kind.
    pub group: SmolStr,
    /// The name.
    pub name: SmolStr,
    /// The namespace, if one is written; else it is that of the referring object.
    pub namespace: Option<SmolStr>,
    /// Where the name is written.
    pub origin: Origin,
}

impl SourceRef {
    /// Reads a reference; `None` if kind or name are missing.
    pub fn of(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_scalar().map(|scalar| scalar.text.clone());
        let group = text("apiVersion")
            .and_then(|version| version.split_once('/').map(|(group, _)| SmolStr::from(group)))
            .unwrap_or_else(|| group::SOURCE.into());
        let name = value.get("name")?;
        Some(Self {
            kind: text("kind")?,
            group,
            name: name.as_scalar()?.text.clone(),
            namespace: text("namespace").filter(|namespace| !namespace.is_empty()),
            origin: name.origin,
        })
    }
}
