//! Reading the parameters of a manifest: JSON Schema with a few keys more.
//!
//! Must not validate answers.

use std::{
    fmt::{self, Debug, Formatter},
    sync::{Arc, OnceLock},
};

use serde_json::{Value as Json, json};

use super::{Id, Parameter, fields::Reader};
use crate::{
    blueprint::parameters::CLUSTERS,
    schema::{Schema, SchemaError},
    yaml::Node,
};

/// The schema of a parameter, compiled for the first answer and kept for the next: a repository may have hundreds of instances.
#[derive(Clone, Default)]
pub(in crate::blueprint) struct Compiled(OnceLock<Arc<Result<Schema, SchemaError>>>);

impl Compiled {
    /// The compiled schema of a parameter. What is nested in an object is checked by itself, so it may be missing here.
    pub fn of(parameter: &Parameter) -> Arc<Result<Schema, SchemaError>> {
        let compile = || {
            let mut schema = parameter.schema.clone();
            if let (Json::Object(keys), false) = (&mut schema, parameter.properties.is_empty()) {
                keys.remove("required");
            }
            Arc::new(Schema::from_json(&schema))
        };
        Arc::clone(parameter.compiled.0.get_or_init(compile))
    }
}

impl PartialEq for Compiled {
    /// What follows from the schema makes no difference.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Debug for Compiled {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Compiled")
    }
}

/// Names that templates have without any parameter.
pub(in crate::blueprint) const RESERVED: [&str; 6] = ["instance", "path", "engine", "blueprint", "gitops", "wiring"];

/// Reads the entries of `parameters`.
pub(super) fn read(reader: &mut Reader, node: Option<Node<'_>>) -> Vec<Parameter> {
    let entries = reader.entries(node, "parameters");
    for (id, _) in &entries {
        check_free(reader, id);
    }
    entries.into_iter().filter_map(|(id, node)| parameter(reader, id, node)).collect()
}

fn properties(reader: &mut Reader, node: Option<Node<'_>>) -> Vec<Parameter> {
    let entries = reader.entries(node, "properties");
    entries.into_iter().filter_map(|(id, node)| parameter(reader, id, node)).collect()
}

fn parameter(reader: &mut Reader, id: Id, node: Node<'_>) -> Option<Parameter> {
    check_name(reader, &id, "parameter");
    if !node.is_mapping() {
        reader.fault(id.span, format!("the parameter `{}` needs a JSON Schema, a mapping", id.name));
        return None;
    }
    let properties = properties(reader, node.get("properties"));
    let required = reader.items(node.get("required"), "required");
    let required = required.into_iter().filter_map(|item| reader.string(item, "required")).collect();
    let mut schema = reader.json(node);
    strip(&mut schema);
    let default = node.get("default");
    let secret = node.get("secret");
    if let Some(secret) = secret.filter(|secret| secret.text() != Some("never")) {
        reader.fault(secret.span(), "`secret` can only be `never`").help =
            Some("values of secrets never enter a blueprint; declare them under `secrets`".to_owned());
    }
    Some(Parameter {
        schema,
        title: node.get("title").and_then(|title| reader.string(title, "title")),
        description: node.get("description").and_then(|text| reader.string(text, "description")),
        default: default.map(|default| reader.json(default)),
        default_span: default.map_or(id.span, Node::span),
        examples: match node.get("examples").map(|examples| reader.json(examples)) {
            Some(Json::Array(examples)) => examples,
            _ => Vec::new(),
        },
        when: node.get("when").and_then(|when| reader.text(when, "when")),
        is_never_secret: secret.is_some(),
        properties,
        required,
        id,
        compiled: Compiled::default(),
    })
}

/// Reports a name that templates know already.
pub(super) fn check_free(reader: &mut Reader, id: &Id) {
    if RESERVED.contains(&id.name.as_str()) {
        reader.fault(id.span, format!("the name `{}` is taken: templates know it already", id.name));
    }
    if id.name == CLUSTERS {
        reader.fault(id.span, format!("the name `{CLUSTERS}` is taken: the answers of each cluster stand there"));
    }
}

/// Reports a name that expressions could not use.
pub(super) fn check_name(reader: &mut Reader, id: &Id, what: &str) {
    let mut characters = id.name.chars();
    let first = characters.next().is_some_and(|c| c.is_ascii_lowercase());
    let rest = characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !(first && rest) {
        reader.fault(id.span, format!("`{}` is no name for a {what}", id.name)).help =
            Some("use lower case letters, digits and `_`, and begin with a letter".to_owned());
    }
}

/// Takes out what is not JSON Schema, and closes objects that do not say whether they are open.
fn strip(schema: &mut Json) {
    let Json::Object(keys) = schema else { return };
    for key in ["when", "secret"] {
        keys.remove(key);
    }
    let is_closed = keys.contains_key("properties") && !keys.contains_key("additionalProperties");
    if is_closed {
        keys.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some(Json::Object(properties)) = keys.get_mut("properties") {
        properties.values_mut().for_each(strip);
    }
    if let Some(items) = keys.get_mut("items") {
        strip(items);
    }
}
