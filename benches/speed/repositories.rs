//! What is measured: repositories of a folder, or one made for the run.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    path::RepoPath,
    source::{SourceView, WorkTree},
};

/// A repository on disk.
pub struct Repository {
    pub name: String,
    pub root: PathBuf,
    /// Its YAML files, sorted.
    pub files: Vec<PathBuf>,
    /// The directories with a kustomization, sorted.
    pub kustomizations: Vec<RepoPath>,
}

impl Repository {
    fn new(name: String, root: PathBuf) -> Self {
        let files = yaml_files(&root);
        let is_kustomization = |path: &&PathBuf| {
            path.file_name().is_some_and(|name| name == "kustomization.yaml" || name == "kustomization.yml")
        };
        let directory = |path: &PathBuf| RepoPath::new(path.parent()?.strip_prefix(&root).ok()?.to_str()?).ok();
        let kustomizations = files.iter().filter(is_kustomization).filter_map(directory).collect();
        Self { name, root, files, kustomizations }
    }

    /// Its files as a view that has read nothing yet.
    pub fn view(&self) -> Arc<dyn SourceView> {
        Arc::new(WorkTree::new(&self.root).expect("a folder"))
    }
}

/// The repositories `$TREEWRIGHT_CORPUS/*/repo`, sorted by name, or one made in `folder`.
pub fn find(folder: &Path) -> Vec<Repository> {
    let corpus = std::env::var_os("TREEWRIGHT_CORPUS").and_then(|corpus| fs::read_dir(corpus).ok());
    let entries = corpus.into_iter().flatten().filter_map(Result::ok);
    let named = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().join("repo")));
    let mut found: Vec<(String, PathBuf)> = named.filter(|(_, root)| root.is_dir()).collect();
    found.sort();
    if found.is_empty() {
        println!("skipped: TREEWRIGHT_CORPUS names no unpacked repositories; measuring a repository made for this run");
        make_repository(folder);
        found.push(("made".to_owned(), folder.to_owned()));
    }
    found.into_iter().map(|(name, root)| Repository::new(name, root)).collect()
}

fn yaml_files(root: &Path) -> Vec<PathBuf> {
    let is_yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.map(walkdir::DirEntry::into_path).filter(|path| path.is_file() && is_yaml(path)).collect()
}

/// A repository of 300 applications with a base, an overlay and a patch each.
fn make_repository(root: &Path) {
    let mut resources = String::new();
    for number in 0..300 {
        let base = root.join(format!("apps/base/app-{number}"));
        let overlay = root.join(format!("apps/production/app-{number}"));
        write(&base.join("deployment.yaml"), &deployment(number));
        write(&base.join("kustomization.yaml"), "resources:\n  - deployment.yaml\n");
        let patch =
            format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\nspec:\n  replicas: 3\n");
        write(&overlay.join("patch.yaml"), &patch);
        let text =
            format!("namespace: production\nresources:\n  - ../../base/app-{number}\npatches:\n  - path: patch.yaml\n");
        write(&overlay.join("kustomization.yaml"), &text);
        let _ = writeln!(resources, "  - app-{number}");
    }
    write(&root.join("apps/production/kustomization.yaml"), &format!("resources:\n{resources}"));
}

fn deployment(number: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  labels: {{app: app-{number}}}\nspec:\n  selector:\n    \
         matchLabels: {{app: app-{number}}}\n  template:\n    metadata:\n      labels: {{app: app-{number}}}\n    spec:\n      containers:\n        \
         - name: app\n          image: registry.example.org/app:{number}\n          ports: [{{containerPort: 8080}}]\n"
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
    fs::write(path, text).expect("can be written");
}
