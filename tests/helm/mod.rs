//! Charts: read, composed with values as `helm template` does it, validated, rendered.

mod archive;
mod compose;
mod find;
mod program;
mod stored;
mod validate;
mod version;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    helm::{Chart, ChartSource, ChartValuesFiles, Release},
    path::RepoPath,
    source::Memory,
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value},
};

/// The file that the user's values stand in.
const USER: FileId = FileId(100);

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path inside of the repository")
}

fn view(files: &[(&str, &str)]) -> Memory {
    let mut view = Memory::new();
    for (name, text) in files {
        view.insert(path(name), *text);
    }
    view
}

/// The chart at the root of some files, whose values carry no origins.
fn chart(files: &[(&str, &str)]) -> Arc<Chart> {
    Arc::new(Chart::from_folder(&view(files), &RepoPath::root(), &|_| None).expect("a chart"))
}

/// A text of values.
fn values(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    stream.documents().next().expect("a document").root().to_value_with_old_booleans(USER).expect("values")
}

/// A release of a chart in a folder.
fn release(text: &str) -> Release {
    Release {
        sensitive: Vec::new(),
        name: "release".into(),
        namespace: Some("space".into()),
        chart: Some(ChartSource::Folder(path("chart"))),
        chart_values_files: ChartValuesFiles::default(),
        values: values(text),
        unknown: Vec::new(),
        include_crds: true,
        skip_tests: false,
        skip_schema: false,
        kube_version: None,
        api_versions: Vec::new(),
        origin: Origin { file: USER, offset: 0 },
    }
}

/// A `helm` on this machine: on the PATH, or where Go installs it.
pub(crate) fn helm() -> Option<PathBuf> {
    let on_path =
        std::env::var_os("PATH").into_iter().flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>());
    let by_go = std::env::var_os("HOME").map(|home| Path::new(&home).join("go/bin"));
    on_path.chain(by_go).map(|folder| folder.join("helm")).find(|helm| helm.is_file())
}
