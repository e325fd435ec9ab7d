//! The list generator: parameters that stand in the set itself.

use super::{Stop, params, replace::Replacer};
use crate::{
    gotemplate::{Data, Dict, Reader},
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

/// The parameters of `elements`, then those of `elementsYaml`.
pub(super) fn params(list: &Value, replacer: &Replacer) -> Result<Vec<Dict>, Stop> {
    let mut found = Vec::new();
    for element in list.get("elements").and_then(Value::as_sequence).unwrap_or_default() {
        let Data::Map(dict) = Data::of(element) else {
            return Err(Stop::Wrong(element.origin, "an element of a list is a mapping".to_owned()));
        };
        found.push(if replacer.is_go() { dict } else { texts(element, &dict)? });
    }
    if let Some(text) = list.get("elementsYaml") {
        found.extend(from_yaml(text)?);
    }
    Ok(found)
}

/// Without Go templates an element holds texts, and `values` with texts below it.
fn texts(element: &Value, dict: &Dict) -> Result<Dict, Stop> {
    let result = Dict::default();
    let wrong = |key: &str| {
        let origin = element.get(key).map_or(element.origin, |value| value.origin);
        Stop::Wrong(origin, format!("`{key}` must be a string: only Go templates take other parameters"))
    };
    for (key, value) in dict.entries() {
        match value {
            Data::Str(_) => result.set(key, value),
            Data::Map(values) if key == "values" => {
                for (name, value) in values.entries() {
                    if !matches!(value, Data::Str(_)) {
                        return Err(wrong("values"));
                    }
                    result.set(format!("values.{name}"), value);
                }
            }
            _ => return Err(wrong(&key)),
        }
    }
    Ok(result)
}

fn from_yaml(text: &Value) -> Result<Vec<Dict>, Stop> {
    let wrong =
        |message: String| Stop::Wrong(text.origin, format!("`elementsYaml` holds no list of mappings: {message}"));
    let source = text.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let data = parse(source).map_err(wrong)?;
    let Data::List(items) = data else {
        return if data.is_nil() { Ok(Vec::new()) } else { Err(wrong(format!("it is a {}", data.type_name()))) };
    };
    let dicts = items.items().iter().map(|item| match item {
        Data::Map(dict) => Ok(dict.clone()),
        other => Err(wrong(format!("an item is a {}", other.type_name()))),
    });
    dicts.collect()
}

/// Reads the first document of a text as the controller does.
pub(super) fn parse(text: &str) -> Result<Data, String> {
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| error.to_string())?;
    let Some(document) = stream.documents().next() else { return Ok(Data::Nil) };
    let value = document.root().to_value(FileId(u32::MAX)).map_err(|error| error.to_string())?;
    Ok(Data::read_by(&value, Reader::Text))
}

/// Adds the generator's `values`, each filled with the parameters as they were before.
pub(super) fn add_values(generator: &Value, params: &Dict, replacer: &Replacer) -> Result<(), Stop> {
    let Some(values) = generator.get("values").and_then(Value::as_mapping) else { return Ok(()) };
    let mut filled = Vec::new();
    for (key, value) in values {
        let template = params::text(&Data::of(value));
        let text = replacer.text(&template, params).map_err(|message| Stop::Wrong(value.origin, message))?;
        filled.push((key.clone(), Data::from(text)));
    }
    if filled.is_empty() {
        return Ok(());
    }
    if replacer.is_go() {
        params.set("values", Data::Map(filled.into_iter().collect()));
    } else {
        for (key, value) in filled {
            params.set(format!("values.{key}"), value);
        }
    }
    Ok(())
}
