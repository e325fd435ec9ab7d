//! Migrations: what a blueprint says about the way from an older version, applied before trees are merged.
//!
//! Each is a change that the blueprint made and that the instance follows: on the base and on our side alike, so that it is no edit of ours, and what we did to the
//! thing moves along with it. Must not know how trees are merged.

use serde_json::{Map, Value as Json};

use super::align::{Texts, Trees};
use crate::{
    blueprint::manifest::{Change, Migration},
    helm::Version,
    path::RepoPath,
    text::SourceText,
    yaml::{
        FileId, Route, Stream,
        edit::{Editor, Place},
        merge3,
    },
};

/// The migrations that lead from a version to a newer one, in order of their versions.
pub(super) fn due<'m>(migrations: &'m [Migration], from: &str, to: &str) -> Vec<&'m Migration> {
    let (from, until) = (Version::parse(from), Version::parse(to));
    let mut due: Vec<(Version, &Migration)> = migrations
        .iter()
        .filter_map(|migration| Some((Version::parse(&migration.to)?, migration)))
        .filter(|(version, _)| {
            from.as_ref().is_none_or(|from| version > from) && until.as_ref().is_none_or(|until| version <= until)
        })
        .collect();
    due.sort_by(|a, b| a.0.cmp(&b.0));
    due.into_iter().map(|(_, migration)| migration).collect()
}

/// Gives answers the names that parameters have now, and drops those that only repeated an old default.
pub(super) fn answers(answers: &mut Map<String, Json>, migrations: &[&Migration]) {
    for migration in migrations {
        match &migration.change {
            Change::RenameParameter(names) => {
                for (from, to) in names {
                    if let Some(value) = take(answers, from) {
                        put(answers, to, value);
                    }
                }
            }
            Change::SetIfDefault(defaults) => {
                for (parameter, old) in defaults {
                    if find(answers, parameter).is_some_and(|answer| text_of(answer) == *old) {
                        take(answers, parameter);
                    }
                }
            }
            Change::RenameFile(_) | Change::RemoveFile(_) | Change::RenameKey { .. } => {}
        }
    }
}

/// Moves files and keys on the base and on our side.
pub(super) fn trees(trees: &mut Trees, migrations: &[&Migration]) {
    for migration in migrations {
        match &migration.change {
            Change::RenameFile(names) => {
                for (from, to) in names {
                    if let (Ok(from), Ok(to)) = (RepoPath::new(from), RepoPath::new(to)) {
                        trees.follow_them(&from, &to);
                    }
                }
            }
            Change::RenameKey { file, from, to } => {
                if let Ok(file) = RepoPath::new(file) {
                    rename_key(&mut trees.base, &file, from, to);
                    rename_key(&mut trees.ours, &file, from, to);
                }
            }
            Change::RenameParameter(_) | Change::SetIfDefault(_) | Change::RemoveFile(_) => {}
        }
    }
}

/// Moves a key in every document of a file that has it; a key that is there already stays.
fn rename_key(texts: &mut Texts, file: &RepoPath, from: &str, to: &str) {
    let Some(text) = texts.get(file) else { return };
    let (Ok(stream), Ok(from), Ok(to)) =
        (Stream::parse(SourceText::new(text.as_str())), from.parse::<Route>(), to.parse::<Route>())
    else {
        return;
    };
    if let Some(moved) = merge3::relocate(text, &from, &to) {
        texts.insert(file.clone(), moved);
        return;
    }
    let documents = stream.documents().len();
    let mut editor = Editor::new(stream);
    for index in 0..documents {
        let root = editor.stream().documents().nth(index).map(crate::yaml::Document::root);
        let Some(node) = root.and_then(|root| from.find(root)) else { continue };
        let last = |route: &Route| match route.steps().last() {
            Some(crate::yaml::Step::Key(key)) => Some(key.clone()),
            _ => None,
        };
        let (Some(key), Ok(value)) = (last(&to), node.to_value(FileId(0))) else { continue };
        let mut document = editor.document(index);
        // What cannot be moved is left for the merge to report.
        if from.parent() == to.parent() {
            let _ = document.rename_key(&from, &key);
        } else if let Some(parent) = to.parent()
            && document.insert_key(&parent, &key, &value, Place::Last).is_ok()
        {
            let _ = document.remove(&from);
        }
    }
    texts.insert(file.clone(), editor.finish().text);
}

fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn find<'a>(answers: &'a Map<String, Json>, parameter: &str) -> Option<&'a Json> {
    let mut parts = parameter.split('.');
    let first = answers.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn take(answers: &mut Map<String, Json>, parameter: &str) -> Option<Json> {
    match parameter.split_once('.') {
        None => answers.remove(parameter),
        Some((first, rest)) => {
            let inner = answers.get_mut(first)?.as_object_mut()?;
            let taken = take(inner, rest);
            if inner.is_empty() {
                answers.remove(first);
            }
            taken
        }
    }
}

fn put(answers: &mut Map<String, Json>, parameter: &str, value: Json) {
    match parameter.split_once('.') {
        None => drop(answers.entry(parameter.to_owned()).or_insert(value)),
        Some((first, rest)) => {
            let inner = answers.entry(first.to_owned()).or_insert_with(|| Json::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}
