//! A question, as data.
//!
//! Must not know terminals.

use serde_json::Value as Json;

use super::answers::read;
use crate::{blueprint::manifest::Parameter, schema::Schema};

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// One of [`Question::choices`].
    Choice,
    /// A list or mapping, as YAML.
    Yaml,
}

/// What to ask for one parameter that has no answer yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The way to the parameter.
    pub route: Vec<String>,
    /// The titles of the objects around it, from the outside.
    pub group: Vec<String>,
    /// The question.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// What kind of answer is wanted.
    pub kind: QuestionKind,
    /// What holds without an answer; `None` if there must be one, or if none is an answer.
    pub default: Option<Json>,
    /// Whether there must be an answer.
    pub is_required: bool,
    /// What can be chosen.
    pub choices: Vec<Json>,
    /// Examples.
    pub examples: Vec<Json>,
    schema: Json,
}

impl Question {
    pub(super) fn new(
        parameter: &Parameter,
        route: Vec<String>,
        group: &[String],
        default: Option<Json>,
        is_required: bool,
    ) -> Self {
        let schema = &parameter.schema;
        let choices = schema.get("enum").and_then(Json::as_array).cloned().unwrap_or_default();
        let kind = match schema.get("type").and_then(Json::as_str) {
            _ if !choices.is_empty() => QuestionKind::Choice,
            Some("string") => QuestionKind::Text,
            Some("integer") => QuestionKind::Integer,
            Some("number") => QuestionKind::Number,
            Some("boolean") => QuestionKind::Bool,
            _ => QuestionKind::Yaml,
        };
        Self {
            route,
            group: group.to_vec(),
            title: parameter.title.clone().unwrap_or_else(|| parameter.id.name.clone()),
            description: parameter.description.clone(),
            kind,
            default,
            is_required,
            choices,
            examples: parameter.examples.clone(),
            schema: schema.clone(),
        }
    }

    /// The schema of an answer.
    pub fn schema(&self) -> &Json {
        &self.schema
    }

    /// Reads what was typed, and says in one sentence what is wrong with it.
    pub fn read(&self, text: &str) -> Result<Json, String> {
        let value = read(text, Some(&self.schema))?;
        let schema = Schema::from_json(&self.schema).map_err(|error| error.to_string())?;
        match schema.check(&value).first() {
            Some(fault) => Err(fault.message.clone()),
            None => Ok(value),
        }
    }
}
