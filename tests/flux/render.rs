//! What Flux Kustomizations apply: whole trees with whole outputs.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use treewright::{
    flux::{self, Data, DataKind, FluxKustomization, FluxOptions, FluxVersion, Source},
    kustomize::{LoadRestriction, Missing, Options, Session},
    manifest::{ObjectId, Rendered},
    path::RepoPath,
    source::{Memory, SourceView as _},
    text::SourceText,
    yaml::{FileId, Stream, Value, print},
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

    fn of(view: Memory, cluster: &str) -> Self {
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
        Self { session, kustomizations, cluster: objects(cluster) }
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

    fn source(&self, reference: &flux::SourceRef, namespace: &str) -> Option<Source> {
        let mut sources = self.cluster.iter().filter_map(|(id, value)| Source::of(id, value));
        sources.find(|source| {
            (&source.id.kind, &source.id.name) == (&reference.kind, &reference.name)
                && source.id.namespace.as_deref() == Some(namespace)
        })
    }
}

pub(super) fn objects(text: &str) -> Vec<(ObjectId, Value)> {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    let documents = stream.documents().filter(|document| !document.is_empty());
    documents
        .map(|document| {
            let value = document.root().to_value(FileId(u32::MAX)).expect("a value");
            (ObjectId::of_value(&value).expect("an object"), value)
        })
        .collect()
}

pub(super) fn printed(rendered: &Rendered) -> String {
    let mut text = String::new();
    print::kustomize::documents(rendered.objects.iter().map(|object| &*object.value), &mut text).expect("printable");
    text
}

/// What was left out and what is wrong, with places.
fn notes(case: &Case, rendered: &Rendered) -> String {
    let place = |label: &treewright::diagnostic::Label| {
        let text = case.session.file(&label.path).ok().flatten().and_then(|file| file.text());
        let position = text.map(|text| text.position(label.span.start));
        position.map_or_else(|| label.path.to_string(), |at| format!("{}:{}:{}", label.path, at.line, at.column))
    };
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/flux/render");
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("fixtures") {
        let case = entry.expect("an entry").path();
        if !case.is_dir() {
            continue;
        }
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let wanted = fs::read_to_string(case.join("expected.yaml")).expect("an expected output");
        let cluster = fs::read_to_string(case.join("cluster.yaml")).unwrap_or_default();
        let case = Case::of(read(&case.join("tree")), &cluster);
        let rendered = case.render(&FluxOptions::default());
        let (found, notes) = (printed(&rendered), notes(&case, &rendered));
        if found != wanted || !notes.is_empty() {
            wrong.push(format!("## {name}\n{notes}{}", similar::TextDiff::from_lines(&wanted, &found).unified_diff()));
        }
        names.insert(name);
    }
    assert!(names.len() >= 20, "only {names:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
