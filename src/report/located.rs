//! Findings with the lines and columns that machines ask for.
//!
//! Must not know formats.

use std::collections::BTreeMap;

use super::Texts;
use crate::{
    diagnostic::{Diagnostic, Label},
    lint::fingerprints,
    manifest::redact,
    path::RepoPath,
    text::{Position, SourceText, Span},
};

/// A finding and its place.
pub(super) struct Located<'f> {
    pub(super) finding: &'f Diagnostic,
    /// The place of the primary label; `None` if that means the file as a whole.
    pub(super) region: Option<Region>,
    /// See [`fingerprints`].
    pub(super) fingerprint: String,
}

/// From the first character to the one behind the last.
#[derive(Clone, Copy)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl Located<'_> {
    /// The first line, 1 for the file as a whole.
    pub(super) fn line(&self) -> u32 {
        self.region.map_or(1, |region| region.start.line)
    }

    /// The rule and the message in one line.
    pub(super) fn headline(&self) -> String {
        format!("{}: {}", self.finding.rule, self.finding.message)
    }
}

/// The files of a run, each read once.
pub(super) struct Places<'t> {
    texts: &'t Texts<'t>,
    files: BTreeMap<RepoPath, Option<Known>>,
}

struct Known {
    text: SourceText,
    secrets: Vec<Span>,
}

impl<'t> Places<'t> {
    pub(super) fn new(texts: &'t Texts<'t>) -> Self {
        Self { texts, files: BTreeMap::new() }
    }

    /// Places findings; no two get the same fingerprint.
    pub(super) fn locate<'f>(
        &mut self,
        findings: impl IntoIterator<Item = &'f Diagnostic> + Clone,
    ) -> Vec<Located<'f>> {
        let all = fingerprints(findings.clone(), self.texts);
        let findings = findings.into_iter().zip(all);
        findings
            .map(|(finding, fingerprint)| Located { finding, region: self.region(&finding.primary), fingerprint })
            .collect()
    }

    /// Where a label is; `None` if it means the file as a whole.
    pub(super) fn region(&mut self, label: &Label) -> Option<Region> {
        let whole = label.span.is_empty() && label.span.start == 0;
        let known = self.file(&label.path).filter(|_| !whole)?;
        Some(Region { start: known.text.position(label.span.start), end: known.text.position(label.span.end) })
    }

    /// Where an edit would be made, and whether it can be shown: nothing may leave that touches a secret or repeats one.
    pub(super) fn edit(&mut self, path: &RepoPath, span: Span, replacement: &str) -> Option<Region> {
        let known = self.file(path)?;
        let touches = |secret: &&Span| secret.start < span.end.max(span.start + 1) && span.start < secret.end;
        let repeats = |secret: &Span| {
            let text = known.text.slice(*secret);
            text.len() > 3 && replacement.contains(text)
        };
        let is_open = known.secrets.iter().find(touches).is_none() && !known.secrets.iter().any(repeats);
        is_open.then(|| Region { start: known.text.position(span.start), end: known.text.position(span.end) })
    }

    fn file(&mut self, path: &RepoPath) -> Option<&Known> {
        if !self.files.contains_key(path) {
            let known = (self.texts)(path).map(|text| Known { secrets: redact::secrets(text.as_str()), text });
            self.files.insert(path.clone(), known);
        }
        self.files.get(path)?.as_ref()
    }
}
