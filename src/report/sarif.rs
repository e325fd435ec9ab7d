//! Findings as SARIF 2.1.0, for code scanning.
//!
//! Facts from the OASIS standard and from what GitHub takes: results are always there, regions are left out rather than invented, URIs are relative to the
//! repository with percent-encoded names. Must not know where the file goes.

use serde_json::{Map, Value, json};

use super::{
    Findings,
    located::{Located, Places, Region},
};
use crate::{
    change::FileChange,
    diagnostic::{Diagnostic, Fix, Label, Safety, Severity},
    lint::{RULES, Rule},
    path::RepoPath,
    text::Span,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes a SARIF log with one run.
pub fn sarif(findings: &Findings<'_>) -> String {
    let mut places = Places::new(findings.texts);
    let silenced = findings.suppressed.iter().map(|one| &one.finding);
    let located = places.locate(findings.shown.iter().chain(silenced));
    let reasons = findings.suppressed.iter().map(|one| Some(one.reason.as_str()));
    let reasons = findings.shown.iter().map(|_| None).chain(reasons);
    let results: Vec<Value> =
        located.iter().zip(reasons).map(|(one, reason)| result(one, reason, &mut places)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn described(rule: &Rule) -> Value {
    let group = rule.id.split('/').next().unwrap_or_default();
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.docs, "markdown": rule.docs},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [group]},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result(located: &Located<'_>, reason: Option<&str>, places: &mut Places<'_>) -> Value {
    let finding = located.finding;
    let mut result = Map::new();
    result.insert("ruleId".into(), json!(finding.rule));
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.rule) {
        result.insert("ruleIndex".into(), json!(index));
    }
    result.insert("level".into(), json!(level(finding.severity)));
    result.insert("message".into(), json!({"text": message(finding)}));
    result.insert("locations".into(), json!([location(&finding.primary, located.region, None)]));
    result.insert("partialFingerprints".into(), json!({"primaryLocationLineHash": located.fingerprint}));
    let related: Vec<Value> = finding
        .secondary
        .iter()
        .enumerate()
        .map(|(index, label)| location(label, places.region(label), Some(index)))
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), json!(related));
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| changes(fix, places)) {
        result.insert("fixes".into(), json!([fix]));
    }
    if let Some(reason) = reason {
        let justification = Some(reason).filter(|reason| !reason.is_empty());
        let mut suppression = json!({"kind": "inSource"});
        if let (Some(reason), Some(fields)) = (justification, suppression.as_object_mut()) {
            fields.insert("justification".into(), json!(reason));
        }
        result.insert("suppressions".into(), json!([suppression]));
    }
    Value::Object(result)
}

fn message(finding: &Diagnostic) -> String {
    match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    }
}

fn location(label: &Label, region: Option<Region>, id: Option<usize>) -> Value {
    let mut physical = json!({"artifactLocation": artifact(&label.path)});
    if let (Some(region), Some(fields)) = (region, physical.as_object_mut()) {
        fields.insert("region".into(), span(region));
    }
    let mut location = json!({"physicalLocation": physical});
    if let Some(fields) = location.as_object_mut() {
        if !label.message.is_empty() {
            fields.insert("message".into(), json!({"text": label.message}));
        }
        if let Some(id) = id {
            fields.insert("id".into(), json!(id));
        }
    }
    location
}

fn artifact(path: &RepoPath) -> Value {
    json!({"uri": uri(path)})
}

fn span(region: Region) -> Value {
    json!({
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    })
}

/// A path as a relative URI reference (RFC 3986).
fn uri(path: &RepoPath) -> String {
    let mut uri = String::new();
    for byte in path.as_str().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A fix; `None` if it makes or removes files, which SARIF cannot say, or would show a secret.
fn changes(fix: &Fix, places: &mut Places<'_>) -> Option<Value> {
    let mut artifacts = Vec::new();
    for (path, change) in fix.changes.files() {
        let FileChange::Edit(edits) = change else { return None };
        let replacements: Option<Vec<Value>> = edits
            .iter()
            .map(|edit| {
                let region = places.edit(
                    path,
                    Span::new(edit.span.start as usize, edit.span.end as usize),
                    &edit.replacement,
                )?;
                Some(json!({"deletedRegion": span(region), "insertedContent": {"text": edit.replacement}}))
            })
            .collect();
        artifacts.push(json!({"artifactLocation": artifact(path), "replacements": replacements?}));
    }
    let option = if fix.safety == Safety::Safe { "--fix" } else { "--unsafe-fixes" };
    Some(json!({"description": {"text": format!("{} ({option})", fix.title)}, "artifactChanges": artifacts}))
}
