//! One line for each finding: `path:line:column: level[rule]: message`.
//!
//! The form that editors and `grep` understand. Must not know colours.

use std::fmt::Write;

use super::Texts;
use crate::{diagnostic::Diagnostic, text::visible};

/// Writes one line for each finding.
pub fn concise(findings: &[Diagnostic], texts: &Texts<'_>) -> String {
    let mut out = String::new();
    for finding in findings {
        let label = &finding.primary;
        let place = texts(&label.path).map(|text| text.position(label.span.start));
        let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
        let (level, rule, message) = (finding.severity.as_str(), &finding.rule, visible(&finding.message));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}:{line}:{column}: {level}[{rule}]: {message}", visible(label.path.as_str()));
    }
    out
}
