//! Findings as Markdown, for summaries and comments.
//!
//! A table of counts first, then a list by file. Names and messages from the repository cannot become markup. Must not know where the text goes.

use std::collections::BTreeMap;

use super::{
    Findings,
    located::{Located, Places},
};
use crate::{diagnostic::Severity, path::RepoPath, text::visible};

/// Writes a heading, the counts by level, and the findings by file.
pub fn markdown(findings: &Findings<'_>) -> String {
    let located = Places::new(findings.texts).locate(findings.shown);
    if located.is_empty() {
        return format!("### treewright: no findings\n\n{} checked.\n", counted(findings.files, "file"));
    }
    let count = |severity| findings.shown.iter().filter(|finding| finding.severity == severity).count();
    let mut out = format!(
        "### treewright: {} in {}\n\n| errors | warnings | infos | suppressed |\n|---|---|---|---|\n| {} | {} | {} | {} |\n",
        counted(findings.shown.len(), "finding"),
        counted(findings.files, "file"),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Info),
        findings.suppressed.len(),
    );
    let mut files: BTreeMap<&RepoPath, Vec<&Located<'_>>> = BTreeMap::new();
    for one in &located {
        files.entry(&one.finding.primary.path).or_default().push(one);
    }
    for (path, all) in files {
        out.push_str(&format!("\n#### {}\n\n", code(path.as_str())));
        for one in all {
            let (finding, place) = (one.finding, one.region.map(|region| region.start));
            let place = place.map(|place| format!("{}:{}: ", place.line, place.column)).unwrap_or_default();
            let level = finding.severity.as_str();
            out.push_str(&format!("- {place}**{level}** `{}`: {}", finding.rule, prose(&finding.message)));
            if let Some(help) = &finding.help {
                out.push_str(&format!(" <br>{}", prose(help)));
            }
            out.push('\n');
        }
    }
    out
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A message, in which names in backticks stay code and nothing else is markup.
pub(super) fn prose(text: &str) -> String {
    let text = visible(text).replace(['\n', '\r'], " ");
    let parts: Vec<&str> = text.split('`').collect();
    // Backticks that do not pair are no code.
    if parts.len().is_multiple_of(2) {
        return escaped(&text.replace('`', "'"));
    }
    let parts = parts.iter().enumerate().map(|(index, part)| match (index % 2, part.is_empty()) {
        (0, _) => escaped(part),
        (_, true) => "''".to_owned(),
        _ => format!("`{part}`"),
    });
    parts.collect()
}

/// A name as code, between more backticks than it has itself.
pub(super) fn code(text: &str) -> String {
    let text = visible(text).replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
