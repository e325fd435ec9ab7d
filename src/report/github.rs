//! Findings as workflow commands of GitHub Actions, which become annotations.
//!
//! GitHub shows ten of each level in a step; the whole goes to the step's summary, as Markdown. Must not know the environment.

use super::{Findings, located::Places};
use crate::diagnostic::Severity;

/// Writes one command for each finding.
pub fn github(findings: &Findings<'_>) -> String {
    let located = Places::new(findings.texts).locate(findings.shown);
    let commands = located.iter().map(|one| {
        let level = match one.finding.severity {
            Severity::Info => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut place = format!("file={}", property(one.finding.primary.path.as_str()));
        if let Some(region) = one.region {
            place.push_str(&format!(",line={},endLine={}", region.start.line, region.end.line));
            // Columns are for annotations within one line.
            if region.start.line == region.end.line {
                place.push_str(&format!(",col={},endColumn={}", region.start.column, region.end.column));
            }
        }
        let help = one.finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        let message = data(&format!("{}{help}", one.finding.message));
        format!("::{level} {place},title={}::{message}\n", property(&one.finding.rule))
    });
    commands.collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
