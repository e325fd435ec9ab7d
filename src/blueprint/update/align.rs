//! Makes three trees agree about where things are, before they are merged: what one side moved is moved on the other two as well.
//!
//! Files are followed by the objects in them, else by their likeness; objects that went into another file are moved there. So a merge of files at one path is all that
//! is left. Must not know how files are merged.

use std::collections::{BTreeMap, BTreeSet};

use super::knowledge::Knowledge;
use crate::{path::RepoPath, yaml::merge3};

/// The texts of a tree.
pub(super) type Texts = BTreeMap<RepoPath, String>;

/// The three trees of a merge.
#[derive(Clone, Debug, Default)]
pub(super) struct Trees {
    pub base: Texts,
    pub ours: Texts,
    pub theirs: Texts,
    /// Where our files came from, if they were moved.
    pub moved: BTreeMap<RepoPath, RepoPath>,
}

/// The share of equal lines above which a file is the same at another place.
const LIKE: f32 = 0.6;

impl Trees {
    /// Moves what one side moved.
    pub fn align(&mut self) {
        for (from, to) in moved_files(&self.base, &self.theirs) {
            self.follow_them(&from, &to);
        }
        for (from, to) in moved_files(&self.base, &self.ours) {
            rename(&mut self.base, &from, &to);
            rename(&mut self.theirs, &from, &to);
        }
        for (id, from, to) in moved_objects(&self.base, &self.theirs) {
            move_object(&mut self.base, &id, &from, &to);
            move_object(&mut self.ours, &id, &from, &to);
        }
        for (id, from, to) in moved_objects(&self.base, &self.ours) {
            move_object(&mut self.base, &id, &from, &to);
            move_object(&mut self.theirs, &id, &from, &to);
        }
    }

    /// Moves a file that the blueprint now has elsewhere.
    pub fn follow_them(&mut self, from: &RepoPath, to: &RepoPath) {
        rename(&mut self.base, from, to);
        if self.ours.contains_key(from) && !self.ours.contains_key(to) {
            rename(&mut self.ours, from, to);
            let origin = self.moved.remove(from).unwrap_or_else(|| from.clone());
            self.moved.insert(to.clone(), origin);
        }
    }
}

fn rename(texts: &mut Texts, from: &RepoPath, to: &RepoPath) {
    if !texts.contains_key(to)
        && let Some(text) = texts.remove(from)
    {
        texts.insert(to.clone(), text);
    }
}

/// The objects of a text that have a name.
fn objects(text: &str) -> Vec<String> {
    let documents = merge3::split(text, &Knowledge).unwrap_or_default();
    documents.into_iter().filter_map(|(id, _)| id).filter(|id| !id.ends_with('/')).collect()
}

fn is_yaml(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("yaml" | "yml"))
}

/// Files of the base that a side has elsewhere and no longer here.
fn moved_files(base: &Texts, side: &Texts) -> Vec<(RepoPath, RepoPath)> {
    let gone = base.iter().filter(|(path, _)| !side.contains_key(*path));
    let mut new: Vec<(&RepoPath, &String)> = side.iter().filter(|(path, _)| !base.contains_key(*path)).collect();
    let mut moved = Vec::new();
    for (from, was) in gone {
        let ids = if is_yaml(from) { objects(was) } else { Vec::new() };
        let likeness = |to: &RepoPath, is: &String| {
            if from.extension() != to.extension() {
                return 0.0;
            }
            if !ids.is_empty() {
                let there = objects(is);
                return if ids.iter().all(|id| there.contains(id)) { 1.0 } else { 0.0 };
            }
            similar::TextDiff::from_lines(was.as_str(), is.as_str()).ratio()
        };
        let best = new.iter().enumerate().map(|(at, (to, is))| (likeness(to, is), at));
        let best =
            best.filter(|(likeness, _)| *likeness >= LIKE).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((_, at)) = best {
            moved.push((from.clone(), new.remove(at).0.clone()));
        }
    }
    moved
}

/// Objects of the base that a side has in another file, while their own file is still there or has gone.
fn moved_objects(base: &Texts, side: &Texts) -> Vec<(String, RepoPath, RepoPath)> {
    // An object that moved left one file and came to another, so both differ.
    let differs = |path: &RepoPath| is_yaml(path) && base.get(path) != side.get(path);
    let differing: BTreeSet<&RepoPath> = base.keys().chain(side.keys()).filter(|path| differs(path)).collect();
    if differing.len() < 2 {
        return Vec::new();
    }
    let homes = |texts: &Texts| {
        let mut homes: BTreeMap<String, Vec<RepoPath>> = BTreeMap::new();
        for (path, text) in texts.iter().filter(|(path, _)| differing.contains(path)) {
            for id in objects(text) {
                homes.entry(id).or_default().push(path.clone());
            }
        }
        // What several clusters have has several homes, and cannot be followed.
        let alone = |(id, mut homes): (String, Vec<RepoPath>)| match homes.len() {
            1 => homes.pop().map(|home| (id, home)),
            _ => None,
        };
        homes.into_iter().filter_map(alone).collect::<BTreeMap<_, _>>()
    };
    let (was, is) = (homes(base), homes(side));
    let elsewhere = |(id, from): (String, RepoPath)| {
        let to = is.get(&id).filter(|to| **to != from)?.clone();
        Some((id, from, to))
    };
    was.into_iter().filter_map(elsewhere).collect()
}

/// Moves an object from one file to another, if it is there and not yet here.
fn move_object(texts: &mut Texts, id: &str, from: &RepoPath, to: &RepoPath) {
    let cut = |text: Option<&String>| match text {
        Some(text) => merge3::split(text, &Knowledge),
        None => Some(Vec::new()),
    };
    let (Some(source), Some(target)) = (cut(texts.get(from)), cut(texts.get(to))) else { return };
    let has = |documents: &[(Option<String>, String)]| documents.iter().any(|(name, _)| name.as_deref() == Some(id));
    if !has(&source) || has(&target) {
        return;
    }
    let (moved, rest): (Vec<_>, Vec<_>) = source.into_iter().partition(|(name, _)| name.as_deref() == Some(id));
    let documents = |parts: Vec<(Option<String>, String)>| parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    if rest.is_empty() {
        texts.remove(from);
    } else {
        texts.insert(from.clone(), merge3::join(&documents(rest)));
    }
    texts.insert(to.clone(), merge3::join(&documents(target.into_iter().chain(moved).collect())));
}
