//! The schemas of kinds, by group, version and kind: those that are embedded in the program, and above them those that a repository brings.
//!
//! Owns which of several schemas of a kind counts; each is read and compiled when it is first asked for. Must not know the validator.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, LazyLock, OnceLock},
};

use serde::{Deserialize, Serialize};

use super::{
    bundle::{self, MINORS},
    compiled::Schema,
};

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

/// Makes the schema of a kind when it is first needed; the error says why there is none.
pub type Read = Box<dyn Fn() -> Result<Schema, String> + Send + Sync>;

/// A kind, and the way to its schema.
pub struct Entry {
    row: KindRow,
    read: Read,
    schema: OnceLock<Result<Schema, String>>,
}

impl Entry {
    /// A kind whose schema is read when it is first needed.
    pub fn lazy(row: KindRow, read: Read) -> Self {
        Self { row, read, schema: OnceLock::new() }
    }

    /// A kind whose schema is known.
    pub fn known(row: KindRow, schema: Schema) -> Self {
        let read: Read = Box::new(|| Err(String::new()));
        Self { row, read, schema: Ok(schema).into() }
    }

    fn schema(&self) -> Result<&Schema, &str> {
        self.schema.get_or_init(|| (self.read)()).as_ref().map_err(String::as_str)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.row).finish()
    }
}

/// Schemas by group, version and kind.
#[derive(Debug)]
pub struct Catalogue {
    /// Sorted by group, version and kind, each once.
    entries: Vec<Entry>,
    /// The schemas of kinds that are not among the entries.
    base: Option<Arc<Catalogue>>,
}

impl Catalogue {
    /// The embedded schemas, with the newest version of Kubernetes among them.
    pub fn embedded() -> &'static Arc<Self> {
        Self::of_kubernetes(MINORS[0])
    }

    /// The embedded schemas, with those of Kubernetes as version `1.<minor>` has them; of a version that is not embedded, those of the nearest one that is.
    pub fn of_kubernetes(minor: u32) -> &'static Arc<Self> {
        static EMBEDDED: [LazyLock<Arc<Catalogue>>; MINORS.len()] = [
            LazyLock::new(|| Arc::new(embedded(MINORS[0]))),
            LazyLock::new(|| Arc::new(embedded(MINORS[1]))),
            LazyLock::new(|| Arc::new(embedded(MINORS[2]))),
            LazyLock::new(|| Arc::new(embedded(MINORS[3]))),
            LazyLock::new(|| Arc::new(embedded(MINORS[4]))),
        ];
        let distance = |known: &(u32, &LazyLock<Arc<Self>>)| known.0.abs_diff(minor);
        let nearest = MINORS.into_iter().zip(&EMBEDDED).min_by_key(distance);
        nearest.map_or(&EMBEDDED[0], |(_, catalogue)| catalogue)
    }

    /// The versions of Kubernetes whose schemas are embedded, newest first: `1.37`.
    pub fn kubernetes_versions() -> impl Iterator<Item = String> {
        MINORS.iter().map(|minor| format!("1.{minor}"))
    }

    /// A catalogue, and schemas that win over those in it. Of two for the same kind the last one counts.
    pub fn with(base: &Arc<Self>, added: Vec<Entry>) -> Self {
        let by_name: BTreeMap<KindRow, Entry> = added.into_iter().map(|entry| (entry.row.unsourced(), entry)).collect();
        Self { entries: by_name.into_values().collect(), base: Some(Arc::clone(base)) }
    }

    /// All kinds that have a schema, in order of group, version and kind.
    pub fn list(&self) -> Box<dyn Iterator<Item = &KindRow> + '_> {
        let own = self.entries.iter().map(|entry| &entry.row);
        let hidden = |row: &&KindRow| self.position(row.name()).is_err();
        let base = self.base.as_deref().into_iter().flat_map(Self::list);
        let mut rows: Vec<&KindRow> = own.chain(base.filter(hidden)).collect();
        rows.sort_unstable_by_key(|row| row.name());
        Box::new(rows.into_iter())
    }

    fn position(&self, name: (&str, &str, &str)) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.row.name().cmp(&name))
    }

    fn entry(&self, group: &str, version: &str, kind: &str) -> Option<&Entry> {
        match self.position((group, version, kind)) {
            Ok(at) => self.entries.get(at),
            Err(_) => self.base.as_deref()?.entry(group, version, kind),
        }
    }

    /// The schema of a kind, compiled when it is first asked for; any thread may ask. The group is empty for the core group.
    pub fn lookup(&self, group: &str, version: &str, kind: &str) -> Option<&Schema> {
        self.entry(group, version, kind)?.schema().ok()
    }

    /// Why the schema of a kind cannot be used, if there is one that cannot.
    pub fn fault(&self, group: &str, version: &str, kind: &str) -> Option<&str> {
        self.entry(group, version, kind)?.schema().err()
    }

    /// The versions in which a kind has a schema, in order of their names.
    pub fn versions(&self, group: &str, kind: &str) -> impl Iterator<Item = &str> {
        self.list().filter(move |row| row.group == group && row.kind == kind).map(|row| row.version.as_str())
    }

    /// The kinds of a group that have a schema, in order of their names; each once for each version.
    pub fn kinds(&self, group: &str) -> impl Iterator<Item = &str> {
        self.list().filter(move |row| row.group == group).map(|row| row.kind.as_str())
    }

    /// The schema for the `apiVersion` and `kind` of a document.
    pub fn lookup_api_version(&self, api_version: &str, kind: &str) -> Option<&Schema> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.lookup(group, version, kind)
    }
}

/// The catalogue of the bundle for one version of Kubernetes.
fn embedded(minor: u32) -> Catalogue {
    let served = |row: &bundle::Row| row.kubernetes.is_empty() || row.kubernetes.contains(&minor);
    let entry = |row: bundle::Row| {
        let source = if row.kubernetes.is_empty() { row.source.clone() } else { format!("Kubernetes 1.{minor}") };
        let name = KindRow { group: row.group.clone(), version: row.version.clone(), kind: row.kind.clone(), source };
        let source = name.source.clone();
        let read = move || {
            let json = bundle::read(&row, minor).ok_or("the bundle lacks it")?;
            let schema = Schema::of_kind(json, &row.kind, &source).map_err(|error| error.to_string())?;
            Ok(if row.dated { schema.dated() } else { schema })
        };
        Entry::lazy(name, Box::new(read))
    };
    Catalogue { entries: bundle::rows().into_iter().filter(served).map(entry).collect(), base: None }
}
