//! Parameters: what generators hand to templates.
//!
//! With Go templates they are nested; otherwise they are texts under flat keys such as `metadata.labels.env`.

use smol_str::SmolStr;

use crate::gotemplate::{Data, Dict};

/// The deepest nesting that is merged or flattened; values come from files, which are no deeper.
const MAX_DEPTH: usize = 300;

/// Lays `over` on `base`, mappings key by key.
pub(super) fn overridden(base: &Dict, over: &Dict) -> Dict {
    merged(base, over, 0)
}

fn merged(base: &Dict, over: &Dict, depth: usize) -> Dict {
    let result: Dict = base.entries().into_iter().collect();
    for (key, value) in over.entries() {
        match (result.get(&key), &value) {
            (Some(Data::Map(old)), Data::Map(new)) if depth < MAX_DEPTH => {
                result.set(key, Data::Map(merged(&old, new, depth + 1)));
            }
            _ => result.set(key, value),
        }
    }
    result
}

/// The same parameters under flat keys, as texts: `{a: {b: [1]}}` is `a.b.0: 1`.
pub(super) fn flat(params: &Dict) -> Dict {
    let flat = Dict::default();
    for (key, value) in params.entries() {
        flatten(&flat, key.to_string(), &value, 0);
    }
    flat
}

fn flatten(into: &Dict, key: String, value: &Data, depth: usize) {
    match value {
        Data::Map(dict) if depth < MAX_DEPTH => {
            for (name, value) in dict.entries() {
                flatten(into, format!("{key}.{name}"), &value, depth + 1);
            }
        }
        Data::List(list) if depth < MAX_DEPTH => {
            for (index, value) in list.items().iter().enumerate() {
                flatten(into, format!("{key}.{index}"), value, depth + 1);
            }
        }
        other => into.set(key, Data::Str(text(other))),
    }
}

/// A value as Go prints it.
pub(super) fn text(value: &Data) -> SmolStr {
    match value {
        Data::Str(text) => text.clone(),
        other => other.to_string().into(),
    }
}
