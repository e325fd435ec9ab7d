//! The folders that the editor works in. Each repository among them has an analysis of its own, a thread that makes it and a thread that answers questions about it.
//!
//! Owns which repository a file belongs to. Must not know messages, but for the questions it hands on.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, mpsc},
    thread::Scope,
};

use lsp_server::{Request, RequestId};
use lsp_types::Uri;

use super::{
    answer,
    background::{self, Send},
    client::Client,
    desk::Desk,
    root::Root,
};

/// The questions without an answer, each with whether the editor took it back.
pub(super) type Pending = Arc<Mutex<HashMap<RequestId, bool>>>;

/// What is the same for all folders.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) client: Client,
    pub(super) send: Send,
    pub(super) pending: Pending,
    pub(super) log: fn(&str),
    /// The root of the repository around a directory.
    pub(super) root_of: fn(&Path) -> PathBuf,
}

/// What the threads of one repository share.
pub(super) struct Shared {
    pub(super) desk: Arc<Desk>,
    pub(super) root: Root,
    pub(super) client: Client,
    pub(super) send: Send,
    pub(super) pending: Pending,
    pub(super) log: fn(&str),
}

/// A repository, with the folders of the editor that lie in it.
struct Repository {
    folders: Vec<PathBuf>,
    shared: Arc<Shared>,
    ask: mpsc::Sender<(Request, u64)>,
}

/// All repositories that are open.
pub(super) struct Folders<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    office: Office,
    open: Vec<Repository>,
}

impl<'scope, 'env> Folders<'scope, 'env> {
    /// None yet; threads are started in the scope.
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, office: Office) -> Self {
        Self { scope, office, open: Vec::new() }
    }

    /// What is the same for all of them.
    pub(super) fn office(&self) -> &Office {
        &self.office
    }

    /// Opens a folder: what is on disk is linted before anything is opened. Two folders of one repository share its analysis.
    pub(super) fn open(&mut self, folder: PathBuf) {
        let Office { client, send, pending, log, root_of } = self.office.clone();
        let root = Root::around(&folder, root_of);
        if let Some(known) = self.open.iter_mut().find(|one| one.shared.root.directory() == root.directory()) {
            known.folders.push(folder);
            return;
        }
        let shared = Arc::new(Shared { desk: Arc::default(), root, client, send, pending, log });
        let (ask, questions) = mpsc::channel();
        let (for_analysis, for_answers) = (Arc::clone(&shared), Arc::clone(&shared));
        self.scope.spawn(move || background::run(&for_analysis));
        self.scope.spawn(move || answer::run(questions, &for_answers));
        shared.desk.change(|_| {});
        self.open.push(Repository { folders: vec![folder], shared, ask });
    }

    /// Closes a folder, and its repository with the last of its folders.
    pub(super) fn close(&mut self, folder: &Path) {
        for repository in &mut self.open {
            repository.folders.retain(|one| one != folder);
        }
        for repository in self.open.extract_if(.., |one| one.folders.is_empty()) {
            repository.shared.desk.leave();
        }
    }

    /// The repository that a file lies in: the innermost one.
    pub(super) fn of(&self, uri: &Uri) -> Option<&Shared> {
        self.position(uri).and_then(|at| self.open.get(at)).map(|one| &*one.shared)
    }

    fn position(&self, uri: &Uri) -> Option<usize> {
        let holding = self.open.iter().enumerate().filter(|(_, one)| one.shared.root.path(uri).is_some());
        holding.max_by_key(|(_, one)| one.shared.root.directory().components().count()).map(|(at, _)| at)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Shared> {
        self.open.iter().map(|one| &*one.shared)
    }

    /// Hands a question on to the repository of the file that it is about, or to the first. `Err` gives it back: no folder is open.
    pub(super) fn ask(&self, uri: Option<&Uri>, question: Request) -> Result<(), Request> {
        let at = uri.and_then(|uri| self.position(uri)).unwrap_or_default();
        let Some(repository) = self.open.get(at) else { return Err(question) };
        repository.ask.send((question, repository.shared.desk.number())).map_err(|unsent| unsent.0.0)
    }
}

impl Drop for Folders<'_, '_> {
    fn drop(&mut self) {
        self.all().for_each(|shared| shared.desk.close());
    }
}
