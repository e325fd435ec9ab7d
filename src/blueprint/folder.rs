//! The files of one blueprint.
//!
//! Owns reading them from a view or from the binary, and the digest that says whether two copies are the same. Must not know what the files mean.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Problems;
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    text::SourceText,
};

/// A folder of files, by path inside of it.
#[derive(Clone, Debug)]
pub struct Folder {
    location: RepoPath,
    files: BTreeMap<RepoPath, File>,
}

#[derive(Clone, Debug)]
struct File {
    bytes: Vec<u8>,
    text: Option<SourceText>,
}

impl Folder {
    /// A folder from its files. `location` is where people find it; it stands before each path in messages.
    pub fn new(location: RepoPath, files: impl IntoIterator<Item = (RepoPath, Vec<u8>)>) -> Self {
        let file = |bytes: Vec<u8>| File { text: std::str::from_utf8(&bytes).ok().map(SourceText::new), bytes };
        Self { location, files: files.into_iter().map(|(path, bytes)| (path, file(bytes))).collect() }
    }

    /// Reads the folder at `root` of a view. A symbolic link inside of it is a fault: a blueprint stands for itself.
    pub fn read(view: &dyn SourceView, root: &RepoPath) -> Result<Result<Self, Problems>, SourceError> {
        let mut files = Vec::new();
        let mut problems = Problems::new();
        for entry in view.list()? {
            if !entry.path.is_under(root) {
                continue;
            }
            if entry.kind == EntryKind::Symlink {
                let label = Label::file(&entry.path, "");
                let message = "a blueprint cannot hold symbolic links";
                let help = "put a copy of the file in its place";
                problems.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label).with_help(help));
            } else if let (Some(bytes), Ok(path)) =
                (view.read(&entry.path)?, RepoPath::new(&entry.path.relative_to(root)))
            {
                files.push((path, bytes));
            }
        }
        Ok(problems.into_result(Some(Self::new(root.clone(), files))))
    }

    /// Where the folder lies.
    pub fn location(&self) -> &RepoPath {
        &self.location
    }

    /// The text of a file; `None` if there is none, or it is not UTF-8.
    pub fn text(&self, path: &RepoPath) -> Option<&SourceText> {
        self.files.get(path)?.text.as_ref()
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.keys()
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &RepoPath) -> Option<&[u8]> {
        self.files.get(path).map(|file| file.bytes.as_slice())
    }

    /// The path of a file as people find it.
    pub fn place(&self, path: &RepoPath) -> RepoPath {
        self.location.join(path.as_str()).unwrap_or_else(|_| path.clone())
    }

    /// `sha256:` and the digest of all files that have a part in rendering, names and contents, so without `tests/`.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let tests = |path: &RepoPath| path.components().next() == Some("tests");
        for (path, file) in self.files.iter().filter(|(path, _)| !tests(path)) {
            // Lengths are part of the digest, so that no two folders give the same row of bytes.
            hash.update(format!("{}\0{}\0", path.as_str(), file.bytes.len()));
            hash.update(&file.bytes);
        }
        let mut text = "sha256:".to_owned();
        for byte in hash.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
