//! The schemas that are embedded in the program.
//!
//! Owns how the bundle is written: an index; the custom kinds, a zlib stream for each group; and the versions of Kubernetes, of which the newest is kept whole
//! and older ones as what differs from it. Each stream is unpacked when it is first needed. Must not know the validator.

use std::{
    collections::BTreeMap,
    io::Read,
    sync::{LazyLock, OnceLock},
};

use flate2::read::ZlibDecoder;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Written by `schemas/generator`; its `src/bundle.rs` says how.
static BUNDLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/bundle");

/// The second numbers of the versions of Kubernetes in the bundle, newest first.
pub(super) const MINORS: [u32; 5] = [37, 36, 35, 34, 33];

/// One kind of the index.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version within the group.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// Where the schema comes from; empty for Kubernetes' own kinds.
    #[serde(default)]
    pub source: String,
    /// The versions of Kubernetes that serve the kind; empty for other kinds.
    #[serde(default)]
    pub kubernetes: Vec<u32>,
    /// Whether a cluster may run something newer than the schema.
    #[serde(default)]
    pub dated: bool,
}

/// The kinds in the bundle, sorted by group, version and kind.
pub(super) fn rows() -> Vec<Row> {
    let index = BUNDLE.get_file("index.json").map_or(&[][..], include_dir::File::contents);
    // The bundle is part of the program; a test proves that its index can be read and its schemas compiled.
    serde_json::from_slice(index).unwrap_or_default()
}

/// The schema of a kind, as the given version of Kubernetes has it.
pub(super) fn read(row: &Row, minor: u32) -> Option<Value> {
    static METADATA: LazyLock<Definitions> = LazyLock::new(|| Definitions::unpack("metadata.z"));
    if !row.kubernetes.is_empty() {
        let name = format!("{}/{}/{}", row.group, row.version, row.kind);
        let own = Definitions::of(minor);
        let newest = Definitions::of(MINORS[0]);
        return with_definitions(parse(own.get(&name).or_else(|| newest.get(&name))?)?, &[own, newest]);
    }
    let schema = parse(Definitions::of_group(&row.group)?.get(&format!("{}/{}", row.version, row.kind))?)?;
    if schema.get("$defs").is_some() {
        return Some(schema);
    }
    with_definitions(schema, &[&METADATA])
}

/// Definitions by their names.
#[derive(Debug)]
struct Definitions {
    /// A name, a tab and JSON on each line, sorted.
    text: String,
}

impl Definitions {
    fn unpack(path: &str) -> Self {
        let mut text = String::new();
        let packed = BUNDLE.get_file(path).map_or(&[][..], include_dir::File::contents);
        // The bundle is part of the program; a test proves that all of it can be read.
        let _ = ZlibDecoder::new(packed).read_to_string(&mut text);
        Self { text }
    }

    /// Those of the custom kinds of a group.
    fn of_group(group: &str) -> Option<&'static Self> {
        static GROUPS: LazyLock<BTreeMap<String, OnceLock<Definitions>>> = LazyLock::new(|| {
            let files = BUNDLE.get_dir("custom").into_iter().flat_map(Dir::files);
            files.filter_map(|file| Some((file.path().file_stem()?.to_str()?.to_owned(), OnceLock::new()))).collect()
        });
        Some(GROUPS.get(group)?.get_or_init(|| Self::unpack(&format!("custom/{group}.z"))))
    }

    /// Those of a version of Kubernetes.
    fn of(minor: u32) -> &'static Self {
        static VERSIONS: [OnceLock<Definitions>; MINORS.len()] = [const { OnceLock::new() }; MINORS.len()];
        let at = MINORS.iter().position(|known| *known == minor).unwrap_or_default();
        VERSIONS[at].get_or_init(|| Self::unpack(&format!("kubernetes/1.{minor}.z")))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let text = self.text.as_str();
        let (mut low, mut high) = (0, text.len());
        // Lines are found by halving the text: an index of them would cost more than the few look-ups.
        while low < high {
            let middle = usize::midpoint(low, high);
            let middle = (middle..high).find(|at| text.is_char_boundary(*at))?;
            let start = text[..middle].rfind('\n').map_or(0, |at| at + 1);
            let end = text[middle..].find('\n').map_or(text.len(), |at| middle + at);
            let (found, json) = text[start..end].split_once('\t')?;
            match found.cmp(name) {
                std::cmp::Ordering::Equal => return Some(json),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }
}

/// Adds the definitions that a schema refers to, directly or through others.
fn with_definitions(mut schema: Value, known: &[&Definitions]) -> Option<Value> {
    let mut definitions = Map::new();
    let mut waiting = Vec::new();
    references(&schema, &mut waiting);
    while let Some(name) = waiting.pop() {
        if definitions.contains_key(&name) {
            continue;
        }
        let definition = parse(known.iter().find_map(|known| known.get(&name))?)?;
        references(&definition, &mut waiting);
        definitions.insert(name, definition);
    }
    definitions.sort_keys();
    schema.as_object_mut()?.insert("$defs".to_owned(), definitions.into());
    Some(schema)
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/$defs/"));
            found.extend(own.map(str::to_owned));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn parse(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}
