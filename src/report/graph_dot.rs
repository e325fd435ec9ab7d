//! The picture in the language of Graphviz.
//!
//! Must not know how the picture was found.

use super::{
    Depth,
    graph_drawing::{Drawing, Line, Look, Node},
};
use crate::graph::Picture;

/// Writes the directed graph.
pub fn graph_dot(picture: &Picture, depth: Depth) -> String {
    let drawing = Drawing::of(picture, depth);
    let mut out = String::from(
        "digraph treewright {\n  rankdir=LR\n  node [shape=box, fontname=\"sans-serif\", fontsize=11]\n  edge [fontname=\"sans-serif\", fontsize=9]\n",
    );
    for (number, group) in drawing.groups.iter().enumerate() {
        let indentation = if group.title.is_some() { "    " } else { "  " };
        if let Some(title) = &group.title {
            out.push_str(&format!("  subgraph cluster_{number} {{\n    label={}\n", quoted(&[title])));
        }
        for one in &group.nodes {
            out.push_str(&format!("{indentation}{}\n", node(one)));
        }
        if group.title.is_some() {
            out.push_str("  }\n");
        }
    }
    for arrow in &drawing.arrows {
        let mut attributes = Vec::new();
        if arrow.line == Line::Dotted {
            attributes.push("style=dashed".to_owned());
        }
        if !arrow.label.is_empty() {
            attributes.push(format!("label=\"{}\"", arrow.label));
        }
        let attributes = if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        out.push_str(&format!("  {} -> {}{attributes}\n", arrow.from, arrow.to));
    }
    out.push_str("}\n");
    out
}

fn node(node: &Node) -> String {
    let lines: Vec<&str> = node.lines.iter().map(String::as_str).collect();
    let style = match node.look {
        Look::Unit => "",
        Look::Suspended => ", style=dashed",
        Look::Object => ", style=rounded",
        Look::Secret => ", style=rounded, color=\"#b7791f\"",
        Look::LeftOut => ", style=\"rounded,dashed\"",
        Look::Missing => ", style=\"rounded,dashed\", color=\"#c53030\"",
    };
    format!("{} [label={}{style}]", node.id, quoted(&lines))
}

/// Lines of text as a quoted string. A backslash begins an escape of Graphviz's own.
fn quoted(lines: &[&str]) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", escaped.join("\\n"))
}
