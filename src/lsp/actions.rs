//! What can be done about findings: mend them, silence them, read about them.
//!
//! Must not know how edits are written in the protocol.

use lsp_server::Notification;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    ExecuteCommandParams, MessageType, ShowMessageParams,
    notification::{Notification as _, ShowMessage},
};

use super::{context::Context, diagnostics, edits, silence};
use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Diagnostic, Safety},
    lint,
    path::RepoPath,
    text::Span,
};

/// The command that shows the page of a rule.
pub(super) const EXPLAIN: &str = "treewright.explain";

/// What can be done about the findings in a range of a file.
pub(super) fn at(context: &Context<'_>, asked: &CodeActionParams) -> Option<CodeActionResponse> {
    let path = context.path(&asked.text_document.uri)?;
    let text = context.analysis.project.text(&path)?;
    let range = context.client.encoding.span(&text, asked.range);
    let only = asked.context.only.as_deref();
    let wants = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|wanted| covers(wanted, kind)));
    let mut actions = Vec::new();
    let own = || context.analysis.findings.iter().filter(|finding| finding.primary.path == path);
    if wants(&CodeActionKind::QUICKFIX) {
        let touched: Vec<&Diagnostic> = own().filter(|finding| touches(context, finding, range)).collect();
        actions.extend(touched.iter().filter_map(|finding| mend(context, finding)));
        actions.extend(touched.iter().flat_map(|finding| ignore(context, finding)));
        actions.extend(touched.iter().filter_map(|finding| about(context, finding)));
    }
    if wants(&CodeActionKind::SOURCE_FIX_ALL) {
        actions.extend(mend_all(context, own()));
    }
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Whether a kind is the wanted one, or a part of it: `source` covers `source.fixAll`.
fn covers(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
}

/// Whether what the editor underlines meets the range.
fn touches(context: &Context<'_>, finding: &Diagnostic, range: Span) -> bool {
    let path = &finding.primary.path;
    let Some(text) = context.analysis.project.text(path) else { return false };
    let shown = context.client.encoding.span(&text, context.range(path, finding.primary.span));
    shown.start <= range.end && range.start <= shown.end
}

fn action(context: &Context<'_>, finding: &Diagnostic, title: String) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: diagnostics::of(context, finding).map(|shown| vec![shown]),
        ..CodeAction::default()
    }
}

fn mend(context: &Context<'_>, finding: &Diagnostic) -> Option<CodeAction> {
    let fix = finding.fix.as_ref()?;
    let is_safe = fix.safety == Safety::Safe;
    let warning = if is_safe { "" } else { " (unsafe: the meaning may change)" };
    let edit = edits::of(context, &fix.changes)?;
    let action = action(context, finding, format!("{}{warning}", capitalised(&fix.title)));
    Some(CodeAction { edit: Some(edit), is_preferred: is_safe.then_some(true), ..action })
}

/// Comments that silence the finding: here, and in the whole file.
fn ignore(context: &Context<'_>, finding: &Diagnostic) -> Vec<CodeAction> {
    let (path, rule) = (&finding.primary.path, finding.rule.as_ref());
    // Only YAML files can hold such comments, and only findings of rules can be silenced.
    let is_yaml = context.analysis.project.file(path).is_some();
    let Some(text) = context.analysis.project.text(path).filter(|_| is_yaml && lint::find(rule).is_some()) else {
        return Vec::new();
    };
    let here = silence::line(&text, finding.primary.span.start, rule).map(|edit| (format!("Ignore {rule} here"), edit));
    let everywhere = (format!("Ignore {rule} in this file"), silence::file(&text, rule));
    let offer = |(title, edit): (String, TextEdit)| {
        let mut changes = ChangeSet::new();
        changes.edit(path, [edit]).ok()?;
        Some(CodeAction { edit: edits::of(context, &changes), ..action(context, finding, title) })
    };
    here.into_iter().chain([everywhere]).filter_map(offer).collect()
}

fn about(context: &Context<'_>, finding: &Diagnostic) -> Option<CodeAction> {
    let rule = lint::find(&finding.rule)?;
    let title = format!("Explain {}", rule.id);
    let arguments = Some(vec![rule.id.into()]);
    let command = Command { title: title.clone(), command: EXPLAIN.to_owned(), arguments };
    Some(CodeAction { command: Some(command), ..action(context, finding, title) })
}

/// One edit with all safe mends of a file's findings, as far as they go together.
fn mend_all<'f>(context: &Context<'_>, findings: impl Iterator<Item = &'f Diagnostic>) -> Option<CodeAction> {
    let mut changes = ChangeSet::new();
    for fix in findings.filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe) {
        // One that overlaps another waits until the editor asks again.
        let _ = changes.merge(&fix.changes);
    }
    let edit = if changes.is_empty() { None } else { edits::of(context, &changes) };
    Some(CodeAction {
        title: "Mend everything in this file that can be mended safely".to_owned(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(edit?),
        ..CodeAction::default()
    })
}

fn capitalised(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + characters.as_str())
}

/// The page of the rule that a command names.
pub(super) fn explain(asked: &ExecuteCommandParams) -> Result<String, String> {
    if asked.command != EXPLAIN {
        return Err(format!("there is no command `{}`", asked.command));
    }
    let id = asked.arguments.first().and_then(serde_json::Value::as_str).ok_or("which rule?")?;
    lint::find(id).map(lint::page).ok_or_else(|| format!("there is no rule `{id}`"))
}

/// The message that shows a page.
pub(super) fn shown(page: &str) -> Notification {
    let params = ShowMessageParams { typ: MessageType::INFO, message: page.to_owned() };
    Notification::new(ShowMessage::METHOD.to_owned(), params)
}

/// The findings whose underlined text holds a byte offset.
pub(super) fn findings_at<'c>(
    context: &'c Context<'_>,
    path: &'c RepoPath,
    offset: u32,
) -> impl Iterator<Item = &'c Diagnostic> {
    let at = Span { start: offset, end: offset };
    let own = context.analysis.findings.iter().filter(move |finding| finding.primary.path == *path);
    own.filter(move |finding| touches(context, finding, at))
}
