//! A spot: a place in one of the files of a session.
//!
//! Parts of one kustomization may stand in several files, so each part names its own. Must not know what stands there.

use crate::{
    text::Span,
    yaml::{FileId, Origin},
};

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) file: FileId,
    pub(super) span: Span,
}

impl Spot {
    /// The file as a whole.
    pub(super) fn whole(file: FileId) -> Self {
        Self { file, span: Span::at(0) }
    }

    /// For values that are written here.
    pub(super) fn origin(self) -> Origin {
        Origin { file: self.file, offset: self.span.start }
    }
}

impl Default for Spot {
    /// Nowhere.
    fn default() -> Self {
        Self::whole(Origin::NONE.file)
    }
}
