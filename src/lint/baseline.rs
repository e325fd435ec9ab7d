//! The baseline: findings that are known, kept in a file so that only new ones are shown.
//!
//! Owns the file's form. An entry that no finding has any more is a finding itself, so that the file only ever shrinks. Must not know where the file is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{engine::Outcome, fingerprint::fingerprints, rule::Rule, rules::repo::unused_baseline};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    text::{SourceText, Span},
};

/// The version of the file's form.
const VERSION: u32 = 1;

/// The known findings of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: Vec<Entry>,
}

/// One known finding. Only the fingerprint counts; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    message: String,
    fingerprint: String,
}

impl Baseline {
    /// Takes all findings of a run as known.
    pub fn of(findings: &[Diagnostic], texts: &dyn Fn(&RepoPath) -> Option<SourceText>) -> Self {
        let known = findings.iter().filter(|finding| can_be_known(finding)).collect::<Vec<_>>();
        let fingerprints = fingerprints(known.iter().copied(), texts);
        let entry = |(finding, fingerprint): (&&Diagnostic, String)| Entry {
            path: finding.primary.path.to_string(),
            rule: finding.rule.to_string(),
            message: finding.message.clone(),
            fingerprint,
        };
        let mut findings: Vec<Entry> = known.iter().zip(fingerprints).map(entry).collect();
        findings.sort();
        Self { version: VERSION, findings }
    }

    /// Reads the file. Fails with a finding at the place of the fault.
    pub fn read(path: &RepoPath, text: &str) -> Result<Self, Box<Diagnostic>> {
        let fault = |span, message: String| {
            let fault = Diagnostic::new("baseline", Severity::Error, message, Label::new(path, span, ""));
            Box::new(fault.with_help("write it anew with `treewright lint --write-baseline`"))
        };
        let baseline: Self = serde_json::from_str(text).map_err(|error| {
            let line = u32::try_from(error.line()).unwrap_or(1);
            let span = SourceText::new(text).line_span(line).unwrap_or_default();
            fault(span, format!("the baseline cannot be read: {error}"))
        })?;
        if baseline.version != VERSION {
            let message = format!("the baseline has version {}; this treewright knows {VERSION}", baseline.version);
            return Err(fault(Span::default(), message));
        }
        Ok(baseline)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        // The form holds only texts and numbers, which JSON can hold.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether no finding is known.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Takes known findings out, and adds one for each entry that is not needed any more. Gives how many were known. `own` is the file and its text.
    pub fn apply(
        &self,
        outcome: &mut Outcome,
        texts: &dyn Fn(&RepoPath) -> Option<SourceText>,
        own: (&RepoPath, &str),
        runs: impl Fn(&Rule) -> bool,
    ) -> usize {
        let known: BTreeMap<&str, &Entry> =
            self.findings.iter().map(|entry| (entry.fingerprint.as_str(), entry)).collect();
        let before = outcome.findings.len();
        let (asked, others): (Vec<_>, Vec<_>) = outcome.findings.drain(..).partition(can_be_known);
        let fingerprints = fingerprints(&asked, texts);
        let used: BTreeSet<&str> = fingerprints.iter().map(String::as_str).collect();
        let kept = asked.into_iter().zip(&fingerprints).filter(|(_, one)| !known.contains_key(one.as_str()));
        outcome.findings = others.into_iter().chain(kept.map(|(finding, _)| finding)).collect();
        let silenced = before - outcome.findings.len();
        let runs_rule = |entry: &&Entry| super::find(&entry.rule).is_none_or(&runs);
        let unused = self.findings.iter().filter(|entry| !used.contains(entry.fingerprint.as_str())).filter(runs_rule);
        if runs(&unused_baseline::RULE) {
            outcome.findings.extend(unused.map(|entry| complaint(entry, own)));
        }
        outcome.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        silenced
    }
}

/// Whether a finding may be put into a baseline: not those about the linter's own work.
fn can_be_known(finding: &Diagnostic) -> bool {
    !finding.rule.starts_with("repo/")
}

fn complaint(entry: &Entry, (path, text): (&RepoPath, &str)) -> Diagnostic {
    let at = text.find(&entry.fingerprint).unwrap_or_default();
    let label =
        Label::new(path, Span::new(at, at + entry.fingerprint.len()), "no finding has this fingerprint any more");
    let rule = &unused_baseline::RULE;
    let message = format!("the baseline lists a finding of `{}` in {} that is gone", entry.rule, entry.path);
    Diagnostic::new(rule.id, rule.severity, message, label)
        .with_help("write it anew with `treewright lint --write-baseline`")
}
