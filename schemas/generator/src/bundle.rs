//! Writes `../bundle`: what the program embeds.
//!
//! - `index.json`: the kinds, one a line, sorted; those of Kubernetes with the versions that serve them.
//! - `kubernetes/1.<minor>.z`: the definitions of a version, one a line (`name`, a tab, JSON). The newest version has all of them, older ones only those that
//!   differ from it. The schema of a kind is the definition `<group>/<version>/<Kind>`.
//! - `metadata.z`: in the same form, the definitions that every custom kind refers to.
//! - `<group>/<version>/<Kind>.z`: the schema of a custom kind, JSON.
//!
//! All `.z` are zlib streams.

use std::{collections::BTreeMap, error::Error, fs, io::Write, path::Path};

use flate2::{Compression, write::ZlibEncoder};
use serde_json::{Map, Value, json};

use crate::Kind;

type Definitions = BTreeMap<String, String>;

pub struct Bundle<'p> {
    folder: &'p Path,
    rows: Vec<(String, String, String, Value)>,
}

impl<'p> Bundle<'p> {
    /// Begins a new bundle in a folder.
    pub fn begin(folder: &'p Path) -> Result<Self, Box<dyn Error>> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder.join("kubernetes"))?;
        Ok(Self { folder, rows: Vec::new() })
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
            let lines: String =
                definitions.iter().filter(differs).map(|(name, text)| format!("{name}\t{text}\n")).collect();
            compress(&self.folder.join(format!("kubernetes/1.{minor}.z")), lines.as_bytes())?;
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
        let lines: String = definitions.iter().map(|(name, schema)| format!("{name}\t{schema}\n")).collect();
        compress(&self.folder.join("metadata.z"), lines.as_bytes())
    }

    /// Writes a custom kind. `dated` says whether a cluster may run something newer than the schema; a schema written by hand is not, and brings all of its
    /// definitions.
    pub fn custom(&mut self, kind: Kind, dated: bool) -> Result<(), Box<dyn Error>> {
        let mut schema = kind.schema;
        if let Some(schema) = schema.as_object_mut().filter(|_| dated) {
            schema.shift_remove("$defs");
        }
        let folder = self.folder.join(&kind.group).join(&kind.version);
        fs::create_dir_all(&folder)?;
        compress(&folder.join(format!("{}.z", kind.kind)), schema.to_string().as_bytes())?;
        let row = json!({"group": kind.group, "version": kind.version, "kind": kind.kind, "source": kind.source, "dated": dated});
        self.rows.push((kind.group, kind.version, kind.kind, row));
        Ok(())
    }

    /// Writes the index.
    pub fn finish(mut self) -> Result<(), Box<dyn Error>> {
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

fn compress(path: &Path, content: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(fs::write(path, encoder.finish()?)?)
}
