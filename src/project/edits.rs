//! Small edits to what a value was read from, for the fixes that rules offer.
//!
//! Must not know why something is edited.

use super::{File, Project};
use crate::{
    change::ChangeSet,
    diagnostic::{Fix, Safety},
    yaml::{
        Origin, Route, Value,
        edit::{DocumentEditor, EditError, Editor, Place},
    },
};

impl Project {
    /// Takes away the entry or item whose value stands at `origin`.
    pub fn without(&self, origin: Origin) -> Option<ChangeSet> {
        self.edit(origin, |document, route| document.remove(route))
    }

    /// Puts another value in the place of the one at `origin`.
    pub fn with_value(&self, origin: Origin, value: &Value) -> Option<ChangeSet> {
        self.edit(origin, |document, route| document.replace(route, value))
    }

    /// Adds a key behind the others of the mapping at `origin`.
    pub fn with_key(&self, origin: Origin, key: &str, value: &Value) -> Option<ChangeSet> {
        self.edit(origin, |document, route| document.insert_key(route, key, value, Place::Last))
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
        #[expect(clippy::redundant_closure_for_method_calls, reason = "the method itself holds for one lifetime only")]
        let changes = self.edit(origin, |document, route| document.remove(route))?;
        Some(Fix { title: title.into(), safety, changes })
    }

    /// A fix that puts another value in the place of the one at `origin`; `None` where that cannot be edited.
    pub fn replacement(&self, origin: Origin, value: &Value, title: impl Into<String>, safety: Safety) -> Option<Fix> {
        let changes = self.edit(origin, |document, route| document.replace(route, value))?;
        Some(Fix { title: title.into(), safety, changes })
    }

    /// A fix that adds a key to the mapping at `origin`, behind the others; `None` where that cannot be edited.
    pub fn addition(
        &self,
        origin: Origin,
        (key, value): (&str, &Value),
        title: impl Into<String>,
        safety: Safety,
    ) -> Option<Fix> {
        let changes = self.edit(origin, |document, route| document.insert_key(route, key, value, Place::Last))?;
        Some(Fix { title: title.into(), safety, changes })
    }
}
