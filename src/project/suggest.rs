//! What was probably meant by a path that leads nowhere, and by a file that nothing looks for.
//!
//! Must not know who asks.

use super::{File, Project};
use crate::{
    kustomize::is_kustomization_name,
    path::RepoPath,
    text::nearest,
    yaml::{Document, Node, Stream},
};

impl Project {
    /// The file or directory that was probably meant by a path that leads nowhere: beside it, with the other ending of YAML files or nearly the same name.
    pub fn nearest_path(&self, path: &RepoPath) -> Option<RepoPath> {
        let directory = path.parent()?;
        let children = self.view().children(&directory).ok()?;
        let names: Vec<&str> = children.iter().map(|child| child.path.file_name()).collect();
        let wanted = path.file_name();
        let other_ending = match path.extension() {
            Some("yaml") => wanted.strip_suffix("yaml").map(|stem| format!("{stem}yml")),
            Some("yml") => wanted.strip_suffix("yml").map(|stem| format!("{stem}yaml")),
            _ => None,
        };
        let found = match other_ending.filter(|other| names.contains(&other.as_str())) {
            Some(other) => other,
            None => nearest(wanted, names.iter().copied())?.to_owned(),
        };
        directory.join(&found).ok()
    }
}

impl File {
    /// Whether the file is meant to be the kustomization of its directory but has a name that kustomize does not look for.
    pub fn is_misspelt_kustomization(&self) -> bool {
        let name = self.path.file_name();
        let resembles = name != "kustomizeconfig.yaml"
            && (nearest(name, ["kustomization.yaml", "kustomization.yml"]).is_some()
                || name.starts_with("kustomization.yaml."));
        !is_kustomization_name(name) && resembles && self.stream().is_some_and(is_kustomization)
    }
}

/// Whether the content is that of a kustomization: it says so, or it says nothing else and lists resources.
fn is_kustomization(stream: &Stream) -> bool {
    let Some(root) = stream.documents().next().map(Document::root) else { return false };
    let text = |key: &str| root.get(key).and_then(Node::text);
    match (text("apiVersion"), text("kind")) {
        (Some(version), _) => version.starts_with("kustomize.config.k8s.io/"),
        (None, Some(kind)) => matches!(kind, "Kustomization" | "Component"),
        (None, None) => root.get("resources").or_else(|| root.get("components")).is_some_and(Node::is_sequence),
    }
}
