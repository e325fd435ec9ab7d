//! Objects that make a controller apply something: Flux Kustomizations, FluxInstances, Applications and what they come from.
//!
//! Owns which object declares which units. Must not know how a unit is rendered, nor where the object came from.

use smol_str::SmolStr;

use super::{Ground, UnitId};
use crate::{
    argo::{self, Application},
    flux::{FluxKustomization, group, is_resource_set, sync_of},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    yaml::{Origin, Value},
};

/// Namespaces that controllers look into where an object does not say its own.
const FLUX_NAMESPACE: &str = "flux-system";
pub(super) const ARGO_NAMESPACE: &str = "argocd";

/// What one object asks a controller to apply.
#[derive(Clone, Debug)]
pub(super) enum Declaration {
    /// A Flux Kustomization, or the one that a FluxInstance makes.
    Flux(Box<FluxKustomization>),
    /// An Application.
    Application(Box<Application>),
    /// An ApplicationSet, which is no unit itself.
    ApplicationSet,
    /// A ResourceSet.
    ResourceSet,
}

impl Declaration {
    /// What an object declares; `None` for most objects.
    pub(super) fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !may_declare(&id.group, &id.kind) {
            return None;
        }
        if id.is(argo::GROUP, "Application") {
            return Application::of(id, value).map(|one| Self::Application(Box::new(one)));
        }
        if id.is(argo::GROUP, "ApplicationSet") {
            return value.get("spec").map(|_| Self::ApplicationSet);
        }
        if is_resource_set(id) {
            return value.get("spec").map(|_| Self::ResourceSet);
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
            Self::ResourceSet => UnitId::ResourceSet(namespace_or(id, FLUX_NAMESPACE), id.name.clone()),
            Self::Application(_) | Self::ApplicationSet => {
                UnitId::Argo(namespace_or(id, ARGO_NAMESPACE), id.name.clone())
            }
        }
    }
}

fn namespace_or(id: &ObjectId, default: &str) -> SmolStr {
    id.namespace.clone().unwrap_or_else(|| default.into())
}

/// Whether objects of this kind may declare units.
pub(super) fn may_declare(of: &str, kind: &str) -> bool {
    match kind {
        "Kustomization" => of == group::KUSTOMIZE,
        "FluxInstance" | "ResourceSet" => of == group::OPERATOR,
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

/// Where the Git generators of an ApplicationSet look, those inside of other generators among them, in the form of sources.
fn generator_sources(set: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut pending: Vec<&Value> = set.pointer(&["spec", "generators"]).into_iter().collect();
    while let Some(generators) = pending.pop() {
        for generator in generators.as_sequence().unwrap_or_default() {
            pending.extend(["matrix", "merge"].iter().filter_map(|kind| generator.pointer(&[kind, "generators"])));
            let Some(git) = generator.get("git") else { continue };
            let items = ["directories", "files"].iter().filter_map(|key| git.get(key)?.as_sequence()).flatten();
            for path in items.filter_map(|item| item.get("path")?.as_scalar()) {
                // The directory above the first part that is a pattern.
                let fixed: Vec<&str> =
                    path.text.split('/').take_while(|part| !part.contains(['*', '?', '{', '['])).collect();
                if let Some(url) = git.get("repoURL") {
                    let entries = [("repoURL".into(), url.clone()), ("path".into(), Value::string(fixed.join("/")))];
                    found.push(Value::from_iter(entries));
                }
            }
        }
    }
    found
}

/// The Applications among the candidates, and what `ApplicationSets` say of theirs, as far as it tells where they come from.
pub(super) fn applications(candidates: &[Candidate]) -> Vec<Application> {
    let of = |candidate: &Candidate| match &candidate.declaration {
        Declaration::Application(one) => Some((**one).clone()),
        Declaration::ApplicationSet => {
            let value = &candidate.object.value;
            let templated = value.pointer(&["spec", "template", "spec"]).and_then(|spec| spec.get("sources"));
            let templated = templated.and_then(Value::as_sequence).unwrap_or_default().iter();
            let single = value.pointer(&["spec", "template", "spec", "source"]).into_iter();
            let sources: Vec<Value> = templated.chain(single).cloned().chain(generator_sources(value)).collect();
            let spec = Value::from_iter([("sources".into(), Value::sequence(sources))]);
            let id = ObjectId { kind: "Application".into(), ..candidate.object.id.clone() };
            Application::of(&id, &Value::from_iter([("spec".into(), spec)]))
        }
        Declaration::Flux(_) | Declaration::ResourceSet => None,
    };
    candidates.iter().filter_map(of).collect()
}
