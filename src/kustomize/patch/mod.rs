//! Patches: how the two kinds of them change one object.
//!
//! Must not know how patches are loaded, nor how the objects for a patch are found.

mod associative;
pub mod strategic;
