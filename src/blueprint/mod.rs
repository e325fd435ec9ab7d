//! Blueprints: from a folder of data and a set of answers to the files of an instance.
//!
//! Owns the blueprint format, its templates, the derivation of secret wiring and the lock file. Nothing here touches the disk: what comes out is a
//! change set. Must not know commands, terminals nor rules of the linter.

mod cases;
pub mod catalogue;
mod check;
mod clusters;
mod compose;
mod emit;
mod folder;
mod gitops;
mod instance;
mod layout;
mod link;
mod lock;
pub mod manifest;
mod migrations;
mod model;
mod new;
pub mod parameters;
mod placement;
mod problems;
mod reference;
pub mod render;
mod runbook;
mod skeleton;
pub mod update;
mod values;
mod wiring;

pub use cases::{Case, CaseFailure};
pub use check::check;
pub use clusters::render_for;
pub use folder::Folder;
pub use instance::{Instance, NextStep, render};
pub use layout::{BASE, Layout};
pub use link::Library;
pub use lock::{LockError, Locked, Locks, LocksError};
pub use manifest::{Engine, Manifest};
pub use new::{New, NewError, Order, new};
pub use placement::{RegisterError, Registration};
pub use problems::Problems;
pub use reference::Target;
pub use skeleton::{Skeleton, argocd_root, skeleton};
pub use values::{FragmentText, Values, merge};

use std::{fmt::Write as _, sync::Arc};

use sha2::{Digest, Sha256};

use crate::path::RepoPath;

/// A blueprint: its files, its manifest read, and the blueprints it uses.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The files.
    pub folder: Folder,
    /// The manifest.
    pub manifest: Manifest,
    /// Its components: one for each entry of `uses`, in that order.
    components: Vec<Arc<Self>>,
}

impl Blueprint {
    /// Reads a blueprint whose components are bundled ones; fails with every fault.
    pub fn read(folder: Folder) -> Result<Self, Problems> {
        Self::read_with(folder, &|name| Ok(catalogue::component(name)))
    }

    /// Reads a blueprint, with its components from a library; fails with every fault.
    pub fn read_with(folder: Folder, library: Library<'_>) -> Result<Self, Problems> {
        link::link(folder, library)
    }

    /// What it uses, with the components.
    pub fn uses(&self) -> impl Iterator<Item = (&manifest::Use, &Self)> {
        self.manifest.uses.iter().zip(self.components.iter().map(AsRef::as_ref))
    }

    /// The component of a name.
    pub fn component(&self, alias: &str) -> Option<&Self> {
        self.uses().find(|(used, _)| used.alias.name == alias).map(|(_, component)| component)
    }

    /// `sha256:` and the digest of everything that has a part in rendering, that of the components too.
    pub fn digest(&self) -> String {
        let own = self.folder.digest();
        if self.components.is_empty() {
            return own;
        }
        let mut hash = Sha256::new();
        hash.update(own);
        self.components.iter().for_each(|component| hash.update(component.digest()));
        let mut text = "sha256:".to_owned();
        for byte in hash.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// The questions that are open: every parameter without an answer whose condition holds, as far as the answers so far tell.
    pub fn questions(&self, answers: &parameters::Answers, facts: &parameters::Facts) -> Vec<parameters::Question> {
        parameters::questions(&render::Renderer::new(), self, answers, facts)
    }

    /// The checks that the answers so far do not pass.
    pub fn doubts(&self, answers: &parameters::Answers, facts: &parameters::Facts) -> Vec<parameters::Doubt> {
        parameters::doubts(&render::Renderer::new(), self, answers, facts)
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
