//! Building all kustomizations of each repository, and single ones from a cold start, beside kubectl.

use std::time::Duration;

use rayon::prelude::*;
use treewright::kustomize::{Options, Session};

use crate::{
    measure::{has_kubectl, line, median, median_of, once, ratio, run as run_program},
    repositories::Repository,
};

/// As many directories of a repository are built with kubectl, to know what one of them takes.
const SAMPLE: usize = 12;

/// Builds all repositories.
pub fn run(repositories: &[Repository]) {
    let has_kubectl = has_kubectl();
    if !has_kubectl {
        println!("skipped: kubectl is not installed, so there is no peer for builds");
    }
    for repository in repositories.iter().filter(|repository| !repository.kustomizations.is_empty()) {
        let count = repository.kustomizations.len();
        println!("{}: {count} kustomizations", repository.name);
        let all = median(|| build_all(repository));
        line("all in one process", all, "");
        if has_kubectl {
            compare(repository, all);
        }
    }
}

/// One `kubectl kustomize` for each of some directories, against all directories in one process, and against one cold process for each.
fn compare(repository: &Repository, all: Duration) {
    let count = repository.kustomizations.len();
    let sample: Vec<&str> = repository
        .kustomizations
        .iter()
        .step_by(count / SAMPLE + 1)
        .map(|directory| or_dot(directory.as_str()))
        .collect();
    let treewright = env!("CARGO_BIN_EXE_treewright");
    let (mut theirs, mut ours) = (Duration::ZERO, Duration::ZERO);
    // In turn, so that both see the same load of the machine.
    for directory in &sample {
        theirs += once(|| run_program("kubectl", &["kustomize", directory], &repository.root));
        ours += median_of(3, || run_program(treewright, &["build", directory], &repository.root));
    }
    let each = |total: Duration| total / u32::try_from(sample.len().max(1)).unwrap_or(1);
    let theirs_all = each(theirs) * u32::try_from(count).unwrap_or(1);
    let from = format!("from {} calls", sample.len());
    line(
        "kubectl, one call for each",
        theirs_all,
        &format!("{:.0} × our time, {from} (aim: 100)", ratio(theirs_all, all)),
    );
    line("one directory, a cold process", each(ours), "");
    line("kubectl, one directory", each(theirs), &format!("{:.1} × our time (aim: 5)", ratio(theirs, ours)));
}

fn or_dot(directory: &str) -> &str {
    if directory.is_empty() { "." } else { directory }
}

fn build_all(repository: &Repository) -> usize {
    let session = Session::new(repository.view(), Options::lenient());
    let builds = repository.kustomizations.par_iter().filter_map(|directory| session.build(directory).ok());
    builds.map(|build| build.to_yaml().map_or(0, |text| text.len())).sum()
}
