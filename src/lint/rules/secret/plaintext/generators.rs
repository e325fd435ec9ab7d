//! Looks for secrets in clear in a kustomization: in what its generators take in, its inline patches and inline Helm values.
//!
//! Must not know how they are reported.

use super::search::{Found, Search};
use crate::{
    diagnostic::Label,
    manifest::sensitive::{is_placeholder, is_public, is_secret, is_secret_in_secret},
    path::RepoPath,
    project::Project,
    yaml::Node,
};

/// Searches the kustomization with this root.
pub(super) fn search(project: &Project, path: &RepoPath, root: Node<'_>, search: &mut Search<'_>) {
    for generator in root.get("secretGenerator").into_iter().flat_map(Node::items) {
        let name = generator.get("name").and_then(Node::text).unwrap_or_default();
        let secret = literals(generator).find(|(key, value, _)| is_clear(key, value));
        let secret = secret.map(|(key, _, node)| (key.to_owned(), Label::new(path, node.span(), "").redacted()));
        if let Some((key, label)) = secret.or_else(|| from_files(project, path, generator)) {
            search.add_found(Found { label, key, of_secret: Some(name.to_owned()), private_key: false });
        }
    }
    for generator in root.get("configMapGenerator").into_iter().flat_map(Node::items) {
        for (key, _, node) in literals(generator).filter(|(key, value, _)| is_secret(key, value)) {
            let label = Label::new(path, node.span(), "").redacted();
            search.add_found(Found { label, key: key.to_owned(), of_secret: None, private_key: false });
        }
    }
    for chart in root.get("helmCharts").into_iter().flat_map(Node::items) {
        if let Some(values) = chart.get("valuesInline") {
            search.values(values);
        }
    }
    search.patches(root.get("patches"));
}

fn is_clear(key: &str, value: &str) -> bool {
    !is_placeholder(value) && !is_public(value) && is_secret_in_secret(key.trim(), value)
}

fn literals(generator: Node<'_>) -> impl Iterator<Item = (&str, &str, Node<'_>)> {
    generator.get("literals").into_iter().flat_map(Node::items).filter_map(|node| {
        let (key, value) = node.text()?.split_once('=')?;
        Some((key, value.trim_matches(['"', '\'']), node))
    })
}

/// The first file that a generator takes in and that is not encrypted, with the key that it is taken in under.
fn from_files(project: &Project, path: &RepoPath, generator: Node<'_>) -> Option<(String, Label)> {
    let directory = path.parent()?;
    let read = |file: &str| {
        let text = project.text(&directory.join(file).ok()?)?;
        let encrypted =
            ["ENC[", "-----BEGIN PGP MESSAGE", "$ANSIBLE_VAULT"].iter().any(|mark| text.as_str().contains(mark));
        (!encrypted).then_some(text)
    };
    let environments = generator.get("envs").into_iter().flat_map(Node::items).chain(generator.get("env"));
    for node in environments {
        let Some(text) = node.text().and_then(read) else { continue };
        let lines = text.as_str().lines().filter(|line| !line.trim_start().starts_with('#'));
        let first = lines.filter_map(|line| line.split_once('=')).find(|(key, value)| is_clear(key, value.trim()));
        if let Some((key, _)) = first {
            return Some((key.trim().to_owned(), Label::new(path, node.span(), "this file is not encrypted")));
        }
    }
    generator.get("files").into_iter().flat_map(Node::items).find_map(|node| {
        let written = node.text()?;
        let (key, file) = written.split_once('=').unwrap_or((written.rsplit('/').next()?, written));
        let text = read(file)?;
        is_clear(key, text.as_str())
            .then(|| (key.to_owned(), Label::new(path, node.span(), "this file is not encrypted")))
    })
}
