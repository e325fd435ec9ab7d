//! Findings with what machines ask for: lines and columns, and a fingerprint that stays the same when lines move.
//!
//! Must not know formats.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Texts, redact};
use crate::{
    diagnostic::{Diagnostic, Label},
    manifest::ObjectId,
    path::RepoPath,
    text::{Position, SourceText, Span},
    yaml::{Document, Node, Step, Stream},
};

/// A finding and its place.
pub(super) struct Located<'f> {
    pub(super) finding: &'f Diagnostic,
    /// The place of the primary label; `None` if that means the file as a whole.
    pub(super) region: Option<Region>,
    /// 32 hexadecimal digits, different for every finding of a run.
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

/// The files of a run, each parsed once.
pub(super) struct Places<'t> {
    texts: &'t Texts<'t>,
    files: BTreeMap<RepoPath, Option<Known>>,
}

struct Known {
    text: SourceText,
    stream: Option<Stream>,
    secrets: Vec<Span>,
}

impl<'t> Places<'t> {
    pub(super) fn new(texts: &'t Texts<'t>) -> Self {
        Self { texts, files: BTreeMap::new() }
    }

    /// Places findings; no two get the same fingerprint.
    pub(super) fn locate<'f>(&mut self, findings: impl IntoIterator<Item = &'f Diagnostic>) -> Vec<Located<'f>> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        findings
            .into_iter()
            .map(|finding| {
                let anchor = self.anchor(finding);
                let count = seen.entry(anchor.clone()).or_default();
                let mut fingerprint = digest(&anchor, *count);
                while !taken.insert(fingerprint.clone()) {
                    *count += 1;
                    fingerprint = digest(&anchor, *count);
                }
                *count += 1;
                Located { finding, region: self.region(&finding.primary), fingerprint }
            })
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
            let known = (self.texts)(path).map(|text| Known {
                stream: Stream::parse(text.clone()).ok(),
                secrets: redact::secrets(text.as_str()),
                text,
            });
            self.files.insert(path.clone(), known);
        }
        self.files.get(path)?.as_ref()
    }

    /// What identifies a finding whatever its line: rule, file, object and route; the words of the line where there is no YAML.
    fn anchor(&mut self, finding: &Diagnostic) -> String {
        let place = match self.file(&finding.primary.path) {
            None => String::new(),
            Some(known) => known.anchor(finding.primary.span),
        };
        format!("{}\n{}\n{place}", finding.rule, finding.primary.path)
    }
}

impl Known {
    fn anchor(&self, span: Span) -> String {
        if span.is_empty() && span.start == 0 {
            return String::new();
        }
        let document = self.stream.as_ref().and_then(|stream| {
            let place = |document: &(usize, Document<'_>)| document.1.span().touches(span.start as usize);
            let (index, document) = stream.documents().enumerate().find(place)?;
            let node = stream.node_at(span.start).or_else(|| stream.innermost(span.start))?;
            Some(format!("{}{}", object(document, index), self.route(node)))
        });
        document.unwrap_or_else(|| {
            let line = self.text.line_span(self.text.position(span.start).line).unwrap_or_default();
            let hidden = self.secrets.iter().any(|secret| secret.start < line.end && line.start < secret.end);
            if hidden { String::new() } else { self.text.slice(line).trim().to_owned() }
        })
    }

    /// The route of a node, items of lists by what they are called: that stays when another item is put before them.
    fn route(&self, node: Node<'_>) -> String {
        let mut at = node;
        let mut names = Vec::new();
        for step in node.route().steps().iter().rev() {
            names.push(match step {
                Step::Key(key) => format!("/{key}"),
                Step::Index(index) => self.item(at).map_or_else(|| format!("/{index}"), |name| format!("/={name}")),
            });
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        names.into_iter().rev().collect()
    }

    /// What an item of a list is called: its name, or its text if it is no secret.
    fn item<'n>(&self, item: Node<'n>) -> Option<&'n str> {
        let is_open = |node: &Node<'_>| {
            !self.secrets.iter().any(|secret| secret.start < node.span().end && node.span().start < secret.end)
        };
        item.get("name").or(Some(item)).filter(is_open)?.text()
    }
}

/// The name of the object in a document; its number, if it holds none.
fn object(document: Document<'_>, index: usize) -> String {
    match ObjectId::of_node(document.root()) {
        Some(id) => {
            let namespace = id.namespace.unwrap_or_default();
            format!("{}/{}/{namespace}/{}", id.group, id.kind, id.name)
        }
        None => index.to_string(),
    }
}

fn digest(anchor: &str, count: usize) -> String {
    let hash = Sha256::digest(format!("{anchor}\n{count}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
