//! Public repositories with realistic edits: the diff names exactly the objects that `kubectl kustomize` shows as changed.
//!
//! `TREEWRIGHT_CORPUS` names the unpacked repositories, `TREEWRIGHT_DIFF_EDITS` how many edits are made in each; without them nothing is compared.

mod edits;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use treewright::{
    cluster::Options as ClusterOptions,
    diff::{Options, diff},
    manifest::{HashKey, ObjectId},
    path::RepoPath,
    project::{Extent, open_two},
    source::{SourceView, WorkTree},
    text::SourceText,
    yaml::{FileId, Stream, print},
};

const REPOSITORIES: [&str; 3] = ["fluxcd+flux2-kustomize-helm-example", "onedr0p+home-ops", "toboshii+home-ops"];

#[test]
fn the_diff_names_what_kubectl_shows_as_changed() {
    let edits: u64 = std::env::var("TREEWRIGHT_DIFF_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let corpus = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from).filter(|_| edits > 0);
    let (Some(corpus), true) = (corpus, Command::new("kubectl").arg("version").arg("--client").output().is_ok()) else {
        println!("skipped: TREEWRIGHT_CORPUS and TREEWRIGHT_DIFF_EDITS are not set, or kubectl is not installed");
        return;
    };
    let mut wrong = Vec::new();
    let mut compared = 0;
    for name in REPOSITORIES {
        let repository = Repository::copy(&corpus.join(name).join("repo"));
        for seed in 0..edits {
            compared += repository.compare(name, seed, &mut wrong);
        }
    }
    println!("{compared} changed objects in {} edits", edits * REPOSITORIES.len() as u64);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 0);
}

struct Repository {
    _folder: tempfile::TempDir,
    before: PathBuf,
    after: PathBuf,
    /// The directories that kubectl builds, with what it prints.
    builds: BTreeMap<RepoPath, BTreeMap<String, String>>,
}

impl Repository {
    fn copy(from: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        for to in [&before, &after] {
            let status = Command::new("cp").arg("-r").arg(from).arg(to).status().expect("cp");
            assert!(status.success());
        }
        let mut builds = BTreeMap::new();
        for file in
            files(&before).iter().filter(|file| file.file_name().is_some_and(|name| name == "kustomization.yaml"))
        {
            let directory = file.parent().and_then(|path| path.strip_prefix(&before).ok()).and_then(Path::to_str);
            let directory = RepoPath::new(directory.expect("a path")).expect("a path");
            if let Some(objects) = build(&before, &directory) {
                builds.insert(directory, objects);
            }
        }
        Self { _folder: folder, before, after, builds }
    }

    /// Makes an edit and compares; gives the number of objects that change.
    fn compare(&self, name: &str, seed: u64, wrong: &mut Vec<String>) -> usize {
        let Some(edit) = edits::make(&self.after, seed) else { return 0 };
        let found = self.found();
        let (mut count, mut failed) = (0, 0);
        for (directory, before) in &self.builds {
            let Some(after) = build(&self.after, directory) else {
                failed += 1;
                continue;
            };
            let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            let expected: BTreeSet<String> =
                ids.into_iter().filter(|id| before.get(*id) != after.get(*id)).cloned().collect();
            count += expected.len();
            let found = found.get(directory.as_str()).cloned().unwrap_or_default();
            if found != expected {
                wrong.push(format!(
                    "{name}, edit {seed} ({}): {directory}: {found:?} instead of {expected:?}",
                    edit.what
                ));
            }
        }
        println!("{name}, edit {seed} ({}): {count} objects change, {failed} directories cannot be built", edit.what);
        edit.undo();
        count
    }

    /// The objects that change, by directory.
    fn found(&self) -> BTreeMap<String, BTreeSet<String>> {
        let known = ClusterOptions { asked: self.builds.keys().cloned().collect(), ..ClusterOptions::default() };
        let view = |path: &Path| -> Arc<dyn SourceView> { Arc::new(WorkTree::new(path).expect("a folder")) };
        let (before, after) = (view(&self.before), view(&self.after));
        let (before, after) = open_two((&before, known.clone()), (&after, known), Extent::Differing).expect("readable");
        let options = Options { unfolded: vec!["all".to_owned()], ..Options::new(HashKey::new(b"test")) };
        let diff = diff(("before", &before), ("after", &after), &options);
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, unit, object) in diff.objects().filter(|(_, _, object)| !object.only_values) {
            let names = found.entry(unit.id.clone()).or_default();
            names.insert(object.id.to_string());
            names.extend(object.was.as_ref().map(ToString::to_string));
        }
        found
    }
}

fn files(root: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

/// What kubectl prints for a directory, by object; `None` if it fails.
fn build(root: &Path, directory: &RepoPath) -> Option<BTreeMap<String, String>> {
    let output = Command::new("kubectl")
        .args(["kustomize", "--load-restrictor=LoadRestrictionsNone"])
        .arg(root.join(directory.as_str()))
        .output()
        .expect("kubectl");
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    let mut objects = BTreeMap::new();
    for document in stream.documents() {
        let value = document.root().to_value(FileId(0)).expect("a value");
        let Some(id) = ObjectId::of_value(&value) else { continue };
        objects.insert(id.to_string(), print::readable::document(&value));
    }
    Some(objects)
}
