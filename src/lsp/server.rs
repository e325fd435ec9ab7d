//! The thread that reads messages: it keeps the documents, and hands questions on.
//!
//! Nothing here takes long, so that what is typed is known at once. Must not know how questions are answered.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
    InitializeResult, NumberOrString, ServerInfo,
    notification::{
        Cancel, DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
        DidSaveTextDocument, Exit, Notification as _,
    },
    request::{RegisterCapability, Request as _, Shutdown},
};
use serde::de::DeserializeOwned;

use super::{
    Host, Left, answer,
    background::{self, Send},
    client::{self, Client},
    desk::Desk,
    documents::Document,
    root::Root,
};
use crate::text::SourceText;

/// The questions without an answer, each with whether the editor took it back.
pub(super) type Pending = Arc<Mutex<HashMap<RequestId, bool>>>;

/// What the three threads share.
pub(super) struct Shared {
    pub(super) desk: Arc<Desk>,
    pub(super) root: Root,
    pub(super) client: Client,
    pub(super) send: Send,
    pub(super) pending: Pending,
    pub(super) log: fn(&str),
}

/// Serves one editor until it leaves.
pub fn serve(connection: &Connection, host: &Host) -> Left {
    let Some((client, root)) = introduce(connection, host) else { return Left::Abruptly };
    let sender = connection.sender.clone();
    let shared = Shared {
        desk: Arc::default(),
        root,
        client,
        // An editor that went away takes no more messages, and the reader will notice.
        send: Arc::new(move |message| drop(sender.send(message))),
        pending: Pending::default(),
        log: host.log,
    };
    let (ask, questions) = mpsc::channel();
    let shared = &shared;
    thread::scope(|scope| {
        scope.spawn(|| background::run(shared));
        scope.spawn(|| answer::run(questions, shared));
        let left = Reader { connection, shared, ask, is_shut: false }.read();
        shared.desk.close();
        left
    })
}

/// The exchange at the start; `None` if the editor went away.
fn introduce(connection: &Connection, host: &Host) -> Option<(Client, Root)> {
    let (id, params) = connection.initialize_start().ok()?;
    let params = serde_json::from_value::<InitializeParams>(params).unwrap_or_else(|error| {
        (host.log)(&format!("the editor's introduction cannot be read, so it counts as empty: {error}"));
        InitializeParams::default()
    });
    let client = Client::of(&params.capabilities);
    let folder = client::folder(&params).unwrap_or_else(|| host.start.clone());
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
    Some((client, Root::around(&folder, host.root_of)))
}

struct Reader<'r> {
    connection: &'r Connection,
    shared: &'r Shared,
    ask: mpsc::Sender<(Request, u64)>,
    /// Whether the editor asked for shutdown; all that may follow is its exit.
    is_shut: bool,
}

impl Reader<'_> {
    fn read(mut self) -> Left {
        // What is on disk is linted before anything is opened.
        self.shared.desk.change(|_| {});
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
            self.shared.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(request.id.clone(), false);
            drop(self.ask.send((request, self.shared.desk.number())));
            return;
        } else {
            let message = format!("`{}` is not known here", request.method);
            Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
        };
        (self.shared.send)(reply.into());
    }

    fn notice(&self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => self.take(notification, |opened: DidOpenTextDocumentParams| {
                let item = opened.text_document;
                let Some(path) = self.shared.root.path(&item.uri) else { return };
                let (uri, version, text) = (item.uri, item.version, SourceText::new(item.text));
                self.shared.desk.change(|documents| documents.open(path, Document { uri, version, text }));
            }),
            DidChangeTextDocument::METHOD => self.take(notification, |changed: DidChangeTextDocumentParams| {
                let Some(path) = self.shared.root.path(&changed.text_document.uri) else { return };
                let (version, changes) = (changed.text_document.version, changed.content_changes);
                self.shared
                    .desk
                    .change(|documents| documents.change(&path, version, changes, self.shared.client.encoding));
            }),
            DidCloseTextDocument::METHOD => self.take(notification, |closed: DidCloseTextDocumentParams| {
                let Some(path) = self.shared.root.path(&closed.text_document.uri) else { return };
                self.shared.desk.change(|documents| documents.close(&path));
            }),
            // What lies on disk is read anew each time; that it changed is all there is to know.
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.shared.desk.change(|_| {}),
            Cancel::METHOD => self.take(notification, |cancelled: CancelParams| {
                let id = match cancelled.id {
                    NumberOrString::Number(id) => RequestId::from(id),
                    NumberOrString::String(id) => RequestId::from(id),
                };
                let mut pending = self.shared.pending.lock().unwrap_or_else(PoisonError::into_inner);
                pending.entry(id).and_modify(|is_cancelled| *is_cancelled = true);
            }),
            _ => {}
        }
    }

    /// Reads what a notification says; one that cannot be read is logged and forgotten.
    fn take<P: DeserializeOwned>(&self, notification: Notification, then: impl FnOnce(P)) {
        match serde_json::from_value(notification.params) {
            Ok(params) => then(params),
            Err(error) => (self.shared.log)(&format!("`{}` cannot be read: {error}", notification.method)),
        }
    }
}
