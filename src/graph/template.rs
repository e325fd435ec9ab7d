//! Templates of External Secrets, as far as they tell which value ends up where.
//!
//! A template is read, not run: its actions in `{{ }}` are searched for names. Must not know who gives the values.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::reference::push_key;
use crate::{
    text::SourceText,
    yaml::{Content, FileId, Stream, Value},
};

/// What a template uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// The names it takes, each with the path in the document that it makes; an empty path where the text is no document.
    pub names: Vec<(SmolStr, String)>,
    /// Whether it may take others: it goes through all values, or changes what the dot means.
    pub open: bool,
}

/// Reads the names that a template uses.
pub(super) fn uses(text: &str) -> Uses {
    let (marked, actions) = mark(text);
    let open = actions.iter().any(|action| is_open(action));
    let paths = paths(&marked, actions.len());
    let mut names = BTreeSet::new();
    let mut found = Uses { names: Vec::new(), open };
    for (action, path) in actions.iter().zip(paths) {
        for name in names_in(action) {
            if names.insert((name.clone(), path.clone())) {
                found.names.push((name, path.clone()));
            }
        }
    }
    found
}

/// The text with a mark in the place of each action, and the actions.
fn mark(text: &str) -> (String, Vec<&str>) {
    let mut marked = String::new();
    let mut actions = Vec::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((action, after)) = inside.split_once("}}") else { break };
        marked.push_str(before);
        marked.push_str(&mark_of(actions.len()));
        actions.push(action);
        rest = after;
    }
    marked.push_str(rest);
    (marked, actions)
}

const MARK: &str = "treewright-mark-";

fn mark_of(index: usize) -> String {
    format!("{MARK}{index}-")
}

/// The path of each mark in the document; empty where there is none.
fn paths(marked: &str, count: usize) -> Vec<String> {
    let mut paths = vec![String::new(); count];
    let stream = Stream::parse(SourceText::new(marked)).ok();
    let root = stream.as_ref().and_then(|stream| stream.documents().next());
    if let Some(value) = root.and_then(|document| document.root().to_value(FileId(u32::MAX)).ok()) {
        locate(&value, &mut String::new(), &mut paths);
    }
    paths
}

fn locate(value: &Value, route: &mut String, paths: &mut [String]) {
    let length = route.len();
    match &value.content {
        Content::Scalar(scalar) => {
            for (at, mark) in scalar.text.match_indices(MARK) {
                let number = scalar.text[at + mark.len()..].split('-').next();
                if let Some(path) = number.and_then(|number| paths.get_mut(number.parse::<usize>().ok()?)) {
                    path.clone_from(route);
                }
            }
        }
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                route.push_str(&format!("[{index}]"));
                locate(item, route, paths);
                route.truncate(length);
            }
        }
        Content::Mapping(entries) => {
            for (key, inner) in entries.iter() {
                push_key(route, key);
                locate(inner, route, paths);
                route.truncate(length);
            }
        }
    }
}

/// Whether an action may use more than the names in it.
fn is_open(action: &str) -> bool {
    let words: Vec<&str> = action.trim_matches('-').split_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    matches!(first, "range" | "with" | "define" | "template" | "include" | "block")
        || first == "."
        || words.windows(2).any(|pair| matches!(pair, [before, "."] if *before != "index"))
}

/// The names in an action: `.name`, and `index . "name"`.
fn names_in(action: &str) -> Vec<SmolStr> {
    let mut names = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in action.char_indices() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            None if matches!(c, '"' | '`' | '\'') => quote = Some(c),
            None if c == '.' && (before.is_whitespace() || matches!(before, '(' | '-' | '|')) => {
                let name: String = action[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !name.is_empty() {
                    names.push(name.into());
                }
            }
            _ => {}
        }
        before = c;
    }
    let mut rest = action;
    while let Some((_, after)) = rest.split_once("index . \"") {
        let (name, behind) = after.split_once('"').unwrap_or((after, ""));
        names.push(name.into());
        rest = behind;
    }
    names
}
