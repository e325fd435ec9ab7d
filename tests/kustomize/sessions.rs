//! Many builds in one session: the same as each alone, for any number of threads.

use std::{fmt::Write as _, sync::Arc, thread};

use treewright::{
    kustomize::{Missing, Options, Session},
    path::RepoPath,
    source::Memory,
};

use super::{config_map, path, view};

/// Overlays over shared bases, one of them broken, with a component and references between them.
fn repository() -> (Memory, Vec<RepoPath>) {
    let mut files = view(&[
        (
            "base/kustomization.yaml",
            "resources: [a.yaml, pod.yaml, absent.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n",
        ),
        ("base/a.yaml", &config_map("a")),
        (
            "base/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {volumes: [{name: v, configMap: {name: made}}]}\n",
        ),
        (
            "part/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncommonAnnotations: {part: \"1\"}\n",
        ),
    ]);
    let mut directories = vec![path("base")];
    for number in 0..40 {
        let directory = path(&format!("overlay{number}"));
        let text = format!("namePrefix: o{number}-\nresources: [../base, own.yaml]\ncomponents: [../part]\n");
        files.insert(directory.join("kustomization.yaml").expect("a path"), text);
        files.insert(directory.join("own.yaml").expect("a path"), config_map("own"));
        directories.push(directory);
    }
    (files, directories)
}

fn print(session: &Session, directory: &RepoPath) -> String {
    let build = session.build(directory).expect("builds");
    let mut text = build.to_yaml().expect("prints");
    for problem in &build.problems {
        let _ = writeln!(text, "# {problem} via {:?}", problem.chain);
    }
    text
}

#[test]
fn results_do_not_depend_on_order_or_threads() {
    let options = Options { missing: Missing::Collect, ..Options::default() };
    let (files, directories) = repository();
    let view = Arc::new(files);
    let alone: Vec<String> =
        directories.iter().map(|directory| print(&Session::new(view.clone(), options), directory)).collect();
    let shared = Session::new(view.clone(), options);
    let mut backward: Vec<String> = directories.iter().rev().map(|directory| print(&shared, directory)).collect();
    backward.reverse();
    assert_eq!(alone, backward);
    for threads in [1, 2, 8] {
        let session = Session::new(view.clone(), options);
        let chunk = directories.len().div_ceil(threads);
        let print_all = |part: &[RepoPath]| part.iter().map(|directory| print(&session, directory)).collect::<Vec<_>>();
        let together: Vec<String> = thread::scope(|scope| {
            let parts = directories.chunks(chunk);
            let workers: Vec<_> = parts.map(|part| scope.spawn(|| print_all(part))).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
        });
        assert_eq!(alone, together, "{threads} threads");
    }
}

#[test]
fn a_base_built_before_still_closes_a_circle() {
    // `lib` includes `app/part`, which is harmless alone; from within `app` it leads into the tree that is being built.
    let files = view(&[
        ("app/kustomization.yaml", "resources: [inner]\n"),
        ("app/inner/kustomization.yaml", "resources: [../../lib]\n"),
        ("lib/kustomization.yaml", "resources: [../app/inner/part]\n"),
        ("app/inner/part/kustomization.yaml", "resources: []\n"),
        ("back/kustomization.yaml", "resources: [../app]\n"),
        ("loop/deep/kustomization.yaml", "resources: [../../turn]\n"),
        ("turn/kustomization.yaml", "resources: [../loop]\n"),
        ("loop/kustomization.yaml", "resources: []\n"),
    ]);
    let session = Session::new(Arc::new(files), Options::default());
    for directory in ["lib", "app", "back", "turn", "loop"] {
        session.build(&path(directory)).expect(directory);
    }
    let error = session.build(&path("loop/deep")).expect_err("a circle");
    assert_eq!(error.problem().message, "cycle detected: candidate root `loop` contains visited root `loop/deep`");
}
