//! Which rule is heard where several say that the same place is wrong.
//!
//! A schema knows no more than forms; a rule that knows what the value is for says it better. Must not know rules, but for the two named here.

use super::rules::{kubernetes::schema_violation, secret::plaintext};
use crate::{diagnostic::Diagnostic, path::RepoPath, text::Span};

/// Takes out what schemas say about places of which another rule says, at least as severely, that they are wrong. The findings are sorted.
pub(super) fn settle(findings: &mut Vec<Diagnostic>) {
    fn place(finding: &Diagnostic) -> (&RepoPath, Span) {
        (&finding.primary.path, finding.primary.span)
    }
    let is_general = |finding: &&Diagnostic| finding.rule == schema_violation::RULE.id;
    // That a secret should not be here says nothing about the form of its text.
    let is_specific = |finding: &&Diagnostic| !is_general(finding) && finding.rule != plaintext::RULE.id;
    let groups = findings.chunk_by(|a, b| place(a) == place(b));
    let outdone: Vec<bool> = groups
        .flat_map(|same| {
            let most = same.iter().filter(is_specific).map(|finding| finding.severity).max();
            same.iter().map(move |finding| is_general(&finding) && most >= Some(finding.severity))
        })
        .collect();
    let mut outdone = outdone.into_iter();
    findings.retain(|_| outdone.next() != Some(true));
}
