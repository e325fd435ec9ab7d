//! What an `OpenAPI` schema says about merging: which lists are merged element by element, by which keys, and which kinds live in a namespace.
//!
//! The built-in table `merge_keys.txt` is what kustomize 5.5.0 embeds (Kubernetes 1.21.2), printed by `schemas/generator-merge-keys`; schemas that
//! several kinds share (`PodSpec`, `Container`) stand in it once. Must not know how a merge is done, nor how a schema file is written.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

static BUILT_IN: LazyLock<MergeKeys> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.add_built_in();
    builder.finish()
});

/// A text of the built-in table, or one that was read from a file.
pub type Text = Cow<'static, str>;

type Table<V> = HashMap<Text, V, RandomState>;

/// A table of kinds and their schemas.
#[derive(Debug, Default)]
pub struct MergeKeys {
    /// For each kind the versions that it has.
    kinds: Table<Vec<KindEntry>>,
    schemas: Vec<SchemaEntry>,
}

#[derive(Debug)]
struct KindEntry {
    api_version: Text,
    namespaced: Option<bool>,
    schema: Option<usize>,
}

#[derive(Debug, Default)]
struct SchemaEntry {
    fields: Table<FieldEntry>,
}

#[derive(Debug)]
struct FieldEntry {
    merge: Option<Vec<Text>>,
    schema: usize,
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
    pub merge: Option<&'k [Text]>,
    /// The schema of the value; for a list that is merged, of its elements.
    pub schema: Schema<'k>,
}

impl MergeKeys {
    /// The table that kustomize 5.5.0 embeds.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The schema of a kind, or `None` if the table does not know the kind, as for custom resources.
    pub fn schema(&self, api_version: &str, kind: &str) -> Option<Schema<'_>> {
        let entry = self.kind(api_version, kind)?;
        // A schema file may know of a kind only where it lives.
        let schema = entry.schema?;
        Some(Schema { keys: self, entry: self.schemas.get(schema) })
    }

    /// Whether a kind lives outside of namespaces; `None` if the table does not know. kustomize treats unknown kinds as living in a namespace.
    pub fn is_cluster_scoped(&self, group: &str, version: &str, kind: &str) -> Option<bool> {
        let is_meant = |entry: &&KindEntry| match entry.api_version.split_once('/') {
            Some(found) => found == (group, version),
            None => group.is_empty() && entry.api_version == version,
        };
        let known = self.kinds.get(kind)?.iter().find(is_meant)?.namespaced?;
        Some(!known)
    }

    /// All kinds of which it is known whether they live in a namespace, as `apiVersion` and kind, in no order.
    pub(super) fn scopes(&self) -> impl Iterator<Item = (&Text, &Text, bool)> {
        let versions = self.kinds.iter().flat_map(|(kind, versions)| versions.iter().map(move |entry| (kind, entry)));
        versions.filter_map(|(kind, entry)| Some((&entry.api_version, kind, entry.namespaced?)))
    }

    fn kind(&self, api_version: &str, kind: &str) -> Option<&KindEntry> {
        self.kinds.get(kind)?.iter().find(|entry| entry.api_version == api_version)
    }
}

/// Reads `ports[containerPort,protocol]`, `finalizers[]` or `spec`.
fn parse_field(text: &'static str) -> (&'static str, Option<Vec<Text>>) {
    match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((field, keys)) => (field, Some(keys.split(',').filter(|key| !key.is_empty()).map(Cow::from).collect())),
        None => (text, None),
    }
}

impl<'k> Schema<'k> {
    /// What is known about a field; `None` for fields that lead to no merged list.
    pub fn field(self, name: &str) -> Option<Field<'k>> {
        let fields = &self.entry?.fields;
        let found = fields.get(name).or_else(|| fields.get(ANY_FIELD))?;
        let schema = Schema { keys: self.keys, entry: self.keys.schemas.get(found.schema) };
        Some(Field { merge: found.merge.as_deref(), schema })
    }
}

/// The field that stands for all that are not named.
pub(super) const ANY_FIELD: &str = "*";

/// A table in the making. Schemas are numbered by their first mention.
#[derive(Debug, Default)]
pub(super) struct Builder {
    keys: MergeKeys,
    numbers: HashMap<Text, usize>,
}

impl Builder {
    /// Enters the table that kustomize 5.5.0 embeds, which takes the place of what is called the same.
    pub(super) fn add_built_in(&mut self) {
        let mut schema = 0;
        for line in include_str!("merge_keys.txt").lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            match words[..] {
                ["kind", api_version, kind, scope, schema] => {
                    let schema = self.schema(schema.into());
                    self.kind(api_version.into(), kind.into(), schema);
                    if scope != "unknown" {
                        self.scope(api_version.into(), kind.into(), scope == "namespaced");
                    }
                }
                ["schema", name] => schema = self.fresh_schema(name.into()),
                [field, target] => {
                    let (field, merge) = parse_field(field);
                    let target = self.schema(target.into());
                    self.field(schema, field.into(), merge, target);
                }
                _ => {}
            }
        }
    }

    /// The number of a schema of which everything is forgotten.
    pub(super) fn fresh_schema(&mut self, name: Text) -> usize {
        let number = self.schema(name);
        if let Some(entry) = self.keys.schemas.get_mut(number) {
            entry.fields.clear();
        }
        number
    }

    /// The number of a schema.
    pub(super) fn schema(&mut self, name: Text) -> usize {
        let schemas = &mut self.keys.schemas;
        *self.numbers.entry(name).or_insert_with(|| {
            schemas.push(SchemaEntry::default());
            schemas.len() - 1
        })
    }

    /// Enters a kind with its schema.
    pub(super) fn kind(&mut self, api_version: Text, kind: Text, schema: usize) {
        self.change(api_version, kind, |entry| entry.schema = Some(schema));
    }

    /// Enters where a kind lives; what is known stays.
    pub(super) fn scope(&mut self, api_version: Text, kind: Text, namespaced: bool) {
        self.change(api_version, kind, |entry| {
            entry.namespaced.get_or_insert(namespaced);
        });
    }

    /// Enters a field of a schema; `merge` as in [`Field`].
    pub(super) fn field(&mut self, schema: usize, name: Text, merge: Option<Vec<Text>>, target: usize) {
        if let Some(entry) = self.keys.schemas.get_mut(schema) {
            entry.fields.insert(name, FieldEntry { merge, schema: target });
        }
    }

    pub(super) fn finish(self) -> MergeKeys {
        self.keys
    }

    fn change(&mut self, api_version: Text, kind: Text, change: impl FnOnce(&mut KindEntry)) {
        let versions = self.keys.kinds.entry(kind).or_default();
        let at = versions.iter().position(|entry| entry.api_version == api_version).unwrap_or_else(|| {
            versions.push(KindEntry { api_version, namespaced: None, schema: None });
            versions.len() - 1
        });
        if let Some(entry) = versions.get_mut(at) {
            change(entry);
        }
    }
}
