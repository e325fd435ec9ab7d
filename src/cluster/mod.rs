//! What the clusters are given: units, expanded from their roots to a fixed point, and the objects that each of them applies.
//!
//! Owns the one model that everything else asks: a Flux Kustomization that another one applies, an Application that an ApplicationSet in a Flux unit makes, and
//! releases with their composed values. Must not know references between objects, nor rules.

mod addresses;
mod charts;
mod declared;
mod expand;
mod ground;
mod known;
mod leftover;
mod model;
mod options;
mod own_source;
mod reach;
mod releases;
mod render;
mod roots;
mod select;
mod survey;
mod touched;
mod unit;

pub use ground::{Ground, GroundFile, Takes, objects_in};
pub use model::Model;
pub use options::{Helm, Kinds, Options};
pub use select::SelectError;
pub use survey::Survey;
pub use touched::Touched;
pub use unit::{Cluster, ComposedRelease, Unit, UnitId, UnitKind};
