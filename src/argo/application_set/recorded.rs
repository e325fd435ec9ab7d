//! Recorded answers of generators that ask the outside: pull requests, code hosts, plugins, other resources.
//!
//! The file is described in `docs/argo-offline.md`.

use smol_str::SmolStr;

use crate::{
    gotemplate::{Data, Dict, Reader},
    yaml::{Origin, Value},
};

/// The generators whose answers can be recorded.
pub(super) const GENERATORS: [&str; 4] = ["pullRequest", "scmProvider", "plugin", "clusterDecisionResource"];

/// All recorded answers.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    answers: Vec<Answer>,
}

#[derive(Clone, Debug)]
struct Answer {
    set: SmolStr,
    generator: SmolStr,
    index: usize,
    params: Value,
}

impl Recorded {
    /// Reads a list of answers: `applicationSet` (name, or namespace and name), `generator` (its field), `index` (which one of that field in the set, from 0), `params`
    /// (a list of mappings). Errors: the place of what is wrong, and what it is.
    pub fn of_file(value: &Value) -> Result<Self, (Origin, String)> {
        let Some(items) = value.as_sequence() else {
            return Err((value.origin, "recorded answers are a list".to_owned()));
        };
        let mut answers = Vec::new();
        for item in items {
            let text = |key: &str| item.get(key).and_then(Value::as_scalar).map(|scalar| scalar.text.clone());
            let (Some(set), Some(generator)) = (text("applicationSet"), text("generator")) else {
                return Err((item.origin, "an answer needs `applicationSet` and `generator`".to_owned()));
            };
            if !GENERATORS.contains(&generator.as_str()) {
                return Err((item.origin, format!("`{generator}` asks nobody: {} do", GENERATORS.join(", "))));
            }
            let index = text("index").map_or(Ok(0), |index| index.parse());
            let index = index.map_err(|_| (item.origin, "`index` is a number from 0".to_owned()))?;
            let params = item.get("params").filter(|params| {
                params.as_sequence().is_some_and(|items| items.iter().all(|item| item.as_mapping().is_some()))
            });
            let Some(params) = params else {
                return Err((item.origin, "`params` is a list of mappings".to_owned()));
            };
            answers.push(Answer { set, generator, index, params: params.clone() });
        }
        Ok(Self { answers })
    }

    /// The answer to a generator of a set.
    pub(super) fn params(&self, set: &Value, generator: &str, index: usize) -> Option<Vec<Dict>> {
        let text = |key: &str| set.pointer(&["metadata", key]).and_then(Value::as_scalar).map(|scalar| &*scalar.text);
        let name = text("name").unwrap_or_default();
        let full = text("namespace").map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
        let answer = self.answers.iter().find(|answer| {
            (answer.set == name || answer.set == full) && answer.generator == generator && answer.index == index
        })?;
        let dicts = answer.params.as_sequence()?.iter().filter_map(|item| match Data::read_by(item, Reader::Text) {
            Data::Map(dict) => Some(dict),
            _ => None,
        });
        Some(dicts.collect())
    }
}
