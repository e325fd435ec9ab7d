//! Which files `valueFiles` and `fileParameters` mean.
//!
//! From `getResolvedValueFiles` in Argo CD's repository server: a path from the directory of the source, with a leading slash from the root of its repository, behind
//! `$name` from the root of another source's, and globs. Must not know what is in the files.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{Fault, Renderer};
use crate::{
    argo::{
        Application, Helm, Source,
        environment::Environment,
        glob::{Dialect, Glob},
    },
    diagnostic::{Diagnostic, Severity},
    kustomize::Session,
    path::RepoPath,
    source::EntryKind,
    yaml::Origin,
};

/// A file that a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A file of the repository at hand; it may not exist.
    Here(RepoPath),
    /// A file in the chart, which is not at hand.
    InChart(SmolStr),
    /// A file that cannot be had: what it is.
    Unknown(String),
}

/// The files of a source, each with the place that names it.
pub(super) struct Files<'r> {
    pub(super) renderer: &'r Renderer<'r>,
    pub(super) source: &'r Source,
    /// The directory of the source, if it is at hand.
    pub(super) directory: Option<&'r RepoPath>,
    pub(super) environment: Environment,
}

impl Files<'_> {
    /// The values files in their order, globs expanded, those that may be missing left out if they are.
    pub(super) fn value_files(&self, helm: &Helm) -> Result<Vec<(Named, Origin)>, Fault> {
        let named: Vec<(Named, &(SmolStr, Origin))> = helm
            .value_files
            .iter()
            .map(|file| Ok((self.named(&file.0, file.1)?, file)))
            .collect::<Result<_, Fault>>()?;
        let explicit: BTreeSet<RepoPath> = named
            .iter()
            .filter_map(|(file, _)| if let Named::Here(path) = file { Some(path.clone()) } else { None })
            .filter(|path| !is_glob(path.as_str()))
            .collect();
        let mut files: Vec<(Named, Origin)> = Vec::new();
        for (file, (written, origin)) in named {
            let found = match &file {
                Named::Here(path) if is_glob(path.as_str()) => {
                    let found = self.expand_glob(path);
                    if found.is_empty() && !helm.ignore_missing_value_files {
                        let message = format!("no file fits `{written}`");
                        return Err(self.renderer.fault("argo/missing-values-file", *origin, message));
                    }
                    found.into_iter().filter(|path| !explicit.contains(path)).map(Named::Here).collect()
                }
                Named::Here(path) if helm.ignore_missing_value_files && !self.exists(path) => Vec::new(),
                _ => vec![file],
            };
            for file in found {
                if !files.iter().any(|(known, _)| *known == file) {
                    files.push((file, *origin));
                }
            }
        }
        Ok(files)
    }

    /// What a path means.
    pub(super) fn named(&self, written: &str, origin: Origin) -> Result<Named, Fault> {
        if let Some((source, rest)) = self.reference(written) {
            let wrong = |message: String| self.renderer.fault("argo/invalid-reference", origin, message);
            if source.is_chart() {
                return Err(wrong(format!(
                    "`{written}` refers to a source with a `chart`, which has no files to refer to"
                )));
            }
            if !self.renderer.options.repository.is_here(&source.repo_url) {
                return Ok(Named::Unknown(format!("`{written}`, a file of {}", source.repo_url)));
            }
            let expanded = self.environment.expand(rest);
            return match expanded.unknown {
                Some(name) => Ok(Named::Unknown(format!("`{written}`, as `${name}` is not known"))),
                None => self.join(&RepoPath::root(), &expanded.text, origin).map(Named::Here),
            };
        }
        let expanded = self.environment.expand(written);
        if let Some(name) = expanded.unknown {
            return Ok(Named::Unknown(format!("`{written}`, as `${name}` is not known")));
        }
        if has_scheme(&expanded.text) {
            return Ok(Named::Unknown(format!("`{}`, a remote file", expanded.text)));
        }
        match (self.directory, self.source.is_chart()) {
            (Some(_), _) if expanded.text.starts_with('/') => {
                self.join(&RepoPath::root(), &expanded.text, origin).map(Named::Here)
            }
            (Some(directory), _) => self.join(directory, &expanded.text, origin).map(Named::Here),
            (None, true) => Ok(Named::InChart(expanded.text.trim_start_matches('/').into())),
            (None, false) => Ok(Named::Unknown(format!("`{written}`, a file of {}", self.source.repo_url))),
        }
    }

    /// The source that `$name` in front of a path refers to, and the path in it.
    fn reference<'w>(&self, written: &'w str) -> Option<(&Source, &'w str)> {
        let application = self.renderer.application;
        let rest = written.strip_prefix('$').filter(|_| application.has_several_sources)?;
        let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
        let refers = |source: &&Source| source.reference.as_ref().is_some_and(|(reference, _)| reference == name);
        Some((application.sources.iter().find(refers)?, path))
    }

    fn join(&self, directory: &RepoPath, path: &str, origin: Origin) -> Result<RepoPath, Fault> {
        directory.join(path.trim_start_matches('/')).map_err(|error| {
            let message = error.to_string();
            self.renderer.fault("argo/missing-values-file", origin, message)
        })
    }

    fn exists(&self, path: &RepoPath) -> bool {
        self.renderer.view.resolve(path).is_ok_and(|found| found.is_some())
    }

    /// The files that fit a glob: directory by directory, a directory's own files before those below it.
    fn expand_glob(&self, pattern: &RepoPath) -> Vec<RepoPath> {
        let files = self.renderer.view.list().unwrap_or_default().into_iter();
        let glob = Glob::new(Dialect::Doublestar, pattern.as_str());
        let mut found: Vec<RepoPath> = files
            .filter(|entry| entry.kind != EntryKind::Directory && glob.fits(entry.path.as_str()))
            .map(|entry| entry.path)
            .collect();
        let directory = |path: &RepoPath| path.components().rev().skip(1).map(str::to_owned).collect::<Vec<_>>();
        found.sort_by_cached_key(|path| {
            let mut names = directory(path);
            names.reverse();
            (names, path.file_name().to_owned())
        });
        found
    }
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Whether a text is a URL rather than a path.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// What is wrong with the names that sources give themselves.
pub(super) fn check_references(session: &Session, application: &Application) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut seen: Vec<&SmolStr> = Vec::new();
    let references = application.sources.iter().filter_map(|source| source.reference.as_ref());
    for (name, origin) in references.filter(|_| application.has_several_sources) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let message = if !name.chars().all(is_name) {
            format!("`ref` may hold letters, digits, `_` and `-` only, not `{name}`")
        } else if seen.contains(&name) {
            format!("two sources call themselves `{name}`")
        } else {
            seen.push(name);
            continue;
        };
        let label = session.label(*origin, "");
        problems.extend(label.map(|label| Diagnostic::new("argo/invalid-reference", Severity::Error, message, label)));
    }
    problems
}
