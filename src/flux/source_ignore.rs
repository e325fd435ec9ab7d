//! What source-controller leaves out of an artifact.
//!
//! Its patterns look like Git's and differ: a directory that is left out hides nothing by itself, every file is asked alone, and so `!` can bring back what lies
//! in it. The last pattern that matches decides: defaults first, then `.sourceignore` of the root and of each directory on the way down, then `spec.ignore`. From
//! fluxcd/pkg/sourceignore. Must not know what is built.

use std::{collections::HashMap, sync::Mutex, sync::PoisonError};

use super::{Source, substitute::matches_pattern};
use crate::{path::RepoPath, source::SourceView};

/// The file in any directory that lists patterns.
const FILE: &str = ".sourceignore";

const DEFAULTS: &[&str] = &[
    ".git/",
    ".gitignore",
    ".gitmodules",
    ".gitattributes",
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.png",
    "*.wmv",
    "*.flv",
    "*.tar.gz",
    "*.zip",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
];

/// Which files of a view are no part of the artifact that a source makes of it.
pub struct SourceIgnore<'v> {
    view: &'v dyn SourceView,
    defaults: Vec<Pattern>,
    spec: Vec<Pattern>,
    /// The patterns of each directory that was asked for.
    files: Mutex<HashMap<RepoPath, Vec<Pattern>>>,
}

impl std::fmt::Debug for SourceIgnore<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceIgnore").field("spec", &self.spec).finish_non_exhaustive()
    }
}

impl<'v> SourceIgnore<'v> {
    /// The rules for a view as a source takes it; without a source, those that hold for all of them.
    pub fn new(view: &'v dyn SourceView, source: Option<&Source>) -> Self {
        // A bucket has no defaults.
        let has_defaults = source.is_none_or(|source| source.id.kind != "Bucket");
        let defaults = if has_defaults { DEFAULTS } else { &[] };
        Self {
            view,
            defaults: defaults.iter().map(|line| Pattern::parse(line)).collect(),
            spec: source.and_then(|source| source.ignore.as_deref()).map(patterns).unwrap_or_default(),
            files: Mutex::default(),
        }
    }

    /// Whether a file is left out.
    pub fn is_ignored(&self, path: &RepoPath) -> bool {
        let names: Vec<&str> = path.components().collect();
        if let Some(decided) = decide(&self.spec, &names) {
            return decided;
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut directory = path.parent();
        while let Some(at) = directory {
            let below = names.get(at.components().count()..).unwrap_or_default();
            let patterns = files.entry(at.clone()).or_insert_with(|| self.read(&at));
            if let Some(decided) = decide(patterns, below) {
                return decided;
            }
            directory = at.parent();
        }
        decide(&self.defaults, &names).unwrap_or_default()
    }

    fn read(&self, directory: &RepoPath) -> Vec<Pattern> {
        // There rarely is one, and this is asked for every directory.
        let path = directory.join(FILE).ok().filter(|path| self.view.kind(path).is_ok_and(|kind| kind.is_some()));
        let text = path.and_then(|path| self.view.read_file(&path).ok().flatten());
        text.map(|text| patterns(&String::from_utf8_lossy(&text))).unwrap_or_default()
    }
}

fn patterns(text: &str) -> Vec<Pattern> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(Pattern::parse).collect()
}

/// What the last pattern says that matches.
fn decide(patterns: &[Pattern], names: &[&str]) -> Option<bool> {
    patterns.iter().rev().find(|pattern| pattern.matches(names)).map(|pattern| !pattern.includes)
}

#[derive(Debug)]
struct Pattern {
    names: Vec<Name>,
    includes: bool,
    directories_only: bool,
}

impl Pattern {
    fn parse(line: &str) -> Self {
        let (includes, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let line = if line.ends_with("\\ ") { line } else { line.trim_end_matches(' ') };
        let (directories_only, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        Self { names: line.split('/').map(Name::parse).collect(), includes, directories_only }
    }

    /// Whether a file matches, its path given from the directory of the pattern.
    fn matches(&self, path: &[&str]) -> bool {
        match self.names.as_slice() {
            [name] => path.iter().position(|part| name.matches(part)).is_some_and(|at| {
                // The file itself is no directory.
                !self.directories_only || at + 1 < path.len()
            }),
            names => self.matches_path(names, path),
        }
    }

    fn matches_path(&self, names: &[Name], path: &[&str]) -> bool {
        let (mut path, mut matched, mut anywhere) = (path, false, false);
        for (index, name) in names.iter().enumerate() {
            match name {
                Name::Text(text) if text.is_empty() => {
                    anywhere = false;
                    continue;
                }
                Name::Anywhere if index + 1 == names.len() => break,
                Name::Anywhere => {
                    anywhere = true;
                    continue;
                }
                Name::Stars(_) => return false,
                _ => {}
            }
            let Some((first, rest)) = path.split_first() else { return false };
            if anywhere {
                anywhere = false;
                let found = path.iter().position(|part| name.matches(part));
                matched = found.is_some();
                path = found.map_or(&[], |at| &path[at + 1..]);
            } else if name.matches(first) {
                (path, matched) = (rest, true);
            } else {
                return false;
            }
        }
        matched && !(self.directories_only && path.is_empty())
    }
}

/// One name of a pattern. Most are plain, or say how a name ends, and need no matching of characters: all of them are held against every file.
#[derive(Debug)]
enum Name {
    /// Exactly this.
    Text(String),
    /// A star, and this behind it.
    Ending(String),
    /// With stars, classes, escapes.
    Shell(String),
    /// `**`, which stands for any number of names.
    Anywhere,
    /// Two stars beside something else: with other names around it, such a pattern matches nothing.
    Stars(String),
}

impl Name {
    fn parse(name: &str) -> Self {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', '\\']);
        match name.strip_prefix('*') {
            Some("*") => Self::Anywhere,
            _ if name.contains("**") => Self::Stars(name.to_owned()),
            Some(ending) if is_plain(ending) => Self::Ending(ending.to_owned()),
            _ if is_plain(name) => Self::Text(name.to_owned()),
            _ => Self::Shell(name.to_owned()),
        }
    }

    fn matches(&self, part: &str) -> bool {
        match self {
            Self::Text(text) => part == text,
            Self::Ending(ending) => part.ends_with(ending.as_str()),
            Self::Shell(pattern) | Self::Stars(pattern) => {
                matches_pattern(pattern.as_bytes(), part.as_bytes()).unwrap_or_default()
            }
            Self::Anywhere => true,
        }
    }
}
