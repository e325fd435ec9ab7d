//! What changes between two values, field by field.
//!
//! Owns how lists are matched. Must not know what a field means, nor what may be shown.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    list_keys,
    route::{Route, Step},
};
use crate::{
    kustomize::merge_keys::{Field, MergeKeys, Schema},
    manifest::ObjectId,
    yaml::{Content, Mapping, Value},
};

/// A field that is not the same.
#[derive(Clone, Debug)]
pub(super) struct Change<'v> {
    pub(super) route: Route,
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
    /// Of a list of which the items stay but their order changes: the names of the items, before and after.
    pub(super) order: Option<(Vec<String>, Vec<String>)>,
}

/// What changes from one value to another. `id` tells what its lists are like; without one they are like those of any custom resource.
pub(super) fn compare<'v>(id: Option<&ObjectId>, before: &'v Value, after: &'v Value) -> Vec<Change<'v>> {
    let schema = id.and_then(|id| MergeKeys::built_in().schema(&id.api_version(), &id.kind));
    let mut comparison = Comparison { changes: Vec::new() };
    comparison.values(&Route::default(), Known { schema, merge: None }, before, after);
    comparison.changes
}

/// What Kubernetes says about a place.
#[derive(Clone, Copy)]
struct Known<'k> {
    schema: Option<Schema<'k>>,
    /// How the list at this place is merged.
    merge: Option<&'k [crate::kustomize::merge_keys::Text]>,
}

impl Known<'_> {
    fn field(self, name: &str) -> Self {
        match self.schema.and_then(|schema| schema.field(name)) {
            Some(Field { merge, schema }) => Self { schema: Some(schema), merge },
            None => Self { schema: None, merge: None },
        }
    }

    fn item(self) -> Self {
        Self { merge: None, ..self }
    }
}

struct Comparison<'v> {
    changes: Vec<Change<'v>>,
}

impl<'v> Comparison<'v> {
    fn values(&mut self, route: &Route, known: Known<'_>, before: &'v Value, after: &'v Value) {
        if before == after {
            return;
        }
        match (&before.content, &after.content) {
            (Content::Mapping(old), Content::Mapping(new)) => self.mappings(route, known, old, new),
            (Content::Sequence(old), Content::Sequence(new)) => self.lists(route, known, old, new),
            _ => self.change(route.clone(), Some(before), Some(after)),
        }
    }

    fn change(&mut self, route: Route, before: Option<&'v Value>, after: Option<&'v Value>) {
        self.changes.push(Change { route, before, after, order: None });
    }

    fn mappings(&mut self, route: &Route, known: Known<'_>, before: &'v Mapping, after: &'v Mapping) {
        for (key, old) in before {
            let route = route.then(Step::Key(key.clone()));
            match after.get(key) {
                Some(new) => self.values(&route, known.field(key), old, new),
                None => self.change(route, Some(old), None),
            }
        }
        for (key, new) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            self.change(route.then(Step::Key(key.clone())), None, Some(new));
        }
    }

    fn lists(&mut self, route: &Route, known: Known<'_>, before: &'v [Value], after: &'v [Value]) {
        if let Some((old_names, new_names)) = list_keys::names(known.merge, before, after) {
            self.named(route, known, (before, old_names), (after, new_names));
        } else {
            self.aligned(route, known, before, after);
        }
    }

    /// Lists of which every item has a name.
    fn named(
        &mut self,
        route: &Route,
        known: Known<'_>,
        (before, old_names): (&'v [Value], Vec<String>),
        (after, new_names): (&'v [Value], Vec<String>),
    ) {
        let by_name = |items: &'v [Value], names: &[String]| -> HashMap<String, &'v Value> {
            names.iter().cloned().zip(items).collect()
        };
        let (old_items, new_items) = (by_name(before, &old_names), by_name(after, &new_names));
        for (old, name) in before.iter().zip(&old_names) {
            let route = route.then(Step::Item(name.clone()));
            match new_items.get(name) {
                Some(new) => self.values(&route, known.item(), old, new),
                None => self.change(route, Some(old), None),
            }
        }
        for (new, name) in after.iter().zip(&new_names).filter(|(_, name)| !old_items.contains_key(*name)) {
            self.change(route.then(Step::Item(name.clone())), None, Some(new));
        }
        let stays = |names: &[String], others: &HashMap<String, &Value>| -> Vec<String> {
            names.iter().filter(|name| others.contains_key(*name)).cloned().collect()
        };
        let (old, new) = (stays(&old_names, &new_items), stays(&new_names, &old_items));
        if old != new {
            let first = |items: &'v [Value]| items.first();
            let change = Change {
                route: route.clone(),
                before: first(before),
                after: first(after),
                order: Some((old_names, new_names)),
            };
            self.changes.push(change);
        }
    }

    /// Lists of which only the order of the items tells which is which.
    fn aligned(&mut self, route: &Route, known: Known<'_>, before: &'v [Value], after: &'v [Value]) {
        let texts =
            |items: &[Value]| -> Vec<String> { items.iter().map(|item| format!("{:?}", Plain(item))).collect() };
        for op in capture_diff_slices(Algorithm::Myers, &texts(before), &texts(after)) {
            let (old, new) = match op {
                DiffOp::Equal { .. } => continue,
                DiffOp::Delete { old_index, old_len, .. } => (old_index..old_index + old_len, 0..0),
                DiffOp::Insert { new_index, new_len, .. } => (0..0, new_index..new_index + new_len),
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    (old_index..old_index + old_len, new_index..new_index + new_len)
                }
            };
            let (first_old, first_new) = (old.start, new.start);
            let (old, new) = (before.get(old).unwrap_or_default(), after.get(new).unwrap_or_default());
            for at in 0..old.len().max(new.len()) {
                match (old.get(at), new.get(at)) {
                    (Some(old), Some(new)) => {
                        self.values(&route.then(Step::Index(first_new + at)), known.item(), old, new);
                    }
                    (Some(old), None) => self.change(route.then(Step::Index(first_old + at)), Some(old), None),
                    (None, new) => self.change(route.then(Step::Index(first_new + at)), None, new),
                }
            }
        }
    }
}

/// A value as text that is the same for equal values.
struct Plain<'v>(&'v Value);

impl std::fmt::Debug for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0.content {
            Content::Scalar(scalar) => write!(f, "{:?}{:?}", scalar.kind, scalar.text),
            Content::Sequence(items) => f.debug_list().entries(items.iter().map(Plain)).finish(),
            Content::Mapping(mapping) => {
                // Equality of mappings ignores the order of keys.
                let mut entries: Vec<_> = mapping.iter().collect();
                entries.sort_by_key(|(key, _)| *key);
                f.debug_map().entries(entries.into_iter().map(|(key, value)| (key, Plain(value)))).finish()
            }
        }
    }
}
