//! Findings as the protocol shows them.
//!
//! Must not know how findings are mended.

use lsp_types::{Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString};

use super::context::Context;
use crate::diagnostic::{Diagnostic, Severity};

/// A finding as the editor shows it.
pub(super) fn of(context: &Context<'_>, finding: &Diagnostic) -> Option<Shown> {
    let path = &finding.primary.path;
    context.uri(path)?;
    let mut message = finding.message.clone();
    let mut more = |text: &str| {
        if !text.is_empty() {
            message.push('\n');
            message.push_str(text);
        }
    };
    more(&finding.primary.message);
    let related = if context.client.shows_related {
        related(context, finding)
    } else {
        for label in &finding.secondary {
            more(&format!("{}: {}", context.named(&label.path, label.span).trim_matches('`'), label.message));
        }
        Vec::new()
    };
    if let Some(help) = &finding.help {
        more(&format!("help: {help}"));
    }
    Some(Shown {
        range: context.range(path, finding.primary.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.to_string())),
        source: Some(env!("CARGO_PKG_NAME").to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Shown::default()
    })
}

fn related(context: &Context<'_>, finding: &Diagnostic) -> Vec<DiagnosticRelatedInformation> {
    let labels = finding.secondary.iter();
    let related = labels.filter_map(|label| {
        let location = context.location(&label.path, label.span)?;
        let message = if label.message.is_empty() { "see here".to_owned() } else { label.message.clone() };
        Some(DiagnosticRelatedInformation { location, message })
    });
    related.collect()
}
