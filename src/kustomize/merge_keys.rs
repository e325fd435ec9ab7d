//! What Kubernetes' `OpenAPI` says about merging: which lists are merged element by element, by which keys, and which kinds live in a namespace.
//!
//! The built-in table `merge_keys.txt` is what kustomize 5.5.0 embeds (Kubernetes 1.21.2), printed by `schemas/generator-merge-keys`; schemas that
//! several kinds share (`PodSpec`, `Container`) stand in it once. Must not know how a merge is done.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

static BUILT_IN: LazyLock<MergeKeys> = LazyLock::new(|| MergeKeys::parse(include_str!("merge_keys.txt")));

/// A table of kinds and their schemas.
#[derive(Debug, Default)]
pub struct MergeKeys {
    kinds: HashMap<(&'static str, &'static str), KindEntry, RandomState>,
    schemas: HashMap<&'static str, SchemaEntry, RandomState>,
}

#[derive(Debug)]
struct KindEntry {
    namespaced: Option<bool>,
    schema: &'static str,
}

#[derive(Debug, Default)]
struct SchemaEntry {
    fields: HashMap<&'static str, FieldEntry, RandomState>,
}

#[derive(Debug)]
struct FieldEntry {
    merge: Option<Vec<&'static str>>,
    schema: &'static str,
}

/// The schema of a place in an object. A place whose schema leads to no merged list has one too, but it knows no fields.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'k> {
    keys: &'k MergeKeys,
    entry: Option<&'k SchemaEntry>,
}

/// What is known about one field.
#[derive(Clone, Copy, Debug)]
pub struct Field<'k> {
    /// For a list that is merged element by element: the keys that identify an element, none for a list of scalars. `None` for everything else.
    pub merge: Option<&'k [&'static str]>,
    /// The schema of the value; for a merged list, of its elements.
    pub schema: Schema<'k>,
}

impl MergeKeys {
    /// The table that kustomize 5.5.0 embeds.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The schema of a kind, or `None` if the table does not know the kind, as for custom resources.
    pub fn schema(&self, api_version: &str, kind: &str) -> Option<Schema<'_>> {
        let entry = self.kinds.get(&(api_version, kind))?;
        Some(Schema { keys: self, entry: self.schemas.get(entry.schema) })
    }

    /// Whether a kind lives outside of namespaces; `None` if the table does not know. kustomize treats unknown kinds as living in a namespace.
    pub fn is_cluster_scoped(&self, group: &str, version: &str, kind: &str) -> Option<bool> {
        let qualified = format!("{group}/{version}");
        let api_version = if group.is_empty() { version } else { &qualified };
        self.kinds.get(&(api_version, kind))?.namespaced.map(|namespaced| !namespaced)
    }

    fn parse(table: &'static str) -> Self {
        let mut result = Self::default();
        let mut schema = "";
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            match words[..] {
                ["kind", api_version, kind, scope, schema] => {
                    let namespaced = (scope != "unknown").then_some(scope == "namespaced");
                    result.kinds.insert((api_version, kind), KindEntry { namespaced, schema });
                }
                ["schema", name] => schema = name,
                [field, target] => {
                    let (field, merge) = parse_field(field);
                    let entry = FieldEntry { merge, schema: target };
                    result.schemas.entry(schema).or_default().fields.insert(field, entry);
                }
                _ => {}
            }
        }
        result
    }
}

/// Reads `ports[containerPort,protocol]`, `finalizers[]` or `spec`.
fn parse_field(text: &'static str) -> (&'static str, Option<Vec<&'static str>>) {
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((field, keys)) => (field, Some(keys.split(',').filter(|key| !key.is_empty()).collect())),
        None => (text, None),
    }
}

impl<'k> Schema<'k> {
    /// What is known about a field; `None` for fields that lead to no merged list.
    pub fn field(self, name: &str) -> Option<Field<'k>> {
        let fields = &self.entry?.fields;
        let found = fields.get(name).or_else(|| fields.get("*"))?;
        let schema = Schema { keys: self.keys, entry: self.keys.schemas.get(found.schema) };
        Some(Field { merge: found.merge.as_deref(), schema })
    }
}
