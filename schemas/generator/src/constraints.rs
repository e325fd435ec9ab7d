//! Lays `constraints.json` over the schemas: documented facts that the sources leave out.
//!
//! Each entry names a definition or a kind (`group/version/Kind`), a place in it as a JSON Pointer, and the keywords to set there (null removes one). An
//! entry that finds no place is an error, so that the file cannot grow stale.

use std::{cell::Cell, error::Error, fs, path::Path};

use serde_json::{Map, Value};

use crate::Kind;

/// The entries, and how often each found its place.
pub struct Constraints {
    entries: Vec<(Value, Cell<usize>)>,
}

impl Constraints {
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let entries: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
        Ok(Self { entries: entries.into_iter().map(|entry| (entry, Cell::new(0))).collect() })
    }

    pub fn apply(&self, kinds: &mut [Kind]) {
        for (entry, hits) in &self.entries {
            let (Some(place), Some(set)) = (entry["at"].as_str(), entry["set"].as_object()) else { continue };
            for kind in kinds.iter_mut() {
                let root = if let Some(name) = entry["definition"].as_str() {
                    kind.schema["$defs"].get_mut(name)
                } else {
                    let name = kind.name();
                    let wanted = entry["kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| *kind == name));
                    wanted.then_some(&mut kind.schema)
                };
                if let Some(target) = root.and_then(|root| root.pointer_mut(place)).and_then(Value::as_object_mut) {
                    lay(target, set);
                    hits.set(hits.get() + 1);
                }
            }
        }
    }

    /// An error if an entry found no place.
    pub fn all_used(&self) -> Result<(), Box<dyn Error>> {
        match self.entries.iter().find(|(_, hits)| hits.get() == 0) {
            Some((entry, _)) => Err(format!("no such place: {entry}").into()),
            None => Ok(()),
        }
    }
}

fn lay(target: &mut Map<String, Value>, set: &Map<String, Value>) {
    for (key, value) in set {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            target.insert(key.clone(), value.clone());
        }
    }
}
