//! What several rules ask of SOPS: the section it leaves in a file, which values that says are encrypted, and the creation rules.
//!
//! Facts from SOPS: the first creation rule whose `path_regex` fits the path below the configuration counts; of the settings that say which values are encrypted a file has at most
//! one, and they are held against every key on the way to a value. Must not know rules.

use regex::Regex;

use crate::{
    path::RepoPath,
    project::{File, Project},
    text::Span,
    yaml::{Node, Stream},
};

/// Whether the value of a key `sops` is what SOPS writes.
pub(super) fn is_section(node: Node<'_>) -> bool {
    node.is_mapping() && ["lastmodified", "mac"].into_iter().any(|field| node.get(field).is_some())
}

/// Whether a file is a configuration of SOPS.
pub(super) fn is_configuration(file: &File) -> bool {
    is_configuration_name(file.path.file_name())
}

fn is_configuration_name(name: &str) -> bool {
    matches!(name, ".sops.yaml" | ".sops.yml")
}

/// The first line of a node.
pub(super) fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let length = node.source().find('\n').unwrap_or(span.len());
    Span::new(span.start as usize, span.start as usize + length)
}

/// Which values of a file are encrypted.
pub(super) struct Scope {
    fits: Fits,
    /// Whether what fits is encrypted; otherwise all else is.
    encrypts: bool,
}

enum Fits {
    Suffix(String),
    Regex(Regex),
    Nothing,
}

impl Scope {
    /// Reads what the section says; `None` if comments decide, or a pattern cannot be read.
    pub(super) fn of(section: Node<'_>) -> Option<Self> {
        let text = |field: &str| section.get(field).and_then(Node::text).filter(|text| !text.is_empty());
        if text("encrypted_comment_regex").or_else(|| text("unencrypted_comment_regex")).is_some() {
            return None;
        }
        let regex = |text: &str| Regex::new(text).ok().map(Fits::Regex);
        Some(if let Some(written) = text("encrypted_regex") {
            Self { fits: regex(written)?, encrypts: true }
        } else if let Some(written) = text("unencrypted_regex") {
            Self { fits: regex(written)?, encrypts: false }
        } else if let Some(written) = text("encrypted_suffix") {
            Self { fits: Fits::Suffix(written.to_owned()), encrypts: true }
        } else if let Some(written) = text("unencrypted_suffix") {
            Self { fits: Fits::Suffix(written.to_owned()), encrypts: false }
        } else {
            Self { fits: Fits::Nothing, encrypts: false }
        })
    }

    /// Whether a key is one of those that decide.
    pub(super) fn fits(&self, key: &str) -> bool {
        match &self.fits {
            Fits::Suffix(suffix) => key.ends_with(suffix.as_str()),
            Fits::Regex(regex) => regex.is_match(key),
            Fits::Nothing => false,
        }
    }

    /// Whether a value is encrypted whose way has a key that decides, or none.
    pub(super) fn encrypts(&self, fits: bool) -> bool {
        fits == self.encrypts
    }
}

/// The creation rule for a file, with the configuration it stands in; `None` if there is none, or nobody can tell.
pub(super) fn rule_for<'p>(project: &'p Project, path: &RepoPath) -> Option<(&'p File, Node<'p>)> {
    let mut directory = path.parent();
    while let Some(here) = directory {
        if let Some(file) = project.files_in(&here).find(|file| is_configuration(file)) {
            let below = path.as_str().strip_prefix(here.as_str()).unwrap_or(path.as_str()).trim_start_matches('/');
            let document = file.stream().and_then(|stream| Stream::documents(stream).next())?;
            for rule in document.root().get("creation_rules")?.items() {
                let regex = rule.get("path_regex").and_then(Node::text).unwrap_or_default();
                if Regex::new(regex).ok()?.is_match(below) {
                    return Some((file, rule));
                }
            }
            return None;
        }
        directory = here.parent();
    }
    None
}
