//! ApplicationSets: whole sets, whole Applications. Each file of `fixtures/argo/sets` holds a set, what surrounds it, and what the controller makes of it, by
//! reasoning from its source.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use treewright::{
    argo::application_set::{Inventory, Recorded, Surroundings, expand},
    diagnostic::Label,
    path::RepoPath,
    text::{SourceText, Span},
    yaml::{FileId, Origin, Stream, Value, print::kustomize},
};

fn value(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).unwrap();
    stream.documents().next().unwrap().root().to_value(FileId(0)).unwrap()
}

fn printed(value: &Value) -> String {
    let mut text = String::new();
    kustomize::document(value, &mut text).unwrap();
    text
}

fn text_list(items: Vec<String>) -> Value {
    Value::sequence(items.into_iter().map(Value::string).collect())
}

/// What the set of a case gives, in the form in which the case expects it.
fn outcome(text: &str, case: &Value) -> Value {
    let files: BTreeMap<RepoPath, String> = case
        .get("files")
        .and_then(Value::as_mapping)
        .into_iter()
        .flatten()
        .map(|(path, text)| (RepoPath::new(path).unwrap(), text.as_scalar().unwrap().text.to_string()))
        .collect();
    let paths: Vec<RepoPath> = files.keys().cloned().collect();
    let inventory = match (case.get("inventory"), case.get("secrets").and_then(Value::as_sequence)) {
        (Some(file), _) => Some(Inventory::of_file(file).unwrap()),
        (None, Some(secrets)) => Inventory::of_secrets(secrets),
        (None, None) => None,
    };
    let recorded = case.get("recorded").map(|file| Recorded::of_file(file).unwrap()).unwrap_or_default();
    let path = RepoPath::new("case.yaml").unwrap();
    let label = |origin: Origin, message: &str| Label::new(&path, Span::at(origin.offset as usize), message);
    // A place is shown by the text that stands there.
    let place = |label: &Label| text[label.span.start as usize..].lines().next().unwrap_or_default().to_owned();
    let expansion = expand(
        case.get("set").unwrap(),
        &Surroundings {
            files: &paths,
            read: &|path| files.get(path).cloned(),
            is_this_repository: &|url| url == "https://git.example.org/fleet.git",
            label: &label,
            inventory: inventory.as_ref(),
            recorded: &recorded,
        },
    );
    let mut outcome: Vec<(&str, Value)> = Vec::new();
    let steps: Vec<String> = expansion
        .applications
        .iter()
        .map(|application| application.step.map_or("never".to_owned(), |step| step.to_string()))
        .collect();
    let applications = expansion.applications.into_iter().map(|application| application.value).collect();
    outcome.push(("applications", Value::sequence(applications)));
    if expansion.policy.rolling_steps.is_some() {
        outcome.push(("steps", text_list(steps)));
    }
    let refused = expansion.problems.iter().map(|problem| format!("{} | {}", place(&problem.primary), problem.message));
    outcome.push(("problems", text_list(refused.collect())));
    let left = expansion.not_expanded.iter();
    let left = left.map(|left| format!("{} | {}: {}", place(&left.place), left.what, left.reason));
    outcome.push(("not-expanded", text_list(left.collect())));
    outcome
        .into_iter()
        .filter(|(_, value)| value.as_sequence() != Some(&[]))
        .map(|(key, value)| (key.into(), value))
        .collect()
}

#[test]
fn sets_give_the_applications_that_the_controller_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/argo/sets");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    let mut wrong = String::new();
    for path in cases {
        let text = fs::read_to_string(&path).unwrap();
        let case = value(&text);
        let (found, wanted) = (outcome(&text, &case), case.get("expected").unwrap());
        if found != *wanted {
            let (found, wanted) = (printed(&found), printed(wanted));
            writeln!(wrong, "{}\n--- wanted\n{wanted}--- found\n{found}", path.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
