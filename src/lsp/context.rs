//! What every answer is made from: an analysis, and how the editor names files and places.
//!
//! Must not know particular questions.

use lsp_types::{Location, Range, TextDocumentPositionParams, Uri};

use super::{analysis::Analysis, client::Client, root::Root};
use crate::{path::RepoPath, text::Span};

/// An analysis, and the editor that asks about it.
pub(super) struct Context<'c> {
    pub(super) analysis: &'c Analysis,
    pub(super) client: &'c Client,
    pub(super) root: &'c Root,
}

impl Context<'_> {
    /// How the editor names a file.
    pub(super) fn uri(&self, path: &RepoPath) -> Option<Uri> {
        let open = self.analysis.documents.get(path).map(|document| document.uri.clone());
        open.or_else(|| self.root.uri(path))
    }

    /// The file that the editor names.
    pub(super) fn path(&self, uri: &Uri) -> Option<RepoPath> {
        self.root.path(uri)
    }

    /// The places of a span's ends; the first line for the empty span at 0, which means the file as a whole.
    pub(super) fn range(&self, path: &RepoPath, span: Span) -> Range {
        let Some(text) = self.analysis.project.text(path) else { return Range::default() };
        let whole = (span == Span::at(0)).then(|| text.line_span(1)).flatten();
        self.client.encoding.range(&text, whole.unwrap_or(span))
    }

    /// A span of a file.
    pub(super) fn location(&self, path: &RepoPath, span: Span) -> Option<Location> {
        Some(Location::new(self.uri(path)?, self.client.encoding.range(&self.analysis.project.text(path)?, span)))
    }

    /// The file and byte offset that a question is about.
    pub(super) fn place(&self, asked: &TextDocumentPositionParams) -> Option<(RepoPath, u32)> {
        let path = self.path(&asked.text_document.uri)?;
        let text = self.analysis.project.text(&path)?;
        Some((path, self.client.encoding.offset(&text, asked.position)))
    }

    /// A file and a line from 1, as people read it.
    pub(super) fn named(&self, path: &RepoPath, span: Span) -> String {
        let line = self.analysis.project.text(path).map_or(1, |text| text.line_at(span.start as usize));
        if span == Span::at(0) { format!("`{path}`") } else { format!("`{path}:{line}`") }
    }
}
