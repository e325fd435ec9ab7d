//! Blueprints: from a folder of data and a set of answers to the files of an instance.
//!
//! Owns the blueprint format, its templates, the derivation of secret wiring and the lock file. Nothing here touches the disk: what comes out is a
//! change set. Must not know commands, terminals nor rules of the linter.

mod cases;
pub mod catalogue;
mod check;
mod compose;
mod emit;
mod folder;
mod instance;
mod lock;
pub mod manifest;
mod model;
mod new;
pub mod parameters;
mod placement;
mod problems;
pub mod render;
mod skeleton;
pub mod update;
mod values;
mod wiring;

pub use cases::{Case, CaseFailure};
pub use check::check;
pub use folder::Folder;
pub use instance::{Instance, NextStep, render};
pub use lock::{LockError, Locked, Locks, LocksError};
pub use manifest::{Engine, Manifest};
pub use new::{New, NewError, Order, new};
pub use placement::{RegisterError, Registration};
pub use problems::Problems;
pub use skeleton::flux_skeleton;
pub use values::{FragmentText, Values, merge};

use crate::path::RepoPath;

/// A blueprint: its files, and its manifest read.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The files.
    pub folder: Folder,
    /// The manifest.
    pub manifest: Manifest,
}

impl Blueprint {
    /// Reads the manifest of a folder; fails with every fault of it.
    pub fn read(folder: Folder) -> Result<Self, Problems> {
        let manifest = Manifest::read(&folder)?;
        Ok(Self { folder, manifest })
    }

    /// The questions that are open: every parameter without an answer whose condition holds, as far as the answers so far tell.
    pub fn questions(&self, answers: &parameters::Answers, facts: &parameters::Facts) -> Vec<parameters::Question> {
        let file = self.folder.place(&Manifest::path());
        parameters::questions(&render::Renderer::new(), &self.manifest, &file, answers, facts)
    }

    /// The names of the examples: the answers that come with the blueprint's tests.
    pub fn examples(&self) -> Vec<String> {
        let names = self.folder.paths().filter_map(|path| {
            let name = path.as_str().strip_prefix("tests/")?.strip_suffix("/answers.yaml")?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        names.collect()
    }

    /// The answers of an example; `None` if there is none of this name.
    pub fn example(&self, name: &str) -> Option<Result<parameters::Answers, Problems>> {
        let path = RepoPath::new(&format!("tests/{name}/answers.yaml")).ok()?;
        let text = self.folder.text(&path)?;
        Some(parameters::Answers::from_file(&self.folder.place(&path), text))
    }
}
