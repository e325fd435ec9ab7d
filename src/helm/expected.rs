//! What the schemas of a chart expect at one place in the values.
//!
//! Reads what a schema says in so many words; whether values fit is asked of the compiled schema. Must not know values.

use std::cell::Cell;

use serde_json::Value as Json;

use super::{SetStep, compose::ComposedPart};

/// How deep schemas within a schema are followed before it counts as a circle.
const MAX_DEPTH: usize = 64;
/// How many are looked at in all: two references in a circle would else double with every turn.
const MAX_SCHEMAS: usize = 10_000;

/// What is expected at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No chart that the place belongs to has a schema.
    NoSchema,
    /// The schema says nothing about the place, or allows everything there.
    Anything,
    /// One of these types, as JSON Schema calls them.
    Types(Vec<String>),
    /// The schema knows no such value, and refuses what it does not know.
    Refused,
}

/// What is expected at a path: by the schema of the chart, and by those of the charts inside of it that the path leads into, which say more.
pub fn expected(part: &ComposedPart, path: &[SetStep]) -> Expected {
    let own = part.chart.schema.as_deref().map_or(Expected::NoSchema, |schema| {
        let json = schema.as_json();
        Walk { root: json, looked_at: Cell::new(0) }.at(json, path, 0)
    });
    let inner = path.split_first().and_then(|(first, rest)| {
        let inner = part.parts.iter().find(|inner| matches!(first, SetStep::Key(key) if *key == inner.key))?;
        Some(expected(inner, rest))
    });
    match (own, inner) {
        (Expected::Refused, _) | (_, Some(Expected::Refused)) => Expected::Refused,
        (own, None | Some(Expected::NoSchema)) => own,
        (Expected::Types(types), Some(Expected::Anything)) => Expected::Types(types),
        (_, Some(inner)) => inner,
    }
}

struct Walk<'s> {
    root: &'s Json,
    looked_at: Cell<usize>,
}

impl Walk<'_> {
    fn at(&self, schema: &Json, path: &[SetStep], depth: usize) -> Expected {
        self.looked_at.set(self.looked_at.get() + 1);
        let goes_on = depth < MAX_DEPTH && self.looked_at.get() < MAX_SCHEMAS;
        let Some(object) = schema.as_object().filter(|_| goes_on) else {
            return if *schema == Json::Bool(false) { Expected::Refused } else { Expected::Anything };
        };
        let depth = depth + 1;
        let target = object.get("$ref").and_then(Json::as_str).and_then(|text| text.strip_prefix('#'));
        let referred = target.and_then(|pointer| self.root.pointer(pointer));
        let own = match path.split_first() {
            None => types(schema),
            Some((SetStep::Key(key), rest)) => self.member(schema, key, rest, depth),
            Some((SetStep::Index(_), rest)) => match object.get("items") {
                Some(items) if !items.is_array() => self.at(items, rest, depth),
                _ => Expected::Anything,
            },
        };
        // Of what is combined the part that says most counts.
        let all = object.get("allOf").and_then(Json::as_array).into_iter().flatten().chain(referred);
        let all: Vec<Expected> = all.map(|one| self.at(one, path, depth)).collect();
        let any = ["anyOf", "oneOf"].iter().filter_map(|word| Some(self.any(object.get(*word)?, path, depth)));
        let every: Vec<Expected> = std::iter::once(own).chain(all).chain(any).collect();
        let says_types = every.iter().find(|one| matches!(one, Expected::Types(_)));
        let refuses = every.iter().find(|one| **one == Expected::Refused);
        refuses.or(says_types).cloned().unwrap_or(Expected::Anything)
    }

    fn member(&self, schema: &Json, key: &str, rest: &[SetStep], depth: usize) -> Expected {
        if let Some(member) = schema.get("properties").and_then(|members| members.get(key)) {
            return self.at(member, rest, depth);
        }
        let has_patterns = schema.get("patternProperties").is_some();
        match schema.get("additionalProperties").filter(|_| !has_patterns) {
            Some(others) => self.at(others, rest, depth),
            None => Expected::Anything,
        }
    }

    /// Alternatives: all that one of them allows.
    fn any(&self, alternatives: &Json, path: &[SetStep], depth: usize) -> Expected {
        let alternatives = alternatives.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut together: Vec<String> = Vec::new();
        for one in alternatives {
            match self.at(one, path, depth) {
                Expected::Types(types) => together.extend(types),
                Expected::Refused => {}
                Expected::Anything | Expected::NoSchema => return Expected::Anything,
            }
        }
        together.sort();
        together.dedup();
        if together.is_empty() { Expected::Refused } else { Expected::Types(together) }
    }
}

/// The types that a schema names, if it names any.
fn types(schema: &Json) -> Expected {
    match schema.get("type") {
        Some(Json::String(one)) => Expected::Types(vec![one.clone()]),
        Some(Json::Array(several)) => {
            Expected::Types(several.iter().filter_map(Json::as_str).map(str::to_owned).collect())
        }
        _ => Expected::Anything,
    }
}
