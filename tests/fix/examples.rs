//! Fixes of rules, by their own pages: mending the bad example gives the good one, byte for byte.

use treewright::lint;

use crate::{environment::Environment, rules};

/// The rules whose bad example is one mend away from the good one.
const MENDED: &[&str] = &[
    "kubernetes/autoscaler-and-replicas",
    "kubernetes/claim-missing",
    "kubernetes/decimal-mode",
    "kubernetes/ingress-class-annotation",
    "kubernetes/last-applied-configuration",
    "kubernetes/misspelt-class",
    "kubernetes/namespace-not-allowed",
    "kubernetes/policy-type-missing",
    "kubernetes/privilege-escalation",
    "kubernetes/probe-port-missing",
    "kubernetes/restart-policy",
    "kubernetes/role-missing",
    "kubernetes/rolling-update-with-one-volume",
    "kubernetes/server-fields",
    "kubernetes/service-account-missing",
    "kubernetes/service-missing",
    "kubernetes/service-port-missing",
    "kubernetes/status-in-git",
    "kubernetes/strategy-conflict",
    "kubernetes/subject-namespace-missing",
    "kubernetes/toleration-value",
    "kubernetes/volume-mount-missing",
    "yaml/carriage-return",
    "yaml/empty-document",
    "yaml/legacy-boolean",
    "yaml/trailing-space",
    "yaml/unused-anchor",
];

#[test]
fn mending_the_bad_example_gives_the_good_one() {
    for id in MENDED {
        let rule = lint::find(id).unwrap_or_else(|| panic!("{id} is no rule"));
        let environment = Environment::new();
        for (path, text) in rules::example(rule, "Bad").iter() {
            environment.write(path.as_str(), &String::from_utf8_lossy(text));
        }
        let run = environment.treewright(&["lint", "--extend", id, "--unsafe-fixes"]);
        assert_eq!(run.code, 0, "{id}: {}{}", run.stdout, run.stderr);
        for (path, text) in rules::example(rule, "Good").iter() {
            assert_eq!(environment.read(path.as_str()), String::from_utf8_lossy(text), "{id}");
        }
    }
}
