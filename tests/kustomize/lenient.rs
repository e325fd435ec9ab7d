//! Builds that go on: what is wrong is collected, the rest comes out.

use treewright::kustomize::{Build, Missing, Options, ProblemKind};

use super::{config_map, session};

fn collect(files: &[(&str, &str)]) -> Build {
    let options = Options { missing: Missing::Collect, ..Options::default() };
    session(files, options).build(&super::path("")).expect("builds in any case")
}

fn kinds(build: &Build) -> Vec<ProblemKind> {
    build.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn everything_that_is_whole_is_built() {
    let good = config_map("good");
    let files = [
        (
            "kustomization.yaml",
            "resources: [good.yaml, absent.yaml, broken.yaml, again.yaml, base]\npatches:\n- {path: patch.yaml}\n- {path: absent-patch.yaml}\nreplicas: [{name: none, count: 1}]\nnamePrefix: a-\n",
        ),
        ("good.yaml", &*good),
        ("again.yaml", &*good),
        ("broken.yaml", "a: b: c\n"),
        ("patch.yaml", &*config_map("nobody")),
        (
            "base/kustomization.yaml",
            "configMapGenerator:\n- {name: bad, files: [absent]}\n- {name: fine, options: {disableNameSuffixHash: true}}\n",
        ),
    ];
    let build = collect(&files);
    assert_eq!(build.to_yaml().expect("prints"), format!("{}---\n{}", config_map("a-fine"), config_map("a-good")));
    let expected = [
        ProblemKind::DuplicateId,
        ProblemKind::MissingFile,
        ProblemKind::UnparsableFile,
        ProblemKind::MissingFile,
        ProblemKind::MissingFile,
        ProblemKind::TransformerFails,
        ProblemKind::PatchWithoutTarget,
    ];
    assert_eq!(kinds(&build), expected, "{:#?}", build.problems);
}

#[test]
fn a_problem_of_a_shared_base_is_told_once() {
    let files = [
        ("kustomization.yaml", "resources: [left, right]\n"),
        ("left/kustomization.yaml", "namePrefix: l-\nresources: [../base]\n"),
        ("right/kustomization.yaml", "namePrefix: r-\nresources: [../base]\n"),
        ("base/kustomization.yaml", "resources: [absent.yaml]\n"),
    ];
    let build = collect(&files);
    assert_eq!(kinds(&build), [ProblemKind::MissingFile]);
    assert_eq!(build.problems[0].chain.len(), 2);
}

#[test]
fn what_needs_the_network_is_listed_and_the_rest_built() {
    let kustomization = "resources:\n- https://example.org/all.yaml\n- github.com/example/repository//deploy?ref=v1\n- a.yaml\ncomponents:\n- git@example.org:group/repository.git\nhelmCharts:\n- name: chart\n";
    let files = [("kustomization.yaml", kustomization), ("a.yaml", &*config_map("a"))];
    for options in [Options::default(), Options { missing: Missing::Collect, ..Options::default() }] {
        let build = session(&files, options).build(&super::path("")).expect("builds");
        let left_out: Vec<&str> = build.not_rendered.iter().map(|left_out| left_out.what.as_str()).collect();
        let expected = [
            "remote resource https://example.org/all.yaml",
            "remote resource github.com/example/repository//deploy?ref=v1",
            "remote component git@example.org:group/repository.git",
            "Helm chart chart",
        ];
        assert_eq!(left_out, expected);
        assert_eq!(build.to_yaml().expect("prints"), config_map("a"));
    }
}
