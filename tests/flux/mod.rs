//! Flux's controllers: substitution, rendering, releases.

mod release;
mod render;
mod substitution;
mod values;
