//! Names that were changed are changed wherever other objects refer to them.
//!
//! Owns the choice among several objects that could be meant. Must not know who changed the names.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use smol_str::SmolStr;

use super::{
    field::{self, FieldError},
    set_text,
};
use crate::{
    kustomize::{
        field_spec::{FieldSpec, Leaf},
        file::File,
        problem::{Problem, ProblemKind},
        resource::{Gvk, Resource, ResourceId, scalar_text},
        resource_set::ResourceSet,
        session::Session,
        transformer_config::TransformerConfig,
    },
    yaml::{Content, Origin, Value},
};

/// Mends the references of all objects.
pub(in super::super) fn apply(
    session: &Session,
    fallback: &File,
    config: &Arc<TransformerConfig>,
    set: &mut ResourceSet,
    collect: &mut dyn FnMut(Box<Problem>) -> Result<(), Box<Problem>>,
) -> Result<(), Box<Problem>> {
    for resource in set.iter().filter(|resource| has_blank_subject(resource)) {
        let label = session.files.label(resource.provenance().origin(), fallback, "");
        let message = format!("namespace is blank for a subject of `{}`", resource.id());
        collect(Problem::new(ProblemKind::TransformerFails, label, message))?;
    }
    if set.iter().all(|resource| resource.previous_ids().is_empty()) {
        return Ok(());
    }
    let namespaces = Namespaces::of(set);
    let owned;
    let references = if config.is_built_in() {
        References::built_in()
    } else {
        owned = References::new(config);
        &owned
    };
    for position in 0..set.len() {
        let Some(mut value) = set.detach(position) else { continue };
        let result = set.get(position).map_or(Ok(()), |resource| {
            let referrer = Referrer::new(resource, &value, set, &namespaces);
            referrer.mend(resource, references, &mut value)
        });
        set.attach(position, value);
        if let Err(error) = result {
            let id = set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
            let label = session.files.label(error.origin, fallback, "");
            let message = format!("updating name reference in `{}` field of `{id}`: {}", error.path, error.message);
            collect(Problem::new(ProblemKind::AmbiguousReference, label, message))?;
        }
    }
    Ok(())
}

/// Whether a role binding names a service account whose namespace is written, but not as a text. kustomize refuses to look for it.
fn has_blank_subject(resource: &Resource) -> bool {
    if resource.id().gvk.kind != "RoleBinding" || resource.id().is_cluster_scoped() {
        return false;
    }
    let subjects = resource.value().get("subjects").and_then(Value::as_sequence).unwrap_or_default();
    subjects.iter().any(|subject| {
        scalar_text(subject.get("kind")) == "ServiceAccount"
            && subject.get("namespace").is_some_and(|namespace| namespace.as_str().is_none())
    })
}

/// What a reference has room for.
#[derive(Clone, Copy)]
enum Room<'n> {
    /// A name alone.
    Name,
    /// A name and a namespace, which may be there.
    Namespace(Option<&'n str>),
}

/// A field that refers to objects of a type.
#[derive(Clone, Copy)]
struct Reference<'c> {
    target: &'c FieldSpec,
    field: &'c FieldSpec,
}

/// References by the kind that has them; those of all kinds are in every entry, and alone in that of the empty kind.
struct References<'c>(HashMap<&'c str, Vec<Reference<'c>>>);

impl<'c> References<'c> {
    fn new(config: &'c TransformerConfig) -> Self {
        let all = || {
            let entries = config.name_reference.iter();
            entries.flat_map(|entry| entry.referrers.iter().map(|field| Reference { target: &entry.target, field }))
        };
        let kinds: HashSet<&str> = all().map(|reference| &*reference.field.kind).chain([""]).collect();
        let of_kind = |kind: &str| {
            all().filter(|reference| reference.field.kind.is_empty() || reference.field.kind == kind).collect()
        };
        Self(kinds.into_iter().map(|kind| (kind, of_kind(kind))).collect())
    }

    /// The references that are built in.
    fn built_in() -> &'static References<'static> {
        static BUILT_IN: LazyLock<References<'static>> =
            LazyLock::new(|| References::new(TransformerConfig::built_in()));
        &BUILT_IN
    }

    /// The fields of a type that refer to others, in the order in which kustomize mends them.
    fn of(&self, gvk: &Gvk) -> impl Iterator<Item = Reference<'c>> {
        let references = self.0.get(gvk.kind.as_str()).or_else(|| self.0.get(""));
        let applies = |reference: &&Reference<'_>| reference.field.applies_to(&gvk.group, &gvk.version, &gvk.kind);
        references.into_iter().flatten().filter(applies).copied()
    }
}

/// For each namespace that objects were in at first, those that they are in now.
struct Namespaces(HashMap<SmolStr, HashSet<SmolStr>>);

impl Namespaces {
    fn of(set: &ResourceSet) -> Self {
        let mut namespaces: HashMap<SmolStr, HashSet<SmolStr>> = HashMap::new();
        for resource in set.iter() {
            let now = resource.id().effective_namespace().into();
            namespaces.entry(resource.original_namespace().into()).or_default().insert(now);
        }
        Self(namespaces)
    }
}

/// An object that may refer to others.
struct Referrer<'a> {
    id: &'a ResourceId,
    resource: &'a Resource,
    set: &'a ResourceSet,
    namespaces: &'a Namespaces,
    /// Namespaces of the service accounts that a role binding names: it may refer into them.
    bound: Vec<SmolStr>,
    /// What a role binding binds.
    role: Option<(SmolStr, SmolStr)>,
}

impl<'a> Referrer<'a> {
    fn new(resource: &'a Resource, value: &Value, set: &'a ResourceSet, namespaces: &'a Namespaces) -> Self {
        let id = resource.id();
        let text = |value: &Value, key| value.get(key).map(|value| SmolStr::from(scalar_text(Some(value))));
        let subjects = value.get("subjects").and_then(Value::as_sequence).filter(|_| id.gvk.kind == "RoleBinding");
        let accounts = subjects.unwrap_or_default().iter();
        let accounts = accounts.filter(|subject| scalar_text(subject.get("kind")) == "ServiceAccount");
        let bound = accounts.filter_map(|subject| text(subject, "namespace")).collect();
        let role = value.get("roleRef").and_then(|role| Some((text(role, "apiGroup")?, text(role, "kind")?)));
        Self { id, resource, set, namespaces, bound, role }
    }

    fn mend(&self, resource: &Resource, references: &References<'_>, value: &mut Value) -> Result<(), FieldError> {
        let gvk = resource.original_gvk();
        for reference in references.of(&gvk) {
            field::visit(value, reference.field, Leaf::Nothing, &mut |field| self.set(field, &reference))?;
        }
        Ok(())
    }

    fn set(&self, field: &mut Value, reference: &Reference<'_>) -> Result<(), FieldError> {
        if let Content::Sequence(items) = &mut field.content {
            return items.iter_mut().try_for_each(|item| match item.content {
                Content::Sequence(_) => Err(FieldError::new(item, "expected a name or a mapping with a name")),
                _ => self.set(item, reference),
            });
        }
        if field.is_null() {
            return Ok(());
        }
        if field.as_mapping().is_some() {
            return self.set_mapping(field, reference);
        }
        let old = scalar_text(Some(field));
        let Some(found) = self.select(old, Room::Name, reference, field)? else { return Ok(()) };
        if found.id().name != old {
            set_text(field, found.id().name.clone());
            field.origin = set_at(found, "name");
        }
        Ok(())
    }

    fn set_mapping(&self, field: &mut Value, reference: &Reference<'_>) -> Result<(), FieldError> {
        let Some(name) = field.get("name") else {
            return Err(FieldError::new(field, "path config error; no 'name' field in node"));
        };
        let old = scalar_text(Some(name));
        let namespace = field.get("namespace").map(|namespace| scalar_text(Some(namespace)));
        let Some(found) = self.select(old, Room::Namespace(namespace), reference, field)? else { return Ok(()) };
        let (name, namespace) = (found.id().name.clone(), found.id().namespace.clone());
        if name == old && namespace.is_empty() {
            return Ok(());
        }
        let mut put = |key: &str, text: SmolStr| {
            let origin = set_at(found, key);
            if let Some(mapping) = field.as_mapping_mut() {
                // What is there keeps its quotes, or their absence; what is new is a string.
                match mapping.get_mut(key) {
                    Some(value) => {
                        if scalar_text(Some(value)) != text {
                            value.origin = origin;
                        }
                        set_text(value, text);
                    }
                    None => drop(mapping.insert(key.into(), Value::string(text).at(origin))),
                }
            }
        };
        put("name", name);
        if !namespace.is_empty() {
            put("namespace", namespace);
        }
        Ok(())
    }

    /// The object that is meant by a name that something had before. `room` says what stands beside it.
    fn select(
        &self,
        name: &str,
        room: Room<'_>,
        reference: &Reference<'_>,
        field: &Value,
    ) -> Result<Option<&'a Resource>, FieldError> {
        let mut candidates: Vec<&Resource> = self
            .set
            .named(name)
            .filter_map(|position| self.set.get(position))
            .filter(|candidate| candidate.previous_ids().iter().any(|previous| previous.name == name))
            .filter(|candidate| {
                was_selected(candidate, &reference.target.group, &reference.target.version, &reference.target.kind)
            })
            .filter(|candidate| self.could_refer_to(candidate))
            .collect();
        if let Room::Namespace(Some(namespace)) = room {
            self.keep_in_namespace(&mut candidates, namespace);
        }
        if let Some((group, kind)) = self.role.as_ref().filter(|_| reference.field.path.ends_with("roleRef/name")) {
            candidates.retain(|candidate| was_selected(candidate, group, "", kind));
        }
        candidates.retain(|candidate| self.shares_namespace(candidate));
        if candidates.len() > 1 || candidates.is_empty() {
            candidates.retain(|candidate| same_affixes(self.resource, candidate, true));
        } else {
            return Ok(candidates.pop());
        }
        if candidates.len() > 1 {
            candidates.retain(|candidate| same_affixes(self.resource, candidate, false));
        }
        let Some((first, others)) = candidates.split_first() else { return Ok(None) };
        let alike = |other: &&Resource| {
            other.id().name == first.id().name
                && (matches!(room, Room::Name) || other.id().namespace == first.id().namespace)
        };
        if others.iter().all(alike) {
            return Ok(Some(first));
        }
        let ids: Vec<String> = candidates.iter().map(|candidate| candidate.id().to_string()).collect();
        Err(FieldError::new(field, format!("found multiple possible referrals: {}", ids.join(", "))))
    }

    /// Namespaced objects refer within their namespace, to objects outside of namespaces, and into namespaces of bound service accounts.
    fn could_refer_to(&self, candidate: &Resource) -> bool {
        let id = candidate.id();
        self.id.is_cluster_scoped()
            || id.is_cluster_scoped()
            || id.effective_namespace() == self.id.effective_namespace()
            || self.bound.contains(&id.namespace)
    }

    fn shares_namespace(&self, candidate: &Resource) -> bool {
        let id = candidate.id();
        self.id.is_cluster_scoped()
            || id.is_cluster_scoped()
            || id.gvk.kind == "ServiceAccount"
            || id.effective_namespace() == self.id.effective_namespace()
    }

    /// A namespace beside the name means the one before the build where anything was in it, else the one after.
    fn keep_in_namespace(&self, candidates: &mut Vec<&Resource>, namespace: &str) {
        let in_reach = |now: &SmolStr| {
            self.id.is_cluster_scoped() || now == self.id.effective_namespace() || self.bound.contains(now)
        };
        let before = self.namespaces.0.get(namespace).is_some_and(|now| now.iter().any(in_reach));
        candidates.retain(|candidate| {
            let of_candidate =
                if before { candidate.original_namespace() } else { candidate.id().effective_namespace() };
            of_candidate == namespace
        });
    }
}

/// What set the name or namespace of an object, and with it the reference.
fn set_at(found: &Resource, key: &str) -> Origin {
    let value = found.value().get("metadata").and_then(|metadata| metadata.get(key));
    value.map_or(Origin::NONE, |value| value.origin)
}

/// Whether the object ever had a type that fits; empty parts fit all.
fn was_selected(resource: &Resource, group: &str, version: &str, kind: &str) -> bool {
    let gvk = &resource.id().gvk;
    let fits = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
    fits(group, &gvk.group)
        && fits(version, &gvk.version)
        && resource.previous_ids().iter().any(|previous| fits(kind, &previous.kind))
}

/// Whether two objects were given the same prefixes and suffixes, as far as the shorter lists go, seen from the last.
fn same_affixes(a: &Resource, b: &Resource, allow_none: bool) -> bool {
    let same = |a: &[SmolStr], b: &[SmolStr]| {
        if a.is_empty() || b.is_empty() {
            return allow_none || (a.is_empty() && b.is_empty());
        }
        a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b)
    };
    same(&a.prefixes, &b.prefixes) && same(&a.suffixes, &b.suffixes)
}
