//! The whole way from files to what every cluster is given: find, render, substitute, compose, wire.

use std::fs;

use treewright::project::Project;

use crate::{
    HEAP,
    measure::{line, median, mega, ratio},
    repositories::Repository,
};

/// Measures each repository beside reading its YAML, and the most that the heap holds meanwhile.
pub fn run(repositories: &[Repository]) {
    println!(
        "clusters, from disk to units, objects, releases and who makes what (aim: 300 ms on two cores, heap below 20 × the YAML)"
    );
    for repository in repositories {
        let open = || Project::open(repository.view()).expect("the repository can be read");
        let read = || repository.files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum::<usize>();
        let (reading, bytes) = (median(read), read());
        let time = median(|| open().model().objects.len());
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let project = open();
        let heap = HEAP.peak_usage().saturating_sub(before);
        let model = project.model();
        let counts = format!(
            "{:.0} × reading; heap {:.1} MB for {:.2} MB of YAML ({:.1} ×); {} clusters, {} units, {} objects, {} releases",
            ratio(time, reading),
            mega(heap),
            mega(bytes),
            mega(heap) / mega(bytes.max(1)),
            model.clusters.len(),
            model.units.len(),
            model.objects.len(),
            model.releases.len()
        );
        line(&repository.name, time, &counts);
    }
}
