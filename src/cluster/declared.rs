//! Objects that make a controller apply something: Flux Kustomizations, FluxInstances, Applications and what they come from.
//!
//! Owns which object declares which units. Must not know how a unit is rendered, nor where the object came from.

use smol_str::SmolStr;

use super::{Ground, UnitId};
use crate::{
    argo,
    flux::{FluxKustomization, group, sync_of},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    yaml::{Origin, Value},
};

/// Namespaces that controllers look into where an object does not say its own.
const FLUX_NAMESPACE: &str = "flux-system";
const ARGO_NAMESPACE: &str = "argocd";

/// What one object asks a controller to apply.
#[derive(Clone, Debug)]
pub(super) enum Declaration {
    /// A Flux Kustomization, or the one that a FluxInstance makes.
    Flux(Box<FluxKustomization>),
    /// An Application.
    Application,
    /// An ApplicationSet, which is no unit itself.
    ApplicationSet,
}

impl Declaration {
    /// What an object declares; `None` for most objects.
    pub(super) fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !may_declare(&id.group, &id.kind) {
            return None;
        }
        if id.is(argo::GROUP, "Application") {
            return value.get("spec").map(|_| Self::Application);
        }
        if id.is(argo::GROUP, "ApplicationSet") {
            return value.get("spec").map(|_| Self::ApplicationSet);
        }
        FluxKustomization::of(id, value).or_else(|| sync_of(id, value)).map(|one| Self::Flux(Box::new(one)))
    }

    /// The name of the unit.
    pub(super) fn unit_id(&self, id: &ObjectId) -> UnitId {
        match self {
            Self::Flux(one) if one.makes_source => {
                // The operator gives the Kustomization the name of the source that it makes along with it.
                let source = one.source.as_ref();
                let namespace = source.and_then(|source| source.namespace.clone()).or_else(|| id.namespace.clone());
                let name = source.map_or_else(|| FLUX_NAMESPACE.into(), |source| source.name.clone());
                UnitId::Flux(namespace.unwrap_or_else(|| FLUX_NAMESPACE.into()), name)
            }
            Self::Flux(_) => UnitId::Flux(namespace_or(id, FLUX_NAMESPACE), id.name.clone()),
            Self::Application | Self::ApplicationSet => UnitId::Argo(namespace_or(id, ARGO_NAMESPACE), id.name.clone()),
        }
    }
}

fn namespace_or(id: &ObjectId, default: &str) -> SmolStr {
    id.namespace.clone().unwrap_or_else(|| default.into())
}

/// Whether objects of this kind may declare units.
fn may_declare(of: &str, kind: &str) -> bool {
    match kind {
        "Kustomization" => of == group::KUSTOMIZE,
        "FluxInstance" => of == group::OPERATOR,
        "HelmRelease" => of == group::HELM,
        "Application" | "ApplicationSet" => of == argo::GROUP,
        _ => false,
    }
}

/// An object that stands in a file and declares something: a root, unless something applies it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) object: RenderedObject,
    pub(super) declaration: Declaration,
    pub(super) unit: UnitId,
}

impl Candidate {
    /// All candidates of a view, by file and place.
    pub(super) fn all(ground: &Ground<'_>) -> Vec<Self> {
        let files = ground.files.iter().filter(|file| file.may_declare);
        let objects = files.flat_map(|file| {
            let objects = super::ground::objects_in(file.stream);
            objects.filter(|(id, _)| may_declare(&id.group, &id.kind)).filter_map(|(id, node)| file.object(id, node))
        });
        objects
            .filter_map(|object| {
                let declaration = Declaration::of(&object.id, &object.value)?;
                let unit = declaration.unit_id(&object.id);
                Some(Self { object, declaration, unit })
            })
            .collect()
    }

    /// The file that declares it.
    pub(super) fn path(&self) -> &RepoPath {
        &self.object.path
    }

    /// Where it is declared.
    pub(super) fn origin(&self) -> Origin {
        self.object.origin()
    }

    /// The Flux Kustomization, if it is one.
    pub(super) fn flux(&self) -> Option<&FluxKustomization> {
        if let Declaration::Flux(one) = &self.declaration { Some(one) } else { None }
    }
}
