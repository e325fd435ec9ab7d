//! `cargo bench`: how fast files are parsed, a repository is linted, and all its kustomizations are built, each beside a floor (reading the bytes) or a peer
//! measured in the same run, because absolute times say more about the machine than about the program.
//!
//! Works on the largest repository of the folder that `TREEWRIGHT_CORPUS` names (unpacked), and on a repository made here where there is none.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "a bench arranges files and runs programs directly")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use treewright::{
    kustomize::{Options, Session},
    lint,
    path::RepoPath,
    project::Project,
    source::{SourceView, WorkTree},
    text::SourceText,
    yaml::Stream,
};

const ROUNDS: usize = 9;

fn main() {
    let made = tempfile::tempdir().expect("a temporary folder");
    let root = largest_repository().unwrap_or_else(|| make_repository(made.path()));
    let files = yaml_files(&root);
    let bytes: usize = files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum();
    println!("{}: {} YAML files, {:.2} MB", root.display(), files.len(), mega(bytes));

    let floor = median(|| files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum::<usize>());
    line("read the bytes", floor, &format!("{:.0} MB/s", mega(bytes) / floor.as_secs_f64()));

    let texts: Vec<String> = files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let parse = median(|| texts.iter().filter(|text| Stream::parse(SourceText::new(text.as_str())).is_ok()).count());
    line(
        "parse",
        parse,
        &format!("{:.0} MB/s, {:.1} × reading", mega(bytes) / parse.as_secs_f64(), ratio(parse, floor)),
    );
    let peer = median(|| texts.iter().filter(|text| loads(text)).count());
    line("parse with serde_yaml", peer, &format!("{:.1} × our time", ratio(peer, parse)));

    let lint = median(|| {
        let project = Project::open(view(&root)).expect("the repository can be read");
        lint::lint(&project, &lint::Options::default()).findings.len()
    });
    line("lint, from disk to findings", lint, &format!("{:.1} × reading", ratio(lint, floor)));

    let directories = kustomizations(&root);
    let build = median(|| build_all(&root, &directories));
    line(
        &format!("build {} kustomizations", directories.len()),
        build,
        &format!("{:.1} × reading", ratio(build, floor)),
    );
    compare_with_kubectl(&root, &directories, build);
}

/// One `kubectl kustomize` for each of some directories, against all directories in one process.
fn compare_with_kubectl(root: &Path, directories: &[RepoPath], ours: Duration) {
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        println!("skipped: kubectl is not installed, so there is no peer for builds");
        return;
    }
    let sample: Vec<&RepoPath> = directories.iter().step_by(directories.len() / 20 + 1).collect();
    let begun = Instant::now();
    for directory in &sample {
        let run = Command::new("kubectl").arg("kustomize").arg(root.join(directory.as_str())).output();
        run.expect("kubectl can be run");
    }
    let each = begun.elapsed() / u32::try_from(sample.len().max(1)).unwrap_or(1);
    let all = each * u32::try_from(directories.len()).unwrap_or(1);
    line(
        "kubectl, one call for each",
        all,
        &format!("{:.0} × our time (from {} calls)", ratio(all, ours), sample.len()),
    );
}

fn build_all(root: &Path, directories: &[RepoPath]) -> usize {
    let session = Session::new(view(root), Options::lenient());
    let builds = directories.iter().filter_map(|directory| session.build(directory).ok());
    builds.map(|build| build.to_yaml().map_or(0, |text| text.len())).sum()
}

fn view(root: &Path) -> Arc<dyn SourceView> {
    Arc::new(WorkTree::new(root).expect("a folder"))
}

fn loads(text: &str) -> bool {
    serde_yaml::Deserializer::from_str(text)
        .all(|document| <serde_yaml::Value as serde::Deserialize>::deserialize(document).is_ok())
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    std::hint::black_box(work());
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(work());
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn line(what: &str, time: Duration, more: &str) {
    println!("{what:32} {:9.2} ms   {more}", time.as_secs_f64() * 1e3);
}

fn ratio(time: Duration, to: Duration) -> f64 {
    time.as_secs_f64() / to.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "for printing")]
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn yaml_files(root: &Path) -> Vec<PathBuf> {
    let is_yaml = |path: &Path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.map(walkdir::DirEntry::into_path).filter(|path| path.is_file() && is_yaml(path)).collect()
}

fn kustomizations(root: &Path) -> Vec<RepoPath> {
    let files = yaml_files(root).into_iter().filter(|path| {
        path.file_name().is_some_and(|name| name == "kustomization.yaml" || name == "kustomization.yml")
    });
    files.filter_map(|path| RepoPath::new(path.parent()?.strip_prefix(root).ok()?.to_str()?).ok()).collect()
}

/// The repository with the most YAML files among `$TREEWRIGHT_CORPUS/*/repo`.
fn largest_repository() -> Option<PathBuf> {
    let corpus = std::env::var_os("TREEWRIGHT_CORPUS")?;
    let repositories = fs::read_dir(corpus).ok()?.filter_map(Result::ok).map(|entry| entry.path().join("repo"));
    repositories.filter(|path| path.is_dir()).max_by_key(|path| yaml_files(path).len())
}

/// A repository of 300 applications with a base, an overlay and a patch each.
fn make_repository(root: &Path) -> PathBuf {
    println!("skipped: TREEWRIGHT_CORPUS names no unpacked repositories; measuring a repository made for this run");
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
    root.to_owned()
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
