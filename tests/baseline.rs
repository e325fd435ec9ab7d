//! The configuration and the baseline at work: which findings are shown, at which level, and what becomes of broken files.

use crate::environment::Environment;

/// Two faults of one rule, and one of another.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.write("a.yaml", "a: 1\na: 2\n");
    environment.write("old/b.yaml", "b: 1\nb: 2\n");
    environment.write("c.yaml", "c: [\n");
    environment
}

fn concise(environment: &Environment, arguments: &[&str]) -> (i32, String) {
    let run = environment.treewright(&[&["lint", "--format", "concise"], arguments].concat());
    (run.code, run.stdout)
}

const A: &str = "a.yaml:2:1: error[yaml/duplicate-key]: the key `a` stands twice in this mapping\n";
const B: &str = "old/b.yaml:2:1: error[yaml/duplicate-key]: the key `b` stands twice in this mapping\n";
const C: &str = "c.yaml:1:4: error[yaml/syntax]: the `[` opened here is not closed where it should be\n";

#[test]
fn the_configuration_chooses_rules_and_levels() {
    let environment = repository();
    assert_eq!(concise(&environment, &[]), (1, format!("{A}{C}{B}")));
    environment.write("treewright.toml", "archived = [\"old\"]\n[lint]\nignore = [\"yaml/syntax\"]\n");
    assert_eq!(concise(&environment, &[]), (1, A.to_owned()));
    assert_eq!(concise(&environment, &["--ignore", "yaml"]), (0, String::new()));
    environment.write("treewright.toml", "[lint]\nselect = [\"yaml/syntax\"]\n");
    assert_eq!(concise(&environment, &[]), (1, C.to_owned()));
    assert_eq!(concise(&environment, &["--select", "yaml/duplicate-key"]), (1, format!("{A}{B}")));
    assert_eq!(concise(&environment, &["--extend", "yaml/duplicate-key"]), (1, format!("{A}{C}{B}")));
    environment.write("treewright.toml", "[lint.levels]\nyaml = \"info\"\n\"yaml/syntax\" = \"off\"\n");
    let infos = format!("{A}{B}").replace("error", "info");
    assert_eq!(concise(&environment, &[]), (0, infos.clone()));
    assert_eq!(concise(&environment, &["--fail-on", "info"]), (1, infos));
    environment.write(
        "treewright.toml",
        "[lint]\nfail-on = \"error\"\n[[lint.overrides]]\npaths = [\"old\"]\nlevels = {yaml = \"warning\"}\n[[lint.overrides]]\npaths = [\"?.yaml\"]\nignore = [\"yaml\"]\n",
    );
    assert_eq!(concise(&environment, &[]), (0, B.replace("error", "warning")));
}

#[test]
fn a_broken_configuration_ends_the_run_at_its_place() {
    let environment = repository();
    environment.write("treewright.toml", "[lint]\nignore = [\"yaml/sintax\"]\n");
    let run = environment.treewright(&["lint"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let wanted = "\
error[config]: there is no rule or group `yaml/sintax`
   ╭─[treewright.toml:2:11]
 1 │ [lint]
 2 │ ignore = [\"yaml/sintax\"]
   ·           ─────────────
   ╰────
  help: did you mean `yaml/syntax`?
error: the configuration cannot be used
";
    assert_eq!(run.stderr, wanted);
}

#[test]
fn a_baseline_hides_what_is_known_and_no_more() {
    let environment = repository();
    let run = environment.treewright(&["lint", "--write-baseline"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "treewright-baseline.json lists 3 known findings\n");
    let with = ["--baseline", "treewright-baseline.json"];
    assert_eq!(concise(&environment, &with), (0, String::new()));
    assert_eq!(concise(&environment, &[]).0, 1);
    // Moved lines are the same findings, a second fault is a new one, and one that is mended must go from the file.
    environment.write("a.yaml", "# moved\nx: 1\na: 1\na: 2\nx: 2\n");
    environment.write("old/b.yaml", "b: 2\n");
    let (code, found) = concise(&environment, &with);
    assert_eq!(code, 1);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines[0], "a.yaml:5:1: error[yaml/duplicate-key]: the key `x` stands twice in this mapping");
    assert!(lines[1].starts_with("treewright-baseline.json:"), "{found}");
    assert!(
        lines[1].ends_with("the baseline lists a finding of `yaml/duplicate-key` in old/b.yaml that is gone"),
        "{found}"
    );
    assert_eq!(lines.len(), 2, "{found}");
    // An entry is not unused because its rule was not run.
    assert_eq!(
        concise(&environment, &["--baseline", "treewright-baseline.json", "--select", "yaml/syntax,repo"]).1,
        ""
    );
    // With the configuration naming it, it is found, and written there.
    environment.write("treewright.toml", "[lint]\nbaseline = \"known.json\"\n");
    let run = environment.treewright(&["lint"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("there is no baseline"), "{}", run.stderr);
    assert_eq!(environment.treewright(&["lint", "--write-baseline"]).code, 0);
    assert_eq!(concise(&environment, &[]), (0, String::new()));
}

#[test]
fn a_broken_baseline_ends_the_run() {
    let environment = repository();
    for (text, wanted) in [
        ("{", "the baseline cannot be read: EOF while parsing"),
        ("{\"version\": 2, \"findings\": []}", "the baseline has version 2; this treewright knows 1"),
        ("{\"version\": 1, \"findings\": [], \"more\": 1}", "unknown field `more`"),
    ] {
        environment.write("known.json", text);
        let run = environment.treewright(&["lint", "--baseline", "known.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        assert!(run.stderr.contains(wanted), "{text}: {}", run.stderr);
    }
}
