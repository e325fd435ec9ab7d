//! The objects of a file, for outlines.
//!
//! Must not know anything else of them.

use lsp_types::{DocumentSymbol, DocumentSymbolResponse, SymbolKind, Uri};

use super::context::Context;
use crate::yaml::Node;

/// The objects of a file, in the order of its text.
pub(super) fn of(context: &Context<'_>, uri: &Uri) -> Option<DocumentSymbolResponse> {
    let path = context.path(uri)?;
    let file = context.analysis.project.file(&path)?;
    let symbols: Vec<DocumentSymbol> = file
        .objects()
        .map(|(id, root)| {
            let name = root.at(&["metadata", "name"]).or_else(|| root.get("kind"));
            let range = context.range(&path, root.span());
            let name_range = context.range(&path, name.map_or(root.span(), Node::span));
            let name = if id.name.is_empty() { id.kind.to_string() } else { id.name.to_string() };
            let namespace = id.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
            #[expect(deprecated, reason = "the field must be written")]
            DocumentSymbol {
                name,
                detail: Some(format!("{}{namespace}", id.kind)),
                kind: SymbolKind::OBJECT,
                tags: None,
                deprecated: None,
                range,
                selection_range: name_range,
                children: None,
            }
        })
        .collect();
    Some(DocumentSymbolResponse::Nested(symbols))
}
