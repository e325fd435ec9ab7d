//! Writes `../bundle`: the JSON schemas of kinds, and their index.
//!
//! Facts come from three places, read and never run: the schemas that `k8s-openapi` carries for Kubernetes' own kinds, the classes in the wheels named on
//! the command line, and the structures in the `kcr_*` crates. `constraints.json` adds what they lack, `../written` the schemas written by hand.

mod bundle;
mod constraints;
mod kcr;
mod kubernetes;
mod shape;
mod wheel;

use std::{collections::BTreeSet, error::Error, fs, path::Path};

use bundle::Bundle;
use constraints::Constraints;
use serde_json::Value;

/// One schema with its name and where it comes from.
struct Kind {
    group: String,
    version: String,
    kind: String,
    source: String,
    schema: Value,
}

impl Kind {
    fn name(&self) -> String {
        format!("{}/{}/{}", self.group, self.version, self.kind)
    }
}

/// `kubernetes` writes what this build knows of Kubernetes; otherwise the arguments are wheels, and the bundle is written.
fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["kubernetes"] {
        return kubernetes::write(&here.join("kubernetes"));
    }
    let versions = kubernetes::read(&here.join("kubernetes"))?;
    let newest = versions.first().ok_or("no version of Kubernetes was written")?;
    let metadata = shape::object_meta(newest.metadata.clone());
    let constraints = Constraints::read(&here.join("constraints.json"))?;
    let folder = here.join("../bundle");
    let mut bundle = Bundle::begin(&folder)?;
    let mut shaped = Vec::new();
    for mut version in versions {
        let metadata = shape::object_meta(version.metadata);
        version.kinds.iter_mut().for_each(|kind| shape::finish(kind, &metadata));
        constraints.apply(&mut version.kinds);
        shaped.push((version.minor, version.kinds));
    }
    bundle.kubernetes(shaped)?;
    let mut custom = Vec::new();
    for path in &arguments {
        custom.extend(wheel::kinds(&here.join("wheel.py"), Path::new(path))?);
    }
    // Wheels are newer and know more than the crates: of a kind that one of them has, other versions are not served any more.
    let known: BTreeSet<_> = custom.iter().map(|kind| (kind.group.clone(), kind.kind.clone())).collect();
    let is_new = |kind: &Kind| !known.contains(&(kind.group.clone(), kind.kind.clone()));
    custom.extend(kcr::kinds(&here.join("Cargo.toml"))?.into_iter().filter(is_new));
    custom.iter_mut().for_each(|kind| shape::finish(kind, &metadata));
    constraints.apply(&mut custom);
    constraints.all_used()?;
    // What the constraints say of the metadata holds in every kind: the first one lends its definitions.
    let shared = custom.first().map(|kind| kind.schema["$defs"].clone());
    bundle.metadata(shared.as_ref().and_then(Value::as_object).ok_or("no custom kind")?)?;
    for kind in custom {
        bundle.custom(kind, true);
    }
    for kind in written(&here.join("../written"))? {
        bundle.custom(kind, false);
    }
    bundle.finish()
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
