//! ApplicationSets: whole sets, whole Applications. Each file of `fixtures/argo/sets` holds a set, what surrounds it, and what the controller makes of it, by
//! reasoning from its source.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

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

/// A cluster with all labels and annotations that the sets ask for, so that every set takes it.
fn cluster_for(sets: &[String], name: &str) -> Inventory {
    let names = |mark: &str| -> BTreeSet<String> {
        let rests = sets.iter().flat_map(|text| text.split(mark).skip(1));
        rests.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()).collect()
    };
    let mut text =
        format!("local: false\nclusters:\n- name: {name}\n  server: https://{name}.example.org\n  annotations:\n");
    for name in names("metadata.annotations.") {
        writeln!(text, "    {name}: the-{name}/").unwrap();
    }
    text.push_str("  labels:\n    environment: prod\n    kubernetes_version: '1.28'\n");
    for name in names("key: enable_") {
        writeln!(text, "    enable_{name}: 'true'").unwrap();
    }
    if name == "aws" {
        text.push_str("    aws_cluster_name: aws\n");
    }
    Inventory::of_file(&value(&text)).unwrap()
}

/// Expands a set for one cluster: how many Applications it gives, and what is left over.
fn expanded(set: &Value, inventory: &Inventory) -> (usize, String) {
    let path = RepoPath::new("set.yaml").unwrap();
    let around = Surroundings {
        files: &[],
        read: &|_| None,
        is_this_repository: &|_| false,
        label: &|origin, message| Label::new(&path, Span::at(origin.offset as usize), message),
        inventory: Some(inventory),
        recorded: &Recorded::default(),
    };
    let expansion = expand(set, &around);
    let mut left: String = expansion.problems.iter().map(|problem| format!("{}\n", problem.message)).collect();
    left.extend(expansion.not_expanded.iter().map(|left| format!("{left}\n")));
    for application in &expansion.applications {
        let text = printed(&application.value);
        let unfilled = text.lines().filter(|line| line.contains("{{") || line.contains("<no value>"));
        left.extend(unfilled.map(|line| format!("{line}\n")));
    }
    (expansion.applications.len(), left)
}

/// `TREEWRIGHT_CORPUS` names a folder that may hold gitops-bridge's control plane: for a cluster that has what its sets ask for nothing may be left over.
#[test]
fn the_sets_of_gitops_bridge_are_expanded_completely() {
    let name = "gitops-bridge-dev+gitops-bridge-argocd-control-plane-template/repo";
    let corpus = std::env::var_os("TREEWRIGHT_CORPUS").map(|folder| Path::new(&folder).join(name));
    let Some(folder) = corpus.filter(|folder| folder.is_dir()) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder with {name}");
        return;
    };
    let files = walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let texts = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "yaml"));
    let texts: Vec<String> = texts.filter_map(|file| fs::read_to_string(file.path()).ok()).collect();
    let clusters = ["aws", "plain"].map(|name| cluster_for(&texts, name));
    let (mut sets, mut applications) = (0, 0);
    for stream in texts.iter().filter_map(|text| Stream::parse(SourceText::new(text.as_str())).ok()) {
        for document in stream.documents() {
            let Ok(set) = document.root().to_value(FileId(0)) else { continue };
            if set.get("kind").and_then(Value::as_str) == Some("ApplicationSet") {
                let found = clusters.each_ref().map(|cluster| expanded(&set, cluster));
                assert!(found.iter().all(|(_, left)| left.is_empty()), "{found:?}\n{}", printed(&set));
                let count: usize = found.iter().map(|(count, _)| count).sum();
                assert!(count > 0, "no Applications:\n{}", printed(&set));
                sets += 1;
                applications += count;
            }
        }
    }
    eprintln!("{sets} sets, {applications} Applications for two clusters");
    assert!(sets >= 50, "only {sets} sets");
}
