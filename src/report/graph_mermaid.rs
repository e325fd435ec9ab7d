//! The picture as a Mermaid flowchart, for merge requests and pages that draw it.
//!
//! Must not know how the picture was found.

use super::{
    Depth,
    graph_drawing::{Arrow, Drawing, Line, Look, Node},
};
use crate::graph::Picture;

/// Writes the flowchart.
pub fn graph_mermaid(picture: &Picture, depth: Depth) -> String {
    let drawing = Drawing::of(picture, depth);
    let mut out = String::from("flowchart LR\n");
    for (number, group) in drawing.groups.iter().enumerate() {
        let indentation = if group.title.is_some() { "    " } else { "  " };
        if let Some(title) = &group.title {
            out.push_str(&format!("  subgraph g{number}[\"{}\"]\n", escaped(title)));
        }
        for one in &group.nodes {
            out.push_str(&format!("{indentation}{}\n", node(one)));
        }
        if group.title.is_some() {
            out.push_str("  end\n");
        }
    }
    for one in &drawing.arrows {
        out.push_str(&format!("  {}\n", arrow(one)));
    }
    let used = |look: Look| drawing.groups.iter().flat_map(|group| &group.nodes).any(|node| node.look == look);
    for look in Look::ALL.into_iter().filter(|look| used(*look)) {
        if let Some(style) = style(look) {
            out.push_str(&format!("  classDef {} {style}\n", look.as_str()));
        }
    }
    out
}

fn node(node: &Node) -> String {
    let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
    let label = lines.join("<br>");
    let shape = match node.look {
        Look::Unit | Look::Suspended => format!("[\"{label}\"]"),
        Look::Object | Look::LeftOut | Look::Missing => format!("(\"{label}\")"),
        Look::Secret => format!("([\"{label}\"])"),
    };
    let class = if style(node.look).is_some() { format!(":::{}", node.look.as_str()) } else { String::new() };
    format!("{}{shape}{class}", node.id)
}

fn arrow(arrow: &Arrow) -> String {
    let line = match arrow.line {
        Line::Plain => "-->",
        Line::Dotted => "-.->",
    };
    let label = if arrow.label.is_empty() { String::new() } else { format!("|{}|", arrow.label) };
    format!("{} {line}{label} {}", arrow.from, arrow.to)
}

/// Lines only, so that it reads on light and on dark pages.
fn style(look: Look) -> Option<&'static str> {
    match look {
        Look::Unit | Look::Object => None,
        Look::Suspended | Look::LeftOut => Some("stroke-dasharray: 4 3"),
        Look::Secret => Some("stroke: #b7791f"),
        Look::Missing => Some("stroke: #c53030,stroke-dasharray: 4 3"),
    }
}

/// A text inside of quotes: everything that could mean something to Mermaid, to Markdown or to HTML as a numbered entity.
fn escaped(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | ':' | ',' | '(' | ')');
    text.chars().map(|c| if is_plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) }).collect()
}
