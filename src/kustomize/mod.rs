//! An in-process `kustomize build`, byte for byte what kustomize 5.5.0 writes.
//!
//! Owns loading, accumulating and transforming of kustomizations over any source view. A build never touches the network and runs no program: what would need
//! either is listed in [`Build::not_rendered`]. Every value of the result knows where it was written. Must not know controllers, nor the command line.

mod accumulate;
mod build_metadata;
mod configure;
mod context;
pub mod default_field_specs;
mod field_path;
pub mod field_spec;
mod file;
mod finish;
mod folded;
mod generate;
mod in_flow;
mod inline;
mod kustomization;
mod load;
pub mod merge_keys;
mod objects;
mod open_api;
mod order;
pub mod patch;
mod plugin;
mod problem;
mod provenance;
mod remote;
mod resource;
mod resource_set;
pub mod selector;
mod session;
mod spot;
mod tolerate;
mod transform;
pub mod transformer_config;

pub use file::{File, Streams};
pub use generate::hash::name_hash;
pub use inline::Translation;
pub use kustomization::{UnknownFields, is_kustomization_name, misspelt_kustomization_name};
pub use problem::{BuildError, Problem, ProblemKind};
pub use remote::is_remote;
pub use resource::{Behavior, Gvk, PreviousId, Provenance, Resource, ResourceId};
pub use session::Session;

use rayon::prelude::*;

use crate::{diagnostic::Label, manifest::NotRendered, path::RepoPath, yaml::print};

/// The API group of kustomizations and components.
pub const GROUP: &str = "kustomize.config.k8s.io";

/// Why a chart that a kustomization asks for is left out.
pub const INFLATED_BY_HELM: &str = "it would have to be inflated by helm";

/// Why a generator or transformer that is a program is left out.
pub const RUNS_A_PROGRAM: &str = "it is not built into kustomize, so it would run a program";

/// Which files a kustomization may load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestriction {
    /// Files in or below its own directory. Directories of other kustomizations may lie anywhere.
    #[default]
    RootOnly,
    /// Any file of the view, as Flux allows.
    None,
}

/// What happens at a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The build fails.
    #[default]
    Fail,
    /// The problem is collected, and the rest is built.
    Collect,
}

/// How a session builds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Which files may be loaded.
    pub restriction: LoadRestriction,
    /// What happens at a problem.
    pub missing: Missing,
}

impl Options {
    /// How everything is built that is looked at rather than applied: no restriction, and problems are collected.
    pub fn lenient() -> Self {
        Self { restriction: LoadRestriction::None, missing: Missing::Collect }
    }
}

/// The result of a build.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// The objects in order of output.
    pub resources: Vec<Resource>,
    /// What was left out because it needs the network or runs code, sorted.
    pub not_rendered: Vec<NotRendered>,
    /// What was collected under [`Missing::Collect`], sorted by place.
    pub problems: Vec<Problem>,
}

/// An object that YAML cannot hold as kustomize writes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot print {id}: {error}")]
pub struct Unprintable {
    /// The object.
    pub id: Box<ResourceId>,
    /// Where it came from.
    pub provenance: Provenance,
    /// What is wrong with it.
    pub error: print::kustomize::PrintError,
}

impl Unprintable {
    fn new(resource: &Resource, error: print::kustomize::PrintError) -> Self {
        Self { id: Box::new(resource.id().clone()), provenance: resource.provenance(), error }
    }

    /// The same as a problem of a build in this session.
    pub fn problem(&self, session: &Session) -> Problem {
        let place = session.label(self.error.origin, "").or_else(|| session.label(self.provenance.origin(), ""));
        let place = place.unwrap_or_else(|| Label::file(&RepoPath::root(), ""));
        *Problem::new(ProblemKind::Unprintable, place, self.to_string())
    }
}

/// So many objects are printed by one thread at a time.
const PRINTED_TOGETHER: usize = 256;

impl Build {
    /// The objects as kustomize prints them.
    pub fn to_yaml(&self) -> Result<String, Unprintable> {
        if self.resources.len() <= PRINTED_TOGETHER {
            return Self::print(&self.resources);
        }
        let parts: Vec<_> = self.resources.par_chunks(PRINTED_TOGETHER).map(Self::print).collect();
        Ok(parts.into_iter().collect::<Result<Vec<String>, Unprintable>>()?.join("---\n"))
    }

    /// The objects that cannot be printed, in order.
    pub fn unprintable(&self) -> Vec<Unprintable> {
        let doubtful = self.resources.iter().filter(|resource| !print::kustomize::is_printable(resource.value()));
        doubtful.filter_map(|resource| Self::print(std::slice::from_ref(resource)).err()).collect()
    }

    fn print(resources: &[Resource]) -> Result<String, Unprintable> {
        let mut text = String::new();
        for (index, resource) in resources.iter().enumerate() {
            if index > 0 {
                text.push_str("---\n");
            }
            let printed = print::kustomize::document(resource.value(), &mut text);
            printed.map_err(|error| Unprintable::new(resource, error))?;
        }
        Ok(text)
    }
}
