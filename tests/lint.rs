//! The linter as a whole: the same findings for any number of threads, comments that silence, rules that are chosen.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    lint::{self, Options, Outcome},
    path::RepoPath,
    project::Project,
    report,
    source::{Memory, SourceView, WorkTree},
};

use super::environment::{Environment, Run, files};

fn lint(view: Arc<dyn SourceView>, options: &Options) -> (String, Outcome) {
    let project = Project::open(view).expect("the view can be read");
    let outcome = lint::lint(&project, options);
    (report::concise(&outcome.findings, &|path| project.shown_text(path)), outcome)
}

/// Lints one file with all rules; gives its findings, and how many were silenced.
fn lint_text(text: &str, options: &Options) -> (String, usize) {
    let mut view = Memory::new();
    view.insert(RepoPath::new("a.yaml").expect("a path"), text);
    let (found, outcome) = lint(Arc::new(view), options);
    (found, outcome.suppressed.len())
}

/// Everything a run finds: each place, the help and the fix of each finding.
fn everything(folder: &Path, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    pool.install(|| {
        let (mut text, outcome) = lint(Arc::new(WorkTree::new(folder).expect("a folder")), &Options::default());
        in_order(folder, &text);
        for finding in &outcome.findings {
            writeln!(text, "{finding:?}").expect("a string takes everything");
        }
        text
    })
}

/// The folders below `parent`, sorted.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(parent).min_depth(1).max_depth(1).sort_by_file_name();
    entries.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path).filter(|path| path.is_dir()).collect()
}

fn same_for_any_number_of_threads(folder: &Path) {
    let alone = everything(folder, 1);
    for threads in [2, 4] {
        assert!(alone == everything(folder, threads), "{}: {threads} threads find something else", folder.display());
    }
    let places: Vec<&str> = alone.lines().filter(|line| line.contains("[repo/rule-failed]")).collect();
    assert!(places.is_empty(), "{}: a rule panicked: {places:#?}", folder.display());
}

#[test]
fn findings_are_the_same_for_any_number_of_threads() {
    let repositories = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos"));
    assert!(!repositories.is_empty());
    for folder in &repositories {
        same_for_any_number_of_threads(folder);
    }
}

/// `TREEWRIGHT_CORPUS` names a folder with one repository in each folder, or in a folder `repo` of it.
#[test]
fn real_repositories_give_the_same_findings_for_any_number_of_threads() {
    let Some(corpus) = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from).filter(|path| path.is_dir()) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder");
        return;
    };
    for folder in folders(&corpus) {
        let inner = folder.join("repo");
        same_for_any_number_of_threads(if inner.is_dir() { &inner } else { &folder });
    }
}

const DUPLICATE: &str = "error[yaml/duplicate-key]: the key `b` stands twice in this mapping\n";

#[test]
fn a_comment_behind_content_silences_its_line() {
    let options = Options::default();
    let silent = "a: 1\nb: 1\nb: 2 # treewright: ignore[yaml/duplicate-key] wanted\n";
    assert_eq!(lint_text(silent, &options), (String::new(), 1));
    let above = "a: 1\nb: 1 # treewright: ignore[yaml/duplicate-key]\nb: 2\n";
    let (found, suppressed) = lint_text(above, &options);
    assert_eq!(suppressed, 0);
    assert!(found.contains(&format!("a.yaml:3:1: {DUPLICATE}")), "{found}");
    assert!(found.contains("a.yaml:2:27: warning[repo/unused-suppression]"), "{found}");
}

#[test]
fn a_comment_alone_silences_the_next_line() {
    let silent = "a: 1\nb: 1\n# treewright: ignore[yaml/duplicate-key] wanted\nb: 2\n";
    assert_eq!(lint_text(silent, &Options::default()), (String::new(), 1));
    let far = "a: 1\n# treewright: ignore[yaml/duplicate-key]\nb: 1\nb: 2\n";
    assert_eq!(lint_text(far, &Options::default()).1, 0);
}

#[test]
fn a_comment_above_all_content_silences_the_file() {
    let silent = "# treewright: ignore[yaml/duplicate-key] generated\nb: 1\nb: 2\nc: 1\nc: 2\n";
    assert_eq!(lint_text(silent, &Options::default()), (String::new(), 2));
}

#[test]
fn comments_for_nothing_and_for_unknown_rules_are_findings() {
    let options = Options::default();
    let (found, _) = lint_text("a: 1 # treewright: ignore[yaml/duplicate-key]\n", &options);
    assert!(found.starts_with("a.yaml:1:27: warning[repo/unused-suppression]: "), "{found}");
    let (found, _) = lint_text("a: 1 # treewright: ignore[yaml/duplicate-keys]\n", &options);
    assert!(found.starts_with("a.yaml:1:27: warning[repo/unknown-suppression]: "), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_comment_for_a_rule_that_did_not_run_is_no_finding() {
    let text = "a: 1 # treewright: ignore[yaml/duplicate-key]\n";
    let without = Options { ignore: vec!["yaml/duplicate-key".to_owned()], ..Options::default() };
    assert_eq!(lint_text(text, &without), (String::new(), 0));
}

#[test]
fn rules_are_chosen_by_id_or_group() {
    let text = "b: 1\nb: 2\n";
    let options = |select: &[&str], ignore: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Options { select: owned(select), ignore: owned(ignore), ..Options::default() }
    };
    let found = format!("a.yaml:2:1: {DUPLICATE}");
    for (select, ignore, expected) in [
        (&["yaml"][..], &[][..], found.as_str()),
        (&["yaml/duplicate-key"], &[], &found),
        (&["yaml/syntax", "kustomize"], &[], ""),
        (&[], &["yaml"], ""),
        (&["yaml"], &["yaml/duplicate-key"], ""),
        (&[], &["yaml/syntax"], &found),
        (&["yam"], &[], ""),
    ] {
        assert_eq!(lint_text(text, &options(select, ignore)).0, expected, "select {select:?}, ignore {ignore:?}");
    }
}

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
    let lines: Vec<String> =
        keys.map(|(path, line, column, rule, _)| format!("{path}:{line}:{column} {rule}")).collect();
    lines.join("\n") + "\n"
}

#[test]
fn each_trap_is_found_once_by_its_rule_and_nothing_else_is() {
    let (environment, expected) = traps();
    let run = concise(&environment, &[]);
    assert_eq!(places(&run), expected);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(run, concise(&environment, &["--threads", "1"]));
    assert_eq!(run, concise(&environment, &["--threads", "2"]));
    in_order(&environment.work(), &run.stdout);
}

/// Asserts that findings are in total order, none twice, and that no rule failed.
fn in_order(folder: &Path, findings: &str) {
    assert!(!findings.contains("[repo/rule-failed]"), "{}: {findings}", folder.display());
    let keys: Vec<_> = findings.lines().map(key).collect();
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "{}: {:?} is not before {:?}", folder.display(), pair[0], pair[1]);
    }
}

const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: tidy\n  namespace: default\n";
/// What makes it whole.
const SPEC: &str = "\
spec:
  schedule: '0 0 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: tidy, image: 'tidy:1.0'}]}}}}
";
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
    let good = |version: &str| OLD.replace("batch/v1beta1", version) + SPEC;
    let unused = good("batch/v1 # treewright: ignore[kubernetes/removed-api]");
    assert_eq!(
        found_in(&unused),
        "1:43: warning[repo/unused-suppression]: the suppression of `kubernetes/removed-api` is not needed\n"
    );
    let environment = Environment::new();
    environment.write("it.yaml", &good("batch/v1 # treewright: ignore[kubernets/removed-api]"));
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
        let lines = expected.lines().filter(|line| wanted(line.split_once(' ').expect("a rule").1));
        lines.collect::<Vec<_>>().join("\n") + "\n"
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
    environment.write("forgotten.yaml", &(OLD.replace("v1beta1", "v1") + SPEC));
    assert_eq!([code(&[]), code(&["--fail-on", "warning"]), code(&["--fail-on", "info"])], [1, 1, 1]);
    assert_eq!(code(&["--fail-on", "error"]), 0, "a warning is no error");
    let shown = environment.treewright(&["lint", "--fail-on", "error", "--format", "concise"]).stdout;
    assert!(shown.contains("warning[kustomize/unlisted-file]"), "{shown}");
    environment.write("kustomization.yaml", "resources:\n  - forgotten.yaml\n");
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

/// A repository with a cluster, and in a folder an object in a version that no cluster serves.
fn with_cluster(folder: &str) -> Environment {
    let environment = Environment::new();
    environment.write(
        "clusters/production/flux.yaml",
        "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, ref: {branch: main}, url: ssh://git@git.example.org/team/fleet.git}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, path: ./clusters/production, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
",
    );
    environment.write(
        &format!("{folder}/budget.yaml"),
        "\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: podinfo, namespace: default}
spec: {minAvailable: 1, selector: {matchLabels: {app: podinfo}}}
",
    );
    environment
}

#[test]
fn what_no_root_reaches_is_left_alone() {
    let environment = with_cluster("later");
    let run = environment.treewright(&["lint", "--format", "concise", "--select", "kubernetes/removed-api"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "nothing applies the file");

    let environment = with_cluster("clusters/production/apps");
    let run = environment.treewright(&["lint", "--format", "concise", "--select", "kubernetes/removed-api"]);
    assert_eq!(run.code, 1, "Flux applies the file: {}", run.stdout);

    let environment = with_cluster("later");
    environment.write(
        "clusters/production/flux.yaml",
        "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: flux-system}
spec: {interval: 1m, ref: {branch: main}, url: ssh://git@git.example.org/team/applications.git}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: team, namespace: flux-system}
spec: {interval: 10m, path: ./deploy, prune: true, sourceRef: {kind: GitRepository, name: team}}
",
    );
    let run = environment.treewright(&["lint", "--format", "concise", "--select", "kubernetes/removed-api"]);
    assert_eq!(run.code, 1, "a root that applies another repository tells nothing about this one: {}", run.stdout);
}

#[test]
fn archives_and_examples_are_left_alone_until_something_takes_from_them() {
    let kustomization = |environment: &Environment| {
        environment.write("archive/kustomization.yaml", "resources:\n  - budget.yaml\n  - nowhere.yaml\n");
    };
    let lint = |environment: &Environment| {
        environment.treewright(&["lint", "--format", "concise", "--select", "kustomize/missing-resource"])
    };
    let environment = with_cluster("archive");
    kustomization(&environment);
    assert_eq!(lint(&environment).code, 0);

    environment.write("clusters/production/kustomization.yaml", "resources:\n  - flux.yaml\n  - ../../archive\n");
    let run = lint(&environment);
    assert_eq!((run.code, run.stdout.lines().count()), (1, 1), "a cluster takes from the folder: {}", run.stdout);

    let environment = with_cluster("archive");
    kustomization(&environment);
    environment.write("treewright.toml", "archived = [\"old\"]\n");
    assert_eq!(lint(&environment).code, 1, "the configuration says what is kept but not applied");
}
