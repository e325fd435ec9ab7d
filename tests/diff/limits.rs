//! A change that is far too long for a comment.

use std::{collections::BTreeMap, fmt::Write as _};

use treewright::report::{self, CommentOptions};

use super::{COMMON, compare, memory};
use crate::environment::Environment;

/// GitHub takes no longer comment.
const GITHUB: usize = 65_536;

fn repository(image: &str, with_claim: bool) -> treewright::source::Memory {
    let mut files: BTreeMap<String, String> =
        COMMON.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut resources = "namespace: web\nresources:\n".to_owned();
    for number in 0..2000 {
        let _ = writeln!(resources, "  - app-{number}.yaml");
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app-{number}}}\nspec:\n  selector: {{matchLabels: {{app: a{number}}}}}\n  template:\n    \
             metadata: {{labels: {{app: a{number}}}}}\n    spec: {{containers: [{{name: app, image: \"{image}\"}}]}}\n"
        );
        files.insert(format!("apps/app-{number}.yaml"), text);
    }
    if with_claim {
        resources.push_str("  - data.yaml\n");
        files.insert(
            "apps/data.yaml".to_owned(),
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {}\n".to_owned(),
        );
    }
    files.insert("apps/kustomization.yaml".to_owned(), resources);
    memory(&files)
}

/// How often a text stands in another.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn two_thousand_objects_fit_into_a_comment() {
    let diff = compare(repository("app:1", true), repository("app:2 ```` `evil`", false));
    assert_eq!(diff.objects().count(), 2001);
    let link = Some("https://example.org/job/1/diff.html");
    let text = report::diff_markdown(&diff, CommentOptions { limit: GITHUB, link });
    assert!(text.len() <= GITHUB, "{}", text.len());
    assert!(text.len() > GITHUB / 2, "what fits is shown: {}", text.len());
    // The table leads, dangers come next, then the objects.
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing"));
    assert!(at("| production | 0 | 2000 | 1 |") < at("#### Danger"));
    assert!(at("PersistentVolumeClaim web/data would be deleted") < at("<details>"));
    assert!(text.contains("not shown**, because this comment would be too long; [the whole diff](<https://example.org/job/1/diff.html>)"), "{}", &text[text.len() - 3000..]);
    // It is cut between objects: whatever is opened is closed.
    assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
    assert_eq!(count(&text, "\n`````diff\n"), count(&text, "\n`````\n"));
    let shown = count(&text, "<details>");
    let listed = count(&text, "\n- ~ `Deployment");
    let more: usize = text
        .lines()
        .filter_map(|line| line.strip_prefix("- … and ")?.strip_suffix(" more")?.parse::<usize>().ok())
        .sum();
    assert_eq!(shown + listed + more + usize::from(text.contains("\n- - `PersistentVolumeClaim")), 2001);
}

#[test]
fn every_limit_is_kept() {
    let diff = compare(repository("app:1", true), repository("app:2", false));
    for limit in [6_000, 10_000, 30_000, 1_000_000] {
        let text = report::diff_markdown(&diff, CommentOptions { limit, link: None });
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
    }
}

/// A repository of so many objects of each kind, with names that begin so, in units that are called so.
fn many(count: usize, prefix: &str, value: &str) -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    write_many(&environment, count, prefix, value);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "before"]);
    environment
}

fn write_many(environment: &Environment, count: usize, prefix: &str, value: &str) {
    for (path, text) in COMMON {
        environment.write(path, text);
    }
    let (mut objects, mut rules, mut units) = (String::new(), String::new(), String::new());
    for number in 0..count {
        let _ = write!(
            objects,
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {prefix}secret-{number}}}\nstringData: {{password: {value}-{number}-secret}}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {prefix}app-{number}}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{app: a{number}}}}}\n  \
             template:\n    metadata: {{labels: {{app: a{number}}}}}\n    spec: {{containers: [{{name: app, image: \"app:{value}\", envFrom: [{{secretRef: {{name: {prefix}secret-{number}}}}}]}}]}}\n---\n\
             apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {prefix}release-{number}}}\nspec:\n  interval: 10m\n  dependsOn: [{{name: gone}}]\n  \
             chart: {{spec: {{chart: app, version: 1.0.0, sourceRef: {{kind: HelmRepository, name: charts}}}}}}\n  values: {{value: {value}}}\n"
        );
        let _ = writeln!(rules, "    - {{alert: Alert{number}, expr: \"{value} > {number}\"}}");
        if number % 10 == 0 {
            let _ = write!(
                units,
                "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {prefix}unit-{number}, namespace: flux-system}}\nspec:\n  interval: 10m\n  path: \
                 ./units/{number}\n  prune: true\n  suspend: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n"
            );
            let map = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-{number}, namespace: web}}\ndata: {{value: {value}}}\n"
            );
            environment.write(&format!("units/{number}/map.yaml"), &map);
        }
    }
    let lines: String = (0..10 * count).map(|number| format!("    {value} {number}\n")).collect();
    environment.write("clusters/production/units.yaml", &units);
    environment.write("apps/objects.yaml", &objects);
    environment.write(
        "apps/rules.yaml",
        &format!("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: rules}}\nspec:\n  groups:\n  - name: all\n    rules:\n{rules}"),
    );
    environment.write(
        "apps/text.yaml",
        &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: text}}\ndata:\n  text: |\n{lines}"),
    );
    environment.write("apps/kustomization.yaml", "namespace: web\nresources: [objects.yaml, rules.yaml, text.yaml]\n");
}

/// A thousand objects of each of three kinds change, or get other names along with their units: what compares each with each is killed.
#[test]
#[cfg(unix)]
fn large_changes_take_little_time_of_the_processor() {
    let environment = many(1000, "", "one");
    // Secrets that get other names have nothing but a password to tell which is which.
    for (prefix, value, least) in [("", "two", 3000), ("new-", "one", 2000)] {
        write_many(&environment, 1000, prefix, value);
        let mut command = std::process::Command::new("sh");
        command.args([
            "-c",
            "ulimit -t 30; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_treewright"),
            "diff",
            "--format",
            "json",
        ]);
        let run = environment.run(command.current_dir(environment.work()));
        assert_eq!(run.code, 0, "{}", run.stderr);
        let diff = report::read_diff(&run.stdout).expect("a diff");
        let changed =
            diff.objects().filter(|(_, _, object)| object.status == treewright::diff::Status::Changed).count();
        // What says the same under another name is the same.
        assert!(changed >= least, "{changed} of {}", diff.objects().count());
    }
}
