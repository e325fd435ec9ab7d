//! The schemas of kinds, by group, version and kind: those that are embedded in the program, and above them those that a repository brings.
//!
//! Owns the bundle and its index; each embedded schema is parsed and compiled when it is first asked for. Must not know the validator.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use super::compiled::Schema;

/// `<group>/<version>/<Kind>.json`, and `index.json`, which lists them.
static BUNDLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/bundle");

/// The folder of the group without a name.
const CORE: &str = "core";

/// One kind that has a schema: the data of `schema list`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KindRow {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version within the group.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// Where the schema comes from, with its version or date: "Flux 2.9.5".
    pub source: String,
}

impl KindRow {
    /// The value of `apiVersion` in a document.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The row without what does not tell kinds apart.
    fn unsourced(&self) -> Self {
        Self { source: String::new(), ..self.clone() }
    }

    fn name(&self) -> (&str, &str, &str) {
        (&self.group, &self.version, &self.kind)
    }
}

#[derive(Debug)]
struct Entry {
    row: KindRow,
    schema: OnceLock<Option<Schema>>,
}

/// Schemas by group, version and kind.
#[derive(Debug)]
pub struct Catalogue {
    /// Sorted by group, version and kind, each once.
    entries: Vec<Entry>,
    /// The schemas of kinds that are not among the entries.
    base: Option<&'static Catalogue>,
}

impl Catalogue {
    /// The embedded schemas.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
            let index = BUNDLE.get_file("index.json").map_or(&[][..], include_dir::File::contents);
            // The bundle is part of the program; a test proves that its index can be read and its schemas compiled.
            let mut rows: Vec<KindRow> = serde_json::from_slice(index).unwrap_or_default();
            rows.sort_unstable();
            let entries = rows.into_iter().map(|row| Entry { row, schema: OnceLock::new() }).collect();
            Catalogue { entries, base: None }
        });
        &EMBEDDED
    }

    /// The embedded schemas, and others that win over them. Of two for the same kind the last one counts.
    pub fn with(added: Vec<(KindRow, Schema)>) -> Self {
        let by_name: BTreeMap<KindRow, Entry> = added
            .into_iter()
            .map(|(row, schema)| (row.unsourced(), Entry { row, schema: Some(schema).into() }))
            .collect();
        Self { entries: by_name.into_values().collect(), base: Some(Self::embedded()) }
    }

    /// All kinds that have a schema, in order of group, version and kind.
    pub fn list(&self) -> impl Iterator<Item = &KindRow> {
        let own = self.entries.iter().map(|entry| &entry.row);
        let hidden = |row: &&KindRow| self.position(row.name()).is_err();
        let base = self.base.into_iter().flat_map(|base| base.entries.iter().map(|entry| &entry.row));
        let mut rows: Vec<&KindRow> = own.chain(base.filter(hidden)).collect();
        rows.sort_unstable_by_key(|row| row.name());
        rows.into_iter()
    }

    fn position(&self, name: (&str, &str, &str)) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.row.name().cmp(&name))
    }

    /// The schema of a kind, compiled when it is first asked for; any thread may ask. The group is empty for the core group.
    pub fn lookup(&self, group: &str, version: &str, kind: &str) -> Option<&Schema> {
        let Ok(at) = self.position((group, version, kind)) else { return self.base?.lookup(group, version, kind) };
        let entry = self.entries.get(at)?;
        entry.schema.get_or_init(|| read(&entry.row)).as_ref()
    }

    /// The versions in which a kind has a schema, in order of their names.
    pub fn versions(&self, group: &str, kind: &str) -> impl Iterator<Item = &str> {
        self.list().filter(move |row| row.group == group && row.kind == kind).map(|row| row.version.as_str())
    }

    /// The schema for the `apiVersion` and `kind` of a document.
    pub fn lookup_api_version(&self, api_version: &str, kind: &str) -> Option<&Schema> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.lookup(group, version, kind)
    }
}

fn read(row: &KindRow) -> Option<Schema> {
    let group = if row.group.is_empty() { CORE } else { &row.group };
    let file = BUNDLE.get_file(format!("{group}/{}/{}.json", row.version, row.kind))?;
    let schema = serde_json::from_slice(file.contents()).ok()?;
    Schema::of_kind(schema, &row.kind, &row.source).ok()
}
