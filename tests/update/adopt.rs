//! Trees that are taken under management.

use super::{change, commit, publish, site};
use crate::environment::Environment;

#[test]
fn a_tree_of_the_blueprint_gets_its_answers_back() {
    let environment = site();
    let lock = environment.read("apps/lab/treewright.lock");
    std::fs::remove_file(environment.work().join("apps/lab/treewright.lock")).expect("can be removed");
    change(&environment, "apps/lab/values.yaml", "timeout: 3600", "timeout: 600  # ours");
    change(&environment, "apps/lab/helmrelease.yaml", "interval: 10m", "interval: 30m");
    change(&environment, "apps/lab/RUNBOOK.md", "3. Log in.", "3. Log in with your badge.");
    let found = environment.treewright(&["adopt", "apps/lab", "--blueprint", "lab-hub"]);
    assert_eq!(found.code, 0, "{}{}", found.stdout, found.stderr);
    assert!(found.stdout.contains("answers: {\n  \"host\": \"hub.example.org\"\n}\n"), "{}", found.stdout);
    for line in ["  differs   RUNBOOK.md\n", "-      timeout: 3600\n+      timeout: 600  # ours\n"] {
        assert!(found.stdout.contains(line), "no {line:?} in\n{}", found.stdout);
    }
    assert_eq!(environment.read("apps/lab/treewright.lock"), lock);
    // From now on the differences are edits, which an update keeps.
    commit(&environment, "Adopt");
    publish(&environment, "v2");
    let run = environment.treewright(&["update", "--on-conflict=ours"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(environment.read("apps/lab/values.yaml").contains("timeout: 600  # ours"));
}

#[test]
fn the_deployment_of_a_real_site_is_recognised() {
    let environment = Environment::new();
    let made = environment.treewright(&[
        "new",
        "jupyterhub-espsrc",
        "notebook",
        "--init",
        "--example",
        "notebook",
        "--commit",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let lock = environment.read("apps/notebook/treewright.lock");
    std::fs::remove_file(environment.work().join("apps/notebook/treewright.lock")).expect("can be removed");
    change(&environment, "apps/notebook/helmrelease.yaml", "timeout: 15m", "timeout: 20m  # slow network");
    change(
        &environment,
        "apps/notebook/kustomization.yaml",
        "resources:\n",
        "# what the site is made of\nresources:\n",
    );
    std::fs::remove_file(environment.work().join("apps/notebook/local-path.yaml")).expect("can be removed");
    let found = environment.treewright(&["adopt", "apps/notebook", "--blueprint", "jupyterhub-espsrc"]);
    assert_eq!(found.code, 0, "{}{}", found.stdout, found.stderr);
    let adopted = environment.read("apps/notebook/treewright.lock");
    // What decides about the tree is found again; what only the runbook shows may have another form.
    for answer in ["notebook.espsrc.iaa.csic.es", "jupyterhub-test", "3.3.8"] {
        assert!(lock.contains(answer) && adopted.contains(answer), "{answer} is not in\n{}", found.stdout);
    }
}

#[test]
fn a_tree_that_does_not_fit_is_reported_and_left_alone() {
    let environment = site();
    environment.write("apps/web/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n");
    commit(&environment, "Another application");
    let before = environment.everything();
    let found = environment.treewright(&["adopt", "apps/web", "--blueprint", "lab-hub"]);
    assert_eq!(found.code, 1, "{}", found.stderr);
    assert!(
        found.stderr.contains("Nothing was written: most of what the blueprint writes is not there."),
        "{}",
        found.stderr
    );
    assert!(
        found.stdout.contains("  missing   helmrelease.yaml\n")
            && found.stdout.contains("  your own  deployment.yaml\n")
    );
    assert!(environment.everything() == before);

    let taken = environment.treewright(&["adopt", "apps/lab", "--blueprint", "lab-hub"]);
    assert_eq!(taken.code, 2);
    let empty = environment.treewright(&["adopt", "apps/nothing", "--blueprint", "lab-hub"]);
    assert_eq!((empty.code, empty.stderr.as_str()), (2, "error: there are no files in `apps/nothing`\n"));
}

#[test]
fn lists_of_words_and_of_objects_are_found() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write(
        "answers.yaml",
        "host: hub.example.org\nexposure: ingress\ningress: {cluster_issuer: letsencrypt}\n\
         access: {allowed_groups: [physics, chemistry], admin_users: [ada]}\nvault: {server: \"https://vault.example.org:8200\"}\n\
         profiles:\n  - {display_name: Small, description: For reading.}\n  - display_name: Large\n    description: For computing.\n    \
         default: true\n    image: quay.io/jupyter/scipy-notebook:2026-08-03\n    memory_limit: 8G\n    cpu_limit: 4\n\
         gitops: {repository: \"https://git.example.org/group/tree.git\"}\n",
    );
    let new = ["new", "jupyterhub-espsrc", "hub", "--engine", "argocd", "--answers", "answers.yaml", "--commit"];
    let made = environment.treewright(&new);
    assert_eq!(made.code, 0, "{}", made.stderr);
    std::fs::remove_file(environment.work().join("apps/hub/treewright.lock")).expect("can be removed");
    change(&environment, "apps/hub/values.yaml", "  startTimeout: 3600\n", "  startTimeout: 900  # patience ends\n");
    let adopt = ["adopt", "apps/hub", "--blueprint", "jupyterhub-espsrc", "--engine", "argocd", "--dry-run"];
    let found = environment.treewright(&adopt);
    assert_eq!(found.code, 0, "{}{}", found.stdout, found.stderr);
    let answers = found.stdout.split_once("answers: ").expect("answers").1;
    let answers = serde_json::Deserializer::from_str(answers).into_iter::<serde_json::Value>().next();
    let answers = answers.expect("answers").expect("JSON");
    let words = |route: &str| {
        let list = answers.pointer(route).and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(words("/access/allowed_groups"), ["physics", "chemistry"], "{answers:#}");
    assert_eq!(words("/access/admin_users"), ["ada"], "{answers:#}");
    assert_eq!(
        answers["profiles"],
        serde_json::json!([
            {"display_name": "Small", "slug": "small", "description": "For reading."},
            {
                "display_name": "Large",
                "slug": "large",
                "description": "For computing.",
                "default": true,
                "image": "quay.io/jupyter/scipy-notebook:2026-08-03",
                "memory_limit": "8G",
                "cpu_limit": 4
            }
        ]),
        "{answers:#}"
    );
}
