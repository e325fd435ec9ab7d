//! Units on the command line.

use crate::environment::Environment;

use super::fixtures;

/// The repository of a fixture, on disk.
fn environment(fixture: &str) -> Environment {
    let environment = Environment::new();
    let fixture = fixtures().into_iter().find(|one| one.name == fixture).expect("a fixture");
    for (path, bytes) in fixture.view.iter() {
        environment.write(path.as_str(), std::str::from_utf8(bytes).expect("text"));
    }
    environment
}

const RED: &str =
    "apiVersion: v1\ndata:\n  colour: red\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: team\n";
const YELLOW: &str =
    "apiVersion: v1\ndata:\n  colour: yellow\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: team\n";

#[test]
fn units_are_listed_by_cluster() {
    let run = environment("elsewhere").treewright(&["build", "--list"]);
    let text = "\
CLUSTER  UNIT                          OBJECTS  NOT RENDERED
home     flux:flux-system/flux-system        5
home     flux:flux-system/other              0  `deploy` of GitRepository other: it is in another repository
home     flux:flux-system/image              0  `.` of OCIRepository image: it is in another repository
-        flux:flux-system/draft              1
";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, text, ""));
}

#[test]
fn a_unit_is_rendered_by_its_name_in_a_cluster() {
    let environment = environment("two-clusters");
    for (cluster, expected) in [("production", RED), ("clusters/production/", RED), ("staging", YELLOW)] {
        for unit in ["flux:flux-system/apps", "flux:apps", "flux-system/apps", "apps"] {
            let run = environment.treewright(&["build", "--cluster", cluster, unit]);
            assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, expected, ""), "{cluster} {unit}");
        }
    }
    let run = environment.treewright(&["build", "--cluster", "production"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.ends_with(RED), "{}", run.stdout);
}

#[test]
fn unknown_and_ambiguous_names_are_refused_with_what_was_meant() {
    let environment = environment("two-clusters");
    let run = environment.treewright(&["build", "flux:apps"]);
    let both = "`flux:apps` may be `flux:flux-system/apps` of cluster `production` or `flux:flux-system/apps` of cluster `staging`";
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains(both), "{}", run.stderr);
    let run = environment.treewright(&["build", "--cluster", "productoin"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `production`?"), "{}", run.stderr);
    let run = environment.treewright(&["build", "--cluster", "staging", "flux:flux-system/app"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `flux:flux-system/apps`?"), "{}", run.stderr);
}

#[test]
fn what_is_left_out_ends_with_2_unless_it_may_be_missing() {
    let environment = environment("elsewhere");
    let line = "flux:flux-system/other: clusters/home/other.yaml: not rendered: `deploy` of GitRepository other: it is in another repository";
    let run = environment.treewright(&["build", "flux:other"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains(line), "{}", run.stderr);
    let run = environment.treewright(&["build", "--allow-missing", "flux:other"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", format!("{line}\n").as_str()));
}

#[test]
fn objects_that_variables_come_from_and_that_nothing_makes_are_told_with_help() {
    let environment = environment("two-clusters");
    let apps = environment.read("clusters/staging/apps.yaml");
    let from = |name: &str, rest: &str| {
        format!("{apps}  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: {name}\n{rest}")
    };
    let build = |text: &str| {
        environment.write("clusters/staging/apps.yaml", text);
        environment.treewright(&["build", "--cluster", "staging", "apps"])
    };
    let run = build(&from("site", ""));
    let message = "variables are to come from the ConfigMap `flux-system/site`, which nothing makes";
    assert_eq!((run.code, run.stdout.as_str()), (0, YELLOW));
    assert!(run.stderr.contains(message) && run.stderr.contains("clusters/staging/apps.yaml:"), "{}", run.stderr);
    assert!(run.stderr.contains("say `optional: true`"), "{}", run.stderr);

    let site = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: side, namespace: flux-system}\n";
    let run = build(&format!("{}{site}", from("site", "")));
    assert!(run.stderr.contains("did you mean `side`?"), "{}", run.stderr);

    let quiet = |run: crate::environment::Run| assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    quiet(build(&format!("{}{site}", from("side", ""))));
    quiet(build(&from("site", "        optional: true\n")));
    let external = "[[external]]\nkind = \"ConfigMap\"\nnamespace = \"flux-system\"\nname = \"site\"\n";
    environment.write("treewright.toml", external);
    quiet(build(&from("site", "")));
}

#[test]
fn an_inventory_tells_the_clusters_of_argo_cd() {
    let environment = environment("application-set-in-flux");
    environment.write("inventory.yaml", "clusters:\n  - name: west\n    server: https://west.example.org\n");
    environment.write("agent/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n");
    let run = environment.treewright(&["build", "--inventory", "inventory.yaml", "argo:agent-west"]);
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with(text), "{}", run.stdout);
}

#[test]
fn a_skeleton_without_applications_leaves_nothing_out() {
    let environment = Environment::new();
    environment.treewright(&["init", ".", "--cluster", "production"]);
    let listed = environment.treewright(&["build", "--list"]);
    assert_eq!(
        (listed.code, listed.stdout.as_str()),
        (
            0,
            "\
CLUSTER     UNIT                                         OBJECTS  NOT RENDERED
production  flux:flux-system/apps                              0
production  flux:flux-system/infrastructure-controllers        0
production  flux:flux-system/infrastructure-configs            0
"
        ),
        "{}",
        listed.stderr
    );
    assert_eq!(environment.treewright(&["build", "flux:flux-system/apps"]).code, 0);
}
