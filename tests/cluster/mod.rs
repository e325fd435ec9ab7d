//! What clusters are given: whole repositories, whole models, worked out by hand from what the controllers do.
//!
//! Each file of `fixtures/cluster` says what it is about, holds the files of a repository in fenced blocks, and ends with the expected model. Objects stand in
//! order of their names, ConfigMaps with their data.

mod command;
mod configuration;
mod helm;

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, sync::Arc};

use treewright::{
    cluster::{Model, Unit},
    manifest::RenderedObject,
    path::RepoPath,
    project::Project,
    source::Memory,
    yaml::Value,
};

/// A fixture: its repository and the text that its model should be.
struct Fixture {
    name: String,
    view: Memory,
    expected: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cluster");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Fixture {
    let text = fs::read_to_string(path).expect("a readable fixture");
    let (mut view, mut expected) = (Memory::new(), String::new());
    for block in text.split("\n```").skip(1).step_by(2) {
        let (head, content) = block.split_once('\n').expect("a fenced block has a first line");
        match head.split_once(' ').expect("a language and a name") {
            ("text", "expected") => expected = format!("{content}\n"),
            (_, path) => {
                view.insert(RepoPath::new(path).expect("a path"), format!("{content}\n"));
            }
        }
    }
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    Fixture { name, view, expected }
}

fn told(model: &Model) -> String {
    let mut text = String::new();
    for cluster in &model.clusters {
        let _ = writeln!(text, "cluster {} in {}", cluster.name, cluster.directory);
        for unit in cluster.units.iter().filter_map(|&unit| model.units.get(unit)) {
            tell(model, unit, &mut text);
        }
        for part in &cluster.not_rendered {
            let _ = writeln!(text, "  - {}: {}", part.what, part.reason);
        }
    }
    let mut others = model.units.iter().filter(|unit| unit.cluster.is_none()).peekable();
    if others.peek().is_some() {
        text.push_str("no cluster\n");
    }
    others.for_each(|unit| tell(model, unit, &mut text));
    text
}

fn tell(model: &Model, unit: &Unit, text: &mut String) {
    let _ = write!(text, "  {}", unit.id);
    for (index, directory) in unit.directories.iter().enumerate() {
        let _ = write!(text, "{}{directory}", if index == 0 { " applies " } else { " and " });
    }
    if let Some(parent) = unit.parent.and_then(|parent| model.units.get(parent)) {
        let _ = write!(text, " from {}", parent.id);
    }
    for other in &unit.depends_on {
        let _ = write!(text, " after {other}");
    }
    if unit.wave != 0 {
        let _ = write!(text, " wave {}", unit.wave);
    }
    if let Some(destination) = &unit.destination {
        let _ = write!(text, " to {destination}");
    }
    text.push_str(if unit.suspended { " suspended\n" } else { "\n" });
    let mut objects: Vec<String> = model.objects_of(unit).iter().map(object).collect();
    objects.sort();
    for object in objects {
        let _ = writeln!(text, "    {object}");
    }
    for problem in &unit.problems {
        let _ = writeln!(text, "    ! {}: {}", problem.rule, problem.message);
    }
    for part in &unit.not_rendered {
        let _ = writeln!(text, "    - {}: {}", part.what, part.reason);
    }
}

fn object(object: &RenderedObject) -> String {
    let data = object.value.get("data").and_then(Value::as_mapping).filter(|_| object.id.kind == "ConfigMap");
    let entries = data.map(|data| {
        let text = |value: &Value| value.as_scalar().map(|scalar| scalar.text.to_string()).unwrap_or_default();
        let entries: Vec<String> = data.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect();
        format!(" {{{}}}", entries.join(", "))
    });
    format!("{}{}", object.id, entries.unwrap_or_default())
}

#[test]
fn models_are_as_worked_out() {
    let wrong: BTreeMap<String, String> = fixtures()
        .into_iter()
        .filter_map(|Fixture { name, view, expected }| {
            let project = Project::open(Arc::new(view)).expect("content is no reason to fail");
            let found = told(project.model());
            (found != expected).then(|| (name, format!("--- expected\n{expected}--- found\n{found}")))
        })
        .collect();
    let shown: Vec<String> = wrong.iter().map(|(name, difference)| format!("== {name}\n{difference}")).collect();
    assert!(wrong.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn objects_lie_unit_by_unit() {
    for Fixture { name, view, .. } in fixtures() {
        let project = Project::open(Arc::new(view)).expect("content is no reason to fail");
        let model = project.model();
        let mut next = 0;
        for (index, unit) in model.units.iter().enumerate() {
            assert_eq!(unit.objects.start, next, "{name}: {}", unit.id);
            next = unit.objects.end;
            unit.objects.clone().for_each(|object| assert_eq!(model.unit_of(object), index, "{name}: {}", unit.id));
            assert!(unit.parent.is_none_or(|parent| parent < index), "{name}: a parent comes first: {}", unit.id);
        }
        assert_eq!(next, model.objects.len(), "{name}");
        for cluster in &model.clusters {
            let whole: usize = cluster.units.iter().map(|&unit| model.units[unit].objects.len()).sum();
            assert_eq!(model.objects_in(cluster).len(), whole, "{name}: {}", cluster.name);
        }
    }
}
