//! Lays `constraints.json` over the schemas: documented facts that the sources leave out.
//!
//! Each entry names a definition or a kind (`group/version/Kind`), a place in it as a JSON Pointer, and the keywords to set there (null removes one). An
//! entry that finds no place is an error, so that the file cannot grow stale.

use std::{error::Error, fs, path::Path};

use serde_json::{Map, Value};

use crate::Kind;

pub fn apply(path: &Path, kinds: &mut [Kind]) -> Result<(), Box<dyn Error>> {
    let entries: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
    for entry in &entries {
        let (Some(place), Some(set)) = (entry["at"].as_str(), entry["set"].as_object()) else {
            return Err(format!("not an entry: {entry}").into());
        };
        let mut hits = 0;
        for kind in kinds.iter_mut() {
            let root = if let Some(name) = entry["definition"].as_str() {
                kind.schema["$defs"].get_mut(name)
            } else {
                let name = format!("{}/{}/{}", kind.group, kind.version, kind.kind);
                let wanted = entry["kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| *kind == name));
                wanted.then_some(&mut kind.schema)
            };
            if let Some(target) = root.and_then(|root| root.pointer_mut(place)).and_then(Value::as_object_mut) {
                lay(target, set);
                hits += 1;
            }
        }
        if hits == 0 {
            return Err(format!("no such place: {entry}").into());
        }
    }
    Ok(())
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
