//! Flux Kustomizations: what they point to and what they ask for.
//!
//! Facts from kustomize-controller. Must not know how a kustomization is built.

use smol_str::SmolStr;

use super::{SourceRef, group, source::text};
use crate::{
    manifest::ObjectId,
    path::RepoPath,
    yaml::{Origin, Value},
};

/// A Flux Kustomization.
#[derive(Clone, Debug)]
pub struct FluxKustomization {
    /// Its identity.
    pub id: ObjectId,
    /// The directory it applies: `spec.path` joined to the root of the source, which it cannot leave.
    pub path: RepoPath,
    /// Where `spec.path` is written, or the object if it is not.
    pub path_origin: Origin,
    /// The source that the path is relative to.
    pub source: Option<SourceRef>,
    /// `spec.targetNamespace`, and where it is written.
    pub target_namespace: Option<(SmolStr, Origin)>,
    /// Whether variables may be substituted in what it applies.
    pub substitutes: bool,
    /// Whether the source is made together with it, as a FluxInstance does, instead of standing in the repository.
    pub makes_source: bool,
    /// The whole `spec`.
    pub spec: Value,
    /// The Kustomizations that must be ready before it.
    pub depends_on: Vec<Dependency>,
    /// Whether the controller was told to leave it alone.
    pub suspended: bool,
    /// Whether objects that leave the repository leave the cluster, too.
    pub prune: bool,
    /// Whether the controller waits until all objects are ready.
    pub wait: bool,
    /// How encrypted objects are decrypted, if they are.
    pub decryption: Option<Decryption>,
    /// The account in whose name objects are applied.
    pub service_account: Option<SmolStr>,
    /// The Secret, or else the ConfigMap, that leads to another cluster, which the objects are applied to.
    pub kube_config: Option<SmolStr>,
}

/// A `dependsOn` entry: another object of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its namespace; that of the dependent object, if none is written.
    pub namespace: SmolStr,
    /// Its name.
    pub name: SmolStr,
    /// Where the name is written.
    pub origin: Origin,
}

impl Dependency {
    /// The entries of `spec.dependsOn`; those without a name are left out.
    pub fn all(id: &ObjectId, spec: &Value) -> Vec<Self> {
        let entries = spec.get("dependsOn").and_then(Value::as_sequence).unwrap_or_default();
        let read = |entry: &Value| {
            let own = || id.namespace.clone().unwrap_or_default();
            let namespace = text(entry, &["namespace"]).unwrap_or_else(own);
            Some(Self { namespace, name: text(entry, &["name"])?, origin: entry.get("name")?.origin })
        };
        entries.iter().filter_map(read).collect()
    }
}

/// `spec.decryption`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decryption {
    /// The provider; the controller knows `sops`.
    pub provider: SmolStr,
    /// The Secret with the keys.
    pub secret: Option<SmolStr>,
}

impl FluxKustomization {
    /// Reads a Flux Kustomization; `None` for other objects and for those without `spec.sourceRef`, such as patches.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !id.is(group::KUSTOMIZE, "Kustomization") {
            return None;
        }
        let spec = value.get("spec")?;
        let source = SourceRef::of(spec.get("sourceRef")?);
        Some(Self::of_spec(id, spec, source, value.origin))
    }

    /// Reads a `spec` that stands in an object with this identity and place.
    pub(super) fn of_spec(id: &ObjectId, spec: &Value, source: Option<SourceRef>, origin: Origin) -> Self {
        let path = spec.get("path").and_then(|path| Some((path.as_scalar()?.text.clone(), path.origin)));
        let (path, path_origin) = path.unwrap_or_else(|| (SmolStr::default(), origin));
        let is = |key: &str| spec.get(key).and_then(Value::as_bool).unwrap_or_default();
        let kube_config = ["secretRef", "configMapRef"].iter().find_map(|key| text(spec, &["kubeConfig", key, "name"]));
        let decryption = spec.get("decryption").map(|decryption| Decryption {
            provider: text(decryption, &["provider"]).unwrap_or_default(),
            secret: text(decryption, &["secretRef", "name"]),
        });
        Self {
            id: id.clone(),
            path: clamp(&path),
            path_origin,
            source,
            target_namespace: spec.get("targetNamespace").and_then(|name| Some((name.as_str()?.into(), name.origin))),
            substitutes: spec.get("postBuild").is_some(),
            makes_source: false,
            depends_on: Dependency::all(id, spec),
            suspended: is("suspend"),
            prune: is("prune"),
            wait: is("wait"),
            decryption,
            service_account: text(spec, &["serviceAccountName"]),
            kube_config,
            spec: spec.clone(),
        }
    }

    /// The namespace it lies in, empty if none is written.
    pub fn namespace(&self) -> &str {
        self.id.namespace.as_deref().unwrap_or_default()
    }
}

/// Resolves `spec.path`: a leading slash is the root of the source, and `..` stops there.
pub(super) fn clamp(path: &str) -> RepoPath {
    path.split('/').fold(RepoPath::root(), |at, part| match part {
        ".." => at.parent().unwrap_or(at),
        part => at.join(part).unwrap_or(at),
    })
}
