//! The whole way from files to what every cluster is given: find, render, substitute, compose, wire.

use std::fs;

use treewright::project::Project;

use crate::{
    measure::{line, median, mega, peak_memory},
    repositories::Repository,
};

/// Measures each repository, and the memory that the list of its units takes.
pub fn run(repositories: &[Repository]) {
    println!(
        "clusters, from disk to units, objects, releases and who makes what (aim: 300 ms on two cores, memory below 20 × the YAML)"
    );
    for repository in repositories {
        let open = || Project::open(repository.view()).expect("the repository can be read");
        let time = median(|| open().model().objects.len());
        let project = open();
        let model = project.model();
        let bytes: usize = repository.files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum();
        let peak = peak_memory(env!("CARGO_BIN_EXE_treewright"), &["build", "--list"], &repository.root);
        let memory = peak.map_or_else(String::new, |peak| {
            let times = mega(peak) / mega(bytes.max(1));
            format!(", {:.0} MB for {:.1} MB of YAML ({times:.0} ×)", mega(peak), mega(bytes))
        });
        let counts = format!(
            "{} clusters, {} units, {} objects, {} releases{memory}",
            model.clusters.len(),
            model.units.len(),
            model.objects.len(),
            model.releases.len()
        );
        line(&repository.name, time, &counts);
    }
}
