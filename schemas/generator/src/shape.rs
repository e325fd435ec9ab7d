//! Gives every schema the shape that the program relies on: facts only, closed objects, metadata checked, status open.

use serde_json::{Map, Value, json};

use crate::Kind;

const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// The definitions that a schema of ObjectMeta needs, itself among them.
pub fn object_meta(mut schema: Value) -> Map<String, Value> {
    let mut definitions = take_definitions(&mut schema);
    close(&mut schema);
    definitions.values_mut().for_each(close);
    definitions.insert(OBJECT_META.to_owned(), schema);
    definitions
}

/// Finishes the schema of a kind.
pub fn finish(kind: &mut Kind, metadata: &Map<String, Value>) {
    let schema = &mut kind.schema;
    let mut definitions = take_definitions(schema);
    close(schema);
    definitions.values_mut().for_each(close);
    for (name, definition) in metadata {
        definitions.entry(name).or_insert_with(|| definition.clone());
    }
    let Some(properties) = schema["properties"].as_object_mut() else { return };
    properties.shift_insert(0, "apiVersion".into(), json!({"type": "string"}));
    properties.shift_insert(1, "kind".into(), json!({"type": "string"}));
    properties.insert("metadata".into(), metadata_of(&kind.group, &kind.kind));
    if properties.contains_key("status") {
        properties.insert("status".into(), json!({}));
    }
    let mut required = vec![json!("apiVersion"), json!("kind"), json!("metadata")];
    required.extend(schema["required"].as_array().into_iter().flatten().filter(|name| *name != "metadata").cloned());
    schema["required"] = required.into();
    schema["$defs"] = reachable(schema, definitions).into();
}

/// ObjectMeta of a top object: it has a name, of the form that the API server demands of the kind.
fn metadata_of(group: &str, kind: &str) -> Value {
    let mut metadata = json!({"$ref": format!("#/$defs/{OBJECT_META}"), "required": ["name"]});
    match (group, kind) {
        // Names such as `system:node-reader` are allowed here.
        ("rbac.authorization.k8s.io", _) => {}
        ("", "Namespace" | "Service") => metadata["properties"] = json!({"name": {"format": "rfc1123-label"}}),
        _ => metadata["properties"] = json!({"name": {"format": "rfc1123-subdomain"}}),
    }
    metadata
}

fn take_definitions(schema: &mut Value) -> Map<String, Value> {
    let Some(schema) = schema.as_object_mut() else { return Map::new() };
    for key in ["$schema", "title"] {
        schema.shift_remove(key);
    }
    match schema.shift_remove("$defs") {
        Some(Value::Object(definitions)) => definitions,
        _ => Map::new(),
    }
}

/// Drops words, closes objects and writes Kubernetes' own keywords in JSON Schema's.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    for key in ["description", "title", "default"] {
        object.shift_remove(key);
    }
    let is_true = |object: &Map<String, Value>, key: &str| object.get(key) == Some(&Value::Bool(true));
    if is_true(object, "x-kubernetes-int-or-string") {
        *schema = json!({"type": ["integer", "string"]});
        return;
    }
    if object.get("$ref").is_some_and(|reference| reference == "ObjectMeta") {
        object.insert("$ref".into(), format!("#/$defs/{OBJECT_META}").into());
    }
    let open = is_true(object, "x-kubernetes-preserve-unknown-fields");
    if object.contains_key("properties") && !object.contains_key("additionalProperties") && !open {
        object.insert("additionalProperties".into(), false.into());
    }
    object.retain(|key, _| !key.starts_with("x-kubernetes-"));
    // The width of integers says nothing that a range would not say; dates and bytes are checked.
    if object.get("format").is_some_and(|format| format != "byte" && format != "date-time") {
        object.shift_remove("format");
    }
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(close);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(key) {
            close(inner);
        }
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(close);
    }
}

/// The definitions that a schema refers to, directly or through others, by name.
fn reachable(schema: &Value, mut all: Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    let mut waiting = references(schema);
    while let Some(name) = waiting.pop() {
        if let Some(definition) = all.shift_remove(&name) {
            waiting.extend(references(&definition));
            kept.insert(name, definition);
        }
    }
    kept.sort_keys();
    kept
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/$defs/"));
            own.map(str::to_owned).into_iter().chain(object.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
