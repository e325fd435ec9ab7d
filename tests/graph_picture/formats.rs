//! The forms for terminals, pages that draw, and programs.

use serde_json::{Value, json};

use super::{expected, two_clusters};
use crate::environment::Environment;

#[test]
fn the_tree_shows_everything_in_order() {
    let environment = two_clusters();
    let run = environment.treewright(&["graph"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, expected("everything.txt").as_str(), ""));
}

#[test]
fn the_tree_stops_where_it_is_told_to() {
    let environment = two_clusters();
    let units = "\
production  clusters/production
└─ flux:flux-system/flux-system  clusters/production  4 objects
   ├─ flux:flux-system/infrastructure  infrastructure  3 objects
   └─ flux:flux-system/apps  apps/production  3 objects
        after flux:flux-system/infrastructure
";
    let run = environment.treewright(&["graph", "--depth", "units", "--cluster", "production"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, units));
    let release = "\
production  clusters/production
└─ flux:flux-system/flux-system  clusters/production
   └─ flux:flux-system/apps  apps/production
      │  after flux:flux-system/infrastructure
      └─ HelmRelease hub/hub  apps/base/release.yaml:1
";
    let only =
        ["graph", "--depth", "objects", "--cluster", "production", "--kind", "helmrelease", "--namespace", "hub"];
    assert_eq!(environment.treewright(&only).stdout, release);
    let only =
        ["graph", "--color", "always", "--depth", "units", "--cluster", "production", "--unit", "infrastructure"];
    let (bold, dim) = (|text| format!("\u{1b}[1m{text}\u{1b}[0m"), |text| format!("\u{1b}[2m{text}\u{1b}[0m"));
    let cluster = format!("{}  {}\n", bold("production"), dim("clusters/production"));
    let name = bold("flux:flux-system/infrastructure");
    let unit = format!("{}{name}  {}  {}\n", dim("└─ "), dim("infrastructure"), dim("3 objects"));
    assert_eq!(environment.treewright(&only).stdout, cluster + &unit);
}

#[test]
fn a_wish_that_nothing_fulfils_is_refused() {
    let environment = two_clusters();
    let run = environment.treewright(&["graph", "--cluster", "prodution"]);
    let said = "error: there is no cluster `prodution` in this repository\nhint: did you mean `production`?\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", said));
    let run = environment.treewright(&["graph", "--kind", "HelmRelaese"]);
    let said = "error: there is no kind `HelmRelaese` in this repository\nhint: did you mean `HelmRelease`?\n";
    assert_eq!((run.code, run.stderr.as_str()), (2, said));
    let run = environment.treewright(&["graph", "--format", "html", "--source-url", "javascript:alert({path})"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("it must begin with https:// or http://"), "{}", run.stderr);
}

#[test]
fn mermaid_and_graphviz_draw_units_or_all_the_way_to_the_secrets() {
    let environment = two_clusters();
    assert_eq!(environment.treewright(&["graph", "--format", "mermaid"]).stdout, expected("units.mmd"));
    assert_eq!(environment.treewright(&["graph", "--format", "dot"]).stdout, expected("units.dot"));
    let apps = |format| {
        let only = ["graph", "--depth", "secrets", "--cluster", "production", "--unit", "apps", "--format", format];
        environment.treewright(&only).stdout
    };
    assert_eq!(apps("mermaid"), expected("apps.mmd"));
    assert_eq!(apps("dot"), expected("apps.dot"));
}

#[test]
fn data_for_programs_says_its_format_and_version() {
    let environment = two_clusters();
    let all: Value =
        serde_json::from_str(&environment.treewright(&["graph", "--format", "json"]).stdout).expect("JSON");
    assert_eq!((&all["tool"]["name"], &all["version"]), (&json!("treewright"), &json!(1)));
    let length = |list: &str| all[list].as_array().map(Vec::len);
    assert_eq!((length("clusters"), length("units"), length("objects")), (Some(2), Some(8), Some(25)));
    let only = ["graph", "--format", "json", "--cluster", "production", "--unit", "apps"];
    let expected = expected("apps.json").replace("[VERSION]", env!("CARGO_PKG_VERSION"));
    assert_eq!(environment.treewright(&only).stdout, expected);
}

#[test]
fn a_file_takes_the_result_and_may_be_written_again() {
    let environment = two_clusters();
    for _ in 0..2 {
        let run = environment.treewright(&["graph", "--format", "mermaid", "--output", "graph.mmd"]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
        assert_eq!(environment.read("graph.mmd"), expected("units.mmd"));
    }
}

#[test]
fn hostile_names_are_quoted_everywhere() {
    let environment = Environment::new();
    environment.write("app/kustomization.yaml", "resources: [settings.yaml]\n");
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: 'a\"]; click x \"\\\\N`<b>#quot;'\n  namespace: \"one\\ntwo\\e[31m\"\n";
    environment.write("app/settings.yaml", settings);
    let draw = |format| environment.treewright(&["graph", "--depth", "objects", "--format", format]).stdout;
    let text = "reached from no cluster\n└─ app\n   └─ ConfigMap one\\ntwo\\u{1b}[31m/a\"]; click x \"\\\\N`<b>#quot;\n        app/settings.yaml:1\n";
    assert_eq!(draw("text"), text);
    let mermaid = "flowchart LR\n  u0[\"app\"]\n  o0(\"ConfigMap<br>one#92;ntwo#92;u#123;1b#125;#91;31m/a#34;#93;#59; click x #34;#92;#92;N#96;#60;b#62;#35;quot#59;\")\n  u0 --> o0\n";
    assert_eq!(draw("mermaid"), mermaid);
    let dot = "  o0 [label=\"ConfigMap\\none\\\\ntwo\\\\u{1b}[31m/a\\\"]; click x \\\"\\\\\\\\N`<b>#quot;\", style=rounded]\n";
    assert!(draw("dot").contains(dot), "{}", draw("dot"));
    let data: Value = serde_json::from_str(&draw("json")).expect("JSON");
    assert_eq!(data["objects"][0]["namespace"], "one\ntwo\u{1b}[31m");
}

#[test]
fn no_value_of_a_secret_is_in_any_form() {
    let environment = Environment::new();
    environment.write(
        "app/kustomization.yaml",
        "resources: [secret.yaml]\nsecretGenerator:\n  - name: made\n    literals: [token=hunter2hunter2]\n",
    );
    environment.write(
        "app/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: plain\nstringData:\n  password: hunter2hunter2\n",
    );
    for format in ["text", "mermaid", "dot", "json", "html"] {
        let run = environment.treewright(&["graph", "--format", format, "--depth", "secrets"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("plain") && !run.stdout.contains("hunter2"), "{format}");
    }
}
