//! What Mermaid and Graphviz draw alike: boxes in groups, and arrows between them.
//!
//! Owns which parts of a picture become boxes and arrows. Must not know either language.

use std::collections::BTreeMap;

use super::graph_text::{Depth, directory, is_about_a_secret, unit_name};
use crate::{
    graph::picture::{EdgeKind, Object, Picture, Target},
    manifest::ObjectId,
    text::visible,
};

/// How a box looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    Unit,
    Suspended,
    Object,
    Secret,
    LeftOut,
    Missing,
}

impl Look {
    pub const ALL: [Self; 6] = [Self::Unit, Self::Suspended, Self::Object, Self::Secret, Self::LeftOut, Self::Missing];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Suspended => "suspended",
            Self::Object => "object",
            Self::Secret => "secret",
            Self::LeftOut => "elsewhere",
            Self::Missing => "missing",
        }
    }
}

/// A box.
pub(super) struct Node {
    /// A name of letters and digits.
    pub id: String,
    pub look: Look,
    /// The lines in it, as they are: nothing is escaped.
    pub lines: Vec<String>,
}

/// Boxes with a frame around them.
pub(super) struct Group {
    pub title: Option<String>,
    pub nodes: Vec<Node>,
}

/// How an arrow looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Plain,
    Dotted,
}

/// An arrow.
pub(super) struct Arrow {
    pub from: String,
    pub to: String,
    pub line: Line,
    pub label: &'static str,
}

/// Boxes and arrows.
pub(super) struct Drawing {
    pub groups: Vec<Group>,
    pub arrows: Vec<Arrow>,
}

impl Drawing {
    pub fn of(picture: &Picture, depth: Depth) -> Self {
        let mut drawing = Self { groups: Vec::new(), arrows: Vec::new() };
        for (number, cluster) in picture.clusters.iter().enumerate() {
            drawing.group(picture, depth, Some(number), Some(visible(&cluster.name).into_owned()));
        }
        drawing.group(picture, depth, None, None);
        drawing.unit_arrows(picture);
        if depth > Depth::Units {
            drawing.object_arrows(picture, depth);
        }
        drawing
    }

    fn group(&mut self, picture: &Picture, depth: Depth, cluster: Option<usize>, title: Option<String>) {
        let mut nodes = Vec::new();
        for (number, unit) in picture.units.iter().enumerate().filter(|(_, unit)| unit.cluster == cluster) {
            let name = unit_name(&unit.id);
            let mut lines = vec![visible(&name).into_owned()];
            lines.extend(
                unit.directories
                    .iter()
                    .map(|one| visible(directory(one.as_str())).into_owned())
                    .filter(|one| *one != name),
            );
            if unit.wave != 0 {
                lines.push(format!("wave {}", unit.wave));
            }
            let look = if unit.suspended { Look::Suspended } else { Look::Unit };
            nodes.push(Node { id: format!("u{number}"), look, lines });
            if depth > Depth::Units {
                nodes
                    .extend(picture.objects_of(Some(number)).filter_map(|(at, object)| object_node(depth, at, object)));
            }
        }
        if cluster.is_none() && depth > Depth::Units {
            nodes.extend(picture.objects_of(None).filter_map(|(at, object)| object_node(depth, at, object)));
        }
        if !nodes.is_empty() {
            self.groups.push(Group { title, nodes });
        }
    }

    fn unit_arrows(&mut self, picture: &Picture) {
        let mut named = Named { prefix: "m", found: BTreeMap::new() };
        for (number, unit) in picture.units.iter().enumerate() {
            let to = format!("u{number}");
            if let Some(parent) = unit.parent {
                self.arrows.push(Arrow { from: format!("u{parent}"), to: to.clone(), line: Line::Plain, label: "" });
            }
            for target in &unit.depends_on {
                let from = match target {
                    Target::Shown(at) => format!("u{at}"),
                    Target::LeftOut(id) => named.node(unit_name(id), Look::LeftOut),
                    Target::Missing(id) => named.node(unit_name(id), Look::Missing),
                };
                self.arrows.push(Arrow { from, to: to.clone(), line: Line::Dotted, label: "before" });
            }
        }
        self.named(named);
    }

    fn object_arrows(&mut self, picture: &Picture, depth: Depth) {
        for (at, object) in picture.objects.iter().enumerate().filter(|(_, object)| !object.made) {
            let Some(unit) = object.unit else { continue };
            self.arrows.push(Arrow { from: format!("u{unit}"), to: format!("o{at}"), line: Line::Plain, label: "" });
        }
        let mut named = Named { prefix: "n", found: BTreeMap::new() };
        for edge in &picture.edges {
            if depth < Depth::Secrets && (edge.kind == EdgeKind::Makes || is_about_a_secret(picture, edge)) {
                continue;
            }
            let to = match &edge.to {
                Target::Shown(at) => format!("o{at}"),
                Target::Missing(id) if edge.kind == EdgeKind::ReadsSecret && !edge.optional => {
                    named.node(id.to_string(), Look::Missing)
                }
                Target::LeftOut(id) | Target::Missing(id) => named.node(id.to_string(), Look::LeftOut),
            };
            let line = if edge.kind == EdgeKind::Makes { Line::Plain } else { Line::Dotted };
            self.arrows.push(Arrow { from: format!("o{}", edge.from), to, line, label: edge.kind.as_str() });
        }
        self.named(named);
    }

    fn named(&mut self, named: Named) {
        let mut nodes: Vec<(usize, Node)> = named
            .found
            .into_iter()
            .map(|(name, (number, look))| {
                let lines = vec![visible(&name).into_owned()];
                (number, Node { id: format!("{}{number}", named.prefix), look, lines })
            })
            .collect();
        nodes.sort_by_key(|(number, _)| *number);
        if !nodes.is_empty() {
            self.groups.push(Group { title: None, nodes: nodes.into_iter().map(|(_, node)| node).collect() });
        }
    }
}

/// What is named from the picture without being in it, one box for each name.
struct Named {
    prefix: &'static str,
    found: BTreeMap<String, (usize, Look)>,
}

impl Named {
    fn node(&mut self, name: String, look: Look) -> String {
        let next = self.found.len();
        let (number, _) = *self.found.entry(name).or_insert((next, look));
        format!("{}{number}", self.prefix)
    }
}

fn object_node(depth: Depth, at: usize, object: &Object) -> Option<Node> {
    if object.made && depth < Depth::Secrets {
        return None;
    }
    let ObjectId { kind, .. } = &object.id;
    let name = object.id.to_string();
    let lines = vec![
        visible(kind).into_owned(),
        visible(name.strip_prefix(kind.as_str()).unwrap_or(&name).trim_start()).into_owned(),
    ];
    let look = if object.id.group.is_empty() && kind == "Secret" { Look::Secret } else { Look::Object };
    Some(Node { id: format!("o{at}"), look, lines })
}
