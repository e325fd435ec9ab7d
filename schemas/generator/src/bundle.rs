//! Writes `../bundle`: what the program embeds.
//!
//! - `index.json`: the kinds, one a line, sorted; those of Kubernetes with the versions that serve them.
//! - `kubernetes/1.<minor>.z`: the definitions of a version of Kubernetes. The newest has all of them, older ones only those that differ from it. The schema of a
//!   kind is the definition `<group>/<version>/<Kind>`.
//! - `custom/<group>.z`: the custom kinds of a group, as the definitions `<version>/<Kind>`.
//! - `metadata.z`: the definitions that every custom kind refers to.
//!
//! All `.z` are zlib streams of definitions, one a line (name, a tab, JSON), sorted.

use std::{collections::BTreeMap, error::Error, fs, io::Write, path::Path};

use flate2::{Compression, write::ZlibEncoder};
use serde_json::{Map, Value, json};

use crate::Kind;

type Definitions = BTreeMap<String, String>;

pub struct Bundle<'p> {
    folder: &'p Path,
    rows: Vec<(String, String, String, Value)>,
    groups: BTreeMap<String, Definitions>,
}

impl<'p> Bundle<'p> {
    /// Begins a new bundle in a folder.
    pub fn begin(folder: &'p Path) -> Result<Self, Box<dyn Error>> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder.join("kubernetes"))?;
        fs::create_dir_all(folder.join("custom"))?;
        Ok(Self { folder, rows: Vec::new(), groups: BTreeMap::new() })
    }

    /// Writes the versions of Kubernetes, given newest first.
    pub fn kubernetes(&mut self, versions: Vec<(u32, Vec<Kind>)>) -> Result<(), Box<dyn Error>> {
        let mut newest: Option<Definitions> = None;
        let mut served: BTreeMap<(String, String, String), Vec<u32>> = BTreeMap::new();
        for (minor, kinds) in versions {
            let mut definitions = Definitions::new();
            for mut kind in kinds {
                add(&mut definitions, kind.schema.as_object_mut().and_then(|schema| schema.shift_remove("$defs")))?;
                let name = format!("{}/{}/{}", kind.group, kind.version, kind.kind);
                definitions.insert(name, kind.schema.to_string());
                served.entry((kind.group, kind.version, kind.kind)).or_default().push(minor);
            }
            let differs =
                |(name, text): &(&String, &String)| newest.as_ref().is_none_or(|all| all.get(*name) != Some(*text));
            compress(&self.folder.join(format!("kubernetes/1.{minor}.z")), definitions.iter().filter(differs))?;
            newest = newest.or(Some(definitions));
        }
        for ((group, version, kind), mut minors) in served {
            minors.sort_unstable();
            let row = json!({"group": group, "version": version, "kind": kind, "kubernetes": minors});
            self.rows.push((group, version, kind, row));
        }
        Ok(())
    }

    /// Writes the definitions that every custom kind refers to.
    pub fn metadata(&self, definitions: &Map<String, Value>) -> Result<(), Box<dyn Error>> {
        let definitions: Definitions =
            definitions.iter().map(|(name, schema)| (name.clone(), schema.to_string())).collect();
        compress(&self.folder.join("metadata.z"), &definitions)
    }

    /// Takes a custom kind in. `dated` says whether a cluster may run something newer than the schema; a schema written by hand is not, and brings all of its
    /// definitions.
    pub fn custom(&mut self, kind: Kind, dated: bool) {
        let mut schema = kind.schema;
        if let Some(schema) = schema.as_object_mut().filter(|_| dated) {
            schema.shift_remove("$defs");
        }
        let group = self.groups.entry(kind.group.clone()).or_default();
        group.insert(format!("{}/{}", kind.version, kind.kind), schema.to_string());
        let row = json!({"group": kind.group, "version": kind.version, "kind": kind.kind, "source": kind.source, "dated": dated});
        self.rows.push((kind.group, kind.version, kind.kind, row));
    }

    /// Writes the custom kinds and the index.
    pub fn finish(mut self) -> Result<(), Box<dyn Error>> {
        for (group, definitions) in &self.groups {
            compress(&self.folder.join(format!("custom/{group}.z")), definitions)?;
        }
        self.rows.sort_by(|a, b| (&a.0, &a.1, &a.2).cmp(&(&b.0, &b.1, &b.2)));
        let rows: Vec<String> = self.rows.iter().map(|(.., row)| row.to_string()).collect();
        fs::write(self.folder.join("index.json"), format!("[\n{}\n]\n", rows.join(",\n")))?;
        println!("{} kinds", rows.len());
        Ok(())
    }
}

fn add(definitions: &mut Definitions, found: Option<Value>) -> Result<(), Box<dyn Error>> {
    let Some(Value::Object(found)) = found else { return Ok(()) };
    for (name, schema) in found {
        let text = schema.to_string();
        if definitions.get(&name).is_some_and(|known| *known != text) {
            return Err(format!("two definitions {name} in one version").into());
        }
        definitions.insert(name, text);
    }
    Ok(())
}

fn compress<'d>(
    path: &Path,
    definitions: impl IntoIterator<Item = (&'d String, &'d String)>,
) -> Result<(), Box<dyn Error>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for (name, schema) in definitions {
        writeln!(encoder, "{name}\t{schema}")?;
    }
    Ok(fs::write(path, encoder.finish()?)?)
}
