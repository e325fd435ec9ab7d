//! What a blueprint says about the way from an older version, and what needs no saying.

use super::commit;
use crate::environment::{Environment, Run};

/// Writes a version of a blueprint with these manifests and migrations.
fn publish(environment: &Environment, version: &str, parameters: &str, migrations: &str, manifests: &[(&str, &str)]) {
    let _ = std::fs::remove_dir_all(environment.work().join("blueprints/limits/manifests"));
    let names: Vec<String> = manifests.iter().map(|(name, _)| format!("manifests/{name}")).collect();
    environment.write(
        "blueprints/limits/blueprint.yaml",
        &format!(
            "blueprint: limits\nversion: {version}\nsummary: Limits of a namespace\nengines: [flux]\nnamespaces: {{own: {{name: \"[[ instance ]]\"}}}}\nparameters:\n{parameters}\
             manifests: [{}]\nregisters: {{path: \"apps/[[ instance ]]\", root: apps}}\n{migrations}",
            names.join(", ")
        ),
    );
    for (name, text) in manifests {
        environment.write(&format!("blueprints/limits/manifests/{name}"), text);
    }
    commit(environment, &format!("Publish {version}"));
}

fn update(environment: &Environment) -> Run {
    let run = environment.treewright(&["update", "--commit"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run
}

const PODS: &str = "  pods: {title: Pods, type: integer, default: 50}\n";

fn site(manifests: &[(&str, &str)]) -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    publish(&environment, "1.0.0", PODS, "", manifests);
    let run = environment.treewright(&["new", "limits", "lab", "--commit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    environment
}

fn quota(name: &str, pods: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: {name}\n  namespace: lab\nspec:\n  hard:\n    pods: {pods}\n"
    )
}

#[test]
fn files_that_are_split_and_joined_are_followed_by_their_objects() {
    let both = format!("{}---\n{}", quota("small", "\"[[ pods ]]\""), quota("large", "\"100\""));
    let environment = site(&[("quotas.yaml", &both)]);
    let text = environment.read("apps/lab/quotas.yaml");
    environment.write("apps/lab/quotas.yaml", &text.replace("pods: \"100\"", "pods: \"70\"  # agreed in May"));
    commit(&environment, "Edit");
    // Split.
    let (small, large) = (quota("small", "\"[[ pods + 10 ]]\""), quota("large", "\"100\""));
    publish(&environment, "2.0.0", PODS, "", &[("small.yaml", &small), ("large.yaml", &large)]);
    update(&environment);
    assert_eq!(environment.read("apps/lab/small.yaml"), quota("small", "\"60\""));
    assert_eq!(environment.read("apps/lab/large.yaml"), quota("large", "\"70\"  # agreed in May"));
    assert!(!environment.work().join("apps/lab/quotas.yaml").exists());
    // And joined again, in another order.
    publish(&environment, "3.0.0", PODS, "", &[("all.yaml", &format!("{large}---\n{small}"))]);
    update(&environment);
    assert_eq!(
        environment.read("apps/lab/all.yaml"),
        format!("{}---\n{}", quota("large", "\"70\"  # agreed in May"), quota("small", "\"60\""))
    );
    assert!(!environment.work().join("apps/lab/small.yaml").exists());
}

#[test]
fn a_key_that_moves_takes_its_comments_along() {
    let object = |body: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: lab\n  {body}")
    };
    let first =
        object("annotations:\n    example.org/note: old\n    example.org/owner: lab\n  labels:\n    app: lab\n");
    let environment = site(&[("settings.yaml", &first)]);
    let text = environment.read("apps/lab/settings.yaml");
    let edited = "    # Asked for by security.\n    example.org/note: new  # in May\n";
    environment.write("apps/lab/settings.yaml", &text.replace("    example.org/note: old\n", edited));
    commit(&environment, "Edit");
    let migration = "migrations:\n  - {to: 2.0.0, rename-key: {file: settings.yaml, from: /metadata/annotations/example.org~1note, to: /metadata/labels/note}}\n";
    let second = object("annotations:\n    example.org/owner: lab\n  labels:\n    app: lab\n    note: old\n");
    publish(&environment, "2.0.0", PODS, migration, &[("settings.yaml", &second)]);
    update(&environment);
    assert_eq!(
        environment.read("apps/lab/settings.yaml"),
        object(
            "annotations:\n    example.org/owner: lab\n  labels:\n    app: lab\n    # Asked for by security.\n    note: new  # in May\n"
        )
    );
}

#[test]
fn migrations_on_the_way_are_applied_in_the_order_of_their_versions() {
    let placed = |text: String| text.replace("namespace: lab", "namespace: [[ instance ]]");
    let text = placed(quota("small", "\"[[ pods ]]\""));
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    publish(&environment, "1.0.0", PODS, "", &[("quota.yaml", &text)]);
    for (name, pods) in [("own", "70"), ("same", "50")] {
        let pods = format!("pods={pods}");
        let run = environment.treewright(&["new", "limits", name, "--set", &pods, "--commit"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let migrations = "migrations:\n  - {to: 3.0.0, set-if-default: {limits.pods: 50}}\n  - {to: 2.0.0, rename-parameter: {pods: limits.pods}}\n";
    let parameters = "  limits:\n    title: Limits\n    type: object\n    properties:\n      pods: {title: Pods, type: integer, default: 80}\n";
    let text = placed(quota("small", "\"[[ limits.pods ]]\""));
    publish(&environment, "3.0.0", parameters, migrations, &[("quota.yaml", &text)]);
    update(&environment);
    assert!(environment.read("apps/own/quota.yaml").contains("pods: \"70\""));
    assert!(environment.read("apps/same/quota.yaml").contains("pods: \"80\""));
    let checked = environment.treewright(&["blueprint", "check", "blueprints/limits"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn migrations_that_lead_nowhere_are_found() {
    let environment = site(&[("quota.yaml", &quota("small", "\"[[ pods ]]\""))]);
    let migrations = "migrations:\n  - {to: 2.0.0, rename-parameter: {count: podz}}\n  - {to: 9.0.0, set-if-default: {pods: 50}}\n  \
        - {to: 2.0.0, rename-key: {file: quota.yaml, from: spec, to: /spec/limits}}\n  - {to: 2.0.0, rename-file: {a.yaml: ../b.yaml}}\n";
    publish(&environment, "2.0.0", PODS, migrations, &[("quota.yaml", &quota("small", "\"[[ pods ]]\""))]);
    let checked = environment.treewright(&["blueprint", "check", "blueprints/limits"]);
    assert_eq!(checked.code, 1, "{}{}", checked.stdout, checked.stderr);
    let said = format!("{}{}", checked.stdout, checked.stderr);
    for message in [
        "there is no parameter `podz` that `count` could be called now",
        "the migration leads to 9.0.0, which comes after 2.0.0",
        "`spec` is no route to a key, such as `/spec/values/hub`",
        "`../b.yaml` is no path of a file of an instance",
    ] {
        assert!(said.contains(message), "no {message:?} in\n{said}");
    }
}
