//! The skeleton of a new repository: what a cluster reconciles, in which order, with room for what comes.
//!
//! Must not know blueprints; it only prepares the directories that they register in.

use crate::{change::ChangeSet, path::PathError, path::RepoPath};

/// A directory that a Flux Kustomization of the cluster applies.
struct Layer {
    name: &'static str,
    after: Option<&'static str>,
}

/// Controllers and their configuration come first; applications need them.
const LAYERS: &[Layer] =
    &[Layer { name: "infrastructure", after: None }, Layer { name: "apps", after: Some("infrastructure") }];

const EMPTY: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n";

/// The files of a Flux repository for one cluster, whose `flux bootstrap` gets the path `clusters/<cluster>`. Fails if the name cannot be a directory.
pub fn flux_skeleton(cluster: &str) -> Result<ChangeSet, PathError> {
    let mut changes = ChangeSet::new();
    let clusters = RepoPath::new(&format!("clusters/{cluster}"))?;
    for layer in LAYERS {
        changes.write(clusters.join(&format!("{}.yaml", layer.name))?, flux_kustomization(layer));
        changes.write(RepoPath::new(layer.name)?.join("kustomization.yaml")?, EMPTY);
    }
    Ok(changes)
}

fn flux_kustomization(layer: &Layer) -> String {
    let Layer { name, after } = layer;
    let depends = after.map(|after| format!("  dependsOn:\n    - name: {after}\n")).unwrap_or_default();
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec:\n{depends}  \
         interval: 10m\n  retryInterval: 2m\n  timeout: 15m\n  path: ./{name}\n  prune: true\n  wait: true\n  sourceRef:\n    kind: GitRepository\n    \
         name: flux-system\n"
    )
}
