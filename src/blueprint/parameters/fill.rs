//! What templates see beyond the answers: defaults inside of lists, and `none` for every declared property that has no value.
//!
//! Must not know where answers come from.

use serde_json::{Map, Value as Json};

/// Adds to a value what its schema declares: constant defaults of properties inside of lists, and null for what is absent.
pub(super) fn complete(value: &mut Json, schema: &Json) {
    match value {
        Json::Object(entries) => {
            let Some(Json::Object(properties)) = schema.get("properties") else { return };
            for (name, property) in properties {
                let entry = entries.entry(name.clone()).or_insert(Json::Null);
                if entry.is_null() && property.get("type").is_some_and(|kind| kind == "object") {
                    *entry = Json::Object(Map::new());
                }
                complete(entry, property);
            }
        }
        Json::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for item in items {
                set_defaults(item, schema);
                complete(item, schema);
            }
        }
        _ => {}
    }
}

/// Sets the defaults of an item's properties, at any depth.
fn set_defaults(value: &mut Json, schema: &Json) {
    let (Json::Object(entries), Some(Json::Object(properties))) = (value, schema.get("properties")) else { return };
    for (name, property) in properties {
        if let (None, Some(default)) = (entries.get(name), property.get("default")) {
            entries.insert(name.clone(), default.clone());
        }
        if let Some(entry) = entries.get_mut(name) {
            set_defaults(entry, property);
        }
    }
}
