//! Fingerprints of findings: what stays the same when lines move.
//!
//! A fingerprint is made of the rule, the file, the object and the route to the value at fault, items of lists by what they are called. No secret goes into it. Must not know who
//! compares them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::{
    diagnostic::Diagnostic,
    manifest::{ObjectId, redact},
    path::RepoPath,
    text::{SourceText, Span},
    yaml::{Document, Node, Step, Stream},
};

/// The fingerprint of each finding, in their order: 32 hexadecimal digits, no two the same. `texts` gives the text of a file.
pub fn fingerprints<'f>(
    findings: impl IntoIterator<Item = &'f Diagnostic>,
    texts: &dyn Fn(&RepoPath) -> Option<SourceText>,
) -> Vec<String> {
    let mut files: BTreeMap<&RepoPath, Option<File>> = BTreeMap::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    findings
        .into_iter()
        .map(|finding| {
            let path = &finding.primary.path;
            let file = files.entry(path).or_insert_with(|| texts(path).map(File::new));
            let place = file.as_ref().map(|file| file.anchor(finding.primary.span)).unwrap_or_default();
            let anchor = format!("{}\n{path}\n{place}", finding.rule);
            let count = seen.entry(anchor.clone()).or_default();
            let mut fingerprint = digest(&anchor, *count);
            while !taken.insert(fingerprint.clone()) {
                *count += 1;
                fingerprint = digest(&anchor, *count);
            }
            *count += 1;
            fingerprint
        })
        .collect()
}

/// A file, parsed once.
struct File {
    text: SourceText,
    stream: Option<Stream>,
    secrets: Vec<Span>,
}

impl File {
    fn new(text: SourceText) -> Self {
        Self { stream: Stream::parse(text.clone()).ok(), secrets: redact::secrets(text.as_str()), text }
    }

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
