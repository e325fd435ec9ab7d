//! What a blueprint's changelog says about the way from one version to another.
//!
//! Owns the convention: a `CHANGELOG.md` with a heading `## VERSION` for each version, newest first or last. Must not know what is updated.

use crate::{blueprint::Blueprint, helm::Version, path::RepoPath};

/// The sections of the versions above `from` up to the blueprint's own, in their order in the file; empty if there are none.
pub(super) fn changes_since(blueprint: &Blueprint, from: &str) -> String {
    let text = RepoPath::new("CHANGELOG.md").ok().and_then(|path| blueprint.folder.text(&path));
    let Some(text) = text else { return String::new() };
    let (from, until) = (Version::parse(from), Version::parse(&blueprint.manifest.version));
    let is_between = |heading: &str| {
        let word = heading.trim_start_matches(['v', '[']).split([' ', ']']).next().unwrap_or_default();
        let version = Version::parse(word);
        version.is_some_and(|version| {
            from.as_ref().is_none_or(|from| version > *from) && until.as_ref().is_none_or(|until| version <= *until)
        })
    };
    let mut taken = false;
    let mut lines = Vec::new();
    for line in text.as_str().lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            taken = is_between(heading.trim());
            // A commit message takes lines with `#` for comments.
            if taken {
                lines.push(format!("{}:", heading.trim()));
            }
        } else if taken {
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}
