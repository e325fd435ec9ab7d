//! The Git generator: directories, or the content of files, of this repository.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{
    Stop, Surroundings,
    list::{add_values, parse},
    params::flat,
    replace::Replacer,
};
use crate::{
    argo::glob::{Dialect, Glob},
    gotemplate::{Data, Dict, normalized},
    path::RepoPath,
    yaml::Value,
};

/// The parameters of each directory or file that is asked for.
pub(super) fn params(git: &Value, around: &Surroundings<'_>, replacer: &Replacer) -> Result<Vec<Dict>, Stop> {
    let url = git.get("repoURL").and_then(Value::as_scalar).map(|scalar| scalar.text.as_str()).unwrap_or_default();
    if !(around.is_this_repository)(url) {
        return Err(Stop::Outside {
            origin: git.get("repoURL").map_or(git.origin, |url| url.origin),
            what: format!("the directories or files of `{url}`"),
            reason: "it is another repository",
        });
    }
    let items = |key: &str| git.get(key).and_then(Value::as_sequence).filter(|items| !items.is_empty());
    match (items("directories"), items("files")) {
        (Some(items), _) => directories(git, items, around, replacer),
        (None, Some(items)) => files(git, items, around, replacer),
        (None, None) => Err(Stop::Wrong(git.origin, "a Git generator needs `directories` or `files`".to_owned())),
    }
}

fn pattern(item: &Value) -> (&str, bool) {
    let path = item.get("path").and_then(Value::as_scalar).map(|scalar| scalar.text.as_str()).unwrap_or_default();
    (path, item.get("exclude").and_then(Value::as_bool).unwrap_or(false))
}

fn directories(
    git: &Value,
    items: &[Value],
    around: &Surroundings<'_>,
    replacer: &Replacer,
) -> Result<Vec<Dict>, Stop> {
    let pattern = |item| {
        let (path, excludes) = pattern(item);
        (Glob::new(Dialect::PathMatch, path), excludes)
    };
    let patterns: Vec<(Glob, bool)> = items.iter().map(pattern).collect();
    let mut found = Vec::new();
    for directory in all_directories(around.files) {
        let asked = |excludes: bool| {
            patterns.iter().any(|(glob, is_exclude)| *is_exclude == excludes && glob.fits(directory.as_str()))
        };
        if asked(false) && !asked(true) {
            let params = Dict::default();
            add_path(git, &params, &directory, None, replacer.is_go());
            add_values(git, &params, replacer)?;
            found.push(params);
        }
    }
    Ok(found)
}

/// All directories that hold files, in the order of a walk: hidden ones and what is below them are left out.
fn all_directories(files: &[RepoPath]) -> Vec<RepoPath> {
    let mut found = BTreeSet::new();
    for file in files {
        let mut above = file.parent();
        while let Some(directory) = above.filter(|directory| !directory.is_root()) {
            above = directory.parent();
            if !found.insert(directory) {
                break;
            }
        }
    }
    let visible = |directory: &RepoPath| !directory.components().any(|name| name.starts_with('.'));
    let mut visible: Vec<RepoPath> = found.into_iter().filter(visible).collect();
    visible.sort_by(|a, b| a.components().cmp(b.components()));
    visible
}

fn files(git: &Value, items: &[Value], around: &Surroundings<'_>, replacer: &Replacer) -> Result<Vec<Dict>, Stop> {
    let pattern = |item| {
        let (path, excludes) = pattern(item);
        (Pathspec::new(path), excludes, item)
    };
    let patterns: Vec<(Pathspec, bool, &Value)> = items.iter().map(pattern).collect();
    let mut found = Vec::new();
    for file in around.files {
        let asked = |excludes: bool| {
            let mut patterns = patterns.iter();
            patterns.find(|(spec, is_exclude, _)| *is_exclude == excludes && spec.names(file.as_str()))
        };
        let Some((_, _, item)) = asked(false).filter(|_| asked(true).is_none()) else { continue };
        let wrong =
            |message: String| Stop::Wrong(item.origin, format!("the parameters in `{file}` cannot be read: {message}"));
        let text = (around.read)(file).ok_or_else(|| wrong("it is no text".to_owned()))?;
        for content in contents(&text).map_err(wrong)? {
            let params = if replacer.is_go() { content } else { flat(&content) };
            let directory = file.parent().unwrap_or_else(RepoPath::root);
            add_path(git, &params, &directory, Some(file.file_name()), replacer.is_go());
            add_values(git, &params, replacer)?;
            found.push(params);
        }
    }
    Ok(found)
}

/// The patterns of a file generator that find a file only because a star also stands for slashes, each with the first such file. Who writes `**` means that.
pub fn unexpected_files<'a>(git: &'a Value, files: &'a [RepoPath]) -> Vec<(&'a Value, &'a RepoPath)> {
    let items = git.get("files").and_then(Value::as_sequence).unwrap_or_default();
    let left_out: Vec<Pathspec> =
        items.iter().map(pattern).filter(|(_, excludes)| *excludes).map(|(path, _)| Pathspec::new(path)).collect();
    let unexpected = |item: &'a Value| {
        let (path, excludes) = pattern(item);
        let is_told = |path: &str| path.contains('*') && !path.contains("**") && !path.contains("{{");
        let path = Some(path).filter(|path| !excludes && is_told(path))?;
        let (found, meant) = (Pathspec::new(path), Glob::new(Dialect::Doublestar, path.trim_start_matches("./")));
        let is_found = |file: &&RepoPath| {
            found.names(file.as_str())
                && !meant.fits(file.as_str())
                && !left_out.iter().any(|spec| spec.names(file.as_str()))
        };
        Some((item.get("path").unwrap_or(item), files.iter().find(is_found)?))
    };
    items.iter().filter_map(unexpected).collect()
}

/// A pattern of the file generator, which Git reads as a pathspec: one without wildcards names a directory and all below it, too.
enum Pathspec {
    Glob(Glob),
    Path(String),
}

impl Pathspec {
    fn new(pattern: &str) -> Self {
        let pattern = pattern.trim_start_matches("./");
        if pattern.contains(['*', '?', '[']) {
            return Self::Glob(Glob::new(Dialect::Pathspec, pattern));
        }
        Self::Path(pattern.to_owned())
    }

    fn names(&self, file: &str) -> bool {
        match self {
            Self::Glob(glob) => glob.fits(file),
            Self::Path(path) => {
                let below = file.strip_prefix(path.trim_end_matches('/'));
                file == path || below.is_some_and(|rest| rest.starts_with('/'))
            }
        }
    }
}

/// A file holds one mapping, or a list of them; an empty one holds an empty mapping.
fn contents(text: &str) -> Result<Vec<Dict>, String> {
    match parse(text)? {
        Data::Map(dict) => Ok(vec![dict]),
        Data::Missing | Data::Nil => Ok(vec![Dict::default()]),
        Data::List(items) => items
            .items()
            .iter()
            .map(|item| match item {
                Data::Map(dict) => Ok(dict.clone()),
                other => Err(format!("an item is a {}", other.type_name())),
            })
            .collect(),
        other => Err(format!("it is a {}", other.type_name())),
    }
}

/// Adds what is known of the path, under `pathParamPrefix` if there is one.
fn add_path(git: &Value, params: &Dict, directory: &RepoPath, file: Option<&str>, is_go: bool) {
    let prefix = git.get("pathParamPrefix").and_then(Value::as_scalar).map(|scalar| scalar.text.clone());
    let prefix = prefix.filter(|prefix| !prefix.is_empty());
    let path = if directory.is_root() { "." } else { directory.as_str() };
    let base = path.rsplit('/').next().unwrap_or(path);
    let mut parts: Vec<(&str, String)> = vec![("basename", base.to_owned()), ("basenameNormalized", normalized(base))];
    if let Some(file) = file {
        parts.extend([("filename", file.to_owned()), ("filenameNormalized", normalized(file))]);
    }
    if is_go {
        let inside: Dict = parts.into_iter().map(|(key, value)| (SmolStr::from(key), Data::from(value))).collect();
        inside.set("path", Data::from(path));
        inside.set("segments", Data::strings(path.split('/').map(SmolStr::from)));
        match prefix {
            Some(prefix) => {
                params.set(prefix, Data::Map(std::iter::once(("path".into(), Data::Map(inside))).collect()));
            }
            None => params.set("path", Data::Map(inside)),
        }
        return;
    }
    let name = prefix.map_or_else(|| "path".to_owned(), |prefix| format!("{prefix}.path"));
    for (key, value) in parts {
        params.set(format!("{name}.{key}"), Data::from(value));
    }
    for (index, segment) in path.split('/').enumerate() {
        params.set(format!("{name}[{index}]"), Data::from(segment));
    }
    params.set(name, Data::from(path));
}
