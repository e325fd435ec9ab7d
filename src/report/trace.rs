//! Ways of secrets and values as a tree.
//!
//! Must not decide about colour or width: the caller does.

use crate::{
    graph::{Branch, DataKind, Hop},
    text::visible,
    yaml::Origin,
};

use smol_str::SmolStr;

use super::TextOptions;

/// Gives the place of an origin as `path:line`.
pub type Places<'p> = dyn Fn(Origin) -> Option<String> + 'p;

/// The ways that a question led to.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The name of the cluster, where there are several.
    pub cluster: Option<SmolStr>,
    /// Where the ways begin.
    pub roots: Vec<Branch>,
}

/// Draws the ways: each hop with its place at the right, and under a broken one what is wrong. Clusters in which they look the same are drawn once.
pub fn trace(ways: &[Ways], places: &Places<'_>, options: TextOptions) -> String {
    let drawing = Drawing { places, options };
    let mut drawn: Vec<(Vec<&str>, String)> = Vec::new();
    for one in ways {
        let picture = drawing.roots(&one.roots);
        let name = one.cluster.as_deref();
        match drawn.iter_mut().find(|(_, known)| *known == picture) {
            Some((names, _)) => names.extend(name),
            None => drawn.push((name.into_iter().collect(), picture)),
        }
    }
    let headed = drawn.into_iter().map(|(names, picture)| match names.as_slice() {
        [] => picture,
        [one] => format!("{}\n{picture}", drawing.painted(BOLD, &visible(&format!("cluster {one}")))),
        several => {
            format!("{}\n{picture}", drawing.painted(BOLD, &visible(&format!("clusters {}", several.join(", ")))))
        }
    });
    headed.collect::<Vec<_>>().join("\n")
}

struct Drawing<'d> {
    places: &'d Places<'d>,
    options: TextOptions,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "1;31";
const YELLOW: &str = "33";
const CYAN: &str = "36";

impl Drawing<'_> {
    fn roots(&self, roots: &[Branch]) -> String {
        let mut out = String::new();
        for (index, root) in roots.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.branch(root, "", "", &mut out);
        }
        out
    }

    /// `first` stands before the first line of the hop, `rest` before all others and before those of the next hops.
    fn branch(&self, branch: &Branch, first: &str, rest: &str, out: &mut String) {
        let node = &branch.node;
        let mark = match (node.is_broken(), node.breaks.is_empty()) {
            (true, _) => "✗ ",
            (false, false) => "! ",
            _ => "",
        };
        let (title, name) = words(&node.hop);
        let mut parts = vec![title];
        parts.extend(name);
        parts.extend(node.detail.clone());
        if branch.again {
            parts.push("… as above".to_owned());
        }
        let has_next = !branch.below.is_empty();
        let further = format!("{rest}{}", if has_next { "│  " } else { "   " });
        let place = node.origin.and_then(|origin| (self.places)(origin));
        let colour = if node.is_broken() {
            RED
        } else if branch.asked {
            BOLD
        } else {
            ""
        };
        self.line((first, &further), mark, &parts, place.as_deref(), colour, out);
        for problem in &node.breaks {
            let colour = if problem.optional { YELLOW } else { RED };
            let optional = if problem.optional { " (optional, so the reader goes on)" } else { "" };
            self.note(&further, colour, &format!("{}{optional}", problem.message), out);
            let place = problem.place.and_then(|origin| (self.places)(origin));
            if problem.help.is_some() || place.is_some() {
                self.help(&further, problem.help.as_deref(), place.as_deref(), out);
            }
        }
        if matches!(node.hop, Hop::Data { .. }) && !has_next && !branch.again {
            self.note(&further, DIM, "nothing in this repository takes it", out);
        }
        for (index, next) in branch.below.iter().enumerate() {
            let is_last = index + 1 == branch.below.len();
            let (corner, bar) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.branch(next, &format!("{rest}{corner}"), &format!("{rest}{bar}"), out);
        }
    }

    /// Writes the parts of a hop on as few lines as they fit on, the place at the right of the last or on a line of its own.
    fn line(
        &self,
        (first, rest): (&str, &str),
        mark: &str,
        parts: &[String],
        place: Option<&str>,
        colour: &str,
        out: &mut String,
    ) {
        let width = self.options.width;
        let mut lines: Vec<(usize, String)> = Vec::new();
        for part in parts {
            let part = visible(part);
            match lines.last_mut() {
                Some((length, text)) if *length + 2 + count(&part) <= width => {
                    *length += 2 + count(&part);
                    text.push_str("  ");
                    text.push_str(&part);
                }
                Some(_) => lines.push((count(rest) + 2 + count(&part), format!("{rest}  {part}"))),
                None => {
                    let painted = self.painted(colour, &format!("{mark}{part}"));
                    lines.push((count(first) + count(mark) + count(&part), format!("{first}{painted}")));
                }
            }
        }
        if let Some(place) = place.map(visible) {
            let fits = lines.last().is_some_and(|(length, _)| length + 2 + count(&place) <= width);
            if !fits {
                lines.push((count(rest), rest.to_owned()));
            }
            if let Some((length, text)) = lines.last_mut() {
                let gap = width.saturating_sub(*length + count(&place));
                text.push_str(&" ".repeat(gap));
                text.push_str(&self.painted(DIM, &place));
            }
        }
        for (_, text) in lines {
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }

    /// What to do about a broken hop, with the place that it speaks of on the same line if it fits there.
    fn help(&self, rest: &str, help: Option<&str>, place: Option<&str>, out: &mut String) {
        let words: Vec<&str> = help.into_iter().chain(place).collect();
        let length: usize = words.iter().map(|word| count(word) + 2).sum();
        if count(rest) + length <= self.options.width + 2 {
            out.push_str(&format!("{rest}{}\n", self.painted(CYAN, &visible(&words.join("  ")))));
        } else {
            for word in words {
                self.note(rest, CYAN, word, out);
            }
        }
    }

    /// A remark under a hop, on as many lines as the width asks for.
    fn note(&self, rest: &str, colour: &str, text: &str, out: &mut String) {
        let room = self.options.width.saturating_sub(count(rest)).max(20);
        let mut line = String::new();
        let flush = |line: &mut String, out: &mut String| {
            out.push_str(&format!("{rest}{}\n", self.painted(colour, line)));
            line.clear();
        };
        for word in visible(text).split(' ') {
            if !line.is_empty() && count(&line) + 1 + count(word) > room {
                flush(&mut line, out);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        flush(&mut line, out);
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.options.colour && !colour.is_empty() {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// What a hop is, and the part of it that the way leads through.
pub(super) fn words(hop: &Hop) -> (String, Option<String>) {
    match hop {
        Hop::Entry { path, property, .. } => {
            let property = property.as_ref().map(|property| format!("#{property}")).unwrap_or_default();
            (format!("{path}{property}"), None)
        }
        Hop::Maker { object, item } => (object.to_string(), item.as_ref().map(ToString::to_string)),
        Hop::Data { kind, namespace, name, key, inner } => {
            let kind = match kind {
                DataKind::ConfigMap => "ConfigMap",
                DataKind::Secret => "Secret",
            };
            let namespace = namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
            let part = match (key, inner) {
                (Some(key), Some(inner)) => Some(format!("{key}: {inner}")),
                (Some(key), None) => Some(key.to_string()),
                _ => None,
            };
            (format!("{kind} {namespace}{name}"), part)
        }
        Hop::Use { object, field, sets } => {
            let part = match (short(field), sets) {
                ("", sets) => sets.clone(),
                (field, Some(sets)) => Some(format!("{field} → {sets}")),
                (field, None) => Some(field.to_owned()),
            };
            (object.to_string(), part)
        }
        Hop::Chart { name, version, .. } => {
            let version = version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            (format!("chart {name}{version}"), None)
        }
    }
}

/// A field without what every field of such an object begins and ends with.
fn short(field: &str) -> &str {
    const STARTS: &[&str] =
        &["spec.jobTemplate.spec.template.spec.", "spec.template.spec.", "spec.provider.", "spec.", "values."];
    const ENDS: &[&str] = &[".valueFrom.secretKeyRef", ".valueFrom.configMapKeyRef"];
    let field = STARTS.iter().find_map(|start| field.strip_prefix(start)).unwrap_or(field);
    ENDS.iter().find_map(|end| field.strip_suffix(end)).unwrap_or(field)
}
