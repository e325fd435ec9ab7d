//! What is done once, for the kustomization that is built: hashes, references, order.
//!
//! Must not know how objects were accumulated.

use std::{collections::HashSet, sync::Arc};

use super::{
    Build, Missing,
    accumulate::{Accumulated, accumulate, accumulate_over, accumulate_root},
    build_metadata::BuildMetadata,
    context::Context,
    kustomization::Kustomization,
    order,
    patch::marked_keys::has_marked,
    problem::{self, Problem, ProblemKind},
    resource::{Resource, scalar_text},
    session::Session,
    transform::{hashes, labels, name_reference, vars as variables},
};
use crate::{
    path::RepoPath,
    text::Span,
    yaml::{Content, ExpandError, Mapping, Type, Value},
};

/// Objects that bear this annotation are for tools alone.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Annotations that kustomize keeps for itself during a build.
const BUILD_ANNOTATIONS: [&str; 20] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.kubernetes.io/origin",
    "alpha.config.kubernetes.io/transformations",
    "internal.config.kubernetes.io/id",
];

/// Accumulates and finishes the kustomization in a directory, which must be given without symbolic links.
pub(super) fn build(session: &Session, directory: &RepoPath) -> Result<Build, Box<Problem>> {
    let kustomization = session.kustomization(directory)?;
    let accumulated = |context: &Context| accumulate_root(session, directory, context).map(Arc::unwrap_or_clone);
    finish(session, &kustomization, accumulated)
}

/// The same for a kustomization that takes the place of the one in the directory.
pub(super) fn build_as(
    session: &Session,
    directory: &RepoPath,
    kustomization: &Kustomization,
) -> Result<Build, Box<Problem>> {
    finish(session, kustomization, |context| accumulate(session, directory, kustomization, &[], context))
}

/// Runs a kustomization over objects that are there already.
pub(super) fn transform(
    session: &Session,
    objects: Vec<Resource>,
    kustomization: &Kustomization,
) -> Result<Build, Box<Problem>> {
    finish(session, kustomization, |_| accumulate_over(session, objects, kustomization))
}

fn finish(
    session: &Session,
    kustomization: &Kustomization,
    accumulated: impl FnOnce(&Context) -> Result<Accumulated, Box<Problem>>,
) -> Result<Build, Box<Problem>> {
    // The options of the kustomization that is built count, not those of its bases. Any option has ways recorded.
    let metadata = BuildMetadata::new(&kustomization.build_metadata);
    let way = (!kustomization.build_metadata.is_empty()).then(String::new);
    let context = Context { way, ..Context::default() };
    let accumulated = accumulated(&context)?;
    let config = Arc::clone(accumulated.config());
    let Accumulated { mut set, mut problems, mut not_rendered, vars, .. } = accumulated;
    hashes::apply(&mut set);
    let mut collect = |problem: Box<Problem>| match session.options.missing {
        Missing::Fail => Err(problem),
        Missing::Collect => {
            problems.push(*problem);
            Ok(())
        }
    };
    name_reference::apply(session, &kustomization.file, &config, &mut set, &mut collect)?;
    variables::apply(session, &kustomization.file, &mut set, &vars, &config.var_reference, &mut collect)?;
    let mut resources = set.into_items();
    resources.retain(|resource| !is_local(resource));
    validate(session, kustomization, &mut resources, &mut collect)?;
    order::sort(&mut resources, kustomization.sort_options.as_ref());
    if let Some(origin) = metadata.managed_by {
        for resource in &mut resources {
            resource.change(|object| labels::add_managed_by(object, origin));
        }
    }
    for resource in &mut resources {
        if let Some(in_flow) = resource.in_flow.clone() {
            resource.change(|object| in_flow.rewrite(object));
        }
    }
    for resource in resources.iter_mut().filter(|resource| !is_settled(resource.value())) {
        resource.change(|object| settle_annotations(object, metadata));
    }
    not_rendered.sort();
    not_rendered.dedup();
    problem::tidy(&mut problems);
    Ok(Build { resources, not_rendered, problems })
}

fn is_local(resource: &Resource) -> bool {
    resource.annotation(LOCAL_CONFIG).is_some_and(|value| value != "false")
}

/// Patches can leave objects without kind or name, or make two alike; neither is let out.
fn validate(
    session: &Session,
    kustomization: &Kustomization,
    resources: &mut Vec<Resource>,
    collect: &mut dyn FnMut(Box<Problem>) -> Result<(), Box<Problem>>,
) -> Result<(), Box<Problem>> {
    let mut seen = HashSet::new();
    let mut bad = Vec::new();
    for (position, resource) in resources.iter().enumerate() {
        let id = resource.id();
        // Lists need no name; the rest of an empty one comes here.
        let needs_name = !id.gvk.kind.ends_with("List");
        let odd_key = resource.odd_key.filter(|_| has_marked(resource.value()));
        let (kind, message) = if odd_key.is_some() {
            (ProblemKind::UnparsableFile, ExpandError::KeyNotString(Span::at(0)).to_string())
        } else if id.gvk.kind.is_empty() || (needs_name && id.name.is_empty()) {
            (ProblemKind::NotAnObject, format!("a patch left an object without kind or name: {id}"))
        } else if !seen.insert((&id.gvk, &id.name, id.effective_namespace())) {
            (ProblemKind::DuplicateId, format!("may not add resource with an already registered id: {id}"))
        } else {
            continue;
        };
        let label = match odd_key {
            Some(spot) => session.files.mark(spot, ""),
            None => session.files.label(resource.provenance().origin(), &kustomization.file, ""),
        };
        collect(Problem::new(kind, label, message))?;
        bad.push(position);
    }
    let mut position = 0;
    resources.retain(|_| {
        position += 1;
        bad.binary_search(&(position - 1)).is_err()
    });
    Ok(())
}

/// Whether [`settle_annotations`] would leave the object as it is, as it does with most.
fn is_settled(object: &Value) -> bool {
    let Some(metadata) = object.get("metadata") else { return false };
    let is_string = |value: &Value| value.as_scalar().is_some_and(|scalar| scalar.kind == Type::String);
    metadata.get("annotations").is_none_or(|annotations| {
        annotations.as_mapping().is_some_and(|annotations| {
            let mut entries = annotations.iter();
            !annotations.is_empty()
                && entries.all(|(key, value)| is_string(value) && !BUILD_ANNOTATIONS.contains(&key.as_str()))
        })
    })
}

/// Writes annotations as kustomize writes them in the end: all strings, its own ones gone, none at all where nothing is left.
fn settle_annotations(object: &mut Value, options: BuildMetadata) {
    let Some(object) = object.as_mapping_mut() else { return };
    let metadata = object.entry("metadata".into()).or_insert_with(Value::mapping);
    let Some(metadata) = metadata.as_mapping_mut() else { return };
    let Some(annotations) = metadata.get_mut("annotations") else { return };
    let mut kept = Mapping::default();
    for (key, value) in annotations.as_mapping().into_iter().flatten() {
        let asked = options.keeps(key);
        if asked.is_some() || !BUILD_ANNOTATIONS.contains(&key.as_str()) {
            kept.insert(key.clone(), Value::string(scalar_text(Some(value))).at(asked.unwrap_or(value.origin)));
        }
    }
    if kept.is_empty() {
        metadata.shift_remove("annotations");
    } else {
        annotations.content = Content::Mapping(Box::new(kept));
    }
}
