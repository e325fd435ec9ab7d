//! Composition, against goldens that `helm template` wrote, and against helm itself.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use treewright::{
    helm::{ComposeError, ComposedPart, compose},
    schema::value_to_json,
    yaml::{Origin, Value},
};

use super::{USER, chart, helm, release, values};

/// Prints the values of each chart under the path of its template, which holds the names that the charts go by.
const TEMPLATE: &str = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": {{ .Template.Name | toJson }}}, "data": {{ .Values | toJson }}}"#;

#[derive(Deserialize)]
struct Case {
    files: BTreeMap<String, String>,
    values: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm/compose")
}

fn cases() -> Vec<(String, Case)> {
    let mut cases: Vec<(String, Case)> = fs::read_dir(folder())
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let case = serde_yaml::from_str(&fs::read_to_string(&path).expect("readable")).expect("a case");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), case)
        })
        .collect();
    cases.sort_by(|(a, _), (b, _)| a.cmp(b));
    cases
}

/// The values of each chart that takes part, by the names on the way to it.
fn composed(case: &Case) -> Map<String, Json> {
    let files: Vec<(&str, &str)> = case.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let composed = compose(&chart(&files), &release(&case.values)).expect("values");
    let mut parts = Map::new();
    collect("root", &composed.chart, &composed.values, &mut parts);
    parts.sort_keys();
    parts
}

fn collect(path: &str, part: &ComposedPart, values: &Value, parts: &mut Map<String, Json>) {
    parts.insert(path.to_owned(), value_to_json(values));
    for inner in &part.parts {
        let values = values.get(&inner.key).expect("each chart has values");
        collect(&format!("{path}/{}", inner.key), inner, values, parts);
    }
}

/// What helm says.
fn by_helm(helm: &Path, case: &Case) -> Map<String, Json> {
    let home = tempfile::tempdir().expect("a folder");
    let root = home.path().join("root");
    for (name, text) in &case.files {
        let file = root.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(&file, text).expect("written");
        if name.ends_with("Chart.yaml") {
            let templates = file.parent().expect("a folder").join("templates");
            fs::create_dir_all(&templates).expect("made");
            fs::write(templates.join("values.yaml"), TEMPLATE).expect("written");
        }
    }
    fs::write(home.path().join("values.yaml"), &case.values).expect("written");
    let output = Command::new(helm)
        .args(["template", "release", "root", "--values", "values.yaml"])
        .current_dir(home.path())
        .env("HOME", home.path())
        .output()
        .expect("helm runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut parts = Map::new();
    for document in serde_yaml::Deserializer::from_slice(&output.stdout) {
        let document = Json::deserialize(document).expect("an object");
        let template = document["metadata"]["name"].as_str().expect("a name");
        let path = template.trim_end_matches("/templates/values.yaml").replace("/charts/", "/");
        parts.insert(path, document["data"].clone());
    }
    parts.sort_keys();
    parts
}

#[test]
fn values_are_those_of_helm() {
    let bless = std::env::var_os("TREEWRIGHT_BLESS").is_some();
    let helm = helm();
    if helm.is_none() {
        eprintln!("goldens only: there is no helm on this machine");
    }
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let golden = folder().join(format!("{name}.json"));
        // Goldens are only ever written by helm.
        if let Some(helm) = helm.as_deref().filter(|_| bless) {
            let text = serde_json::to_string_pretty(&Json::Object(by_helm(helm, &case))).expect("JSON");
            fs::write(&golden, format!("{text}\n")).expect("written");
        }
        let text = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        let expected: Map<String, Json> = serde_json::from_str(&text).expect("JSON");
        if let Some(helm) = helm.as_deref().filter(|_| !bless) {
            assert_eq!(by_helm(helm, &case), expected, "{name}: helm says something else now");
        }
        let actual = composed(&case);
        if actual != expected {
            wrong.push(format!("{name}\n  helm: {}\n  here: {}", Json::Object(expected), Json::Object(actual)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_value_knows_who_wrote_it() {
    let files = [
        ("Chart.yaml", "name: root\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.x}]\n"),
        ("values.yaml", "a: 1\nb: {c: 1}\n"),
        ("charts/sub/Chart.yaml", "name: sub\nversion: 1.0.0\n"),
        ("charts/sub/values.yaml", "d: 1\ne: 1\n"),
    ];
    let composed = compose(&chart(&files), &release("a: 2\nsub:\n  d: 2\n")).expect("values");
    let origin = |keys: &[&str]| composed.values.pointer(keys).map(|value| value.origin);
    assert_eq!(origin(&["a"]), Some(Origin { file: USER, offset: 3 }));
    assert_eq!(origin(&["b", "c"]), Some(Origin::NONE));
    assert_eq!(origin(&["sub", "d"]), Some(Origin { file: USER, offset: 15 }));
    assert_eq!(origin(&["sub", "e"]), Some(Origin::NONE));
}

#[test]
fn values_files_of_the_chart_take_the_place_of_its_values() {
    let files = [
        ("Chart.yaml", "name: root\nversion: 1.0.0\n"),
        ("values.yaml", "a: 1\n"),
        ("values-small.yaml", "b: {c: 1, d: 1}\n"),
        ("sizes/large.yaml", "b: {d: 2}\n"),
    ];
    let mut asked = release("e: 1\n");
    asked.chart_values_files.names = vec!["values-small.yaml".into(), "sizes/large.yaml".into()];
    let composed = compose(&chart(&files), &asked).expect("values");
    assert_eq!(composed.values, values("e: 1\nb: {c: 1, d: 2}\n"));
    asked.chart_values_files.keep_defaults = true;
    let composed = compose(&chart(&files), &asked).expect("values");
    assert_eq!(composed.values, values("a: 1\ne: 1\nb: {c: 1, d: 2}\n"));
    asked.chart_values_files.names = vec!["nowhere.yaml".into()];
    assert_eq!(compose(&chart(&files), &asked).err(), Some(ComposeError::NoValuesFile("nowhere.yaml".into())));
    asked.chart_values_files.ignore_missing = true;
    assert_eq!(compose(&chart(&files), &asked).expect("values").values, values("a: 1\ne: 1\n"));
}

#[test]
fn values_of_a_chart_inside_must_be_a_mapping() {
    let files = [
        ("Chart.yaml", "name: root\nversion: 1.0.0\n"),
        ("charts/sub/Chart.yaml", "name: sub\nversion: 1.0.0\n"),
        ("charts/sub/charts/inner/Chart.yaml", "name: inner\nversion: 1.0.0\n"),
    ];
    let error = compose(&chart(&files), &release("sub:\n  inner: 5\n")).expect_err("refused");
    let expected = ComposeError::NotATable { path: "sub.inner".into(), origin: Origin { file: USER, offset: 14 } };
    assert_eq!(error, expected);
}

#[test]
fn aliases_that_multiply_beyond_all_measure_are_refused() {
    let mut files = Vec::new();
    let aliases: String = (0..40).map(|number| format!("  - {{name: c, version: 1.x, alias: a{number}}}\n")).collect();
    for depth in 0..10 {
        let folder = "charts/c/".repeat(depth);
        let name = if depth == 0 { "root" } else { "c" };
        files.push((format!("{folder}Chart.yaml"), format!("name: {name}\nversion: 1.0.0\ndependencies:\n{aliases}")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(compose(&chart(&files), &release("{}")).err(), Some(ComposeError::TooLarge));
}
