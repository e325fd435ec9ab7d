//! Small edits to what a value was read from, for the fixes that rules offer.
//!
//! Must not know why something is edited.

use super::{File, KustomizationFile, Project};
use crate::{
    change::{ChangeSet, FileChange, TextEdit, apply},
    diagnostic::{Fix, Safety},
    kustomize::{Resource, UnknownFields},
    path::RepoPath,
    text::{SourceText, Span},
    yaml::{
        Node, Origin, Route, Stream, Value,
        edit::{DocumentEditor, EditError, Editor, Place},
    },
};

impl Project {
    /// Takes away the entry or item whose value stands at `origin`.
    pub fn without(&self, origin: Origin) -> Option<ChangeSet> {
        self.edit(origin, |document, route| {
            document.remove(route)?;
            Ok(())
        })
    }

    /// Puts another value in the place of the one at `origin`.
    pub fn with_value(&self, origin: Origin, value: &Value) -> Option<ChangeSet> {
        self.edit(origin, |document, route| document.replace(route, value))
    }

    /// Adds a key behind the others of the mapping at `origin`.
    pub fn with_key(&self, origin: Origin, key: &str, value: &Value) -> Option<ChangeSet> {
        self.edit(origin, |document, route| document.insert_key(route, key, value, Place::Last))
    }

    /// Gives the key that holds a composed value another name.
    pub fn with_key_renamed(&self, origin: Origin, key: &str, name: &str) -> Option<ChangeSet> {
        let route = self.under_key(origin, key)?.1.route();
        self.edit(origin, |document, _| document.rename_key(&route, name))
    }

    /// Lists a path among the resources of a kustomization: where their order asks for it, else behind the others.
    pub fn with_resource(&self, kustomization: &KustomizationFile, relative: &str) -> Option<ChangeSet> {
        let file = self.file(&kustomization.path)?;
        let root = file.stream()?.documents().next()?.root();
        let items: Vec<&str> = root.get("resources").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
        let dotted = !items.is_empty() && items.iter().all(|item| item.starts_with("./") || item.starts_with("../"));
        let entry = if dotted { format!("./{relative}") } else { relative.to_owned() };
        let index = if items.is_sorted() { items.partition_point(|item| *item < entry.as_str()) } else { items.len() };
        let value = Value::string(entry);
        self.edit(Origin { file: file.id()?, offset: root.span().start }, |document, _| {
            let resources = Route::of_keys(&["resources"]);
            if root.get("resources").is_some() {
                document.insert_item(&resources, index, &value)
            } else {
                document.insert_key(&Route::root(), "resources", &Value::sequence(vec![value.clone()]), Place::Last)
            }
        })
    }

    /// Replaces the bytes of a place by a text.
    pub fn splice(&self, path: &RepoPath, span: Span, text: &str) -> Option<ChangeSet> {
        let mut changes = ChangeSet::new();
        changes.edit(path, [TextEdit::new(span, text)]).ok()?;
        Some(changes)
    }

    /// Whether a kustomization renders to the same objects after edits of its file. `false` where that cannot be told: it is a component, or does not build.
    pub fn renders_alike(&self, kustomization: &KustomizationFile, changes: &ChangeSet) -> bool {
        let alike = || {
            let file = self.file(&kustomization.path)?.id()?;
            let Some(FileChange::Edit(edits)) = changes.get(&kustomization.path) else { return None };
            let text = apply(self.text(&kustomization.path)?.as_str(), edits);
            let stream = Stream::parse(SourceText::new(text)).ok()?;
            let value = stream.documents().next()?.root().to_value(file).ok()?;
            let before = self.session.build(&kustomization.directory).ok()?;
            let after = self.session.build_as(&kustomization.directory, &value, file, UnknownFields::Refuse).ok()?;
            let is_whole = before.problems.is_empty() && after.problems.is_empty();
            let same = |(one, other): (&Resource, &Resource)| one.value() == other.value();
            let is_same_length = before.resources.len() == after.resources.len();
            Some(is_whole && is_same_length && before.resources.iter().zip(&after.resources).all(same))
        };
        !kustomization.is_component && alike().unwrap_or_default()
    }

    /// Edits the document in which the value at `origin` stands; `edit` gets the way to it. `None` if it stands in no file, or cannot be edited there.
    pub fn edit(
        &self,
        origin: Origin,
        edit: impl FnOnce(&mut DocumentEditor<'_>, &Route) -> Result<(), EditError>,
    ) -> Option<ChangeSet> {
        let (path, node) = self.node_of(origin)?;
        let stream = self.file(path).and_then(File::stream)?;
        let index = stream.documents().rposition(|document| document.span().start <= node.span().start)?;
        let mut editor = Editor::new(stream.clone());
        edit(&mut editor.document(index), &node.route()).ok()?;
        let mut changes = ChangeSet::new();
        changes.edit(path, editor.finish().splices.into_iter().map(Into::into)).ok()?;
        (!changes.is_empty()).then_some(changes)
    }

    /// A fix that removes the entry or item whose value stands at `origin`; `None` where that cannot be edited.
    pub fn removal(&self, origin: Origin, title: impl Into<String>, safety: Safety) -> Option<Fix> {
        Some(Fix { title: title.into(), safety, changes: self.without(origin)? })
    }

    /// A fix that puts another value in the place of the one at `origin`; `None` where that cannot be edited.
    pub fn replacement(&self, origin: Origin, value: &Value, title: impl Into<String>, safety: Safety) -> Option<Fix> {
        Some(Fix { title: title.into(), safety, changes: self.with_value(origin, value)? })
    }

    /// A fix that adds a key to the mapping at `origin`, behind the others; `None` where that cannot be edited.
    pub fn addition(
        &self,
        origin: Origin,
        (key, value): (&str, &Value),
        title: impl Into<String>,
        safety: Safety,
    ) -> Option<Fix> {
        Some(Fix { title: title.into(), safety, changes: self.with_key(origin, key, value)? })
    }
}
