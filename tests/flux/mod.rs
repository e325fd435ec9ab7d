//! Flux's controllers: substitution, rendering, releases.

mod substitution;
