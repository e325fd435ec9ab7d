//! The picture as a tree for people to read: clusters, units in the order in which they are applied, objects, and below them the Secrets that they read and make.
//!
//! Must not know how the picture was found, nor decide about colour.

use super::TextOptions;
use crate::{
    cluster::{UnitId, UnitKind},
    diagnostic::Severity,
    graph::picture::{Edge, EdgeKind, Note, Object, Picture, Place, Target, Unit},
    text::visible,
};

/// How far down a drawing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Clusters and units.
    Units,
    /// Their objects, too.
    Objects,
    /// And the Secrets that they read and make.
    Secrets,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const PLAIN: &str = "";

/// Draws the tree.
pub fn graph_text(picture: &Picture, depth: Depth, options: TextOptions) -> String {
    let mut tree = Tree { picture, depth, rows: Vec::new() };
    for (number, cluster) in picture.clusters.iter().enumerate() {
        tree.row(0, vec![part(BOLD, &cluster.name), part(DIM, directory(cluster.directory.as_str()))]);
        for note in picture.notes.iter().filter(|note| note.cluster == Some(number) && note.unit.is_none()) {
            tree.note(note, 1);
        }
        tree.units(|unit| unit.cluster == Some(number));
    }
    for (title, loose) in [("reached from no cluster", false), ("in files that nothing here applies", true)] {
        let belongs = |unit: &Unit| unit.cluster.is_none() && (unit.kind == UnitKind::Loose) == loose;
        if picture.units.iter().any(belongs) {
            tree.row(0, vec![part(BOLD, title)]);
            tree.units(belongs);
        }
    }
    let loose = picture.objects_of(None).count();
    if loose > 0 {
        let counted = if depth == Depth::Units { count(loose) } else { String::new() };
        tree.row(0, vec![part(BOLD, "in no unit"), part(DIM, &counted)]);
        tree.objects(None, 0);
    }
    tree.cycles();
    tree.draw(options)
}

/// A piece of a line that is not broken.
struct Part {
    style: &'static str,
    text: String,
}

fn part(style: &'static str, text: &str) -> Part {
    Part { style, text: visible(text).into_owned() }
}

struct Row {
    depth: usize,
    parts: Vec<Part>,
}

struct Tree<'p> {
    picture: &'p Picture,
    depth: Depth,
    rows: Vec<Row>,
}

impl Tree<'_> {
    fn row(&mut self, depth: usize, parts: Vec<Part>) {
        let parts = parts.into_iter().filter(|part| !part.text.is_empty()).collect();
        self.rows.push(Row { depth, parts });
    }

    fn units(&mut self, shown: impl Fn(&Unit) -> bool) {
        let picture = self.picture;
        let mut depths = vec![0; picture.units.len()];
        for (number, unit) in picture.units.iter().enumerate().filter(|(_, unit)| shown(unit)) {
            let above = unit.parent.filter(|&parent| picture.units[parent].cluster == unit.cluster);
            depths[number] = 1 + above.map_or(0, |parent| depths[parent]);
            self.unit(number, unit, depths[number]);
        }
    }

    fn unit(&mut self, number: usize, unit: &Unit, depth: usize) {
        let directories: Vec<&str> = unit.directories.iter().map(|one| directory(one.as_str())).collect();
        let is_directory = matches!(unit.id, UnitId::Directory(_) | UnitId::Files(_));
        let mut parts = vec![part(BOLD, &unit_name(&unit.id))];
        if !is_directory {
            parts.push(part(DIM, &directories.join(", ")));
        }
        if self.depth == Depth::Units {
            parts.push(part(
                DIM,
                &count(self.picture.objects_of(Some(number)).filter(|(_, object)| !object.made).count()),
            ));
        }
        if unit.wave != 0 {
            parts.push(part(CYAN, &format!("wave {}", unit.wave)));
        }
        for target in &unit.depends_on {
            let Some(name) = self.picture.unit_name(target) else { continue };
            let text = format!("after {}", unit_name(name));
            parts.push(match target {
                Target::Missing(_) => part(RED, &format!("{text} (not in this repository)")),
                _ => part(CYAN, &text),
            });
        }
        if let Some(destination) = &unit.destination {
            parts.push(part(CYAN, &format!("into {destination}")));
        }
        if unit.suspended {
            parts.push(part(YELLOW, "suspended"));
        }
        self.row(depth, parts);
        let picture = self.picture;
        for note in picture.notes.iter().filter(|note| note.unit == Some(number)) {
            self.note(note, depth + 1);
        }
        // The object that declares the unit is drawn as the unit.
        if let Some(declared) = unit.declared.filter(|_| self.depth == Depth::Secrets) {
            self.secrets(declared, depth + 1);
        }
        self.objects(Some(number), depth);
    }

    fn note(&mut self, note: &Note, depth: usize) {
        let (style, before) = match note.severity {
            Severity::Error => (RED, "error: "),
            Severity::Warning => (YELLOW, "warning: "),
            Severity::Info => (YELLOW, ""),
        };
        self.row(depth, vec![part(style, &format!("{before}{}", note.text)), place(note.place.as_ref())]);
    }

    fn objects(&mut self, unit: Option<usize>, depth: usize) {
        if self.depth == Depth::Units {
            return;
        }
        let picture = self.picture;
        let is_drawn_as_unit = |at: usize| picture.units.iter().any(|unit| unit.declared == Some(at));
        for (at, object) in picture.objects_of(unit).filter(|(at, object)| !object.made && !is_drawn_as_unit(*at)) {
            self.row(depth + 1, vec![part(PLAIN, &object.id.to_string()), place(object.place.as_ref())]);
            if self.depth == Depth::Secrets {
                self.secrets(at, depth + 2);
            }
        }
    }

    fn secrets(&mut self, at: usize, depth: usize) {
        let picture = self.picture;
        let Some(object) = picture.objects.get(at) else { return };
        for edge in picture.edges_from(at).filter(|edge| is_about_a_secret(picture, edge)) {
            self.secret(edge, object, depth);
        }
    }

    fn secret(&mut self, edge: &Edge, from: &Object, depth: usize) {
        let Some(name) = self.picture.object_name(&edge.to) else { return };
        let same_namespace = name.namespace == from.id.namespace || name.namespace.is_none();
        let shown = if same_namespace { format!("{} {}", name.kind, name.name) } else { name.to_string() };
        let mut parts =
            vec![part(CYAN, &format!("{} {shown}", edge.kind.as_str())), part(PLAIN, &edge.keys.join(", "))];
        if matches!(edge.to, Target::Missing(_)) {
            parts.push(if edge.optional {
                part(DIM, "(not in this repository, optional)")
            } else {
                part(RED, "(not in this repository)")
            });
        }
        self.row(depth, parts);
    }

    fn cycles(&mut self) {
        for cycle in &self.picture.cycles {
            let names: Vec<String> = cycle.iter().map(|&unit| unit_name(&self.picture.units[unit].id)).collect();
            let text = if names.len() == 1 { "waits for itself:" } else { "wait for each other:" };
            let mut parts = vec![part(RED, text)];
            let last = names.len().saturating_sub(1);
            parts.extend(
                names
                    .iter()
                    .enumerate()
                    .map(|(at, name)| part(RED, &format!("{name}{}", if at < last { "," } else { "" }))),
            );
            self.row(0, parts);
        }
    }

    fn draw(&self, options: TextOptions) -> String {
        let mut lines: Vec<String> = Vec::new();
        // From the end on, because only what follows tells whether a row is the last one of its siblings.
        let mut continues: Vec<bool> = Vec::new();
        for (number, row) in self.rows.iter().enumerate().rev() {
            let guide = |level: usize| if continues.get(level).copied().unwrap_or_default() { "│  " } else { "   " };
            let guides: String = (1..row.depth).map(guide).collect();
            let has_sibling = continues.get(row.depth).copied().unwrap_or_default();
            let branch = if row.depth == 0 {
                ""
            } else if has_sibling {
                "├─ "
            } else {
                "└─ "
            };
            let below = if row.depth == 0 {
                ""
            } else if has_sibling {
                "│  "
            } else {
                "   "
            };
            let has_child = self.rows.get(number + 1).is_some_and(|next| next.depth > row.depth);
            let hanging = format!("{guides}{below}{}", if has_child { "│  " } else { "  " });
            lines.extend(wrapped(&row.parts, &format!("{guides}{branch}"), &hanging, options).into_iter().rev());
            if row.depth == 0 && number > 0 {
                lines.push(String::new());
            }
            continues.resize(row.depth + 1, false);
            continues[row.depth] = true;
        }
        lines.into_iter().rev().map(|line| line + "\n").collect()
    }
}

/// The parts of a row on as many lines as they need, two blanks between them.
fn wrapped(parts: &[Part], first: &str, hanging: &str, options: TextOptions) -> Vec<String> {
    let (mut lines, mut line, mut width) = (Vec::new(), painted(options, DIM, first), first.chars().count());
    for (number, part) in parts.iter().enumerate() {
        let length = part.text.chars().count();
        if number > 0 && width + 2 + length > options.width {
            lines.push(std::mem::replace(&mut line, painted(options, DIM, hanging)));
            width = hanging.chars().count();
        } else if number > 0 {
            line.push_str("  ");
            width += 2;
        }
        line.push_str(&painted(options, part.style, &part.text));
        width += length;
    }
    lines.push(line);
    lines
}

fn painted(options: TextOptions, style: &str, text: &str) -> String {
    if options.colour && !style.is_empty() && !text.is_empty() {
        format!("\u{1b}[{style}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

fn place(place: Option<&Place>) -> Part {
    part(DIM, &place.map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default())
}

fn count(objects: usize) -> String {
    if objects == 1 { "1 object".to_owned() } else { format!("{objects} objects") }
}

/// A directory as people write it.
pub(super) fn directory(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// A unit as people call it.
pub(super) fn unit_name(id: &UnitId) -> String {
    match id {
        UnitId::Directory(path) => directory(path.as_str()).to_owned(),
        named => named.to_string(),
    }
}

/// Whether a Secret is at the far end of an edge.
pub(super) fn is_about_a_secret(picture: &Picture, edge: &Edge) -> bool {
    edge.kind != EdgeKind::RefersTo
        && picture.object_name(&edge.to).is_some_and(|name| name.group.is_empty() && name.kind == "Secret")
}
