//! What the clusters are given: units, expanded from their roots to a fixed point, and the objects that each of them applies.
//!
//! Owns the one model that everything else asks: a Flux Kustomization that another one applies, an Application that an ApplicationSet in a Flux unit makes, and
//! releases with their composed values. Must not know references between objects, nor rules.

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
mod unit;

pub use ground::{Ground, GroundFile, Takes, objects_in};
pub use model::Model;
pub use options::{Helm, Options};
pub use select::SelectError;
pub use unit::{Cluster, ComposedRelease, Unit, UnitId, UnitKind};
