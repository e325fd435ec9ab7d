//! Trees of files in one text: `-- path --` in front of each file.

use std::sync::Arc;

use treewright::{
    argo::BuildOptions,
    kustomize::{Options, Session},
    path::RepoPath,
    source::Memory,
};

/// The files of a tree, in order.
pub fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                if let Some((_, content)) = files.last_mut() {
                    content.push_str(line);
                }
            }
        }
    }
    files
}

/// A view of the files.
pub fn view(files: &[(String, String)]) -> Arc<Memory> {
    let mut view = Memory::new();
    for (path, content) in files {
        view.insert(RepoPath::new(path).expect("a path"), content.as_bytes());
    }
    Arc::new(view)
}

/// A session as Argo CD builds.
pub fn session(view: &Arc<Memory>) -> Session {
    session_with(view, BuildOptions::default())
}

/// A session as Argo CD builds with options.
pub fn session_with(view: &Arc<Memory>, options: BuildOptions) -> Session {
    Session::new(Arc::<Memory>::clone(view), Options { restriction: options.restriction, ..Options::default() })
}
