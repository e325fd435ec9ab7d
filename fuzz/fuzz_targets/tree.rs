//! From the bytes of the fuzzer to a repository: lines of the form `#### path` start a file.

use treewright::{path::RepoPath, source::Memory};

/// What lies before the first such line is the kustomization of the root.
pub fn tree(data: &[u8]) -> Memory {
    let mut view = Memory::new();
    let mut path = "kustomization.yaml".to_owned();
    let mut content = Vec::new();
    for line in data.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_prefix(b"#### ") {
            Some(name) => {
                put(&mut view, &path, std::mem::take(&mut content));
                path = String::from_utf8_lossy(name).trim_end().to_owned();
            }
            None => content.extend_from_slice(line),
        }
    }
    put(&mut view, &path, content);
    view
}

fn put(view: &mut Memory, path: &str, content: Vec<u8>) {
    if let Ok(path) = RepoPath::new(path)
        && !path.is_root()
    {
        view.insert(path, content);
    }
}
