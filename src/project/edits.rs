//! Small edits to what a value was read from, for the fixes that rules offer.
//!
//! Must not know why something is edited.

use super::{File, Project};
use crate::{
    change::ChangeSet,
    yaml::{
        Origin, Route,
        edit::{DocumentEditor, EditError, Editor},
    },
};

impl Project {
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
}
