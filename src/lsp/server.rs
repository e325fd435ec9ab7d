//! The thread that reads messages: it keeps the documents, and hands questions on.
//!
//! Nothing here takes long, so that what is typed is known at once. Must not know how questions are answered.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
    thread,
};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, InitializeParams,
    InitializeResult, NumberOrString, ServerInfo, Uri,
    notification::{
        Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
        DidOpenTextDocument, DidSaveTextDocument, Exit, Notification as _,
    },
    request::{RegisterCapability, Request as _, Shutdown},
};
use serde::de::DeserializeOwned;

use super::{
    Host, Left, answer,
    client::{self, Client},
    documents::Document,
    folders::{Folders, Office, Pending},
    root::file_of,
};
use crate::text::SourceText;

/// Serves one editor until it leaves.
pub fn serve(connection: &Connection, host: &Host) -> Left {
    let Some((client, folders)) = introduce(connection, host) else { return Left::Abruptly };
    let sender = connection.sender.clone();
    let office = Office {
        client,
        // An editor that went away takes no more messages, and the reader will notice.
        send: Arc::new(move |message| drop(sender.send(message))),
        pending: Pending::default(),
        log: host.log,
        root_of: host.root_of,
    };
    thread::scope(|scope| {
        let mut open = Folders::new(scope, office);
        for folder in folders {
            open.open(folder);
        }
        Reader { connection, folders: open, is_shut: false }.read()
    })
}

/// The exchange at the start; `None` if the editor went away.
fn introduce(connection: &Connection, host: &Host) -> Option<(Client, Vec<PathBuf>)> {
    let (id, params) = connection.initialize_start().ok()?;
    let params = serde_json::from_value::<InitializeParams>(params).unwrap_or_else(|error| {
        (host.log)(&format!("the editor's introduction cannot be read, so it counts as empty: {error}"));
        InitializeParams::default()
    });
    let client = Client::of(&params.capabilities);
    let mut folders = client::folders(&params);
    if folders.is_empty() {
        folders.push(host.start.clone());
    }
    let result = InitializeResult {
        capabilities: client::capabilities(&client),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result).ok()?).ok()?;
    if client.watches_files {
        let id = RequestId::from("watch files".to_owned());
        let request = Request::new(id, RegisterCapability::METHOD.to_owned(), client::watching());
        connection.sender.send(request.into()).ok()?;
    }
    Some((client, folders))
}

struct Reader<'r, 'scope, 'env> {
    connection: &'r Connection,
    folders: Folders<'scope, 'env>,
    /// Whether the editor asked for shutdown; all that may follow is its exit.
    is_shut: bool,
}

impl Reader<'_, '_, '_> {
    fn read(mut self) -> Left {
        for message in &self.connection.receiver {
            match message {
                Message::Request(request) => self.question(request),
                Message::Notification(one) if one.method == Exit::METHOD => {
                    return if self.is_shut { Left::InOrder } else { Left::Abruptly };
                }
                Message::Notification(notification) => self.notice(notification),
                // The only request of ours is to watch files; an editor that refuses does not watch.
                Message::Response(_) => {}
            }
        }
        Left::Abruptly
    }

    fn question(&mut self, request: Request) {
        let reply = if self.is_shut {
            Response::new_err(request.id, ErrorCode::InvalidRequest as i32, "the server is shut down".to_owned())
        } else if request.method == Shutdown::METHOD {
            self.is_shut = true;
            Response::new_ok(request.id, ())
        } else if answer::is_known(&request.method) {
            let pending = &self.folders.office().pending;
            pending.lock().unwrap_or_else(PoisonError::into_inner).insert(request.id.clone(), false);
            let uri = request.params.pointer("/textDocument/uri").and_then(|uri| uri.as_str()?.parse::<Uri>().ok());
            let Err(unasked) = self.folders.ask(uri.as_ref(), request) else { return };
            Response::new_err(unasked.id, ErrorCode::RequestFailed as i32, "no folder is open".to_owned())
        } else {
            let message = format!("`{}` is not known here", request.method);
            Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
        };
        (self.folders.office().send)(reply.into());
    }

    fn notice(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => self.take(notification, |folders, opened: DidOpenTextDocumentParams| {
                let item = opened.text_document;
                let Some((shared, path)) = folders.of(&item.uri).and_then(|one| Some((one, one.root.path(&item.uri)?)))
                else {
                    return;
                };
                let (uri, version, text) = (item.uri, item.version, SourceText::new(item.text));
                shared.desk.change(|documents| documents.open(path, Document { uri, version, text }));
            }),
            DidChangeTextDocument::METHOD => self.take(notification, typed),
            DidCloseTextDocument::METHOD => self.take(notification, |folders, closed: DidCloseTextDocumentParams| {
                let Some(shared) = folders.of(&closed.text_document.uri) else { return };
                let Some(path) = shared.root.path(&closed.text_document.uri) else { return };
                shared.desk.change(|documents| documents.close(&path));
            }),
            // What lies on disk is read anew each time; that it changed is all there is to know.
            DidSaveTextDocument::METHOD => self.take(notification, |folders, saved: DidSaveTextDocumentParams| {
                let Some(shared) = folders.of(&saved.text_document.uri) else { return };
                shared.desk.change(|_| {});
            }),
            DidChangeWatchedFiles::METHOD => self.take(notification, written),
            DidChangeWorkspaceFolders::METHOD => self.take(notification, moved),
            Cancel::METHOD => self.take(notification, |folders, cancelled: CancelParams| {
                let id = match cancelled.id {
                    NumberOrString::Number(id) => RequestId::from(id),
                    NumberOrString::String(id) => RequestId::from(id),
                };
                let mut pending = folders.office().pending.lock().unwrap_or_else(PoisonError::into_inner);
                pending.entry(id).and_modify(|is_cancelled| *is_cancelled = true);
            }),
            _ => {}
        }
    }

    /// Reads what a notification says; one that cannot be read is logged and forgotten.
    fn take<P: DeserializeOwned>(&mut self, notification: Notification, then: impl FnOnce(&mut Folders<'_, '_>, P)) {
        match serde_json::from_value(notification.params) {
            Ok(params) => then(&mut self.folders, params),
            Err(error) => {
                (self.folders.office().log)(&format!("`{}` cannot be read: {error}", notification.method));
            }
        }
    }
}

fn typed(folders: &mut Folders<'_, '_>, changed: DidChangeTextDocumentParams) {
    let Some(shared) = folders.of(&changed.text_document.uri) else { return };
    let Some(path) = shared.root.path(&changed.text_document.uri) else { return };
    let (version, changes) = (changed.text_document.version, changed.content_changes);
    shared.desk.change(|documents| documents.change(&path, version, changes, shared.client.encoding));
}

#[expect(clippy::needless_pass_by_value, reason = "the message is read for this alone")]
fn written(folders: &mut Folders<'_, '_>, changed: DidChangeWatchedFilesParams) {
    for shared in folders.all() {
        if changed.changes.iter().any(|change| shared.root.path(&change.uri).is_some()) {
            shared.desk.change(|_| {});
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the message is read for this alone")]
fn moved(folders: &mut Folders<'_, '_>, changed: DidChangeWorkspaceFoldersParams) {
    for folder in changed.event.added.iter().filter_map(|folder| file_of(&folder.uri)) {
        folders.open(folder);
    }
    for folder in changed.event.removed.iter().filter_map(|folder| file_of(&folder.uri)) {
        folders.close(&folder);
    }
}
