//! Answers that are lists or mappings: two items with words of our own are written, and where they come out, the tree holds the items.
//!
//! Must not know which answers are taken; the search tries them all.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{Content, PROBES, Search, WORD};
use crate::{
    blueprint::{parameters::Question, render},
    schema::Schema,
};

/// A scalar of an item: its property, or the item itself, and what stands for it in two items.
struct Leaf {
    property: Option<String>,
    is_required: bool,
    probes: [Json; 2],
}

/// Where a scalar comes out: behind the step that tells the items apart, between two texts.
struct Outlet {
    leaf: usize,
    suffix: String,
    before: String,
    after: String,
}

/// Whole numbers that no tree is likely to have, for two items each.
const PAIRS: [[usize; 2]; 3] = [[31979, 31981], [7919, 7927], [41, 42]];

/// What stands behind numbers in texts that allow no words.
const UNITS: [&str; 5] = ["", "G", "Gi", "s", "m"];

impl Search<'_> {
    /// What the tree may hold for a question about a list or a mapping.
    pub(super) fn collections(&self, question: &Question) -> Vec<Json> {
        let schema = question.schema();
        match schema.get("type").and_then(Json::as_str) {
            Some("array") => self.lists(question, schema.get("items").unwrap_or(&Json::Null)),
            Some("object") => self.mappings(question),
            _ => Vec::new(),
        }
    }

    fn lists(&self, question: &Question, item: &Json) -> Vec<Json> {
        let all = leaves(item);
        let only_required =
            || all.iter().filter(|leaf| leaf.is_required || leaf.property.is_none()).collect::<Vec<_>>();
        for leaves in [all.iter().collect::<Vec<_>>(), only_required()] {
            if leaves.is_empty() {
                continue;
            }
            let items = [0, 1].map(|which| written(&leaves, item, &|leaf| Some(leaf.probes[which].clone())));
            let answers = self.with(question, Json::Array(items.into_iter().flatten().collect()));
            let Ok(instance) = render(self.tree.blueprint, &answers, &self.facts) else { continue };
            let places = outlets(&Content::of(&instance.files), &leaves);
            let found =
                places.iter().map(|((prefix, first), outlets)| self.items(prefix, *first, outlets, &leaves, item));
            let mut found: Vec<Json> = found.filter(|items| !items.is_empty()).map(Json::Array).collect();
            found.dedup();
            return found;
        }
        Vec::new()
    }

    /// The items that the tree holds below a place.
    fn items(&self, prefix: &str, first: usize, outlets: &[Outlet], leaves: &[&Leaf], item: &Json) -> Vec<Json> {
        let mut rows: BTreeMap<(usize, String), BTreeMap<usize, String>> = BTreeMap::new();
        let below = self.there.scalars.range(prefix.to_owned()..).take_while(|(place, _)| place.starts_with(prefix));
        for (place, text) in below {
            let rest = &place[prefix.len()..];
            let (step, suffix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let number = step.parse::<usize>();
            if number.as_ref().is_ok_and(|number| *number < first) {
                continue;
            }
            for outlet in outlets.iter().filter(|outlet| outlet.suffix == suffix) {
                let inner = text.strip_prefix(&outlet.before).and_then(|rest| rest.strip_suffix(&outlet.after));
                if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                    let row = rows.entry((number.clone().unwrap_or_default(), step.to_owned())).or_default();
                    row.entry(outlet.leaf).or_insert_with(|| inner.to_owned());
                }
            }
        }
        let read = |leaf: &Leaf, text: &String| match leaf.probes[0] {
            Json::String(_) => Some(Json::from(text.as_str())),
            _ => text.parse::<i64>().map(Json::from).or_else(|_| text.parse::<f64>().map(Json::from)).ok(),
        };
        let row = |row: BTreeMap<usize, String>| {
            let at = |leaf: &Leaf| leaves.iter().position(|other| std::ptr::eq(*other, leaf));
            written(leaves, item, &|leaf| read(leaf, row.get(&at(leaf)?)?))
        };
        rows.into_values().filter_map(row).collect()
    }

    /// Switches in the items of a list, each tried the other way.
    pub(super) fn switches(&mut self, question: &Question) {
        let properties = question.schema().get("items").and_then(|items| items.get("properties"));
        let is_switch = |schema: &Json| schema.get("type").and_then(Json::as_str) == Some("boolean");
        let names = properties.and_then(Json::as_object).into_iter().flatten();
        let names: Vec<&String> = names.filter(|(_, schema)| is_switch(schema)).map(|(name, _)| name).collect();
        let route: Vec<&str> = question.route.iter().map(String::as_str).collect();
        let Some(Json::Array(mut items)) = self.answers.get(&route).cloned() else { return };
        for at in 0..items.len() {
            for name in &names {
                let mut changed = items.clone();
                let Some(item) = changed.get_mut(at).and_then(Json::as_object_mut) else { continue };
                item.insert((*name).clone(), Json::Bool(true));
                let answers = self.with(question, Json::Array(changed.clone()));
                if let Ok(score) = self.try_answers(&answers)
                    && score > self.score
                {
                    (self.answers, self.score, items) = (answers, score, changed);
                }
            }
        }
    }

    /// The entries that the tree has where an entry of ours comes out.
    fn mappings(&self, question: &Question) -> Vec<Json> {
        let own = serde_json::json!({WORD: WORD});
        let answers = self.with(question, own);
        let Ok(instance) = render(self.tree.blueprint, &answers, &self.facts) else { return Vec::new() };
        let content = Content::of(&instance.files);
        let ours = format!("/{WORD}");
        let places = content.scalars.iter().filter(|(_, text)| *text == WORD);
        let prefixes = places.filter_map(|(place, _)| place.strip_suffix(ours.as_str()));
        let entries = |prefix: &str| {
            let prefix = format!("{prefix}/");
            let below = self.there.scalars.range(prefix.clone()..).take_while(|(place, _)| place.starts_with(&prefix));
            let entry = below.filter(|(place, _)| !content.scalars.contains_key(*place));
            let entry = entry.map(|(place, text)| (place[prefix.len()..].to_owned(), Json::from(text.as_str())));
            entry.collect::<Map<String, Json>>()
        };
        prefixes.map(entries).filter(|entries| !entries.is_empty()).map(Json::Object).collect()
    }
}

/// The scalars of an item that can be told by words of our own.
fn leaves(item: &Json) -> Vec<Leaf> {
    let required = |name: &str| {
        let names = item.get("required").and_then(Json::as_array);
        names.is_some_and(|names| names.iter().any(|other| other == name))
    };
    let mut leaves = Vec::new();
    if let Some(properties) = item.get("properties").and_then(Json::as_object) {
        for (at, (name, schema)) in properties.iter().enumerate() {
            let probes = probes(schema, at);
            leaves.extend(probes.map(|probes| Leaf {
                property: Some(name.clone()),
                is_required: required(name),
                probes,
            }));
        }
    } else {
        leaves.extend(probes(item, 0).map(|probes| Leaf { property: None, is_required: true, probes }));
    }
    leaves
}

/// Two values that a schema allows and that no tree is likely to have; each number once.
fn probes(schema: &Json, at: usize) -> Option<[Json; 2]> {
    if schema.get("enum").is_some() {
        return None;
    }
    let compiled = Schema::from_json(schema).ok()?;
    let fits = |pair: &[Json; 2]| pair.iter().all(|value| compiled.check(value).is_empty());
    match schema.get("type").and_then(Json::as_str)? {
        "string" => {
            let words = PROBES
                .iter()
                .map(|probe| ["a", "b"].map(|which| Json::from(probe.replace(WORD, &format!("{WORD}{at}{which}")))));
            let amounts = UNITS
                .iter()
                .flat_map(|unit| pairs(at).map(move |pair| pair.map(|number| Json::from(format!("{number}{unit}")))));
            words.chain(amounts).find(fits)
        }
        "integer" | "number" => pairs(at).map(|pair| pair.map(Json::from)).find(fits),
        _ => None,
    }
}

/// Pairs of numbers, from large to small, that no other property of an item has.
fn pairs(at: usize) -> impl Iterator<Item = [usize; 2]> {
    PAIRS.into_iter().map(move |pair| {
        let step = if pair[0] > 1000 { 10 } else { 2 };
        pair.map(|number| number + step * at)
    })
}

/// An item with the values that are known; `None` if it lacks one that it must have.
fn written(leaves: &[&Leaf], item: &Json, value: &dyn Fn(&Leaf) -> Option<Json>) -> Option<Json> {
    let mut object = Map::new();
    for leaf in leaves {
        match (&leaf.property, value(leaf)) {
            (None, value) => return value,
            (Some(property), Some(value)) => drop(object.insert(property.clone(), value)),
            (Some(_), None) if leaf.is_required => return None,
            _ => {}
        }
    }
    // What must be there and cannot be told is as its schema has it first.
    for name in item.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str) {
        if !object.contains_key(name) {
            let schema = item.get("properties").and_then(|properties| properties.get(name))?;
            object.insert(name.to_owned(), schema.get("default").or_else(|| schema.get("enum")?.get(0))?.clone());
        }
    }
    Some(Json::Object(object))
}

/// Where items come out: the place up to the step that tells them apart, the number of the first, and the scalars behind it.
fn outlets(content: &Content, leaves: &[&Leaf]) -> BTreeMap<(String, usize), Vec<Outlet>> {
    let mut found: BTreeMap<(String, usize), Vec<Outlet>> = BTreeMap::new();
    for (at, leaf) in leaves.iter().enumerate() {
        let [first, second] =
            leaf.probes.each_ref().map(|probe| probe.as_str().map_or_else(|| probe.to_string(), str::to_owned));
        let is_text = leaf.probes[0].is_string();
        for (place, text) in &content.scalars {
            let Some((before, after)) = text.split_once(first.as_str()).filter(|_| is_text || *text == first) else {
                continue;
            };
            let wanted = format!("{before}{second}{after}");
            let mut twins = content.scalars.iter().filter(|(_, text)| **text == wanted);
            let Some((prefix, step, suffix)) = twins.find_map(|(twin, _)| differing(place, twin)) else {
                continue;
            };
            let outlet = Outlet { leaf: at, suffix, before: before.to_owned(), after: after.to_owned() };
            found.entry((prefix, step.parse().unwrap_or_default())).or_default().push(outlet);
        }
    }
    found
}

/// The one step in which two places differ, with what is before and behind it.
fn differing(place: &str, twin: &str) -> Option<(String, String, String)> {
    let (left, right): (Vec<&str>, Vec<&str>) = (place.split('/').collect(), twin.split('/').collect());
    if left.len() != right.len() {
        return None;
    }
    let mut different = (0..left.len()).filter(|&at| left[at] != right[at]);
    let (at, None) = (different.next()?, different.next()) else { return None };
    let prefix: String = left[..at].iter().map(|step| format!("{step}/")).collect();
    let suffix: String = left[at + 1..].iter().map(|step| format!("/{step}")).collect();
    Some((prefix, left[at].to_owned(), suffix))
}
