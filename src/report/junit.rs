//! Findings as a JUnit report, for whatever shows test results.
//!
//! A suite for each file with findings, a case for each of them; an info is not a failure, and one that a comment silences was skipped. A run without findings is one
//! case that passed, because many readers take an empty report for a fault. Must not know where the file goes.

use std::collections::BTreeMap;

use super::{
    Findings,
    located::{Located, Places},
};
use crate::{diagnostic::Severity, path::RepoPath};

#[derive(Clone, Copy)]
enum Outcome<'r> {
    Failure,
    Noted,
    Skipped(&'r str),
}

/// Writes the report.
pub fn junit(findings: &Findings<'_>) -> String {
    let silenced = findings.suppressed.iter().map(|one| &one.finding);
    let located = Places::new(findings.texts).locate(findings.shown.iter().chain(silenced));
    let reasons = findings.suppressed.iter().map(|one| Some(one.reason.as_str()));
    let reasons = findings.shown.iter().map(|_| None).chain(reasons);
    let mut suites: BTreeMap<&RepoPath, Vec<(&Located<'_>, Outcome<'_>)>> = BTreeMap::new();
    for (one, reason) in located.iter().zip(reasons) {
        let outcome = match reason {
            Some(reason) => Outcome::Skipped(reason),
            None if one.finding.severity == Severity::Info => Outcome::Noted,
            None => Outcome::Failure,
        };
        suites.entry(&one.finding.primary.path).or_default().push((one, outcome));
    }
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    let mut body = String::new();
    for (path, cases) in &suites {
        let count = |wanted: fn(Outcome<'_>) -> bool| cases.iter().filter(|(_, outcome)| wanted(*outcome)).count();
        let failed = count(|outcome| matches!(outcome, Outcome::Failure));
        let passed_over = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let counts = counted(cases.len(), failed, passed_over);
        body.push_str(&format!("  <testsuite name=\"{}\" {counts}>\n", escaped(path.as_str())));
        body.extend(cases.iter().map(|(one, outcome)| case(one, *outcome)));
        body.push_str("  </testsuite>\n");
        (tests, failures, skipped) = (tests + cases.len(), failures + failed, skipped + passed_over);
    }
    if suites.is_empty() {
        tests = 1;
        body = format!(
            "  <testsuite name=\"treewright\" {}>\n    <testcase classname=\"treewright\" name=\"no findings\" time=\"0\"/>\n  </testsuite>\n",
            counted(1, 0, 0)
        );
    }
    let counts = counted(tests, failures, skipped);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"treewright\" {counts}>\n{body}</testsuites>\n"
    )
}

fn counted(tests: usize, failures: usize, skipped: usize) -> String {
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\"")
}

fn case(one: &Located<'_>, outcome: Outcome<'_>) -> String {
    let (path, finding) = (escaped(one.finding.primary.path.as_str()), one.finding);
    let name = escaped(&one.headline());
    let head = format!(
        "    <testcase classname=\"{path}\" name=\"{name}\" file=\"{path}\" line=\"{}\" time=\"0\"",
        one.line()
    );
    match outcome {
        Outcome::Noted => format!("{head}/>\n"),
        Outcome::Skipped(reason) => {
            format!("{head}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(reason))
        }
        Outcome::Failure => {
            let column = one.region.map_or(1, |region| region.start.column);
            let help = finding.help.as_deref().unwrap_or_default();
            let text = format!("{}:{}:{column}: {}\n{help}", finding.primary.path, one.line(), finding.message);
            format!(
                "{head}>\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                finding.severity.as_str(),
                escaped(&finding.message),
                escaped(text.trim_end())
            )
        }
    }
}

/// Text for XML 1.0, in content and attributes; characters that XML cannot hold become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if (c.is_control() && c.is_ascii()) || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
