//! `treewright blueprint show`: as a page, or as a JSON Schema for editors.

use serde_json::{Map, Value as Json, json};

use crate::{
    blueprint::{Blueprint, Engine, manifest::Parameter, parameters::asked},
    cli::{
        error::{CliError, Exit},
        terminal::{self, Terminal},
    },
};

/// A page for people.
pub(super) fn page(blueprint: &Blueprint, terminal: &Terminal) -> Result<Exit, CliError> {
    let manifest = &blueprint.manifest;
    let engines: Vec<&str> = manifest.engines.iter().map(|engine| engine.as_str()).collect();
    let title = terminal.bold(&format!("{} {}", manifest.name.name, manifest.version));
    let mut out = format!("{title} ({})\n{}\n", engines.join(", "), manifest.summary);
    if let Some(description) = &manifest.description {
        out.push_str(&format!("\n{}\n", description.trim_end()));
    }
    if !manifest.needs.is_empty() {
        out.push_str(&format!("\n{}\n", terminal.bold("Needs")));
        for (id, kind) in &manifest.needs {
            out.push_str(&format!("  {}: a {}\n", id.name, kind.noun()));
        }
    }
    out.push_str(&format!("\n{}\n", terminal.bold("Parameters")));
    let required: Vec<&str> = manifest.required.iter().map(|id| id.name.as_str()).collect();
    for parameter in &asked(blueprint, None) {
        describe(parameter, "", required.contains(&parameter.id.name.as_str()), &mut out);
    }
    if blueprint.uses().next().is_some() {
        out.push_str(&format!("\n{}\n", terminal.bold("Components")));
        for (used, component) in blueprint.uses() {
            out.push_str(&format!("  {}: {}, {}\n", used.alias.name, used.component.name, component.manifest.summary));
        }
    }
    let examples = blueprint.examples();
    if !examples.is_empty() {
        out.push_str(&format!("\n{}\n  {}\n", terminal.bold("Examples (--example)"), examples.join(", ")));
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

/// The schema of answers files. Parameters that are asked under a condition are never required by it.
pub(super) fn json_schema(blueprint: &Blueprint, engine: Option<Engine>) -> Result<Exit, CliError> {
    let manifest = &blueprint.manifest;
    let engine = engine.or_else(|| manifest.engines.first().copied());
    let parameters = asked(blueprint, engine);
    let properties: Map<String, Json> =
        parameters.iter().map(|parameter| (parameter.id.name.clone(), parameter.schema.clone())).collect();
    let is_required = |parameter: &&Parameter| {
        parameter.when.is_none()
            && parameter.default.is_none()
            && manifest.required.iter().any(|id| id.name == parameter.id.name)
    };
    let required: Vec<&str> =
        parameters.iter().filter(is_required).map(|parameter| parameter.id.name.as_str()).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Answers for {} {}", manifest.name.name, manifest.version),
        "description": manifest.summary,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let text = serde_json::to_string_pretty(&schema).map_err(|error| CliError::new(error.to_string()))?;
    terminal::print(&format!("{text}\n"))?;
    Ok(Exit::Clean)
}

/// Writes one parameter and those inside of it.
fn describe(parameter: &Parameter, prefix: &str, required: bool, out: &mut String) {
    let name = format!("{prefix}{}", parameter.id.name);
    let title = parameter.title.as_deref().unwrap_or_default();
    out.push_str(&format!("  {name}: {title}\n"));
    if parameter.properties.is_empty() {
        let mut facts = vec![kind(&parameter.schema)];
        match &parameter.default {
            Some(default) => {
                facts.push(format!("default {}", default.as_str().map_or_else(|| default.to_string(), str::to_owned)));
            }
            None if required => facts.push("required".to_owned()),
            None => {}
        }
        out.push_str(&format!("      {}\n", facts.join("; ")));
    }
    if let Some(when) = &parameter.when {
        out.push_str(&format!("      asked if {}\n", when.source));
    }
    for inner in &parameter.properties {
        describe(inner, &format!("{name}."), parameter.required.contains(&inner.id.name), out);
    }
}

/// What kind of value a parameter takes, in a few words.
fn kind(schema: &Json) -> String {
    let word = |key: &str| schema.get(key).and_then(Json::as_str);
    if let Some(choices) = schema.get("enum").and_then(Json::as_array) {
        let choices: Vec<String> =
            choices.iter().map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned)).collect();
        return format!("one of {}", choices.join(", "));
    }
    let base = word("format").or_else(|| word("type")).unwrap_or("any value");
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!("{base} from {least} to {most}"),
        _ => base.to_owned(),
    }
}
