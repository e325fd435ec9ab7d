//! Hostile and unlucky input to the whole program: everything ends soon, in little memory, with a message, and without a panic.

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    sync::Arc,
};

use serde_json::{Value, json};
use treewright::{
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::Memory,
};

use crate::environment::{Environment, Run};

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
const BROKEN: &str = "a: [\n";

fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: default}}\n")
}

/// Anchors that each hold the one before twice.
fn bomb(levels: usize) -> String {
    let mut text = "data:\n  a0: &a0 {x: '1'}\n".to_owned();
    for level in 1..levels {
        let below = level - 1;
        writeln!(text, "  a{level}: &a{level} {{l: *a{below}, r: *a{below}}}").unwrap();
    }
    text
}

/// Runs the program with little memory, a small stack and little time of the processor: what would go on without end is killed.
fn bounded(environment: &Environment, arguments: &[&str]) -> Run {
    let mut command = Command::new("sh");
    let script = "ulimit -v 4194304; ulimit -s 1024; ulimit -t 30; exec \"$0\" \"$@\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_treewright")]).args(arguments).current_dir(environment.work());
    let run = environment.run(&mut command);
    assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
    assert!(!run.stdout.contains("repo/rule-failed"), "{arguments:?}: {}", run.stdout);
    run
}

/// Lints; the broken file that stands beside what is hostile must be found all the same.
fn lint(environment: &Environment) -> String {
    environment.write("zz-broken.yaml", BROKEN);
    let run = bounded(environment, &["lint", "--format", "concise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("zz-broken.yaml:1:4: error[yaml/syntax]"), "{}", run.stdout);
    run.stdout
}

fn refuses_to_build(environment: &Environment, path: &str, words: &str) {
    let run = bounded(environment, &["build", path]);
    assert_eq!(run.code, 2, "{path}: {run:?}");
    assert!(run.stderr.contains(words), "{path}: {}", run.stderr);
}

#[test]
fn alias_bombs_are_findings_wherever_they_lie() {
    let environment = Environment::new();
    let multiply = "the aliases of this file multiply it beyond all measure";
    environment.write("plain.yaml", &(config_map("a") + &bomb(30)));
    let mut merged = config_map("b") + "data:\n  a0: &a0 {x: '1'}\n";
    let mut at_root = "a0: &a0 {x: '1'}\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(merged, "  a{level}: &a{level}\n    <<: [*a{below}, *a{below}]\n    k{level}: 1").unwrap();
        writeln!(at_root, "a{level}: &a{level} {{<<: [*a{below}, *a{below}]}}").unwrap();
    }
    environment.write("merged.yaml", &merged);
    environment.write("merged-at-root.yaml", &(at_root + "<<: *a29\n"));
    let mut list = "apiVersion: v1\nkind: List\n".to_owned() + &bomb(20) + "items:\n";
    for item in 0..100 {
        writeln!(list, "- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{item}}}, data: *a19}}").unwrap();
    }
    environment.write("list.yaml", &list);
    let long = "x".repeat(100_000);
    environment.write("bytes.yaml", &format!("a: &a '{long}'\nl: [{}*a]\n", "*a, ".repeat(50_000)));
    environment.write("keys.yaml", &format!("a: &a {{'{long}': 1}}\nl: [{}*a]\n", "*a, ".repeat(50_000)));
    let documents: Vec<String> = (0..30).map(|document| config_map(&format!("d{document}")) + &bomb(12)).collect();
    environment.write("documents.yaml", &documents.join("---\n"));
    let found = lint(&environment);
    for file in ["plain", "merged", "merged-at-root", "list", "bytes", "keys", "documents"] {
        let line = found.lines().find(|line| line.starts_with(&format!("{file}.yaml:")));
        assert!(line.is_some_and(|line| line.contains(multiply)), "{file}: {found}");
    }
    let mut tower = "a0: &a0 1\n".to_owned();
    for level in 1..50_000 {
        writeln!(tower, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    environment.write("tower.yaml", &tower);
    assert!(lint(&environment).contains("nest deeper than"));

    environment.write("k/cm.yaml", &config_map("a"));
    environment.write("k/patch.yaml", &(config_map("a") + &bomb(30)));
    environment.write(
        "k/kustomization.yaml",
        &format!("{KUSTOMIZATION}resources: [cm.yaml]\npatches: [{{path: patch.yaml}}]\n"),
    );
    refuses_to_build(&environment, "k", multiply);
    let annotations = bomb(30).replace("data:", "commonAnnotations:");
    environment.write("k/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [cm.yaml]\n{annotations}"));
    refuses_to_build(&environment, "k", multiply);
    environment.write("answers.yaml", &bomb(30));
    let run = bounded(&environment, &["new", "jupyterhub-espsrc", "x", "--init", "--answers", "answers.yaml"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(multiply), "{}", run.stderr);
}

/// Anchors as people use them: a few hundred nodes instead of a few dozen.
#[test]
fn ordinary_anchors_are_no_bombs() {
    let environment = Environment::new();
    let mut text = config_map("a") + "data: &data\n";
    for key in 0..50 {
        writeln!(text, "  k{key}: v").unwrap();
    }
    for copy in 0..100 {
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:";
        writeln!(text, "---\n{head} {{name: c{copy}, namespace: default, labels: &d{copy} {{a: b}}}}\ndata: *d{copy}")
            .unwrap();
    }
    environment.write("anchors.yaml", &text);
    assert_eq!(bounded(&environment, &["lint"]).stdout, "");
}

/// A quadratic step over this many keys would take minutes.
#[test]
fn many_keys_take_no_time() {
    let environment = Environment::new();
    let mut text = config_map("a") + "data:\n";
    for number in 0..100_000 {
        writeln!(text, "  key{number}: \"é {number}\" # c").unwrap();
    }
    environment.write("k/a.yaml", &text);
    environment.write("k/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [a.yaml]\nnamePrefix: x-\n"));
    lint(&environment);
    assert_eq!(bounded(&environment, &["build", "k"]).code, 0);
}

#[test]
fn depth_without_end_is_a_finding() {
    let environment = Environment::new();
    let n = 100_000;
    let deep = [
        ("flow", format!("a: {}{}", "[".repeat(n), "]".repeat(n))),
        ("json", format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n))),
        ("block", format!("{}a", "- ".repeat(n))),
        ("question", format!("{}a", "? ".repeat(n))),
        ("open", "[".repeat(n)),
    ];
    for (name, text) in &deep {
        environment.write(&format!("{name}.yaml"), text);
    }
    let found = lint(&environment);
    for (name, _) in &deep {
        assert!(found.contains(&format!("{name}.yaml:")), "{name}: {found}");
    }
    let run = bounded(&environment, &["lint"]);
    assert!(run.stdout.len() < 20_000, "long lines are shown in part: {} bytes", run.stdout.len());
}

#[test]
fn bytes_that_are_no_text_are_findings() {
    let environment = Environment::new();
    let bad: [(&str, &[u8]); 8] = [
        ("latin", b"a: \xe9\n"),
        ("nul", b"a: 1\0\nb: 2\n"),
        ("utf16", b"\xff\xfea\0:\0 \x001\0\n\0"),
        ("utf32", b"\xff\xfe\0\0a\0\0\0"),
        ("late-mark", b"a: 1\n\xef\xbb\xbfb: 2\n"),
        ("surrogate", b"a: \"\\ud800\"\n"),
        ("return", b"a: [\rb: ]]\r\r"),
        ("next-line", b"a: 1\xc2\x85b: 2\xe2\x80\xa8c: 3\n"),
    ];
    for (name, bytes) in bad {
        fs::write(environment.work().join(format!("{name}.yaml")), bytes).unwrap();
    }
    let fine: [(&str, &[u8]); 6] = [
        ("mark", b"\xef\xbb\xbfa: 1\n"),
        ("mark-alone", b"\xef\xbb\xbf"),
        ("empty", b""),
        ("crlf", b"a: 1\r\nb: |\r\n  x\r\n  y\r\n"),
        ("markers", b"---\n...\n---\n---\n...\n"),
        ("scalar", b"hello\n"),
    ];
    for (name, bytes) in fine {
        fs::write(environment.work().join(format!("{name}.yaml")), bytes).unwrap();
    }
    let found = lint(&environment);
    for (name, _) in bad {
        assert!(found.contains(&format!("{name}.yaml:")), "{name}: {found}");
    }
    for (name, _) in fine {
        assert!(!found.contains(&format!("\n{name}.yaml:")), "{name}: {found}");
    }
    let huge = "a: 1\n".repeat(7_000_000);
    environment.write("huge.yaml", &huge);
    assert!(lint(&environment).contains("huge.yaml:1:1: error[yaml/syntax]"));
}

#[cfg(unix)]
#[test]
fn no_output_steers_the_terminal() {
    let environment = Environment::new();
    for name in ["escape\u{1b}[31m", "two\nlines", "right\u{202e}", "bell\u{7}"] {
        environment.write(&format!("{name}.yaml"), "\u{1b}[2J\u{9b}x\u{202e}\u{7}: [\n");
    }
    environment.write(
        "apps/kustomization.yaml",
        &format!("{KUSTOMIZATION}resources: [\"a\\e[31m\\n\\u202e\"]\nnamePrefix: {{\"\\e]0;x\\a\": 1}}\n"),
    );
    let runs = [&["lint"][..], &["lint", "--format", "concise"], &["build", "apps"], &["lint", "no\u{1b}[31m"]];
    for arguments in runs {
        let run = bounded(&environment, arguments);
        for output in [&run.stdout, &run.stderr] {
            let steers = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{9b}');
            assert!(!output.contains(steers), "{arguments:?}: {}", output.escape_debug());
        }
    }
    let concise = bounded(&environment, &["lint", "--format", "concise"]).stdout;
    assert!(concise.contains("two\\nlines.yaml:1:"), "{concise}");
}

#[test]
fn long_lines_are_shown_in_part_with_their_true_columns() {
    let environment = Environment::new();
    let long = "x ".repeat(200_000);
    environment.write("long.yaml", &format!("a: \"{long}\"\nb: [1, '{long}', {{c: ]\nd: \"{long}\"\n"));
    let run = bounded(&environment, &["lint"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.len() < 2_000, "{}", run.stdout.len());
    let concise = bounded(&environment, &["lint", "--format", "concise"]).stdout;
    let place = concise.split(": error").next().unwrap();
    assert!(run.stdout.contains(&format!("[{place}]")), "{place}: {}", run.stdout);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    use std::os::unix::fs::symlink;
    let environment = Environment::new();
    let work = environment.work();
    let pipe = |path: &str| assert!(Command::new("mkfifo").arg(work.join(path)).status().unwrap().success());
    environment.write("dir.yaml/in.yaml", BROKEN);
    let _socket = std::os::unix::net::UnixListener::bind(work.join("s.yaml")).unwrap();
    for (target, link) in [
        ("/dev/zero", "zero.yaml"),
        ("b.yaml", "a.yaml"),
        ("a.yaml", "b.yaml"),
        (".", "self"),
        ("/etc/passwd", "out.yaml"),
        ("../..", "up"),
        ("nowhere", "dangling.yaml"),
    ] {
        symlink(target, work.join(link)).unwrap();
    }
    pipe("pipe.yaml");
    for (target, directory) in [("/dev/zero", "zero"), ("kustomization.yaml", "loop")] {
        fs::create_dir(work.join(directory)).unwrap();
        symlink(target, work.join(directory).join("kustomization.yaml")).unwrap();
    }
    let every =
        "[dir.yaml, s.yaml, zero.yaml, a.yaml, self, self/self, out.yaml, up, dangling.yaml, pipe.yaml, zero, loop]";
    environment.write(
        "kustomization.yaml",
        &format!("{KUSTOMIZATION}resources: {every}\nconfigMapGenerator: [{{name: a, files: [pipe.yaml, zero.yaml]}}]\npatches: [{{path: pipe.yaml}}]\n"),
    );
    for path in [".", "zero", "loop", "pipe.yaml", "self/loop"] {
        assert_eq!(bounded(&environment, &["build", path]).code, 2, "{path}");
    }
    assert!(lint(&environment).contains("dir.yaml/in.yaml:1:4"));
    let run = bounded(&environment, &["new", "jupyterhub-espsrc", "x", "--init", "--answers", "/dev/zero"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot read the answers file `/dev/zero`"), "{}", run.stderr);
    // Git reads neither links nor pipes as rules on what to ignore.
    environment.write("below/x.yaml", BROKEN);
    symlink("/dev/zero", work.join("below/.gitignore")).unwrap();
    assert!(lint(&environment).contains("below/x.yaml:1:4"));
    pipe(".gitignore");
    assert!(lint(&environment).contains("below/x.yaml:1:4"));
}

#[test]
fn repositories_in_any_state_are_linted() {
    let environment = Environment::new();
    environment.git(&["init", "-q"]);
    lint(&environment);
    assert_eq!(bounded(&environment, &["lint", "--staged"]).code, 0);
    assert_eq!(bounded(&environment, &["lint", "--rev", "HEAD"]).code, 2);
    environment.git(&["add", "."]);
    environment.git(&["commit", "-qm", "One"]);
    environment.git(&["checkout", "-q", "--detach"]);
    lint(&environment);
    environment.git(&["worktree", "add", "-q", "../tree"]);
    assert_eq!(bounded(&environment, &["-C", "../tree", "lint", "--staged"]).code, 1);
    environment.git(&["init", "-q", "nested"]);
    environment.write("nested/other.yaml", BROKEN);
    assert!(!lint(&environment).contains("nested/"), "another repository's files are not looked at");
    environment.git(&["init", "-q", "--bare", "../bare"]);
    let run = bounded(&environment, &["-C", "../bare", "lint"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("has no work tree"), "{}", run.stderr);
    for index in [&b"junk"[..], b"DIRC\0\0\0\x02\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        fs::write(environment.work().join(".git/index"), index).unwrap();
        lint(&environment);
        assert_eq!(bounded(&environment, &["lint", "--staged"]).code, 2);
    }
}

#[test]
fn kustomizations_that_include_each_other_end() {
    let environment = Environment::new();
    for (directory, text) in [
        ("own", format!("{KUSTOMIZATION}resources: [.]\n")),
        ("a", format!("{KUSTOMIZATION}resources: [../b]\n")),
        ("b", format!("{KUSTOMIZATION}resources: [../a]\n")),
        ("c", format!("{KUSTOMIZATION}components: [../d]\n")),
        ("d", format!("{COMPONENT}resources: [../c]\n")),
        ("e/f", format!("{KUSTOMIZATION}resources: [../../e]\n")),
        ("e", format!("{KUSTOMIZATION}resources: [f]\n")),
    ] {
        environment.write(&format!("{directory}/kustomization.yaml"), &text);
    }
    for directory in ["own", "a", "b", "c", "e", "e/f"] {
        refuses_to_build(&environment, directory, "cycle");
    }
    for level in 0..500 {
        let text = format!("{KUSTOMIZATION}resources: [../{}]\n", level + 1);
        environment.write(&format!("chain/{level}/kustomization.yaml"), &text);
    }
    refuses_to_build(&environment, "chain/0", "include each other in a row");
    lint(&environment);
}

#[test]
fn kustomizations_that_multiply_are_refused() {
    let environment = Environment::new();
    environment.write("named/0/cm.yaml", &config_map("a"));
    environment.write("named/0/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [cm.yaml]\n"));
    environment
        .write("remote/0/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [https://example.org/a.yaml]\n"));
    environment.write("missing/0/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [nothing.yaml]\n"));
    environment.write("part/0/kustomization.yaml", &format!("{COMPONENT}namePrefix: x\n"));
    for level in 1..31 {
        let below = level - 1;
        for side in ["l", "r"] {
            let text = format!("{KUSTOMIZATION}namePrefix: {side}\nresources: [../{below}]\n");
            environment.write(&format!("named/{level}{side}/kustomization.yaml"), &text);
        }
        let both = format!("{KUSTOMIZATION}resources: [../{level}l, ../{level}r]\n");
        environment.write(&format!("named/{level}/kustomization.yaml"), &both);
        for folder in ["remote", "missing"] {
            let twice = format!("{KUSTOMIZATION}resources: [../{below}, ../{below}]\n");
            environment.write(&format!("{folder}/{level}/kustomization.yaml"), &twice);
        }
        let twice = format!("{COMPONENT}components: [../{below}, ../{below}]\n");
        environment.write(&format!("part/{level}/kustomization.yaml"), &twice);
    }
    environment.write("kustomization.yaml", &format!("{KUSTOMIZATION}components: [part/30]\n"));
    for directory in ["named/30", "remote/30", "."] {
        refuses_to_build(&environment, directory, "multiplies its objects beyond all measure");
    }
    lint(&environment);
}

#[test]
fn patches_and_generators_that_multiply_are_refused() {
    let environment = Environment::new();
    environment.write("cm.yaml", &(config_map("a") + "data: {a: {x: '1'}}\n"));
    let mut copies = String::new();
    for copy in 0..30 {
        writeln!(copies, "- {{op: copy, from: /data, path: /data/c{copy}}}").unwrap();
    }
    environment.write("copies.yaml", &copies);
    let patch = "patches: [{path: copies.yaml, target: {kind: ConfigMap}}]\n";
    environment.write("kustomization.yaml", &format!("{KUSTOMIZATION}resources: [cm.yaml]\n{patch}"));
    refuses_to_build(&environment, ".", "the copies of this patch multiply the object");

    let files = (0..40).map(|file| format!("  - k{file}=big")).collect::<Vec<_>>().join("\n");
    environment.write("big", &"x".repeat(4_000_000));
    environment
        .write("kustomization.yaml", &format!("{KUSTOMIZATION}configMapGenerator:\n- name: a\n  files:\n{files}"));
    refuses_to_build(&environment, ".", "`a` would hold more than 67108864 bytes");

    let objects: Vec<String> = (0..2_000).map(|number| config_map(&format!("c{number}"))).collect();
    environment.write("all.yaml", &objects.join("---\n"));
    let data = (0..5_000).map(|key| format!("  k{key}: v")).collect::<Vec<_>>().join("\n");
    environment.write("wide.yaml", &(config_map("any") + "data:\n" + &data));
    let patch = "patches: [{path: wide.yaml, target: {name: c.*}}]\n";
    environment.write("kustomization.yaml", &format!("{KUSTOMIZATION}resources: [all.yaml]\n{patch}"));
    refuses_to_build(&environment, ".", "multiplies its objects beyond all measure");
}

#[test]
fn regular_expressions_cannot_explode() {
    let environment = Environment::new();
    environment.write("cm.yaml", &config_map(&"a".repeat(200)));
    let nested = "(".repeat(10_000);
    for pattern in ["(a+)+$", "((a{100}){100}){100}", &nested, "[", "a**", "(?=a)"] {
        let patch = "patch: '[{\"op\": \"add\", \"path\": \"/data\", \"value\": {}}]'";
        let text =
            format!("{KUSTOMIZATION}resources: [cm.yaml]\npatches:\n- target: {{name: '{pattern}'}}\n  {patch}\n");
        environment.write("kustomization.yaml", &text);
        bounded(&environment, &["build", "."]);
        lint(&environment);
    }
}

#[test]
fn flux_paths_lead_nowhere_else() {
    let environment = Environment::new();
    let long = "y/".repeat(5_000);
    let paths = [
        "../../..",
        "/",
        "/etc",
        "\"a\\0b\"",
        "cm.yaml",
        "~",
        "[a]",
        "{a: b}",
        "12",
        "''",
        ".git",
        "\"\\e[31m\"",
        &long,
    ];
    let mut text = String::new();
    for (number, path) in paths.iter().enumerate() {
        writeln!(text, "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization").unwrap();
        writeln!(text, "metadata: {{name: k{number}, namespace: flux-system}}\nspec: {{path: {path}}}").unwrap();
    }
    environment.write("k.yaml", &text);
    environment.write("cm.yaml", &config_map("a"));
    environment.write("nul/kustomization.yaml", &format!("{KUSTOMIZATION}resources: [\"a\\0b\", {long}]\n"));
    lint(&environment);
}

#[test]
fn a_broken_lock_is_refused_and_stays() {
    let environment = Environment::new();
    environment.git(&["init", "-q"]);
    let deep = format!("format = 2\na = {}", "[".repeat(100_000));
    let dotted = format!("format = 2\nx{} = 1\n", ".x".repeat(50_000));
    let huge = format!("format = 2\n{}", "#".repeat(40_000_000));
    for lock in [
        "\0\0",
        "format = 99\n",
        "format = \"x\"\n",
        "format = 2\ninstance = 3\n",
        "<<<<<<< HEAD\n",
        &deep,
        &dotted,
        &huge,
    ] {
        environment.write("treewright.lock", lock);
        environment.git(&["add", "."]);
        let run = bounded(&environment, &["new", "jupyterhub-espsrc", "b", "--example", "notebook"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("treewright.lock"), "{}", run.stderr);
        assert_eq!(environment.read("treewright.lock").len(), lock.len());
    }
}

#[test]
fn templates_end() {
    let environment = Environment::new();
    environment.git(&["init", "-q"]);
    let blueprint = "blueprint: trap\nversion: 1.0.0\nsummary: x\nengines: [flux]\nparameters:\n  a: {title: A, type: string, default: x}\nmanifests: ['manifests/*.yaml']\n";
    environment.write("blueprints/trap/blueprint.yaml", blueprint);
    let chain = |part: &str| format!("a: [[ {} ]]", part.repeat(50_000) + "a");
    let long = [
        chain("-"),
        chain("not "),
        chain("a ~ "),
        format!("a: [[ a{} ]]", ".a".repeat(50_000)),
        format!("a: [[ a{} ]]", "|upper".repeat(50_000)),
    ];
    let shorts = [
        "[% for i in range(1000000000) %]x[% endfor %]",
        "[% for i in range(90000) %][% for j in range(90000) %][% endfor %][% endfor %]",
        "[% macro m() %][[ m() ]][% endmacro %][[ m() ]]",
        "a: [[ 'x' * 1000000000 ]]",
        "a: [[ ('x' * 90000)|replace('x', 'y' * 90000)|length ]]",
        "a: [[ range(90000)|join('x' * 90000)|length ]]",
        "a: [[ '%1000000000d'|format(1) ]]",
        "a: [[ [1]|batch(1000000000)|list|length ]]",
        "a: [[ [1]|slice(1000000000)|list|length ]]",
        "[% include 'blueprint.yaml' %]",
        "[% for i in range(90000) %]- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n[% endfor %]",
    ];
    for template in shorts.into_iter().chain(long.iter().map(String::as_str)) {
        environment.write("blueprints/trap/manifests/t.yaml", template);
        environment.git(&["add", "."]);
        let run = bounded(&environment, &["new", "trap", "x", "--dry-run"]);
        assert_eq!(run.code, 2, "{}: {run:?}", &template[..template.len().min(80)]);
    }
}

#[test]
fn closed_pipes_and_odd_terminals_are_no_fault() {
    let environment = Environment::new();
    environment.write("cm.yaml", &config_map("a"));
    environment.write("kustomization.yaml", &format!("{KUSTOMIZATION}resources: [cm.yaml]\n"));
    for command in ["lint", "build .", "rules", "schema list", "man", "--help"] {
        for redirection in ["| true", ">&- 2>&-", "2>&- | cat", "| head -n 1"] {
            let script = format!("set -o pipefail; '{}' {command} {redirection}", env!("CARGO_BIN_EXE_treewright"));
            let mut shell = Command::new("bash");
            let run = environment.run(shell.args(["-c", &script]).current_dir(environment.work()));
            assert!(!run.stderr.contains("panicked"), "{script}: {}", run.stderr);
            assert!(run.code < 3, "{script}: {run:?}");
        }
        for columns in ["0", "1", "10000", "99999999999999999999", "x"] {
            let mut program = Command::new(env!("CARGO_BIN_EXE_treewright"));
            program.args(command.split(' ')).current_dir(environment.work()).env("COLUMNS", columns);
            let output = program.stdin(Stdio::null()).output().unwrap();
            assert!(output.status.code().is_some_and(|code| code < 2), "{command} at {columns}: {output:?}");
        }
    }
}

const MARKER: &str = "sUp3rS3cr3tM4rk3r";

/// Real-looking files, in one repository; secrets hold the marker.
fn cluster() -> Vec<(&'static str, Value)> {
    let release = |name: &str, values: Value| {
        json!({
            "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
            "metadata": {"name": name, "namespace": "apps"},
            "spec": {
                "interval": "5m",
                "chart": {"spec": {"chart": "hub", "version": "1.2.3", "sourceRef": {"kind": "HelmRepository", "name": "hub"}}},
                "valuesFrom": [
                    {"kind": "ConfigMap", "name": "values", "valuesKey": "values.yaml"},
                    {"kind": "Secret", "name": "creds", "valuesKey": "password", "targetPath": "hub.password"}
                ],
                "values": values
            }
        })
    };
    vec![
        (
            "apps/kustomization.yaml",
            json!({
                "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": "apps",
                "resources": ["release.yaml", "secret.yaml", "deployment.yaml", "store.yaml"],
                "components": ["../part"],
                "patches": [{"path": "patch.yaml", "target": {"kind": "Deployment", "name": "a.*"}}, {"patch": "- {op: remove, path: /spec/replicas}", "target": {"kind": "Deployment"}}],
                "configMapGenerator": [{"name": "values", "files": ["values.yaml"], "literals": ["a=b"], "options": {"labels": {"a": "b"}}}],
                "generatorOptions": {"disableNameSuffixHash": true},
                "labels": [{"pairs": {"a": "b"}, "includeSelectors": true}],
                "images": [{"name": "nginx", "newTag": "1"}], "replicas": [{"name": "app", "count": 2}], "namePrefix": ""
            }),
        ),
        (
            "part/kustomization.yaml",
            json!({"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "commonAnnotations": {"a": "b"}}),
        ),
        ("apps/release.yaml", release("hub", json!({"hub": {"password": MARKER, "db": {"url": "x"}}}))),
        (
            "apps/secret.yaml",
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "creds"}, "type": "Opaque", "stringData": {"password": MARKER}, "data": {"token": "c1VwM3JTM2NyM3RNNHJrM3I="}}),
        ),
        ("apps/values.yaml", json!({"hub": {"password": MARKER}})),
        (
            "apps/patch.yaml",
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app"}, "spec": {"template": {"spec": {"containers": [{"name": "app", "env": [{"name": "PASSWORD", "value": MARKER}]}]}}}}),
        ),
        (
            "apps/deployment.yaml",
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "app"}, "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}, "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "app", "image": "nginx:1", "envFrom": [{"secretRef": {"name": "creds"}}]}], "volumes": [{"name": "v", "secret": {"secretName": "creds"}}]}}}}),
        ),
        (
            "apps/store.yaml",
            json!({"apiVersion": "v1", "kind": "List", "items": [
                {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "metadata": {"name": "store"}, "spec": {"provider": {"vault": {"server": "http://vault:8200", "path": "app", "auth": {"kubernetes": {"role": "r", "mountPath": "kubernetes"}}}}}},
                {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": "es"}, "spec": {"secretStoreRef": {"name": "store", "kind": "SecretStore"}, "target": {"name": "made", "template": {"data": {"k": "{{ .v }}"}}}, "data": [{"secretKey": "v", "remoteRef": {"key": "p", "property": "q"}}], "dataFrom": [{"extract": {"key": "p"}}]}}
            ]}),
        ),
        (
            "flux/apps.yaml",
            json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "apps", "namespace": "flux-system"}, "spec": {"interval": "1m", "path": "./apps", "prune": true, "targetNamespace": "apps", "sourceRef": {"kind": "GitRepository", "name": "flux-system"}, "dependsOn": [{"name": "infra"}], "patches": [{"patch": "a: b", "target": {"kind": "X"}}], "postBuild": {"substitute": {"a": "b"}, "substituteFrom": [{"kind": "Secret", "name": "creds"}]}, "decryption": {"provider": "sops"}}}),
        ),
        (
            "flux/source.yaml",
            json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmRepository", "metadata": {"name": "hub", "namespace": "apps"}, "spec": {"url": "https://example.org", "interval": "1h", "secretRef": {"name": "creds"}}}),
        ),
    ]
}

/// The places of all nodes, as JSON pointers.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{place}/{index}"), found));
        }
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            places(value, &format!("{place}/{}", key.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

fn all_findings(files: &[(&str, Value)]) -> String {
    let mut view = Memory::new();
    for (path, content) in files {
        view.insert(RepoPath::new(path).unwrap(), serde_json::to_string_pretty(content).unwrap());
    }
    let project = Project::open(Arc::new(view)).expect("content is no reason to fail");
    let outcome = lint::lint(&project, &Options::default());
    let texts = |path: &RepoPath| project.text(path);
    report::concise(&outcome.findings, &texts)
        + &report::text(&outcome.findings, &texts, TextOptions { colour: false, width: 80 })
}

/// Every node of every file becomes other kinds of node, one at a time.
#[test]
fn rules_survive_any_kind_of_node_anywhere_and_show_no_secret() {
    let files = cluster();
    let kinds = [
        json!(null),
        json!(true),
        json!(1),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!([null]),
        json!({"a": [{}]}),
    ];
    let shows = |found: &str| found.contains(MARKER) || found.contains("c1VwM3JT");
    assert!(!shows(&all_findings(&files)), "{}", all_findings(&files));
    for (index, (path, content)) in files.iter().enumerate() {
        let mut all = Vec::new();
        places(content, "", &mut all);
        for (number, place) in all.iter().enumerate() {
            // A third of the kinds for each node, another third for the next: all of them take three times as long.
            for kind in kinds.iter().skip(number % 3).step_by(3) {
                let mut changed = files.clone();
                *changed[index].1.pointer_mut(place).unwrap() = kind.clone();
                let found = all_findings(&changed);
                assert!(!found.contains("repo/rule-failed"), "{path}{place} as {kind}: {found}");
                assert!(!shows(&found), "{path}{place} as {kind}: {found}");
            }
        }
    }
}

/// Nodes all over the bundled blueprint's manifest become another kind of node, one at a time.
#[test]
fn blueprint_manifests_of_any_shape_are_refused_or_read() {
    use treewright::blueprint::{Blueprint, Folder};
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/blueprints/jupyterhub-espsrc/blueprint.yaml"))
        .unwrap();
    let manifest: Value = serde_yaml::from_str(&text).unwrap();
    let kinds = [json!(null), json!(1), json!("[[ x"), json!([]), json!({}), json!({"a": [{}]})];
    let mut all = Vec::new();
    places(&manifest, "", &mut all);
    // All of them take minutes; a step that has no divisor in common with the number of kinds meets every kind everywhere.
    for (place, kind) in all.iter().zip(kinds.iter().cycle()).step_by(7) {
        let mut changed = manifest.clone();
        *changed.pointer_mut(place).unwrap() = kind.clone();
        let content = serde_json::to_vec_pretty(&changed).unwrap();
        let files = [(RepoPath::new("blueprint.yaml").unwrap(), content)];
        let folder = Folder::new(RepoPath::new("jupyterhub-espsrc").unwrap(), files);
        // A panic is what fails here; most changes are faults, some are not.
        let _ = Blueprint::read(folder);
    }
}
