//! What there is to say about the text at a place: the rules of its findings, the field, what it names, what names it.
//!
//! Must not know how links are found, nor how schemas are read.

use std::collections::BTreeSet;

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::{
    actions,
    context::Context,
    links::{self, End},
    targets,
};
use crate::{
    kustomize::is_kustomization_name,
    lint,
    manifest::ObjectId,
    path::RepoPath,
    schema::{FieldNote, Schema},
    yaml::{Node, Step},
};

const BETWEEN: &str = "\n\n---\n\n";

/// What there is to say about a place.
pub(super) fn at(context: &Context<'_>, asked: &HoverParams) -> Option<Hover> {
    let (path, offset) = context.place(&asked.text_document_position_params)?;
    let mut parts: Vec<String> = Vec::new();
    parts.extend(names(context, &path, offset));
    parts.extend(named(context, &path, offset));
    parts.extend(field(context, &path, offset));
    let rules: BTreeSet<&str> =
        actions::findings_at(context, &path, offset).map(|finding| finding.rule.as_ref()).collect();
    parts.extend(rules.into_iter().filter_map(lint::find).map(lint::page));
    if parts.is_empty() {
        return None;
    }
    let value = parts.join(BETWEEN);
    Some(Hover { contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }), range: None })
}

/// What the text names, and where that is.
fn names(context: &Context<'_>, path: &RepoPath, offset: u32) -> Option<String> {
    let project = &context.analysis.project;
    let mut lines: BTreeSet<String> = BTreeSet::new();
    for link in links::at(project, path, offset) {
        let title = match &link.end {
            End::Object { target, .. } => match &target.namespace {
                Some(namespace) => format!("{} `{}` in `{namespace}`", target.kind, target.name),
                None => format!("{} `{}`", target.kind, target.name),
            },
            End::Key { target, key, .. } => format!("the key `{key}` of {} `{}`", target.kind, target.name),
            End::File(path) => format!("the file `{path}`"),
            End::Directory(path) => format!("the directory `{path}`"),
        };
        let places: Vec<String> =
            targets::places(project, &link.end).iter().map(|(path, span)| context.named(path, *span)).collect();
        let places = if places.is_empty() { "nothing in this repository".to_owned() } else { places.join(", ") };
        lines.insert(format!("{title}: {places}"));
    }
    (!lines.is_empty()).then(|| lines.into_iter().collect::<Vec<_>>().join("\n\n"))
}

/// Who applies the object whose name stands here, and how often it is referred to.
fn named(context: &Context<'_>, path: &RepoPath, offset: u32) -> Option<String> {
    let project = &context.analysis.project;
    let objects: Vec<_> = targets::named_at(project, path, offset).collect();
    let (from, first) = *objects.first()?;
    let units: BTreeSet<String> = objects
        .iter()
        .filter_map(|(_, object)| {
            let unit = project.unit_of(object)?;
            let cluster = unit.cluster.and_then(|cluster| project.model().clusters.get(cluster));
            let cluster = cluster.map(|cluster| format!(" in the cluster `{}`", cluster.name)).unwrap_or_default();
            Some(format!("`{}`{cluster}", unit.id))
        })
        .collect();
    let names: Vec<End> = targets::names_of(first).into_iter().map(|target| End::Object { target, from }).collect();
    let is_meant = |end: &End| names.iter().any(|name| targets::same(name, end));
    let references: BTreeSet<_> =
        links::all(project).filter(|link| is_meant(&link.end)).map(|link| (link.path, link.span)).collect();
    let applied = if units.is_empty() {
        "applied by nothing in this repository".to_owned()
    } else {
        format!("applied by {}", units.into_iter().collect::<Vec<_>>().join(", "))
    };
    let times = if references.len() == 1 { "once".to_owned() } else { format!("{} times", references.len()) };
    Some(format!("{}: {applied}; referred to {times}", first.id))
}

/// What the schema says about the field whose key or value stands here.
fn field(context: &Context<'_>, path: &RepoPath, offset: u32) -> Option<String> {
    let stream = context.analysis.project.file(path)?.stream()?;
    let mut node = stream.innermost(offset)?;
    // An item of a list belongs to the field that holds the list.
    while node.own_entry().is_none() {
        node = node.parent()?;
    }
    let document = stream.documents().rfind(|document| document.span().start <= node.span().start)?;
    let route = node.route();
    let keys: Vec<&str> = route
        .steps()
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    let schema = schema_of(context, path, document.root())?;
    Some(words(&schema.note(&keys)?, &keys, schema))
}

fn schema_of<'c>(context: &'c Context<'_>, path: &RepoPath, root: Node<'_>) -> Option<&'c Schema> {
    let project = &context.analysis.project;
    match ObjectId::of_node(root) {
        Some(id) => {
            let applied = project.objects().iter().find(|object| object.path == *path && object.id.kind == id.kind);
            let schemas = applied.map_or_else(|| project.schemas(None), |object| project.schemas_of(object));
            schemas.lookup(&id.group, &id.version, &id.kind)
        }
        // A kustomization need not say what it is.
        None if is_kustomization_name(path.file_name()) => {
            project.schemas(None).lookup("kustomize.config.k8s.io", "v1beta1", "Kustomization")
        }
        None => None,
    }
}

fn words(note: &FieldNote, keys: &[&str], schema: &Schema) -> String {
    let mut text = format!("**{}**", keys.join("."));
    let mut facts: Vec<String> = Vec::new();
    if !note.field.kind.is_empty() {
        facts.push(note.field.kind.clone());
    }
    if note.field.required {
        facts.push("required".to_owned());
    }
    if !facts.is_empty() {
        text.push_str(&format!(": {}", facts.join(", ")));
    }
    if !note.field.allowed.is_empty() {
        let allowed: Vec<String> = note.field.allowed.iter().map(|value| format!("`{value}`")).collect();
        text.push_str(&format!("\n\nOne of {}", allowed.join(", ")));
    }
    if let Some(default) = &note.default {
        text.push_str(&format!("\n\nDefault: `{default}`"));
    }
    if let Some(description) = &note.description {
        text.push_str(&format!("\n\n{description}"));
    }
    if let Some(source) = schema.source() {
        text.push_str(&format!("\n\n*{}, {source}*", schema.kind().unwrap_or_default()));
    }
    text
}
