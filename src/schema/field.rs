//! What a schema says about the fields at one place: the data of `schema show`.
//!
//! Must not know how rows are printed.

use serde_json::Value;

use super::{compiled::Schema, words};

/// How many references may lead to one another before the search gives up.
const REFERENCES: usize = 32;

/// One field of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: String,
    /// Its type in words: "a text", "a list of mappings"; empty if anything is allowed.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// The allowed values as they are written, if only some are.
    pub allowed: Vec<String>,
    /// Whether it has fields of its own, directly or in its items.
    pub has_fields: bool,
}

/// Everything that a schema says about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNote {
    /// The field.
    pub field: Field,
    /// What it is for, if the schema says so.
    pub description: Option<String>,
    /// What holds where it is not given, as it is written.
    pub default: Option<String>,
}

impl Schema {
    /// What the schema says about the field at the end of a row of keys; lists on the way are entered. `None` if it knows no such field.
    pub fn note(&self, keys: &[&str]) -> Option<FieldNote> {
        let (name, above) = keys.split_last()?;
        let place = self.place(above)?;
        let (name, schema) = place.get("properties")?.as_object()?.get_key_value(*name)?;
        // Words beside a reference are about this field, those behind it about its type.
        let said = |word: &str| schema.get(word).or_else(|| self.resolve(schema).get(word));
        Some(FieldNote {
            field: self.field(place, name, schema),
            description: said("description").and_then(Value::as_str).map(str::to_owned),
            default: said("default").map(words::literal),
        })
    }

    /// The fields of the mapping at a row of keys, in the order of the schema; lists on the way are entered. `None` if the schema knows no such place or
    /// no fields there.
    pub fn fields(&self, keys: &[&str]) -> Option<Vec<Field>> {
        let place = self.place(keys)?;
        let properties = place.get("properties")?.as_object()?;
        Some(properties.iter().map(|(name, schema)| self.field(place, name, schema)).collect())
    }

    /// The mapping at a row of keys.
    fn place(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self.mapping(self.as_json()), |place, key| {
            let property = place.get("properties")?.get(key)?;
            Some(self.mapping(property))
        })
    }

    fn field(&self, place: &Value, name: &str, schema: &Value) -> Field {
        let required = place["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Field {
            name: name.to_owned(),
            kind: self.type_words(schema),
            required: required.into_iter().any(|required| required == name),
            allowed: self.resolve(schema)["enum"].as_array().into_iter().flatten().map(words::literal).collect(),
            has_fields: self.mapping(schema).get("properties").is_some(),
        }
    }

    /// Follows references within the schema.
    fn resolve<'s>(&'s self, mut schema: &'s Value) -> &'s Value {
        for _ in 0..REFERENCES {
            let Some(pointer) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) else {
                break;
            };
            let Some(target) = self.as_json().pointer(pointer) else { break };
            schema = target;
        }
        schema
    }

    /// The mapping that a schema describes, itself or as the items of a list.
    fn mapping<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = self.resolve(schema);
        for _ in 0..REFERENCES {
            let Some(items) = schema.get("items") else { break };
            schema = self.resolve(items);
        }
        schema
    }

    fn type_words(&self, schema: &Value) -> String {
        let schema = self.resolve(schema);
        match &schema["type"] {
            Value::String(name) if name == "array" => {
                let plural = match self.resolve(&schema["items"])["type"].as_str() {
                    Some("object") => "mappings",
                    Some("string") => "texts",
                    Some("integer" | "number") => "numbers",
                    Some("array") => "lists",
                    _ => return words::type_name(name).to_owned(),
                };
                format!("a list of {plural}")
            }
            Value::String(name) => words::type_name(name).to_owned(),
            Value::Array(names) => {
                let names: Vec<&str> = names.iter().filter_map(Value::as_str).map(words::type_name).collect();
                words::alternatives(&names)
            }
            _ => String::new(),
        }
    }
}
