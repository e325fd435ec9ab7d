//! `status` and `update` as a user runs them.

mod adopt;
mod beside_copier;
mod conflicts;
mod deployments;
mod faults;
mod migrations;
mod story;

use super::environment::Environment;

const HUB: &str = "fixtures/update/hub";

/// Puts a version of a blueprint below `blueprints/` of the work folder, in the place of the present one.
fn publish(environment: &Environment, version: &str) {
    let folder = environment.work().join("blueprints/lab-hub");
    let _ = std::fs::remove_dir_all(&folder);
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(HUB).join(version);
    for (path, content) in super::environment::files(&source) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
        std::fs::write(path, content).expect("can be written");
    }
}

/// A repository with an instance of version 1, committed.
fn site() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    publish(&environment, "v1");
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Begin"]);
    let run = environment.treewright(&["new", "lab-hub", "lab", "--set", "host=hub.example.org", "--commit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    environment
}

/// Replaces a text that must be there.
fn change(environment: &Environment, path: &str, from: &str, to: &str) {
    let text = environment.read(path);
    assert!(text.contains(from), "{path} has no {from:?}:\n{text}");
    environment.write(path, &text.replacen(from, to, 1));
}

fn commit(environment: &Environment, message: &str) {
    environment.git(&["add", "--all"]);
    environment.git(&["commit", "--quiet", "--message", message]);
}
