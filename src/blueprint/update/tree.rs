//! The merge of trees: each path of three aligned trees, with what becomes of files that a side removed.
//!
//! Must not know blueprints, nor where trees come from.

use super::{
    align::{Texts, Trees},
    knowledge::Knowledge,
};
use crate::{
    path::RepoPath,
    text::{Span, merge_lines},
    yaml::merge3::{self, Conflict, ConflictKind, Excerpt, Favour, Options, Sides},
};

/// What both sides changed differently in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileConflict {
    /// The file, inside of the instance.
    pub path: RepoPath,
    /// The three whole texts: base, ours, theirs.
    pub sides: [Option<String>; 3],
    /// The places; one that is the whole file has the path `/`.
    pub places: Vec<Conflict>,
}

/// A merged tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MergedTree {
    /// Every file of the result that the base, we or they have.
    pub files: Texts,
    /// The conflicts, by path.
    pub conflicts: Vec<FileConflict>,
}

/// What the sides are called in markers.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub base: String,
    pub theirs: String,
}

/// Merges aligned trees.
pub(super) fn merge(trees: &Trees, favour: Favour, names: &Names) -> MergedTree {
    let mut merged = MergedTree::default();
    let mut paths: Vec<&RepoPath> = trees.base.keys().chain(trees.ours.keys()).chain(trees.theirs.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let sides = [trees.base.get(path), trees.ours.get(path), trees.theirs.get(path)];
        let (text, places) = file(path, sides, favour, names);
        if let Some(text) = text {
            merged.files.insert(path.clone(), text);
        }
        if !places.is_empty() {
            merged.conflicts.push(FileConflict {
                path: path.clone(),
                sides: sides.map(Option::<&String>::cloned),
                places,
            });
        }
    }
    merged
}

/// Merges one file that may be missing on any side.
fn file(
    path: &RepoPath,
    sides: [Option<&String>; 3],
    favour: Favour,
    names: &Names,
) -> (Option<String>, Vec<Conflict>) {
    let kept = |side: Option<&String>| (side.cloned(), Vec::new());
    let kind = match sides {
        [None, Some(_), None] => return kept(sides[1]),
        [None, None, theirs] => return kept(theirs),
        [Some(_), None, None] => return kept(None),
        [Some(base), None, Some(theirs)] if is_same(path, base, theirs) => return kept(None),
        [Some(base), Some(ours), None] if is_same(path, base, ours) => return kept(None),
        [Some(_), None, Some(_)] => ConflictKind::RemovedByUs,
        [Some(_), Some(_), None] => ConflictKind::RemovedByThem,
        [base, Some(ours), Some(theirs)] => {
            let (text, places) = texts(path, base.map_or("", String::as_str), ours, theirs, favour, names);
            return (Some(text), places);
        }
    };
    let excerpt =
        |side: Option<&String>| side.map(|text| Excerpt { text: text.clone(), span: Span::new(0, text.len()) });
    let place = Conflict {
        kind,
        path: "/".to_owned(),
        base: excerpt(sides[0]),
        ours: excerpt(sides[1]),
        theirs: excerpt(sides[2]),
    };
    let text = if favour == Favour::Theirs { sides[2] } else { sides[1] };
    (text.cloned(), vec![place])
}

/// Whether two texts say the same: as bytes, or as YAML with the same comments.
pub(super) fn is_same(path: &RepoPath, left: &str, right: &str) -> bool {
    left == right || matches!(path.extension(), Some("yaml" | "yml")) && merge3::same(left, right)
}

/// Merges texts: as YAML where all are, else by lines.
fn texts(
    path: &RepoPath,
    base: &str,
    ours: &str,
    theirs: &str,
    favour: Favour,
    names: &Names,
) -> (String, Vec<Conflict>) {
    if matches!(path.extension(), Some("yaml" | "yml")) || path.file_name() == "Kustomization" {
        let options =
            Options { identity: &Knowledge, favour, base: &names.base, theirs: &names.theirs, prefers_lines: true };
        let sides = Sides { base: if base.is_empty() { "{}\n" } else { base }, ours, theirs };
        if let Ok(merged) = merge3::merge(sides, &options) {
            return (merged.text, merged.conflicts);
        }
    }
    lines(base, ours, theirs, favour, names)
}

/// Merges texts by lines.
fn lines(base: &str, ours: &str, theirs: &str, favour: Favour, names: &Names) -> (String, Vec<Conflict>) {
    let choose = |base: &str, ours: &str, theirs: &str| match favour {
        Favour::Ours => ours.to_owned(),
        Favour::Theirs => theirs.to_owned(),
        Favour::Markers => {
            let whole = |text: &str| {
                if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
            };
            format!(
                "<<<<<<< yours\n{}||||||| before, {}\n{}=======\n{}>>>>>>> now, {}\n",
                whole(ours),
                names.base,
                whole(base),
                whole(theirs),
                names.theirs
            )
        }
    };
    let merged = merge_lines(base, ours, theirs, &choose);
    let places = merged.conflicts.iter().map(|sides| {
        let [base, ours, theirs] = [(base, &sides[0]), (ours, &sides[1]), (theirs, &sides[2])].map(|(whole, text)| {
            let start = whole.find(text.as_str()).filter(|_| !text.is_empty())?;
            Some(Excerpt { text: text.clone(), span: Span::new(start, start + text.len()) })
        });
        Conflict { kind: ConflictKind::Changed, path: String::new(), base, ours, theirs }
    });
    let places = places.collect();
    (merged.text, places)
}
