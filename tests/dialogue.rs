//! Questions on a terminal, asked through a pseudo terminal as a user sees them. Skipped without Python, which makes the terminal.

use std::process::Command;

use super::environment::{Environment, Run};

/// Waits for each text in turn and types what belongs to it; prints what was shown, and exits as the program did (128 and more: by a signal).
const TYPIST: &str = r#"
import os, pty, select, signal, sys, time
program, steps = sys.argv[1].split("\x1f"), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    # Whoever runs the tests in the background has interrupts ignored, and the program would inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(program[0], program)
shown, seen = "", 0
def read(wanted, seconds):
    global shown, seen
    end = time.time() + seconds
    while time.time() < end:
        if wanted and wanted in shown[seen:]:
            seen = shown.index(wanted, seen) + len(wanted)
            return True
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                return None
            if not data:
                return None
            shown += data.decode().replace("\r\n", "\n")
    return False
for wanted, typed in zip(steps[::2], steps[1::2]):
    if not read(wanted, 60):
        shown += f"[never shown: {wanted!r}]"
        os.kill(pid, 9)
        break
    os.write(terminal, typed.encode())
else:
    if read(None, 60) is not None:
        shown += "[it never ended]"
        os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
"#;

/// Runs the program on a terminal; `None` without Python.
fn typed(environment: &Environment, arguments: &[&str], steps: &[(&str, &str)]) -> Option<Run> {
    if Command::new("python3").args(["-c", "import pty"]).output().is_ok_and(|output| output.status.success()) {
        let program = [&[env!("CARGO_BIN_EXE_treewright")][..], arguments].concat().join("\x1f");
        let steps = steps.iter().flat_map(|(wanted, typed)| [*wanted, *typed]);
        let mut command = Command::new("python3");
        command.args(["-c", TYPIST, &program]).args(steps).env("NO_COLOR", "1").current_dir(environment.work());
        return Some(environment.run(&mut command));
    }
    eprintln!("skipped: no Python with pseudo terminals");
    None
}

const BLUEPRINT: &str = "\
blueprint: ours
version: 1.0.0
summary: A greeting
parameters:
  host: {title: Host, type: string, format: hostname, examples: [hub.example.org]}
  mode: {title: How, enum: [plain, grand], default: plain}
  limits:
    title: Limits
    type: object
    required: [most]
    properties:
      least: {title: Least, type: integer, default: 1}
      most: {title: Most, type: integer, minimum: 0}
  title: {title: Title, when: mode == \"grand\", type: string}
required: [host, title]
checks:
  - unless: limits.least <= limits.most
    parameter: limits.most
    message: Less than the least
manifests: [greeting.yaml]
";
const GREETING: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: greeting\n  namespace: default\ndata:\n  host: [[ host ]]\n  most: \"[[ limits.most ]]\"\n";

fn repository() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("blueprints/ours/blueprint.yaml", BLUEPRINT);
    environment.write("blueprints/ours/greeting.yaml", GREETING);
    environment
}

#[test]
fn what_is_open_is_asked_and_nothing_is_written_before_a_yes() {
    let environment = repository();
    let steps = [
        ("Host (such as hub.example.org): ", "\n"),
        ("  this needs an answer\nHost (such as hub.example.org): ", "no host!\n"),
        ("the value must be a host name", "a.example.org\n"),
        ("\nLimits\nMost: ", "0\n"),
        ("\nLess than the least\nMost: ", "7\n"),
        ("+  most: \"7\"", ""),
        ("Write 2 files to apps/hub? [yes]: ", "\n"),
        ("Wrote hub from ours 1.0.0 to apps/hub:", ""),
    ];
    let Some(run) = typed(&environment, &["new", "ours", "hub"], &steps) else { return };
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("never shown"), "{}", run.stdout);
    // What has a default, and what is not asked under these answers, is not asked.
    assert!(!run.stdout.contains("How (") && !run.stdout.contains("Title"), "{}", run.stdout);
    assert!(environment.read("apps/hub/greeting.yaml").contains("  host: a.example.org\n  most: \"7\"\n"));
}

#[test]
fn every_question_is_asked_on_demand_with_its_default() {
    let environment = repository();
    let steps = [
        ("Host (such as hub.example.org): ", "a.example.org\n"),
        ("How (plain, grand) [plain]: ", "great\n"),
        ("How (plain, grand) [plain]: ", "grand\n"),
        ("Least [1]: ", "\n"),
        ("Most: ", "2\n"),
        ("Title: ", "Dr\n"),
        ("GitRepository that holds this repository [flux-system]: ", "\n"),
        ("Its namespace [flux-system]: ", "\n"),
        ("URL under which Flux reads this repository", "\n"),
        ("Branch [main]: ", "\n"),
        ("since 2.9 (true, false) [false]: ", "\n"),
        ("[yes]: ", "no\n"),
        ("nothing was written", ""),
    ];
    let Some(run) = typed(&environment, &["new", "ours", "hub", "--ask"], &steps) else { return };
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(!run.stdout.contains("never shown"), "{}", run.stdout);
    assert!(!environment.work().join("apps").exists());
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let environment = repository();
    let before = environment.everything();
    let steps = [("Host (such as hub.example.org): ", "a.example.org\n"), ("Most: ", "\x03")];
    let Some(run) = typed(&environment, &["new", "ours", "hub"], &steps) else { return };
    assert_eq!(run.code, 128 + 2, "{}", run.stdout);
    assert_eq!(environment.everything(), before);
}

#[test]
fn each_cluster_is_asked_with_the_answers_of_the_one_before() {
    let environment = repository();
    assert_eq!(environment.treewright(&["init", "--cluster", "staging,production"]).code, 0);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "Begin"]);
    let steps = [
        ("\nCluster staging\nHost (such as hub.example.org): ", "a.example.org\n"),
        ("Most: ", "3\n"),
        ("\nCluster production\nHost (such as hub.example.org) [a.example.org]: ", "b.example.org\n"),
        ("Most [3]: ", "\n"),
        ("[yes]: ", "\n"),
        ("Wrote hub from ours 1.0.0 to apps/base/hub, apps/staging/hub and apps/production/hub:", ""),
    ];
    let arguments = ["new", "ours", "hub", "--cluster", "staging,production"];
    let Some(run) = typed(&environment, &arguments, &steps) else { return };
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("never shown"), "{}", run.stdout);
    let lock = environment.read("apps/base/hub/treewright.lock");
    let answers = lock.split("[answers]\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("answers");
    assert_eq!(
        answers,
        "clusters = { staging = { host = \"a.example.org\" }, production = { host = \"b.example.org\" } }\nlimits = { most = 3 }"
    );
}
