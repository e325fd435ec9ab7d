//! From a name to what it names, and back to everything that names it.
//!
//! Must not know where links come from.

use std::collections::BTreeSet;

use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, ReferenceParams, TextDocumentPositionParams};

use super::{
    context::Context,
    links::{self, End},
};
use crate::{
    graph::{DataKind, Keys, Produced, Target},
    path::RepoPath,
    project::{Object, Project},
    text::Span,
};

/// A place in a file.
pub(super) type Place = (RepoPath, Span);

/// Where the thing that is named at a place is written.
pub(super) fn definition(context: &Context<'_>, asked: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let (path, offset) = context.place(&asked.text_document_position_params)?;
    let project = &context.analysis.project;
    let places = links::at(project, &path, offset).iter().flat_map(|link| places(project, &link.end)).collect();
    Some(GotoDefinitionResponse::Array(locations(context, places)))
}

/// Every place that names the thing at a place, be that its own name or another mention of it.
pub(super) fn references(context: &Context<'_>, asked: &ReferenceParams) -> Option<Vec<Location>> {
    let project = &context.analysis.project;
    let wanted = meant(context, &asked.text_document_position)?;
    let names = |end: &End| wanted.iter().any(|wanted| same(wanted, end));
    let mut found: BTreeSet<Place> =
        links::all(project).filter(|link| names(&link.end)).map(|link| (link.path, link.span)).collect();
    if asked.context.include_declaration {
        found.extend(wanted.iter().flat_map(|end| places(project, end)));
    }
    Some(locations(context, found))
}

fn locations(context: &Context<'_>, places: BTreeSet<Place>) -> Vec<Location> {
    places.into_iter().filter_map(|(path, span)| context.location(&path, span)).collect()
}

/// What is meant at a place.
fn meant(context: &Context<'_>, asked: &TextDocumentPositionParams) -> Option<Vec<End>> {
    let (path, offset) = context.place(asked)?;
    let project = &context.analysis.project;
    let mut ends: Vec<End> = links::at(project, &path, offset).into_iter().map(|link| link.end).collect();
    for (from, object) in named_at(project, &path, offset) {
        ends.extend(names_of(object).into_iter().map(|target| End::Object { target, from }));
    }
    Some(ends)
}

/// The objects whose name stands at a byte offset, each with its place in the list of objects.
pub(super) fn named_at<'p>(
    project: &'p Project,
    path: &'p RepoPath,
    offset: u32,
) -> impl Iterator<Item = (usize, &'p Object)> {
    project.objects().iter().enumerate().filter(move |(_, object)| {
        let label = project.object_label(&object.value, "");
        label.is_some_and(|label| label.path == *path && label.span.touches(offset as usize))
    })
}

/// The names under which others refer to an object: its own, and those of the Secrets and ConfigMaps that it makes.
pub(super) fn names_of(object: &Object) -> Vec<Target> {
    let own = Target {
        group: object.id.group.clone(),
        kind: object.id.kind.clone(),
        namespace: object.id.namespace.clone(),
        name: object.id.name.clone(),
    };
    let made = object.produced().into_iter().map(|made| Target {
        group: "".into(),
        kind: if made.kind == DataKind::Secret { "Secret".into() } else { "ConfigMap".into() },
        namespace: made.namespace,
        name: made.name,
    });
    let mut names: Vec<Target> = std::iter::once(own).chain(made).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether two links lead to the same thing, wherever they start.
pub(super) fn same(one: &End, other: &End) -> bool {
    match (one, other) {
        (End::Object { target: one, .. }, End::Object { target: other, .. }) => fits(one, other),
        (End::Key { target: one, key: first, .. }, End::Key { target: other, key: second, .. }) => {
            first == second && fits(one, other)
        }
        _ => one == other,
    }
}

/// Whether two names may mean the same object: a namespace that is not known fits every other.
fn fits(one: &Target, other: &Target) -> bool {
    let same_namespace = match (&one.namespace, &other.namespace) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    (&one.group, &one.kind, &one.name) == (&other.group, &other.kind, &other.name) && same_namespace
}

/// Where the end of a link is written.
pub(super) fn places(project: &Project, end: &End) -> BTreeSet<Place> {
    match end {
        End::File(path) => BTreeSet::from([(path.clone(), Span::at(0))]),
        End::Directory(path) => directory(project, path).map(|path| (path, Span::at(0))).into_iter().collect(),
        End::Object { target, from } => {
            let found = objects(project, target, *from);
            let labels = found.iter().filter_map(|(object, _)| project.object_label(&object.value, ""));
            labels.map(|label| (label.path, label.span)).collect()
        }
        End::Key { target, key, from } => {
            let found = objects(project, target, *from);
            let labels = found.iter().filter_map(|(object, made)| {
                let origin = made.as_ref().and_then(|made| match &made.keys {
                    Keys::Known(keys) => keys.iter().find(|(name, _)| name == key).map(|(_, origin)| *origin),
                    Keys::Open => None,
                });
                let label = origin.and_then(|origin| project.key_label(origin, ""));
                label.or_else(|| project.object_label(&object.value, ""))
            });
            labels.map(|label| (label.path, label.span)).collect()
        }
    }
}

/// The file to open for a directory: its kustomization, else its first YAML file.
fn directory(project: &Project, path: &RepoPath) -> Option<RepoPath> {
    let kustomization = project.kustomization(path).or_else(|| project.misspelt_kustomization(path));
    let first = || project.files().iter().find(|file| file.path.is_under(path)).map(|file| file.path.clone());
    kustomization.map(|one| one.path.clone()).or_else(first)
}

/// The objects that a name means, each with what it makes under that name: those of the cluster that the name is looked up from if it has any, else all.
fn objects<'p>(project: &'p Project, target: &Target, from: usize) -> Vec<(&'p Object, Option<Produced>)> {
    let cluster = |object: &Object| project.units().get(object.unit).and_then(|unit| unit.cluster);
    let here = project.objects().get(from).map(cluster);
    let is_data = target.group.is_empty().then(|| DataKind::of(&target.kind)).flatten();
    let found: Vec<(&Object, Option<Produced>)> = project
        .objects()
        .iter()
        .filter_map(|object| {
            if !names_of(object).iter().any(|name| fits(name, target)) {
                return None;
            }
            let mut made = object.produced().into_iter();
            Some((object, made.find(|made| Some(made.kind) == is_data && made.name == target.name)))
        })
        .collect();
    let near: Vec<_> = found.iter().filter(|(object, _)| Some(cluster(object)) == here).cloned().collect();
    if near.is_empty() { found } else { near }
}
