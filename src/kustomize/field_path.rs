//! Paths to fields in objects, as `fieldPath` and `fieldPaths` of replacements and vars give them: `spec.containers.[name=web].env.0.value`.
//!
//! Owns two ways of following a path that kustomize keeps apart: looking up one value, where `[name=web]` fits exactly and `-` is the last item, and finding
//! all places that fit, where `[name=web]` is a regular expression that may fit anywhere in the value, `*` is every item, and missing parts can be created.
//! Must not know what is done with the values.

use regex::Regex;
use smol_str::SmolStr;

use super::{
    field_spec::Leaf,
    resource::{is_empty, scalar_text},
};
use crate::yaml::{Content, Mapping, Origin, Type, Value};

/// Replacements do not nest values deeper than documents may be.
pub(super) const MAX_DEPTH: usize = 256;

/// One step to a place in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(SmolStr),
    Item(usize),
}

/// The way to a place in a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    steps: Vec<Step>,
    /// Whether what is there was created just now.
    pub(super) is_new: bool,
}

impl Place {
    /// How deep in its value the place is.
    pub(super) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The value at the place; `None` if it is gone.
    pub(super) fn get_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => value.get_mut(key),
            Step::Item(index) => value.as_sequence_mut()?.get_mut(*index),
        })
    }

    fn below(step: Step, is_new: bool, places: Vec<Self>) -> impl Iterator<Item = Self> {
        places.into_iter().map(move |mut place| {
            place.steps.insert(0, step.clone());
            place.is_new |= is_new;
            place
        })
    }
}

/// Splits a path at its dots. A backslash saves a dot, and so do brackets around a part: `[a.b]` is the key `a.b`, `[name=a.b]` stays as it is.
pub(super) fn split(path: &str) -> Vec<SmolStr> {
    let mut parts: Vec<String> = Vec::new();
    let path = path.strip_prefix('.').unwrap_or(path);
    for part in path.split('.') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    let mut joined: Vec<SmolStr> = Vec::new();
    let mut parts = parts.into_iter();
    while let Some(mut part) = parts.next() {
        if part.starts_with('[') && !part.ends_with(']') {
            for next in parts.by_ref() {
                part.push('.');
                part.push_str(&next);
                if next.ends_with(']') {
                    break;
                }
            }
            if !part.contains('=') {
                part = String::from(part.trim_matches(['[', ']']));
            }
        }
        joined.push(part.into());
    }
    joined
}

/// Takes `ports[0]` for `ports.0`, as the paths of vars may be written.
pub(super) fn split_indices(parts: Vec<SmolStr>) -> Vec<SmolStr> {
    let mut split = Vec::new();
    for part in parts {
        let index = part.strip_suffix(']').and_then(|part| part.rsplit_once('['));
        match index.filter(|(_, index)| !index.is_empty() && index.bytes().all(|digit| digit.is_ascii_digit())) {
            Some((key, index)) => {
                split.extend(Some(key).filter(|key| !key.is_empty()).map(SmolStr::from));
                split.push(index.into());
            }
            None => split.push(part),
        }
    }
    split
}

/// The value that a path leads to; `None` if there is none. Fails with words for the reason if the path does not fit the object.
pub(super) fn look_up<'v>(value: &'v Value, parts: &[SmolStr]) -> Result<Option<&'v Value>, String> {
    let mut found = value;
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        let next = if let Some(index) = number(part) {
            let index = usize::try_from(index).map_err(|_| format!("array index {index} cannot be negative"))?;
            items(found)?.get(index)
        } else if part == "-" {
            items(found)?.last()
        } else if part == "*" {
            return Err("a wildcard is not supported here".to_owned());
        } else if let Some(matcher) = list_entry(part)? {
            let fits = |item: &&Value| match matcher {
                ("", text) => scalar_text(Some(item)) == text,
                (key, text) => item.get(key).is_some_and(|value| scalar_text(Some(value)) == text),
            };
            items(found)?.iter().find(fits)
        } else if found.is_null() {
            None
        } else {
            mapping(found)?.get(part)
        };
        let Some(next) = next else { return Ok(None) };
        found = next;
    }
    Ok(Some(found))
}

/// Finds every place that a path leads to. With `create`, missing parts are created, down to a value of that kind at the end.
pub(super) fn find(value: &mut Value, parts: &[SmolStr], create: Option<Leaf>) -> Result<Vec<Place>, String> {
    if create.is_some() && parts.len() > MAX_DEPTH {
        return Err(format!("the path has more than {MAX_DEPTH} parts"));
    }
    let Some((part, rest)) = parts.split_first() else { return Ok(vec![Place::default()]) };
    if let Some(index) = number(part).and_then(|index| usize::try_from(index).ok()) {
        find_index(value, index, rest, create)
    } else if let Some(matcher) = list_entry(part)? {
        find_entries(value, matcher, rest, create)
    } else if part == "*" {
        let mut found = Vec::new();
        if value.is_null() {
            return Ok(found);
        }
        for (index, item) in items_mut(value)?.iter_mut().enumerate() {
            found.extend(Place::below(Step::Item(index), false, find(item, rest, create)?));
        }
        Ok(found)
    } else {
        find_field(value, part, rest, create)
    }
}

fn find_field(value: &mut Value, key: &SmolStr, rest: &[SmolStr], create: Option<Leaf>) -> Result<Vec<Place>, String> {
    let origin = value.origin;
    if key.is_empty() {
        return Err("the path has an empty part".to_owned());
    }
    if value.is_null() {
        return Ok(swallow(value, create));
    }
    mapping(value)?;
    let Some(mapping) = value.as_mapping_mut() else { return Ok(Vec::new()) };
    let created_leaf = create.filter(|_| !mapping.contains_key(key));
    if let Some(leaf) = created_leaf {
        mapping.insert(key.clone(), created(rest, leaf, origin));
    }
    let Some(child) = mapping.get_mut(key) else { return Ok(Vec::new()) };
    Ok(Place::below(Step::Key(key.clone()), created_leaf.is_some(), find(child, rest, create)?).collect())
}

fn find_index(value: &mut Value, index: usize, rest: &[SmolStr], create: Option<Leaf>) -> Result<Vec<Place>, String> {
    let origin = value.origin;
    if value.is_null() {
        let found = swallow(value, create.filter(|_| index == 0));
        let error = || format!("index {index} specified but only 0 elements found");
        return if found.is_empty() { Err(error()) } else { Ok(found) };
    }
    let items = items_mut(value)?;
    let created_leaf = create.filter(|_| items.len() == index);
    if let Some(leaf) = created_leaf {
        items.push(created(rest, leaf, origin));
    }
    let count = items.len();
    let item = items.get_mut(index);
    let item = item.ok_or_else(|| format!("index {index} specified but only {count} elements found"))?;
    Ok(Place::below(Step::Item(index), created_leaf.is_some(), find(item, rest, create)?).collect())
}

/// The part `[key=text]` of a path; without a key it means items that are single values.
struct Entry<'p> {
    key: &'p str,
    text: &'p str,
    pattern: Regex,
}

impl Entry<'_> {
    fn fits(&self, item: &Value) -> bool {
        let compared = if self.key.is_empty() { Some(item) } else { item.get(self.key) };
        compared.is_some_and(|value| self.pattern.is_match(written(value).trim()))
    }

    fn create(&self, origin: Origin) -> Value {
        let text = Value::plain(self.text).at(origin);
        if self.key.is_empty() { text } else { Value::from_iter([(self.key.into(), text)]).at(origin) }
    }
}

fn find_entries(
    value: &mut Value,
    (key, text): (&str, &str),
    rest: &[SmolStr],
    create: Option<Leaf>,
) -> Result<Vec<Place>, String> {
    let origin = value.origin;
    if value.is_null() {
        return Ok(swallow(value, create));
    }
    // What follows a single value is not looked at.
    let rest = if key.is_empty() { &[] } else { rest };
    let items = items_mut(value)?;
    if items.is_empty() && create.is_none() {
        return Ok(Vec::new());
    }
    let pattern = Regex::new(text).map_err(|_| format!("`{text}` is not a regular expression"))?;
    let entry = Entry { key, text, pattern };
    let mut found = Vec::new();
    for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| entry.fits(item)) {
        found.extend(Place::below(Step::Item(index), false, find(item, rest, create)?));
    }
    if create.is_some() && found.is_empty() {
        let mut item = entry.create(origin);
        if !entry.fits(&item) {
            return Err(format!("nothing fits `[{key}={text}]`, nor would what is created for it"));
        }
        found.extend(Place::below(Step::Item(items.len()), true, find(&mut item, rest, create)?));
        items.push(item);
    }
    Ok(found)
}

/// What kustomize does below a null: it creates what is then never printed. The place leads nowhere.
fn swallow(value: &mut Value, create: Option<Leaf>) -> Vec<Place> {
    if create.is_none() {
        return Vec::new();
    }
    if scalar_text(Some(value)).is_empty() {
        // A null that was not even written comes out as an empty text.
        value.content = Value::string("").content;
    }
    vec![Place { steps: vec![Step::Item(usize::MAX)], is_new: true }]
}

/// What is put in place of a missing part: a list if an item is asked for next, else a mapping; at the end the kind that the caller wants.
fn created(rest: &[SmolStr], leaf: Leaf, origin: Origin) -> Value {
    let value = match rest.first() {
        None => leaf.empty(),
        Some(next) if is_list_entry(next) || number(next).is_some_and(|index| index >= 0) => {
            Value::sequence(Vec::new())
        }
        Some(next) if next.is_empty() => leaf.empty(),
        Some(_) => Value::mapping(),
    };
    value.at(origin)
}

fn number(part: &str) -> Option<i64> {
    part.parse().ok()
}

fn is_list_entry(part: &str) -> bool {
    part.starts_with('[') && part.ends_with(']')
}

/// Key and text of `[key=text]`.
fn list_entry(part: &str) -> Result<Option<(&str, &str)>, String> {
    if !is_list_entry(part) {
        return Ok(None);
    }
    let inner = part.strip_suffix(']').unwrap_or(part);
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    inner.split_once('=').map(Some).ok_or_else(|| format!("`{part}` must be written as `[key=value]`"))
}

fn mapping(value: &Value) -> Result<&Mapping, String> {
    value.as_mapping().ok_or_else(|| format!("expected a mapping, but found {}", kind(value)))
}

/// The items of a list; a null has none.
fn items(value: &Value) -> Result<&[Value], String> {
    match &value.content {
        Content::Sequence(items) => Ok(items),
        _ if value.is_null() => Ok(&[]),
        _ => Err(format!("expected a list, but found {}", kind(value))),
    }
}

fn items_mut(value: &mut Value) -> Result<&mut Vec<Value>, String> {
    let error = format!("expected a list, but found {}", kind(value));
    value.as_sequence_mut().ok_or(error)
}

fn kind(value: &Value) -> &'static str {
    match value.content {
        Content::Scalar(_) => "a single value",
        Content::Sequence(_) => "a list",
        Content::Mapping(_) => "a mapping",
    }
}

/// How kustomize writes a value before it compares it: quotes count.
fn written(value: &Value) -> String {
    match &value.content {
        Content::Scalar(scalar) if scalar.quoted && scalar.kind == Type::String => {
            format!("{:?}", scalar.text.as_str())
        }
        Content::Scalar(scalar) => scalar.text.to_string(),
        _ if is_empty(value) => String::new(),
        _ => {
            let mut text = String::new();
            // What cannot be printed is compared with what was printed before it.
            let _ = crate::yaml::print::kustomize::document(value, &mut text);
            text
        }
    }
}
