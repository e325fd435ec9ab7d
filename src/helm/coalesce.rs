//! Merging values as Helm 3 does: what stands further out wins, mappings merge, a null takes a default away.
//!
//! Learnt from helm.sh/helm/v3/pkg/chartutil, version 3.22. Must not know which charts are enabled.

use smol_str::SmolStr;

use super::part::{Part, as_value, table};
use crate::yaml::{Content, Mapping, Origin, Value};

/// The key of the values that every chart of a release sees.
const GLOBAL: &str = "global";

/// What becomes of nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nulls {
    /// They take away the default, and are gone themselves.
    Remove,
    /// They stay, because the values are merged again later.
    Keep,
}

/// The values for a chart inside of another are no mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotATable {
    pub path: Vec<SmolStr>,
    pub origin: Origin,
}

/// Puts the defaults of a chart, and of those inside of it, below given values.
pub(super) fn coalesce(part: &Part, values: &mut Mapping, nulls: Nulls) -> Result<(), NotATable> {
    defaults(part, values, nulls);
    for inner in &part.parts {
        let given = values.entry(inner.key.clone()).or_insert_with(Value::mapping);
        let origin = given.origin;
        let Content::Mapping(mapping) = &mut given.content else {
            return Err(NotATable { path: vec![inner.key.clone()], origin });
        };
        let mut own = std::mem::take(&mut **mapping);
        globals(values, &mut own);
        let result = coalesce(inner, &mut own, nulls);
        share_globals(values, &own);
        let own = Value::of_mapping(own).at(origin);
        values.insert(inner.key.clone(), own);
        result.map_err(|mut error| {
            error.path.insert(0, inner.key.clone());
            error
        })?;
    }
    Ok(())
}

/// Puts the default values of one chart below given ones.
fn defaults(part: &Part, values: &mut Mapping, nulls: Nulls) {
    for (key, default) in &part.values {
        let Some(given) = values.get_mut(key) else {
            values.insert(key.clone(), default.clone());
            continue;
        };
        if given.is_null() {
            if nulls == Nulls::Remove {
                values.shift_remove(key);
            }
        } else if let (Some(given), Some(default)) = (given.as_mapping_mut(), table(default)) {
            // The values of a chart inside are merged once more when it is its turn.
            let is_part = part.parts.iter().any(|inner| inner.key == *key);
            merge(given, default, if is_part { Nulls::Keep } else { nulls });
        }
    }
}

/// Puts one mapping below another.
pub(super) fn merge(values: &mut Mapping, defaults: &Mapping, nulls: Nulls) {
    for (key, default) in defaults {
        let Some(given) = values.get_mut(key) else {
            values.insert(key.clone(), default.clone());
            continue;
        };
        if given.is_null() {
            // Where the default is null as well, there is nothing to take away, and the null stays.
            if nulls == Nulls::Remove && !default.is_null() {
                values.shift_remove(key);
            }
        } else if let (Some(given), Some(default)) = (given.as_mapping_mut(), table(default)) {
            merge(given, default, nulls);
        }
    }
}

/// Hands the global values of a chart down to one inside of it; of mappings, those of the outer chart win.
fn globals(outer: &Mapping, inner: &mut Mapping) {
    let empty = Mapping::default();
    let given = match outer.get(GLOBAL) {
        Some(given) => match table(given) {
            Some(given) => given,
            None => return,
        },
        None => &empty,
    };
    let own = inner.entry(GLOBAL.into()).or_insert_with(|| as_value(Mapping::default()));
    let Some(own) = own.as_mapping_mut() else { return };
    for (key, value) in given {
        match (table(value), own.get_mut(key)) {
            (Some(mapping), Some(present)) => {
                if let Some(present_mapping) = table(present) {
                    let mut merged = mapping.clone();
                    merge(&mut merged, present_mapping, Nulls::Keep);
                    *present = Value::of_mapping(merged).at(present.origin);
                }
            }
            (None, Some(present)) if present.as_mapping().is_some() => {}
            _ => {
                own.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Hands back what a chart inside has put into the mappings below a global value. Helm copies a global mapping when it hands it down, but not those within, so
/// these are the same for all charts of a release.
fn share_globals(outer: &mut Mapping, inner: &Mapping) {
    let Some(outer) = outer.get_mut(GLOBAL).and_then(Value::as_mapping_mut) else { return };
    let Some(inner) = inner.get(GLOBAL).and_then(table) else { return };
    for (key, value) in outer.iter_mut() {
        let (Some(value), Some(seen)) = (value.as_mapping_mut(), inner.get(key).and_then(table)) else { continue };
        for (key, shared) in value.iter_mut() {
            if let (true, Some(seen)) = (shared.as_mapping().is_some(), seen.get(key))
                && seen.as_mapping().is_some()
            {
                *shared = seen.clone();
            }
        }
    }
}
