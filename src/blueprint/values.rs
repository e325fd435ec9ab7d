//! Fragments of Helm values, merged into one text that people can read.
//!
//! Mappings merge; anything else may be set by one fragment only. The text is put together from the lines of the fragments, so comments, quotes and
//! styles stay with the key they belong to; afterwards it is parsed and compared with the merged values. Must not know releases.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{
    Problems,
    render::{as_block, as_items, plain_or_quoted},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema,
    text::{SourceText, Span},
    yaml::{Document, Node, Stream, Type},
};

/// The text of one fragment after its template ran.
#[derive(Clone, Debug)]
pub struct FragmentText {
    /// Where people find the fragment.
    pub path: RepoPath,
    /// The rendered text.
    pub text: String,
    /// Whether its lists are added to the end of those that are there.
    pub appends: bool,
}

/// Merged values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// The YAML text; empty if no fragment sets anything.
    pub text: String,
    /// The same as a value.
    pub value: Map<String, Json>,
}

impl Values {
    /// Whether something stands at a path of keys, or on the way to it as a value of its own.
    pub fn is_set(&self, keys: &[&str]) -> bool {
        let mut here = Some(&self.value);
        for (index, key) in keys.iter().enumerate() {
            let Some(value) = here.and_then(|mapping| mapping.get(*key)) else { return false };
            if index + 1 == keys.len() || !value.is_object() {
                return !value.is_null();
            }
            here = value.as_object();
        }
        false
    }
}

/// Merges fragments in order. Collisions are reported with both places.
pub fn merge(fragments: &[FragmentText]) -> Result<Values, Problems> {
    let mut problems = Problems::new();
    let mut tree = Branch::default();
    let mut tail = Vec::new();
    for fragment in fragments {
        let path = rendered(&fragment.path);
        let text = SourceText::new(in_blocks(&fragment.text));
        problems.add_source(&path, &text);
        let stream = match Stream::parse(text) {
            Ok(stream) => stream,
            Err(error) => {
                problems.push(fault(Label::new(&path, error.span, ""), error.message));
                continue;
            }
        };
        let Some(root) = stream.documents().next().map(Document::root).filter(|root| !root.is_null()) else {
            tail.extend(stream.comments().iter().map(|comment| stream.text().slice(*comment).to_owned()));
            continue;
        };
        if !root.is_mapping() || stream.documents().len() != 1 {
            problems.push(fault(Label::new(&path, root.span(), ""), "values are one mapping"));
            continue;
        }
        let reader = FragmentReader { path: &path, stream: &stream };
        let (branch, rest) = reader.branch(root, 0);
        Joining { appends: fragment.appends, problems: &mut problems }.join(&mut tree, branch, &mut Vec::new());
        tail.extend(reader.comments_between(rest, stream.text().as_str().len()));
    }
    let value = tree.value();
    let mut text = String::new();
    tree.print(0, &mut text);
    for line in tail {
        text.push_str(&line);
        text.push('\n');
    }
    if !value.is_empty() && !reads_as(&text, &value) {
        // Anchors and the like do not survive being taken apart; the values do.
        let path = fragments.first().map_or_else(RepoPath::root, |fragment| fragment.path.clone());
        problems.push(fault(Label::file(&path, ""), "the fragments cannot be put together as text").with_help(
            "write each value out: anchors, aliases and merge keys do not reach from one fragment to another",
        ));
    }
    let text = if value.is_empty() { String::new() } else { text };
    problems.into_result(Some(Values { text, value }))
}

/// A fragment whose root is written in braces, written as a block; any other as it is.
fn in_blocks(text: &str) -> String {
    let stream = Stream::parse(SourceText::new(text)).ok();
    let root = stream.as_ref().and_then(|stream| stream.documents().next()).map(Document::root);
    match root.filter(|root| root.is_flow()).map(schema::to_json) {
        Some(Ok(value)) => format!("{}\n", as_block(&value)),
        _ => text.to_owned(),
    }
}

fn rendered(path: &RepoPath) -> RepoPath {
    RepoPath::new(&format!("{path} (rendered)")).unwrap_or_else(|_| path.clone())
}

fn fault(label: Label, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new("blueprint/values", Severity::Error, message, label)
}

fn reads_as(text: &str, value: &Map<String, Json>) -> bool {
    let Ok(stream) = Stream::parse(SourceText::new(text)) else { return false };
    let read = stream.documents().next().and_then(|document| schema::to_json(document.root()).ok());
    stream.duplicate_keys().is_empty() && read.as_ref().and_then(Json::as_object) == Some(value)
}

/// A mapping in blocks, taken apart into its entries.
#[derive(Clone, Debug, Default)]
struct Branch {
    entries: IndexMap<String, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Comments and blank lines above.
    lead: Vec<String>,
    body: Body,
    place: Label,
}

#[derive(Clone, Debug)]
enum Body {
    /// The line of the key, and the mapping below it.
    Branch(String, Branch),
    /// The lines of key and value, with the column of the key.
    Leaf(String, usize, Json),
}

struct FragmentReader<'a> {
    path: &'a RepoPath,
    stream: &'a Stream,
}

impl FragmentReader<'_> {
    /// Takes a mapping apart. `after` is where the text before its first entry begins; gives back where the text behind its last entry begins.
    fn branch(&self, node: Node<'_>, mut after: usize) -> (Branch, usize) {
        let mut branch = Branch::default();
        let text = self.stream.text();
        for entry in node.entries() {
            let start = entry.key.outer_span().start as usize;
            let lead = self.comments_between(after, start);
            let place = Label::new(self.path, entry.key.span(), "");
            let key = entry.key.text().unwrap_or_default().to_owned();
            let body = if is_branch(entry.value) {
                let end = self.line_end(entry.key.span().end as usize);
                let line = text.as_str().get(start..end).unwrap_or_default().trim_end().to_owned();
                let (inner, rest) = self.branch(entry.value, end);
                after = rest;
                Body::Branch(line, inner)
            } else {
                let end = self.line_end((entry.value.span().end as usize).max(entry.key.span().end as usize + 1));
                let column = text.position(entry.key.outer_span().start).column as usize - 1;
                let lines = text.as_str().get(start..end).unwrap_or_default().trim_end().to_owned();
                after = end;
                Body::Leaf(lines, column, schema::to_json(entry.value).unwrap_or_default())
            };
            branch.entries.insert(key, Entry { lead, body, place });
        }
        (branch, after)
    }

    /// The end of the line on which the byte before `offset` stands.
    fn line_end(&self, offset: usize) -> usize {
        let text = self.stream.text().as_str();
        if text[..offset.min(text.len())].ends_with('\n') {
            return offset;
        }
        text.get(offset..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| offset + found)
    }

    /// The lines of comments between two offsets, without indentation; one blank line stays before and between them.
    fn comments_between(&self, from: usize, to: usize) -> Vec<String> {
        let whole = self.stream.text().as_str();
        let text = whole.get(from..to).unwrap_or_default();
        // The last line is that of the key, the first the rest of the line before.
        let complete = if to == whole.len() { text } else { text.rsplit_once('\n').map_or("", |(lines, _)| lines) };
        let mid_line = from > 0 && !whole[..from].ends_with('\n');
        let mut lines: Vec<String> = Vec::new();
        for line in complete.split('\n').skip(usize::from(mid_line)).map(str::trim) {
            let after_blank = lines.last().map_or(from == 0, String::is_empty);
            if line.starts_with('#') || line.is_empty() && !after_blank {
                lines.push(line.to_owned());
            }
        }
        if to == whole.len() && lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }
}

/// Whether a value is a mapping in blocks that can be taken apart.
fn is_branch(node: Node<'_>) -> bool {
    node.is_mapping()
        && !node.is_flow()
        && !node.is_alias()
        && node.anchor().is_none()
        && node.tag().is_none()
        && node.entries().all(|entry| entry.key.scalar_type() != Some(Type::Merge))
}

/// Puts one fragment into what is merged so far.
struct Joining<'p> {
    /// Whether lists are added to those that are there.
    appends: bool,
    problems: &'p mut Problems,
}

impl Joining<'_> {
    /// Puts the entries of one mapping into another.
    fn join(&mut self, into: &mut Branch, from: Branch, route: &mut Vec<String>) {
        for (key, entry) in from.entries {
            route.push(key.clone());
            match into.entries.get_mut(&key) {
                None => {
                    into.entries.insert(key, entry);
                }
                Some(present) => self.join_entry(present, entry, route),
            }
            route.pop();
        }
    }

    fn join_entry(&mut self, present: &mut Entry, entry: Entry, route: &mut Vec<String>) {
        let is_empty = |body: &Body| matches!(body, Body::Leaf(_, _, value) if value.is_null() || value.as_object().is_some_and(Map::is_empty));
        match (&mut present.body, entry.body) {
            (Body::Branch(_, present), Body::Branch(_, branch)) => self.join(present, branch, route),
            (Body::Leaf(_, _, Json::Array(_)), leaf @ Body::Leaf(_, _, Json::Array(_))) if self.appends => {
                let key = route.last().map(String::as_str).unwrap_or_default();
                present.body = appended(key, &present.body, &leaf);
            }
            (Body::Leaf(_, _, present), Body::Leaf(_, _, value)) if *present == value => {}
            (_, body) if is_empty(&body) => {}
            (body, branch @ Body::Branch(..)) if is_empty(body) => *body = branch,
            _ => {
                let message = format!("two fragments set `{}`", route.join("."));
                let mut first = present.place.clone();
                "the other one sets it here".clone_into(&mut first.message);
                self.problems.push(fault(entry.place, message).with_label(first));
                return;
            }
        }
        let new: Vec<String> = entry.lead.into_iter().filter(|line| !present.lead.contains(line)).collect();
        present.lead.extend(new);
    }
}

/// Two lists as one, each item as it is written.
fn appended(key: &str, first: &Body, second: &Body) -> Body {
    let mut lines = vec![format!("{}:", plain_or_quoted(key))];
    let mut values = Vec::new();
    for body in [first, second] {
        if let Body::Leaf(text, _, Json::Array(items)) = body {
            lines.extend(item_lines(text, items));
            values.extend(items.iter().cloned());
        }
    }
    Body::Leaf(lines.join("\n"), 0, Json::Array(values))
}

/// The lines of a list's items, two columns behind its key.
fn item_lines(text: &str, items: &[Json]) -> Vec<String> {
    let below: Vec<&str> = text.lines().skip(1).collect();
    let first = below.iter().find(|line| line.trim_start().starts_with("- "));
    let is_block = text.lines().next().is_some_and(|line| !line.contains(['[', '&', '*', '!']));
    let written = match first.filter(|_| is_block) {
        Some(line) => shifted(&format!("\n{}", below.join("\n")), line.len() - line.trim_start().len(), 2),
        None if items.is_empty() => String::new(),
        None => format!("\n  {}", as_items(&Json::Array(items.to_vec())).replace('\n', "\n  ")),
    };
    written.lines().skip(1).map(|line| line.trim_end().to_owned()).collect()
}

impl Branch {
    fn value(&self) -> Map<String, Json> {
        let entries = self.entries.iter().map(|(key, entry)| {
            let value = match &entry.body {
                Body::Branch(_, branch) => Json::Object(branch.value()),
                Body::Leaf(_, _, value) => value.clone(),
            };
            (key.clone(), value)
        });
        entries.collect()
    }

    fn print(&self, depth: usize, text: &mut String) {
        let pad = "  ".repeat(depth);
        for entry in self.entries.values() {
            for line in &entry.lead {
                if !line.is_empty() {
                    text.push_str(&pad);
                    text.push_str(line);
                }
                text.push('\n');
            }
            text.push_str(&pad);
            match &entry.body {
                Body::Branch(line, branch) => {
                    text.push_str(line);
                    text.push('\n');
                    branch.print(depth + 1, text);
                }
                Body::Leaf(lines, column, _) => {
                    text.push_str(&shifted(lines, *column, 2 * depth));
                    text.push('\n');
                }
            }
        }
    }
}

/// Moves all lines but the first from one column to another.
fn shifted(lines: &str, from: usize, to: usize) -> String {
    let mut moved = lines.lines().map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let indent = (blanks + to).saturating_sub(from);
        if line.trim().is_empty() { String::new() } else { format!("{}{}", " ".repeat(indent), &line[blanks..]) }
    });
    let first = lines.lines().next().unwrap_or_default().to_owned();
    let _ = moved.next();
    std::iter::once(first).chain(moved).collect::<Vec<_>>().join("\n")
}

/// Takes a mapping that stands inside of another file out of it, as a text of its own.
pub(super) fn cut_out(text: &SourceText, span: Span) -> String {
    let column = text.position(span.start).column as usize - 1;
    let lines = shifted(text.slice(span), column, 0);
    format!("{}\n", lines.trim_end())
}
