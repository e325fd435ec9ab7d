//! What the editor can do, and what it is told that we can.
//!
//! Must not know how anything is done.

use std::path::PathBuf;

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, DidChangeWatchedFilesRegistrationOptions,
    ExecuteCommandOptions, FileSystemWatcher, GlobPattern, HoverProviderCapability, InitializeParams, OneOf,
    Registration, RegistrationParams, ResourceOperationKind, SaveOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::{actions, position::Encoding, root::file_of};

/// What the editor can do.
#[expect(clippy::struct_excessive_bools, reason = "each is something that an editor can do or not")]
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    /// What its columns count.
    pub(super) encoding: Encoding,
    /// Whether findings may point to other places.
    pub(super) shows_related: bool,
    /// Whether edits may name the version of the document they are for.
    pub(super) versions_edits: bool,
    /// Whether edits may make and remove files.
    pub(super) moves_files: bool,
    /// Whether it tells us what happens on disk, if we ask.
    pub(super) watches_files: bool,
}

impl Client {
    /// Reads what the editor says about itself.
    pub(super) fn of(capabilities: &ClientCapabilities) -> Self {
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let operations = edits.and_then(|edits| edits.resource_operations.as_deref()).unwrap_or_default();
        let findings = capabilities.text_document.as_ref().and_then(|document| document.publish_diagnostics.as_ref());
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let versions_edits = edits.and_then(|edits| edits.document_changes) == Some(true);
        Self {
            encoding: Encoding::choose(offered),
            shows_related: findings.and_then(|findings| findings.related_information) == Some(true),
            versions_edits,
            moves_files: versions_edits
                && [ResourceOperationKind::Create, ResourceOperationKind::Delete]
                    .iter()
                    .all(|kind| operations.contains(kind)),
            watches_files: watched.and_then(|watched| watched.dynamic_registration) == Some(true),
        }
    }
}

/// The folders that the editor works in, or what older editors call their root.
#[expect(deprecated, reason = "older editors name only a root")]
pub(super) fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders: Vec<PathBuf> =
        params.workspace_folders.iter().flatten().filter_map(|folder| file_of(&folder.uri)).collect();
    if folders.is_empty() { params.root_uri.as_ref().and_then(file_of).into_iter().collect() } else { folders }
}

/// What the editor is told.
pub(super) fn capabilities(client: &Client) -> ServerCapabilities {
    let kinds = vec![CodeActionKind::QUICKFIX, CodeActionKind::SOURCE_FIX_ALL];
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(
            CodeActionOptions { code_action_kinds: Some(kinds), ..CodeActionOptions::default() }.into(),
        ),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![actions::EXPLAIN.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The request to be told of every file that changes on disk: anything may be an input of a build.
pub(super) fn watching() -> RegistrationParams {
    let everything = FileSystemWatcher { glob_pattern: GlobPattern::String("**/*".to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![everything] };
    RegistrationParams {
        registrations: vec![Registration {
            id: "files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
