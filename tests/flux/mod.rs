//! Flux's controllers: substitution, rendering, releases.

mod post_render;
mod release;
mod render;
mod resource_set;
mod source_ignore;
mod substitution;
mod values;
