//! The skeleton of a new repository: what each cluster reconciles, in which order, with room for what comes.
//!
//! Controllers come first, then what configures them, then applications. With several clusters each has an overlay of its own over what they share. Must not
//! know blueprints; it only prepares the directories that they register in.

use super::manifest::Engine;
use crate::{
    change::ChangeSet,
    path::{PathError, RepoPath},
    schema,
    source::{SourceError, SourceView},
    text::SourceText,
    yaml::{Document, Stream},
};

/// What a skeleton is made for.
#[derive(Clone, Debug)]
pub struct Skeleton {
    /// The tool that reconciles the repository.
    pub engine: Engine,
    /// The names of the clusters.
    pub clusters: Vec<String>,
    /// The URL under which the tool reads the repository; only Argo CD has to be told.
    pub repository: String,
    /// The branch that it follows.
    pub branch: String,
}

/// A directory that each cluster applies.
struct Layer {
    name: &'static str,
    path: &'static str,
    after: Option<&'static str>,
    wave: i32,
}

const LAYERS: [Layer; 3] = [
    Layer { name: "infrastructure-controllers", path: "infrastructure/controllers", after: None, wave: -20 },
    Layer {
        name: "infrastructure-configs",
        path: "infrastructure/configs",
        after: Some("infrastructure-controllers"),
        wave: -10,
    },
    Layer { name: "apps", path: "apps", after: Some("infrastructure-configs"), wave: 0 },
];

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// The files of a skeleton. Fails if the name of a cluster cannot be a directory.
pub fn skeleton(skeleton: &Skeleton) -> Result<ChangeSet, PathError> {
    let mut changes = ChangeSet::new();
    for layer in &LAYERS {
        let path = RepoPath::new(layer.path)?;
        let empty = format!("{HEAD}resources: []\n");
        if skeleton.clusters.len() == 1 {
            changes.write(path.join("kustomization.yaml")?, empty);
            continue;
        }
        changes.write(path.join("base/kustomization.yaml")?, empty);
        for cluster in &skeleton.clusters {
            let overlay = format!("{HEAD}resources:\n  - ../base\n");
            changes.write(path.join(cluster)?.join("kustomization.yaml")?, overlay);
        }
    }
    for cluster in &skeleton.clusters {
        let root = RepoPath::new("clusters")?.join(cluster)?;
        let [controllers, configs, apps] = LAYERS.map(|layer| skeleton.unit(&layer, cluster));
        changes.write(root.join("infrastructure.yaml")?, format!("{controllers}---\n{configs}"));
        changes.write(root.join("apps.yaml")?, apps);
        if skeleton.engine == Engine::ArgoCd {
            let own = Layer { name: "root", path: "clusters", after: None, wave: -30 };
            changes.write(root.join("root.yaml")?, skeleton.application(&own, &format!("clusters/{cluster}")));
            let listed = format!("{HEAD}resources:\n  - root.yaml\n  - infrastructure.yaml\n  - apps.yaml\n");
            changes.write(root.join("kustomization.yaml")?, listed);
        }
    }
    Ok(changes)
}

impl Skeleton {
    fn unit(&self, layer: &Layer, cluster: &str) -> String {
        let path = if self.clusters.len() == 1 { layer.path.to_owned() } else { format!("{}/{cluster}", layer.path) };
        match self.engine {
            Engine::Flux => flux_kustomization(layer, &path),
            Engine::ArgoCd => self.application(layer, &path),
        }
    }

    fn application(&self, layer: &Layer, path: &str) -> String {
        let Layer { name, wave, .. } = layer;
        let (repository, branch) = (quoted(&self.repository), quoted(&self.branch));
        let annotations = match wave {
            0 => String::new(),
            wave => format!("  annotations:\n    argocd.argoproj.io/sync-wave: \"{wave}\"\n"),
        };
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\n{annotations}  finalizers:\n    \
             - resources-finalizer.argocd.argoproj.io\nspec:\n  project: default\n  source:\n    repoURL: {repository}\n    targetRevision: {branch}\n    \
             path: {path}\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: argocd\n  syncPolicy:\n    automated:\n      \
             prune: true\n      selfHeal: true\n    retry:\n      limit: 10\n    syncOptions:\n      - ServerSideApply=true\n"
        )
    }
}

fn flux_kustomization(layer: &Layer, path: &str) -> String {
    let name = layer.name;
    let depends = layer.after.map(|after| format!("  dependsOn:\n    - name: {after}\n")).unwrap_or_default();
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec:\n{depends}  \
         interval: 10m\n  retryInterval: 2m\n  timeout: 15m\n  path: ./{path}\n  prune: true\n  wait: true\n  sourceRef:\n    kind: GitRepository\n    \
         name: flux-system\n"
    )
}

fn quoted(text: &str) -> String {
    super::render::plain_or_quoted(text)
}

/// The repository and the branch that Argo CD follows, by the first `clusters/*/root.yaml`; `None` if there is none.
pub fn argocd_root(view: &dyn SourceView) -> Result<Option<(String, String)>, SourceError> {
    let Ok(clusters) = RepoPath::new("clusters") else { return Ok(None) };
    for entry in view.children(&clusters)? {
        let Ok(path) = entry.path.join("root.yaml") else { continue };
        let Some(bytes) = view.read_file(&path)? else { continue };
        let text = SourceText::new(String::from_utf8_lossy(&bytes).into_owned());
        let Ok(stream) = Stream::parse(text) else { continue };
        let value = stream.documents().next().map(Document::root).and_then(|root| schema::to_json(root).ok());
        let source = value.as_ref().map(|value| &value["spec"]["source"]);
        let text = |key: &str| source.and_then(|source| source[key].as_str()).map(str::to_owned);
        if let (Some(repository), Some(revision)) = (text("repoURL"), text("targetRevision")) {
            return Ok(Some((repository, revision)));
        }
    }
    Ok(None)
}
