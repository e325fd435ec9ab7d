//! Patterns of paths.
//!
//! A pattern means files and directories from the root of the repository, and everything below them: `apps/old`, `clusters/*`, `**/tests`. Must not know which paths exist.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::path::RepoPath;

/// Several patterns.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Paths {
    /// Reads patterns. Fails with the place of the first that is none, and what is wrong with it.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        let mut kept = Vec::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            let trimmed = pattern.trim_start_matches("./").trim_matches('/');
            if trimmed.split('/').any(|part| part == "..") || pattern.starts_with('/') {
                return Err((index, "a pattern starts at the root of the repository and cannot leave it".to_owned()));
            }
            let glob = |text: &str| -> Result<Glob, (usize, String)> {
                let built = GlobBuilder::new(text).literal_separator(true).build();
                built.map_err(|error| (index, error.kind().to_string()))
            };
            set.add(glob(trimmed)?).add(glob(&format!("{trimmed}/**"))?);
            kept.push(trimmed.to_owned());
        }
        let set = set.build().map_err(|error| (0, error.kind().to_string()))?;
        Ok(Self { patterns: kept, set })
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a path, or a directory above it, fits one of the patterns. The root of the repository is `.`.
    pub fn contain(&self, path: &RepoPath) -> bool {
        self.set.is_match(path.as_str()) || self.patterns.iter().any(|pattern| pattern == "." || pattern.is_empty())
    }

    /// The patterns as they are written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }
}
