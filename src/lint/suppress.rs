//! Comments that silence findings: `# treewright: ignore[rule, rule] reason`.
//!
//! A comment behind content silences its line, one that stands alone silences the next line with content, one above all content silences the whole file. A comment
//! that silences nothing, or names an unknown rule, is a finding itself. Must not know rules, but for those two.

use super::{
    catalogue,
    engine::{Outcome, Suppressed},
    rule::Rule,
    rules::repo::{unknown_suppression, unused_suppression},
};
use crate::{
    diagnostic::{Diagnostic, Label},
    path::RepoPath,
    project::{File, Project},
    text::{SourceText, Span},
    yaml::{Document, Stream},
};

/// Which lines a comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    File,
    Line(u32),
}

/// One rule named in one comment.
struct Suppression {
    path: RepoPath,
    rule: String,
    /// Where the rule is named.
    span: Span,
    scope: Scope,
    /// What the comment says behind the rules.
    reason: String,
    used: bool,
}

/// Takes silenced findings out, and adds findings about comments that silence nothing. `runs` says whether a rule runs at all: a comment for a rule
/// that does not run is not unused.
pub(super) fn apply(project: &Project, findings: Vec<Diagnostic>, runs: impl Fn(&Rule) -> bool) -> Outcome {
    let mut suppressions: Vec<Suppression> = project
        .files()
        .iter()
        .flat_map(|file| match file.stream() {
            Some(stream) => read(file, stream),
            None => read_head(project, file),
        })
        .collect();
    let (mut kept, mut suppressed) = (Vec::new(), Vec::new());
    for finding in findings {
        match silence(project, &mut suppressions, &finding) {
            Some(reason) => suppressed.push(Suppressed { finding, reason }),
            None => kept.push(finding),
        }
    }
    kept.extend(suppressions.iter().filter(|one| !one.used).filter_map(|one| complaint(one, &runs)));
    kept.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Outcome { findings: kept, suppressed, known: 0 }
}

/// Marks the suppressions that silence a finding; gives the reason that the first of them states.
fn silence(project: &Project, suppressions: &mut [Suppression], finding: &Diagnostic) -> Option<String> {
    // Suppressions are in the order of files; most repositories have few or none.
    let first = suppressions.partition_point(|one| one.path < finding.primary.path);
    let text = project.file(&finding.primary.path).and_then(File::stream).map(Stream::text);
    let line = text.map(|text| text.position(finding.primary.span.start).line);
    let mut silenced = None;
    for one in suppressions[first..].iter_mut().take_while(|one| one.path == finding.primary.path) {
        let applies = one.scope == Scope::File || line.is_some_and(|line| one.scope == Scope::Line(line));
        if applies && one.rule == finding.rule {
            one.used = true;
            silenced.get_or_insert_with(|| one.reason.clone());
        }
    }
    silenced
}

fn read(file: &File, stream: &Stream) -> Vec<Suppression> {
    let text = stream.text();
    let content =
        stream.documents().map(Document::root).find(|root| !root.is_absent()).map(|root| root.outer_span().start);
    let named = stream.comments().iter().flat_map(|&comment| {
        let scope = if content.is_none_or(|content| comment.start < content) {
            Scope::File
        } else if stream.stands_alone(comment) {
            Scope::Line(next_line(text, comment))
        } else {
            Scope::Line(text.position(comment.start).line)
        };
        named_in(&file.path, text.slice(comment), comment.start, scope)
    });
    named.collect()
}

/// The comments at the top of a file that is not YAML, which nothing can say about its lines.
fn read_head(project: &Project, file: &File) -> Vec<Suppression> {
    let Some(text) = project.text(&file.path) else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n').take_while(|line| line.starts_with('#') || line.trim().is_empty()) {
        found.extend(named_in(&file.path, line, start, Scope::File));
        start += u32::try_from(line.len()).unwrap_or_default();
    }
    found
}

/// The first line below a comment that holds more than a comment.
fn next_line(text: &SourceText, comment: Span) -> u32 {
    let below = text.as_str()[comment.end as usize..].lines().skip(1);
    let skipped = below.take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#')).count();
    text.position(comment.start).line + 1 + u32::try_from(skipped).unwrap_or_default()
}

/// The suppressions in one comment, which begins at an offset of its file.
fn named_in(path: &RepoPath, comment: &str, start: u32, scope: Scope) -> Vec<Suppression> {
    let Some((rules, offset, reason)) = rules_in(comment) else { return Vec::new() };
    let mut at = start as usize + offset;
    let mut found = Vec::new();
    for rule in rules.split(',') {
        let length = rule.len();
        let start = at + length - rule.trim_start().len();
        let span = Span::new(start, start + rule.trim().len());
        let (path, rule, reason) = (path.clone(), rule.trim().to_owned(), reason.to_owned());
        found.push(Suppression { path, rule, span, scope, reason, used: false });
        at += length + 1;
    }
    found
}

/// The rules named in a comment, where in the comment their list starts, and the words behind it.
fn rules_in(comment: &str) -> Option<(&str, usize, &str)> {
    let content = comment.trim_start_matches('#').trim_start();
    let list = content.strip_prefix("treewright:")?.trim_start().strip_prefix("ignore[")?;
    let (rules, reason) = list.split_once(']')?;
    Some((rules, comment.len() - list.len(), reason.trim()))
}

fn complaint(one: &Suppression, runs: &impl Fn(&Rule) -> bool) -> Option<Diagnostic> {
    let (rule, message, note, help) = match catalogue::find(&one.rule) {
        None => {
            let help = catalogue::nearest_id(&one.rule).map_or_else(
                || "`treewright rules` lists all rules".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            (&unknown_suppression::RULE, format!("there is no rule `{}`", one.rule), "", help)
        }
        Some(rule) => {
            let message = format!("the suppression of `{}` is not needed", rule.id);
            runs(rule).then_some(())?;
            (&unused_suppression::RULE, message, "nothing to silence here", "remove the comment".to_owned())
        }
    };
    let label = Label::new(&one.path, one.span, note);
    runs(rule).then(|| Diagnostic::new(rule.id, rule.severity, message, label).with_help(help))
}
