//! Every case below `fixtures/argo`: a repository, the Application in `application.yaml`, and what Argo CD makes of it.
//!
//! A case is one text with a tree of files. `expected` holds the whole output as YAML; `helm`, where it stands, the arguments with which Helm gives the same values, and
//! `edits` the edits with which kustomize gives the same objects.

use std::{collections::BTreeSet, path::Path};

use treewright::{
    argo::{self, Application, ArgoOptions, BuildOptions, Output, Repository},
    diagnostic::Label,
    helm::{ChartSource, Release},
    kustomize::Session,
    manifest::ObjectId,
    path::RepoPath,
    yaml::{Value, print},
};

use super::{oracle, tree, yaml};

/// The address of the repository at hand in all cases.
const HERE: &str = "https://git.example.org/platform/gitops.git";

struct Case {
    name: String,
    files: Vec<(String, String)>,
    expected: Value,
    helm: Option<String>,
    edits: Option<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/argo");
    let entries = walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().map(|entry| entry.expect("readable"));
    let texts = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "case"));
    texts
        .map(|entry| {
            let name = entry.path().strip_prefix(&folder).expect("below").display().to_string();
            let mut files = tree::files(&std::fs::read_to_string(entry.path()).expect("readable"));
            let mut take = |wanted: &str| {
                let position = files.iter().position(|(path, _)| path == wanted)?;
                Some(files.remove(position).1)
            };
            let expected = take("expected").unwrap_or_else(|| panic!("{name}: no `expected`"));
            let (helm, edits) = (take("helm"), take("edits"));
            Case { name, expected: yaml(&expected), helm, edits, files }
        })
        .collect()
}

fn render(case: &Case) -> (Session, Output) {
    let view = tree::view(&case.files);
    let settings = case.files.iter().find(|(path, _)| path == "argocd-cm.yaml").map(|(_, text)| yaml(text));
    let build_options = settings.and_then(|settings| BuildOptions::of(&ObjectId::of_value(&settings)?, &settings));
    let session = tree::session_with(&view, build_options.unwrap_or_default());
    let path = RepoPath::new("application.yaml").expect("a path");
    let file = session.file(&path).expect("readable").expect("an application.yaml");
    let root = file.stream().expect("YAML").documents().next().expect("a document").root();
    let value = root.to_value(file.id()).expect("a value");
    let id = ObjectId::of_value(&value).expect("an object");
    let application = Application::of(&id, &value).expect("an Application");
    let options = ArgoOptions { repository: Repository::at([HERE]), build_options, ..ArgoOptions::default() };
    let output = argo::render(&session, view.as_ref(), &application, &options);
    (session, output)
}

/// The whole output as one value; what is empty is left out.
fn summary(session: &Session, output: &Output) -> Value {
    let texts = |texts: Vec<String>| Value::sequence(texts.into_iter().map(Value::string).collect());
    let place = |label: &Label| {
        let path = &label.path;
        let file = session.file(path).expect("readable").and_then(|file| file.text());
        format!("{path}:{}", file.map_or(1, |text| text.position(label.span.start).line))
    };
    let rendered = &output.rendered;
    let sections = [
        ("objects", Value::sequence(rendered.objects.iter().map(|object| (*object.value).clone()).collect())),
        ("releases", Value::sequence(output.releases.iter().map(|one| release(&one.release)).collect())),
        (
            "notRendered",
            texts(
                rendered
                    .not_rendered
                    .iter()
                    .map(|one| format!("{} {}: {}", place(&one.place), one.what, one.reason))
                    .collect(),
            ),
        ),
        (
            "problems",
            texts(
                rendered
                    .problems
                    .iter()
                    .map(|one| format!("{} {}: {}", place(&one.primary), one.rule, one.message))
                    .collect(),
            ),
        ),
        ("directories", texts(output.directories.iter().map(ToString::to_string).collect())),
    ];
    let given = sections.into_iter().filter(|(_, list)| list.as_sequence().is_some_and(|list| !list.is_empty()));
    given.map(|(key, list)| (key.into(), list)).collect()
}

fn release(release: &Release) -> Value {
    let mut fields: Vec<(&str, Value)> = vec![("name", Value::string(release.name.clone()))];
    fields.extend(release.namespace.as_ref().map(|namespace| ("namespace", Value::string(namespace.clone()))));
    let chart = release.chart.as_ref().map(|chart| match chart {
        ChartSource::Folder(path) => format!("folder {path}"),
        ChartSource::Repository { url, name, version } => {
            format!("{name} {} of {url}", version.as_deref().unwrap_or("*"))
        }
        ChartSource::Oci { url, version } => format!("{url} {}", version.as_deref().unwrap_or("*")),
        ChartSource::Elsewhere { source, path } => format!("{path} of {source}"),
    });
    fields.push(("chart", Value::string(chart.unwrap_or_default())));
    let texts =
        |texts: &[smol_str::SmolStr]| Value::sequence(texts.iter().map(|text| Value::string(text.clone())).collect());
    if !release.chart_values_files.names.is_empty() {
        fields.push(("chartValuesFiles", texts(&release.chart_values_files.names)));
    }
    fields.push(("values", release.values.clone()));
    if !release.unknown.is_empty() {
        let unknown = release.unknown.iter().map(|(path, what)| Value::string(format!("{path}: {what}"))).collect();
        fields.push(("unknown", Value::sequence(unknown)));
    }
    let switches =
        [("noCrds", !release.include_crds), ("skipTests", release.skip_tests), ("skipSchema", release.skip_schema)];
    fields.extend(switches.into_iter().filter(|(_, on)| *on).map(|(name, on)| (name, Value::bool(on))));
    fields.extend(release.kube_version.as_ref().map(|version| ("kubeVersion", Value::string(version.clone()))));
    if !release.api_versions.is_empty() {
        fields.push(("apiVersions", texts(&release.api_versions)));
    }
    fields.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

fn printed(value: &Value) -> String {
    let mut text = String::new();
    print::kustomize::document(value, &mut text).expect("printable");
    text
}

#[test]
fn applications_render_as_argo_cd_renders_them() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (session, output) = render(&case);
        let got = summary(&session, &output);
        if got != case.expected {
            wrong.push(format!("== {}\n{}-- expected\n{}", case.name, printed(&got), printed(&case.expected)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_topic_has_cases() {
    let topics: BTreeSet<String> =
        cases().into_iter().filter_map(|case| Some(case.name.split_once('/')?.0.to_owned())).collect();
    for topic in ["detection", "directory", "helm", "kustomize", "overrides", "sources"] {
        assert!(topics.contains(topic), "{topic}");
    }
}

/// The case's files on disk.
fn written(case: &Case) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in &case.files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, content).expect("written");
    }
    folder
}

#[test]
fn kustomize_edits_to_the_same_objects() {
    let mut compared = 0;
    for case in cases() {
        let Some(edits) = &case.edits else { continue };
        let folder = written(&case);
        let Some(built) = oracle::kustomize(&folder.path().join("one"), edits) else { return oracle::skipped() };
        let mut objects: Vec<Value> = built.split("---\n").map(yaml).collect();
        for metadata in objects.iter_mut().filter_map(|object| object.get_mut("metadata")?.as_mapping_mut()) {
            // What is left to the destination.
            metadata.entry("namespace".into()).or_insert_with(|| Value::string("target"));
        }
        assert_eq!(Some(&Value::sequence(objects)), case.expected.get("objects"), "{}", case.name);
        compared += 1;
    }
    assert!(compared >= 10);
}

#[test]
fn helm_composes_the_same_values() {
    let mut compared = 0;
    for case in cases() {
        let Some(arguments) = &case.helm else { continue };
        let folder = written(&case);
        let arguments: Vec<String> = arguments.lines().map(str::to_owned).collect();
        let Some(answer) = oracle::helm(folder.path(), &arguments) else { return oracle::skipped() };
        let values = yaml(&answer.unwrap_or_else(|error| panic!("{}: {error}", case.name)));
        let expected = case.expected.get("releases").and_then(Value::as_sequence).and_then(<[Value]>::first);
        assert_eq!(Some(&values), expected.and_then(|release| release.get("values")), "{}", case.name);
        compared += 1;
    }
    assert!(compared >= 12);
}

#[test]
fn every_value_knows_where_it_is_written() {
    let case = cases().into_iter().find(|case| case.name == "helm/precedence.case").expect("the case");
    let (session, output) = render(&case);
    let values = &output.releases.first().expect("a release").release.values;
    let place = |key: &str| {
        let origin = values.get(key).expect("a value").origin;
        let label = session.label(origin, "").expect("a place");
        let text = session.file(&label.path).expect("readable").expect("a file").text().expect("text");
        let line = text.position(label.span.start).line;
        let span = text.line_span(line).expect("a line");
        format!("{} {}", label.path, text.slice(span).trim())
    };
    assert_eq!(place("file1"), "apps/hub/one.yaml file1: one");
    assert_eq!(place("file2"), "apps/hub/two.yaml file2: two");
    assert_eq!(place("values"), "application.yaml values: inline");
    assert_eq!(place("parameter"), "application.yaml value: parameter");
    assert_eq!(place("file"), "apps/hub/note.txt note");
}
