//! Findings as JSON, for programs: one document, or one line for each finding.
//!
//! The form is version 1 and frozen: fields may be added, none is renamed or removed. `docs/formats.md` describes it.

use serde_json::{Value, json};

use super::{
    Findings,
    located::{Located, Places, Region},
};
use crate::{
    change::FileChange,
    diagnostic::{Fix, Label, Safety, Severity},
};

/// The version of the form.
const VERSION: u32 = 1;

/// Writes one JSON document with all findings.
pub fn json(findings: &Findings<'_>) -> String {
    let mut places = Places::new(findings.texts);
    let located = places.locate(findings.shown);
    let all: Vec<Value> = located.iter().map(|one| finding(one, &mut places)).collect();
    let count = |severity| findings.shown.iter().filter(|finding| finding.severity == severity).count();
    let document = json!({
        "version": VERSION,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "summary": {
            "files": findings.files,
            "errors": count(Severity::Error),
            "warnings": count(Severity::Warning),
            "infos": count(Severity::Info),
            "suppressed": findings.suppressed.len(),
        },
        "findings": all,
    });
    format!("{document:#}\n")
}

/// Writes a JSON object for each finding, one on each line.
pub fn json_lines(findings: &Findings<'_>) -> String {
    let mut places = Places::new(findings.texts);
    let located = places.locate(findings.shown);
    located.iter().map(|one| format!("{}\n", finding(one, &mut places))).collect()
}

fn finding(located: &Located<'_>, places: &mut Places<'_>) -> Value {
    let finding = located.finding;
    json!({
        "rule": finding.rule,
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "help": finding.help,
        "fingerprint": located.fingerprint,
        "location": place(&finding.primary, located.region),
        "related": finding.secondary.iter().map(|label| place(label, places.region(label))).collect::<Vec<_>>(),
        "fix": finding.fix.as_ref().map(|one| fix(one, places)),
    })
}

fn place(label: &Label, region: Option<Region>) -> Value {
    json!({"path": label.path.as_str(), "range": region.map(range), "message": label.message})
}

fn range(region: Region) -> Value {
    let position = |position: crate::text::Position| json!({"line": position.line, "column": position.column});
    json!({"start": position(region.start), "end": position(region.end)})
}

/// A fix; its edits are left out where they would show a secret or replace a whole file.
fn fix(fix: &Fix, places: &mut Places<'_>) -> Value {
    let mut edits = Some(Vec::new());
    for (path, change) in fix.changes.files() {
        let FileChange::Edit(all) = change else {
            edits = None;
            break;
        };
        for edit in all {
            let region = places.edit(path, edit.span, &edit.replacement);
            match (region, &mut edits) {
                (Some(region), Some(edits)) => {
                    edits.push(json!({"path": path.as_str(), "range": range(region), "replacement": edit.replacement}));
                }
                _ => edits = None,
            }
        }
    }
    let safety = if fix.safety == Safety::Safe { "safe" } else { "unsafe" };
    json!({"title": fix.title, "safety": safety, "edits": edits})
}
