//! Findings as a GitLab Code Quality report.
//!
//! GitLab shows the description only, so it begins with the rule; paths are relative to the repository, fingerprints unique. Must not know where the file goes.

use serde_json::{Value, json};

use super::{Findings, located::Places};
use crate::diagnostic::Severity;

/// Writes the report: one JSON array, empty without findings.
pub fn gitlab(findings: &Findings<'_>) -> String {
    let issues: Vec<Value> = Places::new(findings.texts)
        .locate(findings.shown)
        .iter()
        .map(|one| {
            json!({
                "description": one.headline(),
                "check_name": one.finding.rule,
                "fingerprint": one.fingerprint,
                "severity": severity(one.finding.severity),
                "location": {"path": one.finding.primary.path.as_str(), "lines": {"begin": one.line()}},
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(issues))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "minor",
        Severity::Error => "major",
    }
}
