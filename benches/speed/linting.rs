//! Linting, in one process and from a cold start.

use std::fs;

use treewright::{lint, project::Project};

use crate::{
    measure::{line, median, ratio, run as run_program},
    repositories::Repository,
};

/// Lints a repository.
pub fn run(repository: &Repository) {
    let floor =
        median(|| repository.files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum::<usize>());
    line("read the bytes", floor, "");
    let open = median(|| Project::open(repository.view()).expect("the repository can be read").objects().len());
    line("open, from disk to objects", open, &format!("{:.1} × reading", ratio(open, floor)));
    let lint = median(|| {
        let project = Project::open(repository.view()).expect("the repository can be read");
        lint::lint(&project, &lint::Options::default()).findings.len()
    });
    line("lint, from disk to findings", lint, &format!("{:.1} × reading", ratio(lint, floor)));
    let treewright = env!("CARGO_BIN_EXE_treewright");
    let cold = median(|| run_program(treewright, &["lint", "--format", "concise"], &repository.root));
    line("lint, a cold process", cold, "(aim: 150 ms on two cores)");
}
