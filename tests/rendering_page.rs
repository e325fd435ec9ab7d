//! The page on rendering: what it names exists, every fixture is on it, and the numbers are true.

use std::{collections::BTreeSet, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/rendering.md")).expect("docs/rendering.md")
}

/// The last cells of the tables that say what shows a behaviour: the names in them.
fn names(page: &str) -> BTreeSet<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | "));
    let cells = rows.map(|(_, cell)| cell).filter(|cell| cell.starts_with('`'));
    cells.flat_map(|cell| cell.split(' ').map(|name| name.trim_matches('`'))).collect()
}

#[test]
fn what_the_page_names_exists() {
    let page = page();
    let names = names(&page);
    assert!(names.len() > 150, "only {} names", names.len());
    let exists = |name: &str| match (name.strip_prefix("tests/"), name.split_once('#')) {
        (_, Some((file, test))) => {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            text.contains(&format!("\nfn {test}()"))
        }
        (Some(_), None) => root().join(name).is_file(),
        (None, None) => {
            let path = root().join("fixtures").join(name);
            ["", ".case", ".yaml", ".md"]
                .iter()
                .any(|ending| Path::new(&format!("{}{ending}", path.display())).exists())
        }
    };
    let missing: Vec<&&str> = names.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "these do not exist: {missing:?}");
}

#[test]
fn every_fixture_is_on_the_page() {
    let page = page();
    let named = names(&page);
    let folders = ["flux/render", "flux/reasoned", "argo/detection", "argo/directory", "argo/helm", "argo/kustomize"];
    let mut missing = Vec::new();
    for folder in folders.into_iter().chain(["argo/overrides", "argo/sets", "argo/sources"]) {
        for entry in fs::read_dir(root().join("fixtures").join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            let name = name.strip_suffix(".case").or_else(|| name.strip_suffix(".yaml")).unwrap_or(&name);
            let name = format!("{folder}/{name}");
            if !named.contains(name.as_str()) {
                missing.push(name);
            }
        }
    }
    missing.sort();
    assert!(missing.is_empty(), "add these to docs/rendering.md: {missing:#?}");
}

/// How many cases a fixture of the table of programs holds.
fn count(fixture: &str) -> usize {
    let path = root().join("fixtures").join(fixture);
    let entries = || fs::read_dir(&path).expect(fixture).map(|entry| entry.expect("an entry").path());
    let with = |heading: &str| {
        let all = walkdir::WalkDir::new(root().join("fixtures/argo")).into_iter().filter_map(Result::ok);
        let texts = all.filter_map(|entry| fs::read_to_string(entry.path()).ok());
        texts.filter(|text| text.contains(&format!("\n-- {heading} --\n"))).count()
    };
    match fixture {
        "flux/substitute/cases.jsonl" => fs::read_to_string(path).expect("cases").lines().count() - 1,
        "argo/values/set.yaml" => fs::read_to_string(path).expect("cases").matches("- name: ").count(),
        "gotemplate/cases.json" => {
            let cases: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(path).expect("cases")).expect("JSON");
            cases["cases"].as_array().expect("cases").len()
        }
        "helm/compose" => {
            entries().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).count()
        }
        "argo/helm" => with("helm"),
        "argo/kustomize" => with("edits"),
        _ if path.is_dir() => entries().count(),
        _ => fs::read_to_string(path).expect("cases").lines().count(),
    }
}

#[test]
fn as_many_cases_agree_as_the_page_says() {
    let page = page();
    let (_, table) = page.split_once("## Compared with the programs themselves").expect("the table");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| line.contains("| `")).map(|line| line.split(" | ").collect()).collect();
    assert!(rows.len() >= 8);
    for row in rows {
        let [number, _, fixture] = row.as_slice() else { panic!("{row:?}") };
        let fixture = fixture.trim_end_matches(" |").trim_matches('`');
        assert_eq!(number.trim_start_matches("| "), count(fixture).to_string(), "{fixture}");
    }
}
