//! The documents that are open in the editor, with what was typed since they were saved.
//!
//! Must not know what their text means.

use std::collections::BTreeMap;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::Encoding;
use crate::{
    change::{self, TextEdit},
    path::RepoPath,
    text::SourceText,
};

/// One open document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its name, as the editor spells it.
    pub(super) uri: Uri,
    /// The version of its text.
    pub(super) version: i32,
    /// Its text.
    pub(super) text: SourceText,
}

/// All open documents below the root. Cloning is cheap: texts are shared.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents(BTreeMap<RepoPath, Document>);

impl Documents {
    /// Opens a document.
    pub(super) fn open(&mut self, path: RepoPath, document: Document) {
        self.0.insert(path, document);
    }

    /// Closes a document: from now on the file on disk counts.
    pub(super) fn close(&mut self, path: &RepoPath) {
        self.0.remove(path);
    }

    /// Applies what was typed, change by change; each speaks of the text that the one before it left.
    pub(super) fn change(
        &mut self,
        path: &RepoPath,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = self.0.get_mut(path) else { return };
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let span = encoding.span(&document.text, range);
                    change::apply(document.text.as_str(), &[TextEdit::new(span, change.text)])
                }
            };
            document.text = SourceText::new(text);
        }
        document.version = version;
    }

    /// The open document at a path.
    pub(super) fn get(&self, path: &RepoPath) -> Option<&Document> {
        self.0.get(path)
    }

    /// All, sorted by path.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&RepoPath, &Document)> {
        self.0.iter()
    }
}
