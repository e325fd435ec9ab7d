//! Schemas of kinds from elsewhere: CustomResourceDefinitions, and JSON schemas that say which kind they are for.
//!
//! Owns the way from the dialect of CustomResourceDefinitions to JSON Schema. Must not know files.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    catalogue::{Entry, KindRow},
    compiled::Schema,
    json::value_to_json,
};
use crate::yaml;

/// The schema of a kind.
#[derive(Debug)]
pub struct CustomKind {
    /// The kind, and where its schema comes from.
    pub row: KindRow,
    /// The schema, which says in JSON what kind it is for and where it comes from, so that it can be kept and read again.
    pub schema: Schema,
}

/// Why a document brings no schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASchema {
    /// It is something else altogether.
    #[error("it is neither a CustomResourceDefinition nor a JSON schema that says which kind it is for")]
    SomethingElse,
    /// A CustomResourceDefinition without a part that it must have.
    #[error("the CustomResourceDefinition has no `{0}`")]
    Incomplete(&'static str),
    /// Names that no object could have.
    #[error("its group, version or kind is no name that an object could have")]
    Unnamed,
    /// A CustomResourceDefinition that describes nothing.
    #[error("the CustomResourceDefinition has no schema for any version")]
    NoSchema,
    /// The schema of one version is broken.
    #[error("the schema of {kind}: {reason}")]
    Broken {
        /// The kind with its API version.
        kind: String,
        /// What is wrong.
        reason: String,
    },
}

/// The schemas in a document: those of each version of a CustomResourceDefinition, those of all of them in a list, or a JSON schema with
/// `x-kubernetes-group-version-kind`. Other objects in a list, as in the dump of a cluster, are passed over.
pub fn kinds_in(document: &Value) -> Result<Vec<CustomKind>, NotASchema> {
    if let Some(items) = document["items"].as_array().filter(|_| is_list(document)) {
        let definitions = items.iter().filter(|item| item["kind"] == "CustomResourceDefinition");
        let kinds: Vec<_> = definitions
            .map(|one| of_definition(one, None))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        return if kinds.is_empty() { Err(NotASchema::SomethingElse) } else { Ok(kinds) };
    }
    if document["kind"] == "CustomResourceDefinition" {
        return of_definition(document, None);
    }
    of_schema(document)
}

/// The kinds that a CustomResourceDefinition describes; their schemas are read when they are first needed. What is no name, or has no schema, is left out.
pub fn entries_of_definition(definition: &Arc<yaml::Value>) -> Vec<Entry> {
    let text = |path: &[&str]| definition.pointer(path).and_then(yaml::Value::as_str);
    let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"])) else {
        return Vec::new();
    };
    let name = text(&["metadata", "name"]).unwrap_or_default();
    let listed = definition.pointer(&["spec", "versions"]).and_then(yaml::Value::as_sequence).unwrap_or_default();
    let entry = |version: &yaml::Value| {
        let row = KindRow {
            group: group.to_owned(),
            version: version.get("name")?.as_str()?.to_owned(),
            kind: kind.to_owned(),
            source: format!("CustomResourceDefinition {name}"),
        };
        let shared = definition.pointer(&["spec", "validation", "openAPIV3Schema"]);
        version.pointer(&["schema", "openAPIV3Schema"]).or(shared).and_then(yaml::Value::as_mapping)?;
        let (own, definition) = (row.clone(), Arc::clone(definition));
        let read = move || {
            let kinds = of_definition(&value_to_json(&definition), Some(&own.version));
            let kind = kinds.map_err(|error| error.to_string())?.pop();
            kind.map(|kind| kind.schema).ok_or_else(|| "it has no schema".to_owned())
        };
        Some(Entry::lazy(row, Box::new(read)))
    };
    listed.iter().filter_map(entry).collect()
}

fn is_list(document: &Value) -> bool {
    document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
}

/// The kinds of a definition, or of one of its versions.
fn of_definition(definition: &Value, wanted: Option<&str>) -> Result<Vec<CustomKind>, NotASchema> {
    let spec = &definition["spec"];
    let text = |value: &Value, name| value.as_str().map(str::to_owned).ok_or(NotASchema::Incomplete(name));
    let group = text(&spec["group"], "spec.group")?;
    let kind = text(&spec["names"]["kind"], "spec.names.kind")?;
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    // In the first version of the format, one schema may hold for all versions.
    let shared = &spec["validation"]["openAPIV3Schema"];
    let single = spec["version"].as_str().map(|version| json!([{"name": version}]));
    let versions = spec["versions"].as_array().or_else(|| single.as_ref()?.as_array());
    let mut kinds = Vec::new();
    for version in versions.ok_or(NotASchema::Incomplete("spec.versions"))? {
        let own = &version["schema"]["openAPIV3Schema"];
        let schema = if own.is_object() { own } else { shared };
        if schema.is_object() && wanted.is_none_or(|wanted| version["name"] == wanted) {
            let row = KindRow {
                group: group.clone(),
                version: text(&version["name"], "spec.versions[].name")?,
                kind: kind.clone(),
                source: format!("CustomResourceDefinition {name}"),
            };
            kinds.push(checked(row, object_schema(schema))?);
        }
    }
    if kinds.is_empty() { Err(NotASchema::NoSchema) } else { Ok(kinds) }
}

/// A JSON schema of a kind, as Kubernetes and the tools that publish its schemas mark it.
fn of_schema(schema: &Value) -> Result<Vec<CustomKind>, NotASchema> {
    let marks = schema["x-kubernetes-group-version-kind"].as_array().ok_or(NotASchema::SomethingElse)?;
    let named = marks.iter().map(|mark| {
        let text = |key: &str| mark[key].as_str().map(str::to_owned);
        let source = schema["$comment"].as_str().unwrap_or("a JSON schema").to_owned();
        let row = KindRow { group: text("group")?, version: text("version")?, kind: text("kind")?, source };
        Some(checked(row, schema.clone()))
    });
    let kinds = named.collect::<Option<Result<Vec<_>, _>>>().ok_or(NotASchema::SomethingElse)??;
    if kinds.is_empty() { Err(NotASchema::SomethingElse) } else { Ok(kinds) }
}

/// A schema that names its kind, and compiles.
fn checked(row: KindRow, mut json: Value) -> Result<CustomKind, NotASchema> {
    json["$comment"] = row.source.clone().into();
    json["x-kubernetes-group-version-kind"] =
        json!([{"group": row.group.clone(), "version": row.version.clone(), "kind": row.kind.clone()}]);
    if row.version.is_empty()
        || row.kind.is_empty()
        || ![&row.group, &row.version, &row.kind].into_iter().all(|name| is_name(name))
    {
        return Err(NotASchema::Unnamed);
    }
    match Schema::of_kind(json, &row.kind, &row.source) {
        Ok(schema) => Ok(CustomKind { row, schema }),
        Err(error) => {
            let kind = format!("{}/{}", row.api_version(), row.kind);
            Err(NotASchema::Broken { kind, reason: error.to_string() })
        }
    }
}

/// The schema of whole objects: what every object has, beside what the definition says.
fn object_schema(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for name in ["apiVersion", "kind"] {
            properties.insert(name.to_owned(), json!({"type": "string"}));
        }
        // These are the API server's business, not the definition's.
        properties.insert("metadata".to_owned(), json!({"type": "object"}));
        properties.insert("status".to_owned(), json!({}));
    }
    translate(&mut schema);
    schema
}

/// Keywords whose value is a schema, a list of schemas, and a mapping of schemas.
const INNER: &[&str] = &["items", "additionalProperties", "not"];
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf"];
const MAPPINGS: &[&str] = &["properties", "patternProperties"];

/// From the dialect of definitions to JSON Schema: numbers that may be texts, values that may be null, and mappings that take no other keys.
fn translate(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    for key in INNER {
        object.get_mut(*key).into_iter().for_each(translate);
    }
    for key in LISTS {
        object.get_mut(*key).and_then(Value::as_array_mut).into_iter().flatten().for_each(translate);
    }
    for key in MAPPINGS {
        let inner = object.get_mut(*key).and_then(Value::as_object_mut);
        inner.into_iter().flat_map(Map::values_mut).for_each(translate);
    }
    if object.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true)) {
        object.insert("type".to_owned(), json!(["integer", "string"]));
        object.shift_remove("anyOf");
    }
    if object.get("nullable") == Some(&Value::Bool(true)) {
        make_nullable(object);
    }
    if object.get("pattern").and_then(Value::as_str).is_some_and(|pattern| !is_pattern(pattern)) {
        // Go's dialect of patterns has flags that no JSON schema has.
        object.shift_remove("pattern");
    }
    let open = object.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true))
        || object.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true));
    if object.contains_key("properties") && !open && !object.contains_key("additionalProperties") && is_typed(object) {
        object.insert("additionalProperties".to_owned(), false.into());
    }
}

/// Groups, versions and kinds become names of files: nothing but letters, digits, dots and dashes.
fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') && !name.starts_with('.')
}

fn is_pattern(pattern: &str) -> bool {
    Schema::from_json(&json!({"pattern": pattern})).is_ok()
}

/// Parts within `allOf` and its like add to a mapping that is described around them, and have no type.
fn is_typed(object: &Map<String, Value>) -> bool {
    object.contains_key("type")
}

fn make_nullable(object: &mut Map<String, Value>) {
    match object.get_mut("type") {
        Some(Value::String(name)) => {
            let types = json!([name, "null"]);
            object.insert("type".to_owned(), types);
        }
        Some(Value::Array(names)) => names.push("null".into()),
        _ => {}
    }
    if let Some(Value::Array(allowed)) = object.get_mut("enum") {
        allowed.push(Value::Null);
    }
}
