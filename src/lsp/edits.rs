//! Changes to files as the protocol writes them.
//!
//! Must not know why files change.

use std::collections::HashMap;

use lsp_types::{
    CreateFile, DeleteFile, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    ResourceOp, TextDocumentEdit, TextEdit as Edit, Uri, WorkspaceEdit,
};

use super::context::Context;
use crate::{
    change::{ChangeSet, FileChange},
    path::RepoPath,
    text::{SourceText, Span},
};

/// What becomes of one file.
enum One {
    Make(String),
    Edit(Vec<Edit>),
    Remove,
}

/// The edit that makes these changes; `None` if the editor could not make them all.
pub(super) fn of(context: &Context<'_>, changes: &ChangeSet) -> Option<WorkspaceEdit> {
    let files = changes.files().map(|(path, change)| Some((path, context.uri(path)?, one(context, path, change)?)));
    let files: Vec<(&RepoPath, Uri, One)> = files.collect::<Option<_>>()?;
    let only_edits = files.iter().all(|(_, _, one)| matches!(one, One::Edit(_)));
    if !only_edits && !context.client.moves_files {
        return None;
    }
    if !context.client.versions_edits {
        let edits = files.into_iter().filter_map(|(_, uri, one)| match one {
            One::Edit(edits) => Some((uri, edits)),
            One::Make(_) | One::Remove => None,
        });
        return Some(unversioned(edits.collect()));
    }
    let operations = files.into_iter().flat_map(|(path, uri, one)| {
        let version = context.analysis.documents.get(path).map(|document| document.version);
        operations(uri, version, one)
    });
    Some(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations.collect())),
        ..WorkspaceEdit::default()
    })
}

#[expect(clippy::mutable_key_type, reason = "the protocol's own type; URIs are never changed")]
fn unversioned(edits: HashMap<Uri, Vec<Edit>>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(edits), ..WorkspaceEdit::default() }
}

fn one(context: &Context<'_>, path: &RepoPath, change: &FileChange) -> Option<One> {
    let text = context.analysis.project.text(path);
    let edit = |text: &SourceText, span: Span, new_text: &str| Edit {
        range: context.client.encoding.range(text, span),
        new_text: new_text.to_owned(),
    };
    Some(match (change, text) {
        (FileChange::Edit(edits), Some(text)) => {
            One::Edit(edits.iter().map(|one| edit(&text, one.span, &one.replacement)).collect())
        }
        (FileChange::Write(content), Some(text)) => {
            let all = Span::new(0, text.as_str().len());
            One::Edit(vec![edit(&text, all, std::str::from_utf8(content).ok()?)])
        }
        (FileChange::Write(content), None) => One::Make(String::from_utf8(content.clone()).ok()?),
        (FileChange::Remove, _) => One::Remove,
        (FileChange::Edit(_), None) => return None,
    })
}

fn operations(uri: Uri, version: Option<i32>, one: One) -> Vec<DocumentChangeOperation> {
    let edit = |uri: Uri, edits: Vec<Edit>| {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits })
    };
    match one {
        One::Edit(edits) => vec![edit(uri, edits)],
        One::Remove => {
            let remove = DeleteFile { uri, options: None };
            vec![DocumentChangeOperation::Op(ResourceOp::Delete(remove))]
        }
        One::Make(text) => {
            let make = CreateFile { uri: uri.clone(), options: None, annotation_id: None };
            let fill = Edit { range: lsp_types::Range::default(), new_text: text };
            vec![DocumentChangeOperation::Op(ResourceOp::Create(make)), edit(uri, vec![fill])]
        }
    }
}
