//! Flux's controllers: substitution, rendering, releases.

mod release;
mod render;
mod resource_set;
mod source_ignore;
mod substitution;
mod values;
