//! Random trees with comments and manners of writing, and random edits of them.

use std::collections::BTreeMap;

/// A small generator of numbers, so that one seed gives one case.
pub(super) struct Dice {
    state: u64,
    /// Whether edits move what is there, and may add what the other side adds.
    moves: bool,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self { state: seed ^ 0x9E37_79B9_7F4A_7C15, moves: true }
    }

    /// The same dice for edits that leave everything where it is, and add nothing that the other side adds.
    pub fn apart(self) -> Self {
        Self { moves: false, ..self }
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap() % sides
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.roll(one_in) == 0
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Leaf(String),
    Map(Vec<Entry>),
    /// A list of scalars that is a set, or that has an order.
    Words(Vec<String>),
    /// A list of mappings with names.
    Items(Vec<(String, Vec<Entry>)>),
    /// A string that holds YAML.
    Text(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub above: Vec<String>,
    pub behind: Option<String>,
    pub blank: bool,
    pub value: Tree,
}

/// How a side writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub indent: usize,
    pub indents_lists: bool,
}

const KEYS: [&str; 8] = ["alpha", "beta", "gamma", "delta", "image", "replicas", "enabled", "tag"];

fn leaf(dice: &mut Dice) -> String {
    let number = dice.roll(1000);
    match dice.roll(7) {
        0 => format!("{number}"),
        1 => format!("'quoted {number}'"),
        2 => format!("\"double: {number}\""),
        3 => "true".to_owned(),
        4 => format!("registry.example.org/hub:{number}"),
        5 => format!("{{small: {number}, other: [1, 2]}}"),
        _ => format!("word{number}"),
    }
}

fn value(dice: &mut Dice, depth: usize, key: &str) -> Tree {
    if depth == 0 || dice.chance(2) {
        return Tree::Leaf(leaf(dice));
    }
    match dice.roll(if key == "text.yaml" { 1 } else { 4 }) {
        0 if depth > 1 => Tree::Text(entries(dice, depth - 1, 3)),
        1 => Tree::Words((0..=dice.roll(4)).map(|index| format!("item{}", index * 3 + dice.roll(3))).collect()),
        2 => {
            Tree::Items((0..=dice.roll(3)).map(|index| (format!("unit{index}"), entries(dice, depth - 1, 3))).collect())
        }
        _ => Tree::Map(entries(dice, depth - 1, 4)),
    }
}

fn entry(dice: &mut Dice, depth: usize, key: &str) -> Entry {
    let value = value(dice, depth, key);
    let key = if matches!(value, Tree::Words(_)) { if dice.chance(2) { "set" } else { "args" } } else { key };
    Entry { key: key.to_owned(), above: Vec::new(), behind: None, blank: dice.chance(6), value }
}

pub(super) fn entries(dice: &mut Dice, depth: usize, most: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for _ in 0..=dice.roll(most) {
        let key = KEYS[dice.roll(KEYS.len())];
        let mut new = entry(dice, depth, key);
        if dice.chance(4) {
            new.above = vec![format!("about {key} {}", dice.roll(1_000_000))];
        }
        if dice.chance(5) {
            new.behind = Some(format!("why {key} {}", dice.roll(1_000_000)));
        }
        if entries.iter().all(|present| present.key != new.key) {
            entries.push(new);
        }
    }
    entries
}

/// One random edit; comments that it writes carry the name of who writes them.
pub(super) fn edit(dice: &mut Dice, entries: &mut Vec<Entry>, who: &str) {
    let at = dice.roll(entries.len().max(1));
    match dice.roll(10) {
        0 | 1 => {
            let own = if dice.moves { "" } else { who };
            let key = format!("{}{own}{}", KEYS[dice.roll(KEYS.len())], dice.roll(3));
            if entries.iter().all(|present| present.key != key) {
                let mut new = entry(dice, 2, &key);
                if entries.iter().any(|present| present.key == new.key) {
                    return;
                }
                new.above =
                    if dice.chance(2) { vec![format!("{who} adds {}", dice.roll(1_000_000))] } else { Vec::new() };
                entries.insert(dice.roll(entries.len() + 1), new);
            }
        }
        2 if entries.len() > 1 || dice.chance(3) => {
            if at < entries.len() {
                entries.remove(at);
            }
        }
        3 => {
            if let Some(entry) = entries.get_mut(at) {
                entry.above.push(format!("{who} says {}", dice.roll(1_000_000)));
            }
        }
        4 => {
            if let Some(entry) = entries.get_mut(at) {
                entry.behind = Some(format!("{who} notes {}", dice.roll(1_000_000)));
            }
        }
        5 if dice.moves => {
            let to = dice.roll(entries.len().max(1));
            if !entries.is_empty() {
                entries.swap(at, to);
            }
        }
        _ => {
            if let Some(entry) = entries.get_mut(at) {
                edit_value(dice, &mut entry.value, who);
            }
        }
    }
}

fn edit_value(dice: &mut Dice, value: &mut Tree, who: &str) {
    match value {
        Tree::Leaf(text) => *text = leaf(dice),
        Tree::Map(entries) | Tree::Text(entries) => {
            if entries.len() < 2 {
                let text = leaf(dice);
                entries.push(Entry {
                    key: format!("new{}", dice.roll(1000)),
                    above: Vec::new(),
                    behind: None,
                    blank: false,
                    value: Tree::Leaf(text),
                });
            } else {
                edit(dice, entries, who);
            }
        }
        Tree::Words(words) => {
            let at = dice.roll(words.len().max(1));
            match dice.roll(4) {
                0 => words.insert(at.min(words.len()), format!("{who}{}", dice.roll(1000))),
                1 if words.len() > 1 => drop(words.remove(at)),
                2 if words.len() > 1 && dice.moves => words.swap(at, 0),
                _ => words.push(format!("{who}{}", dice.roll(1000))),
            }
        }
        Tree::Items(items) => {
            let at = dice.roll(items.len().max(1));
            match dice.roll(5) {
                0 => items.insert(at.min(items.len()), (format!("{who}{}", dice.roll(1000)), entries(dice, 1, 2))),
                1 if items.len() > 1 => drop(items.remove(at)),
                2 if items.len() > 1 && dice.moves => items.swap(at, 0),
                _ => {
                    if let Some((_, entries)) = items.get_mut(at).filter(|(_, entries)| entries.len() > 1) {
                        edit(dice, entries, who);
                    }
                }
            }
        }
    }
}

/// The text of a document.
pub(super) fn print(entries: &[Entry], manner: Manner) -> String {
    let mut text = String::new();
    print_entries(&mut text, entries, 0, manner, false);
    if text.is_empty() { "{}\n".to_owned() } else { text }
}

fn print_entries(text: &mut String, entries: &[Entry], column: usize, manner: Manner, mut shares_line: bool) {
    for entry in entries {
        let indent = " ".repeat(column);
        if !shares_line {
            text.push_str(if entry.blank && !text.is_empty() { "\n" } else { "" });
            for comment in &entry.above {
                text.push_str(&format!("{indent}# {comment}\n"));
            }
            text.push_str(&indent);
        }
        let behind = entry.behind.as_ref().map(|comment| format!("  # {comment}")).unwrap_or_default();
        let list = column + if manner.indents_lists { manner.indent } else { 0 };
        match &entry.value {
            Tree::Leaf(leaf) => text.push_str(&format!("{}: {leaf}{behind}\n", entry.key)),
            Tree::Map(inner) if inner.is_empty() => text.push_str(&format!("{}: {{}}{behind}\n", entry.key)),
            Tree::Map(inner) => {
                text.push_str(&format!("{}:{behind}\n", entry.key));
                print_entries(text, inner, column + manner.indent, manner, false);
            }
            Tree::Words(words) if words.is_empty() => text.push_str(&format!("{}: []{behind}\n", entry.key)),
            Tree::Words(words) => {
                text.push_str(&format!("{}:{behind}\n", entry.key));
                for word in words {
                    text.push_str(&format!("{}- {word}\n", " ".repeat(list)));
                }
            }
            Tree::Items(items) => {
                text.push_str(&format!("{}:{behind}\n", entry.key));
                for (name, inner) in items {
                    text.push_str(&format!("{}- name: {name}\n", " ".repeat(list)));
                    print_entries(text, inner, list + 2, manner, false);
                }
            }
            Tree::Text(inner) => {
                text.push_str(&format!("{}: |\n", entry.key));
                let inner = print(inner, Manner { indent: 2, indents_lists: true });
                for line in inner.lines() {
                    let pad = if line.is_empty() { 0 } else { column + manner.indent };
                    text.push_str(&format!("{}{line}\n", " ".repeat(pad)));
                }
            }
        }
        shares_line = false;
    }
}

/// Every leaf by its way, items by their names, sets by their members; lists with an order are one leaf.
pub(super) fn leaves(entries: &[Entry]) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    collect(&mut leaves, "", entries);
    leaves
}

fn collect(leaves: &mut BTreeMap<String, String>, path: &str, entries: &[Entry]) {
    for entry in entries {
        let path = format!("{path}/{}", entry.key);
        match &entry.value {
            Tree::Leaf(leaf) => {
                match leaf.strip_prefix("{small: ").and_then(|rest| rest.strip_suffix(", other: [1, 2]}")) {
                    // Where both sides add a mapping under one key, they are joined, with brackets or without.
                    Some(number) => {
                        leaves.insert(format!("{path}/small"), number.to_owned());
                        leaves.insert(format!("{path}/other"), "[1, 2]".to_owned());
                    }
                    None => drop(leaves.insert(path, leaf.clone())),
                }
            }
            Tree::Map(inner) | Tree::Text(inner) => {
                if inner.is_empty() {
                    leaves.insert(path.clone(), "{}".to_owned());
                }
                collect(leaves, &path, inner);
            }
            Tree::Words(words) if entry.key == "set" => {
                for word in words {
                    leaves.insert(format!("{path}/{word}"), word.clone());
                }
            }
            Tree::Words(words) => drop(leaves.insert(path, words.join(" "))),
            Tree::Items(items) => {
                for (name, inner) in items {
                    leaves.insert(format!("{path}/name={name}/name"), name.clone());
                    collect(leaves, &format!("{path}/name={name}"), inner);
                }
            }
        }
    }
}

/// All comments.
pub(super) fn comments(entries: &[Entry]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in entries {
        let hidden = matches!(entry.value, Tree::Text(_));
        found.extend(entry.above.iter().cloned());
        found.extend(entry.behind.iter().filter(|_| !hidden).cloned());
        match &entry.value {
            Tree::Map(inner) | Tree::Text(inner) => found.extend(comments(inner)),
            Tree::Items(items) => items.iter().for_each(|(_, inner)| found.extend(comments(inner))),
            Tree::Leaf(_) | Tree::Words(_) => {}
        }
    }
    found
}
