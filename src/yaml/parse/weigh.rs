//! How large a stream would be with all its aliases written out, and the limits on that.
//!
//! A few hundred bytes of aliases can stand for more nodes than any memory holds. Such a file is refused here, once, so that everything that walks a stream
//! through its aliases and merge keys ends soon, whatever it looks for. Must not know what the values mean.

use super::SyntaxError;
use crate::{
    text::Span,
    yaml::{
        expand::{ExpandError, MAX_EXPANDED_DEPTH, MAX_EXPANDED_NODES},
        node::{NodeKind, Stream},
    },
};

/// A small file may expand to this many nodes …
const FREE_NODES: u64 = 10_000;
/// … or to this many bytes of text, …
const FREE_BYTES: u64 = 1024 * 1024;
/// … a larger one to this many times what is written. Anchors in real files save a half, seldom nine tenths.
const GROWTH: u64 = 20;
/// No file expands to more bytes than this.
const MAX_EXPANDED_BYTES: u64 = 64 * 1024 * 1024;

/// What a node stands for, aliases written out.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    nodes: u64,
    bytes: u64,
    /// Levels below the node, itself included.
    depth: u64,
}

/// Refuses a stream whose aliases multiply or deepen it beyond the limits.
pub(super) fn refuse_bombs(stream: &Stream) -> Result<(), SyntaxError> {
    // Without an anchor there is no alias.
    if stream.properties.is_empty() {
        return Ok(());
    }
    let written = |limit: u64, size: usize, most: u64| limit.max(GROWTH.saturating_mul(size as u64)).min(most);
    let most = Weight {
        nodes: written(FREE_NODES, stream.nodes.len(), MAX_EXPANDED_NODES as u64).max(stream.nodes.len() as u64),
        bytes: written(FREE_BYTES, stream.text().as_str().len(), MAX_EXPANDED_BYTES)
            .max(stream.text().as_str().len() as u64),
        depth: MAX_EXPANDED_DEPTH as u64,
    };
    weigh(stream, &most)
}

/// Nodes stand in the order of their text, so a node is complete when the first one comes that does not lie in it, and what an alias stands for is
/// complete before the alias comes.
fn weigh(stream: &Stream, most: &Weight) -> Result<(), SyntaxError> {
    let mut weights: Vec<Weight> = Vec::with_capacity(stream.nodes.len());
    let mut open: Vec<usize> = Vec::new();
    let mut total = Weight::default();
    for (index, node) in stream.nodes.iter().enumerate() {
        while let Some(&last) = open.last().filter(|&&last| node.parent.is_none_or(|parent| parent.index() != last)) {
            open.pop();
            close(&mut weights, last, open.last().copied());
        }
        let own = match node.kind {
            NodeKind::Alias(target) => weights.get(target.index()).copied().unwrap_or_default(),
            NodeKind::Scalar { .. } => Weight { nodes: 1, bytes: node.span.len() as u64, depth: 1 },
            NodeKind::Mapping { .. } | NodeKind::Sequence { .. } => Weight { nodes: 1, bytes: 0, depth: 1 },
        };
        total.nodes = total.nodes.saturating_add(own.nodes);
        total.bytes = total.bytes.saturating_add(own.bytes);
        if total.nodes > most.nodes || total.bytes > most.bytes {
            return Err(refusal(ExpandError::TooLarge(node.span), node.span));
        }
        if open.len() as u64 + own.depth > most.depth {
            return Err(refusal(ExpandError::TooDeep(node.span), node.span));
        }
        weights.push(own);
        open.push(index);
    }
    Ok(())
}

/// Adds a complete node to the one that holds it.
fn close(weights: &mut [Weight], index: usize, holder: Option<usize>) {
    let Some(weight) = weights.get(index).copied() else { return };
    if let Some(holder) = holder.and_then(|holder| weights.get_mut(holder)) {
        holder.nodes = holder.nodes.saturating_add(weight.nodes);
        holder.bytes = holder.bytes.saturating_add(weight.bytes);
        holder.depth = holder.depth.max(weight.depth + 1);
    }
}

fn refusal(error: ExpandError, span: Span) -> SyntaxError {
    let message = match error {
        ExpandError::TooDeep(_) => error.to_string(),
        _ => "the aliases of this file multiply it beyond all measure".to_owned(),
    };
    let mut refusal = SyntaxError::alias(span, message);
    refusal.help = Some("write the value out where it is needed; the file is refused".to_owned());
    refusal
}
