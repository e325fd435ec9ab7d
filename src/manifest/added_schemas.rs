//! Schemas of kinds that a repository keeps, which win over the embedded ones: `.treewright/schemas/kinds/<group>/<version>/<Kind>.json`.
//!
//! Owns that layout; `core` stands for the group without a name. Must not know who puts them there.

use std::sync::Arc;

use crate::{
    path::{PathError, RepoPath},
    schema::{Catalogue, Entry, KindRow, kinds_in},
    source::{SourceError, SourceView},
};

/// The folder that holds them.
pub const ADDED_KINDS: &str = ".treewright/schemas/kinds";

/// What a view brings.
#[derive(Debug)]
pub struct AddedSchemas {
    /// The schemas of the view.
    pub kinds: Vec<Entry>,
    /// Files that are no schemas, and why.
    pub broken: Vec<(RepoPath, String)>,
}

impl AddedSchemas {
    /// Reads the schemas that a view keeps.
    pub fn of_view(view: &dyn SourceView) -> Result<Self, SourceError> {
        let (mut added, mut broken) = (Vec::new(), Vec::new());
        let mut open: Vec<RepoPath> = RepoPath::new(ADDED_KINDS).into_iter().collect();
        while let Some(folder) = open.pop() {
            for child in view.children(&folder)? {
                if child.path.extension() != Some("json") {
                    open.push(child.path);
                    continue;
                }
                let content = view.read_file(&child.path)?.unwrap_or_default();
                match read(&content) {
                    Ok(kinds) => added.extend(kinds),
                    Err(reason) => broken.push((child.path, reason)),
                }
            }
        }
        broken.sort();
        Ok(Self { kinds: added, broken })
    }

    /// The embedded schemas, with those of the view above them.
    pub fn over(self, base: &Arc<Catalogue>) -> Catalogue {
        Catalogue::with(base, self.kinds)
    }
}

fn read(content: &[u8]) -> Result<Vec<Entry>, String> {
    let json = serde_json::from_slice(content).map_err(|error| error.to_string())?;
    let kinds = kinds_in(&json).map_err(|error| error.to_string())?;
    Ok(kinds.into_iter().map(|kind| Entry::known(kind.row, kind.schema)).collect())
}

/// Where the schema of a kind is kept.
pub fn added_schema_path(row: &KindRow) -> Result<RepoPath, PathError> {
    let group = if row.group.is_empty() { "core" } else { &row.group };
    RepoPath::new(&format!("{ADDED_KINDS}/{group}/{}/{}.json", row.version, row.kind))
}
