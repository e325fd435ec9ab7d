//! Generators, and those that combine others.

use std::collections::{BTreeMap, HashSet};

use super::{
    Stop, Surroundings, clusters, git, list, params, params::overridden, recorded::GENERATORS, replace::Replacer,
    selector,
};
use crate::{
    gotemplate::{Data, Dict},
    yaml::{Origin, Value},
};

/// The most sets of parameters that one ApplicationSet may give.
const MAX_PARAMS: usize = 10_000;

/// The generators with answers of their own.
const SIMPLE: [&str; 3] = ["list", "clusters", "git"];

/// One run over the generators of a set.
pub(super) struct Generation<'a> {
    pub set: &'a Value,
    pub around: &'a Surroundings<'a>,
    pub replacer: Replacer,
    /// For each generator whose answers are recorded: how many of its kind came before it in the text.
    places: BTreeMap<Origin, usize>,
}

/// What a generator at the top gives: parameters, and a template of its own.
pub(super) struct Produced<'a> {
    pub params: Vec<Dict>,
    pub template: Option<&'a Value>,
}

impl<'a> Generation<'a> {
    pub(super) fn new(set: &'a Value, around: &'a Surroundings<'a>) -> Self {
        let mut places = BTreeMap::new();
        if let Some(generators) = set.pointer(&["spec", "generators"]) {
            number(generators, &mut BTreeMap::new(), &mut places, 0);
        }
        Self { set, around, replacer: Replacer::of(set), places }
    }

    /// What a generator at the top gives; one entry of the list may hold several, though nobody writes so.
    pub(super) fn top(&self, generator: &'a Value) -> Result<Vec<Produced<'a>>, Stop> {
        let mut produced = Vec::new();
        for (kind, body) in kinds(generator)? {
            let params = selected(generator, self.params(kind, body, 0)?)?;
            produced.push(Produced { params, template: body.get("template") });
        }
        Ok(produced)
    }

    /// The parameters of a generator inside of another, filled with parameters of the first of a matrix.
    fn nested(&self, generator: &Value, with: Option<&Dict>, depth: usize) -> Result<Vec<Dict>, Stop> {
        let filled = match with {
            Some(params) if !params.is_empty() => {
                let filled = self.replacer.value(generator, params);
                Some(filled.map_err(|(origin, message)| Stop::Wrong(origin, message))?)
            }
            _ => None,
        };
        let generator = filled.as_ref().unwrap_or(generator);
        let [(kind, body)] = kinds(generator)?[..] else {
            return Err(Stop::Wrong(generator.origin, "an entry holds one generator here".to_owned()));
        };
        let params = self.params(kind, body, depth)?;
        selected(generator, params)
    }

    fn params(&self, kind: &str, body: &Value, depth: usize) -> Result<Vec<Dict>, Stop> {
        match kind {
            "list" => list::params(body, &self.replacer),
            "clusters" => clusters::params(body, self.around.inventory, &self.replacer),
            "git" => git::params(body, self.around, &self.replacer),
            "matrix" | "merge" if depth > 1 => {
                Err(Stop::Wrong(body.origin, "generators that combine others nest only once".to_owned()))
            }
            "matrix" => self.matrix(body, depth + 1),
            "merge" => self.merge(body, depth + 1),
            recorded => self.recorded(recorded, body),
        }
    }

    fn recorded(&self, kind: &str, body: &Value) -> Result<Vec<Dict>, Stop> {
        let index = self.places.get(&body.origin).copied().unwrap_or_default();
        let Some(answers) = self.around.recorded.params(self.set, kind, index) else {
            return Err(Stop::Outside {
                origin: body.origin,
                what: format!("the answer of generator `{kind}`"),
                reason: "it asks the outside, and no answer is recorded",
            });
        };
        let mut found = Vec::new();
        for answer in answers {
            let params = if self.replacer.is_go() { answer } else { params::flat(&answer) };
            list::add_values(body, &params, &self.replacer)?;
            found.push(params);
        }
        Ok(found)
    }

    /// Each set of the first generator with each of the second, which may use what the first gives.
    fn matrix(&self, body: &Value, depth: usize) -> Result<Vec<Dict>, Stop> {
        let [first, second] = inner(body) else {
            return Err(Stop::Wrong(body.origin, "a matrix has exactly two generators".to_owned()));
        };
        let mut found = Vec::new();
        for left in self.nested(first, None, depth)? {
            for right in self.nested(second, Some(&left), depth)? {
                let both = if self.replacer.is_go() {
                    overridden(&right, &left)
                } else {
                    combined(&left, &right).map_err(|key| {
                        let message = format!("both generators of a matrix give `{key}`, with different values");
                        Stop::Wrong(body.origin, message)
                    })?
                };
                found.push(both);
                if found.len() > MAX_PARAMS {
                    return Err(Stop::Wrong(body.origin, format!("a matrix of more than {MAX_PARAMS} sets")));
                }
            }
        }
        Ok(found)
    }

    /// The sets of the first generator; later ones change those with the same values under the merge keys.
    fn merge(&self, body: &Value, depth: usize) -> Result<Vec<Dict>, Stop> {
        let wrong = |message: &str| Stop::Wrong(body.origin, message.to_owned());
        let [base, others @ ..] = inner(body) else { return Err(wrong("a merge needs two generators or more")) };
        if others.is_empty() {
            return Err(wrong("a merge needs two generators or more"));
        }
        let keys: Vec<&str> = body
            .get("mergeKeys")
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .iter()
            .filter_map(|key| key.as_scalar().map(|scalar| scalar.text.as_str()))
            .collect();
        if keys.is_empty() {
            return Err(wrong("a merge needs `mergeKeys`"));
        }
        let mut merged = self.keyed(base, &keys, body, depth)?;
        for other in others {
            for (key, over) in self.keyed(other, &keys, body, depth)? {
                if let Some((_, params)) = merged.iter_mut().find(|(known, _)| *known == key) {
                    *params = overridden(params, &over);
                }
            }
        }
        Ok(merged.into_iter().map(|(_, params)| params).collect())
    }

    /// The sets of a generator with their values under the merge keys, which must differ.
    fn keyed(&self, generator: &Value, keys: &[&str], body: &Value, depth: usize) -> Result<Vec<(String, Dict)>, Stop> {
        let mut found: Vec<(String, Dict)> = Vec::new();
        let mut known = HashSet::new();
        for params in self.nested(generator, None, depth)? {
            let values: Dict = keys.iter().map(|key| ((*key).into(), params.get(key).unwrap_or(Data::Nil))).collect();
            let key = Data::Map(values).to_string();
            if !known.insert(key.clone()) {
                let message = format!("a generator of a merge gives two sets with the same merge keys: {key}");
                return Err(Stop::Wrong(body.origin, message));
            }
            found.push((key, params));
        }
        Ok(found)
    }
}

fn inner(body: &Value) -> &[Value] {
    body.get("generators").and_then(Value::as_sequence).unwrap_or_default()
}

/// The generators in an entry of the list.
fn kinds(generator: &Value) -> Result<Vec<(&str, &Value)>, Stop> {
    let entries =
        generator.as_mapping().into_iter().flatten().filter(|(key, body)| *key != "selector" && !body.is_null());
    let mut found = Vec::new();
    for (key, body) in entries {
        let key = key.as_str();
        if !SIMPLE.contains(&key) && !GENERATORS.contains(&key) && !matches!(key, "matrix" | "merge") {
            return Err(Stop::Wrong(body.origin, format!("there is no generator `{key}`")));
        }
        found.push((key, body));
    }
    // One without anything in it generates nothing, and is no fault.
    Ok(found)
}

/// Both sets together; the key that they do not agree on.
fn combined(left: &Dict, right: &Dict) -> Result<Dict, String> {
    let both: Dict = left.entries().into_iter().collect();
    for (key, value) in right.entries() {
        match both.get(&key) {
            Some(known) if params::text(&known) != params::text(&value) => return Err(key.to_string()),
            _ => both.set(key, value),
        }
    }
    Ok(both)
}

/// Keeps the parameters that the generator's `selector` takes; it sees them under flat keys.
fn selected(generator: &Value, found: Vec<Dict>) -> Result<Vec<Dict>, Stop> {
    let Some(selector) = generator.get("selector") else { return Ok(found) };
    let mut kept = Vec::new();
    for params in found {
        let flat: BTreeMap<_, _> =
            params::flat(&params).entries().into_iter().map(|(key, value)| (key, params::text(&value))).collect();
        let label = |key: &str| flat.get(key).map(smol_str::SmolStr::as_str);
        if selector::matches(selector, &label).map_err(|message| Stop::Wrong(selector.origin, message))? {
            kept.push(params);
        }
    }
    Ok(kept)
}

/// Numbers the generators whose answers are recorded, each kind for itself, in the order of the text.
fn number(
    generators: &Value,
    counts: &mut BTreeMap<&'static str, usize>,
    places: &mut BTreeMap<Origin, usize>,
    depth: usize,
) {
    for generator in generators.as_sequence().unwrap_or_default() {
        for kind in GENERATORS {
            if let Some(body) = generator.get(kind) {
                let count = counts.entry(kind).or_default();
                places.insert(body.origin, *count);
                *count += 1;
            }
        }
        for kind in ["matrix", "merge"] {
            if let Some(inner) = generator.pointer(&[kind, "generators"]).filter(|_| depth < 3) {
                number(inner, counts, places, depth + 1);
            }
        }
    }
}
