//! `cargo bench`: how fast files are parsed, a repository is linted, and kustomizations are built, each beside a floor (reading the bytes) or a peer
//! measured in the same run, because absolute times say more about the machine than about the program. Ratios are what counts.
//!
//! - `TREEWRIGHT_CORPUS` names a folder of unpacked repositories (`<name>/repo`); without it a repository is made for the run.
//! - kubectl is the peer for builds, on a sample of the directories; without it those ratios are left out.
//! - kubeconform is the peer for schemas, with the embedded ones written out for it; without it that ratio is left out.
//! - Memory is counted by the allocator: what is taken from the heap, not what the system gives to the process.
//! - `TREEWRIGHT_PATIENT=1` also lets kubectl build the large kustomization, which takes it most of a minute.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "a bench arranges files and runs programs directly")]

mod building;
mod clusters;
mod large;
mod linting;
mod measure;
mod parsing;
mod repositories;
mod schemas;
mod updating;

use peak_alloc::PeakAlloc;

/// Counts what is taken from the heap.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() {
    let made = tempfile::tempdir().expect("a temporary folder");
    let repositories = repositories::find(made.path());
    if let Some(largest) = repositories.iter().max_by_key(|repository| repository.files.len()) {
        parsing::run(largest);
        linting::run(largest);
        schemas::run(largest);
    }
    building::run(&repositories);
    clusters::run(&repositories);
    large::run();
    updating::run();
}
