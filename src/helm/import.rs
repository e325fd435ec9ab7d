//! Values that a chart imports from those inside of it: `import-values`.
//!
//! Learnt from helm.sh/helm/v3/pkg/chartutil, version 3.22. Must not know which charts are enabled.

use smol_str::SmolStr;

use super::{
    chart::ImportValues,
    coalesce::{NotATable, Nulls, coalesce, merge},
    part::{Part, as_value, table_at},
};
use crate::yaml::Mapping;

/// Puts what each chart imports among its default values, the innermost first. Its own values win over what it imports.
pub(super) fn import(part: &mut Part) -> Result<(), NotATable> {
    for inner in &mut part.parts {
        import(inner)?;
    }
    let Some(dependencies) = part.dependencies.as_deref().filter(|dependencies| !dependencies.is_empty()) else {
        return Ok(());
    };
    let mut values = Mapping::default();
    coalesce(part, &mut values, Nulls::Keep)?;
    let mut imported = Mapping::default();
    for dependency in dependencies {
        for import in &dependency.import_values {
            let (child, parent) = match import {
                ImportValues::Export(name) => (SmolStr::from(format!("exports.{name}")), "."),
                ImportValues::Path { child, parent } => (child.clone(), parent.as_str()),
            };
            // What is not there is not imported; Helm only warns.
            if let Some(found) = table_at(&values, &format!("{}.{child}", dependency.key())) {
                merge(&mut imported, &at_path(parent, found.clone()), Nulls::Keep);
            }
        }
    }
    merge(&mut values, &imported, Nulls::Keep);
    part.values = values;
    Ok(())
}

/// A mapping with another one at a path of keys; `.` is the mapping itself.
fn at_path(path: &str, mapping: Mapping) -> Mapping {
    if path == "." {
        return mapping;
    }
    path.rsplit('.').fold(mapping, |inner, key| Mapping::from_iter([(SmolStr::from(key), as_value(inner))]))
}
