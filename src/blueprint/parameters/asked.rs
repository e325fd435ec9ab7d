//! Everything that can be answered, as one list: a blueprint's own parameters, those of its components under their names, and those about the engine.
//!
//! Must not know answers.

use serde_json::{Map, Value as Json};

use crate::blueprint::{
    Blueprint, gitops,
    manifest::{Compiled, Engine, Given, Id, Parameter, Use},
};

/// The parameters of a blueprint with all that its components ask. Those about an engine are there if one is named.
pub fn asked(blueprint: &Blueprint, engine: Option<Engine>) -> Vec<Parameter> {
    let mut parameters = blueprint.manifest.parameters.clone();
    let about_engine = engine.and_then(gitops::component);
    for (used, component) in blueprint.uses().chain(about_engine) {
        parameters.extend(group(used, component));
    }
    parameters
}

/// What a component asks, as one object; none if everything is handed down.
fn group(used: &Use, component: &Blueprint) -> Option<Parameter> {
    let handed = |name: &str| used.with.iter().find(|(id, _)| id.name == name).map(|(_, given)| &given.value);
    let properties: Vec<Parameter> =
        asked(component, None).into_iter().filter_map(|parameter| open(parameter, &handed)).collect();
    if properties.is_empty() {
        return None;
    }
    let properties: Vec<Parameter> =
        properties.into_iter().map(|parameter| with_default(parameter, &used.defaults)).collect();
    let names = |id: &&Id| properties.iter().any(|parameter| parameter.id.name == id.name);
    let required: Vec<String> = component.manifest.required.iter().filter(names).map(|id| id.name.clone()).collect();
    let mut inner = Map::new();
    for parameter in &properties {
        inner.insert(parameter.id.name.clone(), parameter.schema.clone());
    }
    let title = used.title.clone().unwrap_or_else(|| component.manifest.summary.clone());
    let schema =
        serde_json::json!({"title": title, "type": "object", "properties": inner, "additionalProperties": false});
    Some(Parameter {
        id: used.alias.clone(),
        schema,
        title: Some(title),
        description: component.manifest.description.clone(),
        default: None,
        default_span: used.alias.span,
        examples: Vec::new(),
        when: used.when.clone(),
        is_never_secret: false,
        properties,
        required,
        compiled: Compiled::default(),
    })
}

/// What is left to ask of a parameter when some of it is handed down.
fn open<'u>(mut parameter: Parameter, handed: &dyn Fn(&str) -> Option<&'u Json>) -> Option<Parameter> {
    let Some(given) = handed(&parameter.id.name) else { return Some(parameter) };
    let given = given.as_object().filter(|_| !parameter.properties.is_empty())?;
    let rest = std::mem::take(&mut parameter.properties);
    parameter.properties = rest.into_iter().filter_map(|inner| open(inner, &|name| given.get(name))).collect();
    if let Some(Json::Object(properties)) = parameter.schema.get_mut("properties") {
        properties.retain(|name, _| parameter.properties.iter().any(|inner| inner.id.name == *name));
    }
    parameter.compiled = Compiled::default();
    parameter.required.retain(|name| parameter.properties.iter().any(|inner| inner.id.name == *name));
    if parameter.properties.is_empty() { None } else { Some(parameter) }
}

fn with_default(mut parameter: Parameter, defaults: &[(Id, Given)]) -> Parameter {
    let other = defaults.iter().find(|(id, _)| id.name == parameter.id.name).map(|(_, given)| given.value.clone());
    if let Some(default) = other {
        if parameter.properties.is_empty() {
            parameter.default = Some(default);
        } else if let Json::Object(values) = default {
            for inner in &mut parameter.properties {
                if let Some(value) = values.get(&inner.id.name) {
                    inner.default = Some(value.clone());
                }
            }
        }
    }
    parameter
}
