//! What Flux Kustomizations apply: whole trees with whole outputs.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use treewright::{
    diagnostic::Label,
    flux::{self, Data, DataKind, FluxKustomization, FluxOptions, OutputArtifact, Source},
    kustomize::{LoadRestriction, Missing, Options, Session},
    manifest::{ObjectId, Rendered},
    path::RepoPath,
    source::{Memory, SourceView as _},
    yaml::{Value, print},
};

/// A repository with the objects that its cluster holds beside it.
pub(super) struct Case {
    pub session: Session,
    pub kustomizations: Vec<FluxKustomization>,
    pub cluster: Vec<(ObjectId, Value)>,
}

impl Case {
    pub fn new(files: &[(&str, &str)], cluster: &str) -> Self {
        let mut view = Memory::new();
        for (path, text) in files {
            view.insert(RepoPath::new(path).expect("a path"), *text);
        }
        Self::of(view, cluster)
    }

    fn of(mut view: Memory, cluster: &str) -> Self {
        view.insert(RepoPath::new("cluster-objects.yml").expect("a path"), cluster);
        let view = Arc::new(view);
        let options = Options { restriction: LoadRestriction::None, missing: Missing::Fail };
        let session = Session::new(Arc::clone(&view) as Arc<_>, options);
        let mut kustomizations = Vec::new();
        for entry in view.list().expect("memory can be listed") {
            if !entry.path.as_str().starts_with("clusters/") {
                continue;
            }
            let file = session.file(&entry.path).expect("readable").expect("there");
            let stream = file.stream().expect("YAML");
            for value in stream.documents().map(|document| document.root().to_value(file.id()).expect("a value")) {
                let id = ObjectId::of_value(&value).expect("an object");
                kustomizations.extend(FluxKustomization::of(&id, &value).or_else(|| flux::sync_of(&id, &value)));
            }
        }
        let mut case = Self { session, kustomizations, cluster: Vec::new() };
        case.cluster = case.objects("cluster-objects.yml");
        case
    }

    /// The objects in a file of the repository.
    pub fn objects(&self, path: &str) -> Vec<(ObjectId, Value)> {
        let file = self.session.file(&RepoPath::new(path).expect("a path")).expect("readable").expect("there");
        let stream = file.stream().expect("YAML");
        let documents = stream.documents().filter(|document| !document.is_empty());
        documents
            .map(|document| {
                let value = document.root().to_value(file.id()).expect("a value");
                (ObjectId::of_value(&value).expect("an object"), value)
            })
            .collect()
    }

    pub fn data(&self, kind: DataKind, namespace: &str, name: &str) -> Data {
        if name.starts_with("from-store") {
            return Data::Opaque("an ExternalSecret makes it".to_owned());
        }
        let found = self.cluster.iter().find(|(id, _)| {
            id.kind == kind.to_string() && id.namespace.as_deref() == Some(namespace) && id.name == name
        });
        found.and_then(|(id, value)| Data::of(id, value)).unwrap_or(Data::Missing)
    }

    fn render(&self, options: &FluxOptions) -> Rendered {
        flux::render(&self.session, &self.kustomizations[0], self, options)
    }
}

impl flux::Lookup for Case {
    fn data(&self, kind: DataKind, namespace: &str, name: &str) -> Data {
        Self::data(self, kind, namespace, name)
    }

    fn is_here(&self, reference: &flux::SourceRef, _namespace: &str) -> bool {
        reference.kind == "GitRepository" && reference.name == "flux-system"
    }

    fn artifact(&self, reference: &flux::SourceRef, namespace: &str) -> Option<OutputArtifact> {
        let mut artifacts = self.cluster.iter().flat_map(|(id, value)| OutputArtifact::all(id, value));
        let is_meant = |artifact: &OutputArtifact| artifact.name == reference.name && artifact.namespace == namespace;
        artifacts.find(is_meant).filter(|_| reference.kind == "ExternalArtifact")
    }

    fn source(&self, reference: &flux::SourceRef, namespace: &str) -> Option<Source> {
        let mut sources = self.cluster.iter().filter_map(|(id, value)| Source::of(id, value));
        sources.find(|source| {
            (&source.id.kind, &source.id.name) == (&reference.kind, &reference.name)
                && source.id.namespace.as_deref() == Some(namespace)
        })
    }
}

fn printed(rendered: &Rendered) -> String {
    let mut text = String::new();
    print::kustomize::documents(rendered.objects.iter().map(|object| &*object.value), &mut text).expect("printable");
    text
}

/// A place as people write it.
pub(super) fn place(session: &Session, label: &Label) -> String {
    let text = session.file(&label.path).ok().flatten().and_then(|file| file.text());
    let position = text.map(|text| text.position(label.span.start));
    position.map_or_else(|| label.path.to_string(), |at| format!("{}:{}:{}", label.path, at.line, at.column))
}

/// What was left out and what is wrong, with places.
fn notes(case: &Case, rendered: &Rendered) -> String {
    let place = |label: &Label| place(&case.session, label);
    let left_out =
        rendered.not_rendered.iter().map(|one| format!("{}: {}: {}\n", place(&one.place), one.what, one.reason));
    let problems = rendered.problems.iter().map(|one| {
        let help = one.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}: {}{help}\n", place(&one.primary), one.rule, one.message)
    });
    left_out.chain(problems).collect()
}

fn read(directory: &Path) -> Memory {
    let mut view = Memory::new();
    for entry in walkdir::WalkDir::new(directory).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(directory).expect("below").to_string_lossy().into_owned();
            view.insert(RepoPath::new(&path).expect("a path"), fs::read(entry.path()).expect("readable"));
        }
    }
    view
}

#[test]
fn trees_come_out_as_the_controller_renders_them() {
    check_folder("render", 20);
}

#[test]
fn trees_come_out_as_the_facts_have_it() {
    check_folder("reasoned", 20);
}

fn check_folder(folder: &str, least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flux").join(folder);
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("fixtures") {
        let directory = entry.expect("an entry").path();
        let name = directory.file_name().expect("a name").to_string_lossy().into_owned();
        let text = |name: &str| fs::read_to_string(directory.join(name)).unwrap_or_default();
        let version = text("version.txt");
        let version = version.trim().parse().unwrap_or_default();
        let case = Case::of(read(&directory.join("tree")), &text("cluster.yaml"));
        let rendered = case.render(&FluxOptions { version, strict: None });
        let wanted = format!("{}# notes\n{}", text("expected.yaml"), text("expected.txt"));
        let found = format!("{}# notes\n{}", printed(&rendered), notes(&case, &rendered));
        if found != wanted {
            wrong.push(format!("## {name}\n{}", similar::TextDiff::from_lines(&wanted, &found).unified_diff()));
        }
        names.insert(name);
    }
    assert!(names.len() >= least, "only {names:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
