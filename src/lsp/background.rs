//! The thread that lints whenever something changes, and tells the editor what is found.
//!
//! Must not know questions and answers.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use lsp_server::{Message, Notification};
use lsp_types::{
    Diagnostic, PublishDiagnosticsParams, Uri,
    notification::{Notification as _, PublishDiagnostics},
};

use super::{
    analysis::Analysis, answer::panic_message, context::Context, desk::Outcome, diagnostics, documents::Documents,
    folders::Shared,
};
use crate::kustomize::Streams;

/// Takes a message to the editor.
pub(super) type Send = Arc<dyn Fn(Message) + std::marker::Send + Sync>;

/// What the editor was told about each file: the version of the document, and its findings.
type Told = BTreeMap<Uri, (Option<i32>, Vec<Diagnostic>)>;

/// Lints until it is over.
pub(super) fn run(shared: &Shared) {
    let Shared { desk, root, client, send, log, .. } = shared;
    let (mut number, mut told, streams) = (0, Told::new(), Arc::new(Streams::default()));
    while let Some((next, documents)) = desk.next(number) {
        number = next;
        let outcome = analyse(shared, number, &documents, &streams);
        if !desk.is_latest(number) {
            continue;
        }
        match &outcome {
            Ok(analysis) => publish(&Context { analysis, client, root }, &mut told, send),
            Err(failure) => log(failure),
        }
        desk.finish(number, outcome);
    }
    // What is said of a folder that the editor has closed must not stay on its screen.
    if desk.is_left() {
        publish_all(&told, &Told::new(), send);
    }
}

fn analyse(Shared { desk, root, .. }: &Shared, number: u64, documents: &Documents, streams: &Arc<Streams>) -> Outcome {
    let attempt = || {
        let wanted = Arc::clone(desk);
        let goes_on = move || wanted.is_latest(number);
        let analyse = || Analysis::of(root.directory(), documents.clone(), streams, goes_on);
        match catch_unwind(AssertUnwindSafe(analyse)) {
            Ok(found) => found.map(Arc::new).map_err(|failure| failure.to_string()),
            Err(panic) => Err(format!("the analysis failed: {}", panic_message(panic.as_ref()))),
        }
    };
    // Another program may write a file between two looks at it; then a second try sees the new one.
    attempt().or_else(|failure| if desk.is_latest(number) { attempt() } else { Err(failure) })
}

/// Tells the editor what is new, in every file, open or not.
#[expect(clippy::mutable_key_type, reason = "the protocol's own type; what orders a URI, its text, never changes")]
fn publish(context: &Context<'_>, told: &mut Told, send: &Send) {
    let mut now = Told::new();
    for (_, document) in context.analysis.documents.iter() {
        now.insert(document.uri.clone(), (Some(document.version), Vec::new()));
    }
    for finding in &context.analysis.findings {
        let Some(uri) = context.uri(&finding.primary.path) else { continue };
        let (_, found) = now.entry(uri).or_default();
        found.extend(diagnostics::of(context, finding));
    }
    publish_all(told, &now, send);
    *told = now;
}

/// Sends what differs from what the editor was told.
#[expect(clippy::mutable_key_type, reason = "the protocol's own type; what orders a URI, its text, never changes")]
fn publish_all(told: &Told, now: &Told, send: &Send) {
    let tell = |uri: &Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>| {
        let params = PublishDiagnosticsParams { uri: uri.clone(), diagnostics, version };
        send(Notification::new(PublishDiagnostics::METHOD.to_owned(), params).into());
    };
    for (uri, (version, found)) in now {
        if told.get(uri).is_none_or(|(before, known)| before != version || known != found) {
            tell(uri, *version, found.clone());
        }
    }
    for (uri, (_, known)) in told {
        if !now.contains_key(uri) && !known.is_empty() {
            tell(uri, None, Vec::new());
        }
    }
}
