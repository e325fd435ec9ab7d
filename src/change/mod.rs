//! Changes to files, before they are written: byte splices, new files, removed files.
//!
//! Owns how edits combine and apply to text. Of YAML it knows only that edits there end in splices. Must not know where files are kept: writing a
//! [`ChangeSet`] is the sources' work.

use std::collections::BTreeMap;

use crate::{path::RepoPath, text::Span};

/// Replaces the bytes of one span of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What takes its place.
    pub replacement: String,
}

impl TextEdit {
    /// Makes an edit that replaces `span`.
    pub fn new(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }
}

impl From<crate::yaml::edit::Splice> for TextEdit {
    fn from(splice: crate::yaml::edit::Splice) -> Self {
        Self { span: splice.span, replacement: splice.replacement }
    }
}

/// What happens to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// Splices into the existing text, sorted and without overlap.
    Edit(Vec<TextEdit>),
    /// The whole new content of a file, existing or not.
    Write(Vec<u8>),
    /// The file goes away.
    Remove,
}

/// Changes to several files that belong together: all are made or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    files: BTreeMap<RepoPath, FileChange>,
}

/// Two changes to the same bytes, or to a file that another change replaces or removes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two changes overlap in {path}")]
pub struct Overlap {
    /// The file.
    pub path: RepoPath,
}

impl ChangeSet {
    /// No changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The changed files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&RepoPath, &FileChange)> {
        self.files.iter()
    }

    /// The change to one file.
    pub fn get(&self, path: &RepoPath) -> Option<&FileChange> {
        self.files.get(path)
    }

    /// Adds splices to a file. Fails, and changes nothing, if one overlaps another or the file is written or removed as a whole.
    pub fn edit(&mut self, path: &RepoPath, edits: impl IntoIterator<Item = TextEdit>) -> Result<(), Overlap> {
        let mut all = match self.files.get(path) {
            None => Vec::new(),
            Some(FileChange::Edit(edits)) => edits.clone(),
            Some(_) => return Err(Overlap { path: path.clone() }),
        };
        all.extend(edits);
        all.sort();
        all.dedup();
        if all.windows(2).any(|pair| collide(&pair[0], &pair[1])) {
            return Err(Overlap { path: path.clone() });
        }
        self.files.insert(path.clone(), FileChange::Edit(all));
        Ok(())
    }

    /// Sets the whole content of a file, whatever was planned for it.
    pub fn write(&mut self, path: RepoPath, content: impl Into<Vec<u8>>) {
        self.files.insert(path, FileChange::Write(content.into()));
    }

    /// Removes a file, whatever was planned for it.
    pub fn remove(&mut self, path: RepoPath) {
        self.files.insert(path, FileChange::Remove);
    }

    /// Takes in all changes of another set, or none of them if any overlaps.
    pub fn merge(&mut self, other: &Self) -> Result<(), Overlap> {
        // Only what both touch can overlap, so only that is tried before anything changes.
        let shared = other.files.keys().filter_map(|path| Some((path.clone(), self.files.get(path)?.clone())));
        let mut merged = Self { files: shared.collect() };
        for (path, change) in &other.files {
            match (change, merged.files.get(path)) {
                (FileChange::Edit(edits), _) => merged.edit(path, edits.iter().cloned())?,
                (change, None) => {
                    merged.files.insert(path.clone(), change.clone());
                }
                (change, Some(present)) if change == present => {}
                _ => return Err(Overlap { path: path.clone() }),
            }
        }
        self.files.append(&mut merged.files);
        Ok(())
    }
}

/// Whether two edits, in order, touch the same bytes, or insert different texts at one place (whose order nobody could tell).
fn collide(first: &TextEdit, second: &TextEdit) -> bool {
    second.span.start < first.span.end || (first.span.is_empty() && first.span == second.span)
}

/// Applies sorted, non-overlapping edits to a text. Edits that do not fit the text are left out.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let Some(kept) = text.get(done..edit.span.start as usize) else { continue };
        if !text.is_char_boundary(edit.span.end as usize) {
            continue;
        }
        result.push_str(kept);
        result.push_str(&edit.replacement);
        done = edit.span.end as usize;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}
