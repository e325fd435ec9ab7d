//! What happens in the cluster to an object that the repository has no more.
//!
//! Facts from kustomize-controller (pruning, `spec.deletionPolicy`) and Argo CD (`syncPolicy.automated.prune`, finalizers, sync options). Must not know any
//! particular danger.

use super::{scope::Whole, seen::Seen};
use crate::{
    cluster::{Unit, UnitKind},
    diagnostic::Severity,
    project::Object,
    yaml::Value,
};

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its controller deletes it.
    Deleted,
    /// It stays, and nobody looks after it any more.
    Left,
    /// Who applied it decides.
    Unknown,
    /// Nothing yet: its controller cannot apply what the repository says now.
    Kept,
}

/// What happens to the object that is gone.
pub(super) fn of(seen: &Seen<'_, '_>, object: &Object) -> Fate {
    let Some(unit) = seen.old_unit() else { return Fate::Unknown };
    if keeps(object) { Fate::Left } else { of_unit(seen.whole, object.unit, unit) }
}

/// Whether the object says that nobody may delete it.
fn keeps(object: &Object) -> bool {
    let annotation = |key: &str| object.value.pointer(&["metadata", "annotations", key]).and_then(Value::as_str);
    let label = object.value.pointer(&["metadata", "labels", "kustomize.toolkit.fluxcd.io/prune"]);
    let disabled = annotation("kustomize.toolkit.fluxcd.io/prune").or_else(|| label.and_then(Value::as_str));
    disabled == Some("disabled")
        || annotation("argocd.argoproj.io/sync-options")
            .is_some_and(|options| options.split(',').any(|option| option.trim() == "Prune=false"))
}

/// What happens to what a unit applied and applies no more.
fn of_unit(whole: &Whole<'_, '_>, at: usize, old: &Unit) -> Fate {
    let new = whole.new_of(at);
    match old.kind {
        UnitKind::Flux => match (new, &old.flux) {
            (Some(new), _) if is_broken(new) => Fate::Kept,
            (Some(new), _) => new.flux.as_ref().map_or(Fate::Deleted, |flux| pruned(flux.prune)),
            (None, flux) => {
                with_unit(whole, old, || flux.as_ref().is_none_or(|flux| cleans_up(flux.prune, &flux.spec)))
            }
        },
        UnitKind::Argo => match new {
            Some(new) if is_broken(new) => Fate::Kept,
            Some(new) => pruned(declared(whole, new, true).is_some_and(|one| automated_prune(&one.value))),
            None => match declared(whole, old, false) {
                // The controller of the set deletes what the set makes no more.
                Some(set) if is_set(&set.value) && is_there(whole, set) => {
                    pruned(deletes_applications(&set.value) && cleans_up_behind(&set.value))
                }
                declared => with_unit(whole, old, || declared.is_some_and(|one| cleans_up_behind(&one.value))),
            },
        },
        UnitKind::Bare | UnitKind::Loose => Fate::Unknown,
    }
}

/// Whether a unit cannot be applied.
fn is_broken(unit: &Unit) -> bool {
    unit.problems.iter().any(|problem| problem.severity == Severity::Error)
}

fn pruned(is_pruned: bool) -> Fate {
    if is_pruned { Fate::Deleted } else { Fate::Left }
}

/// What happens along with a unit that is gone: nothing, if the object that declares it stays.
fn with_unit(whole: &Whole<'_, '_>, old: &Unit, cleans_up: impl Fn() -> bool) -> Fate {
    let Some(parent) = old.parent else { return Fate::Unknown };
    let declared = whole.comparison.old_unit(Some(parent));
    match declared.map(|unit| of_unit(whole, parent, unit)) {
        Some(Fate::Deleted) => pruned(cleans_up()),
        Some(fate) => fate,
        None => Fate::Unknown,
    }
}

/// Whether a Flux Kustomization deletes what it applied when it is deleted itself.
fn cleans_up(prune: bool, spec: &Value) -> bool {
    match spec.get("deletionPolicy").and_then(Value::as_str) {
        Some("Orphan") => false,
        Some("Delete" | "WaitForTermination") => true,
        _ => prune,
    }
}

/// The object that declares a unit, or the set that makes it.
fn declared<'p>(whole: &Whole<'_, 'p>, unit: &Unit, is_after: bool) -> Option<&'p Object> {
    let project = if is_after { whole.comparison.head } else { whole.comparison.base };
    let id = unit.declared.as_ref()?;
    let named = project.objects().iter().find(|object| object.id == *id);
    named.or_else(|| {
        let is_before = |object: &&Object| {
            let (at, made) = (object.origin(), unit.origin);
            object.id.kind == "ApplicationSet" && at.file == made.file && at.offset <= made.offset
        };
        // In a file of several it is the last one that begins before.
        project.objects().iter().filter(is_before).max_by_key(|object| object.origin().offset)
    })
}

/// Whether an object of the version before is there after the change.
fn is_there(whole: &Whole<'_, '_>, object: &Object) -> bool {
    whole.comparison.head.objects().iter().any(|other| other.id == object.id)
}

fn is_set(declared: &Value) -> bool {
    declared.get("kind").and_then(Value::as_str) == Some("ApplicationSet")
}

/// The Application that is declared, or what all of a set are made of.
fn application(declared: &Value) -> Option<&Value> {
    if is_set(declared) { declared.pointer(&["spec", "template"]) } else { Some(declared) }
}

fn automated_prune(declared: &Value) -> bool {
    let prune = application(declared).and_then(|one| one.pointer(&["spec", "syncPolicy", "automated", "prune"]));
    prune.and_then(Value::as_bool).unwrap_or_default()
}

/// Whether an Application deletes what it applied when it is deleted itself. What a set makes does so, unless it is told to preserve it
/// (argo-cd, `applicationset/utils`: without finalizers of its own an Application gets that of Argo CD).
fn cleans_up_behind(declared: &Value) -> bool {
    let finalizers = application(declared).and_then(|one| one.pointer(&["metadata", "finalizers"])?.as_sequence());
    let finalizers = finalizers.unwrap_or_default();
    let preserves = declared.pointer(&["spec", "syncPolicy", "preserveResourcesOnDeletion"]).and_then(Value::as_bool);
    finalizers.iter().filter_map(Value::as_str).any(|one| one.starts_with("resources-finalizer.argocd.argoproj.io"))
        || is_set(declared) && finalizers.is_empty() && preserves != Some(true)
}

/// Whether a set deletes the Applications that it makes no more.
fn deletes_applications(set: &Value) -> bool {
    let policy = set.pointer(&["spec", "syncPolicy", "applicationsSync"]).and_then(Value::as_str);
    !matches!(policy, Some("create-only" | "create-update"))
}
