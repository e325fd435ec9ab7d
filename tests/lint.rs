//! Linting as a whole: the repository of traps, order and threads, comments that silence, rules chosen by name, exit codes.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    lint::{self, Options},
    project::Project,
    report,
    source::WorkTree,
};

use super::environment::{Environment, Run, files};

/// The repository of traps as a work folder, and the findings that it must give: `path:line:column rule`.
fn traps() -> (Environment, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos/espsrc-traps");
    let environment = Environment::new();
    for (path, content) in files(&folder) {
        environment.write(&path.to_string_lossy(), &String::from_utf8(content).expect("UTF-8"));
    }
    (environment, fs::read_to_string(folder.with_extension("expected")).expect("can be read"))
}

/// Lints the work folder, one line for each finding.
fn concise(environment: &Environment, more: &[&str]) -> Run {
    environment.treewright(&[&["lint", "--format", "concise"], more].concat())
}

/// What findings are ordered by: path, line, column, rule, message.
fn key(line: &str) -> (&str, u32, u32, &str, &str) {
    let (place, rest) = line.split_once(": ").expect("a place");
    let mut parts = place.rsplitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).expect("a number");
    let (column, line) = (number(), number());
    let (_, rule) = rest.split_once('[').expect("a level");
    let (rule, message) = rule.split_once("]: ").expect("a rule");
    (parts.next().expect("a path"), line, column, rule, message)
}

/// `path:line:column rule` of each finding.
fn places(run: &Run) -> String {
    let keys = run.stdout.lines().map(key);
    keys.map(|(path, line, column, rule, _)| format!("{path}:{line}:{column} {rule}\n")).collect()
}

#[test]
fn each_trap_is_found_once_by_its_rule_and_nothing_else_is() {
    let (environment, expected) = traps();
    let run = concise(&environment, &[]);
    assert_eq!(places(&run), expected);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(run, concise(&environment, &["--threads", "1"]));
    assert_eq!(run, concise(&environment, &["--threads", "2"]));
    in_order("traps", &run.stdout);
}

/// Asserts that findings are in total order, none twice, and that no rule failed.
fn in_order(name: &str, findings: &str) {
    assert!(!findings.contains("[repo/rule-failed]"), "{name}: {findings}");
    let keys: Vec<_> = findings.lines().map(key).collect();
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "{name}: {:?} is not before {:?}", pair[0], pair[1]);
    }
}

#[test]
fn the_order_is_the_same_for_any_number_of_threads() {
    let Some(corpus) = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder");
        return;
    };
    let lint = |folder: &Path| {
        let project = Project::open(Arc::new(WorkTree::new(folder).expect("a folder"))).expect("can be read");
        report::concise(&lint::lint(&project, &Options::default()).findings, &|path| project.text(path))
    };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (one, two) = (pool(1), pool(2));
    let mut count = 0;
    for entry in fs::read_dir(corpus).expect("the corpus can be listed") {
        let repository = entry.expect("an entry").path().join("repo");
        if repository.is_dir() {
            let name = repository.display().to_string();
            let findings = one.install(|| lint(&repository));
            assert_eq!(findings, two.install(|| lint(&repository)), "{name}");
            in_order(&name, &findings);
            count += 1;
        }
    }
    assert!(count > 0, "the corpus holds repositories");
}

const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: tidy\n  namespace: default\n";
const REMOVED: &str = "error[kubernetes/removed-api]: `batch/v1beta1` of CronJob is not served any more\n";

/// Lints one file, and gives what is found in it without the name of the file.
fn found_in(text: &str) -> String {
    let environment = Environment::new();
    environment.write("it.yaml", text);
    environment.treewright(&["lint", "--format", "concise"]).stdout.replace("it.yaml:", "")
}

#[test]
fn a_comment_silences_its_line_the_next_line_or_the_file() {
    let comment = "# treewright: ignore[kubernetes/removed-api] until the cluster is new";
    assert_eq!(found_in(OLD), format!("1:13: {REMOVED}"));
    assert_eq!(found_in(&OLD.replacen('\n', &format!(" {comment}\n"), 1)), "");
    let below = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  namespace: default\n---\n";
    assert_eq!(found_in(&format!("{below}{comment}\n{OLD}")), "");
    assert_eq!(found_in(&format!("{below}{comment}\n# which is next year\n\n{OLD}")), "");
    assert_eq!(found_in(&format!("{comment}\n---\n{OLD}---\n{OLD}")), "");
    let second = found_in(&format!("{below}{comment}\n{OLD}---\n{OLD}"));
    assert_eq!(second, format!("14:13: {REMOVED}"), "only the first of the two");
}

#[test]
fn one_comment_silences_several_rules() {
    let both = "apiVersion: batch/v1beta1 # treewright: ignore[kubernetes/removed-api, yaml/duplicate-key]\n";
    let tail = "kind: CronJob\nmetadata:\n  name: tidy\n  namespace: default\n";
    assert_eq!(
        found_in(&format!("{both}{tail}")),
        "1:72: warning[repo/unused-suppression]: the suppression of `yaml/duplicate-key` is not needed\n"
    );
    let head = "# treewright: ignore[kubernetes/removed-api,secret/plaintext] an old example\n";
    let secret = "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: one\n  namespace: default\nstringData:\n  password: hunter-2-hunter\n";
    assert_eq!(found_in(&format!("{head}{OLD}{secret}")), "");
}

#[test]
fn comments_that_silence_nothing_are_findings() {
    let unused = OLD.replace("batch/v1beta1", "batch/v1 # treewright: ignore[kubernetes/removed-api]");
    assert_eq!(
        found_in(&unused),
        "1:43: warning[repo/unused-suppression]: the suppression of `kubernetes/removed-api` is not needed\n"
    );
    let environment = Environment::new();
    environment.write("it.yaml", &OLD.replace("v1beta1", "v1 # treewright: ignore[kubernets/removed-api]"));
    let text = "\
warning[repo/unknown-suppression]: there is no rule `kubernets/removed-api`
   ╭─[it.yaml:1:43]
 1 │ apiVersion: batch/v1 # treewright: ignore[kubernets/removed-api]
   ·                                           ─────────────────────
 2 │ kind: CronJob
   ╰────
  help: did you mean `kubernetes/removed-api`?

";
    assert_eq!(environment.treewright(&["lint"]).stdout, text);
    // A rule that does not run could not have found anything.
    environment.write("it.yaml", &unused);
    for arguments in [["--select", "yaml"], ["--ignore", "kubernetes"], ["--ignore", "repo"]] {
        let run = environment.treewright(&[&["lint", "--format", "concise"], &arguments[..]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn a_comment_in_the_base_silences_what_is_found_in_the_rendered_object() {
    let environment = Environment::new();
    environment.write("base/kustomization.yaml", "resources: [job.yaml]\n");
    environment.write("overlay/kustomization.yaml", "namePrefix: my-\nresources: [../base]\n");
    environment.write("base/job.yaml", OLD);
    let lint = || environment.treewright(&["lint"]);
    assert!(lint().stdout.contains("base/job.yaml:1:13"), "the finding stands where the object is written");
    environment.write("base/job.yaml", &OLD.replacen('\n', " # treewright: ignore[kubernetes/removed-api]\n", 1));
    let run = lint();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "no findings in 3 files ([TIME]); 1 suppressed\n");
}

#[test]
fn rules_are_chosen_by_id_and_by_group() {
    let (environment, expected) = traps();
    let having = |wanted: &dyn Fn(&str) -> bool| -> String {
        expected
            .lines()
            .filter(|line| wanted(line.split_once(' ').expect("a rule").1))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let chosen = |arguments: &[&str]| places(&concise(&environment, arguments));
    assert_eq!(chosen(&["--select", "yaml"]), having(&|rule| rule.starts_with("yaml/")));
    assert_eq!(chosen(&["--select", "yaml/syntax"]), having(&|rule| rule == "yaml/syntax"));
    assert_eq!(
        chosen(&["--select", "helm,kubernetes/removed-api"]),
        having(&|rule| rule.starts_with("helm/") || rule == "kubernetes/removed-api")
    );
    assert_eq!(
        chosen(&["--ignore", "secret", "--ignore", "yaml/syntax"]),
        having(&|rule| !rule.starts_with("secret/") && rule != "yaml/syntax")
    );
    assert_eq!(chosen(&["--select", "yaml", "--ignore", "yaml/syntax"]), having(&|rule| rule == "yaml/duplicate-key"));
}

#[test]
fn the_failing_level_decides_the_exit_code_and_not_what_is_shown() {
    let environment = Environment::new();
    environment.write("kustomization.yaml", "resources: []\n");
    let code = |arguments: &[&str]| environment.treewright(&[&["lint"], arguments].concat()).code;
    assert_eq!(code(&["--fail-on", "info"]), 0, "nothing is found");
    environment.write("forgotten.yaml", &OLD.replace("v1beta1", "v1"));
    assert_eq!([code(&[]), code(&["--fail-on", "warning"]), code(&["--fail-on", "info"])], [1, 1, 1]);
    assert_eq!(code(&["--fail-on", "error"]), 0, "a warning is no error");
    let shown = environment.treewright(&["lint", "--fail-on", "error", "--format", "concise"]).stdout;
    assert!(shown.contains("warning[kustomize/unlisted-file]"), "{shown}");
    environment.write("forgotten.yaml", OLD);
    assert_eq!(code(&["--fail-on", "error"]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 2);
}

#[test]
fn linting_writes_nothing() {
    let (environment, _) = traps();
    let before = environment.everything();
    environment.treewright(&["lint"]);
    environment.treewright(&["lint", "--diff", "--unsafe-fixes"]);
    assert_eq!(environment.everything(), before);
}
