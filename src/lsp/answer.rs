//! The thread that answers questions, each from the analysis of what the editor showed when it asked.
//!
//! A question that was overtaken by typing is answered so, and a panic in an answer is an error for that one question. Must not know how documents are kept.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{PoisonError, mpsc},
};

use lsp_server::{ErrorCode, Request, Response, ResponseError};
use lsp_types::{
    ExecuteCommandParams,
    request::{
        CodeActionRequest, DocumentSymbolRequest, ExecuteCommand, GotoDefinition, HoverRequest, References,
        Request as Method,
    },
};
use serde_json::Value;

use super::{actions, background::Send, context::Context, folders::Shared, hover, symbols, targets};

type Answer = Result<Value, ResponseError>;

const KNOWN: [&str; 6] = [
    HoverRequest::METHOD,
    GotoDefinition::METHOD,
    References::METHOD,
    DocumentSymbolRequest::METHOD,
    CodeActionRequest::METHOD,
    ExecuteCommand::METHOD,
];

/// Whether there is an answer to such questions.
pub(super) fn is_known(method: &str) -> bool {
    KNOWN.contains(&method)
}

/// Answers questions, each with the number of the change after which it was asked, until there are no more.
pub(super) fn run(questions: mpsc::Receiver<(Request, u64)>, shared: &Shared) {
    let Shared { desk, root, client, send, pending, log } = shared;
    for (request, number) in questions {
        let waited = if request.method == ExecuteCommand::METHOD { None } else { desk.analysis(number) };
        let is_cancelled = pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&request.id);
        let answer = || match &waited {
            _ if is_cancelled == Some(true) => Err(error(ErrorCode::RequestCanceled, "taken back")),
            _ if request.method == ExecuteCommand::METHOD => execute(&request, send),
            None => Err(error(ErrorCode::ContentModified, "the document has changed")),
            Some(Err(failure)) => Err(error(ErrorCode::RequestFailed, failure)),
            Some(Ok(analysis)) => of(&request, &Context { analysis, client, root }),
        };
        let answer = catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|panic| {
            let message = format!("`{}` failed: {}", request.method, panic_message(panic.as_ref()));
            log(&message);
            Err(error(ErrorCode::InternalError, &message))
        });
        send(Response { id: request.id.clone(), response_result: answer }.into());
    }
}

fn of(request: &Request, context: &Context<'_>) -> Answer {
    match request.method.as_str() {
        HoverRequest::METHOD => reply::<HoverRequest>(request, |asked| hover::at(context, &asked)),
        GotoDefinition::METHOD => reply::<GotoDefinition>(request, |asked| targets::definition(context, &asked)),
        References::METHOD => reply::<References>(request, |asked| targets::references(context, &asked)),
        DocumentSymbolRequest::METHOD => {
            reply::<DocumentSymbolRequest>(request, |asked| symbols::of(context, &asked.text_document.uri))
        }
        _ => reply::<CodeActionRequest>(request, |asked| actions::at(context, &asked)),
    }
}

fn reply<M: Method>(request: &Request, answer: impl FnOnce(M::Params) -> M::Result) -> Answer {
    let params = serde_json::from_value(request.params.clone());
    let params = params.map_err(|fault| error(ErrorCode::InvalidParams, &fault.to_string()))?;
    serde_json::to_value(answer(params)).map_err(|fault| error(ErrorCode::InternalError, &fault.to_string()))
}

fn execute(request: &Request, send: &Send) -> Answer {
    let params = serde_json::from_value::<ExecuteCommandParams>(request.params.clone());
    let params = params.map_err(|fault| error(ErrorCode::InvalidParams, &fault.to_string()))?;
    let page = actions::explain(&params).map_err(|fault| error(ErrorCode::InvalidParams, &fault))?;
    send(actions::shown(&page).into());
    Ok(page.into())
}

fn error(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}

/// The words of a panic.
pub(super) fn panic_message(panic: &(dyn Any + std::marker::Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked")
}
