//! Kubernetes' own kinds, from the schemas that `k8s-openapi` carries for schemars.
//!
//! One build knows one version of Kubernetes: each writes what it knows into a file, and the last one reads them all.

use std::{error::Error, fs, path::Path};

use k8s_openapi::{Resource, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::Kind;

// `MINOR`, the version of Kubernetes, and `kinds()`, all of its kinds.
include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

fn kind<T: JsonSchema + Resource>() -> Kind {
    Kind {
        group: T::GROUP.to_owned(),
        version: T::VERSION.to_owned(),
        kind: T::KIND.to_owned(),
        source: String::new(),
        schema: schema::<T>(),
    }
}

/// The kinds of one version.
pub struct Version {
    /// The second number of the version.
    pub minor: u32,
    /// The schema of `ObjectMeta` with its definitions.
    pub metadata: Value,
    pub kinds: Vec<Kind>,
}

/// Writes the version that this build knows: `<folder>/1.<minor>.json`.
pub fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let kinds: Vec<Value> = kinds()
        .into_iter()
        .map(|kind| json!({"group": kind.group, "version": kind.version, "kind": kind.kind, "schema": kind.schema}))
        .collect();
    fs::create_dir_all(folder)?;
    let content = json!({"minor": MINOR, "metadata": schema::<ObjectMeta>(), "kinds": kinds});
    Ok(fs::write(folder.join(format!("1.{MINOR}.json")), content.to_string())?)
}

/// Reads all versions, the newest first.
pub fn read(folder: &Path) -> Result<Vec<Version>, Box<dyn Error>> {
    let mut versions = Vec::new();
    for entry in fs::read_dir(folder)? {
        let mut content: Value = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
        let minor = content["minor"].as_u64().ok_or("no version")? as u32;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kinds = content["kinds"].as_array_mut().ok_or("no kinds")?;
        let kinds = kinds.iter_mut().map(|kind| Kind {
            group: text(&kind["group"]),
            version: text(&kind["version"]),
            kind: text(&kind["kind"]),
            source: String::new(),
            schema: kind["schema"].take(),
        });
        versions.push(Version { minor, kinds: kinds.collect(), metadata: content["metadata"].take() });
    }
    versions.sort_by_key(|version| std::cmp::Reverse(version.minor));
    Ok(versions)
}
