//! The commands as a user runs them: results on stdout, everything else on stderr, exit codes 0, 1 and 2.

use std::fs;

use super::environment::{Environment, Run};

const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  colour: red\n  colour: blue\n";
const WHOLE: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  colour: blue\n";

fn ended(run: &Run) -> (i32, &str, &str) {
    (run.code, &run.stdout, &run.stderr)
}

#[test]
fn lint_shows_findings_with_their_lines() {
    let environment = Environment::new();
    environment.write("apps/settings.yaml", BROKEN);
    let text = "\
error[yaml/duplicate-key]: the key `colour` stands twice in this mapping
   ╭─[apps/settings.yaml:8:3]
 6 │ data:
 7 │   colour: red
   ·   ───┬──
   ·      ╰── first here
 8 │   colour: blue
   ·   ───┬──
   ·      ╰── again here
   ╰────
  help: remove one of the two; kustomize and Flux refuse the whole file

";
    let run = environment.treewright(&["lint"]);
    assert_eq!(ended(&run), (1, text, "1 error in 1 file ([TIME])\n"));
    let concise = "apps/settings.yaml:8:3: error[yaml/duplicate-key]: the key `colour` stands twice in this mapping\n";
    let run = environment.treewright(&["lint", "--format", "concise"]);
    assert_eq!(ended(&run), (1, concise, ""));
    let run = environment.treewright(&["lint", "--format", "concise", "--color", "always"]);
    assert_eq!(ended(&run), (1, concise, ""), "concise has no colours");
}

#[test]
fn lint_reads_the_index_or_a_revision_when_asked() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("settings.yaml", BROKEN);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Break"]);
    environment.write("settings.yaml", WHOLE);
    assert_eq!(environment.treewright(&["lint"]).code, 0);
    assert_eq!(environment.treewright(&["lint", "--staged"]).code, 1);
    environment.git(&["add", "."]);
    assert_eq!(environment.treewright(&["lint", "--staged"]).code, 0);
    assert_eq!(environment.treewright(&["lint", "--rev", "HEAD"]).code, 1);
    let run = environment.treewright(&["lint", "--rev", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
}

#[test]
fn paths_choose_what_is_shown() {
    let environment = Environment::new();
    environment.write("a/settings.yaml", BROKEN);
    environment.write("b/settings.yaml", WHOLE);
    assert_eq!(environment.treewright(&["lint", "b"]).code, 0);
    assert_eq!(environment.treewright(&["lint", "b", "a/settings.yaml"]).code, 1);
    let run = environment.treewright(&["lint", "c"]);
    assert_eq!(ended(&run), (2, "", "error: there is no file or folder `c`\n"));
}

#[test]
fn rules_that_do_not_exist_are_refused() {
    let environment = Environment::new();
    let run = environment.treewright(&["lint", "--select", "yaml/duplicate-keys"]);
    let said = "error: there is no rule or group `yaml/duplicate-keys`\nhint: did you mean `yaml/duplicate-key`?\n";
    assert_eq!(ended(&run), (2, "", said));
    let run = environment.treewright(&["explain", "duplicate-key"]);
    assert_eq!(
        ended(&run),
        (2, "", "error: there is no rule `duplicate-key`\nhint: did you mean `yaml/duplicate-key`?\n")
    );
    let run = environment.treewright(&["rules", "moon"]);
    assert_eq!(ended(&run), (2, "", "error: there is no group `moon`\nhint: `treewright rules` lists all rules\n"));
}

#[test]
fn rules_are_listed_and_explained() {
    let environment = Environment::new();
    let run = environment.treewright(&["rules", "repo"]);
    let listed = "\
repo/example-domain       info           an address of an example reaches a cluster
repo/placeholder          warning        a placeholder was never filled in
repo/rule-failed          error          a rule broke down while it looked at something
repo/too-many-units       error          units follow from each other without an end
repo/unknown-suppression  warning        a comment names a rule that does not exist
repo/unused-baseline      warning        the baseline lists a finding that is gone
repo/unused-suppression   warning        a comment silences a rule that finds nothing there
";
    assert_eq!(ended(&run), (0, listed, ""));
    let run = environment.treewright(&["explain", "yaml/duplicate-key"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.starts_with("# yaml/duplicate-key\n\nerror: a key stands twice in one mapping\n\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("\n## Bad\n") && run.stdout.contains("\n## Good\n"), "{}", run.stdout);
}

#[test]
fn build_prints_what_kustomize_would() {
    let environment = Environment::new();
    environment.write("app/kustomization.yaml", "namePrefix: my-\nresources: [settings.yaml]\n");
    environment.write("app/settings.yaml", WHOLE);
    let built = "apiVersion: v1\ndata:\n  colour: blue\nkind: ConfigMap\nmetadata:\n  name: my-settings\n  namespace: default\n";
    assert_eq!(ended(&environment.treewright(&["build", "app"])), (0, built, ""));
    let twice = format!("{built}---\n{built}");
    assert_eq!(ended(&environment.treewright(&["build", "app", "app"])), (0, twice.as_str(), ""));
}

#[test]
fn build_says_what_set_each_value() {
    let environment = Environment::new();
    environment.write("app/kustomization.yaml", "namePrefix: my-\nresources: [settings.yaml]\n");
    environment.write("app/settings.yaml", WHOLE);
    let built = "# app/settings.yaml, document 1\napiVersion: v1\ndata:\n  colour: blue\nkind: ConfigMap\nmetadata:\n  name: my-settings # app/kustomization.yaml:1:13\n  namespace: default\n";
    assert_eq!(ended(&environment.treewright(&["build", "--provenance", "--all"])), (0, built, ""));
}

#[test]
fn a_build_that_fails_says_where() {
    let environment = Environment::new();
    environment.write("app/kustomization.yaml", "resources:\n  - setings.yaml\n");
    environment.write("app/settings.yaml", WHOLE);
    let run = environment.treewright(&["build", "app"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for text in ["app/kustomization.yaml:2:5", "setings.yaml", "error: `app` cannot be built"] {
        assert!(run.stderr.contains(text), "no {text:?} in:\n{}", run.stderr);
    }
    environment.write("app/kustomization.yaml", "resources:\n  - https://example.org/base?ref=v1\n");
    let run = environment.treewright(&["build", "app"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("https://example.org/base?ref=v1"), "{}", run.stderr);
}

#[test]
fn every_root_is_built_into_a_file_of_its_own() {
    let environment = Environment::new();
    environment.write("base/kustomization.yaml", "resources: [settings.yaml]\n");
    environment.write("base/settings.yaml", WHOLE);
    environment.write("sites/a/kustomization.yaml", "namePrefix: a-\nresources: [../../base]\n");
    environment.write("sites/b/kustomization.yaml", "namePrefix: b-\nresources: [../../base]\n");
    let run = environment.treewright(&["build", "--all", "--output", "out"]);
    assert_eq!(ended(&run), (0, "", "wrote 2 files to [WORK]/out\n"));
    assert!(environment.read("out/sites__a.yaml").contains("name: a-settings\n"));
    assert!(environment.read("out/sites__b.yaml").contains("name: b-settings\n"));
    let stream = format!("{}---\n{}", environment.read("out/sites__a.yaml"), environment.read("out/sites__b.yaml"));
    assert_eq!(ended(&environment.treewright(&["build", "--all", "--output", "-"])), (0, stream.as_str(), ""));
}

#[test]
fn what_is_missing_is_listed_and_the_rest_rendered_when_allowed() {
    let environment = Environment::new();
    environment.write(
        "app/kustomization.yaml",
        "resources:\n  - settings.yaml\n  - gone.yaml\n  - https://example.org/base?ref=v1\n",
    );
    environment.write("app/settings.yaml", WHOLE);
    assert_eq!(environment.treewright(&["build", "app"]).code, 2);
    let run = environment.treewright(&["build", "app", "--allow-missing"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("name: settings\n"), "{}", run.stdout);
    for text in ["gone.yaml", "https://example.org/base?ref=v1"] {
        assert!(run.stderr.contains(text), "no {text:?} in:\n{}", run.stderr);
    }
}

#[test]
fn init_makes_a_skeleton_that_lints_clean_and_takes_an_instance() {
    let environment = Environment::new();
    let run = environment.treewright(&["init", "--cluster", "site"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for path in [
        "apps/kustomization.yaml",
        "clusters/site/apps.yaml",
        "clusters/site/infrastructure.yaml",
        "infrastructure/configs/kustomization.yaml",
        "infrastructure/controllers/kustomization.yaml",
    ] {
        assert!(run.stdout.contains(&format!("  {path}\n")), "{}", run.stdout);
    }
    assert_eq!(ended(&environment.treewright(&["lint"])), (0, "", "no findings in 5 files ([TIME])\n"));
    assert!(run.stdout.contains("1. git add . && git commit"), "{}", run.stdout);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Begin"]);
    let run = environment.treewright(&["new", "jupyterhub-espsrc", "notebook", "--example", "notebook"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        environment.read("apps/kustomization.yaml").ends_with("resources:\n  - notebook\n"),
        "{}",
        environment.read("apps/kustomization.yaml")
    );
    assert_eq!(environment.treewright(&["lint"]).code, 0);
    let run = environment.treewright(&["init", "--cluster", "site"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("apps/kustomization.yaml is there already"), "{}", run.stderr);
    assert_eq!(environment.treewright(&["init", "--cluster", "../x"]).code, 2);
}

#[test]
fn init_knows_argo_cd_and_several_clusters() {
    for engine in ["flux", "argocd"] {
        let environment = Environment::new();
        let clusters = ["--cluster", "staging", "--cluster", "production"];
        let url = "https://git.example.org/group/tree.git";
        let init = [&["init", "--commit", "--engine", engine, "--repository", url], &clusters[..]].concat();
        let run = environment.treewright(&init);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(environment.read("apps/staging/kustomization.yaml").ends_with("resources:\n  - ../base\n"));
        let lint = environment.treewright(&["lint"]);
        assert_eq!(lint.code, 0, "{}{}", lint.stdout, lint.stderr);
        environment.write(
            "answers.yaml",
            "host: hub.example.org\naccess: {admin_users: [ada]}\nvault: {server: \"https://vault\"}\n",
        );
        // The engine and the address are those of the skeleton.
        let git = ["--set", "git.owner=group", "--set", "git.repository=tree"];
        let new = ["new", "jupyterhub-espsrc", "hub", "--answers", "answers.yaml", "--path", "apps/base/hub"];
        let new = if engine == "flux" { [&new[..], &git[..]].concat() } else { new.to_vec() };
        let run = environment.treewright(&new);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(environment.read("apps/base/kustomization.yaml").ends_with("  - hub\n"));
        if engine == "argocd" {
            assert!(environment.read("apps/base/hub/application.yaml").contains(url));
        }
        let build = environment.treewright(&["build", "apps/production"]);
        assert_eq!(build.code, 0, "{}", build.stderr);
    }
    let environment = Environment::new();
    assert_eq!(environment.treewright(&["init", "--engine", "argocd"]).code, 2);
}

#[test]
fn a_new_blueprint_is_well_and_its_schema_can_be_shown() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let run = environment.treewright(&["blueprint", "new", "my-site"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let accept = environment.treewright(&["blueprint", "test", "blueprints/my-site", "--accept", "--engine", "flux"]);
    assert_eq!(accept.code, 0, "{}", accept.stderr);
    let check = environment.treewright(&["blueprint", "check", "blueprints/my-site"]);
    assert_eq!(ended(&check), (0, "my-site 0.1.0 is well; 1 tests passed\n", ""));
    let schema = environment.treewright(&["blueprint", "show", "my-site", "--format", "json-schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema.stdout).expect("JSON");
    assert_eq!(schema["required"], serde_json::json!(["greeting"]));
    assert_eq!(schema["properties"]["own_namespace"]["properties"]["enforce"]["default"], "baseline");
    assert!(schema["properties"]["own_namespace"]["properties"]["name"].is_null(), "it is handed down");
    assert_eq!(environment.treewright(&["blueprint", "new", "my-site"]).code, 2);
}

#[test]
fn a_skeleton_does_not_come_to_lie_elsewhere_than_asked() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let run = environment.treewright(&["init", "sites"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("lies in the repository") && run.stderr.contains("leave DIR out"), "{}", run.stderr);
    assert!(!environment.work().join("apps").exists() && !environment.work().join("sites").exists());
    assert_eq!(environment.treewright(&["init", "."]).code, 0);
}

#[test]
fn init_commits_when_asked() {
    let environment = Environment::new();
    let run = environment.treewright(&["init", "sites", "--commit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(environment.git(&["-C", "sites", "status", "--short"]), "");
    assert_eq!(environment.git(&["-C", "sites", "log", "--format=%s"]), "Add the skeleton for cluster production\n");
    let new = ["-C", "sites", "new", "jupyterhub-espsrc", "hub", "--example", "notebook", "--commit"];
    assert_eq!(environment.treewright(&new).code, 0);

    let nobody = Environment::new();
    nobody.write("../.gitconfig", "");
    assert_eq!(nobody.treewright(&["init", "--commit"]).code, 2);
    assert!(nobody.everything().is_empty());
}

#[test]
fn a_blueprint_can_be_that_of_a_revision() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let manifest = |version: &str| {
        format!("blueprint: ours\nversion: {version}\nsummary: Of this site\nengines: [flux]\nmanifests: [a.yaml]\n")
    };
    let object = |version: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: default\ndata:\n  v: \"{version}\"\n"
        )
    };
    for version in ["1.0.0", "2.0.0"] {
        environment.write("blueprints/ours/blueprint.yaml", &manifest(version));
        environment.write("blueprints/ours/a.yaml", &object(version));
        environment.git(&["add", "."]);
        environment.git(&["commit", "--quiet", "-m", version]);
        environment.git(&["tag", &format!("v{version}")]);
    }
    let run = environment.treewright(&["new", "v1.0.0:blueprints/ours", "site", "--no-input", "--commit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(environment.read("apps/site/a.yaml"), object("1.0.0"));
    let run = environment.treewright(&["status", "--blueprint", "v1.0.0:blueprints/ours"]);
    assert_eq!((run.code, run.stdout.contains("up to date")), (0, true), "{}", run.stdout);
    assert_eq!(environment.treewright(&["status"]).code, 1);
    assert_eq!(environment.treewright(&["update", "site", "--blueprint", "v2.0.0:blueprints/ours"]).code, 0);
    assert_eq!(environment.read("apps/site/a.yaml"), object("2.0.0"));
    let run = environment.treewright(&["new", "v1.0.0:blueprints/theirs", "other"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no blueprints/theirs/blueprint.yaml in `v1.0.0`"), "{}", run.stderr);
    let run = environment.treewright(&["new", "v9:blueprints/ours", "other"]);
    assert!(run.code == 2 && run.stderr.contains("`v9` names no revision"), "{}", run.stderr);
}

#[test]
fn components_can_be_named_as_they_are_listed() {
    let environment = Environment::new();
    let run = environment.treewright(&["blueprint", "show", "components/namespace"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout, environment.treewright(&["blueprint", "show", "namespace"]).stdout);
}

#[test]
fn the_address_of_the_repository_is_that_of_its_remote_without_a_password() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.git(&["remote", "add", "origin", "https://bot:pass-word@git.example.org/group/tree.git"]);
    assert_eq!(environment.treewright(&["blueprint", "new", "my-site"]).code, 0);
    let arguments = ["new", "my-site", "one", "--example", "first", "--engine", "argocd", "--no-input"];
    let run = environment.treewright(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let application = environment.read("apps/one/application.yaml");
    assert!(application.contains("repoURL: https://git.example.org/group/tree.git\n"), "{application}");
    let all = environment.everything();
    let mut written = all.iter().filter(|(path, _)| !path.iter().any(|part| part == ".git"));
    assert!(written.all(|(_, text)| !String::from_utf8_lossy(text).contains("pass-word")));
    // A new blueprint's test needs no answer about the engine.
    let accept = ["blueprint", "test", "blueprints/my-site", "--accept", "--engine", "argocd"];
    assert_eq!(environment.treewright(&accept).code, 0);
    assert_eq!(environment.treewright(&["blueprint", "check", "my-site"]).code, 0);
}

#[test]
fn blueprints_are_listed_shown_and_checked() {
    let environment = Environment::new();
    environment.write(
        "blueprints/mine/blueprint.yaml",
        "blueprint: mine\nversion: 0.1.0\nsummary: Of this site\nparameters:\n  nname: {title: Name, type: string}\nmanifests: [a.yaml]\n",
    );
    environment.write(
        "blueprints/mine/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"[[ name ]]\", namespace: default}\n",
    );
    let run = environment.treewright(&["blueprint", "list"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("jupyterhub-espsrc ") && run.stdout.contains("blueprints/mine "), "{}", run.stdout);
    let run = environment.treewright(&["blueprint", "show", "jupyterhub-espsrc"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for text in [
        "  host: Public host name\n      hostname; required\n",
        "  node_port: Node port\n      integer from 30000 to 32767; default 31088\n      asked if exposure == \"nodeport\"\n",
    ] {
        assert!(run.stdout.contains(text), "no {text:?} in:\n{}", run.stdout);
    }
    let run = environment.treewright(&["blueprint", "check", "mine"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("mine/a.yaml:3:"), "{}", run.stderr);
}

#[test]
fn bundled_blueprints_are_well() {
    let environment = Environment::new();
    for name in treewright::blueprint::catalogue::bundled_names() {
        let run = environment.treewright(&["blueprint", "check", &name]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn schemas_are_listed_and_shown() {
    let environment = Environment::new();
    let run = environment.treewright(&["schema", "list", "HelmRelease"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("helm.toolkit.fluxcd.io/v2  HelmRelease  "), "{}", run.stdout);
    let run = environment.treewright(&["schema", "show", "HelmRelease"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(schema.pointer("/properties/spec/properties/valuesFrom").is_some());
    let run = environment.treewright(&["schema", "show", "HelmRelaese"]);
    assert_eq!(
        ended(&run),
        (2, "", "error: there is no schema for `HelmRelaese`\nhint: did you mean `HelmRelease`?\n")
    );
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let environment = Environment::new();
    let names: Vec<String> =
        treewright::cli::command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = environment.treewright(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let missing: Vec<&String> = names.iter().filter(|name| !run.stdout.contains(*name)).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    assert!(environment.treewright(&["man"]).stdout.contains(".TH treewright"));
    for name in names {
        assert_eq!(environment.treewright(&["man", &name]).code, 0, "{name}");
    }
}

#[test]
fn a_wrong_call_is_exit_code_2_and_help_is_0() {
    let environment = Environment::new();
    assert_eq!(environment.treewright(&["lnt"]).code, 2);
    assert_eq!(environment.treewright(&[]).code, 2);
    assert_eq!(environment.treewright(&["--help"]).code, 0);
    assert_eq!(environment.treewright(&["--version"]).stdout, format!("treewright {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(environment.treewright(&["-C", "nowhere", "lint"]).code, 2);
}

/// `docs/cli.md` is what the program says of itself. Rewritten with `TREEWRIGHT_BLESS=1 cargo test`.
#[test]
fn the_reference_of_the_command_line_is_current() {
    let mut page = String::from(
        "# The command line\n\n<!-- Generated by the test `the_reference_of_the_command_line_is_current`; edit the help texts instead. -->\n",
    );
    let mut root = treewright::cli::command().term_width(100);
    root.build();
    describe(&mut root, &mut page);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    if std::env::var_os("TREEWRIGHT_BLESS").is_some() {
        fs::write(&path, &page).expect("can be written");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(present == page, "docs/cli.md is stale: run the tests with TREEWRIGHT_BLESS=1");
}

fn describe(command: &mut clap::Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    page.push_str(&format!("\n## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end()));
    let inner: Vec<String> =
        command.get_subcommands().map(|one| one.get_name().to_owned()).filter(|name| name != "help").collect();
    for name in inner {
        if let Some(inner) = command.find_subcommand_mut(&name) {
            describe(inner, page);
        }
    }
}
