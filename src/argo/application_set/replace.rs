//! The two template languages of an ApplicationSet: Go's, and the older one that puts parameters in the place of `{{ key }}`.

use std::cell::Cell;

use crate::{
    gotemplate::{Data, Dict, MissingKey, Options, Template},
    yaml::{Content, Mapping, Origin, Scalar, Type, Value},
};

/// Fills templates.
pub(super) struct Replacer {
    go: Option<Options>,
    /// The steps that are left for all templates of the set together.
    fuel: Cell<u64>,
}

/// The steps that all templates of a set may take together, some seconds' worth.
const FUEL: u64 = 20_000_000;

impl Replacer {
    /// In the language that the ApplicationSet chooses with `goTemplate` and `goTemplateOptions`.
    pub(super) fn of(set: &Value) -> Self {
        let is_go = set.pointer(&["spec", "goTemplate"]).and_then(Value::as_bool).unwrap_or(false);
        let options = set.pointer(&["spec", "goTemplateOptions"]).and_then(Value::as_sequence).unwrap_or_default();
        let mut go = Options::default();
        for option in options.iter().filter_map(Value::as_str) {
            go.missing_key = match option.trim() {
                "missingkey=error" => MissingKey::Error,
                "missingkey=zero" => MissingKey::Zero,
                "missingkey=default" | "missingkey=invalid" => MissingKey::Invalid,
                _ => go.missing_key,
            };
        }
        Self { go: is_go.then_some(go), fuel: Cell::new(FUEL) }
    }

    /// Whether templates are Go's, and so parameters are nested.
    pub(super) fn is_go(&self) -> bool {
        self.go.is_some()
    }

    /// Fills one text. Errors: the template is wrong, or asks for what is not there.
    pub(super) fn text(&self, template: &str, params: &Dict) -> Result<String, String> {
        match &self.go {
            Some(options) => {
                let mut fuel = self.fuel.get();
                let filled = Template::parse(template, options)
                    .and_then(|template| template.render_within(&Data::Map(params.clone()), &mut fuel));
                self.fuel.set(fuel);
                filled.map_err(|error| format!("the template fails in {error}"))
            }
            None => plain(template, params),
        }
    }

    /// Fills all texts of a value, keys among them. Every part keeps its place.
    pub(super) fn value(&self, value: &Value, params: &Dict) -> Result<Value, (Origin, String)> {
        let content = match &value.content {
            Content::Scalar(scalar) if scalar.kind == Type::String && scalar.text.contains("{{") => {
                let text = self.text(&scalar.text, params).map_err(|message| (value.origin, message))?;
                Content::Scalar(Scalar { text: text.into(), kind: Type::String, quoted: scalar.quoted })
            }
            Content::Scalar(scalar) => Content::Scalar(scalar.clone()),
            Content::Sequence(items) => {
                Content::Sequence(items.iter().map(|item| self.value(item, params)).collect::<Result<_, _>>()?)
            }
            Content::Mapping(entries) => {
                let mut mapping = Mapping::default();
                for (key, value) in entries.iter() {
                    let key = if key.contains("{{") {
                        self.text(key, params).map_err(|message| (value.origin, message))?.into()
                    } else {
                        key.clone()
                    };
                    mapping.insert(key, self.value(value, params)?);
                }
                Content::Mapping(Box::new(mapping))
            }
        };
        Ok(Value { content, origin: value.origin })
    }
}

/// Puts the texts of parameters in the place of their keys; a key that is not known stays as it is.
fn plain(template: &str, params: &Dict) -> Result<String, String> {
    // The controller looks for a whole tag within one line before it reads the text at all.
    if !template.lines().any(|line| line.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"))) {
        return Ok(template.to_owned());
    }
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((tag, after)) = inside.split_once("}}") else {
            return Err("a `{{` is not closed".to_owned());
        };
        filled.push_str(before);
        match params.get(tag.trim()) {
            Some(Data::Str(text)) if !tag.trim().is_empty() => filled.push_str(&text),
            _ => filled.push_str(&format!("{{{{{tag}}}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
