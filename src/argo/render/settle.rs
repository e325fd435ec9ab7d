//! The objects of all sources together: their namespaces, and which of several equal ones is applied.
//!
//! From `DeduplicateTargetObjects` in Argo CD's controller. Must not know sources.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::{
    argo::Application,
    diagnostic::{Diagnostic, Severity},
    kustomize::Session,
    manifest::{ObjectId, RenderedObject, cluster_scoped_definitions},
};

/// Gives objects without a namespace that of the destination, takes it from those that cannot have one, and keeps the last of several with one identity.
pub(super) fn settle(
    session: &Session,
    application: &Application,
    mut objects: Vec<RenderedObject>,
) -> (Vec<RenderedObject>, Vec<Diagnostic>) {
    let cluster_scoped = cluster_scoped_definitions(&objects);
    for object in &mut objects {
        let cluster = object.id.is_cluster_scoped()
            || cluster_scoped.iter().any(|(group, kind)| object.id.group == *group && object.id.kind == *kind);
        match (&application.destination.namespace, cluster) {
            (_, true) => object.set_namespace(None),
            (Some((name, origin)), false) if object.id.namespace.is_none() => {
                object.set_namespace(Some((name, *origin)));
            }
            _ => {}
        }
    }
    let mut last: HashMap<(SmolStr, SmolStr, Option<SmolStr>, SmolStr), usize> = HashMap::new();
    let mut kept: Vec<Option<RenderedObject>> = Vec::new();
    let mut problems = Vec::new();
    for object in objects {
        // Objects whose name the cluster makes up are never the same.
        if !object.id.name.is_empty() {
            let before = last.insert(key(&object.id), kept.len());
            if let Some(before) = before.and_then(|before| kept.get_mut(before)).and_then(Option::take) {
                problems.extend(repeated(session, &before, &object));
            }
        }
        kept.push(Some(object));
    }
    (kept.into_iter().flatten().collect(), problems)
}

fn key(id: &ObjectId) -> (SmolStr, SmolStr, Option<SmolStr>, SmolStr) {
    (id.group.clone(), id.kind.clone(), id.namespace.clone(), id.name.clone())
}

fn repeated(session: &Session, before: &RenderedObject, after: &RenderedObject) -> Option<Diagnostic> {
    let message = format!("{} stands among the Application's objects twice; the last one is applied", after.id);
    let place = session.label(after.origin(), "this one is applied")?;
    let problem = Diagnostic::new("argo/repeated-resource", Severity::Warning, message, place);
    Some(match session.label(before.origin(), "this one is not") {
        Some(label) => problem.with_label(label),
        None => problem,
    })
}
