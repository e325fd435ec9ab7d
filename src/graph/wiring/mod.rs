//! The whole way of every Secret and ConfigMap: from the entry of a store, through the object that makes the Secret, to the field or the value of a chart that takes
//! it, with every hop that is broken.
//!
//! Owns the graph and how it is asked. Built from slices of objects and releases; must not know files.

mod build;
mod consume;
mod external;

use std::collections::HashMap;

use smol_str::SmolStr;

use super::DataKind;
use crate::{manifest::ObjectId, yaml::Origin};

/// One hop.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hop {
    /// An entry of a store outside of the cluster.
    Entry {
        /// Provider and address, so that two stores of one service lead to one entry.
        backend: String,
        /// The entry as the service's own tools write it; ends with `*` for all below it.
        path: String,
        /// The property of the entry; `None` for all.
        property: Option<SmolStr>,
    },
    /// An object that makes a Secret, fills a store, or makes a value up, or one entry of it.
    Maker {
        /// The object.
        object: ObjectId,
        /// The name that it gives to a value, or the entry it stands in; `None` for the object as a whole.
        item: Option<SmolStr>,
    },
    /// A Secret or ConfigMap.
    Data {
        /// Which of the two.
        kind: DataKind,
        /// The namespace, if known.
        namespace: Option<SmolStr>,
        /// The name.
        name: SmolStr,
        /// The key; `None` for all of it.
        key: Option<SmolStr>,
        /// The path in the document under that key.
        inner: Option<String>,
    },
    /// A field that takes it.
    Use {
        /// The object with the field.
        object: ObjectId,
        /// The way to the field; that of a chart's value begins with `values.`.
        field: String,
        /// The path in the values of a chart that is set.
        sets: Option<String>,
    },
    /// The chart of a release.
    Chart {
        /// The object that asks for the release.
        release: ObjectId,
        /// The name of the chart.
        name: SmolStr,
        /// The version.
        version: Option<SmolStr>,
    },
}

/// What is wrong with a hop: something before it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Half a sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The place that help speaks of.
    pub place: Option<Origin>,
    /// Whether the reader goes on without it.
    pub optional: bool,
}

/// A hop with what is known of it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub hop: Hop,
    /// What else is to be said of it.
    pub detail: Option<String>,
    /// Where it is written.
    pub origin: Option<Origin>,
    /// What is wrong with it.
    pub breaks: Vec<Break>,
    /// The next hops, as places in the list.
    pub below: Vec<usize>,
    /// The hops before.
    pub above: Vec<usize>,
}

/// The ways of all Secrets and ConfigMaps of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Wiring {
    nodes: Vec<Node>,
    by_hop: HashMap<Hop, usize>,
}

pub(super) use build::namespaces_of;
pub use build::{ChartAt, Charts};
pub(super) use consume::Sets;

impl Wiring {
    /// All hops, in the order in which they were met; edges are in [`Node::below`].
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The hops that are broken and not optional.
    pub fn broken(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_broken())
    }

    fn node(&mut self, hop: Hop, origin: Option<Origin>) -> usize {
        if let Some(&index) = self.by_hop.get(&hop) {
            if let Some(node) = self.nodes.get_mut(index).filter(|node| node.origin.is_none()) {
                node.origin = origin;
            }
            return index;
        }
        let index = self.nodes.len();
        self.by_hop.insert(hop.clone(), index);
        let origin = origin.filter(|origin| origin.is_some());
        self.nodes.push(Node { hop, detail: None, origin, breaks: Vec::new(), below: Vec::new(), above: Vec::new() });
        index
    }

    fn edge(&mut self, from: usize, to: usize) {
        if let Some(node) = self.nodes.get_mut(from).filter(|node| from != to && !node.below.contains(&to)) {
            node.below.push(to);
            if let Some(node) = self.nodes.get_mut(to) {
                node.above.push(from);
            }
        }
    }

    fn detail(&mut self, node: usize, detail: impl Into<String>) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.detail = Some(detail.into());
        }
    }

    fn broken_at(&mut self, node: usize, problem: Break) {
        if let Some(node) = self.nodes.get_mut(node).filter(|node| !node.breaks.contains(&problem)) {
            node.breaks.push(problem);
        }
    }
}

impl Node {
    /// Whether something that is required before this hop is missing.
    pub fn is_broken(&self) -> bool {
        self.breaks.iter().any(|one| !one.optional)
    }
}
