//! The whole way of every Secret and ConfigMap: from the entry of a store, through the object that makes the Secret, to the field or the value of a chart that takes
//! it, with every hop that is broken.
//!
//! Owns the graph and how it is asked. Built from slices of objects and releases; must not know files.

mod build;
mod charts;
mod consume;
mod external;

use std::collections::HashMap;

use smol_str::SmolStr;

use super::DataKind;
use crate::{helm::SetPath, manifest::ObjectId, yaml::Origin};

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
        /// The path in the values of the release; `None` where a whole document of values comes in.
        value: Option<String>,
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
    /// The charts of each release, by the object that asks for it.
    charts: HashMap<ObjectId, ReleaseCharts>,
}

pub(super) use build::namespaces_of;
pub(super) use charts::ReleaseCharts;
pub use charts::{ChartAt, Charts};
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

    /// The last hop of a value: the chart, with what its schema says; `None` if the release names no chart.
    pub(super) fn chart_hop(release: &ObjectId, charts: &ReleaseCharts, path: Option<&str>) -> Option<Node> {
        let chart = charts.of_path(path.unwrap_or_default())?;
        let value = path.and_then(|path| SetPath::parse(path).ok());
        let (detail, problem) = charts.verdict(value.as_ref());
        let hop = Hop::Chart {
            release: release.clone(),
            name: chart.name.clone(),
            version: chart.version.clone(),
            value: path.map(str::to_owned),
        };
        let breaks = problem.into_iter().collect();
        Some(Node { hop, detail: Some(detail), origin: None, breaks, below: Vec::new(), above: Vec::new() })
    }

    /// The charts of the release that an object asks for.
    pub(super) fn charts_of(&self, release: &ObjectId) -> Option<&ReleaseCharts> {
        self.charts.get(release)
    }

    fn add(&mut self, node: Node) -> usize {
        let index = self.node(node.hop, node.origin);
        if let Some(detail) = node.detail {
            self.detail(index, detail);
        }
        for problem in node.breaks {
            self.broken_at(index, problem);
        }
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
