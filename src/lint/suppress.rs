//! Comments that silence findings: `# treewright: ignore[rule, rule] reason`.
//!
//! A comment behind content silences its line, one that stands alone silences the next line, one above all content silences the whole file. A comment
//! that silences nothing, or names an unknown rule, is a finding itself. Must not know rules.

use super::{catalogue, engine::Outcome};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    project::{File, Project},
    text::Span,
    yaml::{Document, Stream},
};

/// Which lines a comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    File,
    Line(u32),
}

/// One rule named in one comment.
struct Suppression<'p> {
    path: &'p RepoPath,
    rule: &'p str,
    /// Where the rule is named.
    span: Span,
    scope: Scope,
    used: bool,
}

/// Takes silenced findings out, and adds findings about comments that silence nothing. `ran` says whether a rule ran at all: a comment for a rule
/// that did not run is not unused.
pub(super) fn apply(project: &Project, findings: Vec<Diagnostic>, ran: impl Fn(&str) -> bool) -> Outcome {
    let mut suppressions: Vec<Suppression<'_>> = project
        .files()
        .iter()
        .filter_map(|file| Some((file, file.stream()?)))
        .flat_map(|(file, stream)| read(file, stream))
        .collect();
    let before = findings.len();
    let mut kept: Vec<Diagnostic> =
        findings.into_iter().filter(|finding| !silence(project, &mut suppressions, finding)).collect();
    let suppressed = before - kept.len();
    kept.extend(suppressions.iter().filter(|one| !one.used).filter_map(|one| complaint(one, &ran)));
    kept.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Outcome { findings: kept, suppressed }
}

/// Marks the suppression that silences a finding, if there is one.
fn silence(project: &Project, suppressions: &mut [Suppression<'_>], finding: &Diagnostic) -> bool {
    // Suppressions are in the order of files; most repositories have few or none.
    let first = suppressions.partition_point(|one| *one.path < finding.primary.path);
    let text = project.file(&finding.primary.path).and_then(File::stream).map(Stream::text);
    let line = text.map(|text| text.position(finding.primary.span.start).line);
    let mut silenced = false;
    for one in suppressions[first..].iter_mut().take_while(|one| *one.path == finding.primary.path) {
        let applies = one.scope == Scope::File || line.is_some_and(|line| one.scope == Scope::Line(line));
        if applies && one.rule == finding.rule {
            one.used = true;
            silenced = true;
        }
    }
    silenced
}

fn read<'p>(file: &'p File, stream: &'p Stream) -> Vec<Suppression<'p>> {
    let text = stream.text();
    let content =
        stream.documents().map(Document::root).find(|root| !root.is_absent()).map(|root| root.outer_span().start);
    let mut found = Vec::new();
    for &comment in stream.comments() {
        let Some((rules, offset)) = rules_in(text.slice(comment)) else { continue };
        let line = text.position(comment.start).line;
        let scope = if content.is_none_or(|content| comment.start < content) {
            Scope::File
        } else if stream.stands_alone(comment) {
            Scope::Line(line + 1)
        } else {
            Scope::Line(line)
        };
        let mut at = comment.start as usize + offset;
        for rule in rules.split(',') {
            let start = at + rule.len() - rule.trim_start().len();
            let span = Span::new(start, start + rule.trim().len());
            found.push(Suppression { path: &file.path, rule: rule.trim(), span, scope, used: false });
            at += rule.len() + 1;
        }
    }
    found
}

/// The rules named in a comment, and where in the comment their list starts.
fn rules_in(comment: &str) -> Option<(&str, usize)> {
    let content = comment.trim_start_matches('#').trim_start();
    let list = content.strip_prefix("treewright:")?.trim_start().strip_prefix("ignore[")?;
    let (rules, _) = list.split_once(']')?;
    Some((rules, comment.len() - list.len()))
}

fn complaint(one: &Suppression<'_>, ran: &impl Fn(&str) -> bool) -> Option<Diagnostic> {
    if catalogue::find(one.rule).is_none() {
        let label = Label::new(one.path, one.span, "");
        let message = format!("there is no rule `{}`", one.rule);
        let help = catalogue::nearest_id(one.rule)
            .map_or_else(|| "`treewright rules` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
        return Some(Diagnostic::new("repo/unknown-suppression", Severity::Warning, message, label).with_help(help));
    }
    let label = Label::new(one.path, one.span, "nothing to silence here");
    let message = format!("the suppression of `{}` is not needed", one.rule);
    ran(one.rule).then(|| {
        Diagnostic::new("repo/unused-suppression", Severity::Warning, message, label).with_help("remove the comment")
    })
}
