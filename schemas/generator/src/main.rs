//! Writes `../bundle`: one JSON schema for each kind, and their index.
//!
//! Facts come from three places, read and never run: the schemas that `k8s-openapi` carries for Kubernetes' own kinds, the classes in the wheels named on
//! the command line, and the structures in the `kcr_*` crates. `constraints.json` adds what they lack, `../written` the schemas written by hand.

mod constraints;
mod kcr;
mod kubernetes;
mod shape;
mod wheel;

use std::{error::Error, fs, path::Path};

use serde_json::{Value, json};

/// One schema with its name and where it comes from.
struct Kind {
    group: String,
    version: String,
    kind: String,
    source: String,
    schema: Value,
}

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let metadata = shape::object_meta(kubernetes::object_meta());
    let mut kinds = kubernetes::kinds();
    for path in std::env::args().skip(1) {
        kinds.extend(wheel::kinds(&here.join("wheel.py"), Path::new(&path))?);
    }
    kinds.extend(kcr::kinds(&here.join("Cargo.toml"))?);
    for kind in &mut kinds {
        shape::finish(kind, &metadata);
    }
    constraints::apply(&here.join("constraints.json"), &mut kinds)?;
    kinds.extend(written(&here.join("../written"))?);
    kinds.sort_by(|a, b| (&a.group, &a.version, &a.kind).cmp(&(&b.group, &b.version, &b.kind)));
    write(&here.join("../bundle"), &kinds)
}

/// The schemas written by hand: `<group>/<version>/<Kind>.json`, their source in `x-source`.
fn written(folder: &Path) -> Result<Vec<Kind>, Box<dyn Error>> {
    let mut kinds = Vec::new();
    for group in fs::read_dir(folder)? {
        for version in fs::read_dir(group?.path())? {
            for file in fs::read_dir(version?.path())? {
                let path = file?.path();
                let mut schema: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
                let name = |up: usize| -> String {
                    let part = path.ancestors().nth(up).and_then(Path::file_stem);
                    part.unwrap_or_default().to_string_lossy().into_owned()
                };
                // The group contains dots: its folder name is taken whole.
                let group = path.ancestors().nth(2).and_then(Path::file_name).unwrap_or_default();
                let source = schema.as_object_mut().and_then(|schema| schema.shift_remove("x-source"));
                let source = source.ok_or("x-source is missing")?.as_str().unwrap_or_default().to_owned();
                kinds.push(Kind {
                    group: group.to_string_lossy().into_owned(),
                    version: name(1),
                    kind: name(0),
                    source,
                    schema,
                });
            }
        }
    }
    Ok(kinds)
}

fn write(bundle: &Path, kinds: &[Kind]) -> Result<(), Box<dyn Error>> {
    if bundle.exists() {
        fs::remove_dir_all(bundle)?;
    }
    let mut index = Vec::new();
    for kind in kinds {
        let group = if kind.group.is_empty() { "core" } else { &kind.group };
        let folder = bundle.join(group).join(&kind.version);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{}.json", kind.kind)), serde_json::to_string(&kind.schema)? + "\n")?;
        let row =
            json!({"group": kind.group, "version": kind.version, "kind": kind.kind, "source": kind.source}).to_string();
        index.push(row);
    }
    fs::write(bundle.join("index.json"), format!("[\n{}\n]\n", index.join(",\n")))?;
    println!("{} schemas", kinds.len());
    Ok(())
}
