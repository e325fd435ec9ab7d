//! The file of `openapi.path`: a swagger document that takes the place of the built-in schema.
//!
//! Owns which parts of such a document kustomize looks at: definitions with their kinds, fields, references and merge keys, and paths that tell which kinds
//! live in a namespace. What the built-in schema knows about the latter stays, as in kustomize. Must not know how a merge is done.

use std::sync::LazyLock;

use super::{
    context::UseOfBuiltIn,
    file::File,
    merge_keys::{ANY_FIELD, Builder, MergeKeys, Text},
    objects::{self, Place},
    problem::{Problem, ProblemKind},
};
use crate::yaml::{Document, Mapping, Value};

/// As many references may follow each other before one counts as leading nowhere.
const MAX_REFERENCES: usize = 100;

const KIND: &str = "x-kubernetes-group-version-kind";

/// Reads the first document of a file.
pub(super) fn read(file: &File, built_in: UseOfBuiltIn) -> Result<MergeKeys, Box<Problem>> {
    let place = Place::file(&file.path, file.id);
    let root = file.stream()?.documents().next().map(Document::root);
    let root = root.map(|root| root.to_value(file.id)).transpose();
    let root = root.map_err(|error| objects::expand_problem(error, &place))?.unwrap_or_else(Value::null);
    let empty = Mapping::default();
    let section = |name: &str| root.get(name).and_then(Value::as_mapping).unwrap_or(&empty);
    if root.as_mapping().is_none() && !root.is_null() {
        let message = "invalid schema file: it must be an OpenAPI document with `definitions`";
        return Err(Problem::new(ProblemKind::InvalidKustomization, file.label(root.origin.offset, ""), message));
    }
    let with_built_in = built_in != UseOfBuiltIn::None;
    let mut reader = Reader { definitions: section("definitions"), builder: Builder::default(), with_built_in };
    if built_in == UseOfBuiltIn::Merged {
        reader.builder.add_built_in();
    }
    for name in reader.definitions.keys() {
        reader.builder.fresh_schema(name.to_string().into());
    }
    for (name, definition) in reader.definitions {
        reader.definition(name, definition);
    }
    if built_in == UseOfBuiltIn::LookedUp {
        reader.builder.add_built_in();
    }
    MergeKeys::built_in().scopes().for_each(|(api_version, kind, namespaced)| {
        reader.builder.scope(api_version.clone(), kind.clone(), namespaced);
    });
    scopes(&mut reader.builder, section("paths"));
    Ok(reader.builder.finish())
}

/// Finds out which kinds live in a namespace: those that have a path with one.
fn scopes(builder: &mut Builder, paths: &Mapping) {
    let kinds = || {
        paths.iter().filter_map(|(path, item)| {
            let kind = kind_of(extension(item.get("get")?, KIND)?)?;
            Some((kind, path.contains("namespaces/{namespace}")))
        })
    };
    for wanted in [true, false] {
        for ((api_version, kind), namespaced) in kinds().filter(|(_, namespaced)| *namespaced == wanted) {
            builder.scope(api_version, kind, namespaced);
        }
    }
}

/// Reads group, version and kind as `apiVersion` and kind.
fn kind_of(value: &Value) -> Option<(Text, Text)> {
    let text = |key| value.get(key).and_then(Value::as_str);
    let (version, kind) = (text("version")?, text("kind")?);
    let api_version = match text("group") {
        None | Some("") => version.to_owned(),
        Some(group) => format!("{group}/{version}"),
    };
    Some((api_version.into(), kind.to_owned().into()))
}

/// An extension of a schema; their names are the same in any case.
fn extension<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema.as_mapping()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

struct Reader<'a> {
    definitions: &'a Mapping,
    builder: Builder,
    /// Whether references may lead into the built-in schema.
    with_built_in: bool,
}

impl<'a> Reader<'a> {
    fn definition(&mut self, name: &str, definition: &Value) {
        let number = self.builder.schema(name.to_owned().into());
        for kind in extension(definition, KIND).and_then(Value::as_sequence).into_iter().flatten() {
            if let Some((api_version, kind)) = kind_of(kind) {
                self.builder.kind(api_version, kind, number);
            }
        }
        self.schema(name, number, definition);
    }

    /// Reads the fields of a schema. What is nested in it without a reference has the way to it for a name.
    fn schema(&mut self, name: &str, number: usize, schema: &Value) {
        let properties = schema.get("properties").and_then(Value::as_mapping).into_iter().flatten();
        let others = schema.get("additionalProperties").filter(|others| others.as_mapping().is_some());
        for (field, property) in properties
            .map(|(field, property)| (field.as_str(), property))
            .chain(others.map(|others| (ANY_FIELD, others)))
        {
            self.field(&format!("{name}/{field}"), number, field, property);
        }
    }

    fn field(&mut self, name: &str, number: usize, field: &str, property: &Value) {
        let Some((name, property)) = self.resolve(name.to_owned(), property) else { return };
        let merge = merge_keys(property);
        let is_list = property.get("type").is_some_and(is_array);
        let target = match property.get("items").filter(|_| merge.is_some() && is_list) {
            Some(items) => self.target(format!("{name}[]"), items),
            None => self.target(name, property),
        };
        if let Some(target) = target {
            self.builder.field(number, field.to_owned().into(), merge, target);
        }
    }

    /// The number of a schema, which is read now if no definition will be.
    fn target(&mut self, name: String, schema: &Value) -> Option<usize> {
        let (name, schema) = self.resolve(name, schema)?;
        let number = self.builder.schema(name.clone().into());
        if !self.definitions.contains_key(name.as_str()) && !schema.is_null() {
            self.schema(&name, number, schema);
        }
        Some(number)
    }

    /// Follows references from a schema called `name`; `None` if they lead nowhere. Of a schema that is built in nothing but the name is to be seen.
    fn resolve<'v>(&self, name: String, schema: &'v Value) -> Option<(String, &'v Value)>
    where
        'a: 'v,
    {
        static BUILT_IN: LazyLock<Value> = LazyLock::new(Value::null);
        let (mut name, mut schema) = (name, schema);
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some((name, schema)) };
            name = reference.strip_prefix("#/definitions/")?.replace("~1", "/").replace("~0", "~");
            match self.definitions.get(name.as_str()) {
                Some(definition) => schema = definition,
                None if self.with_built_in => return Some((name, &BUILT_IN)),
                None => return None,
            }
        }
        None
    }
}

/// The keys by which a list is merged; `None` if it is not.
fn merge_keys(schema: &Value) -> Option<Vec<Text>> {
    let strategy = extension(schema, "x-kubernetes-patch-strategy").and_then(Value::as_str)?;
    if !strategy.split(',').any(|strategy| strategy == "merge") {
        return None;
    }
    let owned = |key: &Value| key.as_str().map(|key| key.to_owned().into());
    Some(match extension(schema, "x-kubernetes-list-map-keys").and_then(Value::as_sequence) {
        Some(keys) => keys.iter().filter_map(owned).collect(),
        None => extension(schema, "x-kubernetes-patch-merge-key").and_then(owned).into_iter().collect(),
    })
}

/// Whether a type is that of a list and no other.
fn is_array(kind: &Value) -> bool {
    kind.as_str() == Some("array") || matches!(kind.as_sequence(), Some([only]) if only.as_str() == Some("array"))
}
